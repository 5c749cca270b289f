//! AWS's front doors as the tests need them: a client's request into the event that each makes
//! of it, and the result that each reads into the answer the client gets.

#![allow(dead_code, reason = "every test binary uses a part of it")]

pub(crate) mod answer;
pub(crate) mod encoding;
pub(crate) mod events;
pub(crate) mod front;

pub(crate) use answer::Answer;
pub(crate) use front::Front;

use bytes::Bytes;
use http::Request;
use http_body::Body as HttpBody;
use lambdafy::{Body, BoxError, Error, Invocation, LambdaLayer, Options, Reply};
use tower::{Layer, Service, ServiceExt};

/// A request as a client sends it.
#[derive(Clone, Debug)]
pub(crate) struct ClientRequest {
    pub(crate) method: &'static str,
    /// Path and query as they stand in the request line.
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

impl ClientRequest {
    pub(crate) fn new(method: &'static str, target: impl Into<String>) -> Self {
        Self { method, target: target.into(), headers: Vec::new(), body: Bytes::new() }
    }

    pub(crate) fn get(target: impl Into<String>) -> Self {
        Self::new("GET", target)
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn body(mut self, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// What stands behind the `?`; empty if nothing does.
    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The values of the header `name`.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let is_it = |(own, _): &&(&str, String)| own.eq_ignore_ascii_case(name);
        let found = self.headers.iter().filter(is_it);
        found.map(|(_, value)| value.as_str()).collect()
    }
}

/// The whole way: the event through the layer to the app and its answer to the result.
pub(crate) async fn invoke<S, B>(
    app: S,
    options: Options,
    event: impl AsRef<[u8]>,
) -> Result<Reply<B>, Error>
where
    S: Service<Request<Body>, Response = http::Response<B>>,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
    B: HttpBody + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let service = LambdaLayer::new(options).layer(app);
    service.oneshot(Invocation::new(event.as_ref())).await
}

/// The answer that a client of `front` gets for `request`.
pub(crate) async fn answer_of<S, B>(front: Front, app: S, request: &ClientRequest) -> Answer
where
    S: Service<Request<Body>, Response = http::Response<B>>,
    S::Error: Into<BoxError> + 'static,
    S::Future: Send + 'static,
    B: HttpBody + Send + 'static,
    B::Data: Send,
    B::Error: Into<BoxError>,
{
    let reply = invoke(app, front.options(), events::event(front, request)).await;
    let reply = reply.unwrap_or_else(|error| panic!("{front:?}: {error:?}"));
    Answer::read(front, reply).await
}
