//! What the Runtime API answers besides events: acceptance, and refusals in Lambda's words.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use http_body_util::Full;
use serde::Serialize;

use crate::failure::MAX_PAYLOAD_BYTES;

/// The Runtime API's answer to one request.
pub(super) type Answered = Response<Full<Bytes>>;

/// A request that is not accepted.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error_type: &'static str,
    message: String,
}

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        error_type: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self { status, error_type, message: message.into() }
    }

    pub(super) fn forbidden(error_type: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, error_type, message)
    }

    /// An answer to a request id that was never given out.
    pub(super) fn invalid_request_id() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID")
    }

    pub(super) fn answered_twice() -> Self {
        Self::transition("InvocationResponse", "InvocationResponse")
    }

    pub(super) fn next_while_running() -> Self {
        Self::transition("Running", "Ready")
    }

    /// An identifier that was never given out.
    pub(super) fn unknown_extension() -> Self {
        Self::forbidden("Extension.UnknownExtensionIdentifier", "Unknown extension")
    }

    pub(super) fn transition(from: &str, to: &str) -> Self {
        Self::forbidden(
            "InvalidStateTransition",
            format!("Transition from {from} to {to} is not allowed"),
        )
    }

    /// An answer to an invocation that ran out of time.
    pub(super) fn gone() -> Self {
        Self::new(StatusCode::GONE, "ErrorRuntimeInvokeTimeout", "The invocation timed out")
    }

    pub(super) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            format!("Exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."),
        )
    }

    pub(super) fn truncated() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "TruncatedHTTPRequest",
            "HTTP request detected as truncated",
        )
    }

    pub(super) fn invalid_response_mode() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "InvalidFunctionResponseMode",
            "Invalid function response mode",
        )
    }

    pub(super) fn into_response(self) -> Answered {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            error_message: &'a str,
            error_type: &'a str,
        }
        let body = Body { error_message: &self.message, error_type: self.error_type };
        json(self.status, serde_json::to_vec(&body).unwrap_or_default())
    }
}

/// 202, as for everything that a runtime posts.
pub(super) fn accepted() -> Answered {
    json(StatusCode::ACCEPTED, "{\"status\":\"OK\"}\n")
}

pub(super) fn json(status: StatusCode, body: impl Into<Bytes>) -> Answered {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
