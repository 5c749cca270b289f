//! An answer that a runtime has begun to post.

use std::time::Instant;

use tokio::sync::oneshot;

use super::progress::Done;
use super::refusal::Refusal;
use super::reply::Reply;
use super::shared::Shared;
use super::state::{State, Taken};
use crate::{FunctionError, failure};

/// An answer that has begun. If it is dropped before its end, the answer broke off.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    shared: &'a Shared,
    request_id: String,
    invocation_id: String,
    taken: Taken,
    began: Instant,
    reply: Option<oneshot::Sender<Reply>>,
    produced_bytes: usize,
    /// How a streamed answer failed.
    error: Option<FunctionError>,
    is_over: bool,
}

impl<'a> Claim<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        request_id: &str,
        invocation_id: Option<&str>,
    ) -> Result<Self, Refusal> {
        let claimed = shared.update(|state| state.claim(request_id, invocation_id));
        claimed.map(|(reply, invocation_id, taken)| Self {
            shared,
            request_id: request_id.to_owned(),
            invocation_id,
            taken,
            began: Instant::now(),
            reply: Some(reply),
            produced_bytes: 0,
            error: None,
            is_over: false,
        })
    }

    /// Notes that so much of a streamed answer has come.
    pub(super) fn produced(&mut self, bytes: usize) {
        self.produced_bytes += bytes;
    }

    /// Notes that a streamed answer failed.
    pub(super) fn failed(&mut self, error: FunctionError) {
        self.error = Some(error);
    }

    /// Sends what the invoker waits for, while the answer goes on.
    pub(super) fn begin(&mut self, reply: Reply) {
        if let Some(sender) = self.reply.take() {
            // The invoker may have gone: the runtime need not know.
            drop(sender.send(reply));
        }
    }

    /// Ends the answer; refused if the invocation ran out of time meanwhile.
    pub(super) fn end(mut self, reply: Option<Reply>) -> Result<(), Refusal> {
        match &reply {
            Some(Reply::Buffered(_, payload)) => self.produced_bytes = payload.len(),
            Some(Reply::Failed(error)) => self.error = Some(error.clone()),
            _ => {}
        }
        let status = if self.error.is_some() { "error" } else { "success" };
        // Before the invoker knows, so that what is told of it comes in its order.
        let was_running = self.forget(status);
        if let Some(reply) = reply {
            self.begin(reply);
        }
        if was_running { Ok(()) } else { Err(Refusal::gone()) }
    }

    /// Ends the invocation, once; tells whether it was still running.
    fn forget(&mut self, status: &'static str) -> bool {
        self.is_over = true;
        let change = |state: &mut State| state.answered(&self.request_id, &self.invocation_id);
        let was_running = self.shared.update(change);
        if was_running {
            self.shared.tell_runtime_done(Done {
                request_id: &self.request_id,
                taken: self.taken.at,
                began: Some(self.began),
                produced_bytes: self.produced_bytes,
                status,
                error: self.error.as_ref(),
            });
        }
        was_running
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            drop(reply.send(Reply::BrokeOff));
        }
        if !self.is_over {
            self.error = Some(failure::truncated());
            self.forget("failure");
        }
    }
}
