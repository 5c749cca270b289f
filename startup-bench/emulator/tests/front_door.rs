//! What a client gets through each front door.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lambdafy_emulator::{Activity, Emulator, EmulatorBuilder, FrontDoor};
use serde_json::{Value, json};
use support::{Client, Received, by_hand, raw};

const ALL: [FrontDoor; 8] = [
    FrontDoor::RestApi,
    FrontDoor::RestApiStream,
    FrontDoor::HttpApi,
    FrontDoor::HttpApiV1,
    FrontDoor::FunctionUrl,
    FrontDoor::FunctionUrlStream,
    FrontDoor::Alb,
    FrontDoor::AlbMultiValue,
];

fn behind(door: FrontDoor) -> EmulatorBuilder {
    Emulator::builder().app(by_hand()).source(door)
}

async fn post(emulator: &Emulator, path: &str, body: impl Into<bytes::Bytes>) -> Received {
    let mut client = Client::connect(emulator.address()).await;
    let headers = [("content-type", "application/json")];
    client.post(path, &headers, body).await
}

/// Posts a result that the function gives back as it is.
async fn result(emulator: &Emulator, result: &Value) -> Received {
    post(emulator, "/", format!("do:verbatim{result}")).await
}

async fn result_behind(door: FrontDoor, value: Value) -> Received {
    let emulator = behind(door).start().await.unwrap();
    result(&emulator, &value).await
}

#[tokio::test]
async fn a_request_comes_to_the_function_and_its_answer_comes_back() {
    for door in ALL {
        if matches!(door, FrontDoor::RestApiStream | FrontDoor::FunctionUrlStream) {
            continue;
        }
        let emulator = behind(door).start().await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        let response = client.get("/hello?a=1").await;
        assert_eq!(response.status, 200, "{door:?}: {}", response.text());
        if door != FrontDoor::AlbMultiValue {
            assert_eq!(response.header("content-type"), "application/json");
        }
        let event = response.json();
        let path = event.get("path").or_else(|| event.get("rawPath"));
        assert_eq!(path.unwrap(), "/hello", "{door:?}");
    }
}

#[tokio::test]
async fn an_invocation_has_a_whole_trace_and_through_a_function_url_the_requests_own_id() {
    for door in [FrontDoor::HttpApi, FrontDoor::FunctionUrl] {
        let emulator = behind(door).start().await.unwrap();
        let response = Client::connect(emulator.address()).await.get("/do:headers").await;
        let headers = response.text().to_lowercase();
        let trace = headers.split("lambda-runtime-trace-id: ").nth(1).unwrap();
        let trace: Vec<&str> = trace.split('|').next().unwrap().split(';').collect();
        assert!(trace[0].starts_with("root=1-") && trace[1].starts_with("parent="), "{trace:?}");
        assert_eq!(trace[2], "sampled=0");
        let id = response.header("x-amzn-requestid");
        let is_same = headers.contains(&format!("lambda-runtime-aws-request-id: {id}|"));
        assert_eq!(is_same, door == FrontDoor::FunctionUrl, "{headers}");
    }
}

#[tokio::test]
async fn a_function_that_fails_is_each_front_doors_own_error() {
    for (door, status, body) in [
        (FrontDoor::RestApi, 502, r#"{"message": "Internal server error"}"#),
        (FrontDoor::HttpApi, 500, r#"{"message":"Internal Server Error"}"#),
        (FrontDoor::FunctionUrl, 502, "Internal Server Error"),
        (FrontDoor::FunctionUrlStream, 502, "Internal Server Error"),
    ] {
        let emulator = behind(door).start().await.unwrap();
        for path in ["/do:error", "/do:crash", "/do:large"] {
            let mut client = Client::connect(emulator.address()).await;
            let response = client.get(path).await;
            assert_eq!(response.status, status, "{door:?} {path}");
            assert_eq!(response.text(), body, "{door:?} {path}");
        }
    }
    let emulator = behind(FrontDoor::Alb).start().await.unwrap();
    let response = Client::connect(emulator.address()).await.get("/do:error").await;
    assert_eq!(response.status, 502);
    assert!(response.text().contains("<h1>502 Bad Gateway</h1>"));
}

#[tokio::test]
async fn a_function_that_takes_too_long_is_an_error() {
    let emulator =
        behind(FrontDoor::RestApi).timeout(Duration::from_millis(200)).start().await.unwrap();
    let response = Client::connect(emulator.address()).await.get("/do:hang").await;
    assert_eq!(response.status, 502);
}

#[tokio::test]
async fn a_rest_api_takes_only_the_result_it_knows() {
    let emulator = behind(FrontDoor::RestApi).start().await.unwrap();
    for malformed in [
        json!({"statusCode": 200, "cookies": []}),
        json!({"body": "no status"}),
        json!({"statusCode": 200, "body": {"an": "object"}}),
        json!({"statusCode": 99}),
        json!({"statusCode": 200, "headers": {"a": ["list"]}}),
        json!({"statusCode": 200, "headers": {"a b": "no name"}}),
        json!({"statusCode": 200, "isBase64Encoded": 7, "body": 7}),
        json!("no object"),
    ] {
        let response = result(&emulator, &malformed).await;
        assert_eq!(response.status, 502, "{malformed}");
    }
    let good = json!({
        "statusCode": "201",
        "headers": {"x-one": 1, "x-both": "single", "www-authenticate": "Basic"},
        "multiValueHeaders": {"x-both": ["a", "b"], "set-cookie": ["a=1", "b=2"]},
        "body": "text"
    });
    let response = result(&emulator, &good).await;
    assert_eq!(response.status, 201);
    assert_eq!(response.header("x-one"), "1");
    let all = |name| response.headers.get_all(name).iter().collect::<Vec<_>>();
    assert_eq!(all("x-both"), ["a", "b"]);
    assert_eq!(all("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(response.header("x-amzn-remapped-www-authenticate"), "Basic");
    assert_eq!(response.header("content-type"), "application/json");
    assert_eq!(response.text(), "text");
}

#[tokio::test]
async fn a_rest_api_decodes_base64_for_its_binary_media_types_only() {
    let emulator = behind(FrontDoor::RestApi).start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    assert_eq!(client.get("/do:binary").await.body, "iVBORw==");
    let emulator = behind(FrontDoor::RestApi).binary_media_type("*/*").start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    assert_eq!(client.get("/do:binary").await.body, &b"\x89PNG"[..]);
}

#[tokio::test]
async fn the_others_decode_base64_always() {
    for door in [FrontDoor::HttpApi, FrontDoor::FunctionUrl, FrontDoor::Alb] {
        let emulator = behind(door).start().await.unwrap();
        let response = Client::connect(emulator.address()).await.get("/do:binary").await;
        assert_eq!(response.body, &b"\x89PNG"[..], "{door:?}");
        assert_eq!(response.header("content-type"), "image/png");
    }
}

#[tokio::test]
async fn payload_2_has_cookies_and_takes_what_has_no_status_as_json() {
    for door in [FrontDoor::HttpApi, FrontDoor::FunctionUrl] {
        let emulator = behind(door).start().await.unwrap();
        let response = result(
            &emulator,
            &json!({"statusCode": 204, "cookies": ["a=1", "b=2"], "multiValueHeaders": {"x": ["1"]}}),
        )
        .await;
        assert_eq!(response.status, 204);
        let cookies: Vec<_> = response.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1", "b=2"]);
        assert_eq!(response.header("x"), "");
        let response = result(&emulator, &json!({"hello": "world"})).await;
        assert_eq!(response.status, 200);
        assert_eq!(response.json(), json!({"hello": "world"}));
        assert_eq!(response.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn an_http_api_with_payload_1_guesses_nothing() {
    let response = result_behind(FrontDoor::HttpApiV1, json!({"hello": "world"})).await;
    assert_eq!(response.status, 500);
}

#[tokio::test]
async fn a_load_balancer_reads_the_headers_of_its_mode() {
    let value = json!({
        "statusCode": 200,
        "headers": {"x-mode": "single", "Set-Cookie": "a=1", "set-cookie": "b=2"},
        "multiValueHeaders": {"x-mode": ["multi"]},
        "body": "text"
    });
    let single = result_behind(FrontDoor::Alb, value.clone()).await;
    assert_eq!(single.header("x-mode"), "single");
    assert_eq!(single.headers.get_all("set-cookie").iter().count(), 2);
    let multi = result_behind(FrontDoor::AlbMultiValue, value).await;
    assert_eq!(multi.header("x-mode"), "multi");
}

#[tokio::test]
async fn headers_of_one_connection_are_not_passed_on() {
    let value = json!({
        "statusCode": 200,
        "headers": {"connection": "close", "content-length": "999", "x-a": "1"},
        "body": "text"
    });
    let response = result_behind(FrontDoor::HttpApi, value).await;
    assert_eq!(response.header("connection"), "");
    assert_eq!(response.header("content-length"), "4");
    assert_eq!(response.header("x-a"), "1");
    assert!(!response.header("apigw-requestid").is_empty());
}

#[tokio::test]
async fn a_stream_has_status_headers_cookies_and_comes_as_it_is_made() {
    for door in [FrontDoor::FunctionUrlStream, FrontDoor::RestApiStream] {
        let emulator = behind(door).start().await.unwrap();
        let response = Client::connect(emulator.address()).await.get("/do:stream").await;
        assert_eq!(response.status, 201, "{door:?}");
        assert_eq!(response.header("x-a"), "1");
        assert_eq!(response.headers.get_all("set-cookie").iter().count(), 2);
        assert_eq!(response.header("transfer-encoding"), "chunked");
        assert_eq!(response.text(), "one two three");
    }
}

#[tokio::test]
async fn a_stream_that_fails_half_way_is_cut_off() {
    let emulator = behind(FrontDoor::FunctionUrlStream).start().await.unwrap();
    let request = b"GET /do:half HTTP/1.1\r\nhost: x\r\n\r\n";
    let answer = raw(emulator.address(), request).await;
    assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
    assert!(answer.contains("three"), "{answer}");
    assert!(!answer.ends_with("0\r\n\r\n"), "the last chunk is missing: {answer}");
}

#[tokio::test]
async fn a_streaming_url_gives_a_buffered_result_as_it_is() {
    let emulator = behind(FrontDoor::FunctionUrlStream).start().await.unwrap();
    let value = json!({"statusCode": 404, "body": "text"});
    let response = result(&emulator, &value).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.json(), value);
}

#[tokio::test]
async fn a_streamed_answer_behind_a_buffering_door_is_malformed() {
    let emulator = behind(FrontDoor::RestApi).start().await.unwrap();
    let response = Client::connect(emulator.address()).await.get("/do:stream").await;
    assert_eq!(response.status, 502);
}

#[tokio::test]
async fn too_large_requests_are_refused() {
    for (door, length) in [
        (FrontDoor::Alb, 1024 * 1024 + 1),
        (FrontDoor::FunctionUrl, 6 * 1024 * 1024 + 1),
        // Within API Gateway's limit, but over Lambda's.
        (FrontDoor::HttpApi, 6 * 1024 * 1024),
    ] {
        let emulator = behind(door).start().await.unwrap();
        let response = post(&emulator, "/", vec![b'a'; length]).await;
        assert_eq!(response.status, 413, "{door:?}");
    }
}

#[tokio::test]
async fn too_large_answers_of_a_load_balancer_are_refused() {
    let value = json!({"statusCode": 200, "body": "a".repeat(600_000)});
    let ok = result_behind(FrontDoor::AlbMultiValue, value).await;
    assert_eq!(ok.body.len(), 600_000);
    let emulator = behind(FrontDoor::Alb).start().await.unwrap();
    // The event comes back with each quote escaped twice.
    let response = post(&emulator, "/", "\"".repeat(500_000)).await;
    assert_eq!(response.status, 502);
}

#[tokio::test]
async fn a_stage_is_the_first_segment_of_the_path() {
    let emulator = behind(FrontDoor::RestApi).stage("dev").start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    let event = client.get("/dev/a").await.json();
    assert_eq!(event["path"], "/a");
    assert_eq!(event["requestContext"]["path"], "/dev/a");
    assert_eq!(client.get("/develop").await.status, 403);

    let emulator = behind(FrontDoor::HttpApi).stage("dev").start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    let event = client.get("/dev/a").await.json();
    assert_eq!(event["rawPath"], "/dev/a");
    assert_eq!(event["requestContext"]["stage"], "dev");
    assert_eq!(client.get("/a").await.status, 404);
}

#[tokio::test]
async fn twenty_requests_at_once_are_answered_by_several_sandboxes() {
    let activities = Arc::new(Mutex::new(Vec::new()));
    let seen = activities.clone();
    let emulator = behind(FrontDoor::HttpApi)
        .observe(move |activity| seen.lock().unwrap().push(activity.clone()))
        .start()
        .await
        .unwrap();
    let mut requests = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let address = emulator.address();
        requests.spawn(async move { Client::connect(address).await.get("/do:sleep").await });
    }
    while let Some(response) = requests.join_next().await {
        assert_eq!(response.unwrap().status, 200);
    }
    let activities = activities.lock().unwrap();
    let count = |is: fn(&Activity) -> bool| activities.iter().filter(|a| is(a)).count();
    assert_eq!(
        count(
            |a| matches!(a, Activity::Answered { status, sandbox: Some(_), .. } if status.is_success())
        ),
        20
    );
    let started = count(|a| matches!(a, Activity::Started { .. }));
    assert!((10..=20).contains(&started), "{started}");
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_disturb_the_next_one() {
    let emulator = behind(FrontDoor::HttpApi).max_sandboxes(1).start().await.unwrap();
    for _ in 0..3 {
        let address = emulator.address();
        let gone =
            tokio::spawn(async move { Client::connect(address).await.get("/do:sleep").await });
        tokio::time::sleep(Duration::from_millis(20)).await;
        gone.abort();
    }
    let response = Client::connect(emulator.address()).await.get("/").await;
    assert_eq!(response.status, 200);
}
