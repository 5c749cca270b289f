//! Any bytes as an event: no panic, the verdict of serde_json on what is JSON, and a request that
//! holds what the event says. The first byte chooses the options.

#![no_main]

#[path = "options.rs"]
mod options;

use lambdafy::{Context, Source, event};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    let Some((&flags, event)) = input.split_first() else { return };
    let result = event::to_request(event, &options::options(flags));
    // serde_json gives up at a number beyond its range, which is JSON all the same.
    let json = match serde_json::from_slice::<Value>(event) {
        Err(error) if error.to_string().starts_with("number out of range") => return,
        json => json,
    };
    match (json, result) {
        (Ok(json), Ok(request)) => check(event, &json, &request),
        (Ok(_), Err(error)) => {
            let text = error.to_string();
            let is_about_json = text.contains("not valid JSON") || text.contains("nested deeper");
            assert!(!is_about_json, "refused, but JSON: {text}");
        }
        (Err(_), Err(_)) => {}
        (Err(error), Ok(_)) => panic!("taken, but no JSON: {error}"),
    }
});

fn check(event: &[u8], json: &Value, request: &http::Request<lambdafy::Body>) {
    let context = request.extensions().get::<Context>().unwrap();
    let body = request.body().as_bytes().unwrap();
    assert!(request.uri().path().starts_with('/'));
    assert!(request.uri().authority().is_none());
    match context.source() {
        Source::PassThrough => assert_eq!(body, event.trim_ascii()),
        Source::Edge => {}
        _ => check_body(json, body),
    }
    // The context is parsed when it is asked for.
    let asked = context.request_context::<Value>().unwrap();
    let expected = match context.source() {
        Source::Edge => json.pointer("/Records/0/cf/config"),
        _ => json.get("requestContext"),
    };
    assert_eq!(asked.as_ref(), expected.filter(|value| value.is_object()));
    let _ = context.authorizer::<Value>().unwrap();
    let _ = context.path_parameters::<Value>().unwrap();
    let _ = context.stage_variables::<Value>().unwrap();
    let _ = (context.connection_id(), context.remote_addr(), context.deadline());
}

fn check_body(event: &Value, body: &[u8]) {
    let is_base64 = match (&event["isBase64Encoded"], &event["is_base64_encoded"]) {
        (flag, Value::Null) | (Value::Null, flag) => flag == true,
        // One of the two is another source's.
        _ => return,
    };
    let text = event["body"].as_str().unwrap_or_default();
    if !is_base64 {
        assert_eq!(body, text.as_bytes());
    } else if let Ok(bytes) = base64_simd::STANDARD.decode_to_vec(text) {
        assert_eq!(body, bytes);
    }
}
