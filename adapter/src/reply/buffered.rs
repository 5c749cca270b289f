//! The result for API Gateway, Function URLs, load balancers and VPC Lattice.

use http::StatusCode;
use http::response::Parts;

use super::headers::{self, Forwarded};
use super::text_or_base64;
use crate::{Options, Source, base64, json};

/// What the members around header values and the body take at most.
const FRAME_BYTES: usize = 160;

pub(super) fn write(
    source: Source,
    parts: &Parts,
    body: &[u8],
    options: &Options,
    out: &mut Vec<u8>,
) {
    let text = text_or_base64::text(&parts.headers, body, options);
    reserve(parts, body, text.is_some(), out);
    out.extend_from_slice(b"{\"statusCode\":");
    out.extend_from_slice(parts.status.as_str().as_bytes());
    if matches!(source, Source::Alb | Source::AlbMultiValue) {
        write_description(parts.status, out);
    }
    let headers = Forwarded::new(parts, (!body.is_empty()).then_some(body.len()));
    write_headers(source, &headers, out);
    match text {
        Some(text) => {
            out.extend_from_slice(b",\"isBase64Encoded\":false,\"body\":");
            json::write_string(out, text);
        }
        None => {
            out.extend_from_slice(b",\"isBase64Encoded\":true,\"body\":\"");
            base64::append(body, out);
            out.extend_from_slice(b"\"");
        }
    }
    out.extend_from_slice(b"}");
}

/// Makes room for the usual result, so that a large one is not copied while it grows.
fn reserve(parts: &Parts, body: &[u8], is_text: bool, out: &mut Vec<u8>) {
    let headers: usize =
        parts.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 8).sum();
    let body = if is_text { body.len() + body.len() / 8 } else { base64::encoded_len(body.len()) };
    out.reserve(FRAME_BYTES + headers + body);
}

fn write_headers(source: Source, headers: &Forwarded<'_>, out: &mut Vec<u8>) {
    match source {
        Source::HttpApiV2 | Source::FunctionUrl => {
            out.extend_from_slice(b",\"headers\":");
            headers::write_joined(headers, out);
            out.extend_from_slice(b",\"cookies\":");
            headers::write_cookies(headers, out);
        }
        Source::Alb | Source::LatticeV1 | Source::LatticeV2 => {
            out.extend_from_slice(b",\"headers\":");
            headers::write_joined_with_cookies(headers, out);
        }
        _ => {
            out.extend_from_slice(b",\"multiValueHeaders\":");
            headers::write_lists(headers, out);
        }
    }
}

/// `"statusDescription":"200 OK"`, without which a load balancer answers 502.
fn write_description(status: StatusCode, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"statusDescription\":\"");
    out.extend_from_slice(status.as_str().as_bytes());
    out.extend_from_slice(b" ");
    out.extend_from_slice(status.canonical_reason().unwrap_or("Unknown").as_bytes());
    out.extend_from_slice(b"\"");
}
