//! The future of a lazy value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;

use super::Lazy;
use crate::Error;

/// The future of [`Lazy::get`].
#[must_use = "a future does nothing unless it is awaited"]
pub struct Get<'a, T: 'static> {
    pub(super) lazy: &'a Lazy<T>,
    pub(super) slow: Option<BoxFuture<'a, Result<&'a T, Error>>>,
}

impl<'a, T: Send + Sync + 'static> Future for Get<'a, T> {
    type Output = Result<&'a T, Error>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(value) = self.lazy.made() {
            return Poll::Ready(Ok(value));
        }
        let lazy = self.lazy;
        self.slow.get_or_insert_with(|| lazy.slow()).as_mut().poll(cx)
    }
}

impl<T> fmt::Debug for Get<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Get({:?})", self.lazy)
    }
}
