//! Compression of buffered text answers, and of nothing else.

use std::io::Read;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::StreamBody;
use lambdafy::{Body, Options};

use super::support::{self, Answer, ClientRequest, Front, events};
use super::{SQS, app, result, typed};

fn text() -> String {
    "the same words again and again, ".repeat(40)
}

async fn answer(front: Front, accept: &str, response: Response<Bytes>) -> Answer {
    let request = ClientRequest::get("/").header("Accept-Encoding", accept);
    let options = front.options().compression(true);
    let reply = support::invoke(app(response), options, events::event(front, &request)).await;
    Answer::read(front, reply.unwrap()).await
}

fn coding(answer: &Answer) -> &str {
    answer.headers.get("content-encoding").map_or("", |values| &values[0])
}

fn decoded(answer: &Answer) -> Vec<u8> {
    let mut body = Vec::new();
    match coding(answer) {
        "br" => brotli::Decompressor::new(&answer.body[..], 4096).read_to_end(&mut body).unwrap(),
        "gzip" => flate2::read::GzDecoder::new(&answer.body[..]).read_to_end(&mut body).unwrap(),
        other => panic!("the coding is '{other}'"),
    };
    body
}

#[tokio::test]
async fn it_is_off_by_default() {
    let request = ClientRequest::get("/").header("Accept-Encoding", "br, gzip");
    let event = events::event(Front::HttpApiV2, &request);
    let value = result(Options::new(), event, typed("text/plain", text())).await.unwrap();
    assert_eq!((&value["isBase64Encoded"], &value["body"]), (&false.into(), &text().into()));
    assert_eq!(value["headers"].get("vary"), None);
}

#[tokio::test]
async fn text_is_compressed_behind_every_front_door_that_buffers() {
    for front in Front::ALL.into_iter().filter(|front| !front.streams()) {
        for (accept, expected) in [("gzip, br", "br"), ("gzip", "gzip"), ("br", "br")] {
            let answer = answer(front, accept, typed("text/plain", text())).await;
            assert_eq!(coding(&answer), expected, "{front:?}");
            assert_eq!(decoded(&answer), text().as_bytes(), "{front:?}");
            assert!(answer.body.len() < text().len() / 2, "{front:?}");
        }
    }
}

#[tokio::test]
async fn a_coding_that_the_client_does_not_accept_is_not_used() {
    for (accept, expected) in [
        ("", ""),
        ("identity", ""),
        ("deflate, zstd", ""),
        ("br;q=0, gzip;q=0", ""),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip; q=0.5", "gzip"),
        ("br;Q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0", ""),
        ("br;q=0, *", "gzip"),
        ("*;q=0, gzip;q=0.1", "gzip"),
        ("BR", "br"),
        ("brx", ""),
        ("gzip;q=1", "gzip"),
    ] {
        let answer = answer(Front::RestApi, accept, typed("text/plain", text())).await;
        assert_eq!(coding(&answer), expected, "accept-encoding: {accept}");
        assert_eq!(answer.headers["vary"], ["accept-encoding"], "caches must tell them apart");
    }
}

#[tokio::test]
async fn small_bodies_stay_as_they_are() {
    for (bytes, is_compressed) in [(0, false), (255, false), (256, true)] {
        let answer = answer(Front::RestApi, "br", typed("text/plain", "x".repeat(bytes))).await;
        assert_eq!(coding(&answer) == "br", is_compressed, "{bytes} bytes");
        assert_eq!(answer.headers.contains_key("vary"), is_compressed, "{bytes} bytes");
    }
}

#[tokio::test]
async fn what_is_encoded_binary_or_a_part_stays_as_it_is() {
    let with = |name, value| {
        let mut response = typed("text/plain", text());
        response.headers_mut().insert(name, HeaderValue::from_static(value));
        response
    };
    for response in [
        with("content-encoding", "zstd"),
        with("content-range", "bytes 0-9/100"),
        typed("image/png", text()),
        typed("text/plain; charset=utf-16", text()),
        typed("text/plain", [text().as_bytes(), b"\xff"].concat()),
    ] {
        let expected = response.clone();
        let answer = answer(Front::FunctionUrl, "br, gzip", response).await;
        assert_eq!(answer.body, expected.body().to_vec());
        let coding = answer.headers.get("content-encoding").cloned().unwrap_or_default().pop();
        let sent = expected.headers().get("content-encoding");
        assert_eq!(coding.as_deref(), sent.map(|value| value.to_str().unwrap()));
        assert!(!answer.headers.contains_key("vary"));
    }
}

#[tokio::test]
async fn headers_fit_the_compressed_body() {
    let mut response = typed("text/plain", text());
    let length = HeaderValue::from(text().len());
    response.headers_mut().insert("content-length", length);
    response.headers_mut().insert("accept-ranges", HeaderValue::from_static("bytes"));
    response.headers_mut().insert("vary", HeaderValue::from_static("origin"));
    let answer = answer(Front::AlbMulti, "gzip", response).await;
    assert_eq!(answer.headers["vary"], ["origin, accept-encoding"]);
    assert!(!answer.headers.contains_key("content-length"));
    assert!(!answer.headers.contains_key("accept-ranges"));
}

#[tokio::test]
async fn streams_are_not_compressed() {
    for front in [Front::RestApiStreaming, Front::FunctionUrlStreaming] {
        let answer = answer(front, "br", typed("text/plain", text())).await;
        assert_eq!(answer.body, text().as_bytes());
    }
}

#[tokio::test]
async fn results_of_other_events_are_not_compressed() {
    let options = Options::new().compression(true);
    let value = result(options, SQS, typed("text/plain", text())).await.unwrap();
    assert_eq!(value, text());
}

#[tokio::test]
async fn an_answer_that_only_fits_compressed_is_sent_so() {
    let large = "x".repeat(8 * 1024 * 1024);
    let answer = answer(Front::HttpApiV2, "gzip", typed("text/plain", large.clone())).await;
    assert_eq!(answer.status, 200);
    assert_eq!(decoded(&answer), large.as_bytes());
}

#[tokio::test]
async fn an_answer_in_pieces_is_never_cut_off_and_compressed() {
    const PIECE: usize = 512 * 1024;
    let app = tower::service_fn(|_: Request<Body>| async {
        let piece = || Ok::<_, std::io::Error>(Frame::data(Bytes::from("x".repeat(PIECE))));
        let pieces = (0..16).map(move |_| piece());
        let body = StreamBody::new(futures_util::stream::iter(pieces));
        let response = Response::builder().header("content-type", "text/plain");
        Ok::<_, std::io::Error>(response.body(body).unwrap())
    });
    let request = ClientRequest::get("/").header("Accept-Encoding", "gzip");
    let event = events::event(Front::HttpApiV2, &request);
    let reply = support::invoke(app, Options::new().compression(true), event).await.unwrap();
    let answer = Answer::read(Front::HttpApiV2, reply).await;
    if answer.status == 200 {
        assert_eq!(decoded(&answer).len(), 16 * PIECE, "the answer is cut off");
    } else {
        assert_eq!(answer.status, 500);
    }
}
