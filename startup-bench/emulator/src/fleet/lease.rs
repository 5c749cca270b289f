//! A sandbox in use, and the invocation it is used for.

use std::sync::Arc;
use std::time::Instant;

use super::Fleet;
use crate::error::{Error, ErrorKind};
use crate::runtime_api::Answer;
use crate::sandbox::{Report, Sandbox, Usage};
use crate::{EndReason, Ending, FunctionError, Invocation, Invoked};

/// An invocation whose answer has begun.
#[derive(Debug)]
pub(crate) struct Begun {
    pub(crate) request_id: String,
    pub(crate) answer: Answer,
    /// None if no sandbox could be started.
    pub(crate) lease: Option<Lease>,
    pub(crate) since: Instant,
}

/// A sandbox in use; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    /// Always there, but in `drop`.
    usage: Option<Box<Usage>>,
    fleet: Arc<Fleet>,
}

impl Lease {
    pub(super) fn new(fleet: Arc<Fleet>, sandbox: &Sandbox) -> Self {
        Self { usage: Some(Box::new(sandbox.begin())), fleet }
    }

    pub(crate) fn sandbox(&self) -> Option<&Sandbox> {
        self.usage.as_ref().map(|usage| usage.sandbox())
    }

    /// The invocation is over: ends the sandbox if it ran out of time, as Lambda does.
    pub(crate) fn settle(&mut self, error: Option<&FunctionError>) -> Option<&Report> {
        let usage = self.usage.as_mut()?;
        if error.is_some_and(FunctionError::is_timeout) {
            usage.sandbox().end_by(Ending::Kill, EndReason::TimedOut);
        }
        usage.finish(error)
    }

    /// The invocation begins.
    pub(super) fn start(&mut self, request_id: &str) {
        if let Some(usage) = &mut self.usage {
            usage.sandbox().thaw();
            usage.start(request_id);
        }
    }

    /// Waits for the beginning of the answer.
    pub(super) async fn answer(&mut self, invocation: Invocation) -> Result<Answer, Error> {
        let Some(sandbox) = self.sandbox() else {
            return Err(Error::new(ErrorKind::Stopped, "the sandbox is gone"));
        };
        let answer = sandbox.api().push(invocation).answer().await?;
        if let Answer::Failed(error) = &answer {
            self.settle(Some(error));
        }
        Ok(answer)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(usage) = self.usage.take() {
            let sandbox = usage.sandbox().clone();
            drop(usage);
            self.fleet.release(sandbox);
        }
    }
}

impl Begun {
    /// Waits for the end of the answer.
    pub(crate) async fn collect(self) -> Invoked {
        let invoked = self.answer.collect(self.request_id).await;
        complete(invoked, self.lease, self.since)
    }

    /// The end of an answer that was passed on in pieces.
    pub(crate) fn end(self, error: Option<FunctionError>) -> Invoked {
        let is_streamed = matches!(self.answer, Answer::Streaming(_));
        let invoked = Invoked { is_streamed, error, ..Invoked::new(self.request_id) };
        complete(invoked, self.lease, self.since)
    }
}

/// Says what is known of an invocation when it is over, and gives the sandbox back.
fn complete(mut invoked: Invoked, lease: Option<Lease>, since: Instant) -> Invoked {
    invoked.duration = since.elapsed();
    if let Some(mut lease) = lease {
        if let Some(report) = lease.settle(invoked.error.as_ref()) {
            invoked.duration = report.duration;
            invoked.init_duration = report.init_duration;
            invoked.restore_duration = report.restore_duration;
            invoked.billed_duration = report.billed();
            invoked.cpu_time = report.cpu_time;
            invoked.max_memory_used_bytes = report.max_memory_used_bytes;
        }
        if let Some(usage) = &lease.usage {
            invoked.sandbox = usage.sandbox().number();
            invoked.logs = usage.logs();
        }
    }
    invoked
}
