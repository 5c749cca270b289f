//! Freezing a sandbox between invocations.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::Sandbox;
use crate::activity::Activity;
use crate::host::Place;

/// Stops the processes of a sandbox and lets them go on.
#[derive(Debug)]
pub(super) struct Pause {
    groups: Vec<Pid>,
    place: Arc<Place>,
    is_frozen: Mutex<bool>,
}

/// How often a sandbox that was frozen by hand is looked at until it stands still, and the pause
/// between.
const LOOKS: u32 = 200;
const LOOK_PAUSE: Duration = Duration::from_micros(100);

impl Pause {
    pub(super) fn new(groups: Vec<Pid>, place: Arc<Place>) -> Self {
        Self { groups, place, is_frozen: Mutex::new(false) }
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
        *is_frozen = self.set(true);
        *is_frozen
    }

    /// Tells whether it was frozen.
    pub(super) fn thaw(&self) -> bool {
        let mut is_frozen = self.lock();
        if *is_frozen {
            self.set(false);
        }
        std::mem::take(&mut is_frozen)
    }

    /// By the cgroup, or else by signals; tells whether there was something to stop. Nothing
    /// comes in or goes out meanwhile, as where a whole machine stands still.
    fn set(&self, is_frozen: bool) -> bool {
        let connection = self.place.connection();
        if !is_frozen {
            connection.set_open(true);
            return self.stop(false);
        }
        connection.set_open(false);
        let is_stopped = self.stop(true);
        if !is_stopped {
            connection.set_open(true);
        }
        is_stopped
    }

    fn stop(&self, is_frozen: bool) -> bool {
        match self.place.set_frozen(is_frozen) {
            Ok(true) => true,
            // A group that is gone has nothing to stop.
            Ok(false) | Err(_) => {
                let signal = if is_frozen { Signal::SIGSTOP } else { Signal::SIGCONT };
                let stopped = self.groups.iter().filter(|group| killpg(**group, signal).is_ok());
                stopped.count() > 0
            }
        }
    }

    fn await_still(&self) {
        for _ in 0..LOOKS {
            if self.place.is_still() {
                return;
            }
            std::thread::sleep(LOOK_PAUSE);
        }
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_frozen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// Freezes it, even while it answers an invocation, and waits until it stands still, which
    /// takes a moment. The emulator freezes it by itself once it has answered and asked for the
    /// next event.
    pub fn freeze(&self) {
        if self.inner.pause.freeze(|| false) {
            self.inner.pause.await_still();
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
