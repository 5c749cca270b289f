//! What is not a record, as data.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse};
use serde::Serialize;
use serde_json::{Value, json};

use super::Shared;
use crate::failure::{Answer, Failure, not_found};
use crate::keys::Claims;
use crate::patterns::Patterns;

pub(super) async fn cover(State(app): Shared, Path(width): Path<u32>) -> Answer<impl IntoResponse> {
    let covers = app.covers.get().await?;
    let cover = covers.of_width(width).ok_or_else(|| not_found("cover"))?.to_vec();
    Ok(([(header::CONTENT_TYPE, "image/png")], cover))
}

pub(super) async fn catalog(State(app): Shared) -> Answer<Json<Value>> {
    let catalog = app.catalog.get().await?;
    Ok(Json(serde_json::to_value(&*catalog)?))
}

#[derive(Serialize)]
pub(super) struct Checked {
    matches: bool,
    first: Option<String>,
}

pub(super) async fn check(
    State(app): Shared,
    Path(name): Path<String>,
    text: String,
) -> Answer<Json<Checked>> {
    let patterns = app.patterns.get().await?;
    let pattern = patterns.named(&name)?.ok_or_else(|| not_found("pattern"))?;
    let first = pattern.find(&text).map(|found| found.as_str().to_owned());
    Ok(Json(Checked { matches: first.is_some(), first }))
}

pub(super) async fn file(State(app): Shared, Path(key): Path<String>) -> Answer<Vec<u8>> {
    Ok(app.bucket.get().await?.file(&key).await?)
}

pub(super) async fn flags(State(app): Shared) -> Answer<Json<BTreeMap<String, bool>>> {
    Ok(Json(app.site.get().await?.flags.clone()))
}

pub(super) async fn highlight(
    State(app): Shared,
    Path(language): Path<String>,
    code: String,
) -> Answer<Html<String>> {
    Ok(Html(app.highlighter.get().await?.html(&language, &code)?))
}

pub(super) async fn me(State(app): Shared, headers: HeaderMap) -> Answer<Json<Claims>> {
    let refused = |reason: String| Failure::Refused(StatusCode::UNAUTHORIZED, reason);
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = given.and_then(|value| value.strip_prefix("Bearer "));
    let token = token.ok_or_else(|| refused("a bearer token is needed".into()))?;
    let claims = app.keys.get().await?.verify(token);
    claims.map(Json).map_err(|error| refused(error.to_string()))
}

pub(super) async fn patterns() -> Json<Vec<&'static str>> {
    Json(Patterns::names().collect())
}

pub(super) async fn settings(State(app): Shared) -> Answer<Json<Value>> {
    let site = app.site.get().await?;
    Ok(Json(json!({ "title": app.settings.title, "site": site.settings })))
}
