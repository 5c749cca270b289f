//! What a front door answers by itself, in AWS's words.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::options::{Door, FrontDoor};

/// Why the function's answer is not what the client gets.
#[derive(Clone, Copy, Debug)]
pub(super) enum Refusal {
    /// The function failed, or its result can't be read.
    Function,
    /// The request is too large.
    TooLarge,
    /// The function took longer than the front door waits.
    TimedOut,
    /// The request's path does not begin with the stage.
    NoStage,
    /// All sandboxes are busy, and what comes is refused.
    Throttled,
    /// The emulator is stopped.
    Stopped,
}

pub(super) fn response(door: &Door, refusal: Refusal) -> Response<Bytes> {
    match door.kind {
        FrontDoor::RestApi | FrontDoor::RestApiStream => rest(refusal),
        FrontDoor::HttpApi | FrontDoor::HttpApiV1 => http_api(refusal),
        FrontDoor::FunctionUrl | FrontDoor::FunctionUrlStream => function_url(refusal),
        FrontDoor::Alb | FrontDoor::AlbMultiValue => load_balancer(refusal),
    }
}

fn rest(refusal: Refusal) -> Response<Bytes> {
    let (status, message) = match refusal {
        Refusal::Function => (StatusCode::BAD_GATEWAY, "Internal server error"),
        Refusal::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request Too Long"),
        Refusal::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "Endpoint request timed out"),
        Refusal::NoStage => (StatusCode::FORBIDDEN, "Missing Authentication Token"),
        Refusal::Throttled | Refusal::Stopped => {
            (StatusCode::INTERNAL_SERVER_ERROR, "Internal server error")
        }
    };
    json(status, &format!("{{\"message\": \"{message}\"}}"))
}

fn http_api(refusal: Refusal) -> Response<Bytes> {
    let (status, message) = match refusal {
        Refusal::Function => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        Refusal::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"),
        Refusal::NoStage => (StatusCode::NOT_FOUND, "Not Found"),
        Refusal::TimedOut | Refusal::Throttled | Refusal::Stopped => {
            (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
        }
    };
    json(status, &format!("{{\"message\":\"{message}\"}}"))
}

fn function_url(refusal: Refusal) -> Response<Bytes> {
    let (status, body) = match refusal {
        Refusal::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "{\"Message\":\"Request must be smaller than 6291456 bytes for the InvokeFunction \
             operation\"}",
        ),
        Refusal::Throttled => (
            StatusCode::TOO_MANY_REQUESTS,
            "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\",\
             \"message\":\"Rate Exceeded.\"}",
        ),
        _ => (StatusCode::BAD_GATEWAY, "Internal Server Error"),
    };
    json(status, body)
}

fn load_balancer(refusal: Refusal) -> Response<Bytes> {
    let status = match refusal {
        Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::TimedOut => StatusCode::GATEWAY_TIMEOUT,
        Refusal::Stopped => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Function | Refusal::NoStage | Refusal::Throttled => StatusCode::BAD_GATEWAY,
    };
    let body = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n\
         <center><h1>{status}</h1></center>\r\n</body>\r\n</html>\r\n"
    );
    with_type(status, body, HeaderValue::from_static("text/html"))
}

fn json(status: StatusCode, body: &str) -> Response<Bytes> {
    let json = HeaderValue::from_static("application/json");
    with_type(status, body.to_owned(), json)
}

fn with_type(status: StatusCode, body: String, content_type: HeaderValue) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}
