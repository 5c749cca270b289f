//! What lambda_runtime 1.5 does to an event between its HTTP client and the handler, in process.
//!
//! Its own `deserializer` is private; these are the same three steps: serde_json inside
//! serde_path_to_error into the handler's event type, the handler, `serde_json::to_vec` of the
//! handler's answer. The buffer of the event is dropped before the handler runs, as there.

use std::error::Error as StdError;

use bytes::Bytes;
use lambda_runtime::{Context, LambdaEvent, Service};
use serde::{Deserialize, Serialize};

/// Any error.
pub type Error = Box<dyn StdError + Send + Sync>;

/// One event through `handler`, as lambda_runtime would call it.
///
/// # Errors
/// When the event is not what the handler takes, the handler fails, or its answer can't be written.
pub async fn invoke<S, P>(handler: &mut S, event: Bytes) -> Result<Vec<u8>, Error>
where
    S: Service<LambdaEvent<P>, Response: Serialize, Error: std::fmt::Debug>,
    P: for<'de> Deserialize<'de>,
{
    let payload: P = {
        let event = event;
        serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(&event))?
    };
    std::future::poll_fn(|cx| handler.poll_ready(cx)).await.map_err(debug)?;
    let answer =
        handler.call(LambdaEvent::new(payload, Context::default())).await.map_err(debug)?;
    Ok(serde_json::to_vec(&answer)?)
}

fn debug(error: impl std::fmt::Debug) -> Error {
    format!("the handler failed: {error:?}").into()
}
