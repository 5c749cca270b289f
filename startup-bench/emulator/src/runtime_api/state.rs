//! What one Runtime API knows, and the rules by which it changes.

use std::collections::{HashMap, VecDeque};
use std::time::Instant;

use http::{HeaderMap, Method};
use tokio::sync::oneshot;

use super::extensions::Extensions;
use super::refusal::Refusal;
use super::reply::Reply;
use crate::{Function, FunctionError, Invocation};

/// How many ended invocations are remembered, so that a late answer is told what it is.
const REMEMBERED: usize = 256;

#[derive(Debug)]
pub(super) struct State {
    /// When the sandbox began to start.
    pub(super) started: Instant,
    pub(super) queue: VecDeque<Queued>,
    pub(super) running: HashMap<String, Running>,
    ended: VecDeque<(String, Ended)>,
    /// How many `next` calls wait.
    pub(super) waiting: usize,
    pub(super) first_next: Option<Instant>,
    /// When the runtime was ready for its snapshot, and when it was restored from it.
    pub(super) snapshot_at: Option<Instant>,
    pub(super) restored_at: Option<Instant>,
    /// Whether runtime and extensions have all ended their part of the start.
    pub(super) init_is_over: bool,
    pub(super) snapshot: Snapshot,
    /// Whether an invocation ran out of time.
    pub(super) has_timed_out: bool,
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
pub(super) struct Queued {
    pub(super) invocation: Invocation,
    pub(super) reply: oneshot::Sender<Reply>,
}

#[derive(Debug)]
pub(super) struct Running {
    invocation_id: String,
    pub(super) taken: Taken,
    /// Taken out when the answer begins.
    pub(super) reply: Option<oneshot::Sender<Reply>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
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

impl State {
    pub(super) fn new(extensions: Extensions) -> Self {
        Self {
            started: Instant::now(),
            queue: VecDeque::new(),
            running: HashMap::new(),
            ended: VecDeque::new(),
            waiting: 0,
            first_next: None,
            snapshot_at: None,
            restored_at: None,
            init_is_over: false,
            snapshot: Snapshot::NotAsked,
            has_timed_out: false,
            failure: None,
            extensions,
            connections: 0,
            calls: Vec::new(),
        }
    }

    /// Whether the runtime waits for an invocation that nobody has pushed yet, and the extensions
    /// have done what they do after one.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting > self.queue.len() && self.extensions.are_idle()
    }

    /// Whether the runtime has ended its start: by its first `next`, or for a snapshot.
    pub(super) fn has_started(&self) -> bool {
        self.first_next.is_some() || self.snapshot != Snapshot::NotAsked
    }

    /// The snapshot is taken, once: the end of the start.
    pub(super) fn take_snapshot(&mut self) {
        if self.snapshot == Snapshot::NotAsked {
            self.snapshot = Snapshot::Ready;
            self.snapshot_at = Some(Instant::now());
        }
    }

    /// It goes on from its snapshot.
    pub(super) fn restore(&mut self) {
        self.snapshot = Snapshot::Restored;
        self.restored_at.get_or_insert_with(Instant::now);
    }

    /// Whether an invocation waits or runs.
    pub(super) fn is_wanted(&self) -> bool {
        !self.queue.is_empty()
    }

    pub(super) fn hand_out(&mut self, function: &Function) -> Option<HandOut> {
        let Queued { invocation, reply } = self.pop()?;
        let timeout = invocation.time_left.unwrap_or(function.timeout);
        let at = Instant::now();
        let taken = Taken {
            at,
            deadline: at + timeout,
            deadline_ms: crate::ids::epoch_ms()
                .saturating_add(u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)),
        };
        let invocation_id = crate::ids::uuid();
        let running = Running { invocation_id: invocation_id.clone(), taken, reply: Some(reply) };
        self.extensions.announce(&invocation, taken.deadline_ms, &function.arn());
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
    ) -> Result<(oneshot::Sender<Reply>, String, Taken), Refusal> {
        let Some(running) = self.running.get_mut(request_id) else {
            return Err(self.refuse_answer(request_id));
        };
        if invocation_id.is_some_and(|id| id != running.invocation_id) {
            return Err(Refusal::gone());
        }
        let reply = running.reply.take().ok_or_else(Refusal::answered_twice)?;
        Ok((reply, running.invocation_id.clone(), running.taken))
    }

    /// Ends an answered invocation, unless it ran out of time and its id is another's now.
    pub(super) fn answered(&mut self, request_id: &str, invocation_id: &str) -> bool {
        let running = self.running.get(request_id);
        let is_mine = running.is_some_and(|running| running.invocation_id == invocation_id);
        is_mine && self.end(request_id, Ended::Answered).is_some()
    }

    fn refuse_answer(&self, request_id: &str) -> Refusal {
        let ended = self.ended.iter().rev().find(|(id, _)| id == request_id);
        match ended {
            Some((_, Ended::Answered)) => Refusal::answered_twice(),
            Some((_, Ended::TimedOut)) => Refusal::gone(),
            None => Refusal::invalid_request_id(),
        }
    }

    /// Forgets a running invocation, and gives it if it was running.
    pub(super) fn end(&mut self, request_id: &str, how: Ended) -> Option<Running> {
        let was_running = self.running.remove(request_id);
        if was_running.is_some() {
            if self.ended.len() == REMEMBERED {
                self.ended.pop_front();
            }
            self.ended.push_back((request_id.to_owned(), how));
        }
        was_running
    }
}
