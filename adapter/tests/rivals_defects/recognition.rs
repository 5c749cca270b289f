//! Events that other adapters take for something else.

use lambdafy::{Context, ErrorKind, Source};
use serde_json::{Value, json};

use super::support::{ClientRequest, Front, events};
use super::{body_of, request_of, try_request_of, values};

fn event_of(front: Front) -> Value {
    serde_json::from_slice(&events::event(front, &ClientRequest::get("/x?a=1"))).unwrap()
}

fn source_of(event: &Value) -> Source {
    request_of(event).extensions().get::<Context>().unwrap().source()
}

#[test]
fn every_front_door_is_recognised() {
    for front in Front::ALL {
        assert_eq!(source_of(&event_of(front)), front.source(), "{front:?}");
    }
}

/// lambda_http: any field of an unexpected type silently makes the event a POST of itself.
#[test]
fn odd_types_of_fields_that_do_not_matter_change_nothing() {
    let oddities: [(&str, Value); 7] = [
        ("/requestContext/timeEpoch", json!("1773308520000")),
        ("/requestContext/identity", Value::Null),
        ("/requestContext/authorizer", json!([1, "x"])),
        ("/requestContext/accountId", json!({"a": 1})),
        ("/stageVariables", json!("none")),
        ("/pathParameters", json!(false)),
        ("/unknown", json!({"deep": [[[{}]]]})),
    ];
    for front in Front::ALL {
        let event = event_of(front);
        let expected = request_of(&event);
        for (pointer, value) in &oddities {
            let mut event = event.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            if let Some(parent) = event.pointer_mut(parent) {
                parent[name] = value.clone();
            }
            let seen = request_of(&event);
            let what = format!("{front:?} {pointer}");
            assert_eq!(source_of(&event), front.source(), "{what}");
            assert_eq!(seen.uri(), expected.uri(), "{what}");
            assert_eq!(seen.headers(), expected.headers(), "{what}");
        }
    }
}

/// lambda_http: a null header makes the event a POST of itself.
#[test]
fn a_null_header_is_no_header() {
    for front in [Front::HttpApiV2, Front::FunctionUrl, Front::AlbSingle, Front::LatticeV1] {
        let mut event = event_of(front);
        event["headers"]["x-null"] = Value::Null;
        event["headers"]["x-number"] = json!(7);
        assert_eq!(source_of(&event), front.source());
        let seen = request_of(&event);
        assert!(!seen.headers().contains_key("x-null"));
        assert_eq!(values(&seen, "x-number"), ["7"]);
    }
}

/// All but lambda_http: an authorizer's event in payload 2.0 is taken for the request itself.
#[test]
fn a_call_of_an_authorizer_is_no_request() {
    let mut with_payload_2 = event_of(Front::HttpApiV2);
    with_payload_2["type"] = json!("REQUEST");
    with_payload_2["routeArn"] = json!("arn:aws:execute-api:eu-west-1:1:a/b/GET/x");
    let mut with_payload_1 = event_of(Front::RestApi);
    with_payload_1["type"] = json!("REQUEST");
    with_payload_1["methodArn"] = json!("arn:aws:execute-api:eu-west-1:1:a/b/GET/x");
    let by_token = json!({"type": "TOKEN", "methodArn": "arn:x", "authorizationToken": "t"});
    for event in [with_payload_2, with_payload_1, by_token] {
        let seen = request_of(&event);
        assert_eq!(source_of(&event), Source::PassThrough);
        assert_eq!((seen.method().as_str(), seen.uri().path()), ("POST", "/events"));
        assert_eq!(body_of(&seen), event.to_string().as_bytes());
    }
}

/// Most: numbers are rounded and keys sorted on the way through a JSON library.
#[test]
fn an_event_that_is_passed_through_keeps_every_byte() {
    let event = "{ \"z\": 123456789012345678901234567890,\n\"a\":1.0e+2, \"z\":\"\\u00e9\" }";
    let seen = lambdafy::event::to_request(event, &lambdafy::Options::new()).unwrap();
    assert_eq!(body_of(&seen), event.as_bytes());
}

/// Several: events that have a `version` or a `requestContext`, or look like HTTP, but are not.
#[test]
fn events_that_only_look_like_requests_are_passed_through() {
    for event in [
        json!({"version": "0", "detail-type": "x", "source": "aws.ec2", "detail": {}}),
        json!({"version": "1", "triggerSource": "PreSignUp_SignUp", "request": {}}),
        json!({"authorizationToken": "t", "requestContext": {"apiId": "a", "requestId": "r"}}),
        json!({"messageVersion": "1.0", "httpMethod": "GET", "apiPath": "/x", "actionGroup": "g"}),
        json!({"Records": [{"eventSource": "aws:sqs", "body": "{\"httpMethod\":\"GET\"}"}]}),
        json!({"Records": []}),
        json!([]),
        json!("text"),
        json!(null),
    ] {
        assert_eq!(source_of(&event), Source::PassThrough, "{event}");
    }
}

/// A wrong value in the event of a front door, and what must be said about it.
const WRONG: [(Front, &str, &str, &str); 12] = [
    (Front::HttpApiV2, "/rawPath", "7", "rawPath must be a string, not a number"),
    (Front::RestApi, "/httpMethod", "\"G T\"", "httpMethod is 'G T', which is no HTTP method"),
    (Front::RestApi, "/path", "[]", "path must be a string, not an array"),
    (Front::AlbSingle, "/headers", "\"x\"", "headers must be an object, not a string"),
    (Front::AlbSingle, "/headers/x", "{}", "headers.x must be a string, not an object"),
    (
        Front::AlbSingle,
        "/queryStringParameters/a",
        "[[]]",
        "queryStringParameters.a must be a string, not an array",
    ),
    (
        Front::LatticeV2,
        "/isBase64Encoded",
        "\"y\"",
        "isBase64Encoded must be a boolean, not a string",
    ),
    (Front::FunctionUrl, "/body", "{}", "body must be a string, not an object"),
    (Front::FunctionUrl, "/cookies", "true", "cookies must be an array of strings, not a boolean"),
    (Front::FunctionUrl, "/cookies", "[7]", "cookies must be an array of strings, not a number"),
    (
        Front::Edge,
        "/Records/0/cf/request/headers/x",
        "false",
        "request.headers.x must be an array, not a boolean",
    ),
    (Front::Edge, "/Records/0/cf/request/uri", "1", "request.uri must be a string, not a number"),
];

/// lambda_http issues 250, 365, 599, 655: one sentence for every event that does not fit.
#[test]
fn an_error_names_the_field_and_what_it_holds() {
    for (front, pointer, value, expected) in WRONG {
        let mut event = event_of(front);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = serde_json::from_str(value).unwrap();
        let error = try_request_of(&event).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidEvent);
        assert_eq!(error.to_string(), format!("the event's {expected}"));
    }
}

/// The same: nothing says that the method is missing.
#[test]
fn an_error_names_the_field_that_is_missing() {
    let mut event = event_of(Front::HttpApiV2);
    event["requestContext"]["http"] = json!({});
    let error = try_request_of(&event).unwrap_err();
    assert_eq!(error.to_string(), "the event has no requestContext.http.method");
}
