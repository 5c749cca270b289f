//! Responses as a front door sends them: whole, or as they come.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body::{Body, Frame};
use http_body_util::{Either, Full};
use tokio::sync::mpsc;

use super::options::{Door, FrontDoor};
use super::request::{Incoming, is_hop_by_hop};
use super::reserved::ReservedBody;
use crate::fleet::Lease;
use crate::{FunctionError, StreamingAnswer};

/// The id of a REST API's or a function URL's request.
const REQUEST_ID: &str = "x-amzn-requestid";

/// The body of a response: the function's, or one to a reserved path.
pub(super) type ResponseBody = Either<Either<Full<Bytes>, Streamed>, ReservedBody>;

/// A body that comes in pieces; an error cuts the connection, so that the client sees that the
/// answer is not whole.
#[derive(Debug)]
pub(super) struct Streamed {
    pub(super) pieces: mpsc::Receiver<Result<Bytes, FunctionError>>,
}

impl Body for Streamed {
    type Data = Bytes;
    type Error = FunctionError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, FunctionError>>> {
        self.pieces.poll_recv(cx).map(|piece| Some(piece?.map(Frame::data)))
    }
}

pub(super) fn whole(response: Response<Bytes>) -> Response<ResponseBody> {
    response.map(|body| Either::Left(Either::Left(Full::new(body))))
}

/// Removes what concerns one connection only, and adds what the front door adds.
pub(super) fn finish(door: &Door, request: &Incoming, headers: &mut HeaderMap) {
    headers.remove(CONTENT_LENGTH);
    let names: Vec<HeaderName> = headers.keys().cloned().collect();
    for name in names {
        if is_hop_by_hop(name.as_str()) {
            headers.remove(name);
        }
    }
    identify(door, &request.request_id, headers);
    let is_traced = id_header(door) == Some(REQUEST_ID);
    if is_traced && let Ok(value) = HeaderValue::from_str(&request.trace_id) {
        headers.insert(HeaderName::from_static("x-amzn-trace-id"), value);
    }
}

/// Adds the request's id, which the front door's own errors have too.
pub(super) fn identify(door: &Door, request_id: &str, headers: &mut HeaderMap) {
    if let Some(name) = id_header(door)
        && let Ok(value) = HeaderValue::from_str(request_id)
    {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// Where a front door says it; a load balancer doesn't.
fn id_header(door: &Door) -> Option<&'static str> {
    match door.kind {
        FrontDoor::HttpApi | FrontDoor::HttpApiV1 => Some("apigw-requestid"),
        FrontDoor::Alb | FrontDoor::AlbMultiValue => None,
        _ => Some(REQUEST_ID),
    }
}

/// Passes the pieces of an answer on; tells why it failed, if it did.
pub(super) async fn pump(
    first: Bytes,
    mut answer: StreamingAnswer,
    mut lease: Option<Lease>,
    sender: mpsc::Sender<Result<Bytes, FunctionError>>,
) -> Option<String> {
    if !first.is_empty() {
        drop(sender.send(Ok(first)).await);
    }
    while let Some(piece) = answer.chunk().await {
        let error = piece.as_ref().err().cloned();
        // A client that has gone does not end the function.
        drop(sender.send(piece).await);
        if let Some(error) = error {
            if let Some(lease) = &mut lease {
                lease.settle(Some(&error));
            }
            return Some(error.to_string());
        }
    }
    None
}
