//! Answers that other adapters mangle, lose a part of, or do not survive.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full, StreamBody};
use lambdafy::{Body, BoxError, ErrorKind, Options, Reply};
use serde_json::Value;
use tower::service_fn;

use super::support::{self, Answer, ClientRequest, Front, events};

const SQS: &str = r#"{"Records":[{"eventSource":"aws:sqs","body":"one"}]}"#;

async fn answer(front: Front, response: Response<Bytes>) -> Answer {
    let app = service_fn(move |_: Request<Body>| {
        let response = response.clone().map(Full::new);
        async move { Ok::<_, Infallible>(response) }
    });
    support::answer_of(front, app, &ClientRequest::get("/")).await
}

/// The result itself, where it matters how it is written.
async fn result(front: Front, response: Response<Bytes>) -> Value {
    let app = service_fn(move |_: Request<Body>| {
        let response = response.clone().map(Full::new);
        async move { Ok::<_, Infallible>(response) }
    });
    let event = events::event(front, &ClientRequest::get("/"));
    match support::invoke(app, front.options(), event).await.unwrap() {
        Reply::Buffered(result) => serde_json::from_slice(&result).unwrap(),
        Reply::Streaming(body) => {
            let bytes = body.collect().await.unwrap().to_bytes();
            let end = bytes.iter().position(|byte| *byte == 0).unwrap();
            serde_json::from_slice(&bytes[..end]).unwrap()
        }
    }
}

fn response(headers: &[(&'static str, &'static [u8])], body: &'static [u8]) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(body));
    for (name, value) in headers {
        let value = HeaderValue::from_bytes(value).unwrap();
        response.headers_mut().append(*name, value);
    }
    response
}

/// lambda_http: a serialisation error; Lambda Web Adapter: the process exits.
#[tokio::test]
async fn a_header_that_is_not_utf_8_is_answered() {
    for front in Front::ALL {
        let answer = answer(front, response(&[("x-name", b"Andr\xe9")], b"hi")).await;
        assert_eq!((answer.status, &*answer.body), (200, &b"hi"[..]), "{front:?}");
        assert_eq!(answer.headers["x-name"], ["André"], "{front:?}");
    }
}

/// lambda_http: payload 2.0 and Function URL answers keep only the first.
#[tokio::test]
async fn repeated_response_headers_all_arrive() {
    let headers: [(_, &[u8]); 4] = [
        ("vary", b"accept"),
        ("link", b"</a>; rel=next"),
        ("vary", b"origin"),
        ("link", b"</b>; rel=prev"),
    ];
    for front in Front::ALL {
        let answer = answer(front, response(&headers, b"")).await;
        assert_eq!(answer.headers["vary"], ["accept, origin"], "{front:?}");
        assert_eq!(answer.headers["link"], ["</a>; rel=next, </b>; rel=prev"], "{front:?}");
    }
}

/// serverless-http loses all, lambda_http the second one, in ALB single mode.
#[tokio::test]
async fn every_set_cookie_arrives() {
    let headers: [(_, &[u8]); 3] = [
        ("set-cookie", b"a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT"),
        ("set-cookie", b"b=2"),
        ("set-cookie", b"a=1"),
    ];
    let mut expected = headers.map(|(_, value)| String::from_utf8(value.to_vec()).unwrap());
    expected.sort();
    for front in Front::ALL {
        let answer = answer(front, response(&headers, b"")).await;
        assert_eq!(answer.headers["set-cookie"], expected, "{front:?}");
    }
}

/// lambda_http: an array in a map of strings.
#[tokio::test]
async fn the_prelude_of_a_function_url_holds_strings_only() {
    let headers: [(_, &[u8]); 3] = [("vary", b"a"), ("vary", b"b"), ("set-cookie", b"c=1")];
    let prelude = result(Front::FunctionUrlStreaming, response(&headers, b"x")).await;
    assert_eq!(prelude["headers"], serde_json::json!({"vary": "a, b"}));
    assert_eq!(prelude["cookies"], serde_json::json!(["c=1"]));
}

/// lambda_http: transcoded to UTF-8, the charset left as it was.
#[tokio::test]
async fn text_in_another_charset_keeps_its_bytes() {
    let headers: [(_, &[u8]); 1] = [("content-type", b"text/plain; charset=iso-8859-1")];
    for front in Front::ALL {
        let answer = answer(front, response(&headers, b"Andr\xe9")).await;
        assert_eq!(answer.body, b"Andr\xe9", "{front:?}");
        assert_eq!(answer.headers["content-type"], ["text/plain; charset=iso-8859-1"]);
    }
}

/// lambda_http: mangled as if it were text.
#[tokio::test]
async fn bytes_without_a_content_type_arrive() {
    for front in Front::ALL {
        let answer = answer(front, response(&[], b"\xff\x00\xfe")).await;
        assert_eq!(answer.body, b"\xff\x00\xfe", "{front:?}");
    }
}

/// lambda_http: stripped.
#[tokio::test]
async fn a_byte_order_mark_stays() {
    let headers: [(_, &[u8]); 1] = [("content-type", b"text/csv")];
    for front in Front::ALL {
        let answer = answer(front, response(&headers, b"\xef\xbb\xbfa;b")).await;
        assert_eq!(answer.body, b"\xef\xbb\xbfa;b", "{front:?}");
    }
}

/// lambda_http sends `Text/HTML` and forms as base64, which a REST API hands on as it is.
#[tokio::test]
async fn text_is_not_base64_however_its_type_is_written() {
    for content_type in [
        "Text/HTML",
        "TEXT/plain; Charset=\"UTF-8\"",
        "application/x-www-form-urlencoded",
        "Application/Problem+JSON",
        "application/json;charset=utf-8",
        "image/svg+xml",
    ] {
        let headers = [("content-type", content_type.as_bytes())];
        let result = result(Front::RestApi, response(&headers, b"a=b")).await;
        assert_eq!(result["isBase64Encoded"], false, "{content_type}");
    }
}

/// serverless-express takes these for text.
#[tokio::test]
async fn binary_types_are_base64_even_if_their_bytes_are_ascii() {
    for content_type in ["application/pdf", "application/zip", "application/wasm", "image/png"] {
        let headers = [("content-type", content_type.as_bytes())];
        let result = result(Front::HttpApiV2, response(&headers, b"ascii")).await;
        assert_eq!(result["isBase64Encoded"], true, "{content_type}");
        assert_eq!(result["body"], "YXNjaWk=");
    }
}

/// lambda_http issues 1165, 1169: half of an answer as if it were the whole one.
#[tokio::test]
async fn a_body_that_fails_half_way_is_a_500() {
    let app = service_fn(|_: Request<Body>| async {
        let frame = http_body::Frame::data(Bytes::from_static(b"half"));
        let frames = [Ok(frame), Err(BoxError::from("gone"))];
        Ok::<_, Infallible>(Response::new(StreamBody::new(futures_util::stream::iter(frames))))
    });
    for front in Front::ALL.into_iter().filter(|front| !front.streams()) {
        let answer = support::answer_of(front, app, &ClientRequest::get("/")).await;
        assert_eq!(answer.status, 500, "{front:?}");
        assert_eq!(answer.body, b"Internal Server Error\n", "{front:?}");
    }
}

/// All seven: the invocation fails without words, or the front door answers 502.
#[tokio::test]
async fn an_answer_too_large_for_the_platform_becomes_a_500_with_words() {
    for front in Front::ALL.into_iter().filter(|front| !front.streams()) {
        let response = Response::new(Bytes::from(vec![b'x'; 6 * 1024 * 1024]));
        let answer = answer(front, response).await;
        assert_eq!(answer.status, 500, "{front:?}");
        assert_eq!(answer.body, b"The answer is larger than this platform can return.\n");
    }
}

/// Lambda Web Adapter issue 537: the queue deletes messages that the app has refused.
#[tokio::test]
async fn an_error_status_fails_an_event_that_is_no_request() {
    for status in [400, 404, 500, 503] {
        let app = service_fn(move |_: Request<Body>| async move {
            let response = Response::builder().status(status);
            Ok::<_, Infallible>(response.body(Full::<Bytes>::default()).unwrap())
        });
        let result = support::invoke(app, Options::new(), SQS).await;
        let error = result.map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::App, "{status}");
        assert!(error.to_string().contains(&status.to_string()), "{error}");
    }
}

/// Several: the list of failed messages is wrapped in something that SQS does not read.
#[tokio::test]
async fn a_partial_batch_failure_is_the_result_itself() {
    const FAILURES: &str = r#"{"batchItemFailures":[{"itemIdentifier":"7"}]}"#;
    let app = service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(FAILURES))))
    });
    let Reply::Buffered(result) = support::invoke(app, Options::new(), SQS).await.unwrap() else {
        panic!("not buffered")
    };
    assert_eq!(result, FAILURES);
}
