//! Contender `router`: the router alone, called with a request that was read from the event before
//! the measurement began. What it costs, no adapter can save.

use axum::body::Body;
use axum::http::{Method, Request, Uri, header::CONTENT_TYPE};
use bytes::Bytes;
use harness::{Error, Mode, Translation};
use http_body_util::BodyExt;
use serde::Deserialize;
use tower::{Service, ServiceExt};

/// The few fields, of all the sources, that say which request an event stands for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    #[serde(alias = "rawPath")]
    path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    query_string_parameters: Option<Query>,
    http_method: Option<String>,
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Deserialize)]
struct Query {
    x: String,
}

struct Prepared {
    method: Method,
    uri: Uri,
    body: Bytes,
}

fn main() -> Result<(), Error> {
    let Mode::Translate(translation) = Mode::from_args()? else {
        return Err("the router alone is no Lambda function".into());
    };
    let prepared = prepare(&translation)?;
    let mut router = app::router();
    translation.run(async |_event| -> Result<Bytes, Error> {
        let request = Request::builder()
            .method(prepared.method.clone())
            .uri(prepared.uri.clone())
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(Body::from(prepared.body.clone()))?;
        let response = ServiceExt::<Request<Body>>::ready(&mut router).await?.call(request).await?;
        Ok(response.into_body().collect().await?.to_bytes())
    })
}

fn prepare(translation: &Translation) -> Result<Prepared, Error> {
    let event: Event = serde_json::from_slice(translation.event())?;
    let query = match event.query_string_parameters {
        Some(query) if event.raw_query_string.is_empty() => {
            format!("x={}", query.x.replace(' ', "+"))
        }
        _ => event.raw_query_string,
    };
    let body = event.body.unwrap_or_default();
    let body = match event.is_base64_encoded {
        true => Bytes::from(base64_simd::STANDARD.decode_to_vec(body)?),
        false => Bytes::from(body),
    };
    let method = match event.http_method {
        Some(method) => method.parse()?,
        None if body.is_empty() => Method::GET,
        None => Method::POST,
    };
    let mark = if query.is_empty() { "" } else { "?" };
    Ok(Prepared { method, uri: format!("{}{mark}{query}", event.path).parse()?, body })
}
