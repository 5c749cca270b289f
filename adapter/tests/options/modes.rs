//! Text or base64, buffered or streamed, failed or not.

use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt;
use lambdafy::{ErrorKind, Options, Reply, ResponseMode};
use serde_json::json;

use super::support::{self, ClientRequest, Front, events};
use super::{SQS, app, get, result, typed};

async fn is_base64(options: Options, content_type: &'static str) -> bool {
    let value = result(options, get(Front::HttpApiV2), typed(content_type, "plain")).await;
    value.unwrap()["isBase64Encoded"] == true
}

#[tokio::test]
async fn a_text_type_is_sent_as_text() {
    assert!(is_base64(Options::new(), "application/x-a").await);
    let options = Options::new().text_type(" Application/X-A ").text_type("model/b");
    assert!(!is_base64(options.clone(), "application/x-a; v=1").await);
    assert!(!is_base64(options.clone(), "MODEL/B").await);
    assert!(is_base64(options.clone(), "application/x-ab").await);
    assert!(is_base64(options, "application/x-a; charset=utf-16").await);
}

#[tokio::test]
async fn a_binary_type_is_sent_as_base64() {
    assert!(!is_base64(Options::new(), "text/x-c").await);
    let options = Options::new().binary_type("Text/X-C");
    assert!(is_base64(options.clone(), "text/x-c; charset=utf-8").await);
    assert!(!is_base64(options.clone(), "text/x-cc").await);
    assert!(is_base64(options.text_type("text/x-c"), "text/x-c").await);
}

#[tokio::test]
async fn a_text_type_does_not_make_text_of_bytes() {
    let options = Options::new().text_type("application/x-a");
    let value = result(options, get(Front::RestApi), typed("application/x-a", &b"\xff"[..])).await;
    assert_eq!(value.unwrap()["body"], "/w==");
}

#[tokio::test]
async fn only_function_urls_and_rest_apis_stream() {
    for front in Front::ALL {
        let options = Options::new().response_mode(ResponseMode::Streaming);
        let reply = support::invoke(app(typed("text/plain", "hi")), options, get(front)).await;
        let streams = matches!(reply.unwrap(), Reply::Streaming(_));
        let can = matches!(
            front,
            Front::RestApi
                | Front::RestApiStreaming
                | Front::FunctionUrl
                | Front::FunctionUrlStreaming
        );
        assert_eq!(streams, can, "{front:?}");
    }
}

#[tokio::test]
async fn other_events_are_answered_whole_in_streaming_mode_too() {
    let websocket = r#"{"requestContext":{"connectionId":"c","eventType":"MESSAGE"}}"#;
    for event in [SQS, websocket] {
        let options = Options::new().response_mode(ResponseMode::Streaming);
        assert!(result(options, event, typed("text/plain", "1")).await.is_ok());
    }
}

#[tokio::test]
async fn a_stream_has_no_body_where_http_has_none() {
    for (method, status) in [("HEAD", 200), ("GET", 204), ("GET", 304)] {
        for front in [Front::RestApiStreaming, Front::FunctionUrlStreaming] {
            let event = events::event(front, &ClientRequest::new(method, "/"));
            let mut response = typed("text/plain", "not to be seen");
            *response.status_mut() = status.try_into().unwrap();
            let reply = support::invoke(app(response), front.options(), event).await;
            let Reply::Streaming(body) = reply.unwrap() else { panic!("not a stream") };
            let bytes = body.collect().await.unwrap().to_bytes();
            assert!(bytes.ends_with(b"}\0\0\0\0\0\0\0\0"), "{method} {status}");
        }
    }
}

#[tokio::test]
async fn an_error_status_fails_other_events_unless_the_option_is_off() {
    let response = |status: u16| {
        let mut response = typed("application/json", "{\"a\":1}");
        *response.status_mut() = status.try_into().unwrap();
        response
    };
    for status in [400, 404, 499, 500, 599] {
        let error = result(Options::new(), SQS, response(status)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::App, "{status}");
        let options = Options::new().fail_on_error_status(false);
        let value = result(options, SQS, response(status)).await.unwrap();
        assert_eq!(value, json!({"a": 1}), "{status}");
    }
    for status in [200, 202, 302] {
        let value = result(Options::new(), SQS, response(status)).await.unwrap();
        assert_eq!(value, json!({"a": 1}), "{status}");
    }
}

#[tokio::test]
async fn an_error_status_is_an_answer_to_http_requests_whatever_the_option_says() {
    for fail in [false, true] {
        for front in Front::ALL {
            let mut response = typed("text/plain", "no");
            *response.status_mut() = http::StatusCode::NOT_FOUND;
            let event = get(front);
            let options = front.options().fail_on_error_status(fail);
            let reply = support::invoke(app(response), options, event).await.unwrap();
            assert_eq!(support::Answer::read(front, reply).await.status, 404, "{front:?}");
        }
    }
}

async fn passed_through(body: impl Into<Bytes>) -> Option<String> {
    let response = app(Response::new(body.into()));
    match support::invoke(response, Options::new(), SQS).await {
        Ok(Reply::Buffered(result)) => Some(String::from_utf8(result.to_vec()).unwrap()),
        Ok(Reply::Streaming(_)) => panic!("not buffered"),
        Err(_) => None,
    }
}

#[tokio::test]
async fn the_answer_to_another_event_is_its_result() {
    for (body, expected) in [
        (&b""[..], Some("null")),
        (b" \n", Some("null")),
        (b"{ \"a\": 1.0 }\n", Some("{ \"a\": 1.0 }\n")),
        (b"\"text\"", Some("\"text\"")),
        (b"text", Some("\"text\"")),
        (b"{\"a\":", Some("\"{\\\"a\\\":\"")),
        (b"\xff", None),
        (b"\"\xff\"", None),
        (b"{\"\xfc\":[]}", None),
    ] {
        let result = passed_through(body).await;
        assert_eq!(result.as_deref(), expected, "{}", body.escape_ascii());
    }
}

#[tokio::test]
async fn a_deeply_nested_answer_to_another_event_stays_json() {
    let nested = "[".repeat(200) + &"]".repeat(200);
    assert_eq!(passed_through(nested.clone()).await, Some(nested));
}
