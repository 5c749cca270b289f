//! The result for Function URLs and REST APIs that stream: a prelude, eight NUL bytes, the body.
//!
//! Sources: <https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body, Frame};
use pin_project_lite::pin_project;

use super::headers::{self, Forwarded};
use crate::{BoxError, Source, base64, panics};

/// The media type of a streamed result.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.awslambda.http-integration-response";

/// The trailers that tell Lambda of an error in the middle of the stream.
pub(crate) const ERROR_TYPE: HeaderName =
    HeaderName::from_static("lambda-runtime-function-error-type");
pub(crate) const ERROR_BODY: HeaderName =
    HeaderName::from_static("lambda-runtime-function-error-body");

const DELIMITER: [u8; 8] = [0; 8];

pin_project! {
    /// A streamed result: the prelude and its delimiter as the first frame, then the body's
    /// frames as they come. If the body fails or panics half-way, the stream ends with the
    /// trailers by which Lambda learns of it.
    pub struct StreamingBody<B> {
        prelude: Option<Bytes>,
        #[pin]
        body: Option<B>,
    }
}

impl<B> StreamingBody<B> {
    /// The result for `source`; without a `body` it ends after the prelude.
    pub(crate) fn new(source: Source, parts: &Parts, body: Option<B>) -> Self {
        Self { prelude: Some(prelude(source, parts).into()), body }
    }

    /// How long the prelude is with its delimiter, in bytes.
    pub(crate) fn prelude_len(&self) -> usize {
        self.prelude.as_ref().map_or(0, Bytes::len)
    }

    /// A result that is already whole: `text` follows the prelude.
    pub(crate) fn whole(source: Source, parts: &Parts, text: &[u8]) -> Self {
        let mut all = prelude(source, parts);
        all.extend_from_slice(text);
        Self { prelude: Some(all.into()), body: None }
    }
}

fn prelude(source: Source, parts: &Parts) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(b"{\"statusCode\":");
    out.extend_from_slice(parts.status.as_str().as_bytes());
    let forwarded = Forwarded::new(parts, None);
    if source == Source::RestApi {
        out.extend_from_slice(b",\"multiValueHeaders\":");
        headers::write_lists(&forwarded, &mut out);
    } else {
        out.extend_from_slice(b",\"headers\":");
        headers::write_joined(&forwarded, &mut out);
        out.extend_from_slice(b",\"cookies\":");
        headers::write_cookies(&forwarded, &mut out);
    }
    out.extend_from_slice(b"}");
    out.extend_from_slice(&DELIMITER);
    out
}

impl<B> Body for StreamingBody<B>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let mut this = self.project();
        if let Some(prelude) = this.prelude.take() {
            return Poll::Ready(Some(Ok(Frame::data(prelude))));
        }
        let Some(mut body) = this.body.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        loop {
            let polled = catch_unwind(AssertUnwindSafe(|| body.as_mut().poll_frame(cx)));
            let failure = match polled {
                Ok(Poll::Pending) => return Poll::Pending,
                Ok(Poll::Ready(None)) => return Poll::Ready(None),
                Ok(Poll::Ready(Some(Ok(frame)))) => match frame.into_data() {
                    Ok(mut data) => {
                        let data = data.copy_to_bytes(data.remaining());
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                    // The app's own trailers have no place in the protocol.
                    Err(_) => continue,
                },
                Ok(Poll::Ready(Some(Err(error)))) => error.into().to_string(),
                Err(panic) => format!("panicked: {}", panics::message(&*panic)),
            };
            this.body.set(None);
            return Poll::Ready(Some(Ok(Frame::trailers(error_trailers(&failure)))));
        }
    }
}

/// Tells Lambda, and the log, that the body failed after the answer had begun.
fn error_trailers(message: &str) -> HeaderMap {
    crate::log::error(&format!("the answer's body failed half-way: {message}"));
    let mut json = b"{\"errorType\":\"Runtime.StreamError\",\"errorMessage\":".to_vec();
    crate::json::write_string(&mut json, message);
    json.extend_from_slice(b"}");
    let mut trailers = HeaderMap::new();
    trailers.insert(ERROR_TYPE, HeaderValue::from_static("Runtime.StreamError"));
    let mut body = Vec::new();
    base64::append(&json, &mut body);
    if let Ok(body) = HeaderValue::from_maybe_shared(Bytes::from(body)) {
        trailers.insert(ERROR_BODY, body);
    }
    trailers
}

impl<B> fmt::Debug for StreamingBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamingBody").finish_non_exhaustive()
    }
}
