//! An invocation whose sandbox could not start: the start is repeated within it, as on Lambda.

use std::sync::Arc;
use std::time::Instant;

use super::start::FailedStart;
use super::{Begun, Fleet, Lease};
use crate::Invocation;
use crate::error::Error;
use crate::runtime_api::Answer;
use crate::sandbox::{Phase, Start};

impl Fleet {
    /// Starts another sandbox for the invocation. The start and the answer together have the
    /// function's timeout.
    pub(super) async fn begin_again(
        self: &Arc<Self>,
        mut invocation: Invocation,
        failed: FailedStart,
    ) -> Result<Begun, Error> {
        let since = Instant::now();
        let request_id = invocation.request_id.clone();
        let number = self.lock().next_number();
        let start = Start { number, phase: Phase::Invoke, earlier: failed.log };
        let sandbox = match self.spawn(start, failed.room).await {
            Ok(sandbox) => sandbox,
            Err((error, _room)) => {
                let answer = Answer::Failed(error.for_request(&request_id));
                return Ok(Begun { request_id, answer, lease: None, since });
            }
        };
        let mut lease = Lease::new(self.clone(), &sandbox);
        lease.start(&request_id);
        let timeout = self.recipe.function.timeout;
        let ready = sandbox.ready(Phase::Invoke, timeout).await;
        self.tell_start(number, ready.as_ref().map(|()| &sandbox));
        let answer = match ready {
            Ok(()) => {
                invocation.time_left = Some(timeout.saturating_sub(since.elapsed()));
                lease.answer(invocation).await?
            }
            Err(error) => {
                let error = error.for_request(&request_id);
                lease.settle(Some(&error));
                Answer::Failed(error)
            }
        };
        Ok(Begun { request_id, answer, lease: Some(lease), since })
    }
}
