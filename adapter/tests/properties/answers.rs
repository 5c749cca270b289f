//! What the app answers reaches the client, whatever it holds.

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use http_body_util::Full;
use lambdafy::{Body, Options, Reply, Source};
use proptest::prelude::*;
use proptest::sample::select;
use serde::de::IgnoredAny;
use serde_json::Value;
use tower::service_fn;

use super::config;
use super::support::{self, Answer, ClientRequest, Front};

const TYPES: [&str; 10] = [
    "text/plain",
    "application/json",
    "image/png",
    "Text/HTML; charset=ISO-8859-1",
    "application/xml;charset=\"utf-8\"",
    "application/octet-stream",
    ";",
    "a/b+json",
    "é",
    "",
];

/// A response and the headers that a client must see, by name and value in order.
#[derive(Clone, Debug)]
struct Sent {
    response: Response<Bytes>,
    fields: Vec<(String, String)>,
}

fn any_response() -> impl Strategy<Value = Sent> {
    let name =
        prop_oneof![Just("set-cookie".to_owned()), "q-[a-c]", "q[0-9a-z!#$%&'*+.^_`|~-]{1,9}"];
    let value = prop_oneof![
        prop::collection::vec(select(header_bytes()), 0..20),
        any::<String>().prop_map(String::into_bytes),
    ];
    let headers = prop::collection::vec((name, value), 0..8);
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any::<String>().prop_map(String::into_bytes),
    ];
    let kinds = (prop::option::of(select(&TYPES[..])), prop::bool::weighted(0.1));
    (100..=999_u16, headers, kinds, body).prop_map(|(status, headers, (kind, encoded), body)| {
        let mut all: Vec<_> = headers;
        all.extend(kind.map(|kind| ("content-type".to_owned(), kind.as_bytes().to_vec())));
        all.extend(encoded.then(|| ("content-encoding".to_owned(), b"br".to_vec())));
        let mut response = Response::new(Bytes::from(body));
        *response.status_mut() = status.try_into().unwrap();
        let mut fields = Vec::new();
        for (name, value) in all {
            let Ok(value) = HeaderValue::from_bytes(&value) else {
                continue;
            };
            fields.push((name.clone(), text(&value)));
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            response.headers_mut().append(name, value);
        }
        Sent { response, fields }
    })
}

fn header_bytes() -> Vec<u8> {
    (0..=255).filter(|byte| *byte == b'\t' || (*byte >= 32 && *byte != 127)).collect()
}

/// How JSON can hold a header value: as UTF-8, or else as ISO 8859-1.
fn text(value: &HeaderValue) -> String {
    let latin_1 = |_| value.as_bytes().iter().map(|byte| char::from(*byte)).collect();
    std::str::from_utf8(value.as_bytes()).map_or_else(latin_1, str::to_owned)
}

fn has_no_body(status: u16) -> bool {
    status < 200 || status == 204 || status == 304
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

proptest! {
    #![proptest_config(config(250))]

    #[test]
    fn any_answer_arrives_behind_every_front_door(sent in any_response()) {
        let status = sent.response.status().as_u16();
        let body = if has_no_body(status) { Vec::new() } else { sent.response.body().to_vec() };
        let expected = Answer::new(status, sent.fields, body);
        let response = sent.response.map(Full::new);
        let app = service_fn(move |_: Request<Body>| {
            let response = response.clone();
            async move { Ok::<_, Infallible>(response) }
        });
        let request = ClientRequest::get("/");
        for front in Front::ALL {
            let answer = support::answer_of(front, app.clone(), &request);
            prop_assert_eq!(&runtime().block_on(answer), &expected, "{:?}", front);
        }
    }

    #[test]
    fn any_answer_to_another_event_is_json_or_an_error(sent in any_response()) {
        let is_bodiless = has_no_body(sent.response.status().as_u16());
        let body = if is_bodiless { Bytes::new() } else { sent.response.body().clone() };
        let response = sent.response.map(Full::new);
        let app = service_fn(move |_: Request<Body>| {
            let response = response.clone();
            async move { Ok::<_, Infallible>(response) }
        });
        let options = Options::new().fail_on_error_status(false);
        match runtime().block_on(support::invoke(app, options, "{}")) {
            Ok(Reply::Buffered(result)) => {
                // Not `Value`, which refuses numbers beyond its range.
                prop_assert!(serde_json::from_slice::<IgnoredAny>(&result).is_ok());
                let text = serde_json::from_slice::<String>(&result);
                let is_text = text.is_ok_and(|text| text.as_bytes() == body);
                let is_empty = result == "null" && body.trim_ascii().is_empty();
                prop_assert!(is_text || is_empty || result == body);
            }
            Ok(Reply::Streaming(_)) => prop_assert!(false, "not buffered"),
            Err(_) => prop_assert!(std::str::from_utf8(&body).is_err()),
        }
    }

    #[test]
    fn any_answer_to_a_websocket_event_is_json(sent in any_response()) {
        let result = lambdafy::reply::buffered(Source::WebSocket, sent.response, &Options::new());
        prop_assert!(serde_json::from_slice::<Value>(&result.unwrap()).is_ok());
    }
}
