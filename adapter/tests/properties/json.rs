//! The adapter and serde_json agree on what JSON is.

use base64_simd::STANDARD as BASE64;
use lambdafy::{Context, Error, ErrorKind, Options, Source, event};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use super::config;
use super::damage::{CORPUS, apply, damage};

/// Keys that decide what an event is or what the request looks like.
const KEYS: [&str; 40] = [
    "Records",
    "apiId",
    "authorizer",
    "body",
    "cf",
    "connectionId",
    "cookies",
    "data",
    "domainName",
    "elb",
    "encoding",
    "eventSource",
    "eventType",
    "headers",
    "http",
    "httpMethod",
    "identity",
    "isBase64Encoded",
    "key",
    "method",
    "methodArn",
    "multiValueHeaders",
    "multiValueQueryStringParameters",
    "path",
    "pathParameters",
    "queryStringParameters",
    "query_string_parameters",
    "rawPath",
    "rawQueryString",
    "raw_path",
    "request",
    "requestContext",
    "routeKey",
    "serviceNetworkArn",
    "sourceIp",
    "stage",
    "targetGroupArn",
    "uri",
    "value",
    "version",
];

const TEXTS: [&str; 14] = [
    "2.0",
    "1.0",
    "GET",
    "/x?a=1",
    "base64",
    "aGk=",
    "REQUEST",
    "a=1; b=2",
    "203.0.113.7",
    "CONNECT",
    "\u{0}\n",
    "żółw \u{1f600}",
    "%zz%41",
    "x.lambda-url.eu-west-1.on.aws",
];

fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![4 => select(&KEYS[..]).prop_map(str::to_owned), 1 => any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(&TEXTS[..]).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            1 => prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            3 => prop::collection::vec((key.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// What serde_json says; nothing where it gives up at a number beyond its range, which is JSON
/// all the same, and leaves the rest unread.
fn parse(bytes: &[u8]) -> Option<Result<Value, serde_json::Error>> {
    let parsed = serde_json::from_slice(bytes);
    let is_unread =
        matches!(&parsed, Err(error) if error.to_string().starts_with("number out of range"));
    (!is_unread).then_some(parsed)
}

/// Whether the adapter found fault with the JSON itself.
fn is_about_json(error: &Error) -> bool {
    let text = error.to_string();
    text.contains("not valid JSON") || text.contains("nested deeper")
}

/// The adapter's verdict on `bytes` must be serde_json's.
fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let result = event::to_request(bytes, &Options::new());
    let Some(json) = parse(bytes) else {
        return Ok(());
    };
    match (json, result) {
        (Err(why), Ok(_)) => {
            let event = bytes.escape_ascii();
            Err(TestCaseError::fail(format!("taken, but no JSON: {why}: {event}")))
        }
        (Err(_), Err(error)) => {
            prop_assert_eq!(error.kind(), ErrorKind::InvalidEvent);
            Ok(())
        }
        (Ok(_), Err(error)) => {
            let event = bytes.escape_ascii();
            prop_assert!(!is_about_json(&error), "refused, but JSON: {error}: {event}");
            Ok(())
        }
        (Ok(json), Ok(request)) => {
            let source = request.extensions().get::<Context>().unwrap().source();
            let body = request.body().as_bytes().unwrap();
            if source == Source::PassThrough {
                prop_assert_eq!(&body[..], bytes.trim_ascii());
            } else if source != Source::Edge {
                check_body(&json, body)?;
            }
            prop_assert!(request.uri().path().starts_with('/'));
            Ok(())
        }
    }
}

fn check_body(event: &Value, body: &[u8]) -> Result<(), TestCaseError> {
    let flags = ["isBase64Encoded", "is_base64_encoded"].map(|name| &event[name]);
    let is_base64 = match flags {
        [flag, Value::Null] | [Value::Null, flag] => flag == true,
        // One of them is another source's.
        _ => return Ok(()),
    };
    let text = event["body"].as_str().unwrap_or_default();
    match BASE64.decode_to_vec(text) {
        _ if !is_base64 => prop_assert_eq!(body, text.as_bytes()),
        Ok(bytes) => prop_assert_eq!(body, bytes),
        Err(_) => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn any_json_is_translated_or_an_error_that_names_a_field(value in any_json()) {
        check(value.to_string().as_bytes())?;
        check(serde_json::to_string_pretty(&value).unwrap().as_bytes())?;
    }

    #[test]
    fn any_bytes_are_taken_if_and_only_if_they_are_json(
        bytes in prop::collection::vec(any::<u8>(), 0..60),
        text in "[\\[\\]{}\":,\\\\ntrufalse0-9eE+\\-. \n]{0,30}",
    ) {
        check(&bytes)?;
        check(text.as_bytes())?;
    }

    #[test]
    fn a_damaged_event_is_taken_if_and_only_if_it_is_json(
        which in any::<Index>(),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let mut event = which.get(&CORPUS[..]).clone();
        for damage in &damages {
            apply(&mut event, damage);
        }
        check(&event)?;
    }
}

#[test]
fn nesting_is_limited_where_serde_json_limits_it() {
    for depth in 120..135 {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = if open == "[" { "" } else { "1" };
            let event = open.repeat(depth) + inner + &close.repeat(depth);
            let is_json = serde_json::from_str::<Value>(&event).is_ok();
            let result = event::to_request(event.as_bytes(), &Options::new());
            assert_eq!(result.is_ok(), is_json, "{depth} times {open}");
        }
    }
}

/// Events with something that no JSON has in a field that the request does not need.
fn events_with_something_hidden() -> Vec<Vec<u8>> {
    let head = r#""httpMethod":"GET","path":"/","requestContext":{}"#;
    let mut events: Vec<Vec<u8>> = Vec::new();
    let hidden: [&[u8]; 9] = [
        b"\"a\x01b\"",
        b"\"\\q\"",
        b"\"\\ud800\"",
        b"\"\\u12\"",
        b"\"\xff\"",
        b"01",
        b"nul",
        b"{\"a\" 1}",
        b"[1,]",
    ];
    for hidden in hidden {
        for (before, after) in [
            (r#"{"body":"#, "}"),
            (r#"{"body":"#, r#","body":"x"}"#),
            (r#"{"Records":[{"body":"x"}],"body":"#, "}"),
            (r#"{"Records":[{"body":"#, "}]}"),
            (r#"{"Records":[{"cf":{"request":{"method":"GET"}}}],"body":"#, "}"),
            (r#"{"requestContext":{"x":"#, "}}"),
            (&format!("{{{head},\"body\":"), "}"),
            (&format!("{{{head},\"body\":"), r#","body":null}"#),
            (&format!("{{{head},\"isBase64Encoded\":true,\"body\":"), "}"),
        ] {
            events.push([before.as_bytes(), hidden, after.as_bytes()].concat());
        }
    }
    // Base64 may be broken into lines, but by escapes: a raw line break is no JSON.
    for line_break in ["\n", "\t", "\r", "\u{c}"] {
        let body = format!("\"aGVs{line_break}bG8=\"");
        events.push(format!("{{{head},\"isBase64Encoded\":true,\"body\":{body}}}").into());
    }
    events
}

#[test]
fn nothing_invalid_hides_in_a_field_that_is_not_read() {
    let mut taken = Vec::new();
    for event in events_with_something_hidden() {
        assert!(serde_json::from_slice::<Value>(&event).is_err());
        if event::to_request(&event[..], &Options::new()).is_ok() {
            taken.push(event.escape_ascii().to_string());
        }
    }
    assert!(taken.is_empty(), "taken, but no JSON:\n{}", taken.join("\n"));
}
