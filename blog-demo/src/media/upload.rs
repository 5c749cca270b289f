//! Images that authors send.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, Extension, Multipart, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Serialize;

use super::{Error, MAX_BYTES, NewImage, direct};
use crate::Blog;
use crate::model::{Image, ImagePath};

/// What a form with a file in it adds to the file, at most.
const FORM_BYTES: usize = 64 << 10;

/// Who sends an image: an extension that the authentication before these routes adds.
#[derive(Clone, Debug)]
pub struct Uploader {
    /// The user's id.
    pub user_id: String,
}

/// An image that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uploaded {
    /// Its id.
    pub id: String,
    /// Its address: `/images/...`.
    pub url: String,
    /// Its smaller versions, as the value of a `srcset` attribute.
    pub srcset: String,
    /// Its width in pixels.
    pub width: i64,
    /// Its height in pixels.
    pub height: i64,
}

/// `POST /admin/images`: a form (multipart/form-data) with a file in it; answers 201 with
/// [`Uploaded`] as JSON, or an error as `{"error": "..."}`.
///
/// `POST /admin/images/direct` with `{"mime", "size_bytes"}` answers `{"key", "url", "headers"}`, by
/// which the browser puts the file into the bucket; `POST /admin/images/direct/done` with `{"key",
/// "name"}` then takes it in. Without a bucket the first of them is refused.
///
/// They must stand behind whatever finds out who it is, and add [`Uploader`].
pub fn routes() -> Router<Blog> {
    Router::new()
        .route("/admin/images", post(upload))
        .route("/admin/images/direct", post(direct::permit))
        .route("/admin/images/direct/done", post(direct::take))
        .layer(DefaultBodyLimit::max(MAX_BYTES + FORM_BYTES))
}

async fn upload(
    State(blog): State<Blog>,
    Extension(uploader): Extension<Uploader>,
    mut form: Multipart,
) -> Result<(StatusCode, Json<Uploaded>), Error> {
    while let Some(field) = form.next_field().await.map_err(refused)? {
        let Some(name) = field.file_name().map(str::to_owned) else { continue };
        let bytes = Field::bytes(field).await.map_err(refused)?;
        let new = NewImage { bytes, name, user_id: Some(uploader.user_id), at: None };
        let image = blog.media().add(blog.store(), new).await?;
        return Ok((StatusCode::CREATED, Json(Uploaded::from(&image))));
    }
    Err(Error::Refused("there is no file in the form".to_owned()))
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn refused(error: MultipartError) -> Error {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge,
        _ => Error::Refused(format!("the form can't be read: {}", error.body_text())),
    }
}

impl From<&Image> for Uploaded {
    fn from(image: &Image) -> Self {
        let url = format!("/images/{}", image.path);
        Self {
            id: image.id.clone(),
            srcset: ImagePath::of_url(&url).map(|path| path.srcset()).unwrap_or_default(),
            url,
            width: image.width,
            height: image.height,
        }
    }
}
