//! Requests that Lambda's API does not take, in its words.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use crate::error::{Error, ErrorKind};

/// The largest event of a synchronous invocation, in bytes.
pub(super) const MAX_SYNCHRONOUS_BYTES: usize = 6 * 1024 * 1024;

/// The largest event of an asynchronous invocation, in bytes; it was 256 KB until 2025.
pub(super) const MAX_ASYNCHRONOUS_BYTES: usize = 1024 * 1024;

/// A request that is not taken.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    error_type: &'static str,
    message: String,
    /// Only throttling has a reason.
    reason: Option<&'static str>,
}

impl Refusal {
    fn new(status: StatusCode, error_type: &'static str, message: impl Into<String>) -> Self {
        Self { status, error_type, message: message.into(), reason: None }
    }

    fn bad_request(error_type: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error_type, message)
    }

    pub(super) fn no_function(arn: &str) -> Self {
        let message = format!("Function not found: {arn}");
        Self::new(StatusCode::NOT_FOUND, "ResourceNotFoundException", message)
    }

    pub(super) fn no_operation(method: &http::Method, path: &str) -> Self {
        let message = format!(
            "There is no {method} {path} here: of Lambda's API the emulator has Invoke and \
             InvokeWithResponseStream"
        );
        Self::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
    }

    pub(super) fn invalid_name(name: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value '{name}' at 'functionName' failed to satisfy \
             constraint: Member must satisfy regular expression pattern: \
             (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{{2}}(-gov)?-[a-z]+-\\d{{1}}:)?(\\d{{12}}:)?\
             (function:)?([a-zA-Z0-9-_\\.]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
        );
        Self::bad_request("ValidationException", message)
    }

    pub(super) fn invalid_value(value: &str, field: &str, allowed: &str) -> Self {
        let message = format!(
            "1 validation error detected: Value '{value}' at '{field}' failed to satisfy \
             constraint: Member must satisfy enum value set: [{allowed}]"
        );
        Self::bad_request("ValidationException", message)
    }

    pub(super) fn two_qualifiers() -> Self {
        Self::bad_request(
            "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified qualifier.",
        )
    }

    pub(super) fn no_json(error: &serde_json::Error) -> Self {
        let message = format!(
            "Could not parse request body into json: Could not parse payload into json: {error}"
        );
        Self::bad_request("InvalidRequestContentException", message)
    }

    pub(super) fn invalid_client_context() -> Self {
        Self::bad_request(
            "InvalidRequestContentException",
            "Client context must be a valid Base64-encoded JSON object of at most 3583 bytes.",
        )
    }

    pub(super) fn broken_off() -> Self {
        Self::bad_request("InvalidRequestContentException", "The request broke off before its end")
    }

    pub(super) fn too_large() -> Self {
        let message = format!(
            "Request must be smaller than {MAX_SYNCHRONOUS_BYTES} bytes for the InvokeFunction \
             operation"
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message)
    }

    pub(super) fn too_large_for_event(length: usize) -> Self {
        let message = format!(
            "{length} byte payload is too large for the Event invocation type (limit \
             {MAX_ASYNCHRONOUS_BYTES} bytes)"
        );
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", message)
    }

    pub(super) fn into_response(self) -> Response<Bytes> {
        let mut body = json!({"Type": "User", "Message": self.message});
        if let Some(reason) = self.reason {
            body["Reason"] = reason.into();
        }
        if self.status.is_server_error() {
            body["Type"] = "Service".into();
        }
        let mut response = Response::new(body.to_string().into());
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert("x-amzn-errortype", HeaderValue::from_static(self.error_type));
        if self.status == StatusCode::TOO_MANY_REQUESTS {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::TooLarge => Self::too_large(),
            ErrorKind::Throttled => Self {
                reason: Some("ConcurrentInvocationLimitExceeded"),
                ..Self::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "TooManyRequestsException",
                    "Rate Exceeded.",
                )
            },
            _ => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", error.to_string())
            }
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
