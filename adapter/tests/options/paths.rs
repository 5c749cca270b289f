//! Base path, stage, and the paths of events that are no HTTP requests.

use lambdafy::{Options, event};
use serde_json::{Value, json};

use super::SQS;
use super::support::{ClientRequest, Front, events};

fn uri(event: &Value, options: &Options) -> String {
    let request = event::to_request(event.to_string().as_bytes(), options).unwrap();
    format!("{} {}", request.method(), request.uri())
}

fn event_of(front: Front, target: &str) -> Value {
    serde_json::from_slice(&events::event(front, &ClientRequest::get(target))).unwrap()
}

/// An HTTP API's event with payload 2.0 under its own name, in the stage `prod`.
fn in_stage(target: &str) -> Value {
    let mut event = event_of(Front::HttpApiV2, target);
    event["requestContext"]["stage"] = json!("prod");
    event
}

#[test]
fn the_path_is_left_alone_by_default() {
    for front in Front::ALL {
        let event = event_of(front, "/prod/billing/x?a=1");
        assert_eq!(uri(&event, &Options::new()), "GET /prod/billing/x?a=1", "{front:?}");
    }
    assert_eq!(uri(&in_stage("/prod/x"), &Options::new()), "GET /prod/x");
}

#[test]
fn a_base_path_may_be_written_with_or_without_slashes() {
    for base in ["a/b", "/a/b", "a/b/", "/a/b/", "//a/b//"] {
        let options = Options::new().base_path(base);
        let event = event_of(Front::RestApi, "/a/b/c?d=1");
        assert_eq!(uri(&event, &options), "GET /c?d=1", "{base}");
    }
    for base in ["", "/", "//"] {
        let options = Options::new().base_path(base);
        let event = event_of(Front::RestApi, "//a/b/");
        assert_eq!(uri(&event, &options), "GET //a/b/", "{base}");
    }
}

#[test]
fn a_base_path_leaves_two_slashes_behind_it() {
    let options = Options::new().base_path("/a");
    assert_eq!(uri(&event_of(Front::RestApi, "/a//b"), &options), "GET //b");
    assert_eq!(uri(&event_of(Front::RestApi, "/a?x=1"), &options), "GET /?x=1");
}

#[test]
fn a_named_stage_is_stripped_where_api_gateway_puts_it() {
    let options = Options::new().strip_stage(true);
    assert_eq!(uri(&in_stage("/prod/x"), &options), "GET /x");
    assert_eq!(uri(&in_stage("/prod"), &options), "GET /");
    assert_eq!(uri(&in_stage("/production/x"), &options), "GET /production/x");
    assert_eq!(uri(&in_stage("/prod/prod/x"), &options), "GET /prod/x");
    let mut payload_1 = event_of(Front::HttpApiV1, "/prod/x");
    payload_1["requestContext"]["stage"] = json!("prod");
    assert_eq!(uri(&payload_1, &options), "GET /x");
}

#[test]
fn a_stage_is_not_stripped_where_api_gateway_does_not_put_it() {
    let options = Options::new().strip_stage(true);
    let mut custom_domain = in_stage("/prod/x");
    custom_domain["requestContext"]["domainName"] = json!("api.example.test");
    assert_eq!(uri(&custom_domain, &options), "GET /prod/x");
    let mut default_stage = in_stage("/$default/x");
    default_stage["requestContext"]["stage"] = json!("$default");
    assert_eq!(uri(&default_stage, &options), "GET /$default/x");
    for front in [Front::RestApi, Front::FunctionUrl, Front::AlbSingle, Front::Edge] {
        let event = event_of(front, "/prod/x");
        assert_eq!(uri(&event, &options), "GET /prod/x", "{front:?}");
    }
}

#[test]
fn the_stage_is_stripped_before_the_base_path() {
    let options = Options::new().strip_stage(true).base_path("/billing");
    assert_eq!(uri(&in_stage("/prod/billing/x"), &options), "GET /x");
    assert_eq!(uri(&in_stage("/billing/x"), &options), "GET /x");
}

#[test]
fn other_events_are_posted_to_events_or_where_the_options_say() {
    let event: Value = serde_json::from_str(SQS).unwrap();
    assert_eq!(uri(&event, &Options::new()), "POST /events");
    let options = Options::new().pass_through_path("/in/box").base_path("/in");
    assert_eq!(uri(&event, &options), "POST /in/box");
    let options = Options::new().pass_through_path("no-slash");
    assert_eq!(uri(&event, &options), "POST /no-slash");
}

#[test]
fn each_service_can_have_a_path_of_its_own() {
    let names = [
        "aws:sqs",
        "aws:s3",
        "aws:sns",
        "aws:dynamodb",
        "aws:kinesis",
        "aws.events",
        "aws:kafka",
        "aws.ec2",
        "my.app",
    ];
    let options = names.iter().fold(Options::new().pass_through_path("/other"), |options, name| {
        options.pass_through_path_for(*name, format!("/{name}"))
    });
    for (event, path) in [
        (json!({"Records": [{"eventSource": "aws:sqs"}]}), "/aws:sqs"),
        (json!({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3"}]}), "/aws:s3"),
        (json!({"Records": [{"EventSource": "aws:sns", "Sns": {}}]}), "/aws:sns"),
        (json!({"Records": [{"eventSource": "aws:dynamodb"}, {}]}), "/aws:dynamodb"),
        (json!({"Records": [{"kinesis": {}, "eventSource": "aws:kinesis"}]}), "/aws:kinesis"),
        (json!({"eventSource": "aws:kafka", "records": {}}), "/aws:kafka"),
        (json!({"version": "0", "source": "aws.events", "detail": {}}), "/aws.events"),
        (json!({"version": "0", "source": "aws.ec2", "detail": {}}), "/aws.ec2"),
        (json!({"version": "0", "source": "my.app", "detail": {"source": "x"}}), "/my.app"),
        (json!({"Records": [{"eventSource": "aws:ses"}]}), "/other"),
        (json!({"Records": [{"eventSource": 7}]}), "/other"),
        (json!({"Records": [[]], "source": "my.app"}), "/other"),
        (json!({"Records": {}, "eventSource": "aws:sqs"}), "/aws:sqs"),
        (json!({"source": null}), "/other"),
        (json!({}), "/other"),
        (json!([{"eventSource": "aws:sqs"}]), "/other"),
        (json!("aws:sqs"), "/other"),
        (json!(null), "/other"),
    ] {
        assert_eq!(uri(&event, &options), format!("POST {path}"), "{event}");
    }
}

#[test]
fn the_last_of_two_paths_for_one_name_counts() {
    let options = Options::new()
        .pass_through_path_for("aws:sqs", "/first")
        .pass_through_path_for("aws:sqs", "/second")
        .websocket_path_for("$connect", "/first")
        .websocket_path_for("$connect", "/second");
    assert_eq!(uri(&serde_json::from_str(SQS).unwrap(), &options), "POST /second");
    let connect = websocket("$connect", "CONNECT");
    assert_eq!(uri(&connect, &options), "GET /second?token=a%20b");
}

fn websocket(route_key: &str, event_type: &str) -> Value {
    json!({
        "headers": {"Host": "example.test"},
        "queryStringParameters": {"token": "a b"},
        "multiValueQueryStringParameters": {"token": ["a b"]},
        "requestContext": {
            "routeKey": route_key, "eventType": event_type, "connectionId": "c=",
            "stage": "live", "identity": {"sourceIp": "203.0.113.7"},
        },
        "body": "hi", "isBase64Encoded": false,
    })
}

#[test]
fn websocket_routes_have_paths_of_their_names_by_default() {
    let options = Options::new();
    let query = "?token=a%20b";
    for (event, expected) in [
        (websocket("$connect", "CONNECT"), "GET /$connect"),
        (websocket("$disconnect", "DISCONNECT"), "POST /$disconnect"),
        (websocket("$default", "MESSAGE"), "POST /$default"),
        (websocket("send message", "MESSAGE"), "POST /send%20message"),
    ] {
        assert_eq!(uri(&event, &options), format!("{expected}{query}"));
    }
}

#[test]
fn websocket_routes_can_have_paths_of_their_own() {
    let options = Options::new()
        .websocket_path_for("$connect", "/open")
        .websocket_path_for("send", "/rooms/send")
        .base_path("/rooms");
    let query = "?token=a%20b";
    for (event, expected) in [
        (websocket("$connect", "CONNECT"), "GET /open"),
        (websocket("send", "MESSAGE"), "POST /rooms/send"),
        (websocket("$default", "MESSAGE"), "POST /$default"),
    ] {
        assert_eq!(uri(&event, &options), format!("{expected}{query}"));
    }
}
