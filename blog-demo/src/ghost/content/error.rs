//! Errors in Ghost's form.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::model::new_uuid;
use crate::store;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("there is no key")]
    NoKey,
    #[error("the key is not known")]
    UnknownKey,
    /// Of these there are none at all.
    #[error("there is no resource '{0}'")]
    NoResource(String),
    /// Its name in the singular.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// A parameter that can't be read; what was expected and what came.
    #[error("{0}")]
    BadRequest(String),
    /// A parameter with a value that is not allowed.
    #[error("{0}")]
    Invalid(String),
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, kind, code, message, context) = self.told();
        if status.is_server_error() {
            eprintln!("error: the content API: {self}");
        }
        let body = json!({"errors": [{
            "message": message,
            "context": context,
            "type": kind,
            "details": null,
            "property": null,
            "help": null,
            "code": code,
            "id": new_uuid(),
            "ghostErrorCode": null,
        }]});
        (status, Json(body)).into_response()
    }
}

impl Error {
    /// Status, type, code, message and context, as Ghost 6 has them.
    fn told(&self) -> (StatusCode, &'static str, Option<&'static str>, String, Option<String>) {
        match self {
            Self::NoKey => (
                StatusCode::FORBIDDEN,
                "NoPermissionError",
                None,
                "Authorization failed".to_owned(),
                Some(
                    "Unable to determine the authenticated member or integration. Check the \
                     supplied Content API Key and ensure cookies are being passed through if \
                     member auth is failing."
                        .to_owned(),
                ),
            ),
            Self::UnknownKey => (
                StatusCode::UNAUTHORIZED,
                "UnauthorizedError",
                Some("UNKNOWN_CONTENT_API_KEY"),
                "Unknown Content API Key".to_owned(),
                None,
            ),
            Self::NoResource(name) => (
                StatusCode::NOT_FOUND,
                "NotFoundError",
                None,
                "Resource not found".to_owned(),
                Some(format!("There is no resource '{name}'.")),
            ),
            Self::NotFound(what) => (
                StatusCode::NOT_FOUND,
                "NotFoundError",
                None,
                format!("Resource not found error, cannot read {what}."),
                Some(format!("{} not found.", capitalised(what))),
            ),
            Self::BadRequest(reason) => (
                StatusCode::BAD_REQUEST,
                "BadRequestError",
                None,
                "Request not understood error, cannot list.".to_owned(),
                Some(reason.clone()),
            ),
            Self::Invalid(reason) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "ValidationError",
                None,
                "Validation error, cannot list.".to_owned(),
                Some(reason.clone()),
            ),
            Self::Store(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "InternalServerError",
                None,
                "An unexpected error occurred, please try again.".to_owned(),
                None,
            ),
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
