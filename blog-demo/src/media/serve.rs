//! Images as readers get them.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::path;
use crate::Blog;
use crate::web::Error;

/// The address has a hash of the content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Should a browser ever show one by itself: it may do nothing.
const NOTHING: &str = "default-src 'none'; sandbox";

/// Answers `GET /images/{path}`.
pub(crate) async fn image(
    State(blog): State<Blog>,
    Path(path): Path<String>,
) -> Result<Response, Error> {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mime = path::mime(extension).filter(|_| path::is_own(&path)).ok_or(Error::NotFound)?;
    let content = blog.media().storage().get(&path).await?.ok_or(Error::NotFound)?;
    let headers =
        [(CONTENT_TYPE, mime), (CACHE_CONTROL, FOR_EVER), (CONTENT_SECURITY_POLICY, NOTHING)];
    Ok((headers, content).into_response())
}
