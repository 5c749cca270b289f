//! Bodies of requests, read as far as they may go.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;

/// Why a body can't be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    TooLarge,
    BrokeOff,
}

/// Reads a body of at most so many bytes. What is too large is read to its end and dropped, as
/// AWS does, so that the client sees the answer and not a broken connection.
pub(crate) async fn read(mut body: Incoming, max_bytes: usize) -> Result<Bytes, Unreadable> {
    let mut bytes = BytesMut::new();
    let mut is_too_large = false;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_broken| Unreadable::BrokeOff)?;
        if let Some(data) = frame.data_ref() {
            is_too_large |= bytes.len() + data.len() > max_bytes;
            if is_too_large {
                bytes.clear();
            } else {
                bytes.extend_from_slice(data);
            }
        }
    }
    if is_too_large { Err(Unreadable::TooLarge) } else { Ok(bytes.freeze()) }
}
