//! The pages.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Form, Query, State};
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, Version};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::book::{Book, Entry, Weather};
use crate::cookies;
use crate::html::{self, Draft};

const ON_THE_FIRST_PAGE: usize = 4;
const A_PAGE: usize = 5;
const LONGEST_NAME: usize = 40;
const LONGEST_TEXT: usize = 280;
const DAY_SECONDS: u32 = 24 * 60 * 60;

pub(crate) async fn home(State(book): State<Book>, headers: HeaderMap) -> Response {
    let signed = cookies::number(&headers, cookies::SIGNED).and_then(|id| book.entry(id));
    let Some(entry) = signed else {
        return Html(front(&book, "", &Draft::default(), None)).into_response();
    };
    let thanks = format!(
        "<p class=\"note\">Thank you, {}. You are number {} in the book. Get down safely!</p>",
        html::escape(&entry.name),
        entry.id,
    );
    let page = front(&book, &thanks, &Draft::default(), Some(entry.id));
    let forget = [(SET_COOKIE, cookies::set(cookies::SIGNED, 0, 0))];
    (AppendHeaders(forget), Html(page)).into_response()
}

fn front(book: &Book, note: &str, draft: &Draft<'_>, new: Option<usize>) -> String {
    let main = format!(
        r#"<h1>You made it to the top.</h1>
<p class="lead">Catch your breath, look around, and leave a line for those who come after you.</p>
{note}
<div class="columns">
<section><h2>Last in the book</h2>
{entries}<p><a href="/book">All {count} entries</a></p></section>
<section><h2>Your turn</h2>
{form}</section>
</div>"#,
        entries = html::entries(&book.newest(0, ON_THE_FIRST_PAGE), new),
        count = book.len(),
        form = html::form(draft),
    );
    let ridge =
        r#"<img class="ridge" src="/assets/ridge.svg" alt="Mountain ridges behind a cairn">"#;
    html::page("The summit book", "/", ridge, &main)
}

#[derive(Deserialize)]
pub(crate) struct NewEntry {
    name: String,
    text: String,
    weather: Weather,
}

/// Writes the entry and sends the browser back to the book, with two cookies: which entry it was,
/// and that its writer has been here.
pub(crate) async fn sign(
    State(book): State<Book>,
    headers: HeaderMap,
    Form(new): Form<NewEntry>,
) -> Response {
    let (name, text) = (new.name.trim(), new.text.trim());
    let fits = |text: &str, most| (1..=most).contains(&text.chars().count());
    if !fits(name, LONGEST_NAME) || !fits(text, LONGEST_TEXT) {
        let note =
            "<p class=\"note\">A name of up to 40 characters and a line of up to 280, please.</p>";
        let draft = Draft { name, text, weather: Some(new.weather) };
        let page = front(&book, note, &draft, None);
        return (StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response();
    }
    let id = book.sign(name.to_owned(), text.to_owned(), new.weather);
    let visits = cookies::number(&headers, cookies::VISITS).unwrap_or(0);
    let set = AppendHeaders([
        (SET_COOKIE, cookies::set(cookies::SIGNED, id, 60)),
        (SET_COOKIE, cookies::set(cookies::VISITS, visits, DAY_SECONDS)),
    ]);
    (set, Redirect::to("/")).into_response()
}

#[derive(Deserialize)]
pub(crate) struct Page {
    page: Option<usize>,
}

pub(crate) async fn book(State(book): State<Book>, Query(query): Query<Page>) -> Html<String> {
    let pages = book.len().div_ceil(A_PAGE).max(1);
    let page = query.page.unwrap_or(1).clamp(1, pages);
    let newest = book.newest((page - 1) * A_PAGE, A_PAGE);
    let link = |to: usize, text: &str| format!("<a href=\"/book?page={to}\">{text}</a>");
    let newer = if page > 1 { link(page - 1, "← newer") } else { String::new() };
    let older = if page < pages { link(page + 1, "older →") } else { String::new() };
    let main = format!(
        "<h1>The book</h1>\n<p class=\"lead\">{} entries, page {page} of {pages}.</p>\n{}\
         <p class=\"pages\"><span>{newer}</span><span>{older}</span></p>",
        book.len(),
        html::entries(&newest, None),
    );
    Html(html::page("The book", "/book", "", &main))
}

pub(crate) async fn entries(State(book): State<Book>) -> Json<Vec<Entry>> {
    Json(book.newest(0, book.len()))
}

pub(crate) async fn packing() -> Html<String> {
    let main = r#"<h1>Packing list</h1>
<p class="lead"><span id="count">…</span>. Everybody's list: what you tick, others see.</p>
<ul id="things"></ul>
<form id="add"><input name="name" maxlength="60" required placeholder="Something else?" aria-label="Something else"><button class="button">Add</button></form>
<p id="problem" role="status"></p>
<script src="/assets/packing.js" type="module"></script>"#;
    Html(html::page("Packing list", "/packing", "", main))
}

/// What the app knows of its visitor.
pub(crate) async fn you(
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
) -> impl IntoResponse {
    let visits = cookies::number(&headers, cookies::VISITS).unwrap_or(0).saturating_add(1);
    let header = |name: HeaderName| {
        let value = headers.get(name).map(|value| value.as_bytes());
        value.map_or("–".into(), |value| String::from_utf8_lossy(value).into_owned())
    };
    let main = format!(
        "<h1>You</h1>\n<p class=\"lead\">What one request says about its sender.</p>\n{}",
        html::table(&[
            ("Address", address.ip().to_string()),
            ("Request", format!("{method} {uri} {version:?}")),
            ("Browser", header(USER_AGENT)),
            ("Languages", header(ACCEPT_LANGUAGE)),
            ("Visits to this page", visits.to_string()),
        ]),
    );
    let cookie = cookies::set(cookies::VISITS, visits, DAY_SECONDS);
    ([(SET_COOKIE, cookie)], Html(html::page("You", "/you", "", &main)))
}

pub(crate) async fn not_found() -> (StatusCode, Html<String>) {
    let main = "<h1>No path here</h1>\n<p class=\"lead\">The trail you took ends in the scree. \
                <a href=\"/\">Back to the summit</a></p>";
    (StatusCode::NOT_FOUND, Html(html::page("No path here", "", "", main)))
}
