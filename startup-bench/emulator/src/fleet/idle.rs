//! Sandboxes that wait for an invocation, and the end of those that waited for too long.

use std::sync::Weak;
use std::time::{Duration, Instant};

use super::Fleet;
use crate::EndReason;
use crate::sandbox::Sandbox;

/// A sandbox that can take an invocation.
#[derive(Debug)]
pub(super) struct Idle {
    pub(super) sandbox: Sandbox,
    since: Instant,
}

impl Idle {
    pub(super) fn new(sandbox: Sandbox) -> Self {
        Self { sandbox, since: Instant::now() }
    }
}

/// Ends what was idle for longer than this, until the fleet is gone.
pub(super) async fn end_idle(fleet: Weak<Fleet>, idle_after: Duration) {
    loop {
        let Some(fleet) = fleet.upgrade() else { return };
        let now = Instant::now();
        let next = fleet.end_idle(now, idle_after);
        drop(fleet);
        // What becomes idle meanwhile is not due before that.
        tokio::time::sleep_until((next.unwrap_or(now) + idle_after).into()).await;
    }
}

impl Fleet {
    /// Ends what is due; tells since when the oldest of the others is idle.
    fn end_idle(&self, now: Instant, idle_after: Duration) -> Option<Instant> {
        let mut state = self.lock();
        let is_due =
            |idle: &Idle| now.duration_since(idle.since) >= idle_after && !idle.sandbox.is_busy();
        for idle in state.idle.extract_if(.., |idle| is_due(idle)) {
            idle.sandbox.end_by(self.scaling.idle_ending, EndReason::Idle);
        }
        state.idle.iter().map(|idle| idle.since).filter(|since| *since + idle_after > now).min()
    }
}
