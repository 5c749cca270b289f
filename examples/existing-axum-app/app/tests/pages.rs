//! The app by itself, asked as `axum::serve` would ask it.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::header::{CONTENT_TYPE, COOKIE, ETAG, IF_NONE_MATCH, LOCATION, SET_COOKIE};
use axum::http::request::Builder;
use axum::http::{Request, Response, StatusCode};
use axum::{Router, body};
use tower::ServiceExt;

type Failure = Box<dyn std::error::Error>;

async fn ask(app: &Router, request: Builder, body: &str) -> Result<Response<String>, Failure> {
    let visitor = SocketAddr::from(([203, 0, 113, 7], 4321));
    let request = request.extension(ConnectInfo(visitor));
    let response = app.clone().oneshot(request.body(Body::from(body.to_owned()))?).await?;
    let (parts, body) = response.into_parts();
    let bytes = body::to_bytes(body, 1 << 20).await?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Response::from_parts(parts, text))
}

fn form(path: &str) -> Builder {
    Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn json(method: &str, path: &str) -> Builder {
    let request = Request::builder().method(method).uri(path);
    request.header(CONTENT_TYPE, "application/json")
}

#[tokio::test]
async fn a_signed_book_thanks_once_and_shows_the_line() -> Result<(), Failure> {
    let app = summit_book::router();
    let line = "name=Ana&text=Up+%26+away+%3Ci%3E&weather=snow";
    let response = ask(&app, form("/entries"), line).await?;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[LOCATION], "/");
    let cookies: Vec<_> = response.headers().get_all(SET_COOKIE).iter().collect();
    assert_eq!(cookies.len(), 2);
    assert!(cookies[0].to_str()?.starts_with("signed=7; "));

    let page = ask(&app, Request::get("/").header(COOKIE, "visits=0; signed=7"), "").await?;
    assert!(page.body().contains("Thank you, Ana."));
    assert!(page.body().contains("Up &amp; away &lt;i&gt;"));
    assert!(page.headers()[SET_COOKIE].to_str()?.contains("Max-Age=0"));
    Ok(())
}

#[tokio::test]
async fn a_line_that_is_too_long_can_be_corrected() -> Result<(), Failure> {
    let line = format!("name=Ana&text={}&weather=sun", "a".repeat(281));
    let response = ask(&summit_book::router(), form("/entries"), &line).await?;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(response.body().contains(&"a".repeat(281)));
    Ok(())
}

#[tokio::test]
async fn the_packing_list_is_kept_over_the_api() -> Result<(), Failure> {
    let app = summit_book::router();
    let added = ask(&app, json("POST", "/api/packing"), r#"{"name":"Harmonica"}"#).await?;
    assert_eq!(added.status(), StatusCode::CREATED);
    assert_eq!(added.headers()[LOCATION], "/api/packing/5");
    let checked = ask(&app, json("PATCH", "/api/packing/5"), r#"{"packed":true}"#).await?;
    assert_eq!(checked.body(), r#"{"id":5,"name":"Harmonica","packed":true}"#);
    let removed = ask(&app, Request::delete("/api/packing/5"), "").await?;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    let missing = ask(&app, Request::delete("/api/packing/5"), "").await?;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    Ok(())
}

#[tokio::test]
async fn a_file_that_the_browser_has_is_not_sent_again() -> Result<(), Failure> {
    let app = summit_book::router();
    let first = ask(&app, Request::get("/assets/ridge.svg"), "").await?;
    assert_eq!(first.headers()[CONTENT_TYPE], "image/svg+xml");
    let again = Request::get("/assets/ridge.svg").header(IF_NONE_MATCH, &first.headers()[ETAG]);
    let again = ask(&app, again, "").await?;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(again.body(), "");
    Ok(())
}

#[tokio::test]
async fn the_app_knows_its_visitor() -> Result<(), Failure> {
    let request = Request::get("/you?from=here").header(COOKIE, "visits=2");
    let page = ask(&summit_book::router(), request, "").await?;
    assert!(page.body().contains("<td>203.0.113.7</td>"));
    assert!(page.body().contains("<td>GET /you?from=here HTTP/1.1</td>"));
    assert!(page.headers()[SET_COOKIE].to_str()?.starts_with("visits=3; "));
    Ok(())
}
