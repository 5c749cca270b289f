//! What each request passes before a handler sees it.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::error::wants_json;
use super::{Answer, Error, Fields};
use crate::Blog;
use crate::auth::{FormCookie, current, is_from_here, is_same};
use crate::web::Origin;

/// The largest form: the longest post with each letter in three, as forms are sent, and room for
/// its other fields.
const LARGEST_FORM_BYTES: usize = 6 * 1024 * 1024 + 256 * 1024;

/// The header in which scripts send what forms have in the field `csrf`.
const TOKEN: &str = "x-csrf-token";

/// For pages before the log-in.
pub(super) async fn public(request: Request, next: Next) -> Answer {
    let (mut parts, body) = request.into_parts();
    let origin = origin(&parts);
    let form = FormCookie::of(&parts.headers, &origin);
    let body = checked(&mut parts, body, |token| form.is_token(token)).await;
    let body = body.map_err(|refused| refused.error(Error::Stale))?;
    let is_page = parts.method.is_safe();
    parts.extensions.insert(form.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if is_page {
        form.set(response.headers_mut(), &origin);
    }
    Ok(kept_by_nobody(response))
}

/// For pages behind the log-in: whoever has no session is led to it.
pub(super) async fn private(State(blog): State<Blog>, request: Request, next: Next) -> Answer {
    let (mut parts, body) = request.into_parts();
    let origin = origin(&parts);
    let mut cookies = HeaderMap::new();
    let session = current(blog.store(), &origin, &parts.headers, &mut cookies).await?;
    let Some(session) = session else {
        if parts.method.is_safe() && !wants_json(&parts.headers) {
            return Ok(kept_by_nobody(to_login(&parts)));
        }
        let refused = checked(&mut parts, body, |_| false).await.err();
        return Err(refused.map_or(Error::LoggedOut(None), |it| it.error(Error::LoggedOut)));
    };
    let is_token = |token: &str| is_same(token, &session.csrf_token);
    let body = checked(&mut parts, body, is_token).await;
    let body = body.map_err(|refused| refused.error(Error::Stale))?;
    parts.extensions.insert(session);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    for (name, value) in &cookies {
        response.headers_mut().append(name, value.clone());
    }
    Ok(kept_by_nobody(response))
}

/// Why a request does not get further.
enum Refused {
    /// For this reason.
    For(Error),
    /// It lacks the token; with the text that it carries.
    NoToken(Option<String>),
}

impl Refused {
    fn error(self, without_token: fn(Option<String>) -> Error) -> Error {
        match self {
            Self::For(error) => error,
            Self::NoToken(text) => without_token(text),
        }
    }
}

/// The body of a request that may go on: it changes nothing, or a page of the blog has sent it and
/// it carries the token. A form's fields are handed on beside it.
async fn checked(
    parts: &mut Parts,
    body: Body,
    is_token: impl Fn(&str) -> bool,
) -> Result<Body, Refused> {
    if parts.method.is_safe() {
        return Ok(body);
    }
    if !is_from_here(&parts.headers, &origin(parts)) {
        return Err(Refused::For(Error::Forged));
    }
    let mut token =
        parts.headers.get(TOKEN).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let mut text = None;
    let mut body = body;
    if is_form(&parts.headers) {
        let bytes = to_bytes(body, LARGEST_FORM_BYTES).await;
        let fields = Fields::parse(&bytes.map_err(|_| Refused::For(Error::TooLarge))?);
        token = token.or_else(|| Some(fields.raw("csrf").to_owned()));
        text = Some(fields.raw("source").to_owned()).filter(|text| !text.is_empty());
        parts.extensions.insert(fields);
        body = Body::empty();
    }
    if token.is_some_and(|token| is_token(&token)) { Ok(body) } else { Err(Refused::NoToken(text)) }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let kind = kind.split(';').next().unwrap_or("").trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

fn to_login(parts: &Parts) -> Response {
    let target = parts.uri.path_and_query().map_or("/admin", |target| target.as_str());
    let next: String = form_urlencoded::byte_serialize(target.as_bytes()).collect();
    let is_plain = parts.method == Method::GET && target != "/admin" && target != "/admin/";
    let to = if is_plain { format!("/admin/login?next={next}") } else { "/admin/login".to_owned() };
    Redirect::to(&to).into_response()
}

/// The blog's own address, found for every request before.
pub(super) fn origin(parts: &Parts) -> Origin {
    parts.extensions.get::<Origin>().cloned().unwrap_or(Origin("http://localhost".to_owned()))
}

fn kept_by_nobody(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
