//! What a runtime posts: answers, errors, failed starts.

use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::mpsc;

use super::claim::Claim;
use super::refusal::{Answered, Refusal, accepted};
use super::reply::{Chunk, Reply};
use super::shared::Shared;
use crate::body::{self, Unreadable};
use crate::failure::{self, MAX_PAYLOAD_BYTES, MAX_STREAM_BYTES};
use crate::{FunctionError, base64};

const INVOCATION_ID: &str = "lambda-runtime-invocation-id";
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";

/// How many pieces of a streamed answer may wait for the invoker.
const PIECES: usize = 16;

/// `POST /runtime/invocation/{id}/response`
pub(super) async fn response(
    shared: &Shared,
    request_id: &str,
    request: Request<Incoming>,
) -> Result<Answered, Refusal> {
    let (parts, body) = request.into_parts();
    let claim = Claim::new(shared, request_id, text(&parts.headers, INVOCATION_ID))?;
    match text(&parts.headers, RESPONSE_MODE) {
        None => buffered(claim, parts.headers, body).await,
        Some("streaming") => streaming(claim, parts.headers, body).await,
        Some(_) => {
            claim.end(Some(Reply::Failed(failure::invalid_response_mode())))?;
            Err(Refusal::invalid_response_mode())
        }
    }
}

async fn buffered(
    claim: Claim<'_>,
    headers: HeaderMap,
    body: Incoming,
) -> Result<Answered, Refusal> {
    match body::read(body, MAX_PAYLOAD_BYTES).await {
        Ok(payload) => {
            claim.end(Some(Reply::Buffered(headers, payload)))?;
            Ok(accepted())
        }
        Err(Unreadable::TooLarge) => {
            let error = failure::response_too_large(MAX_PAYLOAD_BYTES);
            claim.end(Some(Reply::Failed(error)))?;
            Err(Refusal::too_large())
        }
        // The claim, dropped, tells the invoker.
        Err(Unreadable::BrokeOff) => Err(Refusal::truncated()),
    }
}

async fn streaming(
    mut claim: Claim<'_>,
    headers: HeaderMap,
    mut body: Incoming,
) -> Result<Answered, Refusal> {
    let (sender, receiver) = mpsc::channel(PIECES);
    claim.begin(Reply::Streaming(headers, receiver));
    let mut end = Chunk::End;
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_broken| Refusal::truncated())?;
        match frame.into_data() {
            Ok(data) => {
                length += data.len();
                claim.produced(data.len());
                if length > MAX_STREAM_BYTES {
                    let error = failure::response_too_large(MAX_STREAM_BYTES);
                    claim.failed(error.clone());
                    let ended = claim.end(None);
                    pass(&sender, Chunk::Failed(error)).await;
                    ended?;
                    return Err(Refusal::too_large());
                }
                pass(&sender, Chunk::Data(data)).await;
            }
            Err(frame) => {
                let trailers = frame.into_trailers().unwrap_or_default();
                if let Some(error) = error_of_trailers(&trailers) {
                    claim.failed(error.clone());
                    end = Chunk::Failed(error);
                }
            }
        }
    }
    let ended = claim.end(None);
    pass(&sender, end).await;
    ended.map(|()| accepted())
}

/// Passes a piece on. If the invoker has gone, the rest is read and dropped: the runtime need
/// not know.
async fn pass(sender: &mpsc::Sender<Chunk>, chunk: Chunk) {
    drop(sender.send(chunk).await);
}

/// A stream that fails half-way says so in its trailers.
fn error_of_trailers(trailers: &HeaderMap) -> Option<FunctionError> {
    let error_type = text(trailers, ERROR_TYPE)?;
    let body = text(trailers, ERROR_BODY).and_then(base64::decode);
    Some(FunctionError::reported(Some(error_type), body.unwrap_or_default().into()))
}

/// `POST /runtime/invocation/{id}/error`
pub(super) async fn error(
    shared: &Shared,
    request_id: &str,
    request: Request<Incoming>,
) -> Result<Answered, Refusal> {
    let (parts, body) = request.into_parts();
    let claim = Claim::new(shared, request_id, text(&parts.headers, INVOCATION_ID))?;
    let error = reported(&parts.headers, body).await?;
    claim.end(Some(Reply::Failed(error)))?;
    Ok(accepted())
}

/// `POST /runtime/init/error`: the app could not be started.
pub(super) async fn init_error(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<Answered, Refusal> {
    if shared.read(|state| state.first_next.is_some()) {
        return Err(Refusal::transition("Ready", "InitError"));
    }
    let (parts, body) = request.into_parts();
    let error = reported(&parts.headers, body).await?;
    shared.fail(&error);
    Ok(accepted())
}

/// `POST /runtime/restore/error`: the app could not go on after a restore.
pub(super) async fn restore_error(
    shared: &Shared,
    request: Request<Incoming>,
) -> Result<Answered, Refusal> {
    let (parts, body) = request.into_parts();
    let error = reported(&parts.headers, body).await?;
    shared.fail(&error);
    Ok(accepted())
}

async fn reported(headers: &HeaderMap, body: Incoming) -> Result<FunctionError, Refusal> {
    match body::read(body, MAX_PAYLOAD_BYTES).await {
        Ok(body) => Ok(FunctionError::reported(text(headers, ERROR_TYPE), body)),
        Err(Unreadable::TooLarge) => Err(Refusal::too_large()),
        Err(Unreadable::BrokeOff) => Err(Refusal::truncated()),
    }
}

pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}
