//! The largest request and the largest answer.

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use lambdafy::{ErrorKind, Options, Reply};

use super::support::{self, Answer, ClientRequest, Front, events};
use super::{SQS, app, get, result, typed};

const MIB: usize = 1024 * 1024;

async fn status_of_upload(front: Front, bytes: usize, limit: usize) -> u16 {
    let body = vec![b'x'; bytes];
    let request = ClientRequest::new("POST", "/").body("application/octet-stream", body);
    let event = events::event(front, &request);
    let options = front.options().max_request_bytes(limit);
    let reply = support::invoke(app(Response::default()), options, event).await;
    Answer::read(front, reply.unwrap()).await.status
}

#[tokio::test]
async fn a_body_over_the_limit_is_answered_with_413() {
    for front in Front::ALL {
        assert_eq!(status_of_upload(front, 1001, 1000).await, 413, "{front:?}");
        // Counted after decoding: the base64 of it is longer than the limit.
        assert_eq!(status_of_upload(front, 1000, 1000).await, 200, "{front:?}");
        assert_eq!(status_of_upload(front, 0, 0).await, 200, "{front:?}");
    }
}

#[tokio::test]
async fn there_is_no_limit_to_requests_by_default() {
    let body = "x".repeat(7 * MIB);
    let request = ClientRequest::new("POST", "/").body("text/plain", body);
    let event = events::event(Front::RestApi, &request);
    assert!(result(Options::new(), event, Response::default()).await.is_ok());
}

#[tokio::test]
async fn an_event_over_the_limit_that_the_app_has_not_seen_is_never_a_success() {
    for fail in [true, false] {
        let options = Options::new().max_request_bytes(10).fail_on_error_status(fail);
        let result = result(options, SQS, Response::default()).await;
        let error = result.expect_err("the queue would delete the messages");
        assert_eq!(error.kind(), ErrorKind::TooLarge, "fail_on_error_status({fail})");
    }
}

/// The status for a text answer whose result is exactly `bytes` long.
async fn status_of_result(front: Front, options: Options, bytes: usize) -> u16 {
    let whole = |body: usize| {
        let event = get(front);
        let response = typed("text/plain", "x".repeat(body));
        let options = options.clone();
        async move {
            let reply = support::invoke(app(response), options, event).await.unwrap();
            let Reply::Buffered(result) = reply else { panic!("not buffered") };
            let status =
                Answer::read(front, Reply::<String>::Buffered(result.clone())).await.status;
            (status, result.len())
        }
    };
    // Short bodies have content lengths of other lengths: none is written here.
    let (_, frame) = whole(0).await;
    let (status, length) = whole(bytes - frame).await;
    assert!(status != 200 || length == bytes, "{length} != {bytes}");
    status
}

#[tokio::test]
async fn an_answer_may_be_as_large_as_the_platform_takes_and_no_larger() {
    for (front, limit) in [
        (Front::AlbSingle, MIB),
        (Front::AlbMulti, MIB),
        (Front::Edge, MIB),
        (Front::RestApi, 6 * MIB),
        (Front::HttpApiV2, 6 * MIB),
        (Front::FunctionUrl, 6 * MIB),
        (Front::LatticeV1, 6 * MIB),
        (Front::LatticeV2, 6 * MIB),
    ] {
        assert_eq!(status_of_result(front, Options::new(), limit).await, 200, "{front:?}");
        assert_eq!(status_of_result(front, Options::new(), limit + 1).await, 500, "{front:?}");
    }
}

#[tokio::test]
async fn a_lower_limit_counts_and_a_higher_one_does_not() {
    let lower = Options::new().max_response_bytes(1000);
    for front in [Front::AlbSingle, Front::RestApi, Front::Edge] {
        assert_eq!(status_of_result(front, lower.clone(), 1000).await, 200, "{front:?}");
        assert_eq!(status_of_result(front, lower.clone(), 1001).await, 500, "{front:?}");
    }
    let higher = Options::new().max_response_bytes(100 * MIB);
    assert_eq!(status_of_result(Front::AlbSingle, higher.clone(), MIB + 1).await, 500);
    assert_eq!(status_of_result(Front::HttpApiV2, higher, 6 * MIB + 1).await, 500);
}

#[tokio::test]
async fn the_500_is_sent_even_if_it_is_over_the_limit_itself() {
    let options = Options::new().max_response_bytes(1);
    let value = result(options, get(Front::HttpApiV2), typed("text/plain", "hi")).await.unwrap();
    assert_eq!(value["statusCode"], 500);
    assert_eq!(value["body"], "The answer is larger than this platform can return.\n");
}

#[tokio::test]
async fn escapes_and_base64_count() {
    for response in [
        typed("text/plain", "\"".repeat(4 * MIB)),
        typed("text/plain", "\u{1}".repeat(2 * MIB)),
        typed("image/png", vec![0; 5 * MIB]),
    ] {
        let value = result(Options::new(), get(Front::RestApi), response).await.unwrap();
        assert_eq!(value["statusCode"], 500);
    }
}

#[tokio::test]
async fn an_answer_in_many_pieces_is_whole_or_a_500() {
    for (pieces, limit, status) in [(10, 100_000, 200), (10, 5_000, 500), (2, 1_001, 500)] {
        let app = tower::service_fn(move |_: http::Request<lambdafy::Body>| async move {
            let piece =
                || Ok::<_, std::io::Error>(http_body::Frame::data(Bytes::from("x".repeat(1000))));
            let stream = futures_util::stream::iter((0..pieces).map(move |_| piece()));
            Ok::<_, std::io::Error>(Response::new(http_body_util::StreamBody::new(stream)))
        });
        for front in [Front::HttpApiV2, Front::AlbMulti, Front::Edge] {
            let options = Options::new().max_response_bytes(limit);
            let reply = support::invoke(app, options, get(front)).await.unwrap();
            let answer = Answer::read(front, reply).await;
            assert_eq!(answer.status, status, "{front:?}");
            assert!(status == 500 || answer.body.len() == pieces * 1000);
        }
    }
}

#[tokio::test]
async fn a_head_request_for_a_large_answer_is_no_large_answer() {
    let event = events::event(Front::HttpApiV2, &ClientRequest::new("HEAD", "/"));
    let response = typed("text/plain", "x".repeat(7 * MIB));
    let value = result(Options::new(), event, response).await.unwrap();
    assert_eq!((&value["statusCode"], &value["body"]), (&200.into(), &"".into()));
}

#[tokio::test]
async fn a_result_of_another_event_that_is_too_large_fails() {
    let response = typed("text/plain", "x".repeat(6 * MIB));
    let error = result(Options::new(), SQS, response).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
}

#[tokio::test]
async fn streams_have_no_limit() {
    let front = Front::FunctionUrlStreaming;
    let options = front.options().max_response_bytes(10);
    let response = typed("text/plain", "x".repeat(7 * MIB));
    let Reply::Streaming(body) = support::invoke(app(response), options, get(front)).await.unwrap()
    else {
        panic!("not a stream")
    };
    assert!(body.collect().await.unwrap().to_bytes().len() > 7 * MIB);
}

#[tokio::test]
async fn a_413_is_streamed_where_answers_are() {
    let status = status_of_upload(Front::FunctionUrlStreaming, 11, 10).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}
