//! AWS's own runtimes for Rust in the emulator: each does here what it does on Lambda.
//!
//! Python's runtime, Lambda Web Adapter and `cargo lambda` are in `contracts.rs`.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use lambdafy_emulator::{Emulator, EmulatorBuilder, FrontDoor, Invocation};
use serde_json::json;
use support::{Client, example};

fn runtime(name: &str, fixture: &str) -> EmulatorBuilder {
    Emulator::builder().app(example(name)).env("FIXTURE", fixture)
}

#[tokio::test]
async fn lambda_runtime_answers_with_all_that_comes_with_an_event() {
    let emulator = runtime("on_lambda_runtime", "").start().await.unwrap();
    let event = Invocation::new(r#""hello""#).request_id("8476a536-e9f4-11e8-9739-2dfe598c3fcd");
    let event = event.client_context(r#"{"client":{"installation_id":"","app_title":"","app_version_name":"","app_version_code":"","app_package_name":""},"custom":{"a":"b"},"env":{}}"#);
    let invoked = emulator.invoke(event).await.unwrap();
    assert_eq!(invoked.error, None);
    let answer = invoked.json().unwrap();
    assert_eq!(answer["payload"], "hello");
    assert_eq!(answer["arn"], lambdafy_emulator::Function::default().arn());
    assert_eq!(answer["custom"], json!({"a": "b"}));
    assert!(answer["deadline"].as_u64().is_some_and(|deadline| deadline > 0));
    let logged = "answering 8476a536-e9f4-11e8-9739-2dfe598c3fcd";
    assert!(invoked.logs.iter().any(|line| line.text == logged), "{:?}", invoked.logs);
    assert_eq!(emulator.invoke(r#""hello""#).await.unwrap().sandbox, 1);
}

#[tokio::test]
async fn an_error_of_lambda_runtime_is_the_invocations() {
    let emulator = runtime("on_lambda_runtime", "").start().await.unwrap();
    let error = emulator.invoke(r#""error""#).await.unwrap().error.unwrap();
    assert_eq!(error.message(), "on purpose");
    assert_eq!(emulator.invoke(r#""hello""#).await.unwrap().error, None);
    assert_eq!(emulator.sandboxes()[0].number(), 1, "the sandbox lives on");
}

#[tokio::test]
async fn a_main_function_that_fails_is_a_failed_start() {
    let emulator = runtime("on_lambda_runtime", "no-start").start().await.unwrap();
    let invoked = emulator.invoke(r#""hello""#).await.unwrap();
    assert_eq!(invoked.error.unwrap().error_type(), "Runtime.ExitError");
}

#[tokio::test]
async fn a_stream_of_lambda_runtime_comes_with_its_prelude() {
    for door in [FrontDoor::FunctionUrlStream, FrontDoor::RestApiStream] {
        let emulator = runtime("on_lambda_runtime", "stream").source(door).start().await.unwrap();
        let response = Client::connect(emulator.address()).await.get("/").await;
        assert_eq!((response.status.as_u16(), response.text()), (201, "one two three"), "{door:?}");
    }
}

#[tokio::test]
async fn lambda_runtime_is_told_to_end_and_says_good_night() {
    let emulator = runtime("on_lambda_runtime", "").start().await.unwrap();
    emulator.invoke(r#""hello""#).await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    assert_eq!(sandbox.extensions().len(), 1);
    emulator.stop().await;
    let logs = sandbox.logs();
    assert!(logs.iter().any(|line| line.text == "good night"), "{logs:?}");
}

#[tokio::test]
async fn lambda_http_reads_the_events_of_every_front_door() {
    for door in [
        FrontDoor::RestApi,
        FrontDoor::HttpApi,
        FrontDoor::HttpApiV1,
        FrontDoor::FunctionUrl,
        FrontDoor::Alb,
        FrontDoor::AlbMultiValue,
    ] {
        let emulator = runtime("on_lambda_http", "").source(door).start().await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        let text = [("content-type", "text/plain")];
        let response = client.post("/hello?a=1", &text, "body").await;
        assert_eq!(response.status, 201, "{door:?}: {}", response.text());
        assert_eq!(response.text(), "POST /hello a=1 body", "{door:?}");
        // In single-value mode lambda_http itself loses the second.
        let cookies = if door == FrontDoor::Alb { 1 } else { 2 };
        assert_eq!(response.headers.get_all("set-cookie").iter().count(), cookies, "{door:?}");
        let failed = client.get("/error").await;
        assert!(failed.status.is_server_error(), "{door:?}");
    }
}

#[tokio::test]
async fn lambda_http_streams() {
    let emulator = runtime("on_lambda_http", "stream").source(FrontDoor::FunctionUrlStream);
    let emulator = emulator.start().await.unwrap();
    let response = Client::connect(emulator.address()).await.get("/").await;
    assert_eq!((response.status.as_u16(), response.text()), (201, "one two three"));
    assert_eq!((response.header("x-a"), response.header("set-cookie")), ("1", "a=1"));
}
