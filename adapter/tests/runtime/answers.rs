//! Whole answers, on the way through the Runtime API.

use std::time::{SystemTime, UNIX_EPOCH};

use lambdafy_emulator::Invocation;
use serde_json::{Value, json};

use super::function::{Function, event, sqs};
use super::support::{ClientRequest, Front};

#[tokio::test]
async fn a_rest_api_gets_its_answer() {
    let function = Function::start("app").await;
    let request = ClientRequest::new("POST", "/echo").body("text/plain", "Grüße");
    let invoked = function.invoke(event(Front::RestApi, &request)).await;
    assert_eq!(
        invoked.json().unwrap(),
        json!({
            "statusCode": 200,
            "multiValueHeaders": {
                "content-type": ["application/octet-stream"], "content-length": ["7"],
            },
            "isBase64Encoded": true,
            "body": "R3LDvMOfZQ==",
        })
    );
    assert_eq!(invoked.error, None);
    assert!(!invoked.is_streamed);
}

#[tokio::test]
async fn an_http_api_gets_its_answer() {
    let function = Function::start("app").await;
    let answer = function.get("/hello").await;
    assert_eq!(
        answer,
        json!({
            "statusCode": 200,
            "headers": {"content-type": "text/plain; charset=utf-8", "content-length": "5"},
            "cookies": [],
            "isBase64Encoded": false,
            "body": "hello",
        })
    );
}

#[tokio::test]
async fn an_event_of_a_queue_gets_the_body_as_its_result() {
    let function = Function::start("app").await;
    let invoked = function.invoke(sqs()).await;
    assert_eq!(invoked.json().unwrap(), json!({"batchItemFailures": []}));
}

#[tokio::test]
async fn the_app_reaches_all_that_lambda_says_of_an_invocation() {
    let function = Function::start("app").await;
    let before = now_ms();
    let event = event(Front::HttpApiV2, &ClientRequest::get("/context"));
    let trace = "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1";
    let invocation = Invocation::new(event)
        .request_id("8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .trace_id(trace)
        .tenant_id("blue");
    let invoked = function.invoke(invocation).await;
    let context = body(&invoked.json().unwrap());
    assert_eq!(context["request_id"], "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    assert_eq!(context["function_arn"], "arn:aws:lambda:us-east-1:123456789012:function:orders");
    assert_eq!(context["trace_id"], trace);
    assert_eq!(context["tenant_id"], "blue");
    assert_eq!(context["source"], "aws.apigw.v2");
    let deadline = context["deadline_ms"].as_u64().unwrap();
    assert!((before + 61_000..=now_ms() + 61_000).contains(&deadline), "{context}");
    let remaining = context["remaining_ms"].as_u64().unwrap();
    assert!((1..=61_000).contains(&remaining), "{context}");
}

#[tokio::test]
async fn what_one_invocation_was_told_is_not_told_to_the_next() {
    let function = Function::start("app").await;
    let event = event(Front::HttpApiV2, &ClientRequest::get("/context"));
    let first = function.invoke(Invocation::new(event.clone()).tenant_id("blue")).await;
    let second = function.invoke(event).await;
    let [first_context, second_context] =
        [&first, &second].map(|invoked| body(&invoked.json().unwrap()));
    assert_eq!(first_context["tenant_id"], "blue");
    assert_eq!(second_context["tenant_id"], Value::Null);
    assert_eq!(second_context["request_id"], second.request_id);
    assert_ne!(first.request_id, second.request_id);
}

#[tokio::test]
async fn every_answer_names_the_invocation_that_it_is_for() {
    let function = Function::start_streaming("app").await;
    function.works().await;
    function.invoke(event(Front::FunctionUrl, &ClientRequest::get("/hello"))).await;
    function.invoke("[").await;
    let calls = function.api.calls();
    let posts: Vec<_> = calls.iter().filter(|call| call.method == http::Method::POST).collect();
    assert_eq!(posts.len(), 3, "{:?}", function.paths());
    let mut ids: Vec<_> =
        posts.iter().map(|call| &call.headers["lambda-runtime-invocation-id"]).collect();
    // The emulator refuses one that it did not give out for this invocation.
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(posts[2].path.ends_with("/error"));
}

#[tokio::test]
async fn a_result_of_more_than_6_mib_becomes_a_500_that_says_so() {
    let function = Function::start("app").await;
    let answer = function.get("/large?bytes=7340032").await;
    assert_eq!(answer["statusCode"], 500);
    assert_eq!(answer["body"], "The answer is larger than this platform can return.\n");
    let line = function.process.line("answered 500").await;
    assert!(line.contains("7340032 bytes"), "{line}");
    assert!(line.contains("6291456"), "{line}");
    function.works().await;
}

#[tokio::test]
async fn a_result_of_almost_6_mib_arrives() {
    let function = Function::start("app").await;
    let answer = function.get("/large?bytes=6291000").await;
    assert_eq!(answer["statusCode"], 200);
    assert_eq!(answer["body"].as_str().unwrap().len(), 6_291_000);
}

/// The JSON in the body of an answer.
fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}
