//! The Runtime API's contract, as a runtime sees it.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::time::Duration;

use lambdafy_emulator::{Answer, ErrorKind, Function, Invocation, RuntimeApi};
use support::{Client, answer_path, raw};
use tokio::time::sleep;

#[tokio::test]
async fn an_event_goes_to_the_runtime_and_its_answer_comes_back() {
    let api = RuntimeApi::start().await.unwrap();
    let pending = api.push(r#"{"a":1}"#);
    let mut runtime = Client::connect(api.address()).await;

    let event = runtime.next().await;
    assert_eq!(event.received.text(), r#"{"a":1}"#);
    assert_eq!(event.request_id, pending.request_id());
    let accepted = runtime.respond(&event.request_id, r#"{"b":2}"#).await;
    assert_eq!(accepted.status, 202);
    assert_eq!(accepted.json(), serde_json::json!({"status": "OK"}));

    let invoked = pending.invoked().await.unwrap();
    assert_eq!(invoked.payload, r#"{"b":2}"#);
    assert_eq!(invoked.error, None);
    assert!(!invoked.is_streamed);
}

#[tokio::test]
async fn an_event_comes_with_all_that_lambda_says_about_it() {
    let function = Function::new("orders").timeout(Duration::from_secs(7));
    let api = RuntimeApi::builder().function(function).start().await.unwrap();
    let _pending = api.push(
        Invocation::new("{}")
            .request_id("id-1")
            .trace_id("Root=1-2-3")
            .tenant_id("blue")
            .client_context(r#"{"custom":{}}"#)
            .cognito_identity(r#"{"cognitoIdentityId":"x"}"#),
    );

    let event = Client::connect(api.address()).await.next().await.received;
    assert_eq!(event.header("content-type"), "application/json");
    assert_eq!(event.header("lambda-runtime-aws-request-id"), "id-1");
    assert_eq!(event.header("lambda-runtime-trace-id"), "Root=1-2-3");
    assert_eq!(event.header("lambda-runtime-aws-tenant-id"), "blue");
    assert_eq!(event.header("lambda-runtime-client-context"), r#"{"custom":{}}"#);
    assert_eq!(
        event.header("lambda-runtime-invoked-function-arn"),
        "arn:aws:lambda:us-east-1:123456789012:function:orders"
    );
    assert!(!event.header("lambda-runtime-invocation-id").is_empty());
    let deadline_ms: u128 = event.header("lambda-runtime-deadline-ms").parse().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let left_ms = deadline_ms - now.unwrap().as_millis();
    assert!((6_000..=7_000).contains(&left_ms), "{left_ms}");
}

#[tokio::test]
async fn next_waits_until_an_event_comes() {
    let api = RuntimeApi::start().await.unwrap();
    let mut runtime = Client::connect(api.address()).await;
    let runtime = tokio::spawn(async move {
        let event = runtime.next().await;
        runtime.respond(&event.request_id, "1").await
    });
    api.idle().await.unwrap();
    sleep(Duration::from_millis(50)).await;
    assert_eq!(api.invoke("{}").await.unwrap().payload, "1");
    runtime.await.unwrap();
    assert_eq!(api.connections(), 1);
}

#[tokio::test]
async fn an_error_is_a_function_error_with_its_type() {
    let api = RuntimeApi::start().await.unwrap();
    let pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    let event = runtime.next().await;
    let body = r#"{"errorType":"App.Broken","errorMessage":"no","stackTrace":[]}"#;
    let accepted = runtime.post(&answer_path(&event.request_id, "error"), &[], body).await;
    assert_eq!(accepted.status, 202);

    let invoked = pending.invoked().await.unwrap();
    assert_eq!(invoked.payload, body);
    let error = invoked.error.unwrap();
    assert_eq!(error.error_type(), "App.Broken");
    assert_eq!(error.message(), "no");
}

#[tokio::test]
async fn an_unknown_request_id_is_refused() {
    let api = RuntimeApi::start().await.unwrap();
    let mut runtime = Client::connect(api.address()).await;
    for what in ["response", "error"] {
        let refused = runtime.post(&answer_path("nope", what), &[], "1").await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["errorType"], "InvalidRequestID");
    }
}

#[tokio::test]
async fn a_second_answer_is_refused() {
    let api = RuntimeApi::start().await.unwrap();
    let _pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    let event = runtime.next().await;
    assert_eq!(runtime.respond(&event.request_id, "1").await.status, 202);
    let refused = runtime.respond(&event.request_id, "2").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json()["errorType"], "InvalidStateTransition");
}

#[tokio::test]
async fn next_before_the_answer_is_refused() {
    let api = RuntimeApi::start().await.unwrap();
    let _pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    runtime.next().await;
    let refused = runtime.get("/2018-06-01/runtime/invocation/next").await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn an_answer_with_the_id_of_another_attempt_is_refused() {
    let api = RuntimeApi::start().await.unwrap();
    let _pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    let event = runtime.next().await;
    let path = answer_path(&event.request_id, "response");
    let stale = [("lambda-runtime-invocation-id", "of-an-earlier-one")];
    assert_eq!(runtime.post(&path, &stale, "1").await.status, 410);
    let own = event.received.header("lambda-runtime-invocation-id");
    let own = [("lambda-runtime-invocation-id", own)];
    assert_eq!(runtime.post(&path, &own, "1").await.status, 202);
}

#[tokio::test]
async fn an_answer_over_six_mebibytes_is_refused_and_fails_the_invocation() {
    let api = RuntimeApi::start().await.unwrap();
    let pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    let event = runtime.next().await;
    let body = vec![b'1'; 6_291_557];
    let refused = runtime.respond(&event.request_id, body).await;
    assert_eq!(refused.status, 413);
    assert_eq!(refused.json()["errorType"], "RequestEntityTooLarge");
    let error = pending.invoked().await.unwrap().error.unwrap();
    assert_eq!(error.error_type(), "Function.ResponseSizeTooLarge");

    let pending = api.push("{}");
    let event = runtime.next().await;
    let body = vec![b'1'; 6_291_556];
    assert_eq!(runtime.respond(&event.request_id, body).await.status, 202);
    assert_eq!(pending.invoked().await.unwrap().payload.len(), 6_291_556);
}

#[tokio::test]
async fn an_event_over_six_mebibytes_is_not_taken() {
    let api = RuntimeApi::start().await.unwrap();
    let error = api.invoke(vec![b' '; 6_291_557]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn an_invocation_runs_out_of_time_and_its_late_answer_is_gone() {
    let function = Function::default().timeout(Duration::from_millis(50));
    let api = RuntimeApi::builder().function(function).start().await.unwrap();
    let pending = api.push(Invocation::new("{}").request_id("slow"));
    let mut runtime = Client::connect(api.address()).await;
    let event = runtime.next().await;
    let error = pending.invoked().await.unwrap().error.unwrap();
    assert!(error.is_timeout());
    assert_eq!(error.message(), "RequestId: slow Error: Task timed out after 0.05 seconds");
    let refused = runtime.respond(&event.request_id, "1").await;
    assert_eq!(refused.status, 410);
    // The runtime lives on.
    let pending = api.push("{}");
    let event = runtime.next().await;
    runtime.respond(&event.request_id, "2").await;
    assert_eq!(pending.invoked().await.unwrap().payload, "2");
}

#[tokio::test]
async fn a_failed_start_is_reported_to_everyone_who_waits() {
    let api = RuntimeApi::start().await.unwrap();
    let pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    let body = r#"{"errorMessage":"no database","stackTrace":[]}"#;
    let error_type = [("lambda-runtime-function-error-type", "Runtime.InitError")];
    let accepted = runtime.post("/2018-06-01/runtime/init/error", &error_type, body).await;
    assert_eq!(accepted.status, 202);
    let error = api.ready().await.unwrap_err();
    assert_eq!(error.to_string(), "Runtime.InitError: no database");
    assert_eq!(pending.invoked().await.unwrap().error, Some(error.clone()));
    assert_eq!(api.invoke("{}").await.unwrap().error, Some(error));
}

#[tokio::test]
async fn a_start_cannot_fail_after_it_ended() {
    let api = RuntimeApi::start().await.unwrap();
    let _pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    runtime.next().await;
    let refused = runtime.post("/2018-06-01/runtime/init/error", &[], "{}").await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn with_snapstart_the_runtime_waits_between_its_start_and_its_first_event() {
    let function = Function::default().snapstart(true);
    let api = RuntimeApi::builder().function(function).record_calls(true).start().await.unwrap();
    let mut runtime = Client::connect(api.address()).await;
    let restored = tokio::spawn(async move {
        let restored = runtime.get("/2018-06-01/runtime/restore/next").await;
        assert_eq!(restored.status, 200);
        runtime
    });
    api.ready().await.unwrap();
    assert_eq!(api.first_next(), None);
    api.restore();
    let mut runtime = restored.await.unwrap();
    let pending = api.push("{}");
    let event = runtime.next().await;
    runtime.respond(&event.request_id, "1").await;
    assert_eq!(pending.invoked().await.unwrap().payload, "1");
    let calls = api.calls();
    let last = |path: &str| path.rsplit_once("runtime/").unwrap().1.to_owned();
    let calls: Vec<String> = calls.iter().map(|call| last(&call.path)).collect();
    assert_eq!(calls[..2], ["restore/next", "invocation/next"]);
}

#[tokio::test]
async fn an_invocation_restores_a_snapshot() {
    let function = Function::default().snapstart(true);
    let api = RuntimeApi::builder().function(function).start().await.unwrap();
    let mut runtime = Client::connect(api.address()).await;
    let pending = api.push("{}");
    runtime.get("/2018-06-01/runtime/restore/next").await;
    let failed = r#"{"errorType":"Runtime.AfterRestoreError","errorMessage":"no"}"#;
    let accepted = runtime.post("/2018-06-01/runtime/restore/error", &[], failed).await;
    assert_eq!(accepted.status, 202);
    let error = pending.invoked().await.unwrap().error.unwrap();
    assert_eq!(error.error_type(), "Runtime.AfterRestoreError");
}

#[tokio::test]
async fn restore_is_refused_without_snapstart() {
    let api = RuntimeApi::start().await.unwrap();
    let mut runtime = Client::connect(api.address()).await;
    let refused = runtime.get("/2018-06-01/runtime/restore/next").await;
    assert_eq!(refused.status, 403);
}

/// Streams an answer by hand: chunks, and trailers if any.
async fn stream(api: &RuntimeApi, request_id: &str, chunks: &[&str], trailers: &str) -> String {
    let path = answer_path(request_id, "response");
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         content-type: application/vnd.awslambda.http-integration-response\r\n\
         lambda-runtime-function-response-mode: streaming\r\n\
         transfer-encoding: chunked\r\n\
         trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
    );
    for chunk in chunks {
        request += &format!("{:x}\r\n{chunk}\r\n", chunk.len());
    }
    request += &format!("0\r\n{trailers}\r\n");
    raw(api.address(), request.as_bytes()).await
}

#[tokio::test]
async fn a_streamed_answer_comes_in_pieces() {
    let api = RuntimeApi::start().await.unwrap();
    let pending = api.push("{}");
    let event = Client::connect(api.address()).await.next().await;
    let (accepted, answer) =
        tokio::join!(stream(&api, &event.request_id, &["one", "two"], ""), async {
            let Answer::Streaming(mut answer) = pending.answer().await.unwrap() else {
                panic!("it is not streamed");
            };
            let mut bytes = Vec::new();
            while let Some(chunk) = answer.chunk().await {
                bytes.extend_from_slice(&chunk.unwrap());
            }
            let kind = answer.headers()["content-type"].clone();
            (kind, bytes)
        });
    assert!(accepted.starts_with("HTTP/1.1 202"), "{accepted}");
    assert_eq!(answer.0, "application/vnd.awslambda.http-integration-response");
    assert_eq!(answer.1, b"onetwo");
}

#[tokio::test]
async fn a_stream_that_fails_half_way_says_so_in_its_trailers() {
    let api = RuntimeApi::start().await.unwrap();
    let pending = api.push("{}");
    let event = Client::connect(api.address()).await.next().await;
    // {"errorMessage":"half"}
    let trailers = "Lambda-Runtime-Function-Error-Type: App.Half\r\n\
                    Lambda-Runtime-Function-Error-Body: eyJlcnJvck1lc3NhZ2UiOiJoYWxmIn0=\r\n";
    let (accepted, invoked) =
        tokio::join!(stream(&api, &event.request_id, &["one"], trailers), pending.invoked());
    assert!(accepted.starts_with("HTTP/1.1 202"), "{accepted}");
    let invoked = invoked.unwrap();
    assert!(invoked.is_streamed);
    assert_eq!(invoked.payload, "one");
    assert_eq!(invoked.error.unwrap().to_string(), "App.Half: half");
}

#[tokio::test]
async fn an_answer_that_breaks_off_fails_the_invocation() {
    use tokio::io::AsyncWriteExt;

    let api = RuntimeApi::start().await.unwrap();
    for mode in ["", "lambda-runtime-function-response-mode: streaming\r\n"] {
        let pending = api.push("{}");
        let event = Client::connect(api.address()).await.next().await;
        let mut connection = tokio::net::TcpStream::connect(api.address()).await.unwrap();
        let path = answer_path(&event.request_id, "response");
        let request =
            format!("POST {path} HTTP/1.1\r\nhost: x\r\n{mode}content-length: 9\r\n\r\nhalf");
        connection.write_all(request.as_bytes()).await.unwrap();
        drop(connection);
        let error = pending.invoked().await.unwrap().error.unwrap();
        assert_eq!(error.error_type(), "Runtime.TruncatedResponse");
    }
}

#[tokio::test]
async fn an_unknown_response_mode_is_refused() {
    let api = RuntimeApi::start().await.unwrap();
    let pending = api.push("{}");
    let mut runtime = Client::connect(api.address()).await;
    let event = runtime.next().await;
    let path = answer_path(&event.request_id, "response");
    let mode = [("lambda-runtime-function-response-mode", "quickly")];
    let refused = runtime.post(&path, &mode, "1").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["errorType"], "InvalidFunctionResponseMode");
    assert!(pending.invoked().await.unwrap().error.is_some());
}

#[tokio::test]
async fn a_managed_instance_takes_as_many_events_at_once_as_configured() {
    let function = Function::default().max_concurrency(2);
    let api = RuntimeApi::builder().function(function).start().await.unwrap();
    let environment = api.environment();
    assert!(environment.contains(&("AWS_LAMBDA_MAX_CONCURRENCY", "2".to_owned())));
    let pending = [api.push("1"), api.push("2"), api.push("3")];
    let mut loops = [Client::connect(api.address()).await, Client::connect(api.address()).await];
    let one = loops[0].next().await;
    let two = loops[1].next().await;
    let refused = loops[1].get("/2018-06-01/runtime/invocation/next").await;
    assert_eq!(refused.status, 403);
    loops[1].respond(&two.request_id, "two").await;
    let three = loops[1].next().await;
    loops[1].respond(&three.request_id, "three").await;
    loops[0].respond(&one.request_id, "one").await;
    let mut payloads = Vec::new();
    for pending in pending {
        payloads.push(pending.invoked().await.unwrap().payload);
    }
    assert_eq!(payloads, ["one", "two", "three"]);
    assert_eq!(api.connections(), 2);
}

#[tokio::test]
async fn an_invocation_that_nobody_waits_for_is_withdrawn() {
    let api = RuntimeApi::start().await.unwrap();
    drop(api.push("1"));
    let _pending = api.push("2");
    let event = Client::connect(api.address()).await.next().await;
    assert_eq!(event.received.text(), "2");
}

#[tokio::test]
async fn other_paths_do_not_exist() {
    let api = RuntimeApi::start().await.unwrap();
    let mut client = Client::connect(api.address()).await;
    assert_eq!(client.get("/2018-06-01/ping").await.text(), "pong");
    assert_eq!(client.get("/").await.status, 404);
    let wrong_method = client.post("/2018-06-01/runtime/invocation/next", &[], "");
    assert_eq!(wrong_method.await.status, 404);
}
