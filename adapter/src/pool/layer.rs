//! 503 with `Retry-After` where the database could not be had.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Request, Response, StatusCode};
use tower_layer::Layer;
use tower_service::Service;

use super::backend::Backend;
use super::deadline;
use super::handle::Pool;
use crate::hooks;

/// Answers 503 with `Retry-After: 1` where an app fails, by an error or a status of 500 to 599,
/// after it has asked a pool for a connection in vain.
///
/// ```
/// use axum::Router;
/// use lambdafy::pool::RetryAfterLayer;
///
/// let app: Router = Router::new().layer(RetryAfterLayer::new());
/// ```
///
/// It also tells the pool which deadline a request has, which counts where many are served at
/// once, as on Managed Instances.
#[derive(Clone, Default)]
pub struct RetryAfterLayer {
    end: Option<End>,
}

/// Ends an invocation in a pool.
type End = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

impl RetryAfterLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A layer that also ends each invocation in `pool`, before the answer is given out: for apps
    /// that run under another runtime than lambdafy's, such as lambda_http's.
    #[must_use]
    pub fn of<DB: Backend>(pool: &Pool<DB>) -> Self {
        let pool = pool.clone();
        Self {
            end: Some(Arc::new(move || {
                let pool = pool.clone();
                Box::pin(async move { pool.end_invocation().await })
            })),
        }
    }
}

impl<S> Layer<S> for RetryAfterLayer {
    type Service = RetryAfter<S>;

    fn layer(&self, app: S) -> RetryAfter<S> {
        RetryAfter { app, end: self.end.clone() }
    }
}

/// The service of [`RetryAfterLayer`].
#[derive(Clone)]
pub struct RetryAfter<S> {
    app: S,
    end: Option<End>,
}

impl<S, A, B> Service<Request<A>> for RetryAfter<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    S::Future: Send + 'static,
    S::Error: Send,
    B: From<&'static str> + Send,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = RetryAfterFuture<B, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.app.poll_ready(cx)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let context = request.extensions().get::<crate::Context>();
        let known = deadline::Request::new(context.and_then(crate::Context::deadline));
        let answer = self.app.call(request);
        let end = self.end.clone().filter(|_| !hooks::has_loop());
        RetryAfterFuture(Box::pin(async move {
            let answer = known.clone().scope(answer).await;
            if let Some(end) = end {
                end().await;
            }
            let has_failed = match &answer {
                Ok(response) => response.status().is_server_error(),
                Err(_) => true,
            };
            if has_failed && known.had_no_connection() { Ok(unavailable()) } else { answer }
        }))
    }
}

/// The future of [`RetryAfter`].
pub struct RetryAfterFuture<B, E>(BoxFuture<'static, Result<Response<B>, E>>);

impl<B, E> Future for RetryAfterFuture<B, E> {
    type Output = Result<Response<B>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

fn unavailable<B: From<&'static str>>() -> Response<B> {
    let mut response = Response::new(B::from("The database is busy.\n"));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

impl fmt::Debug for RetryAfterLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryAfterLayer").finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for RetryAfter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryAfter").finish_non_exhaustive()
    }
}

impl<B, E> fmt::Debug for RetryAfterFuture<B, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryAfterFuture").finish_non_exhaustive()
    }
}
