//! One kept connection to the Runtime API, on hyper's client.
//!
//! Requests follow one another on it, so there is no pool, and nothing to choose: AWS's own
//! client, `lambda_runtime_api_client`, asks a pool for a connection twice an invocation and
//! opens another when the last is not back yet; both cost more than the translation of an event.

use std::convert::Infallible;

use bytes::Bytes;
use http::header::{HOST, USER_AGENT};
use http::{HeaderValue, Method, Request, Response, Uri};
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{BoxError, Error, ErrorKind};

/// The body of a request to the Runtime API.
pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// What hyper may hold of an event before it is asked for it.
const MAX_BUFFER_BYTES: usize = 1024 * 1024;

/// Where the Runtime API is, and the connection to it once there is one.
pub(super) struct Connection {
    authority: String,
    /// What stands before every path; emulators with several functions have something there.
    base_path: String,
    host: HeaderValue,
    sender: Option<SendRequest<Body>>,
}

/// A clone has a connection of its own.
impl Clone for Connection {
    fn clone(&self) -> Self {
        Self {
            authority: self.authority.clone(),
            base_path: self.base_path.clone(),
            host: self.host.clone(),
            sender: None,
        }
    }
}

impl Connection {
    /// To the Runtime API at `address`, `host:port` with or without a scheme and a path.
    pub(super) fn new(address: &str) -> Result<Self, Error> {
        let wrong = || {
            let message =
                format!("AWS_LAMBDA_RUNTIME_API is '{address}', which is no host and port");
            Error::new(ErrorKind::RuntimeApi, message)
        };
        let uri: Uri = address.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        Ok(Self {
            authority: format!("{}:{}", authority.host(), authority.port_u16().unwrap_or(80)),
            base_path: uri.path().trim_end_matches('/').to_owned(),
            host: HeaderValue::try_from(authority.as_str()).map_err(|_| wrong())?,
            sender: None,
        })
    }

    /// A request for `path` of the API.
    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<Request<Body>, Error> {
        const AGENT: &str = concat!("lambdafy/", env!("CARGO_PKG_VERSION"));
        let uri = if self.base_path.is_empty() {
            Uri::try_from(path)
        } else {
            Uri::try_from(format!("{}{path}", self.base_path))
        };
        let uri = uri.map_err(|error| {
            let message = format!("no request can be made for {path}");
            Error::new(ErrorKind::RuntimeApi, message).with_source(error)
        })?;
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        request.headers_mut().insert(HOST, self.host.clone());
        request.headers_mut().insert(USER_AGENT, HeaderValue::from_static(AGENT));
        Ok(request)
    }

    /// Sends a request, over a new connection if the last was closed meanwhile.
    pub(super) async fn send(
        &mut self,
        mut request: Request<Body>,
    ) -> Result<Response<Incoming>, Error> {
        loop {
            let (mut sender, is_new) = match self.idle().await {
                Some(sender) => (sender, false),
                None => (self.connect().await?, true),
            };
            match sender.try_send_request(request).await {
                Ok(response) => {
                    self.sender = Some(sender);
                    return Ok(response);
                }
                // Nothing of it was sent, so it can be sent again.
                Err(mut error) => match error.take_message() {
                    Some(unsent) if !is_new => request = unsent,
                    _ => return Err(unreachable(error.into_error())),
                },
            }
        }
    }

    /// The connection, if there is one that is still open, once its last exchange is over.
    async fn idle(&mut self) -> Option<SendRequest<Body>> {
        let mut sender = self.sender.take()?;
        sender.ready().await.is_ok().then_some(sender)
    }

    /// Forgets the connection: the time before a snapshot is over.
    pub(super) fn reset(&mut self) {
        self.sender = None;
    }

    async fn connect(&self) -> Result<SendRequest<Body>, Error> {
        let stream = TcpStream::connect(&self.authority).await.map_err(unreachable)?;
        stream.set_nodelay(true).map_err(unreachable)?;
        let mut builder = Builder::new();
        builder.max_buf_size(MAX_BUFFER_BYTES);
        let handshake = builder.handshake(TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(unreachable)?;
        tokio::spawn(connection);
        Ok(sender)
    }
}

fn unreachable(error: impl Into<BoxError>) -> Error {
    Error::new(ErrorKind::RuntimeApi, "the Runtime API cannot be reached").with_source(error)
}
