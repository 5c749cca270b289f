//! What a front door takes of a request's line and headers.
//!
//! Sources: <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html>,
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>.
//! For function URLs AWS names none.

use http::header::{HOST, UPGRADE};
use http::{HeaderMap, Method, Version};

use super::options::{Door, FrontDoor};
use super::platform::Refusal;

/// All header values of a REST API's request, or the request line and the header values of an
/// HTTP API's, in bytes.
const MAX_API_HEADER_BYTES: usize = 10_240;

/// A load balancer's request line, and one of its headers, in bytes.
const MAX_BALANCER_LINE_BYTES: usize = 16 * 1024;

/// All of a load balancer's headers, in bytes.
const MAX_BALANCER_HEADER_BYTES: usize = 64 * 1024;

/// All headers of a response through a load balancer, in bytes.
const MAX_BALANCER_RESPONSE_BYTES: usize = 32 * 1024;

/// How many addresses a load balancer takes in `x-forwarded-for`.
const MAX_FORWARDED: usize = 30;

/// A line beside its name and value: `: ` and the end.
const LINE_OVERHEAD: usize = 4;

/// Checks the head of a request.
pub(super) fn check(door: &Door, parts: &http::request::Parts) -> Result<(), Refusal> {
    // A proxy's `CONNECT host:port` and the server's own `OPTIONS *` have no path.
    let has_path = parts.uri.path().starts_with('/');
    let hosts = parts.headers.get_all(HOST).iter().count();
    if !has_path || hosts > 1 || (hosts == 0 && parts.version == Version::HTTP_11) {
        return Err(Refusal::NoPlace);
    }
    let target = parts.uri.path_and_query().map_or(1, |target| target.as_str().len());
    // The method, two spaces, `HTTP/1.1`.
    let line = parts.method.as_str().len() + target + 10;
    let values: usize = parts.headers.values().map(|value| value.len()).sum();
    match door.kind {
        FrontDoor::RestApi | FrontDoor::RestApiStream if values > MAX_API_HEADER_BYTES => {
            Err(Refusal::HeadersTooLarge)
        }
        FrontDoor::HttpApi | FrontDoor::HttpApiV1 if line + values > MAX_API_HEADER_BYTES => {
            Err(Refusal::HeadersTooLarge)
        }
        FrontDoor::Alb | FrontDoor::AlbMultiValue => balancer(parts, line),
        _ => Ok(()),
    }
}

fn balancer(parts: &http::request::Parts, line: usize) -> Result<(), Refusal> {
    if parts.method == Method::TRACE {
        return Err(Refusal::MethodNotAllowed);
    }
    if parts.headers.contains_key(UPGRADE) {
        return Err(Refusal::Upgrade);
    }
    if line > MAX_BALANCER_LINE_BYTES {
        return Err(Refusal::UriTooLong);
    }
    let is_too_long = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        name.as_str().len() + value.len() + LINE_OVERHEAD > MAX_BALANCER_LINE_BYTES
    };
    let size = size(&parts.headers);
    if size > MAX_BALANCER_HEADER_BYTES || parts.headers.iter().any(is_too_long) {
        return Err(Refusal::HeadersTooLarge);
    }
    let forwarded = parts.headers.get_all("x-forwarded-for").iter();
    let addresses = forwarded.map(|value| value.as_bytes().split(|&byte| byte == b',').count());
    if addresses.sum::<usize>() > MAX_FORWARDED {
        return Err(Refusal::TooManyAddresses);
    }
    Ok(())
}

/// Checks the head of a function's response.
pub(super) fn check_response(door: &Door, headers: &HeaderMap) -> Result<(), String> {
    let size = size(headers);
    let is_balancer = matches!(door.kind, FrontDoor::Alb | FrontDoor::AlbMultiValue);
    if is_balancer && size > MAX_BALANCER_RESPONSE_BYTES {
        return Err(format!(
            "the headers have {size} bytes, a load balancer takes {MAX_BALANCER_RESPONSE_BYTES}"
        ));
    }
    Ok(())
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + LINE_OVERHEAD).sum()
}
