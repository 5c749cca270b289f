//! Requests that other adapters change, lose a part of, or do not survive.

use lambdafy::{ErrorKind, Options, event};
use serde_json::{Value, json};

use super::support::{ClientRequest, Front, events};
use super::{body_of, request_of, try_request_of, values};

fn event_of(front: Front, request: &ClientRequest) -> Value {
    serde_json::from_slice(&events::event(front, request)).unwrap()
}

fn rest(path: &str) -> Value {
    event_of(Front::RestApi, &ClientRequest::get(path))
}

fn alb() -> Value {
    event_of(Front::AlbSingle, &ClientRequest::get("/"))
}

fn http_api() -> Value {
    event_of(Front::HttpApiV2, &ClientRequest::get("/"))
}

/// lambda_http: the last value replaces the list on every real REST or ALB event.
#[test]
fn repeated_headers_keep_their_order() {
    let request =
        ClientRequest::get("/").header("X-Tag", "b").header("X-Tag", "a").header("X-Tag", "b");
    for front in [Front::RestApi, Front::HttpApiV1, Front::AlbMulti, Front::LatticeV2, Front::Edge]
    {
        let seen = request_of(&event_of(front, &request));
        assert_eq!(values(&seen, "x-tag"), ["b", "a", "b"], "{front:?}");
    }
}

/// lambda_http issues 450, 668, 782, 919: `/prod` before every path, custom domains included.
#[test]
fn no_stage_is_put_before_the_path() {
    let mut event = rest("/users/1");
    assert_eq!(event["requestContext"]["stage"], "prod");
    assert_eq!(request_of(&event).uri(), "/users/1");
    event["requestContext"]["domainName"] = json!("api.example.test");
    assert_eq!(request_of(&event).uri(), "/users/1");
    event["version"] = json!("1.0");
    assert_eq!(request_of(&event).uri(), "/users/1");
}

/// lambda_http: `/a/../b` and `/a/%2e%2e/b` become `/b`.
#[test]
fn dot_segments_stay() {
    for path in ["/a/../b", "/a/./b", "/a/%2e%2e/b", "/..", "/a/.."] {
        for front in [Front::RestApi, Front::AlbSingle, Front::FunctionUrl, Front::LatticeV2] {
            let seen = request_of(&event_of(front, &ClientRequest::get(path)));
            assert_eq!(seen.uri().path(), path, "{front:?}");
        }
    }
}

/// lambda_http: a decoded `#` cuts the path, a decoded `?` makes a query.
#[test]
fn a_decoded_hash_or_question_mark_stays_in_the_path() {
    let mut event = http_api();
    event["rawPath"] = json!("/a#b?c=d");
    event["rawQueryString"] = json!("e=f");
    assert_eq!(request_of(&event).uri(), "/a%23b%3Fc=d?e=f");
}

/// lambda_http: a map in between shuffles the query from run to run.
#[test]
fn the_order_of_the_query_is_the_same_every_time() {
    let query = (0..20).map(|n| format!("\"k{n}\":[\"{n}\",\"x\"]")).collect::<Vec<_>>().join(",");
    let event = format!(
        "{{\"httpMethod\":\"GET\",\"path\":\"/\",\"requestContext\":{{}},\
         \"multiValueQueryStringParameters\":{{{query}}}}}"
    );
    let expected = (0..20).map(|n| format!("k{n}={n}&k{n}=x")).collect::<Vec<_>>().join("&");
    for _ in 0..20 {
        let seen = event::to_request(event.as_bytes(), &Options::new()).unwrap();
        assert_eq!(seen.uri().query(), Some(&*expected));
    }
}

/// mangum: `%2F` becomes `/`.
#[test]
fn an_encoded_slash_stays_encoded() {
    for front in [Front::RestApi, Front::AlbMulti, Front::FunctionUrl, Front::Edge] {
        let seen = request_of(&event_of(front, &ClientRequest::get("/a%2Fb")));
        assert_eq!(seen.uri(), "/a%2Fb", "{front:?}");
    }
}

/// lambda_http: `/x?a=1` becomes `/x?a=1?a=1`.
#[test]
fn the_query_of_lattice_comes_once() {
    for front in [Front::LatticeV1, Front::LatticeV2] {
        let seen = request_of(&event_of(front, &ClientRequest::get("/x?a=1")));
        assert_eq!(seen.uri(), "/x?a=1", "{front:?}");
    }
}

/// Lambda Web Adapter: `/billingx` becomes `/x`; serverless-express ignores it.
#[test]
fn a_base_path_is_stripped_once_and_at_a_segment_boundary() {
    for (path, expected) in [
        ("/billing", "/"),
        ("/billing/", "/"),
        ("/billing/x", "/x"),
        ("/billingx", "/billingx"),
        ("/billing/billing/x", "/billing/x"),
        ("/Billing/x", "/Billing/x"),
        ("/a/billing/x", "/a/billing/x"),
    ] {
        for front in Front::ALL {
            let event = events::event(front, &ClientRequest::get(path));
            let options = Options::new().base_path("billing/");
            let seen = event::to_request(&event[..], &options).unwrap();
            assert_eq!(seen.uri(), expected, "{front:?} {path}");
        }
    }
}

/// lambda_http and Lambda Web Adapter: a panic, which ends the process if it is built so.
#[test]
fn an_odd_host_is_a_header_like_any_other() {
    for host in ["h:99999", "h h", "", "[::1", "a/b", "user@host", "żółw"] {
        let mut event = alb();
        event["headers"]["host"] = json!(host);
        assert_eq!(request_of(&event).headers()["host"].as_bytes(), host.as_bytes());
    }
}

/// lambda_http: a panic.
#[test]
fn base64_that_is_none_is_an_error() {
    for body in ["%%%", "aGVsbG8==", "a", "aGVs-bG8_", "aGU=aGVs", "aA==aGVs", "aGU=%%%%"] {
        let mut event = rest("/");
        event["body"] = json!(body);
        event["isBase64Encoded"] = json!(true);
        let error = try_request_of(&event).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidEvent, "{body}");
        assert!(error.to_string().contains("body"), "{error}");
    }
}

/// lambda_http: a panic.
#[test]
fn base64_without_padding_is_decoded() {
    let mut event = rest("/");
    event["body"] = json!("aGVsbG8");
    event["isBase64Encoded"] = json!(true);
    assert_eq!(body_of(&request_of(&event)), b"hello");
}

/// lambda_http: a panic.
#[test]
fn a_space_in_the_query_is_encoded() {
    let mut event = http_api();
    event["rawQueryString"] = json!("a=b c&d=\"<ż>");
    assert_eq!(request_of(&event).uri(), "/?a=b%20c&d=%22%3C%C5%BC%3E");
}

/// lambda_http: the whole event is refused.
#[test]
fn a_header_that_http_does_not_allow_is_left_out() {
    for mut event in [alb(), http_api()] {
        event["headers"]["bad name"] = json!("1");
        event["headers"]["x-bad"] = json!("a\nb");
        event["headers"]["x-good"] = json!("1");
        let seen = request_of(&event);
        assert_eq!(values(&seen, "x-good"), ["1"]);
        assert!(!seen.headers().contains_key("x-bad"));
    }
}

/// lambda_http: the whole event is refused; here one bad cookie must not cost the others either.
#[test]
fn a_cookie_that_http_does_not_allow_is_left_out() {
    let mut event = http_api();
    event["cookies"] = json!(["a=1", "b=\u{1}", "c=3"]);
    assert_eq!(values(&request_of(&event), "cookie"), ["a=1; c=3"]);
}

/// lambda_http: the whole event is refused.
#[test]
fn maps_that_are_null_are_empty() {
    let mut event = alb();
    for name in ["queryStringParameters", "headers", "body"] {
        event[name] = Value::Null;
    }
    assert_eq!(request_of(&event).uri(), "/");
    let mut event = rest("/");
    for name in ["multiValueHeaders", "multiValueQueryStringParameters", "body"] {
        event[name] = Value::Null;
    }
    assert_eq!(request_of(&event).uri(), "/");
}

/// serverless-express: joined with commas, which makes one cookie of them.
#[test]
fn cookies_are_joined_as_a_client_sends_them() {
    let request = ClientRequest::get("/").header("Cookie", "a=1; b=x,y; a=2");
    for front in Front::ALL {
        let seen = request_of(&event_of(front, &request));
        assert_eq!(values(&seen, "cookie"), ["a=1; b=x,y; a=2"], "{front:?}");
    }
}

/// lambda_http: the `url` crate takes `//host/x` for an authority.
#[test]
fn two_slashes_at_the_start_are_a_path() {
    let seen = request_of(&rest("//example.test/x"));
    assert_eq!((seen.uri().host(), seen.uri().path()), (None, "//example.test/x"));
}
