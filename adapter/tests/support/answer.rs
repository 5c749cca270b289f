//! Results as the front doors read them. What one would answer with a 502 fails the test.

use std::collections::BTreeMap;

use http_body::Body as HttpBody;
use http_body_util::BodyExt;
use lambdafy::{BoxError, Reply};
use serde_json::{Map, Value};

use super::Front;
use super::encoding::from_base64;

/// What the client gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// By lower-case name. The values of one name are joined, which says the same (RFC 9110
    /// section 5.3); those of `set-cookie` stay apart and are sorted, for two front doors have
    /// them in a JSON object under names that differ.
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// An answer with these header fields in order.
    pub(crate) fn new(
        status: u16,
        fields: impl IntoIterator<Item = (String, String)>,
        body: Vec<u8>,
    ) -> Self {
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in fields {
            let name = name.to_ascii_lowercase();
            let is_cookie = name == "set-cookie";
            let values = headers.entry(name).or_default();
            match values.last_mut() {
                Some(last) if !is_cookie => *last = format!("{last}, {value}"),
                _ => values.push(value),
            }
            values.sort();
        }
        Self { status, headers, body }
    }

    /// What `front` makes of the result.
    pub(crate) async fn read<B>(front: Front, reply: Reply<B>) -> Self
    where
        B: HttpBody,
        B::Error: Into<BoxError>,
    {
        match reply {
            Reply::Buffered(_) if front.streams() => panic!("{front:?} got a buffered result"),
            Reply::Buffered(result) => Self::from_json(front, &result),
            Reply::Streaming(_) if !front.streams() => panic!("{front:?} got a stream"),
            Reply::Streaming(body) => {
                let result = body.collect().await.unwrap();
                assert!(result.trailers().is_none(), "the stream ends with an error");
                Self::from_stream(front, &result.to_bytes())
            }
        }
    }

    fn from_json(front: Front, result: &[u8]) -> Self {
        let value: Map<String, Value> = serde_json::from_slice(result).unwrap_or_else(|error| {
            panic!("{front:?}: {error} in {}", result.escape_ascii());
        });
        if front == Front::Edge {
            return from_edge(&value);
        }
        let status = value["statusCode"].as_u64().unwrap();
        check_members(front, &value, status);
        let body = value["body"].as_str().unwrap();
        let body = match value["isBase64Encoded"].as_bool().unwrap() {
            true => from_base64(body),
            false => body.as_bytes().to_vec(),
        };
        Self::new(u16::try_from(status).unwrap(), fields(front, &value), body)
    }

    /// The prelude, eight NUL bytes, the body as it is.
    fn from_stream(front: Front, result: &[u8]) -> Self {
        let end = result.windows(8).position(|bytes| bytes == [0; 8]).unwrap();
        let prelude: Map<String, Value> = serde_json::from_slice(&result[..end]).unwrap();
        let status = prelude["statusCode"].as_u64().unwrap();
        let fields = fields(front, &prelude);
        Self::new(u16::try_from(status).unwrap(), fields, result[end + 8..].to_vec())
    }
}

/// Fails if there is a member that the front door does not know, or one is missing.
fn check_members(front: Front, value: &Map<String, Value>, status: u64) {
    let headers = match front {
        Front::RestApi | Front::HttpApiV1 => vec!["multiValueHeaders"],
        Front::HttpApiV2 | Front::FunctionUrl => vec!["cookies", "headers"],
        Front::AlbMulti => vec!["multiValueHeaders", "statusDescription"],
        Front::AlbSingle => vec!["headers", "statusDescription"],
        _ => vec!["headers"],
    };
    let known = ["body", "isBase64Encoded", "statusCode"];
    let mut expected: Vec<_> = known.into_iter().chain(headers).collect();
    expected.sort_unstable();
    let mut actual: Vec<_> = value.keys().map(String::as_str).collect();
    actual.sort_unstable();
    assert_eq!(actual, expected, "{front:?}");
    if let Some(text) = value.get("statusDescription") {
        let text = text.as_str().unwrap();
        let reason = text.strip_prefix(&format!("{status} ")).unwrap_or_default();
        assert!(!reason.is_empty(), "{front:?}: statusDescription {text}");
    }
}

/// The header fields that the front door reads, in order.
fn fields(front: Front, value: &Map<String, Value>) -> Vec<(String, String)> {
    let multi = ["multiValueHeaders", "headers"].map(|name| value.get(name));
    let (map, is_multi) = match (front, multi) {
        (
            Front::RestApi | Front::RestApiStreaming | Front::HttpApiV1 | Front::AlbMulti,
            [Some(map), None],
        ) => (map, true),
        (_, [None, Some(map)]) => (map, false),
        _ => panic!("{front:?}: wrong header maps in {value:?}"),
    };
    let mut fields = Vec::new();
    for (name, value) in map.as_object().unwrap() {
        if is_multi {
            let values = value.as_array().unwrap();
            fields.extend(values.iter().map(|value| (name.clone(), text(value))));
        } else {
            fields.push((name.clone(), text(value)));
        }
    }
    for cookie in value.get("cookies").and_then(Value::as_array).into_iter().flatten() {
        fields.push(("set-cookie".to_owned(), text(cookie)));
    }
    fields
}

fn from_edge(value: &Map<String, Value>) -> Answer {
    let status = value["status"].as_str().unwrap().parse().unwrap();
    let mut fields = Vec::new();
    for (name, list) in value["headers"].as_object().unwrap() {
        for field in list.as_array().unwrap() {
            let key = text(&field["key"]);
            assert!(key.eq_ignore_ascii_case(name), "{key} under {name}");
            fields.push((key, text(&field["value"])));
        }
    }
    let body = text(&value["body"]);
    let body = match &*text(&value["bodyEncoding"]) {
        "base64" => from_base64(&body),
        "text" => body.into_bytes(),
        other => panic!("bodyEncoding {other}"),
    };
    Answer::new(status, fields, body)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
