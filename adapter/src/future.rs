//! The future of an invocation: waits for the app, collects its body, writes the result.

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;

use crate::reply::{self, StreamingBody};
use crate::service::{Exchange, Reply};
use crate::{BoxError, Error, ErrorKind, Options, Source, panics};

/// The future that [`LambdaService`](crate::LambdaService) returns.
pub struct ResponseFuture<B>(BoxFuture<'static, Result<Reply<B>, Error>>);

impl<B: Send + 'static> ResponseFuture<B> {
    pub(crate) fn new(
        future: impl Future<Output = Result<Reply<B>, Error>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(future))
    }
}

impl<B> Future for ResponseFuture<B> {
    type Output = Result<Reply<B>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<B> fmt::Debug for ResponseFuture<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

impl Exchange {
    /// Waits for the app and makes the result of what it answers.
    pub(crate) async fn run<F, B, E>(self, app: F) -> Result<Reply<B>, Error>
    where
        F: Future<Output = Result<Response<B>, E>>,
        E: Into<BoxError>,
        B: Body,
        B::Error: Into<BoxError>,
    {
        let response = match AssertUnwindSafe(app).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                return self.fail(Error::new(ErrorKind::App, "the app failed").with_source(error));
            }
            Err(panic) => return self.panicked(&panics::message(&*panic)),
        };
        if self.streams() {
            return self.stream(response);
        }
        let (parts, body) = response.into_parts();
        if self.has_no_body(parts.status) {
            return self.finish(Response::from_parts(parts, Bytes::new()));
        }
        let most = self.most_bytes(&parts.headers);
        let collected = AssertUnwindSafe(collect(body, most));
        match collected.catch_unwind().await {
            Ok(Ok(body)) => self.finish(Response::from_parts(parts, body)),
            Ok(Err(error)) => self.fail(error),
            Err(panic) => self.panicked(&panics::message(&*panic)),
        }
    }

    /// Whether the answer has no body, whatever the app says (RFC 9110 section 6.4.1).
    fn has_no_body(&self, status: StatusCode) -> bool {
        self.is_head
            || status.is_informational()
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
    }

    fn streams(&self) -> bool {
        reply::streams(self.source, &self.options)
    }

    /// How long a body may get before it is given up, so that it does not fill the memory.
    fn most_bytes(&self, headers: &HeaderMap) -> usize {
        /// Text that is larger than this times the limit will not fit even when compressed.
        const COMPRESSION: usize = 16;
        let limit = reply::limit(self.source, &self.options);
        let is_compressed = self.accepts.any() && reply::is_compressible(headers, &self.options);
        limit.saturating_mul(if is_compressed { COMPRESSION } else { 1 })
    }

    fn stream<B>(self, response: Response<B>) -> Result<Reply<B>, Error> {
        /// API Gateway looks for the end of the metadata in so many bytes.
        const MOST: usize = 16 * 1024;
        let (parts, body) = response.into_parts();
        let body = (!self.has_no_body(parts.status)).then_some(body);
        let stream = StreamingBody::new(self.source, &parts, body);
        if self.source == Source::RestApi && stream.prelude_len() > MOST {
            let message = "the answer's headers take more than the 16 KiB that a REST API streams";
            return self.fail(Error::new(ErrorKind::TooLarge, message));
        }
        Ok(Reply::Streaming(stream))
    }

    pub(crate) fn panicked<B>(self, message: &str) -> Result<Reply<B>, Error> {
        self.fail(Error::new(ErrorKind::App, format!("the app panicked: {message}")))
    }

    /// A client that waits gets a 500, a service that sent an event the error itself.
    pub(crate) fn fail<B>(self, error: Error) -> Result<Reply<B>, Error> {
        if self.source == Source::PassThrough {
            return Err(error);
        }
        crate::log::error(&format!("answered 500: {error:?}"));
        self.finish(match error.kind() {
            ErrorKind::TooLarge => reply::too_large(),
            _ => reply::plain(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error\n"),
        })
    }

    /// The app is not asked: the request's body is larger than the options allow.
    pub(crate) fn refuse<B>(self, bytes: usize) -> Result<Reply<B>, Error> {
        let limit = self.options.max_request_bytes;
        let message =
            format!("the request's body takes {bytes} bytes, more than the {limit} allowed");
        let error = Error::new(ErrorKind::TooLarge, message);
        if self.source == Source::PassThrough {
            return Err(error);
        }
        crate::log::error(&format!("answered 413: {error}"));
        let text = "The request's body is too large.\n";
        self.finish(reply::plain(StatusCode::PAYLOAD_TOO_LARGE, text))
    }

    /// Makes the result of a whole response.
    pub(crate) fn finish<B>(mut self, response: Response<Bytes>) -> Result<Reply<B>, Error> {
        let mut response = response;
        if self.has_no_body(response.status()) {
            *response.body_mut() = Bytes::new();
        }
        if self.streams() {
            let (parts, body) = response.into_parts();
            return Ok(Reply::Streaming(StreamingBody::whole(self.source, &parts, &body)));
        }
        self.accepts.compress(&mut response, &self.options);
        let written = reply::write(self.source, response, &self.options, &mut self.buffer);
        if let Err(error) = written {
            if error.kind() != ErrorKind::TooLarge || self.source == Source::PassThrough {
                return Err(error);
            }
            crate::log::error(&format!("answered 500: {error}"));
            self.buffer.clear();
            // Without the limit of the options, which might be too small even for this.
            let options = Options::new();
            reply::write(self.source, reply::too_large(), &options, &mut self.buffer)?;
        }
        Ok(Reply::Buffered(self.buffer.into()))
    }
}

/// The whole body, of at most `most` bytes; one that comes in one piece is not copied.
async fn collect<B>(body: B, most: usize) -> Result<Bytes, Error>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut more = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Error::new(ErrorKind::App, "the answer's body failed half-way").with_source(error)
        })?;
        let Ok(mut data) = frame.into_data() else { continue };
        let data = data.copy_to_bytes(data.remaining());
        reply::check_size(first.len().max(more.len()) + data.len(), most)?;
        if first.is_empty() && more.is_empty() {
            first = data;
            continue;
        }
        if more.is_empty() {
            more.extend_from_slice(&first);
        }
        more.extend_from_slice(&data);
    }
    Ok(if more.is_empty() { first } else { more.into() })
}
