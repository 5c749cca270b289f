//! Paths of a front door that never reach the function.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;

/// How much of a request's body is taken, in bytes.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The body of a response to a request for a reserved path. Its error is a plain type because a
/// boxed one is not `Send` enough for hyper's connection.
pub(super) type ReservedBody = UnsyncBoxBody<Bytes, io::Error>;

type Answering = Pin<Box<dyn Future<Output = Response<ReservedBody>> + Send>>;

/// A path, all below it, and who answers there.
#[derive(Clone)]
pub(crate) struct Reserved {
    path: String,
    answer: Arc<dyn Fn(Request<Bytes>) -> Answering + Send + Sync>,
}

impl Reserved {
    pub(crate) fn new<F, R, B>(path: String, answer: F) -> Self
    where
        F: Fn(Request<Bytes>) -> R + Send + Sync + 'static,
        R: Future<Output = Response<B>> + Send + 'static,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let answer = move |request| -> Answering {
            let response = answer(request);
            Box::pin(async move {
                response.await.map(|body| body.map_err(io::Error::other).boxed_unsync())
            })
        };
        Self { path, answer: Arc::new(answer) }
    }

    /// The path, if it can't be one of a request.
    pub(crate) fn bad_path(&self) -> Option<&str> {
        let is_good = self.path.len() > 1
            && self.path.starts_with('/')
            && !self.path.ends_with('/')
            && self.path.parse::<http::uri::PathAndQuery>().is_ok_and(|parsed| {
                parsed.query().is_none() && parsed.path() == self.path.as_str()
            });
        (!is_good).then_some(self.path.as_str())
    }

    /// Whether a request with this path belongs here: the path itself or one below it.
    pub(super) fn has(&self, path: &str) -> bool {
        path.strip_prefix(self.path.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Reads a request and answers it.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<ReservedBody> {
        let (parts, body) = request.into_parts();
        match Limited::new(body, MAX_BODY_BYTES).collect().await {
            Ok(body) => (self.answer)(Request::from_parts(parts, body.to_bytes())).await,
            Err(_too_large_or_broken) => {
                let body = Full::new(Bytes::from_static(b"the request's body is too large\n"));
                let mut response = Response::new(body.map_err(io::Error::other).boxed_unsync());
                *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
                response
            }
        }
    }
}

impl fmt::Debug for Reserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reserved").field(&self.path).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reserved(path: &str) -> Reserved {
        Reserved::new(path.to_owned(), |_| async { Response::new(Full::new(Bytes::new())) })
    }

    #[test]
    fn a_path_and_all_below_it_is_reserved_and_nothing_beside_it() {
        let status = reserved("/_status");
        assert!(status.has("/_status") && status.has("/_status/") && status.has("/_status/a/b"));
        assert!(!status.has("/_statuses") && !status.has("/a/_status") && !status.has("/"));
    }

    #[test]
    fn what_is_no_path_is_not_reserved() {
        for bad in ["", "/", "status", "/status/", "/a?b", "/a#b", "/a b", "http://host/a"] {
            assert_eq!(reserved(bad).bad_path(), Some(bad));
        }
        assert_eq!(reserved("/_status").bad_path(), None);
        assert_eq!(reserved("/a/b").bad_path(), None);
    }
}
