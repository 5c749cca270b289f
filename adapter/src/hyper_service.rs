//! hyper's own kind of service.

use std::task::{Context, Poll};

use http::Request;
use tower_service::Service;

use crate::Body;

/// A [`hyper::service::Service`] as an app, for [`run`](crate::run) and [`serve`](crate::serve).
///
/// The service must take any body, since hyper's `Incoming` can only come from a connection:
///
/// ```no_run
/// use std::convert::Infallible;
/// use http::{Request, Response};
/// use hyper::service::service_fn;
///
/// async fn hello<B>(_: Request<B>) -> Result<Response<String>, Infallible> {
///     Ok(Response::new("hello".to_owned()))
/// }
///
/// fn main() -> Result<(), lambdafy::Error> {
///     lambdafy::run(|| async { Ok(lambdafy::HyperService::new(service_fn(hello))) })
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HyperService<S>(S);

impl<S> HyperService<S> {
    /// Wraps the service.
    pub fn new(service: S) -> Self {
        Self(service)
    }
}

impl<S: hyper::service::Service<Request<Body>>> Service<Request<Body>> for HyperService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        self.0.call(request)
    }
}
