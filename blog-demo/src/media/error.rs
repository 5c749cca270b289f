//! Why an image is not taken or found.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::{MAX_BYTES, MAX_PIXELS};
use crate::store;

/// Why an image was not taken in or given out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It is of another kind, whatever its name says.
    #[error("this is no JPEG, PNG or WebP image: convert it to one of them")]
    Unsupported,
    /// It moves.
    #[error("moving images are not taken: send a still one")]
    Moving,
    /// The file is too large.
    #[error("the file is larger than {} MB: send a smaller one", MAX_BYTES >> 20)]
    TooLarge,
    /// It would fill the memory.
    #[error(
        "the image has {width} x {height} pixels, more than {} million: make it smaller",
        MAX_PIXELS / 1_000_000
    )]
    TooManyPixels {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// It can't be decoded.
    #[error("the image is damaged: {0}")]
    Damaged(String),
    /// What was sent is no upload.
    #[error("{0}")]
    Refused(String),
    /// There is no such image.
    #[error("there is no such image")]
    Missing,
    /// It can't be kept or fetched where images are kept.
    #[error("{0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
    /// The database can't take or find it.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unsupported | Self::Moving => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge | Self::TooManyPixels { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Damaged(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Refused(_) => StatusCode::BAD_REQUEST,
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Failed(_) | Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Error {
    /// For programs: `{"error": "..."}`.
    fn into_response(self) -> Response {
        let status = self.status();
        let text = if status.is_server_error() {
            eprintln!("error: an image: {self}");
            "the image could not be kept: please try again".to_owned()
        } else {
            self.to_string()
        };
        (status, Json(json!({ "error": text }))).into_response()
    }
}
