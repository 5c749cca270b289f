//! Responses into results: [`http::Response`] in, the JSON that the source's front door reads
//! out, without any I/O.
//!
//! ```
//! use bytes::Bytes;
//! use lambdafy::{reply, Options, Source};
//!
//! let response = http::Response::builder()
//!     .header("content-type", "text/plain")
//!     .header("set-cookie", "a=1")
//!     .body(Bytes::from("hi"))?;
//! let result = reply::buffered(Source::HttpApiV2, response, &Options::new())?;
//! assert_eq!(
//!     result,
//!     r#"{"statusCode":200,"headers":{"content-type":"text/plain"},"cookies":["a=1"],"isBase64Encoded":false,"body":"hi"}"#,
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod buffered;
mod compress;
mod edge;
mod headers;
mod limits;
mod pass_through;
mod streaming;
mod text_or_base64;

use bytes::Bytes;
use http::{Response, StatusCode, header};

use crate::{Error, Options, Source};

pub(crate) use compress::{Accepts, is_compressible};
pub(crate) use limits::{check as check_size, of as limit, too_large};
pub use streaming::StreamingBody;
pub(crate) use streaming::{CONTENT_TYPE, ERROR_BODY, ERROR_TYPE};

/// Whether answers of `source` are streamed under `options`: HTTP APIs, load balancers and the
/// others have no streaming.
pub(crate) fn streams(source: Source, options: &Options) -> bool {
    options.response_mode == crate::ResponseMode::Streaming
        && matches!(source, Source::FunctionUrl | Source::RestApi)
}

/// The result for `source`, whole.
///
/// The body is sent as text or as base64: base64 if it has a content encoding, is not UTF-8, has
/// another charset, or is of a type that is not text. Hop-by-hop headers are left out.
///
/// # Errors
///
/// [`App`](crate::ErrorKind::App) if the source is [`Source::PassThrough`] and the status is 400
/// or more (unless [`Options::fail_on_error_status`] is off), or the body is neither JSON nor
/// text. [`TooLarge`](crate::ErrorKind::TooLarge) if the result is larger than the platform takes.
pub fn buffered(
    source: Source,
    response: Response<Bytes>,
    options: &Options,
) -> Result<Bytes, Error> {
    let mut out = Vec::new();
    write(source, response, options, &mut out)?;
    Ok(out.into())
}

/// [`buffered`], into a buffer that may have been used before.
pub(crate) fn write(
    source: Source,
    response: Response<Bytes>,
    options: &Options,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let (parts, body) = response.into_parts();
    let limit = limits::of(source, options);
    limits::check(body.len(), limit)?;
    match source {
        Source::PassThrough => pass_through::write(&parts, &body, options, out)?,
        Source::Edge => edge::write(&parts, &body, options, out),
        _ => buffered::write(source, &parts, &body, options, out),
    }
    limits::check(out.len(), limit)
}

/// An answer of the adapter's own, in plain text.
pub(crate) fn plain(status: StatusCode, text: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let content_type = http::HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
