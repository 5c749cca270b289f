//! Invocations whose answer comes as it is made.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use http_body_util::channel::{Channel, Sender};
use tokio::sync::oneshot;

use super::event_stream::{invoke_complete, payload_chunks};
use super::refusal::Refusal;
use super::request::Invoke;
use super::server::{executed, log_tail, name, tell};
use crate::error::{Error, ErrorKind};
use crate::fleet::{Begun, Fleet};
use crate::{Answer, FunctionError};

/// How many pieces of an answer may wait for a slow invoker.
const PIECES: usize = 16;

/// Invokes the function; the response begins with the function's answer.
pub(super) async fn invoke(
    fleet: &Arc<Fleet>,
    invoke: Invoke,
) -> Result<Response<Channel<Bytes, Infallible>>, Refusal> {
    let Invoke { invocation, wants_log, .. } = invoke;
    let request_id = invocation.request_id.clone();
    let (has_begun, begins) = oneshot::channel();
    let (pieces, body) = Channel::new(PIECES);
    let own = fleet.clone();
    // A task of its own: the function works on to its end even if the invoker goes away.
    tokio::spawn(async move {
        match own.begin(invocation).await {
            Ok(begun) => {
                drop(has_begun.send(Ok(())));
                pump(&own, begun, pieces, wants_log).await;
            }
            Err(error) => drop(has_begun.send(Err(error))),
        }
    });
    begins
        .await
        .map_err(|_cancelled| Error::new(ErrorKind::Stopped, "the emulator is stopped"))??;
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let content_type = HeaderValue::from_static("application/vnd.amazon.eventstream");
    headers.insert(CONTENT_TYPE, content_type);
    name(headers, &request_id);
    executed(headers, &fleet.recipe().function);
    Ok(response)
}

/// Passes an answer on, and at its end how it ended.
async fn pump(
    fleet: &Arc<Fleet>,
    mut begun: Begun,
    mut pieces: Sender<Bytes, Infallible>,
    wants_log: bool,
) {
    let error = pass(&mut begun.answer, &mut pieces).await;
    let invoked = begun.end(error);
    let log = wants_log.then(|| log_tail(&invoked.logs));
    let end = invoke_complete(invoked.error.as_ref(), log.as_deref());
    drop(pieces.send_data(end).await);
    tell(fleet, &invoked);
}

/// Passes the pieces of an answer on; tells why it failed, if it did.
async fn pass(
    answer: &mut Answer,
    pieces: &mut Sender<Bytes, Infallible>,
) -> Option<FunctionError> {
    match answer {
        Answer::Failed(error) => return Some(error.clone()),
        Answer::Buffered(answer) => {
            drop(pieces.send_data(payload_chunks(answer.payload.clone())).await);
        }
        Answer::Streaming(answer) => {
            while let Some(piece) = answer.chunk().await {
                match piece {
                    // An invoker that has gone does not end the function.
                    Ok(piece) => drop(pieces.send_data(payload_chunks(piece)).await),
                    Err(error) => return Some(error),
                }
            }
        }
    }
    None
}
