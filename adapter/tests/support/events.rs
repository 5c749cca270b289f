//! Events as AWS makes them of requests; facts/events.md and AWS's guides say how they differ.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::encoding::{base64, form_decoded, percent_decoded};
use super::{ClientRequest, Front};

/// The address of every client.
pub(crate) const CLIENT: &str = "127.0.0.1";

/// The event that `front` makes of `request`.
pub(crate) fn event(front: Front, request: &ClientRequest) -> Vec<u8> {
    let event = match front {
        Front::RestApi | Front::RestApiStreaming => rest_api(request),
        Front::HttpApiV1 => http_api_v1(request),
        Front::HttpApiV2 => http_api_v2(request),
        Front::FunctionUrl | Front::FunctionUrlStreaming => function_url(request),
        Front::AlbSingle | Front::AlbMulti => alb(front, request),
        Front::LatticeV1 => lattice_v1(request),
        Front::LatticeV2 => lattice_v2(request),
        Front::Edge => edge(request),
    };
    event.to_string().into_bytes()
}

/// Path as sent; the query decoded; names of headers as sent, no content length.
fn rest_api(request: &ClientRequest) -> Value {
    let mut headers = grouped(request, str::to_owned);
    headers.insert("CloudFront-Viewer-Country".to_owned(), vec!["PL".to_owned()]);
    headers.insert("X-Forwarded-For".to_owned(), vec![format!("{CLIENT}, 198.51.100.1")]);
    headers.insert("X-Amzn-Trace-Id".to_owned(), vec!["Root=1-66f0aa02-0c1d".to_owned()]);
    let query = pairs(request, form_decoded);
    let (body, is_base64) = body(request, is_text);
    json!({
        "resource": "/{proxy+}",
        "path": request.path(),
        "httpMethod": request.method,
        "headers": last(&headers),
        "multiValueHeaders": headers,
        "queryStringParameters": or_null(last(&query)),
        "multiValueQueryStringParameters": or_null(lists(&query)),
        "pathParameters": {"proxy": request.path().trim_start_matches('/')},
        "stageVariables": null,
        "requestContext": {
            "resourcePath": "/{proxy+}", "httpMethod": request.method, "stage": "prod",
            "path": format!("/prod{}", request.path()), "protocol": "HTTP/1.1",
            "identity": {"sourceIp": CLIENT, "userAgent": null}, "authorizer": null,
            "domainName": "a1b2c3.execute-api.eu-west-1.amazonaws.com", "apiId": "a1b2c3",
        },
        "body": body,
        "isBase64Encoded": is_base64,
    })
}

/// As a REST API's, but the path is decoded.
fn http_api_v1(request: &ClientRequest) -> Value {
    let mut event = rest_api(request);
    event["version"] = json!("1.0");
    event["path"] = json!(decoded_path(request));
    event["requestContext"]["stage"] = json!("$default");
    event
}

/// The path decoded and cut at a decoded `?`; query as sent; repeated headers joined; cookies
/// apart.
fn http_api_v2(request: &ClientRequest) -> Value {
    let mut headers = joined(request, ",");
    headers.remove("cookie");
    let path = decoded_path(request);
    let mut event =
        version_2(request, &path, headers, "a1b2c3.execute-api.eu-west-1.amazonaws.com");
    event["requestContext"]["http"]["path"] = json!(path);
    event
}

/// Path and query as sent; the cookies apart and as a header.
fn function_url(request: &ClientRequest) -> Value {
    let headers = joined(request, ",");
    let domain = "a1b2c3d4e5.lambda-url.eu-west-1.on.aws";
    let mut event = version_2(request, request.path(), headers, domain);
    event["requestContext"]["http"]["path"] = json!(percent_decoded(request.path()));
    event
}

fn version_2(
    request: &ClientRequest,
    path: &str,
    mut headers: Map<String, Value>,
    domain: &str,
) -> Value {
    headers.insert("x-forwarded-for".to_owned(), json!(CLIENT));
    headers.insert("x-forwarded-proto".to_owned(), json!("https"));
    headers.insert("x-amzn-trace-id".to_owned(), json!("Root=1-66f0aa02-0c1d"));
    let cookies: Vec<_> =
        request.values("cookie").iter().flat_map(|value| value.split("; ")).collect();
    let (body, is_base64) = body(request, is_text);
    let mut event = json!({
        "version": "2.0", "routeKey": "$default",
        "rawPath": path, "rawQueryString": request.query(),
        "headers": headers,
        "requestContext": {
            "accountId": "111122223333", "apiId": "a1b2c3", "domainName": domain,
            "http": {
                "method": request.method, "protocol": "HTTP/1.1", "sourceIp": CLIENT,
                "userAgent": "test",
            },
            "requestId": "r1", "routeKey": "$default", "stage": "$default",
            "timeEpoch": 1_773_308_520_000_u64,
        },
        "isBase64Encoded": is_base64,
    });
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !request.body.is_empty() {
        event["body"] = body;
    }
    event
}

/// Path and query as sent; the last value of a repeated name, or all of them.
fn alb(front: Front, request: &ClientRequest) -> Value {
    let mut headers = grouped(request, str::to_lowercase);
    headers.insert("x-forwarded-for".to_owned(), vec![CLIENT.to_owned()]);
    headers.insert("x-amzn-trace-id".to_owned(), vec!["Root=1-66f0aa02-0c1d".to_owned()]);
    let query = pairs(request, str::to_owned);
    let (body, is_base64) = body(request, is_text);
    let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/t/1";
    let mut event = json!({
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": request.method, "path": request.path(),
        "body": if body.is_null() { json!("") } else { body },
        "isBase64Encoded": is_base64,
    });
    if front == Front::AlbMulti {
        event["multiValueHeaders"] = json!(headers);
        event["multiValueQueryStringParameters"] = lists(&query);
    } else {
        event["headers"] = last(&headers);
        event["queryStringParameters"] = last(&query);
    }
    event
}

/// The query within the path; repeated headers joined.
fn lattice_v1(request: &ClientRequest) -> Value {
    let mut headers = joined(request, ", ");
    headers.insert("x-forwarded-for".to_owned(), json!(CLIENT));
    let (body, is_base64) = body(request, is_text);
    json!({
        "raw_path": request.target, "method": request.method, "headers": headers,
        "query_string_parameters": last(&pairs(request, form_decoded)),
        "body": if body.is_null() { json!("") } else { body },
        "is_base64_encoded": is_base64,
    })
}

/// The query within the path; lists of header values.
fn lattice_v2(request: &ClientRequest) -> Value {
    let mut headers = grouped(request, str::to_lowercase);
    headers.insert("x-forwarded-for".to_owned(), vec![CLIENT.to_owned()]);
    let (body, is_base64) = body(request, is_text);
    let mut event = json!({
        "version": "2.0", "path": request.target, "method": request.method,
        "headers": headers,
        "queryStringParameters": lists(&pairs(request, form_decoded)),
        "isBase64Encoded": is_base64,
        "requestContext": {
            "serviceNetworkArn": "arn:aws:vpc-lattice:eu-west-1:111122223333:servicenetwork/sn-0",
            "serviceArn": "arn:aws:vpc-lattice:eu-west-1:111122223333:service/svc-0",
            "targetGroupArn": "arn:aws:vpc-lattice:eu-west-1:111122223333:targetgroup/tg-0",
            "region": "eu-west-1", "timeEpoch": "1773308520000000",
        },
    });
    if !request.body.is_empty() {
        event["body"] = body;
    }
    event
}

/// Path and query as sent; lists of headers; the body always base64.
fn edge(request: &ClientRequest) -> Value {
    let mut headers: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, value) in &request.headers {
        let list = headers.entry(name.to_lowercase()).or_default();
        list.push(json!({"key": name, "value": value}));
    }
    let mut inner = json!({
        "clientIp": CLIENT, "method": request.method, "uri": request.path(),
        "querystring": request.query(), "headers": headers,
    });
    if !request.body.is_empty() {
        inner["body"] = json!({
            "action": "read-only", "inputTruncated": false, "encoding": "base64",
            "data": base64(&request.body),
        });
    }
    let config = json!({"distributionId": "E1", "eventType": "viewer-request", "requestId": "r1"});
    json!({"Records": [{"cf": {"config": config, "request": inner}}]})
}

fn decoded_path(request: &ClientRequest) -> String {
    let path = percent_decoded(request.path());
    path.split('?').next().unwrap_or_default().to_owned()
}

/// The values of each header, under its name as `rename` writes it.
fn grouped(request: &ClientRequest, rename: fn(&str) -> String) -> BTreeMap<String, Vec<String>> {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &request.headers {
        map.entry(rename(name)).or_default().push(value.clone());
    }
    map
}

fn joined(request: &ClientRequest, separator: &str) -> Map<String, Value> {
    let join = |(name, values): (String, Vec<String>)| {
        let separator = if name == "cookie" { "; " } else { separator };
        (name, json!(values.join(separator)))
    };
    grouped(request, str::to_lowercase).into_iter().map(join).collect()
}

fn pairs(request: &ClientRequest, spell: fn(&str) -> String) -> BTreeMap<String, Vec<String>> {
    let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pair in request.query().split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        map.entry(spell(key)).or_default().push(spell(value));
    }
    map
}

fn last(map: &BTreeMap<String, Vec<String>>) -> Value {
    map.iter()
        .map(|(name, values)| (name.clone(), json!(values.last())))
        .collect::<Map<_, _>>()
        .into()
}

fn lists(map: &BTreeMap<String, Vec<String>>) -> Value {
    json!(map)
}

fn or_null(map: Value) -> Value {
    if map.as_object().is_some_and(Map::is_empty) { Value::Null } else { map }
}

/// The body and whether it is base64: text stays text where the front door takes it for text.
fn body(request: &ClientRequest, is_text: fn(&str) -> bool) -> (Value, bool) {
    let content_type = request.values("content-type").join("");
    let is_encoded = !request.values("content-encoding").is_empty();
    match std::str::from_utf8(&request.body) {
        _ if request.body.is_empty() => (Value::Null, false),
        Ok(text) if is_text(&content_type) && !is_encoded => (json!(text), false),
        _ => (json!(base64(&request.body)), true),
    }
}

/// The types that API Gateway and load balancers send as text; forms are base64.
fn is_text(content_type: &str) -> bool {
    let types = ["application/json", "application/javascript", "application/xml"];
    content_type.starts_with("text/") || types.iter().any(|own| content_type.starts_with(own))
}
