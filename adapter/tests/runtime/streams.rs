//! Streamed answers of a Function URL.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use lambdafy_emulator::{Answer, FunctionError, StreamingAnswer};
use serde_json::{Value, json};
use tokio::time::timeout;

use super::function::{Function, Gate, event};
use super::process::PATIENCE;
use super::support::{ClientRequest, Front};

#[tokio::test]
async fn the_head_of_a_stream_says_what_it_is() {
    let function = Function::start_streaming("app").await;
    let mut answer = stream(&function, Front::FunctionUrl, "/hello").await;
    let headers = answer.headers().clone();
    assert_eq!(headers["lambda-runtime-function-response-mode"], "streaming");
    assert_eq!(headers["content-type"], "application/vnd.awslambda.http-integration-response");
    assert_eq!(headers["transfer-encoding"], "chunked");
    let trailers: Vec<_> = headers.get_all("trailer").iter().collect();
    assert_eq!(
        trailers,
        ["lambda-runtime-function-error-type", "lambda-runtime-function-error-body"]
    );
    assert!(headers.contains_key("lambda-runtime-invocation-id"));
    let (prelude, body, error) = read(&mut answer).await;
    assert_eq!(
        prelude,
        json!({
            "statusCode": 200,
            "headers": {"content-type": "text/plain; charset=utf-8", "content-length": "5"},
            "cookies": [],
        })
    );
    assert_eq!((&*body, error), (&b"hello"[..], None));
}

#[tokio::test]
async fn what_the_app_has_sent_arrives_before_the_rest_is_there() {
    let function = Function::start_streaming("app").await;
    let gate = Gate::new().await;
    let target = format!("/stream?port={}", gate.port);
    let mut answer = stream(&function, Front::FunctionUrl, &target).await;
    let bolt = gate.reached().await;
    let mut begin = BytesMut::new();
    while !begin.ends_with(b"first") {
        begin.extend_from_slice(&chunk(&mut answer).await.unwrap().unwrap());
    }
    drop(bolt);
    assert_eq!(chunk(&mut answer).await.unwrap().unwrap(), "second");
    assert_eq!(chunk(&mut answer).await, None);
}

#[tokio::test]
async fn a_rest_api_that_streams_gets_lists_of_headers() {
    let function = Function::start_streaming("app").await;
    let mut answer = stream(&function, Front::RestApi, "/hello").await;
    let (prelude, body, error) = read(&mut answer).await;
    assert_eq!(prelude["multiValueHeaders"]["content-type"], json!(["text/plain; charset=utf-8"]));
    assert_eq!((&*body, error), (&b"hello"[..], None));
}

#[tokio::test]
async fn a_body_that_fails_half_way_ends_in_trailers_that_say_why() {
    let function = Function::start_streaming("app").await;
    let mut answer = stream(&function, Front::FunctionUrl, "/stream_fails").await;
    let (_, body, error) = read(&mut answer).await;
    assert_eq!(body, "half");
    let error = error.unwrap();
    assert_eq!(error.error_type(), "Runtime.StreamError");
    assert_eq!(error.message(), "the disk is full");
    function.process.line("the answer's body failed half-way: the disk is full").await;
    function.works().await;
}

#[tokio::test]
async fn a_body_that_panics_half_way_ends_in_trailers_that_say_why() {
    let function = Function::start_streaming("app").await;
    let mut answer = stream(&function, Front::FunctionUrl, "/stream_panics").await;
    let (_, body, error) = read(&mut answer).await;
    assert_eq!((&*body, error.unwrap().message()), (&b"half"[..], "panicked: no more rows"));
    function.works().await;
}

#[tokio::test]
async fn an_app_that_fails_or_panics_is_a_streamed_500() {
    let function = Function::start_streaming("app").await;
    for path in ["/fail", "/panic"] {
        let mut answer = stream(&function, Front::FunctionUrl, path).await;
        let (prelude, body, error) = read(&mut answer).await;
        assert_eq!(prelude["statusCode"], 500);
        assert_eq!((&*body, error), (&b"Internal Server Error\n"[..], None));
    }
    function.works().await;
}

#[tokio::test]
async fn a_streamed_answer_may_be_larger_than_6_mib() {
    let function = Function::start_streaming("app").await;
    let mut answer = stream(&function, Front::FunctionUrl, "/large?bytes=9000000").await;
    let (prelude, body, error) = read(&mut answer).await;
    assert_eq!((&prelude["statusCode"], body.len(), error), (&json!(200), 9_000_000, None));
}

/// As when its client has gone: the function is neither hurt nor blocked.
#[tokio::test]
async fn a_stream_that_nobody_reads_does_not_hurt_the_next() {
    let function = Function::start_streaming("app").await;
    drop(stream(&function, Front::FunctionUrl, "/large?bytes=9000000").await);
    function.works().await;
}

async fn stream(function: &Function, front: Front, target: &str) -> StreamingAnswer {
    let pending = function.api.push(event(front, &ClientRequest::get(target)));
    match timeout(PATIENCE, pending.answer()).await.unwrap().unwrap() {
        Answer::Streaming(answer) => answer,
        other => panic!("no stream: {other:?} {:#?}", function.process.log()),
    }
}

/// The prelude, the body behind it, and the error that the stream ended with.
async fn read(answer: &mut StreamingAnswer) -> (Value, Bytes, Option<FunctionError>) {
    let mut all = BytesMut::new();
    let mut error = None;
    while let Some(chunk) = chunk(answer).await {
        match chunk {
            Ok(data) => all.extend_from_slice(&data),
            Err(failure) => error = Some(failure),
        }
    }
    let end = all.windows(8).position(|bytes| bytes == [0; 8]).unwrap();
    let body = all.split_off(end + 8).freeze();
    (serde_json::from_slice(&all[..end]).unwrap(), body, error)
}

async fn chunk(answer: &mut StreamingAnswer) -> Option<Result<Bytes, FunctionError>> {
    let waited = timeout(PATIENCE + Duration::from_secs(1), answer.chunk()).await;
    waited.unwrap_or_else(|_| panic!("the stream does not go on"))
}
