//! Images that a browser sends to the bucket by itself, so that they pass no front door's limit.
//!
//! The browser asks for an address, puts the file there, and says so: then the file is taken in
//! like any other, and removed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};

use super::{Error, MAX_BYTES, NewImage, Uploaded, Uploader};
use crate::Blog;
use crate::model::new_secret;

/// Where files wait until they are taken in. None of its paths is ever served.
pub(super) const WAITING: &str = "uploads/";
/// What can be taken in.
const TYPES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// A file that the browser has.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Announced {
    mime: String,
    size_bytes: usize,
}

/// What the browser is to do: `PUT url`, with these headers and just that file.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Permitted {
    key: String,
    url: String,
    headers: Vec<(String, String)>,
}

/// A file that the browser has put there.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Arrived {
    key: String,
    name: String,
}

/// `POST /admin/images/direct`.
pub(super) async fn permit(
    State(blog): State<Blog>,
    Extension(_): Extension<Uploader>,
    Json(file): Json<Announced>,
) -> Result<Json<Permitted>, Error> {
    if !TYPES.contains(&file.mime.as_str()) {
        return Err(Error::Unsupported);
    }
    if file.size_bytes > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    let key = new_secret();
    let size_bytes = i64::try_from(file.size_bytes).unwrap_or(i64::MAX);
    let storage = blog.media().storage();
    let direct = storage.direct(&format!("{WAITING}{key}"), &file.mime, size_bytes).await?;
    Ok(Json(Permitted { key, url: direct.url, headers: direct.headers }))
}

/// `POST /admin/images/direct/done`.
pub(super) async fn take(
    State(blog): State<Blog>,
    Extension(uploader): Extension<Uploader>,
    Json(Arrived { key, name }): Json<Arrived>,
) -> Result<(StatusCode, Json<Uploaded>), Error> {
    let is_own = key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let storage = blog.media().storage();
    let path = format!("{WAITING}{key}");
    let bytes = if is_own { storage.get(&path).await? } else { None };
    let bytes = bytes.ok_or(Error::Missing)?;
    let new = NewImage { bytes, name, user_id: Some(uploader.user_id), at: None };
    let image = blog.media().add(blog.store(), new).await;
    // Whether it could be taken in or not.
    storage.delete(&path).await?;
    Ok((StatusCode::CREATED, Json(Uploaded::from(&image?))))
}
