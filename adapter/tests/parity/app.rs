//! An app of nasty routes that knows nothing of Lambda.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::{Body, Bytes};
use axum::extract::{
    ConnectInfo, DefaultBodyLimit, Form, Json, MatchedPath, OriginalUri, Path, Query, Request,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use axum::routing::{any, get, post};
use axum::{Router, http};
use futures_util::stream;
use http_body_util::BodyExt;
use serde_json::{Value, json};

/// More than any buffer on the way, less than a load balancer's limit as base64.
pub(crate) const LARGE: usize = 700_000;

pub(crate) fn app() -> Router {
    let requests = Router::new()
        .route("/echo", any(echo))
        .route("/echo/{*rest}", any(echo))
        .route("/items/{id}", get(|Path(id): Path<String>| async move { id }))
        .route("/query", get(query))
        .route("/form", post(form))
        .route("/json", post(|Json(value): Json<Value>| async move { Json(value) }))
        .route("/peer", get(peer))
        .route("/upload", post(upload))
        .nest("/api", Router::new().route("/users/{id}", get(matched)));
    let bodies = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/binary", get(|| async { Bytes::from_iter(0..=255) }))
        .route("/no-type", get(|| async { Body::from(vec![0xff, 0xfe, 0, b'a']).into_response() }))
        .route("/typed/{type}", get(typed))
        .route("/large", get(|| async { large() }))
        .route("/stream", get(|| async { Body::from_stream(chunks(40)) }))
        .route("/empty-stream", get(|| async { Body::from_stream(chunks(0)) }))
        .route(
            "/bad-json",
            get(|| async { ([(header::CONTENT_TYPE, "application/json")], "{\"a") }),
        );
    let heads = Router::new()
        .route("/status/{code}", any(status))
        .route("/redirect", get(|| async { Redirect::temporary("/a%2Fb?c=d&e=%C5%BC#f") }))
        .route("/see-other", post(|| async { Redirect::to("https://example.test/done") }))
        .route("/cookies", get(cookies))
        .route("/vary", get(|| async { AppendHeaders([("vary", "accept"), ("vary", "origin")]) }))
        .route("/latin-1", get(|| header("x-name", b"Andr\xe9")))
        .route("/utf-8", get(|| header("x-name", "Łódź \u{1f600}".as_bytes())))
        .route("/quotes", get(|| header("x-name", b"\"a\\b\"\t{c}")))
        .route("/no-value", get(|| header("x-name", b"")))
        .route("/etag", get(etag))
        .route("/range", get(range));
    requests.merge(bodies).merge(heads).fallback(nothing).layer(DefaultBodyLimit::disable())
}

/// What a handler can see of a request.
async fn echo(request: Request) -> Json<Value> {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut headers: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (name, value) in &parts.headers {
        if !is_of_the_platform(name.as_str()) {
            headers
                .entry(name.as_str())
                .or_default()
                .push(value.as_bytes().escape_ascii().to_string());
        }
    }
    Json(json!({
        "method": parts.method.as_str(),
        "uri": parts.uri.to_string(),
        "version": format!("{:?}", parts.version),
        "headers": headers,
        "body": body.escape_ascii().to_string(),
    }))
}

/// Headers that a front door adds or that belong to a connection.
fn is_of_the_platform(name: &str) -> bool {
    matches!(name, "connection" | "content-length" | "x-amzn-trace-id")
        || name.starts_with("x-forwarded-")
        || name.starts_with("cloudfront-")
}

/// The pairs, in order within a name.
async fn query(Query(mut pairs): Query<Vec<(String, String)>>) -> Json<Vec<(String, String)>> {
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    Json(pairs)
}

async fn form(Form(pairs): Form<Vec<(String, String)>>) -> Json<Vec<(String, String)>> {
    Json(pairs)
}

async fn peer(ConnectInfo(address): ConnectInfo<SocketAddr>) -> String {
    address.ip().to_string()
}

async fn upload(body: Bytes) -> String {
    let is_same = body == large();
    format!("{} bytes, the same: {is_same}", body.len())
}

async fn matched(path: MatchedPath, original: OriginalUri, uri: http::Uri) -> String {
    format!("{} {} {uri}", path.as_str(), original.0)
}

pub(crate) fn large() -> Bytes {
    (0..LARGE).map(|at| u8::try_from((at * at / 7) % 256).unwrap()).collect()
}

/// Text and bytes of types that must not be confused.
async fn typed(Path(kind): Path<String>) -> impl IntoResponse {
    let (content_type, body): (_, &[u8]) = match &*kind {
        "html" => ("Text/HTML; Charset=UTF-8", "<p>zażółć</p>".as_bytes()),
        "latin-1" => ("text/plain; charset=iso-8859-1", b"Andr\xe9"),
        "utf-16" => ("text/plain; charset=utf-16", b"\xff\xfea\0"),
        "bom" => ("text/csv; charset=utf-8", b"\xef\xbb\xbfa;b\r\n"),
        "wrong-utf-8" => ("application/json", b"{\"a\":\"\xff\"}"),
        "svg" => ("image/svg+xml", b"<svg/>"),
        "pdf" => ("application/pdf", b"%PDF-1.7"),
        "wasm" => ("application/wasm", b"\0asm"),
        "controls" => ("text/plain", b"\0\x01\x1f\x7f\"\\/\n\r\t\x08\x0c"),
        "separators" => ("text/plain", "\u{2028}\u{2029}\u{feff}\u{1f600}\u{10ffff}".as_bytes()),
        "empty" => ("text/plain", b""),
        _ => ("application/octet-stream", b"aGVsbG8="),
    };
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if kind == "gzip" {
        let gzip = HeaderValue::from_static("gzip");
        response.headers_mut().insert(header::CONTENT_ENCODING, gzip);
    }
    response
}

/// Chunks that come one by one, the executor in between.
fn chunks(count: usize) -> impl stream::Stream<Item = Result<Vec<u8>, std::convert::Infallible>> {
    stream::unfold(0, move |number| async move {
        tokio::task::yield_now().await;
        let chunk = format!("chunk {number}\0\u{fffd}\n").into_bytes();
        (number < count).then_some((Ok(chunk), number + 1))
    })
}

async fn status(method: Method, Path(code): Path<u16>) -> impl IntoResponse {
    let status = StatusCode::from_u16(code).unwrap();
    (status, [("x-method", method.to_string())], if code < 400 { "" } else { "no" })
}

async fn cookies() -> impl IntoResponse {
    let cookie = |text: &'static str| ("set-cookie", text);
    AppendHeaders([
        cookie("a=1; Path=/; Expires=Thu, 01 Jan 2026 00:00:00 GMT"),
        cookie("b=2; HttpOnly"),
        cookie("c=; Max-Age=0"),
    ])
}

async fn header(name: &'static str, value: &'static [u8]) -> impl IntoResponse {
    let value = HeaderValue::from_bytes(value).unwrap();
    (AppendHeaders([(name, value)]), "see the header")
}

async fn etag(headers: HeaderMap) -> impl IntoResponse {
    let is_known = headers.get("if-none-match").is_some_and(|tag| tag == "\"v1\"");
    let status = if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK };
    (
        status,
        [("etag", "\"v1\""), ("cache-control", "max-age=60")],
        if is_known { "" } else { "v1" },
    )
}

async fn range() -> impl IntoResponse {
    let headers = [("content-range", "bytes 2-4/10"), ("accept-ranges", "bytes")];
    (StatusCode::PARTIAL_CONTENT, headers, "cde")
}

async fn nothing(method: Method, uri: http::Uri) -> impl IntoResponse {
    (StatusCode::NOT_FOUND, format!("{method} {uri} is nowhere"))
}
