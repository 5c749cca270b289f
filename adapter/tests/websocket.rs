//! Messages posted back to WebSocket clients arrive, signed, at the API's management endpoint.
#![cfg(feature = "websocket")]
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as the tests do")]

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use aws_sdk_apigatewaymanagement::config::{Builder, Credentials, Region};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use lambdafy::websocket::{Connections, Delivery};
use lambdafy::{Context, ErrorKind, Options, event};
use tokio::net::TcpListener;

/// What the API got: method, path, whether it was signed, body.
type Calls = Arc<Mutex<Vec<(String, String, bool, Bytes)>>>;

/// A management API: the connection `gone` is, `refused` may not be written to.
async fn api() -> (String, Calls) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}/live", listener.local_addr().unwrap());
    let calls = Calls::default();
    let seen = calls.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let seen = seen.clone();
            let service = hyper::service::service_fn(move |request| answer(request, seen.clone()));
            tokio::spawn(async move {
                let server = auto::Builder::new(TokioExecutor::new());
                server.serve_connection(TokioIo::new(stream), service).await
            });
        }
    });
    (endpoint, calls)
}

async fn answer(
    request: Request<Incoming>,
    seen: Calls,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let signature = parts.headers.get("authorization").and_then(|value| value.to_str().ok());
    let is_signed =
        signature.is_some_and(|value| value.contains("/eu-west-1/execute-api/aws4_request"));
    let body = body.collect().await.unwrap().to_bytes();
    seen.lock().unwrap().push((parts.method.to_string(), path.clone(), is_signed, body));
    let (status, error) = match path.as_str() {
        "/live/@connections/gone" => (StatusCode::GONE, "GoneException"),
        "/live/@connections/refused" => (StatusCode::FORBIDDEN, "ForbiddenException"),
        _ => (StatusCode::OK, ""),
    };
    let response = Response::builder().status(status).header("x-amzn-errortype", error);
    Ok(response.body(Full::default()).unwrap())
}

fn config() -> Builder {
    Builder::default()
        .region(Region::new("eu-west-1"))
        .credentials_provider(Credentials::new("AKIAEXAMPLE", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
}

#[tokio::test]
async fn a_message_is_posted_signed_to_the_connection() {
    let (endpoint, calls) = api().await;
    let connections = Connections::at(endpoint, config());
    assert_eq!(connections.post("KcVbNm123=", "hello").await.unwrap(), Delivery::Sent);
    assert_eq!(connections.close("KcVbNm123=").await.unwrap(), Delivery::Sent);
    let path = "/live/@connections/KcVbNm123%3D".to_owned();
    let expected = [
        ("POST".to_owned(), path.clone(), true, Bytes::from("hello")),
        ("DELETE".to_owned(), path, true, Bytes::new()),
    ];
    assert_eq!(*calls.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_connection_that_is_gone_is_no_error() {
    let (endpoint, _) = api().await;
    let connections = Connections::at(endpoint, config());
    assert_eq!(connections.post("gone", "hello").await.unwrap(), Delivery::Gone);
    assert_eq!(connections.close("gone").await.unwrap(), Delivery::Gone);
}

#[tokio::test]
async fn a_refused_message_is_an_error() {
    let (endpoint, _) = api().await;
    let error = Connections::at(endpoint, config()).post("refused", "hello").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::App);
}

#[test]
fn only_a_websocket_event_has_connections() {
    let of = |event: &str| {
        let request = event::to_request(event, &Options::new()).unwrap();
        Connections::of(request.extensions().get::<Context>().unwrap(), config()).is_some()
    };
    assert!(of(
        r#"{"requestContext":{"connectionId":"K=","eventType":"MESSAGE","routeKey":"$default",
        "apiId":"w1","domainName":"w1.execute-api.eu-west-1.amazonaws.com","stage":"live"}}"#
    ));
    // The mapping of a custom domain is not in the event.
    assert!(!of(
        r#"{"requestContext":{"connectionId":"K=","eventType":"MESSAGE","routeKey":"$default",
        "apiId":"w1","domainName":"chat.example.com","stage":"live"}}"#
    ));
    assert!(!of(r#"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"}}}"#));
}
