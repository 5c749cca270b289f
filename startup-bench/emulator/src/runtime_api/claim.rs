//! An answer that a runtime has begun to post.

use tokio::sync::oneshot;

use super::refusal::Refusal;
use super::reply::Reply;
use super::state::{Shared, State};

/// An answer that has begun. If it is dropped before its end, the answer broke off.
#[derive(Debug)]
pub(super) struct Claim<'a> {
    shared: &'a Shared,
    request_id: String,
    invocation_id: String,
    reply: Option<oneshot::Sender<Reply>>,
}

impl<'a> Claim<'a> {
    pub(super) fn new(
        shared: &'a Shared,
        request_id: &str,
        invocation_id: Option<&str>,
    ) -> Result<Self, Refusal> {
        let claimed = shared.update(|state| state.claim(request_id, invocation_id));
        claimed.map(|(reply, invocation_id)| Self {
            shared,
            request_id: request_id.to_owned(),
            invocation_id,
            reply: Some(reply),
        })
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
        if let Some(reply) = reply {
            self.begin(reply);
        }
        if self.forget() { Ok(()) } else { Err(Refusal::gone()) }
    }

    fn forget(&self) -> bool {
        let change = |state: &mut State| state.answered(&self.request_id, &self.invocation_id);
        self.shared.update(change)
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            drop(reply.send(Reply::BrokeOff));
        }
        self.forget();
    }
}
