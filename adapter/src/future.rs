//! The future of an invocation: waits for the app, collects its body, writes the result.

use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::{Response, StatusCode};
use http_body::Body;
use http_body_util::BodyExt;

use crate::reply::{self, StreamingBody};
use crate::service::{Exchange, Reply};
use crate::{BoxError, Error, ErrorKind, Source, panics};

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
            return Ok(self.stream(response));
        }
        let (parts, body) = response.into_parts();
        let collected = AssertUnwindSafe(collect(body, self.options.max_response_bytes));
        match collected.catch_unwind().await {
            Ok(Ok(body)) => self.finish(Response::from_parts(parts, body)),
            Ok(Err(error)) => self.fail(error),
            Err(panic) => self.panicked(&panics::message(&*panic)),
        }
    }

    fn streams(&self) -> bool {
        reply::streams(self.source, &self.options)
    }

    fn stream<B>(&self, response: Response<B>) -> Reply<B> {
        let (parts, body) = response.into_parts();
        let has_body = !self.is_head && !reply::is_bodiless(parts.status);
        Reply::Streaming(StreamingBody::new(self.source, &parts, has_body.then_some(body)))
    }

    pub(crate) fn panicked<B>(self, message: &str) -> Result<Reply<B>, Error> {
        self.fail(Error::new(ErrorKind::App, format!("the app panicked: {message}")))
    }

    /// A client that waits gets a 500, a service that sent an event the error itself.
    fn fail<B>(self, error: Error) -> Result<Reply<B>, Error> {
        if self.source == Source::PassThrough {
            return Err(error);
        }
        crate::log::error(&format!("answered 500: {error:?}"));
        let text = "Internal Server Error\n";
        self.finish(reply::plain(StatusCode::INTERNAL_SERVER_ERROR, text))
    }

    /// Makes the result of a whole response.
    pub(crate) fn finish<B>(mut self, response: Response<Bytes>) -> Result<Reply<B>, Error> {
        let mut response = response;
        if self.is_head || reply::is_bodiless(response.status()) {
            *response.body_mut() = Bytes::new();
        }
        if self.streams() {
            let (parts, body) = response.into_parts();
            return Ok(Reply::Streaming(StreamingBody::whole(self.source, &parts, &body)));
        }
        self.accepts.compress(&mut response, &self.options);
        match reply::write(self.source, response, &self.options, &mut self.buffer) {
            Ok(()) => {}
            Err(error)
                if error.kind() == ErrorKind::TooLarge && self.source != Source::PassThrough =>
            {
                crate::log::error(&format!("answered 500: {error}"));
                self.buffer.clear();
                reply::write(
                    self.source,
                    reply::too_large(),
                    &Default::default(),
                    &mut self.buffer,
                )?;
            }
            Err(error) => return Err(error),
        }
        Ok(Reply::Buffered(self.buffer.into()))
    }
}

/// The whole body; one that comes in one piece is not copied. One that grows beyond every limit
/// is given up before it fills the memory.
async fn collect<B>(body: B, limit: usize) -> Result<Bytes, Error>
where
    B: Body,
    B::Error: Into<BoxError>,
{
    /// More than any front door takes.
    const MOST: usize = 6 * 1024 * 1024;
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut more = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            Error::new(ErrorKind::App, "the answer's body failed half-way").with_source(error)
        })?;
        let Ok(mut data) = frame.into_data() else {
            continue;
        };
        let data = data.copy_to_bytes(data.remaining());
        if first.is_empty() && more.is_empty() {
            first = data;
            continue;
        }
        if more.is_empty() {
            more.extend_from_slice(&first);
        }
        more.extend_from_slice(&data);
        if more.len() > limit.min(MOST) {
            break;
        }
    }
    Ok(if more.is_empty() { first } else { more.freeze() })
}
