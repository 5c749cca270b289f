//! The app answers the same whether it is asked directly or by an event.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use axum::{Router, body};
use base64_simd::STANDARD as BASE64;
use lambdafy::{BoxError, Invocation, LambdaLayer, Reply};
use serde_json::{Value, json};
use tower::{Layer, ServiceExt};

/// Method, path, query, content type and body.
type Ask = (&'static str, &'static str, &'static str, &'static str, &'static str);

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

const ASKS: [Ask; 12] = [
    ("GET", "/", "", "", ""),
    ("HEAD", "/book", "page=2", "", ""),
    ("GET", "/book", "page=2", "", ""),
    ("GET", "/you", "from=%C3%BCber&a=1&a=2", "", ""),
    ("GET", "/cairns/Priya%20%26%20Tom.png", "", "", ""),
    ("GET", "/assets/ridge.svg", "", "", ""),
    ("POST", "/entries", "", FORM, "name=Zo%C3%AB&text=%F0%9F%8F%94+%26+more&weather=snow"),
    ("POST", "/entries", "", FORM, "name=&text=&weather=rain"),
    ("POST", "/api/packing", "", JSON, r#"{"name":"Harmonica"}"#),
    ("PATCH", "/api/packing/2", "", JSON, r#"{"packed":true}"#),
    ("DELETE", "/api/packing/3", "", "", ""),
    ("GET", "/nowhere", "", "", ""),
];

/// Status, headers in alphabetical order, body.
type Answer = (u64, Vec<(String, String)>, Vec<u8>);

#[tokio::test]
async fn every_page_is_the_same_through_an_event() -> Result<(), BoxError> {
    for ask in ASKS {
        let directly = directly(summit_book::router(), ask).await?;
        let by_event = by_event(summit_book::router(), ask).await?;
        assert_eq!(by_event, directly, "{ask:?}");
    }
    Ok(())
}

async fn directly(app: Router, ask: Ask) -> Result<Answer, BoxError> {
    let (method, path, query, content_type, text) = ask;
    let request = Request::builder()
        .method(method)
        .uri(if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") })
        .header(header::COOKIE, "visits=4")
        .header(header::CONTENT_TYPE, content_type)
        .extension(ConnectInfo(SocketAddr::from(([203, 0, 113, 7], 0))))
        .body(body::Body::from(text))?;
    let (parts, body) = app.oneshot(request).await?.into_parts();
    let body = body::to_bytes(body, usize::MAX).await?;
    let mut headers = Vec::new();
    for (name, value) in &parts.headers {
        // Any server leaves it out of an answer that cannot have a body.
        if parts.status == StatusCode::NO_CONTENT && name == header::CONTENT_LENGTH {
            continue;
        }
        headers.push((name.to_string(), value.to_str()?.to_owned()));
    }
    headers.sort();
    Ok((parts.status.as_u16().into(), headers, body.to_vec()))
}

/// Through a Function URL.
async fn by_event(app: Router, ask: Ask) -> Result<Answer, BoxError> {
    let (method, path, query, content_type, text) = ask;
    let event = json!({
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "cookies": ["visits=4"],
        "headers": {"content-type": content_type},
        "requestContext": {
            "domainName": "abc123.lambda-url.eu-west-1.on.aws",
            "http": {"method": method, "sourceIp": "203.0.113.7"},
        },
        "body": BASE64.encode_to_string(text),
        "isBase64Encoded": true,
    });
    let service = LambdaLayer::default().layer(app);
    let Reply::Buffered(result) = service.oneshot(Invocation::new(&*event.to_string())).await?
    else {
        return Err("answers are buffered by default".into());
    };
    let result: Value = serde_json::from_slice(&result)?;
    let mut headers = Vec::new();
    for (name, value) in result["headers"].as_object().ok_or("no headers")? {
        headers.push((name.clone(), value.as_str().unwrap_or_default().to_owned()));
    }
    for cookie in result["cookies"].as_array().ok_or("no cookies")? {
        let cookie = cookie.as_str().unwrap_or_default();
        headers.push(("set-cookie".to_owned(), cookie.to_owned()));
    }
    headers.sort();
    let body = result["body"].as_str().unwrap_or_default();
    let body = match result["isBase64Encoded"].as_bool() {
        Some(true) => BASE64.decode_to_vec(body)?,
        _ => body.as_bytes().to_vec(),
    };
    Ok((result["statusCode"].as_u64().ok_or("no status")?, headers, body))
}
