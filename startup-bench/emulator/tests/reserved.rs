//! Paths of the front door that the function never sees.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use lambdafy_emulator::{Emulator, EmulatorBuilder, ErrorKind, FrontDoor};
use support::{Client, by_hand};

/// Reserves a path for an answer that says what came.
fn reserving(path: &str) -> EmulatorBuilder {
    let answer = |request: Request<Bytes>| async move {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let text = format!("{} {} {body}", request.method(), request.uri());
        Response::new(Full::new(Bytes::from(text)))
    };
    Emulator::builder().app(by_hand()).reserve(path, answer)
}

#[tokio::test]
async fn a_reserved_path_never_reaches_the_function() {
    let emulator = reserving("/_page").start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    assert_eq!(client.get("/_page").await.text(), "GET /_page ");
    assert_eq!(client.post("/_page/a?b=c", &[], "x").await.text(), "POST /_page/a?b=c x");
    assert!(emulator.sandboxes().is_empty());
    assert_eq!(client.get("/_pages").await.json()["rawPath"], "/_pages");
    assert_eq!(emulator.sandboxes().len(), 1);
}

#[tokio::test]
async fn a_reserved_path_stands_at_the_root_beside_the_stage() {
    let door = reserving("/_page").source(FrontDoor::RestApi).stage("prod");
    let emulator = door.start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    assert_eq!(client.get("/_page").await.text(), "GET /_page ");
    assert_eq!(client.get("/prod/_page").await.json()["path"], "/_page");
}

#[tokio::test]
async fn a_body_that_is_too_large_for_a_reserved_path_is_refused() {
    let emulator = reserving("/_page").start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    let response = client.post("/_page", &[], vec![b'a'; 1024 * 1024 + 1]).await;
    assert_eq!(response.status, 413);
}

#[tokio::test]
async fn a_reserved_path_that_is_none_is_refused_at_the_start() {
    let error = reserving("page").start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(error.to_string(), "the reserved path 'page' is no path such as '/_status'");
}
