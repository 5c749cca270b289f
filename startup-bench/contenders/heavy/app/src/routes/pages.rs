//! Pages.

use std::collections::BTreeMap;

use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse};
use axum::{Form, http::Uri};
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use super::records::{self, Kind};
use super::{KINDS, Shared};
use crate::App;
use crate::covers::WIDTHS;
use crate::failure::{Answer, not_found};
use crate::patterns::Patterns;
use crate::pool::connections;

/// What every page shows.
#[derive(Serialize)]
struct Frame<'a> {
    title: &'a str,
    tagline: Option<&'a String>,
    kinds: [&'static str; 8],
}

async fn render(app: &App, name: &str, values: Value) -> Answer<String> {
    let (site, templates) = (app.site.get().await?, app.templates.get().await?);
    let frame =
        Frame { title: &app.settings.title, tagline: site.settings.get("tagline"), kinds: KINDS };
    Ok(templates.render(name, &frame, values)?)
}

async fn page(app: &App, name: &str, values: Value) -> Answer<Html<String>> {
    render(app, name, values).await.map(Html)
}

pub(super) async fn home(State(app): Shared) -> Answer<Html<String>> {
    let site = app.site.get().await?;
    page(&app, "home.html", context! { records => site.newest }).await
}

pub(super) async fn about(State(app): Shared) -> Answer<Html<String>> {
    let site = app.site.get().await?;
    let contact = site.settings.get("contact");
    page(&app, "about.html", context! { contact, roles => site.roles }).await
}

#[derive(sqlx::FromRow, Serialize)]
struct Count {
    kind: String,
    count: i64,
}

pub(super) async fn archive(State(app): Shared) -> Answer<Html<String>> {
    let query = "SELECT kind, count(*) AS count FROM records GROUP BY kind ORDER BY kind";
    let rows: Vec<Count> = sqlx::query_as(query).fetch_all(&*app.pool.get().await?).await?;
    page(&app, "archive.html", context! { rows }).await
}

pub(super) async fn catalog(State(app): Shared) -> Answer<Html<String>> {
    let catalog = app.catalog.get().await?;
    page(&app, "catalog.html", context! { items => catalog.items }).await
}

pub(super) async fn code(State(app): Shared) -> Answer<Html<String>> {
    let code = app.highlighter.get().await?.html("rust", include_str!("../code.rs"))?;
    page(&app, "code.html", context! { language => "Rust", code }).await
}

pub(super) async fn feed(State(app): Shared) -> Answer<impl IntoResponse> {
    let site = app.site.get().await?;
    if !site.flags.get("feed").is_some_and(|is_on| *is_on) {
        return Err(not_found("page"));
    }
    let feed = render(&app, "feed.xml", context! { records => site.newest }).await?;
    Ok(([(header::CONTENT_TYPE, "application/rss+xml")], feed))
}

pub(super) async fn gallery(State(app): Shared) -> Answer<Html<String>> {
    page(&app, "gallery.html", context! { widths => WIDTHS }).await
}

pub(super) async fn login(State(app): Shared) -> Answer<Html<String>> {
    page(&app, "login.html", context! {}).await
}

#[derive(Deserialize)]
pub(super) struct Login {
    email: String,
}

pub(super) async fn send_login(
    State(app): Shared,
    Form(Login { email }): Form<Login>,
) -> Answer<Html<String>> {
    let patterns = app.patterns.get().await?;
    let is_address = patterns.named("address")?.is_some_and(|address| address.is_match(&email));
    if !is_address {
        let problem = "That is no address.";
        return page(&app, "login.html", context! { problem, email }).await;
    }
    let token = email.bytes().rev().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mail = render(&app, "mail.txt", context! { email, token }).await?;
    page(&app, "sent.html", context! { mail }).await
}

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

pub(super) async fn search(
    State(app): Shared,
    Query(Search { q }): Query<Search>,
) -> Answer<Html<String>> {
    let pool = app.pool.get().await?;
    let records = records::with(&pool, &q, app.settings.page_size).await?;
    page(&app, "search.html", context! { query => q, records }).await
}

pub(super) async fn status(State(app): Shared) -> Answer<Html<String>> {
    let rows = BTreeMap::from([
        ("connections", connections(&*app.pool.get().await?)),
        ("languages", app.highlighter.get().await?.languages()),
        ("patterns", Patterns::names().count()),
        ("things for sale", app.catalog.get().await?.items.len()),
    ]);
    let rows: Vec<_> = rows.into_iter().collect();
    page(&app, "status.html", context! { rows }).await
}

pub(super) async fn tags(State(app): Shared) -> Answer<Html<String>> {
    let site = app.site.get().await?;
    page(&app, "tags.html", context! { tags => site.tags }).await
}

pub(super) async fn tag(State(app): Shared, Path(name): Path<String>) -> Answer<Html<String>> {
    let site = app.site.get().await?;
    let tag = site.tags.iter().find(|tag| tag.name == name).ok_or_else(|| not_found("tag"))?;
    page(&app, "tag.html", context! { tag }).await
}

pub(super) async fn list(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
) -> Answer<Html<String>> {
    let pool = app.pool.get().await?;
    let records = records::page(&pool, kind, app.settings.page_size).await?;
    page(&app, "list.html", context! { kind, records }).await
}

pub(super) async fn form(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
) -> Answer<Html<String>> {
    page(&app, "form.html", context! { kind }).await
}

pub(super) async fn detail(
    State(app): Shared,
    Extension(Kind(kind)): Extension<Kind>,
    Path(id): Path<i64>,
) -> Answer<Html<String>> {
    let record = records::one(&*app.pool.get().await?, kind, id).await?;
    let record = record.ok_or_else(|| not_found("record"))?;
    page(&app, "detail.html", context! { record }).await
}

pub(super) async fn missing(State(app): Shared, uri: Uri) -> Answer<impl IntoResponse> {
    let reason = format!("Nothing is at {}.", uri.path());
    let page = page(&app, "error.html", context! { status => 404, reason }).await?;
    Ok((StatusCode::NOT_FOUND, page))
}
