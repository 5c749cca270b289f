//! Freezing a sandbox between invocations.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::Sandbox;
use crate::activity::Activity;

/// Stops the processes of a sandbox and lets them go on.
#[derive(Debug)]
pub(super) struct Pause {
    group: Pid,
    is_frozen: Mutex<bool>,
}

impl Pause {
    pub(super) fn new(group: Pid) -> Self {
        Self { group, is_frozen: Mutex::new(false) }
    }

    pub(super) fn is_frozen(&self) -> bool {
        *self.lock()
    }

    /// Freezes unless `unless` says no at the last moment; tells whether that was new.
    fn freeze(&self, unless: impl FnOnce() -> bool) -> bool {
        let mut is_frozen = self.lock();
        if *is_frozen || unless() {
            return false;
        }
        // A group that is gone has nothing to stop.
        *is_frozen = killpg(self.group, Signal::SIGSTOP).is_ok();
        *is_frozen
    }

    /// Tells whether it was frozen.
    pub(super) fn thaw(&self) -> bool {
        let mut is_frozen = self.lock();
        if *is_frozen {
            let _ = killpg(self.group, Signal::SIGCONT);
        }
        std::mem::take(&mut is_frozen)
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_frozen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// Freezes it, even while it answers an invocation. The emulator does so by itself once it
    /// has answered and asked for the next event.
    pub fn freeze(&self) {
        if self.inner.pause.freeze(|| false) {
            self.inner.observer.tell(&Activity::Frozen { sandbox: self.number() });
        }
    }

    /// Lets it go on. The emulator does so by itself before its next invocation.
    pub fn thaw(&self) {
        if self.inner.pause.thaw() {
            self.inner.observer.tell(&Activity::Thawed { sandbox: self.number() });
        }
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.inner.busy.load(Ordering::SeqCst) > 0
    }

    /// Freezes it unless an invocation came meanwhile.
    pub(crate) fn freeze_idle(&self) {
        if self.inner.pause.freeze(|| self.is_busy()) {
            self.inner.observer.tell(&Activity::Frozen { sandbox: self.number() });
        }
    }
}
