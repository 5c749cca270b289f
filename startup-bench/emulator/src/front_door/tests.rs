//! The event of each front door, whole, beside the form that AWS documents.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version};
use serde_json::{Value, json};

use super::event::event;
use super::options::{Door, FrontDoor};
use super::request::Incoming;
use crate::Function;

fn incoming(
    method: Method,
    target: &str,
    headers: &[(&'static str, &str)],
    body: &str,
) -> Incoming {
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    }
    Incoming {
        method,
        path: path.to_owned(),
        query,
        version: Version::HTTP_11,
        headers: map,
        body: Bytes::copy_from_slice(body.as_bytes()),
        peer: [203, 0, 113, 7].into(),
        port: 8080,
        request_id: "0f0e0d0c-1111-4222-8333-a1b2c3d4e5f6".to_owned(),
        trace_id: "Root=1-66f0aa01-0c1d2e3f405162738495a6b7".to_owned(),
        epoch_ms: 1_773_308_467_000,
    }
}

fn get(target: &str) -> Incoming {
    let headers = [
        ("host", "127.0.0.1:8080"),
        ("user-agent", "test/1.0"),
        ("x-tag", "alpha"),
        ("x-tag", "beta"),
        ("cookie", "session=abc; theme=dark"),
        ("connection", "keep-alive"),
    ];
    incoming(Method::GET, target, &headers, "")
}

fn event_of(kind: FrontDoor, request: &Incoming) -> Value {
    event_behind(&Door::new(kind), request)
}

fn event_behind(door: &Door, request: &Incoming) -> Value {
    serde_json::from_str(&event(door, &Function::default(), request)).unwrap()
}

fn identity() -> Value {
    json!({
        "cognitoIdentityPoolId": null, "accountId": null, "cognitoIdentityId": null,
        "caller": null, "sourceIp": "203.0.113.7", "principalOrgId": null, "accessKey": null,
        "cognitoAuthenticationType": null, "cognitoAuthenticationProvider": null,
        "userArn": null, "userAgent": "test/1.0", "user": null
    })
}

#[test]
fn a_rest_api_keeps_the_path_and_decodes_the_query_into_two_maps() {
    let event = event_of(FrontDoor::RestApi, &get("/a%2Fb/c%20d?q=a+b&q=c%2Bd&flag"));
    let expected = json!({
        "resource": "/{proxy+}",
        "path": "/a%2Fb/c%20d",
        "httpMethod": "GET",
        "headers": {
            "Cookie": "session=abc; theme=dark",
            "Host": "127.0.0.1:8080",
            "User-Agent": "test/1.0",
            "X-Amzn-Trace-Id": "Root=1-66f0aa01-0c1d2e3f405162738495a6b7",
            "X-Forwarded-For": "203.0.113.7",
            "X-Forwarded-Port": "8080",
            "X-Forwarded-Proto": "http",
            "X-Tag": "beta"
        },
        "multiValueHeaders": {
            "Cookie": ["session=abc; theme=dark"],
            "Host": ["127.0.0.1:8080"],
            "User-Agent": ["test/1.0"],
            "X-Amzn-Trace-Id": ["Root=1-66f0aa01-0c1d2e3f405162738495a6b7"],
            "X-Forwarded-For": ["203.0.113.7"],
            "X-Forwarded-Port": ["8080"],
            "X-Forwarded-Proto": ["http"],
            "X-Tag": ["alpha", "beta"]
        },
        "queryStringParameters": {"q": "c+d", "flag": ""},
        "multiValueQueryStringParameters": {"q": ["a b", "c+d"], "flag": [""]},
        "pathParameters": {"proxy": "a%2Fb/c%20d"},
        "stageVariables": null,
        "requestContext": {
            "resourceId": "ab12cd",
            "resourcePath": "/{proxy+}",
            "httpMethod": "GET",
            "extendedRequestId": "MGYwZTBkMGM=",
            "requestTime": "12/Mar/2026:09:41:07 +0000",
            "path": "/prod/a%2Fb/c%20d",
            "accountId": "123456789012",
            "protocol": "HTTP/1.1",
            "stage": "prod",
            "domainPrefix": "q7w2e9r4t1",
            "requestTimeEpoch": 1_773_308_467_000_u64,
            "requestId": "0f0e0d0c-1111-4222-8333-a1b2c3d4e5f6",
            "identity": identity(),
            "domainName": "q7w2e9r4t1.execute-api.us-east-1.amazonaws.com",
            "deploymentId": "d3pl0y",
            "apiId": "q7w2e9r4t1"
        },
        "body": null,
        "isBase64Encoded": false
    });
    assert_eq!(event, expected);
}

#[test]
fn only_a_rest_api_splits_a_query_at_semicolons() {
    let query = |kind| event_of(kind, &get("/?a=1;b=2"))["queryStringParameters"].clone();
    assert_eq!(query(FrontDoor::RestApi), json!({"a": "1", "b": "2"}));
    assert_eq!(query(FrontDoor::HttpApiV1), json!({"a": "1;b=2"}));
}

#[test]
fn an_http_api_decodes_the_path_and_keeps_the_query() {
    let event = event_of(FrontDoor::HttpApi, &get("/a%20b/%E2%82%AC?q=a+b&q=c%2Bd"));
    let expected = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a b/€",
        "rawQueryString": "q=a+b&q=c%2Bd",
        "cookies": ["session=abc", "theme=dark"],
        "headers": {
            "content-length": "0",
            "host": "127.0.0.1:8080",
            "user-agent": "test/1.0",
            "x-amzn-trace-id": "Root=1-66f0aa01-0c1d2e3f405162738495a6b7",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "8080",
            "x-forwarded-proto": "http",
            "x-tag": "alpha,beta"
        },
        "queryStringParameters": {"q": "a b,c+d"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "q7w2e9r4t1",
            "domainName": "q7w2e9r4t1.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "q7w2e9r4t1",
            "http": {
                "method": "GET",
                "path": "/a b/€",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "test/1.0"
            },
            "requestId": "0f0e0d0c-1111-4222-8333-a1b2c3d4e5f6",
            "routeKey": "$default",
            "stage": "$default",
            "time": "12/Mar/2026:09:41:07 +0000",
            "timeEpoch": 1_773_308_467_000_u64
        },
        "isBase64Encoded": false
    });
    assert_eq!(event, expected);
}

#[test]
fn an_http_api_loses_what_was_encoded_twice_and_what_follows_an_encoded_question_mark() {
    let path = |target| event_of(FrontDoor::HttpApi, &get(target))["rawPath"].clone();
    assert_eq!(path("/a%252Fb"), "/a/b");
    assert_eq!(path("/100%2525"), "/100%");
    assert_eq!(path("/a%3Fb/c"), "/a");
}

#[test]
fn an_http_api_with_payload_1_decodes_the_path_and_has_the_maps_of_a_rest_api() {
    let mut event = event_of(FrontDoor::HttpApiV1, &get("/a%20b?q=1&q=2"));
    let event = event.as_object_mut().unwrap();
    let context = event.remove("requestContext").unwrap();
    assert_eq!(context["identity"], identity());
    assert_eq!(context["stage"], "$default");
    assert_eq!(context["path"], "/a b");
    assert_eq!(event["multiValueHeaders"]["X-Tag"], json!(["alpha", "beta"]));
    event.remove("headers");
    event.remove("multiValueHeaders");
    let expected = json!({
        "version": "1.0",
        "resource": "$default",
        "path": "/a b",
        "httpMethod": "GET",
        "queryStringParameters": {"q": "2"},
        "multiValueQueryStringParameters": {"q": ["1", "2"]},
        "pathParameters": null,
        "stageVariables": null,
        "body": null,
        "isBase64Encoded": false
    });
    assert_eq!(Value::Object(event.clone()), expected);
}

#[test]
fn a_function_url_keeps_the_path_and_the_cookie_header() {
    let event = event_of(FrontDoor::FunctionUrl, &get("/a%20b%2Fc?q=a+b"));
    assert_eq!(event["rawPath"], "/a%20b%2Fc");
    assert_eq!(event["rawQueryString"], "q=a+b");
    assert_eq!(event["cookies"], json!(["session=abc", "theme=dark"]));
    assert_eq!(event["headers"]["cookie"], "session=abc; theme=dark");
    assert_eq!(event["headers"].get("content-length"), None);
    let context = &event["requestContext"];
    assert_eq!(context["http"]["path"], "/a b/c");
    assert_eq!(context["accountId"], "anonymous");
    let domain = context["domainName"].as_str().unwrap();
    assert!(domain.ends_with(".lambda-url.us-east-1.on.aws"));
}

#[test]
fn a_load_balancer_decodes_nothing_and_has_one_kind_of_map() {
    let request = get("/a%20b?q=a+b&q=c%2Bd");
    let arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/function/\
               0a1b2c3d4e5f6071";
    let single = json!({
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": "GET",
        "path": "/a%20b",
        "queryStringParameters": {"q": "c%2Bd"},
        "headers": {
            "cookie": "session=abc; theme=dark",
            "host": "127.0.0.1:8080",
            "user-agent": "test/1.0",
            "x-amzn-trace-id": "Root=1-66f0aa01-0c1d2e3f405162738495a6b7",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "8080",
            "x-forwarded-proto": "http",
            "x-tag": "beta"
        },
        "body": "",
        "isBase64Encoded": false
    });
    assert_eq!(event_of(FrontDoor::Alb, &request), single);

    let multi = event_of(FrontDoor::AlbMultiValue, &request);
    assert_eq!(multi["multiValueQueryStringParameters"], json!({"q": ["a+b", "c%2Bd"]}));
    assert_eq!(multi["multiValueHeaders"]["x-tag"], json!(["alpha", "beta"]));
    assert_eq!(multi.get("headers"), None);
    assert_eq!(multi.get("queryStringParameters"), None);
}

#[test]
fn a_body_is_text_or_base64_by_the_rules_of_each_front_door() {
    let post = |content_type: &str| {
        let headers = [("content-type", content_type), ("content-length", "3")];
        incoming(Method::POST, "/", &headers, "a=1")
    };
    for (kind, content_type, body) in [
        (FrontDoor::HttpApi, "application/json", "a=1"),
        (FrontDoor::HttpApi, "application/x-www-form-urlencoded", "YT0x"),
        (FrontDoor::FunctionUrl, "text/plain", "a=1"),
        (FrontDoor::FunctionUrl, "image/png", "YT0x"),
        (FrontDoor::Alb, "application/javascript", "a=1"),
        (FrontDoor::Alb, "application/octet-stream", "YT0x"),
        (FrontDoor::RestApi, "image/png", "a=1"),
    ] {
        let event = event_of(kind, &post(content_type));
        assert_eq!(event["body"], body, "{kind:?} {content_type}");
        assert_eq!(event["isBase64Encoded"], body == "YT0x");
    }
    let mut door = Door::new(FrontDoor::RestApi);
    door.binary_media_types = vec!["image/*".to_owned()];
    assert_eq!(event_behind(&door, &post("image/png"))["body"], "YT0x");
    assert_eq!(event_behind(&door, &post("text/html"))["body"], "a=1");
}

#[test]
fn only_a_rest_api_hides_the_content_length() {
    let headers = [("content-type", "text/plain"), ("content-length", "3")];
    let post = incoming(Method::POST, "/", &headers, "abc");
    assert_eq!(event_of(FrontDoor::RestApi, &post)["headers"].get("Content-Length"), None);
    assert_eq!(event_of(FrontDoor::HttpApi, &post)["headers"]["content-length"], "3");
    assert_eq!(event_of(FrontDoor::Alb, &post)["headers"]["content-length"], "3");
}

#[test]
fn the_peer_is_added_to_the_addresses_that_came() {
    let headers = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "198.51.100.2")];
    let request = incoming(Method::GET, "/", &headers, "");
    let event = event_of(FrontDoor::HttpApi, &request);
    assert_eq!(event["headers"]["x-forwarded-for"], "198.51.100.1, 198.51.100.2, 203.0.113.7");
}

#[test]
fn keys_come_in_the_order_of_the_platform() {
    let text = event(&Door::new(FrontDoor::HttpApi), &Function::default(), &get("/"));
    assert!(text.starts_with(r#"{"version":"2.0","routeKey":"$default","rawPath":"/""#));
    let text = event(&Door::new(FrontDoor::RestApi), &Function::default(), &get("/"));
    assert!(text.starts_with(r#"{"resource":"/","path":"/","httpMethod":"GET","headers""#));
}
