//! Style sheets, scripts and pictures of the theme.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::Blog;
use crate::web::Error;

/// The address changes with the content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(super) async fn asset(
    State(blog): State<Blog>,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let asset = blog.theme().asset(&name).ok_or(Error::NotFound)?;
    let headers = [(CONTENT_TYPE, asset.mime), (CACHE_CONTROL, FOR_EVER)];
    Ok((headers, asset.content).into_response())
}

/// A style sheet with nothing but the colour in its name.
pub(super) async fn accent(Path(name): Path<String>) -> Result<Response, Error> {
    let colour = name.strip_suffix(".css").ok_or(Error::NotFound)?;
    if colour.len() != 6 || !colour.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::NotFound);
    }
    let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, FOR_EVER)];
    Ok((headers, format!(":root{{--accent-set:#{colour}}}")).into_response())
}
