//! The apps that the function's process can be.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::extract::{ConnectInfo, DefaultBodyLimit, Query, Request};
use axum::routing::{any, get};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use http::StatusCode;
use lambdafy::{BoxError, Context};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tower::ServiceExt;

/// How many requests `/together` waits for.
pub(crate) const TOGETHER: usize = 4;

pub(crate) fn run(name: &str) -> Result<(), lambdafy::Error> {
    let hook = |text: &'static str| async move { eprintln!("hook: {text}") };
    let fine = move |text| async move {
        hook(text).await;
        Ok(())
    };
    match name {
        "app" => lambdafy::run(|| async { Ok(app()) }),
        "app_on_many_threads" => serve_on_many_threads(),
        "app_with_shutdown_hooks" => lambdafy::run(|| async move {
            for text in ["first", "second", "third"] {
                lambdafy::on_shutdown(move || hook(text));
            }
            Ok(app())
        }),
        "app_with_snapshot_hooks" => lambdafy::run(|| async move {
            lambdafy::before_snapshot(move || fine("first before"));
            lambdafy::before_snapshot(move || fine("second before"));
            lambdafy::after_restore(move || fine("first after"));
            lambdafy::after_restore(move || fine("second after"));
            Ok(app())
        }),
        "fails_to_start" => {
            lambdafy::run(|| async { Err::<Router, _>("no table 'orders'".into()) })
        }
        "panics_at_start" => lambdafy::run(|| async {
            let url: Result<Router, BoxError> = Err("DATABASE_URL must be set".into());
            url.map_err(|error| panic!("{error}"))
        }),
        "fails_before_the_snapshot" => lambdafy::run(|| async {
            lambdafy::before_snapshot(|| async { Err("the cache is locked".into()) });
            Ok(app())
        }),
        "fails_after_the_restore" => lambdafy::run(|| async {
            lambdafy::after_restore(|| async { Err("no random numbers".into()) });
            Ok(app())
        }),
        "panics_before_the_snapshot" => lambdafy::run(|| async {
            lambdafy::before_snapshot(|| async { panic!("the cache is gone") });
            Ok(app())
        }),
        "panics_after_the_restore" => lambdafy::run(|| async {
            lambdafy::after_restore(|| async { panic!("no entropy") });
            Ok(app())
        }),
        "a_hook_panics" => lambdafy::run(|| async move {
            lambdafy::on_shutdown(move || hook("first"));
            lambdafy::on_shutdown(|| async { panic!("the hook panicked") });
            Ok(app())
        }),
        other => panic!("there is no app '{other}'"),
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 4)]
async fn serve_on_many_threads() -> Result<(), lambdafy::Error> {
    lambdafy::serve(app()).await
}

/// The router, but that `/fail` is an error of the service, which no router returns.
fn app() -> impl lambdafy::App<ResponseBody = axum::body::Body> {
    let router = router();
    tower::service_fn(move |request: http::Request<lambdafy::Body>| {
        let router = router.clone();
        async move {
            if request.uri().path() == "/fail" {
                return Err(BoxError::from("the database is away"));
            }
            Ok(router.oneshot(request).await?)
        }
    })
}

fn router() -> Router {
    let together = Arc::new(Barrier::new(TOGETHER));
    Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/events", any(|| async { Json(json!({"batchItemFailures": []})) }))
        .route("/echo", any(|body: Bytes| async { body }).layer(DefaultBodyLimit::disable()))
        .route("/head", any(|request: Request| async move { format!("{:?}", request.version()) }))
        .route("/context", get(context))
        .route(
            "/client",
            get(|ConnectInfo(client): ConnectInfo<SocketAddr>| async move { client.to_string() }),
        )
        .route("/panic", any(|| async { panic!("index out of range") as StatusCode }))
        .route("/teapot", any(|| async { StatusCode::IM_A_TEAPOT }))
        .route("/large", get(|Query(size): Query<Size>| async move { "x".repeat(size.bytes) }))
        .route(
            "/gate",
            get(|Query(gate): Query<Gate>| async move {
                gate.pass().await;
                "passed"
            }),
        )
        .route(
            "/delay",
            get(|Query(gate): Query<Gate>| async move {
                let stream = gate.pass().await;
                if stream.nodelay().unwrap() { "no delay" } else { "delay" }
            }),
        )
        .route(
            "/together",
            get(move |request: Request| async move {
                together.wait().await;
                request.uri().query().unwrap_or_default().to_owned()
            }),
        )
        .route(
            "/stream",
            get(|Query(gate): Query<Gate>| async move {
                let second = stream::once(async move {
                    gate.pass().await;
                    Ok(Bytes::from_static(b"second"))
                });
                chunked(stream::iter([Ok(Bytes::from_static(b"first"))]).chain(second))
            }),
        )
        .route(
            "/stream_fails",
            get(|| async {
                let error = BoxError::from("the disk is full");
                chunked(stream::iter([Ok(Bytes::from_static(b"half")), Err(error)]))
            }),
        )
        .route(
            "/stream_panics",
            get(|| async {
                let half = stream::iter([Ok(Bytes::from_static(b"half"))]);
                chunked(half.chain(stream::once(async { panic!("no more rows") })))
            }),
        )
}

async fn context(Extension(context): Extension<Context>) -> Json<Value> {
    let deadline = context.deadline().map(|at| at.duration_since(UNIX_EPOCH).unwrap().as_millis());
    Json(json!({
        "request_id": context.request_id(),
        "deadline_ms": deadline,
        "remaining_ms": context.remaining().map(|left| left.as_millis()),
        "function_arn": context.function_arn(),
        "trace_id": context.trace_id(),
        "tenant_id": context.tenant_id(),
        "source": context.source().to_string(),
    }))
}

fn chunked(
    chunks: impl Stream<Item = Result<Bytes, BoxError>> + Send + 'static,
) -> axum::body::Body {
    axum::body::Body::from_stream(chunks)
}

#[derive(Deserialize)]
struct Size {
    bytes: usize,
}

/// A connection to the test, which closes it to let the request go on.
#[derive(Deserialize)]
struct Gate {
    port: u16,
}

impl Gate {
    async fn pass(&self) -> TcpStream {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
        stream
    }
}
