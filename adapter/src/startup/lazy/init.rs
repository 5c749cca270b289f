//! What makes a lazy value.

use std::future::Future;

use futures_util::future::BoxFuture;

use crate::BoxError;

/// What makes the value of a [`Lazy`](super::Lazy): a function or closure without arguments whose future gives
/// a `Result`.
///
/// Implemented for all of them; nobody needs to implement it.
pub trait Init<T>: Send + Sync {
    /// Begins an attempt.
    fn make(&self) -> BoxFuture<'static, Result<T, BoxError>>;
}

impl<T, E, F, Fut> Init<T> for F
where
    F: Fn() -> Fut + Send + Sync,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    E: Into<BoxError>,
{
    fn make(&self) -> BoxFuture<'static, Result<T, BoxError>> {
        let made = self();
        Box::pin(async move { made.await.map_err(Into::into) })
    }
}
