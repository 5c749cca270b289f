//! No connection in time: the error, and the answer that the layer makes of it.

use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use axum::{Extension, Router};
use lambdafy::pool::{Config, Error, Pool, RetryAfterLayer};
use tower::{ServiceExt, service_fn};

use super::database::{System, session_id};

on_both!(
    a_second_connection_is_waited_for_and_then_refused,
    a_server_that_is_not_there_is_tried_until_the_deadline,
    a_server_that_comes_back_is_found,
    a_server_that_hangs_up_while_a_connection_is_made_is_tried_again,
    a_certificate_of_somebody_else_is_refused_at_once,
    an_app_that_fails_without_a_connection_is_answered_503,
);

async fn a_second_connection_is_waited_for_and_then_refused<DB: System>() {
    let config = Config::new().max_connections(1).max_wait(Duration::from_secs(2));
    let pool = DB::shared().pool(config);
    let held = pool.get().await.unwrap();
    let error = pool.get().await.unwrap_err();
    assert!(matches!(error, Error::Exhausted { max_connections: 1, .. }), "{error:?}");
    assert!(error.to_string().contains("set max_connections"), "{error}");
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { session_id(&pool).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    drop(held);
    waiting.await.unwrap();
    assert_eq!((pool.status().waits, pool.status().failures), (2, 1));
}

async fn a_server_that_is_not_there_is_tried_until_the_deadline<DB: System>() {
    let nobody = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let config = Config::new().max_wait(Duration::from_secs(1));
    let pool: Pool<DB> = Pool::with(config, DB::shared().options_at(nobody));
    let asked = Instant::now();
    let error = pool.get().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
    assert!(asked.elapsed() < Duration::from_secs(10));
    assert!(pool.status().retries >= 2, "{:?}", pool.status());
}

async fn a_server_that_comes_back_is_found<DB: System>() {
    let server = DB::shared();
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap();
    let pool: Pool<DB> = Pool::with(Config::new(), server.options_at(port));
    let waiting = tokio::spawn({
        let pool = pool.clone();
        async move { session_id(&pool).await }
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let listener = tokio::net::TcpListener::bind(port).await.unwrap();
    let (mut near, _) = listener.accept().await.unwrap();
    let mut far = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
    tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap().unwrap();
    assert!(pool.status().retries >= 1);
}

async fn a_server_that_hangs_up_while_a_connection_is_made_is_tried_again<DB: System>() {
    let server = DB::shared();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let pool: Pool<DB> =
        Pool::with(Config::new(), server.options_at(listener.local_addr().unwrap()));
    let address = server.address();
    // So many bytes of the server's get through each time: before the question for TLS is answered,
    // after it, at two places in the handshake; then all.
    let carrying = tokio::spawn(async move {
        for most in [0, 1, 150, 600, u64::MAX] {
            let (near, _) = listener.accept().await.unwrap();
            carry(near, address, most).await;
        }
    });
    session_id(&pool).await;
    let status = pool.status();
    assert_eq!((status.connects, status.retries, status.failures), (1, 4, 0), "{status:?}");
    carrying.abort();
}

/// Carries everything to the server, and so many bytes back.
async fn carry(near: tokio::net::TcpStream, server: std::net::SocketAddr, most: u64) {
    let far = tokio::net::TcpStream::connect(server).await.unwrap();
    let ((mut from_near, mut to_near), (from_far, mut to_far)) =
        (near.into_split(), far.into_split());
    let there = tokio::spawn(async move { tokio::io::copy(&mut from_near, &mut to_far).await });
    let back = &mut tokio::io::AsyncReadExt::take(from_far, most);
    let _ = tokio::io::copy(back, &mut to_near).await;
    there.abort();
}

async fn a_certificate_of_somebody_else_is_refused_at_once<DB: System>() {
    let (server, other) = (DB::shared(), DB::with_slots(5));
    let path = |server: &super::database::Server<DB>| server.authority_file().display().to_string();
    let url = server.url().replace(&path(server), &path(&other));
    assert_ne!(url, server.url());
    let pool: Pool<DB> = Pool::with(Config::new(), url.parse().unwrap());
    let error = pool.get().await.unwrap_err();
    assert!(matches!(error, Error::Refused(_)), "{error:?}");
    assert!(error.to_string().contains("certificate"), "{error}");
    assert_eq!((error.retry_after(), pool.status().retries), (None, 0));
}

async fn an_app_that_fails_without_a_connection_is_answered_503<DB: System>() {
    let config = Config::new().max_connections(1).max_wait(Duration::from_secs(2));
    let pool = DB::shared().pool(config);
    let app = app(pool.clone());
    assert_eq!(status(&app, "/query").await, (StatusCode::OK, None));
    let held = pool.get().await.unwrap();
    assert_eq!(status(&app, "/query").await, (StatusCode::SERVICE_UNAVAILABLE, Some("1".into())));
    assert_eq!(status(&app, "/handled").await, (StatusCode::OK, None));
    assert_eq!(status(&app, "/fails").await, (StatusCode::INTERNAL_SERVER_ERROR, None));
    drop(held);
    assert_eq!(status(&app, "/query").await, (StatusCode::OK, None));
}

fn app<DB: System>(pool: Pool<DB>) -> Router {
    async fn query<DB: System>(Extension(pool): Extension<Pool<DB>>) -> StatusCode {
        let result = DB::text(&pool, DB::SESSION_ID).await;
        if let Err(error) = &result {
            assert!(matches!(Error::find(error), Some(Error::Exhausted { .. })), "{error:?}");
        }
        result.map_or(StatusCode::INTERNAL_SERVER_ERROR, |_| StatusCode::OK)
    }
    async fn handled<DB: System>(Extension(pool): Extension<Pool<DB>>) -> StatusCode {
        let _ = pool.get().await;
        StatusCode::OK
    }
    Router::new()
        .route("/query", get(query::<DB>))
        .route("/handled", get(handled::<DB>))
        .route("/fails", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .layer(Extension(pool))
        .layer(RetryAfterLayer::new())
}

async fn status(app: &Router, path: &str) -> (StatusCode, Option<String>) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let response = app.clone().oneshot(request).await.unwrap();
    let after = response.headers().get("retry-after");
    (response.status(), after.map(|value| value.to_str().unwrap().to_owned()))
}

#[tokio::test]
async fn a_service_that_fails_without_a_connection_is_answered_503() {
    let config = Config::new().max_connections(1).max_wait(Duration::from_secs(2));
    let pool = sqlx::Postgres::shared().pool(config);
    let _held = pool.get().await.unwrap();
    let service = service_fn(|_: Request<()>| {
        let pool = pool.clone();
        async move { pool.get().await.map(|_| axum::http::Response::new(Body::empty())) }
    });
    let service = tower::Layer::layer(&RetryAfterLayer::new(), service);
    let response = service.oneshot(Request::new(())).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}
