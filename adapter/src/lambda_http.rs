//! For apps written against lambda_http (feature `lambda_http`): they move over by one line.
//!
//! ```no_run
//! use lambda_http::{Body, Error, Request, RequestExt, Response, service_fn};
//!
//! async fn hello(request: Request) -> Result<Response<Body>, Error> {
//!     let query = request.query_string_parameters();
//!     Ok(Response::new(query.first("name").unwrap_or("you").into()))
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Error> {
//!     lambdafy::lambda_http::run(service_fn(hello)).await // was: lambda_http::run
//! }
//! ```
//!
//! With the feature on, every request carries what lambda_http's `RequestExt` reads, so an axum
//! app that uses it runs under [`run`](crate::run) too.

use std::collections::HashMap;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::task::{Context as TaskContext, Poll};

use ::lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpRequestContext;
use ::lambda_http::aws_lambda_events::query_map::QueryMap;
use ::lambda_http::lambda_runtime::Diagnostic;
use ::lambda_http::request::RequestContext;
use ::lambda_http::{IntoResponse, RequestExt};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{Extensions, HeaderValue, Request, Response};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use tower_service::Service;

use crate::runtime::env;
use crate::{Body, BoxError, Context, Source};

/// Serves a lambda_http service, as `lambda_http::run` does, and as a local server elsewhere.
///
/// # Errors
///
/// As [`serve`](crate::serve).
pub async fn run<S>(service: S) -> Result<(), BoxError>
where
    S: Service<::lambda_http::Request> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Error: std::fmt::Debug + Into<Diagnostic>,
    S::Future: Send + 'static,
{
    Ok(crate::serve(Adapter(service)).await?)
}

/// A lambda_http service as an app, for [`LambdaLayer`](crate::LambdaLayer) and
/// [`run`](crate::run).
#[derive(Clone, Debug)]
pub struct Adapter<S>(S);

impl<S> From<S> for Adapter<S> {
    fn from(service: S) -> Self {
        Self(service)
    }
}

impl<S> Service<Request<Body>> for Adapter<S>
where
    S: Service<::lambda_http::Request> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Error: std::fmt::Debug + Into<Diagnostic>,
    S::Future: Send + 'static,
{
    type Response = Response<::lambda_http::Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let mut service = self.0.clone();
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let body = payload(&parts.extensions, body.collect().await?.to_bytes());
            if let Some(trace_id) = trace_id(&parts.extensions) {
                parts.headers.insert("x-amzn-trace-id", trace_id);
            }
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
            let response = service.call(Request::from_parts(parts, body)).await.map_err(failed)?;
            Ok(response.into_response().await)
        })
    }
}

fn failed(error: impl Into<Diagnostic>) -> BoxError {
    error.into().error_message.into()
}

/// The body as lambda_http tells it apart: binary if the event had it as base64.
fn payload(extensions: &Extensions, body: Bytes) -> ::lambda_http::Body {
    let is_base64 = extensions.get::<Context>().is_some_and(Context::is_base64);
    if body.is_empty() {
        return ::lambda_http::Body::Empty;
    }
    match String::from_utf8(body.into()) {
        Ok(text) if !is_base64 => ::lambda_http::Body::Text(text),
        Ok(text) => ::lambda_http::Body::Binary(text.into_bytes()),
        Err(error) => ::lambda_http::Body::Binary(error.into_bytes()),
    }
}

fn trace_id(extensions: &Extensions) -> Option<HeaderValue> {
    extensions.lambda_context_ref()?.xray_trace_id.as_deref()?.try_into().ok()
}

/// Puts lambda_http's extensions into a request that came from an event. What does not parse is
/// left out: the feature must not make a request fail.
pub(crate) fn insert(request: &mut Request<Body>, context: &Context) {
    let query = query(request);
    let extensions = std::mem::take(request.extensions_mut())
        // In the event's own spelling: HTTP APIs send it decoded.
        .with_raw_http_path(context.raw_path())
        .with_query_string_parameters(query)
        .with_path_parameters(parameters(context.path_parameters()))
        .with_stage_variables(parameters(context.stage_variables()))
        .with_lambda_context(lambda_context(context));
    *request.extensions_mut() = match request_context(context) {
        Some(context) => extensions.with_request_context(context),
        None => extensions,
    };
}

/// Puts lambda_http's extensions into a request to the local server: what an HTTP API would have
/// sent.
pub(crate) fn insert_local(request: &mut Request<Body>, peer: SocketAddr) {
    let mut context = ApiGatewayV2httpRequestContext::default();
    context.http.method = request.method().clone();
    context.http.path = Some(request.uri().path().to_owned());
    context.http.source_ip = Some(peer.ip().to_string());
    let path = request.uri().path().to_owned();
    let query = query(request);
    let extensions = std::mem::take(request.extensions_mut())
        .with_raw_http_path(path)
        .with_query_string_parameters(query)
        .with_request_context(RequestContext::ApiGatewayV2(context))
        .with_lambda_context(::lambda_http::Context::default());
    *request.extensions_mut() = extensions;
}

fn query(request: &Request<Body>) -> QueryMap {
    request.uri().query().unwrap_or_default().parse().unwrap_or_default()
}

fn parameters(map: Result<Option<HashMap<String, String>>, crate::Error>) -> QueryMap {
    QueryMap::from(map.ok().flatten().unwrap_or_default())
}

/// The variant that belongs to the source. lambda_http's own untagged enum would take the first
/// that parses, and the first takes almost anything.
fn request_context(context: &Context) -> Option<RequestContext> {
    fn read<T: DeserializeOwned>(context: &Context) -> Option<T> {
        context.request_context().ok().flatten()
    }
    match context.source() {
        Source::RestApi | Source::HttpApiV1 => read(context).map(RequestContext::ApiGatewayV1),
        Source::HttpApiV2 | Source::FunctionUrl => read(context).map(RequestContext::ApiGatewayV2),
        Source::Alb | Source::AlbMultiValue => read(context).map(RequestContext::Alb),
        Source::WebSocket => read(context).map(RequestContext::WebSocket),
        _ => None,
    }
}

fn lambda_context(context: &Context) -> ::lambda_http::Context {
    // Without a deadline lambda_runtime's constructor panics.
    if context.deadline().is_none() {
        return ::lambda_http::Context::default();
    }
    let config = env::function_config();
    ::lambda_http::Context::new(context.request_id(), config, context.invocation())
        .unwrap_or_default()
}
