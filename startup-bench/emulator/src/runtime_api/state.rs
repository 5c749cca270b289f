//! What one Runtime API knows, and the rules by which it changes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::{HeaderMap, Method};
use tokio::sync::{Notify, oneshot};

use super::extensions::Extensions;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::{FunctionError, Invocation, failure};

/// How many ended invocations are remembered, so that a late answer is told what it is.
const REMEMBERED: usize = 256;

/// The state of one Runtime API, shared by its connections and its owner.
#[derive(Debug)]
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Notify,
    max_concurrency: usize,
    timeout: Duration,
}

#[derive(Debug, Default)]
pub(super) struct State {
    queue: VecDeque<Queued>,
    running: HashMap<String, Running>,
    ended: VecDeque<(String, Ended)>,
    /// How many `next` calls wait.
    waiting: usize,
    pub(super) first_next: Option<Instant>,
    pub(super) snapshot: Snapshot,
    /// Why there will be no more answers.
    pub(super) failure: Option<FunctionError>,
    pub(super) extensions: Extensions,
    pub(super) connections: usize,
    pub(super) calls: Vec<Call>,
}

/// A request that a runtime or an extension made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// The number of its connection, from 1.
    pub connection: usize,
}

/// Where a function with SnapStart is on its way to the first invocation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Snapshot {
    #[default]
    NotAsked,
    Ready,
    Restored,
}

#[derive(Debug)]
struct Queued {
    invocation: Invocation,
    reply: oneshot::Sender<Reply>,
}

#[derive(Debug)]
struct Running {
    invocation_id: String,
    taken: Taken,
    /// Taken out when the answer begins.
    reply: Option<oneshot::Sender<Reply>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Answered,
    TimedOut,
}

/// When the runtime took an invocation and how long it may work on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) at: Instant,
    pub(super) deadline: Instant,
    pub(super) deadline_ms: u64,
}

/// What a `next` call hands to the runtime.
#[derive(Debug)]
pub(super) struct HandOut {
    pub(super) invocation: Invocation,
    pub(super) invocation_id: String,
    pub(super) deadline_ms: u64,
}

impl Shared {
    pub(super) fn new(max_concurrency: usize, timeout: Duration) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), max_concurrency, timeout }
    }

    pub(super) fn timeout(&self) -> Duration {
        self.timeout
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
        Ok(self.wait_for(|state| state.hand_out(self.timeout)).await)
    }

    /// Waits until the runtime took the invocation; it may never.
    pub(super) async fn taken(&self, request_id: &str) -> Taken {
        self.wait_for(|state| Some(state.running.get(request_id)?.taken)).await
    }

    /// Ends an invocation that ran out of time.
    pub(super) fn time_out(&self, request_id: &str) -> FunctionError {
        self.update(|state| state.end(request_id, Ended::TimedOut));
        failure::timed_out(self.timeout).for_request(request_id)
    }

    /// Ends everything: whatever waits or comes gets this failure.
    pub(super) fn fail(&self, failure: &FunctionError) {
        self.update(|state| {
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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether the runtime waits for an invocation that nobody has pushed yet.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting > self.queue.len()
    }

    /// Whether an invocation waits or runs.
    pub(super) fn is_wanted(&self) -> bool {
        !self.queue.is_empty()
    }

    fn hand_out(&mut self, timeout: Duration) -> Option<HandOut> {
        let Queued { invocation, reply } = self.pop()?;
        let at = Instant::now();
        let taken = Taken {
            at,
            deadline: at + timeout,
            deadline_ms: crate::ids::epoch_ms()
                .saturating_add(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)),
        };
        let invocation_id = crate::ids::uuid();
        let running = Running { invocation_id: invocation_id.clone(), taken, reply: Some(reply) };
        self.extensions.announce(&invocation, taken.deadline_ms);
        self.running.insert(invocation.request_id.clone(), running);
        Some(HandOut { invocation, invocation_id, deadline_ms: taken.deadline_ms })
    }

    /// The oldest invocation that somebody still waits for.
    fn pop(&mut self) -> Option<Queued> {
        loop {
            let queued = self.queue.pop_front()?;
            if !queued.reply.is_closed() {
                return Some(queued);
            }
        }
    }

    /// Begins an answer: gives out the invocation's reply, once.
    pub(super) fn claim(
        &mut self,
        request_id: &str,
        invocation_id: Option<&str>,
    ) -> Result<(oneshot::Sender<Reply>, String), Refusal> {
        let Some(running) = self.running.get_mut(request_id) else {
            return Err(self.refuse_answer(request_id));
        };
        if invocation_id.is_some_and(|id| id != running.invocation_id) {
            return Err(Refusal::gone());
        }
        let reply = running.reply.take().ok_or_else(Refusal::answered_twice)?;
        Ok((reply, running.invocation_id.clone()))
    }

    /// Ends an answered invocation, unless it ran out of time and its id is another's now.
    pub(super) fn answered(&mut self, request_id: &str, invocation_id: &str) -> bool {
        let running = self.running.get(request_id);
        let is_mine = running.is_some_and(|running| running.invocation_id == invocation_id);
        is_mine && self.end(request_id, Ended::Answered)
    }

    fn refuse_answer(&self, request_id: &str) -> Refusal {
        let ended = self.ended.iter().rev().find(|(id, _)| id == request_id);
        match ended {
            Some((_, Ended::Answered)) => Refusal::answered_twice(),
            Some((_, Ended::TimedOut)) => Refusal::gone(),
            None => Refusal::invalid_request_id(),
        }
    }

    /// Forgets a running invocation; tells whether it was running.
    fn end(&mut self, request_id: &str, how: Ended) -> bool {
        let was_running = self.running.remove(request_id).is_some();
        if was_running {
            if self.ended.len() == REMEMBERED {
                self.ended.pop_front();
            }
            self.ended.push_back((request_id.to_owned(), how));
        }
        was_running
    }
}

/// A `next` call that waits; it is counted as long as it does.
struct Waiting<'a>(&'a Shared);

impl<'a> Waiting<'a> {
    fn begin(shared: &'a Shared) -> Result<Self, Refusal> {
        shared.update(|state| {
            if state.running.len() >= shared.max_concurrency {
                return Err(Refusal::next_while_running());
            }
            state.first_next.get_or_insert_with(Instant::now);
            state.waiting += 1;
            Ok(Self(shared))
        })
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.update(|state| state.waiting -= 1);
    }
}
