//! Compression of buffered text answers.
//!
//! The answer is whole and in memory, so the codecs are called directly: tower-http's layer would
//! wrap the app in a stream that must be collected again.

use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    VARY,
};
use http::{HeaderMap, HeaderValue, Request, Response};

use crate::Options;

/// Bodies below this many bytes gain nothing from compression.
const LEAST_BYTES: usize = 256;

/// Which of the codings the client accepts, if compression is on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Accepts {
    brotli: bool,
    gzip: bool,
}

impl Accepts {
    pub(crate) fn of<B>(request: &Request<B>, options: &Options) -> Self {
        if !options.compression || !cfg!(feature = "compression") {
            return Self::default();
        }
        let headers = request.headers();
        Self { brotli: is_accepted(headers, "br"), gzip: is_accepted(headers, "gzip") }
    }

    /// Whether a text answer will be compressed.
    pub(crate) fn any(self) -> bool {
        self.brotli || self.gzip
    }

    /// Compresses the body of `response` if the client accepts a coding and the body is text.
    pub(crate) fn compress(self, response: &mut Response<Bytes>, options: &Options) {
        let is_worth_it = response.body().len() >= LEAST_BYTES;
        if !options.compression || !is_worth_it || !is_compressible(response.headers(), options) {
            return;
        }
        // What claims to be text and is none stays as it is.
        if super::text_or_base64::text(response.headers(), response.body(), options).is_none() {
            return;
        }
        vary(response.headers_mut());
        let (coding, body) = match self {
            Self { brotli: true, .. } => ("br", codec::brotli(response.body())),
            Self { gzip: true, .. } => ("gzip", codec::gzip(response.body())),
            _ => return,
        };
        let Some(body) = body else { return };
        let headers = response.headers_mut();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        headers.remove(CONTENT_LENGTH);
        headers.remove(ACCEPT_RANGES);
        *response.body_mut() = body;
    }
}

/// Whether a body with these headers may be compressed: text, whole, not compressed yet, and not
/// meant to stay as it is.
pub(crate) fn is_compressible(headers: &HeaderMap, options: &Options) -> bool {
    let values = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    cfg!(feature = "compression")
        && !headers.contains_key(CONTENT_ENCODING)
        && !headers.contains_key(CONTENT_RANGE)
        && !values(CACHE_CONTROL).any(|value| value.contains("no-transform"))
        && super::text_or_base64::may_be_text(headers, options)
}

/// Tells caches that the answer depends on what the client accepts.
fn vary(headers: &mut HeaderMap) {
    let names = |value: &HeaderValue| value.to_str().unwrap_or_default().to_ascii_lowercase();
    if !headers.get_all(VARY).iter().any(|value| names(value).contains("accept-encoding")) {
        headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    }
}

/// Whether `accept-encoding` names `coding`, or all, with a weight above zero (RFC 9110 12.5.3).
fn is_accepted(headers: &HeaderMap, coding: &str) -> bool {
    let mut by_wildcard = false;
    for value in headers.get_all(ACCEPT_ENCODING) {
        for item in value.to_str().unwrap_or_default().split(',') {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            if name.trim().eq_ignore_ascii_case(coding) {
                return !is_zero(parameters);
            }
            by_wildcard |= name.trim() == "*" && !is_zero(parameters);
        }
    }
    by_wildcard
}

fn is_zero(parameters: &str) -> bool {
    let weight =
        parameters.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    weight
        .and_then(|(_, weight)| weight.trim().parse::<f32>().ok())
        .is_some_and(|weight| weight <= 0.0)
}

#[cfg(feature = "compression")]
mod codec {
    use std::io::Write;

    use bytes::Bytes;

    /// Quality 5 of 11: most of the gain at a tenth of the time.
    pub(super) fn brotli(body: &[u8]) -> Option<Bytes> {
        let params =
            brotli::enc::BrotliEncoderParams { quality: 5, lgwin: 22, ..Default::default() };
        let mut out = Vec::with_capacity(body.len() / 4);
        brotli::BrotliCompress(&mut &body[..], &mut out, &params).ok()?;
        Some(out.into())
    }

    pub(super) fn gzip(body: &[u8]) -> Option<Bytes> {
        let out = Vec::with_capacity(body.len() / 4);
        let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::default());
        encoder.write_all(body).ok()?;
        encoder.finish().ok().map(Bytes::from)
    }
}

#[cfg(not(feature = "compression"))]
mod codec {
    use bytes::Bytes;

    pub(super) fn brotli(_body: &[u8]) -> Option<Bytes> {
        None
    }

    pub(super) fn gzip(_body: &[u8]) -> Option<Bytes> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_zero_refuse_a_coding() {
        for (value, brotli, gzip) in [
            ("gzip, deflate, br", true, true),
            ("gzip;q=0, *", true, false),
            ("br;q=0.0,gzip;q=0.5", false, true),
            ("*;q=0", false, false),
            ("identity", false, false),
            ("GZIP", false, true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!(
                (is_accepted(&headers, "br"), is_accepted(&headers, "gzip")),
                (brotli, gzip),
                "{value}"
            );
        }
    }
}
