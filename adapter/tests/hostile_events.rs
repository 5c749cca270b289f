//! Events made by hand or in bad faith: they cost no more than their size, and nothing is lost.
#![allow(clippy::unwrap_used, reason = "helpers of tests may panic as the tests do")]

use std::time::{Duration, Instant};

use http::Request;
use lambdafy::{Body, Context, Options, Source, event};
use serde_json::{Value, json};

fn request_of(event: &Value) -> Request<Body> {
    event::to_request(event.to_string().as_bytes(), &Options::new()).unwrap()
}

fn values(request: &Request<Body>, name: &str) -> Vec<String> {
    let values = request.headers().get_all(name).iter();
    values.map(|value| value.to_str().unwrap().to_owned()).collect()
}

fn rest() -> Value {
    json!({"httpMethod": "GET", "path": "/", "requestContext": {"stage": "prod"}})
}

fn edge(request: &Value) -> Value {
    json!({"Records": [{"cf": {"config": {"eventType": "viewer-request"}, "request": request}}]})
}

/// Far more than linear work takes on a busy machine, far less than quadratic work does.
fn assert_quick(start: Instant) {
    assert!(start.elapsed() < Duration::from_secs(5), "took {:?}", start.elapsed());
}

#[test]
fn many_cookie_headers_become_one_in_linear_time() {
    const CRUMBS: usize = 24_000;
    let crumb = format!("c={}", "x".repeat(198));
    let mut event = rest();
    event["multiValueHeaders"] = json!({"cookie": vec![&crumb; CRUMBS]});
    let start = Instant::now();
    let cookie = values(&request_of(&event), "cookie");
    assert_quick(start);
    assert_eq!(cookie.len(), 1);
    assert_eq!(cookie[0].split("; ").filter(|part| *part == crumb).count(), CRUMBS);
}

#[test]
fn many_bodies_take_linear_time_and_the_last_counts() {
    let bodies = r#""body":"\n","#.repeat(300_000);
    let event = format!(
        r#"{{{bodies}"body":"last\n","httpMethod":"GET","path":"/","requestContext":{{}}}}"#
    );
    let start = Instant::now();
    let request = event::to_request(event.as_bytes(), &Options::new()).unwrap();
    assert_quick(start);
    assert_eq!(request.body().as_bytes().unwrap(), "last\n");
}

#[test]
fn an_escaped_body_may_be_of_any_length() {
    for length in [0, 1, 4000, 4094, 4095, 4096, 4097, 10_000, 1_000_000] {
        let body = format!("{}\n\"{}\"é", "a".repeat(length), "b".repeat(length / 2));
        let mut event = rest();
        event["body"] = json!(body);
        assert_eq!(request_of(&event).body().as_bytes().unwrap(), &body.into_bytes());
    }
}

#[test]
fn many_values_of_one_header_are_kept() {
    let mut event = rest();
    event["multiValueHeaders"] = json!({"x-many": vec!["1"; 30_000]});
    assert_eq!(values(&request_of(&event), "x-many").len(), 30_000);
}

#[test]
fn empty_cookies_are_none() {
    let http_api = |cookies: Value| {
        let context = json!({"http": {"method": "GET"}});
        let event = json!({"version": "2.0", "rawPath": "/", "cookies": cookies, "requestContext": context});
        values(&request_of(&event), "cookie")
    };
    assert_eq!(http_api(json!(["", "a=1", ""])), ["a=1"]);
    assert!(http_api(json!(["a=\u{1}"])).is_empty());
    assert!(http_api(json!([""])).is_empty());
}

#[test]
fn empty_multi_value_maps_do_not_hide_the_others() {
    let mut event = rest();
    event["multiValueHeaders"] = json!({});
    event["headers"] = json!({"a": "1"});
    event["multiValueQueryStringParameters"] = json!({});
    event["queryStringParameters"] = json!({"q": "1"});
    let request = request_of(&event);
    assert_eq!(values(&request, "a"), ["1"]);
    assert_eq!(request.uri(), "/?q=1");
    event["requestContext"] = json!({"elb": {}});
    let request = request_of(&event);
    assert_eq!(values(&request, "a"), ["1"]);
    assert_eq!(request.uri(), "/?q=1");
}

#[test]
fn keys_and_values_written_with_escapes_count_alike() {
    let request = |event: &str| event::to_request(event, &Options::new()).unwrap();
    let source = |event: &str| request(event).extensions().get::<Context>().unwrap().source();
    let escaped =
        r#"{"version":"2\u002e0","rawP\u0061th":"/","requestContext":{"http":{"method":"GET"}}}"#;
    assert_eq!(source(escaped), Source::HttpApiV2);
    let authorizer = r#"{"type":"R\u0045QUEST","methodArn":"arn","httpMethod":"GET","path":"/","requestContext":{}}"#;
    assert_eq!(source(authorizer), Source::PassThrough);
    let websocket =
        request(r#"{"requestContext":{"connection\u0049d":"K=","eventType":"MESSAGE"}}"#);
    let context = websocket.extensions().get::<Context>().unwrap();
    assert_eq!(context.connection_id().as_deref(), Some("K="));
}

#[test]
fn a_stage_that_is_not_in_the_path_is_not_stripped() {
    let options = Options::new().strip_stage(true);
    for (stage, path) in [("", "//x"), ("$default", "/$default"), ("$default", "/$default/x")] {
        let mut event = rest();
        event["version"] = json!("1.0");
        event["path"] = json!(path);
        event["requestContext"] = json!({"stage": stage});
        let request = event::to_request(event.to_string().as_bytes(), &options).unwrap();
        assert_eq!(request.uri(), path);
    }
}

#[test]
fn a_body_that_cloudfront_has_cut_off_does_not_reach_the_app() {
    let body = json!({"data": "YQ==", "encoding": "base64", "inputTruncated": true});
    let event = edge(&json!({"method": "POST", "uri": "/", "body": body}));
    let error = event::to_request(event.to_string().as_bytes(), &Options::new()).unwrap_err();
    assert!(error.to_string().contains("inputTruncated"), "{error}");
}

#[test]
fn an_edge_requests_context_is_the_distributions() {
    let request = request_of(&edge(&json!({"method": "GET", "uri": "/"})));
    let context = request.extensions().get::<Context>().unwrap();
    let config: Option<Value> = context.request_context().unwrap();
    assert_eq!(config.unwrap()["eventType"], "viewer-request");
}

#[test]
fn an_error_about_the_context_quotes_nothing_of_it() {
    let mut event = rest();
    event["requestContext"] = json!({"authorizer": {"token": "eyJhbGciOi-secret"}});
    let request = request_of(&event);
    let context = request.extensions().get::<Context>().unwrap();
    let error = context.authorizer::<std::collections::HashMap<String, u32>>().unwrap_err();
    assert!(!format!("{error:?}").contains("secret"), "{error:?}");
    assert!(error.to_string().contains("requestContext.authorizer"), "{error}");
}
