//! What a front door answers by itself, in AWS's words.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};

use super::options::{Door, FrontDoor};

/// Why the function's answer is not what the client gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The function failed, or its result can't be read.
    Function,
    /// The request's body is larger than the front door takes.
    TooLarge,
    /// The event is larger than the function takes.
    TooLargeForFunction,
    /// The request's body ended too early: nobody reads the answer.
    BrokeOff,
    /// What is asked for is no path, or not on one host.
    NoPlace,
    HeadersTooLarge,
    UriTooLong,
    MethodNotAllowed,
    /// The client wants another protocol.
    Upgrade,
    /// The request came by too many proxies.
    TooManyAddresses,
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

/// What comes from the integration has a space in its JSON, what comes from the API has none.
fn rest(refusal: Refusal) -> Response<Bytes> {
    let (status, body) = match refusal {
        Refusal::Function => (StatusCode::BAD_GATEWAY, r#"{"message": "Internal server error"}"#),
        Refusal::TimedOut => {
            (StatusCode::GATEWAY_TIMEOUT, r#"{"message": "Endpoint request timed out"}"#)
        }
        Refusal::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            r#"{"message":"HTTP content length exceeded 10485760 bytes."}"#,
        ),
        Refusal::TooLargeForFunction => {
            (StatusCode::PAYLOAD_TOO_LARGE, r#"{"message":"Request Too Long"}"#)
        }
        Refusal::HeadersTooLarge => (
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            r#"{"message":"HTTP header is larger than 10240 bytes."}"#,
        ),
        Refusal::NoStage => {
            (StatusCode::FORBIDDEN, r#"{"message":"Missing Authentication Token"}"#)
        }
        Refusal::BrokeOff | Refusal::NoPlace => {
            (StatusCode::BAD_REQUEST, r#"{"message":"Bad Request"}"#)
        }
        _ => (StatusCode::INTERNAL_SERVER_ERROR, r#"{"message": "Internal server error"}"#),
    };
    json(status, body)
}

fn http_api(refusal: Refusal) -> Response<Bytes> {
    let (status, message) = match refusal {
        Refusal::Function => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        Refusal::TooLarge | Refusal::TooLargeForFunction => {
            (StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
        }
        Refusal::HeadersTooLarge => {
            (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large")
        }
        Refusal::NoStage => (StatusCode::NOT_FOUND, "Not Found"),
        Refusal::BrokeOff | Refusal::NoPlace => (StatusCode::BAD_REQUEST, "Bad Request"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
    };
    json(status, &format!("{{\"message\":\"{message}\"}}"))
}

fn function_url(refusal: Refusal) -> Response<Bytes> {
    let (status, body) = match refusal {
        Refusal::TooLarge | Refusal::TooLargeForFunction => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "{\"Message\":\"Request must be smaller than 6291456 bytes for the InvokeFunction \
             operation\"}",
        ),
        Refusal::Throttled => (
            StatusCode::TOO_MANY_REQUESTS,
            "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"Type\":\"User\",\
             \"message\":\"Rate Exceeded.\"}",
        ),
        Refusal::BrokeOff | Refusal::NoPlace => (StatusCode::BAD_REQUEST, "{\"Message\":null}"),
        _ => (StatusCode::BAD_GATEWAY, "Internal Server Error"),
    };
    json(status, body)
}

/// A load balancer's own pages; some name the reason below the status.
fn load_balancer(refusal: Refusal) -> Response<Bytes> {
    let (status, title, detail) = match refusal {
        Refusal::TooLarge | Refusal::TooLargeForFunction => {
            (StatusCode::PAYLOAD_TOO_LARGE, "413 Request Entity Too Large", "")
        }
        Refusal::HeadersTooLarge => {
            (StatusCode::BAD_REQUEST, "400 Bad Request", "Request Header Or Cookie Too Large")
        }
        Refusal::UriTooLong => (StatusCode::URI_TOO_LONG, "414 Request-URI Too Large", ""),
        Refusal::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "405 Not Allowed", ""),
        Refusal::Upgrade | Refusal::BrokeOff | Refusal::NoPlace => {
            (StatusCode::BAD_REQUEST, "400 Bad Request", "")
        }
        Refusal::TooManyAddresses => (too_many_addresses(), "463", ""),
        Refusal::TimedOut => (StatusCode::GATEWAY_TIMEOUT, "504 Gateway Time-out", ""),
        Refusal::Stopped => {
            (StatusCode::SERVICE_UNAVAILABLE, "503 Service Temporarily Unavailable", "")
        }
        Refusal::Function | Refusal::NoStage | Refusal::Throttled => {
            (StatusCode::BAD_GATEWAY, "502 Bad Gateway", "")
        }
    };
    let detail = match detail {
        "" => String::new(),
        detail => format!("<center>{detail}</center>\r\n"),
    };
    let body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n\
         <center><h1>{title}</h1></center>\r\n{detail}</body>\r\n</html>\r\n"
    );
    with_type(status, body, HeaderValue::from_static("text/html"))
}

/// A status of load balancers' own: `x-forwarded-for` has more than 30 addresses.
fn too_many_addresses() -> StatusCode {
    StatusCode::from_u16(463).unwrap_or(StatusCode::BAD_REQUEST)
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
