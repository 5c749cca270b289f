//! Invocations whose result the invoker waits for.

use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};

use super::refusal::Refusal;
use super::request::Invoke;
use super::server::{executed, log_tail, name, tell};
use crate::error::{Error, ErrorKind};
use crate::fleet::Fleet;

/// Invokes the function. It works on to its end even if the invoker goes away, as on Lambda.
pub(super) async fn invoke(fleet: &Arc<Fleet>, invoke: Invoke) -> Result<Response<Bytes>, Refusal> {
    let Invoke { invocation, wants_log, .. } = invoke;
    let own = fleet.clone();
    let invoked = tokio::spawn(async move {
        let invoked = own.begin(invocation).await?.collect().await;
        tell(&own, &invoked);
        Ok::<_, Error>(invoked)
    });
    let invoked = invoked
        .await
        .map_err(|_cancelled| Error::new(ErrorKind::Stopped, "the emulator is stopped"))??;
    let mut response = Response::new(invoked.payload);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    name(headers, &invoked.request_id);
    executed(headers, &fleet.recipe().function);
    if invoked.error.is_some() {
        headers.insert("x-amz-function-error", HeaderValue::from_static("Unhandled"));
    }
    if wants_log && let Ok(log) = HeaderValue::from_str(&log_tail(&invoked.logs)) {
        headers.insert("x-amz-log-result", log);
    }
    Ok(response)
}
