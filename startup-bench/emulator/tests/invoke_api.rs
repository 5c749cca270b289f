//! Lambda's own API, as AWS's client sees it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_lambda::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvokeWithResponseStreamResponseEvent::{InvokeComplete, PayloadChunk};
use aws_sdk_lambda::types::{
    InvocationType, InvokeWithResponseStreamCompleteEvent, LogType, ResponseStreamingInvocationType,
};
use lambdafy_emulator::{Activity, Emulator, EmulatorBuilder, Function};
use serde_json::json;
use support::{Client as Http, by_hand};

fn orders() -> EmulatorBuilder {
    Emulator::builder().app(by_hand()).function(Function::new("orders"))
}

fn lambda(emulator: &Emulator) -> aws_sdk_lambda::Client {
    let config = aws_sdk_lambda::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(emulator.api_url())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    aws_sdk_lambda::Client::from_conf(config)
}

async fn invoke(
    emulator: &Emulator,
    name: &str,
    payload: impl Into<Vec<u8>>,
) -> Result<InvokeOutput, SdkError<InvokeError>> {
    let payload = Blob::new(payload.into());
    lambda(emulator).invoke().function_name(name).payload(payload).send().await
}

fn payload(output: &InvokeOutput) -> serde_json::Value {
    serde_json::from_slice(output.payload().unwrap().as_ref()).unwrap()
}

#[tokio::test]
async fn a_function_is_invoked_by_its_name_or_its_arn() {
    let emulator = orders().start().await.unwrap();
    let arn = Function::new("orders").arn();
    for name in ["orders", "orders:$LATEST", "123456789012:function:orders", &arn] {
        let output = invoke(&emulator, name, r#"{"a":1}"#).await.unwrap();
        assert_eq!(output.status_code(), 200);
        assert_eq!(output.executed_version(), Some("$LATEST"));
        assert_eq!(output.function_error(), None);
        assert_eq!(payload(&output)["body"], r#"{"a":1}"#);
    }
    let output = lambda(&emulator).invoke().function_name("orders").send().await.unwrap();
    assert_eq!(payload(&output)["body"], "{}", "no payload is an empty object");
}

#[tokio::test]
async fn a_function_that_fails_is_no_error_of_the_api() {
    let emulator = orders().start().await.unwrap();
    let output = invoke(&emulator, "orders", r#""do:error""#).await.unwrap();
    assert_eq!(output.status_code(), 200);
    assert_eq!(output.function_error(), Some("Unhandled"));
    let error = json!({"errorType": "App.Broken", "errorMessage": "on purpose"});
    assert_eq!(payload(&output), error);
}

#[tokio::test]
async fn the_end_of_the_log_comes_when_it_is_asked_for() {
    let emulator = orders().start().await.unwrap();
    let output = lambda(&emulator)
        .invoke()
        .function_name("orders")
        .log_type(LogType::Tail)
        .payload(Blob::new(r#""do:log""#))
        .send()
        .await
        .unwrap();
    let log = decode(output.log_result().unwrap());
    assert!(log.contains("starting\n") && log.contains("to standard output\n"), "{log}");
    let output = invoke(&emulator, "orders", "{}").await.unwrap();
    assert_eq!(output.log_result(), None);
}

#[tokio::test]
async fn a_long_log_comes_without_its_beginning() {
    let emulator = orders().start().await.unwrap();
    let output = lambda(&emulator)
        .invoke()
        .function_name("orders")
        .log_type(LogType::Tail)
        .payload(Blob::new(r#""do:chatter""#))
        .send()
        .await
        .unwrap();
    let log = decode(output.log_result().unwrap());
    assert_eq!(log.len(), 4096);
    assert!(log.contains("line 999\n") && !log.contains("line 1\n"), "{log}");
}

fn decode(base64: &str) -> String {
    String::from_utf8(base64_simd::STANDARD.decode_to_vec(base64).unwrap()).unwrap()
}

#[tokio::test]
async fn the_client_context_reaches_the_function() {
    let api = orders().start().await.unwrap();
    let context = base64_simd::STANDARD.encode_to_string(r#"{"custom": {"a": "b"}}"#);
    let invoke = |context: String| {
        lambda(&api)
            .invoke()
            .function_name("orders")
            .client_context(context)
            .payload(Blob::new(r#""do:headers""#))
            .send()
    };
    let headers = payload(&invoke(context).await.unwrap());
    let expected = r#"lambda-runtime-client-context: {"custom":{"a":"b"}}"#;
    assert!(headers.as_str().unwrap().to_lowercase().contains(expected), "{headers}");
    for bad in ["no base64!", "MTI0"] {
        let error = invoke(bad.to_owned()).await.unwrap_err().into_service_error();
        assert!(error.is_invalid_request_content_exception(), "{error:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_invoked_is_an_error_with_its_type() {
    let emulator = orders().start().await.unwrap();
    let error = invoke(&emulator, "other", "{}").await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception());
    let arn = Function::new("other").arn();
    assert_eq!(error.message(), Some(format!("Function not found: {arn}").as_str()));
    let error = invoke(&emulator, "orders:live", "{}").await.unwrap_err().into_service_error();
    assert!(error.is_resource_not_found_exception());
    let error = invoke(&emulator, "orders", "no JSON").await.unwrap_err().into_service_error();
    assert!(error.is_invalid_request_content_exception());
    assert!(emulator.sandboxes().is_empty(), "nothing was started for these");
}

#[tokio::test]
async fn events_over_the_limits_are_refused() {
    let emulator = orders().start().await.unwrap();
    let json = |length: usize| [b"\"", &*vec![b'a'; length - 2], b"\""].concat();
    let limit = 6 * 1024 * 1024;
    // The function gives it back, which is then too large for an answer: but it was invoked.
    assert!(invoke(&emulator, "orders", json(limit)).await.is_ok());
    let error = invoke(&emulator, "orders", json(limit + 1)).await.unwrap_err();
    assert!(error.into_service_error().is_request_too_large_exception());
    let event = |length| {
        lambda(&emulator)
            .invoke()
            .function_name("orders")
            .invocation_type(InvocationType::Event)
            .payload(Blob::new(json(length)))
            .send()
    };
    assert_eq!(event(1024 * 1024).await.unwrap().status_code(), 202);
    let error = event(1024 * 1024 + 1).await.unwrap_err().into_service_error();
    assert!(error.is_request_too_large_exception());
    assert!(error.message().unwrap().contains("limit 1048576 bytes"), "{error:?}");
}

#[tokio::test]
async fn a_dry_run_invokes_nothing() {
    let emulator = orders().start().await.unwrap();
    let dry = lambda(&emulator)
        .invoke()
        .function_name("orders")
        .invocation_type(InvocationType::DryRun)
        .send()
        .await
        .unwrap();
    assert_eq!(dry.status_code(), 204);
    assert!(emulator.sandboxes().is_empty());
}

#[tokio::test]
async fn what_is_over_the_concurrency_is_throttled() {
    let emulator = orders().max_sandboxes(1).throttle(true).start().await.unwrap();
    let emulator = Arc::new(emulator);
    let busy = emulator.clone();
    // It takes until the function's timeout: longer than the next call needs to come.
    let busy = tokio::spawn(async move { invoke(&busy, "orders", r#""do:hang""#).await });
    while emulator.sandboxes().is_empty() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let error = invoke(&emulator, "orders", "{}").await.unwrap_err().into_service_error();
    assert!(error.is_too_many_requests_exception(), "{error:?}");
    busy.abort();
}

/// Sends events and gives what happened until so many are over.
async fn deliver(builder: EmulatorBuilder, event: &str, count: usize) -> Vec<Activity> {
    let activities = Arc::new(Mutex::new(Vec::new()));
    let seen = activities.clone();
    let observed = builder.observe(move |activity| seen.lock().unwrap().push(activity.clone()));
    let emulator = observed.start().await.unwrap();
    for _ in 0..count {
        let accepted = lambda(&emulator)
            .invoke()
            .function_name("orders")
            .invocation_type(InvocationType::Event)
            .payload(Blob::new(event))
            .send()
            .await
            .unwrap();
        assert_eq!(accepted.status_code(), 202);
        assert!(accepted.payload().is_none());
    }
    let is_over = |activity: &&Activity| {
        matches!(activity, Activity::Invoked { error: None, .. } | Activity::Discarded { .. })
    };
    for _ in 0..1000 {
        if activities.lock().unwrap().iter().filter(is_over).count() == count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let activities = activities.lock().unwrap();
    let own = |activity: &&Activity| {
        matches!(activity, Activity::Invoked { .. } | Activity::Discarded { .. })
    };
    activities.iter().filter(own).cloned().collect()
}

#[tokio::test]
async fn events_are_accepted_at_once_and_each_is_delivered() {
    let events = deliver(orders().max_sandboxes(2), r#""do:sleep""#, 6).await;
    assert_eq!(events.len(), 6, "{events:?}");
    assert!(events.iter().all(|event| matches!(event, Activity::Invoked { error: None, .. })));
}

#[tokio::test]
async fn an_event_is_tried_three_times_under_one_request_id_and_then_discarded() {
    let retries = orders().retry_delay(Duration::from_millis(10));
    let events = deliver(retries, r#""do:error""#, 1).await;
    let ids: Vec<&String> = events
        .iter()
        .map(|event| match event {
            Activity::Invoked { request_id, error: Some(_), .. } => request_id,
            Activity::Discarded { request_id, error, event } => {
                assert_eq!(error, "App.Broken: on purpose");
                assert_eq!(event, r#""do:error""#);
                request_id
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ids.len(), 4, "{events:?}");
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert!(matches!(events[3], Activity::Discarded { .. }));
}

#[tokio::test]
async fn an_event_that_is_throttled_waits_and_is_delivered() {
    let throttled = orders().max_sandboxes(1).throttle(true);
    let events = deliver(throttled, r#""do:sleep""#, 2).await;
    assert_eq!(events.len(), 2, "{events:?}");
}

#[tokio::test]
async fn an_event_that_waits_when_the_emulator_ends_is_told() {
    let activities = Arc::new(Mutex::new(Vec::new()));
    let seen = activities.clone();
    let emulator = orders()
        .observe(move |activity| seen.lock().unwrap().push(activity.clone()))
        .start()
        .await
        .unwrap();
    let fails = lambda(&emulator)
        .invoke()
        .function_name("orders")
        .invocation_type(InvocationType::Event)
        .payload(Blob::new(r#""do:error""#));
    fails.send().await.unwrap();
    let has = |is: fn(&Activity) -> bool| activities.lock().unwrap().iter().any(is);
    while !has(|activity| matches!(activity, Activity::Invoked { .. })) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    emulator.stop().await;
    for _ in 0..400 {
        if has(|activity| matches!(activity, Activity::Discarded { .. })) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the event is lost without a word");
}

/// Invokes with a streamed answer: its pieces, and its end.
async fn stream(
    emulator: &Emulator,
    event: &str,
) -> (Vec<String>, InvokeWithResponseStreamCompleteEvent) {
    let mut output = lambda(emulator)
        .invoke_with_response_stream()
        .function_name("orders")
        .log_type(LogType::Tail)
        .payload(Blob::new(event))
        .send()
        .await
        .unwrap();
    assert_eq!(output.executed_version(), Some("$LATEST"));
    let mut pieces = Vec::new();
    loop {
        match output.event_stream.recv().await.unwrap().unwrap() {
            PayloadChunk(chunk) => {
                let bytes = chunk.payload().unwrap().as_ref().to_vec();
                pieces.push(String::from_utf8(bytes).unwrap());
            }
            InvokeComplete(end) => {
                assert!(output.event_stream.recv().await.unwrap().is_none());
                return (pieces, end);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_streamed_answer_comes_in_chunks_and_says_how_it_ended() {
    let emulator = orders().start().await.unwrap();
    let (pieces, end) = stream(&emulator, r#""do:stream""#).await;
    assert!(pieces.len() > 1, "{pieces:?}");
    let all = pieces.concat();
    assert!(all.starts_with(r#"{"statusCode":201"#) && all.ends_with("one two three"), "{all}");
    assert_eq!((end.error_code(), end.error_details()), (None, None));
    assert!(decode(end.log_result().unwrap()).contains("starting"));

    let (pieces, end) = stream(&emulator, r#""do:half""#).await;
    assert!(pieces.concat().ends_with("three"));
    assert_eq!(end.error_code(), Some("App.Half"));
}

#[tokio::test]
async fn an_answer_that_is_not_streamed_is_one_chunk_and_a_failure_none() {
    let emulator = orders().start().await.unwrap();
    let (pieces, end) = stream(&emulator, r#"{"a":1}"#).await;
    assert_eq!(pieces.len(), 1);
    assert!(pieces[0].contains("statusCode"), "{pieces:?}");
    assert_eq!(end.error_code(), None);
    let (pieces, end) = stream(&emulator, r#""do:error""#).await;
    assert!(pieces.is_empty());
    assert_eq!(end.error_code(), Some("App.Broken"));
    assert!(end.error_details().unwrap().contains("on purpose"));
    let dry = lambda(&emulator)
        .invoke_with_response_stream()
        .function_name("orders")
        .invocation_type(ResponseStreamingInvocationType::DryRun)
        .send();
    assert_eq!(dry.await.unwrap().status_code(), 204);
}

#[tokio::test]
async fn every_response_has_a_request_id_and_other_operations_are_unknown() {
    let emulator = orders().api_port(0).start().await.unwrap();
    let address = emulator.api_url().strip_prefix("http://").unwrap().parse().unwrap();
    let mut http = Http::connect(address).await;
    let invoked = http.post("/2015-03-31/functions/orders/invocations", &[], "{}").await;
    assert_eq!(invoked.status, 200);
    assert_eq!(invoked.header("content-type"), "application/json");
    assert!(!invoked.header("x-amzn-requestid").is_empty());
    let unknown = http.get("/2015-03-31/functions/orders").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(unknown.header("x-amzn-errortype"), "UnknownOperationException");
    assert!(!unknown.header("x-amzn-requestid").is_empty());
    let kind = [("x-amz-invocation-type", "Sometimes")];
    let bad = http.post("/2015-03-31/functions/orders/invocations", &kind, "{}").await;
    assert_eq!(bad.status, 400);
    assert_eq!(bad.header("x-amzn-errortype"), "ValidationException");
}

#[tokio::test]
async fn a_function_works_on_when_its_invoker_goes_away() {
    let emulator = orders().max_sandboxes(1).start().await.unwrap();
    invoke(&emulator, "orders", "{}").await.unwrap();
    let address = emulator.api_url().strip_prefix("http://").unwrap().parse().unwrap();
    let gone = tokio::spawn(async move {
        let mut http = Http::connect(address).await;
        http.post("/2015-03-31/functions/orders/invocations", &[], r#""do:sleep""#).await
    });
    while emulator.sandboxes()[0].invocations() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    gone.abort();
    tokio::time::sleep(Duration::from_millis(20)).await;
    let state = emulator.sandboxes()[0].state();
    assert_eq!(state, lambdafy_emulator::SandboxState::Busy);
    assert_eq!(invoke(&emulator, "orders", "{}").await.unwrap().status_code(), 200);
}
