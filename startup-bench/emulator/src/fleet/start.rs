//! Starts of sandboxes, and what becomes of those that fail.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::room::Room;
use super::{Fleet, State};
use crate::activity::Activity;
use crate::sandbox::{Phase, Sandbox, Start};
use crate::{EndReason, Ending, FunctionError, LogLine};

/// A start that failed, what the log says about it, and the room that it had.
#[derive(Debug)]
pub(super) struct FailedStart {
    pub(super) error: FunctionError,
    pub(super) log: Vec<LogLine>,
    pub(super) room: Room,
}

impl Fleet {
    /// Starts a sandbox for every waiting invocation that none is on its way for.
    pub(super) fn start_enough(self: &Arc<Self>, state: &mut State) {
        let per_sandbox = self.recipe.function.max_concurrency;
        while !state.is_stopped
            && state.waiting.len()
                > state.starting * per_sandbox + self.returning.load(Ordering::Relaxed)
            && state.live.len() + state.asked < self.scaling.max_sandboxes
        {
            state.starting += 1;
            let number = state.next_number();
            let room = Room::new(self, state);
            self.runtime.spawn(self.clone().start(number, room));
        }
    }

    async fn start(self: Arc<Self>, number: u64, room: Room) {
        let started = self.start_ready(number, room).await;
        self.tell_start(number, started.as_ref().map_err(|failed| &failed.error));
        let mut idle = None;
        let mut unwanted = None;
        let mut state = self.lock();
        state.starting -= 1;
        match started {
            Ok(sandbox) => {
                for _ in 0..self.recipe.function.max_concurrency {
                    idle = self.put_back(&mut state, sandbox.clone());
                }
            }
            Err(failed) => unwanted = state.refuse(failed),
        }
        self.start_enough(&mut state);
        drop(state);
        drop(unwanted);
        self.freeze(idle);
    }

    async fn start_ready(
        self: &Arc<Self>,
        number: u64,
        room: Room,
    ) -> Result<Sandbox, FailedStart> {
        let start = Start { number, phase: Phase::Init, earlier: Vec::new() };
        let sandbox = match self.spawn(start, room).await {
            Ok(sandbox) => sandbox,
            Err((error, room)) => return Err(FailedStart { error, log: Vec::new(), room }),
        };
        let ready = sandbox.ready(Phase::Init, self.recipe.init_timeout).await;
        let Err(error) = ready else { return Ok(sandbox) };
        // The next is started when this one is gone.
        let room = Room::of(self, &sandbox);
        sandbox.ended().await;
        Err(FailedStart { error, log: sandbox.logs(), room })
    }

    /// Starts the process of a sandbox that there is room for.
    pub(super) async fn spawn(
        self: &Arc<Self>,
        start: Start,
        room: Room,
    ) -> Result<Sandbox, (FunctionError, Room)> {
        let (fleet, number) = (Arc::downgrade(self), start.number);
        let when_over = move || {
            if let Some(fleet) = fleet.upgrade() {
                fleet.forget(number);
            }
        };
        if self.lock().is_stopped {
            return Err((crate::failure::stopped(), room));
        }
        let mut room = Some(room);
        // Before anything can end it, so that it is known when that happens.
        let known = |sandbox: &Sandbox| {
            if let Some(room) = room.take() {
                room.take(sandbox);
            }
        };
        let spawned = Sandbox::spawn(&self.recipe, &self.slots, start, known, when_over).await;
        match (spawned, room) {
            (Ok(sandbox), _) => {
                if self.lock().is_stopped {
                    sandbox.end_by(Ending::Polite, EndReason::Stopped);
                }
                Ok(sandbox)
            }
            (Err(error), Some(room)) => Err((error, room)),
            // It has failed before it was known; this is not.
            (Err(error), None) => Err((error, Room::new(self, &mut self.lock()))),
        }
    }

    pub(super) fn tell_start(&self, number: u64, started: Result<&Sandbox, &FunctionError>) {
        self.recipe.observer.tell(&match started {
            Ok(sandbox) => Activity::Started {
                sandbox: number,
                init_duration: sandbox.init_duration().unwrap_or_default(),
            },
            Err(error) => Activity::StartFailed { sandbox: number, error: error.clone() },
        });
    }
}

impl State {
    /// The number of the next sandbox.
    pub(super) fn next_number(&mut self) -> u64 {
        self.started += 1;
        self.started
    }

    /// Tells the oldest waiting invocation that a start failed; gives it back if none waits.
    fn refuse(&mut self, failed: FailedStart) -> Option<FailedStart> {
        let mut grant = Err(failed);
        while let Some(waiting) = self.waiting.pop_front() {
            match waiting.send(grant) {
                Ok(()) => return None,
                Err(unsent) => grant = unsent,
            }
        }
        grant.err()
    }
}
