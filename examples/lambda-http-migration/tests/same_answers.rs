//! The app answers the same under lambda_http and under lambdafy.

use lambda_http::http::HeaderMap;
use lambda_http::lambda_runtime::LambdaEvent;
use lambda_http::{Error, service_fn};
use lambda_http_migration::orders;
use lambdafy::{Invocation, LambdaLayer, Reply};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt};

const REST_API: &str = include_str!("../events/rest-api.json");
const HTTP_API: &str = include_str!("../events/http-api.json");
const ALB: &str = include_str!("../events/alb.json");

/// What Lambda sends along with an event.
fn headers() -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", "1773308530000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:eu-west-1:111122223333:function:orders",
        ),
        ("lambda-runtime-trace-id", "Root=1-66f0aa01-0c1d2e3f405162738495a6b7"),
    ] {
        headers.insert(name, value.parse()?);
    }
    Ok(headers)
}

/// The result that lambda_http sends to Lambda.
async fn before(event: &str) -> Result<Value, Error> {
    let headers = headers()?;
    let id = headers["lambda-runtime-aws-request-id"].to_str()?;
    let context = lambda_http::Context::new(id, Default::default(), &headers)?;
    let event = LambdaEvent::new(serde_json::from_str(event)?, context);
    let service = lambda_http::Adapter::from(service_fn(orders));
    Ok(serde_json::to_value(service.oneshot(event).await?)?)
}

/// The result that lambdafy sends to Lambda.
async fn after(event: &str) -> Result<Value, Error> {
    let app = lambdafy::lambda_http::Adapter::from(service_fn(orders));
    let service = LambdaLayer::default().layer(app);
    let invocation = Invocation::new(event).headers(headers()?);
    let Reply::Buffered(result) = service.oneshot(invocation).await? else {
        return Err("answers are buffered by default".into());
    };
    Ok(serde_json::from_slice(&result)?)
}

/// What the client gets: status, headers in alphabetical order, body.
fn answer(result: &Value) -> Result<Value, Error> {
    let mut headers = Vec::new();
    for field in ["multiValueHeaders", "headers"] {
        for (name, values) in result[field].as_object().into_iter().flatten() {
            let values = values.as_array().cloned().unwrap_or_else(|| vec![values.clone()]);
            headers.extend(values.into_iter().map(|value| format!("{name}: {value}")));
        }
    }
    for cookie in result["cookies"].as_array().into_iter().flatten() {
        headers.push(format!("set-cookie: {cookie}"));
    }
    headers.sort();
    // For a load balancer, lambda_http says everything twice.
    headers.dedup();
    assert_eq!(result["isBase64Encoded"], false);
    let body: Value = serde_json::from_str(result["body"].as_str().ok_or("no body")?)?;
    Ok(json!({"status": result["statusCode"], "headers": headers, "body": body}))
}

async fn same(event: &str) -> Result<Value, Error> {
    let before = answer(&before(event).await?)?;
    let after = answer(&after(event).await?)?;
    assert_eq!(after, before);
    Ok(after)
}

#[tokio::test]
async fn a_rest_apis_event_is_answered_the_same() -> Result<(), Error> {
    let answer = same(REST_API).await?;
    assert_eq!(answer["status"], 200);
    let expected = json!({
        "result": {"id": "a b"},
        "path": "/orders/a%20b",
        "gift": "for you & me",
        "tags": ["red", "blue"],
        "table": "orders-live",
        "client": "203.0.113.7",
        "function": "arn:aws:lambda:eu-west-1:111122223333:function:orders",
    });
    assert_eq!(answer["body"], expected);
    Ok(())
}

#[tokio::test]
async fn an_http_apis_event_is_answered_the_same() -> Result<(), Error> {
    let answer = same(HTTP_API).await?;
    assert_eq!(answer["status"], 201);
    assert_eq!(answer["body"]["result"]["order"], json!({"item": "tea", "count": 2}));
    assert_eq!(answer["body"]["gift"], "for you & me");
    assert_eq!(answer["body"]["client"], "203.0.113.7");
    Ok(())
}

/// HTTP APIs send the path decoded, and so does lambda_http hand it on.
#[tokio::test]
async fn a_decoded_path_is_the_same() -> Result<(), Error> {
    let event = HTTP_API.replace("\"/live/orders\"", "\"/live/tea & cake\"");
    let answer = same(&event).await?;
    assert_eq!(answer["body"]["path"], "/live/tea & cake");
    Ok(())
}

#[tokio::test]
async fn a_load_balancers_event_is_answered_the_same() -> Result<(), Error> {
    let answer = same(ALB).await?;
    assert_eq!(answer["status"], 201);
    assert_eq!(answer["body"]["result"]["order"], json!({"item": "tea", "count": 2}));
    assert_eq!(answer["body"]["tags"], json!(["red", "blue"]));
    assert_eq!(answer["body"]["client"], "203.0.113.7");
    Ok(())
}

#[tokio::test]
async fn a_bad_order_is_refused_the_same() -> Result<(), Error> {
    let answer = same(&ALB.replace("count=2", "count=two")).await?;
    assert_eq!(answer["status"], 400);
    Ok(())
}

#[test]
fn one_line_differs() {
    let code = |source: &'static str| source.lines().filter(|line| !line.starts_with("//"));
    let before = code(include_str!("../src/before.rs"));
    let after = code(include_str!("../src/main.rs"));
    let differing: Vec<_> = before.zip(after).filter(|(before, after)| before != after).collect();
    let expected = (
        "    lambda_http::run(service_fn(orders)).await",
        "    lambdafy::lambda_http::run(service_fn(orders)).await",
    );
    assert_eq!(differing, [expected]);
}
