//! Invocations in, results out: the service around the app.

use std::fmt;
use std::future::ready;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Method, Request, Response};
use tower_service::Service;

use crate::future::ResponseFuture;
use crate::reply::{Accepts, StreamingBody};
use crate::{Body, BoxError, Error, ErrorKind, Options, Source, event, panics};

/// One invocation: the event and the headers that the Runtime API sent along.
pub struct Invocation {
    event: BytesMut,
    headers: HeaderMap,
    /// Memory for the result.
    buffer: Vec<u8>,
}

impl Invocation {
    /// An invocation without any of the Runtime API's headers.
    #[must_use]
    pub fn new(event: impl Into<BytesMut>) -> Self {
        Self { event: event.into(), headers: HeaderMap::new(), buffer: Vec::new() }
    }

    /// With the headers of the Runtime API's answer to `next`, by their names
    /// (`lambda-runtime-aws-request-id`, `lambda-runtime-deadline-ms` ...).
    #[must_use]
    pub fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = headers;
        self
    }

    /// Writes the result into `buffer`, which may have been used before.
    pub(crate) fn buffer(mut self, buffer: Vec<u8>) -> Self {
        self.buffer = buffer;
        self
    }
}

/// Leaves out the event, which holds cookies, tokens and bodies.
impl fmt::Debug for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation").field("event_bytes", &self.event.len()).finish_non_exhaustive()
    }
}

/// The result of an invocation, as the source's front door reads it.
#[derive(Debug)]
pub enum Reply<B> {
    /// One JSON document.
    Buffered(Bytes),
    /// A prelude and the answer's body as it comes; see [`StreamingBody`].
    Streaming(StreamingBody<B>),
}

impl<B> Reply<B> {
    /// The JSON document of a reply that is whole.
    #[must_use]
    pub fn into_buffered(self) -> Option<Bytes> {
        match self {
            Self::Buffered(result) => Some(result),
            Self::Streaming(_) => None,
        }
    }
}

/// An app that takes [`Invocation`]s; made by [`LambdaLayer`](crate::LambdaLayer).
///
/// The service answers every HTTP event: an app that fails or panics gets a 500, a body beyond
/// the limits a 413 or 500, each with a line in the log. It fails if the event makes no request,
/// or if the app fails on an event that is no HTTP request.
pub struct LambdaService<S> {
    app: S,
    options: Arc<Options>,
    /// Why the app was not ready when it was last asked; the next invocation gets it.
    not_ready: Option<Error>,
}

impl<S> LambdaService<S> {
    pub(crate) fn new(app: S, options: Arc<Options>) -> Self {
        Self { app, options, not_ready: None }
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// The app.
    pub fn get_ref(&self) -> &S {
        &self.app
    }
}

impl<S: Clone> Clone for LambdaService<S> {
    fn clone(&self) -> Self {
        Self::new(self.app.clone(), self.options.clone())
    }
}

impl<S> fmt::Debug for LambdaService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaService").field("options", &self.options).finish_non_exhaustive()
    }
}

impl<S, B> Service<Invocation> for LambdaService<S>
where
    S: Service<Request<Body>, Response = Response<B>>,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    type Response = Reply<B>;
    type Error = Error;
    type Future = ResponseFuture<B>;

    /// Ready as soon as the app is; an app that fails here fails the next invocation, which can
    /// then be answered.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.app.poll_ready(cx)));
        self.not_ready = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Ok(()))) => None,
            Ok(Poll::Ready(Err(error))) => {
                Some(Error::new(ErrorKind::App, "the app is not ready").with_source(error))
            }
            Err(panic) => {
                let message = panics::message(&*panic);
                Some(Error::new(ErrorKind::App, format!("the app panicked: {message}")))
            }
        };
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, invocation: Invocation) -> Self::Future {
        let Invocation { event, headers, buffer } = invocation;
        let request = match event::translate(event, headers, &self.options) {
            Ok(request) => request,
            Err(error) => return ResponseFuture::new(ready(Err(error))),
        };
        let exchange = Exchange {
            source: source_of(&request),
            is_head: request.method() == Method::HEAD,
            accepts: Accepts::of(&request, &self.options),
            options: self.options.clone(),
            buffer,
        };
        if let Some(error) = self.not_ready.take() {
            return ResponseFuture::new(ready(exchange.fail(error)));
        }
        let bytes = request.body().as_bytes().map_or(0, Bytes::len);
        if bytes > self.options.max_request_bytes {
            return ResponseFuture::new(ready(exchange.refuse(bytes)));
        }
        match catch_unwind(AssertUnwindSafe(|| self.app.call(request))) {
            Ok(future) => ResponseFuture::new(exchange.run(future)),
            Err(panic) => {
                let answer = exchange.panicked(&panics::message(&*panic));
                ResponseFuture::new(ready(answer))
            }
        }
    }
}

fn source_of(request: &Request<Body>) -> Source {
    request.extensions().get::<crate::Context>().map_or(Source::PassThrough, |c| c.source())
}

/// What the answer to a request depends on besides the app.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) source: Source,
    pub(crate) is_head: bool,
    pub(crate) accepts: Accepts,
    pub(crate) options: Arc<Options>,
    pub(crate) buffer: Vec<u8>,
}
