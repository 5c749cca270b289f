//! The request body that the app reads.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use crate::BoxError;

/// The body of a request: an event's decoded body, or a connection's when the app serves locally.
///
/// An event's body is a part of the event itself, decoded in place, and comes as one frame.
///
/// ```
/// use http_body::Body as _;
///
/// let body = lambdafy::Body::from("hello");
/// assert_eq!(body.size_hint().exact(), Some(5));
/// ```
#[derive(Default)]
pub struct Body(Kind);

enum Kind {
    Event(Bytes),
    Connection(Incoming),
}

impl Default for Kind {
    fn default() -> Self {
        Self::Event(Bytes::new())
    }
}

impl Body {
    /// A body without any bytes.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// The whole body where it is already in memory, as every event's is.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Event(bytes) => Some(bytes),
            Kind::Connection(_) => None,
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self(Kind::Event(bytes.into()))
    }
}

pub(crate) fn from_connection(incoming: Incoming) -> Body {
    Body(Kind::Connection(incoming))
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut self.0 {
            Kind::Event(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Event(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Connection(incoming) => Pin::new(incoming).poll_frame(cx).map_err(BoxError::from),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Event(bytes) => bytes.is_empty(),
            Kind::Connection(incoming) => incoming.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Event(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Connection(incoming) => incoming.size_hint(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Event(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Kind::Connection(_) => f.write_str("Body(connection)"),
        }
    }
}
