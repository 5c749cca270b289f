//! The result for Lambda@Edge.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses-in-requests.html>

use http::HeaderName;
use http::response::Parts;

use super::headers::{Forwarded, write_grouped, write_value};
use super::text_or_base64;
use crate::{Options, base64, json};

pub(super) fn write(parts: &Parts, body: &[u8], options: &Options, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"status\":\"");
    out.extend_from_slice(parts.status.as_str().as_bytes());
    out.extend_from_slice(b"\",\"statusDescription\":");
    json::write_string(out, parts.status.canonical_reason().unwrap_or("Unknown"));
    out.extend_from_slice(b",\"headers\":");
    write_headers(&Forwarded::new(parts, None), out);
    match text_or_base64::text(&parts.headers, body, options) {
        Some(text) => {
            out.extend_from_slice(b",\"bodyEncoding\":\"text\",\"body\":");
            json::write_string(out, text);
        }
        None => {
            out.extend_from_slice(b",\"bodyEncoding\":\"base64\",\"body\":\"");
            base64::append(body, out);
            out.extend_from_slice(b"\"");
        }
    }
    out.extend_from_slice(b"}");
}

/// Appends `{"name":[{"key":"name","value":"..."}], ...}`.
fn write_headers(headers: &Forwarded<'_>, out: &mut Vec<u8>) {
    let allowed = headers.iter().filter(|(name, _)| is_allowed(name));
    write_grouped(allowed, out, |name, value, out| {
        out.extend_from_slice(b"{\"key\":\"");
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b"\",\"value\":");
        write_value(value, out);
        out.extend_from_slice(b"}");
    });
}

/// CloudFront refuses the whole answer if it has a disallowed or read-only header.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions.html>
fn is_allowed(name: &HeaderName) -> bool {
    let name = name.as_str();
    let is_refused = matches!(
        name,
        "accept-encoding"
            | "content-length"
            | "expect"
            | "if-modified-since"
            | "if-none-match"
            | "if-range"
            | "if-unmodified-since"
            | "proxy-authenticate"
            | "proxy-authorization"
            | "te"
            | "trailer"
            | "via"
            | "x-accel-buffering"
            | "x-accel-charset"
            | "x-accel-limit-rate"
            | "x-accel-redirect"
            | "x-amzn-auth"
            | "x-amzn-cf-billing"
            | "x-amzn-cf-id"
            | "x-amzn-cf-xff"
            | "x-amzn-errortype"
            | "x-amzn-fle-profile"
            | "x-amzn-header-count"
            | "x-amzn-header-order"
            | "x-amzn-lambda-integration-tag"
            | "x-amzn-requestid"
            | "x-cache"
            | "x-forwarded-proto"
            | "x-real-ip"
    );
    !is_refused && !name.starts_with("x-amz-cf-") && !name.starts_with("x-edge-")
}
