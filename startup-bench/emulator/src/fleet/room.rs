//! Room for sandboxes that have no process yet.

use std::sync::Arc;

use super::{Fleet, State};
use crate::sandbox::Sandbox;

/// Room for one sandbox, of which there is only so much; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Room {
    fleet: Arc<Fleet>,
    is_taken: bool,
}

impl Room {
    /// Takes room that is known to be free.
    pub(super) fn new(fleet: &Arc<Fleet>, state: &mut State) -> Self {
        state.asked += 1;
        Self { fleet: fleet.clone(), is_taken: false }
    }

    /// The room of a sandbox that is about to end.
    pub(super) fn of(fleet: &Arc<Fleet>, sandbox: &Sandbox) -> Self {
        let mut state = fleet.lock();
        state.live.retain(|live| live.number() != sandbox.number());
        Self::new(fleet, &mut state)
    }

    /// A sandbox has it now.
    pub(super) fn take(mut self, sandbox: &Sandbox) {
        self.is_taken = true;
        let mut state = self.fleet.lock();
        state.asked -= 1;
        state.live.push(sandbox.clone());
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.is_taken {
            return;
        }
        let fleet = self.fleet.clone();
        // Not here, where the state may be locked.
        self.fleet.runtime.spawn(async move {
            let mut state = fleet.lock();
            state.asked -= 1;
            fleet.start_enough(&mut state);
            fleet.gone.notify_waiters();
        });
    }
}
