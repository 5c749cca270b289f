use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// Why a handler has no answer.
pub(crate) enum Failure {
    /// The request's own fault.
    Refused(StatusCode, String),
    /// Anything else: it goes to the log, not to the client.
    Internal(anyhow::Error),
}

/// A handler's answer.
pub(crate) type Answer<T> = Result<T, Failure>;

pub(crate) fn not_found(what: &str) -> Failure {
    Failure::Refused(StatusCode::NOT_FOUND, format!("there is no such {what}"))
}

pub(crate) fn bad_request(reason: impl Into<String>) -> Failure {
    Failure::Refused(StatusCode::BAD_REQUEST, reason.into())
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self {
            Self::Refused(status, reason) => (status, reason).into_response(),
            Self::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "a handler failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "something went wrong").into_response()
            }
        }
    }
}
