//! What an app can learn about the invocation it serves.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::HeaderMap;
use serde::de::DeserializeOwned;

use crate::event::{EventParts, Source};
use crate::{Error, ErrorKind};

/// The invocation behind a request: Lambda's own data and the event's context.
///
/// Every request that came from an event carries one as an extension; a request to the local
/// server carries none, so an app that runs in both places asks for an `Option`:
///
/// ```
/// use axum::{Extension, Router, routing::get};
/// use lambdafy::Context;
///
/// async fn who(context: Option<Extension<Context>>) -> String {
///     match context {
///         Some(Extension(context)) => format!("{} by {}", context.request_id(), context.source()),
///         None => "not on Lambda".to_owned(),
///     }
/// }
/// let app: Router = Router::new().route("/who", get(who));
/// # let _ = app;
/// ```
///
/// Nothing is parsed until it is asked for; a clone costs a reference count.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

struct Inner {
    invocation: HeaderMap,
    source: Source,
    remote: Option<SocketAddr>,
    event: EventParts,
}

impl Context {
    pub(crate) fn new(
        invocation: HeaderMap,
        source: Source,
        remote: Option<SocketAddr>,
        event: EventParts,
    ) -> Self {
        Self(Arc::new(Inner { invocation, source, remote, event }))
    }

    /// The kind of event that the request came from.
    #[must_use]
    pub fn source(&self) -> Source {
        self.0.source
    }

    /// The id of the invocation; empty outside the Runtime API.
    #[must_use]
    pub fn request_id(&self) -> &str {
        self.header("lambda-runtime-aws-request-id").unwrap_or_default()
    }

    /// When Lambda will end the invocation.
    #[must_use]
    pub fn deadline(&self) -> Option<SystemTime> {
        let deadline_ms = self.header("lambda-runtime-deadline-ms")?.parse().ok()?;
        UNIX_EPOCH.checked_add(Duration::from_millis(deadline_ms))
    }

    /// The time left until the deadline; zero once it has passed.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let left = self.deadline()?.duration_since(SystemTime::now());
        Some(left.unwrap_or_default())
    }

    /// The ARN that the function was invoked by, which may be a version's or an alias's.
    #[must_use]
    pub fn function_arn(&self) -> Option<&str> {
        self.header("lambda-runtime-invoked-function-arn")
    }

    /// The X-Ray tracing header.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.header("lambda-runtime-trace-id")
    }

    /// The tenant of a function with tenant isolation.
    #[must_use]
    pub fn tenant_id(&self) -> Option<&str> {
        self.header("lambda-runtime-aws-tenant-id")
    }

    /// The client's address, where the front door tells it; the port is 0 where it does not.
    #[must_use]
    pub fn remote_addr(&self) -> Option<SocketAddr> {
        self.0.remote
    }

    /// The event's `requestContext`, which is JSON and differs from source to source: take a
    /// struct of your own with the fields you need, or `serde_json::Value`. For Lambda@Edge it is
    /// the event's `config`. `None` where the event has none.
    ///
    /// # Errors
    ///
    /// The context does not fit `T`.
    pub fn request_context<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.parse(self.0.event.request_context(), "requestContext")
    }

    /// What the API's authorizer found out (`requestContext.authorizer`): claims, scopes or the
    /// Lambda authorizer's own values.
    ///
    /// # Errors
    ///
    /// The authorizer's data does not fit `T`.
    pub fn authorizer<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.parse(self.0.event.authorizer(), "requestContext.authorizer")
    }

    /// The event's `pathParameters`.
    ///
    /// # Errors
    ///
    /// They do not fit `T`.
    pub fn path_parameters<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.parse(self.0.event.path_parameters(), "pathParameters")
    }

    /// The event's `stageVariables`.
    ///
    /// # Errors
    ///
    /// They do not fit `T`.
    pub fn stage_variables<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.parse(self.0.event.stage_variables(), "stageVariables")
    }

    /// The id of the WebSocket connection that the event belongs to.
    #[must_use]
    pub fn connection_id(&self) -> Option<String> {
        if self.0.source != Source::WebSocket {
            return None;
        }
        self.0.event.in_request_context("connectionId")
    }

    /// Where messages for the clients of a WebSocket API are posted.
    #[cfg(feature = "websocket")]
    pub(crate) fn websocket_endpoint(&self) -> Option<String> {
        if self.0.source != Source::WebSocket {
            return None;
        }
        let domain = self.0.event.in_request_context("domainName")?;
        let api = self.0.event.in_request_context("apiId")?;
        let stage = self.0.event.in_request_context("stage")?;
        let is_own = domain.strip_prefix(&api)?.starts_with(".execute-api.");
        is_own.then(|| format!("https://{domain}/{stage}"))
    }

    fn parse<T: DeserializeOwned>(
        &self,
        json: Option<Bytes>,
        name: &str,
    ) -> Result<Option<T>, Error> {
        let Some(json) = json else { return Ok(None) };
        serde_json::from_slice(&json).map(Some).map_err(|error| {
            // Not the error itself: it quotes values, which may be secrets.
            let (line, column) = (error.line(), error.column());
            let message = format!(
                "the event's {name} is not what was asked for: {:?} error at line {line} column {column}",
                error.classify()
            );
            Error::new(ErrorKind::InvalidEvent, message)
        })
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.0.invocation.get(name)?.to_str().ok()
    }

    #[cfg(feature = "lambda_http")]
    pub(crate) fn raw_path(&self) -> String {
        self.0.event.raw_path()
    }

    #[cfg(feature = "lambda_http")]
    pub(crate) fn is_base64(&self) -> bool {
        self.0.event.is_base64()
    }

    #[cfg(feature = "lambda_http")]
    pub(crate) fn invocation(&self) -> &HeaderMap {
        &self.0.invocation
    }
}

/// Leaves out the event itself: it holds cookies, tokens and bodies.
impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("source", &self.0.source)
            .field("request_id", &self.request_id())
            .finish_non_exhaustive()
    }
}
