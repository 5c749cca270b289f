//! Any answer behind every front door: the result is valid JSON, or a stream, and holds the body
//! that the app has sent.
//!
//! The input: a byte for the options, one for the source, two for the status, the number of bytes
//! that the body comes in at a time, then lines of `name:value`, an empty line and the body.

#![no_main]

#[path = "options.rs"]
mod options;

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::{HeaderName, HeaderValue, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use lambdafy::{Body, Invocation, LambdaLayer, Reply};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};

/// An event of every source; those with headers accept codings.
const EVENTS: [&str; 12] = [
    r#"{"httpMethod":"GET","path":"/","requestContext":{"stage":"prod"},"multiValueHeaders":{"accept-encoding":["gzip"]}}"#,
    r#"{"version":"1.0","httpMethod":"GET","path":"/","requestContext":{},"headers":{"accept-encoding":"br"}}"#,
    r#"{"version":"2.0","rawPath":"/","headers":{"accept-encoding":"gzip"},"requestContext":{"http":{"method":"GET"}}}"#,
    r#"{"version":"2.0","rawPath":"/","headers":{},"requestContext":{"domainName":"a.lambda-url.b.on.aws","http":{"method":"GET"}}}"#,
    r#"{"httpMethod":"GET","path":"/","headers":{},"requestContext":{"elb":{}}}"#,
    r#"{"httpMethod":"GET","path":"/","multiValueHeaders":{"accept-encoding":["br, gzip"]},"requestContext":{"elb":{}}}"#,
    r#"{"raw_path":"/","method":"GET","headers":{}}"#,
    r#"{"version":"2.0","path":"/","method":"GET","headers":{},"requestContext":{"serviceNetworkArn":"a","targetGroupArn":"b"}}"#,
    r#"{"Records":[{"cf":{"request":{"method":"GET","uri":"/","headers":{}}}}]}"#,
    r#"{"requestContext":{"connectionId":"c","eventType":"MESSAGE","routeKey":"$default"}}"#,
    r#"{"httpMethod":"HEAD","path":"/","requestContext":{}}"#,
    r#"{"Records":[{"eventSource":"aws:sqs"}]}"#,
];
const HEAD: usize = 10;
const PASS_THROUGH: usize = 11;

struct Case {
    flags: u8,
    source: usize,
    piece: usize,
    response: Response<()>,
    body: Bytes,
}

fuzz_target!(|input: &[u8]| {
    let Some(case) = parse(input) else { return };
    let (response, body, piece) = (case.response.clone(), case.body.clone(), case.piece);
    let app = service_fn(move |_: Request<Body>| {
        let body = body.clone();
        let pieces = (0..body.len().div_ceil(piece)).map(move |number| {
            let end = body.len().min((number + 1) * piece);
            Ok::<_, Infallible>(Frame::data(body.slice(number * piece..end)))
        });
        let response = response.clone().map(|()| StreamBody::new(stream::iter(pieces)));
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let service = LambdaLayer::new(options::options(case.flags)).layer(app);
    let invocation = Invocation::new(EVENTS[case.source]);
    match service.oneshot(invocation).now_or_never().unwrap() {
        Ok(Reply::Buffered(result)) => check(&case, &result),
        Ok(Reply::Streaming(body)) => {
            let result = body.collect().now_or_never().unwrap().unwrap().to_bytes();
            let end = result.windows(8).position(|bytes| bytes == [0; 8]).unwrap();
            let prelude: Value = serde_json::from_slice(&result[..end]).unwrap();
            assert_eq!(prelude["statusCode"], case.response.status().as_u16());
            assert_eq!(&result[end + 8..], expected_body(&case));
        }
        Err(_) => assert_eq!(case.source, PASS_THROUGH),
    }
});

fn parse(input: &[u8]) -> Option<Case> {
    let (&[flags, source, low, high, piece], mut rest) = input.split_first_chunk()?;
    let mut response = Response::new(());
    *response.status_mut() = (u16::from_le_bytes([low, high]) % 900 + 100).try_into().ok()?;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = &rest[..end];
        rest = &rest[end + 1..];
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':')?;
        let name = HeaderName::from_bytes(&line[..colon]).ok()?;
        let value = HeaderValue::from_bytes(&line[colon + 1..]).ok()?;
        response.headers_mut().try_append(name, value).ok()?;
    }
    Some(Case {
        flags,
        source: usize::from(source) % EVENTS.len(),
        piece: usize::from(piece) * 16 + 1,
        response,
        body: Bytes::copy_from_slice(rest),
    })
}

/// The body that a client must get.
fn expected_body(case: &Case) -> &[u8] {
    let status = case.response.status().as_u16();
    let has_none = case.source == HEAD || status < 200 || status == 204 || status == 304;
    if has_none { b"" } else { &case.body }
}

fn check(case: &Case, result: &[u8]) {
    let value: Value = match serde_json::from_slice(result) {
        // The app's own JSON is handed on as it is, numbers beyond serde_json's range included.
        Err(error) if error.to_string().starts_with("number out of range") => return,
        value => value.unwrap(),
    };
    let sent = case.response.status().as_u16();
    if case.source == PASS_THROUGH {
        let body = expected_body(case);
        let is_text = value.as_str().is_some_and(|text| text.as_bytes() == body);
        let is_empty = value.is_null() && body.trim_ascii().is_empty();
        assert!(is_text || is_empty || result == body);
        return;
    }
    let status = match &value["status"] {
        Value::String(status) => status.parse().unwrap(),
        _ => value["statusCode"].as_u64().unwrap(),
    };
    let is_too_large = options::limits_sizes(case.flags) && status == 500;
    assert!(status == u64::from(sent) || is_too_large);
    let is_compressed = case.flags & 0x80 != 0 && result.windows(4).any(|part| part == b"vary");
    if is_too_large || is_compressed {
        return;
    }
    let body = value["body"].as_str().unwrap();
    let is_base64 = value["isBase64Encoded"] == true || value["bodyEncoding"] == "base64";
    let body = match is_base64 {
        true => base64_simd::STANDARD.decode_to_vec(body).unwrap(),
        false => body.as_bytes().to_vec(),
    };
    assert_eq!(body, expected_body(case));
}
