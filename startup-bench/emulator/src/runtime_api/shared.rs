//! What the connections and the owner of one Runtime API share.

use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, oneshot};

use super::extensions::Extensions;
use super::progress::Done;
use super::refusal::Refusal;
use super::reply::Reply;
use super::state::{Ended, HandOut, Queued, State, Taken};
use super::telemetry::Telemetry;
use crate::host::Inside;
use crate::{Function, FunctionError, Invocation, failure};

/// The state of one Runtime API, shared by its connections and its owner.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Notify,
    pub(super) function: Function,
    pub(super) telemetry: Telemetry,
}

impl Shared {
    pub(super) fn new(
        function: Function,
        extensions: Extensions,
        inside: Option<Weak<Inside>>,
    ) -> Self {
        let shared = Self {
            state: Mutex::new(State::new(extensions)),
            changed: Notify::new(),
            function,
            telemetry: Telemetry::new(inside),
        };
        shared.tell_init_start();
        shared
    }

    pub(super) fn timeout(&self) -> Duration {
        self.function.timeout
    }

    /// Reads the state.
    pub(super) fn read<T>(&self, read: impl FnOnce(&State) -> T) -> T {
        read(&self.lock())
    }

    /// Changes the state and wakes everyone who waits for a change.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.lock());
        self.changed.notify_waiters();
        result
    }

    /// Waits until `check` finds what it looks for; it may take it out of the state.
    pub(super) async fn wait_for<T>(&self, mut check: impl FnMut(&mut State) -> Option<T>) -> T {
        loop {
            let changed = self.changed.notified();
            let mut changed = std::pin::pin!(changed);
            changed.as_mut().enable();
            let found = check(&mut self.lock());
            if let Some(found) = found {
                self.changed.notify_waiters();
                return found;
            }
            changed.await;
        }
    }

    /// Puts an invocation into the queue.
    pub(super) fn push(&self, invocation: Invocation, reply: oneshot::Sender<Reply>) {
        self.update(|state| match &state.failure {
            // Nobody waits for what cannot come: the receiver gets the failure.
            Some(failure) => {
                let failure = failure.for_request(&invocation.request_id);
                drop(reply.send(Reply::Failed(failure)));
            }
            None => state.queue.push_back(Queued { invocation, reply }),
        });
    }

    /// A runtime's `next`: waits for an invocation.
    pub(super) async fn next(&self) -> Result<HandOut, Refusal> {
        let _waiting = Waiting::begin(self)?;
        let handed = self.wait_for(|state| state.hand_out(&self.function)).await;
        self.tell_start(&handed.invocation);
        Ok(handed)
    }

    /// Ends the start, once, if all have ended their part of it.
    pub(super) fn end_init(&self) {
        let mut state = self.lock();
        let is_over = state.has_started() && state.extensions.are_ready();
        if is_over && !state.init_is_over {
            state.init_is_over = true;
            self.tell_init_report(&state, None);
            self.telemetry.close();
        }
    }

    /// Waits until the runtime took the invocation; it may never.
    pub(super) async fn taken(&self, request_id: &str) -> Taken {
        self.wait_for(|state| Some(state.running.get(request_id)?.taken)).await
    }

    /// Ends an invocation that ran out of time.
    pub(super) fn time_out(&self, request_id: &str) -> FunctionError {
        let error = failure::timed_out(self.timeout()).for_request(request_id);
        let ended = self.update(|state| {
            let ended = state.end(request_id, Ended::TimedOut);
            state.has_timed_out |= ended.is_some();
            ended
        });
        if let Some(ended) = ended {
            self.tell_runtime_done(Done {
                request_id,
                taken: ended.taken.at,
                began: None,
                produced_bytes: 0,
                status: "timeout",
                error: Some(&error),
            });
        }
        error
    }

    /// Ends everything: whatever waits or comes gets this failure.
    pub(super) fn fail(&self, failure: &FunctionError) {
        self.update(|state| {
            self.tell_failure(state, failure);
            let failure = state.failure.get_or_insert_with(|| failure.clone()).clone();
            let queued = state.queue.drain(..);
            let queued = queued.map(|queued| (queued.invocation.request_id, queued.reply));
            let running = state.running.iter_mut();
            let running = running.filter_map(|(id, run)| Some((id.clone(), run.reply.take()?)));
            for (request_id, reply) in queued.chain(running) {
                // Who no longer waits needs no answer.
                drop(reply.send(Reply::Failed(failure.for_request(&request_id))));
            }
        });
    }

    fn tell_failure(&self, state: &State, failure: &FunctionError) {
        if state.failure.is_some() {
            return;
        }
        if state.first_next.is_none() {
            self.tell_init_runtime_done(Some(failure));
            self.tell_init_report(state, Some(failure));
        }
        for (request_id, running) in &state.running {
            self.tell_runtime_done(Done {
                request_id,
                taken: running.taken.at,
                began: None,
                produced_bytes: 0,
                status: "failure",
                error: Some(failure),
            });
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A `next` call that waits; it is counted as long as it does.
struct Waiting<'a>(&'a Shared);

impl<'a> Waiting<'a> {
    fn begin(shared: &'a Shared) -> Result<Self, Refusal> {
        let (waiting, is_first) = shared.update(|state| {
            if state.running.len() >= shared.function.max_concurrency {
                return Err(Refusal::next_while_running());
            }
            let is_first = state.first_next.is_none();
            state.first_next.get_or_insert_with(Instant::now);
            state.waiting += 1;
            Ok((Self(shared), is_first))
        })?;
        if is_first {
            shared.tell_init_runtime_done(None);
            shared.end_init();
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.update(|state| state.waiting -= 1);
    }
}
