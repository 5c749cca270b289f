//! How sandboxes end, and why.

use super::{Inner, Sandbox};

/// How a sandbox is ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// As Lambda ends an idle one: by SIGTERM with 500 ms if it registered an extension, else by
    /// SIGKILL.
    #[default]
    Polite,
    /// By SIGKILL, its children too. The kernel still closes its connections: peers see that.
    Kill,
}

/// Why a sandbox ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndReason {
    /// Its process ended by itself.
    Exited,
    /// It was idle for too long: [`EmulatorBuilder::idle_after`](crate::EmulatorBuilder::idle_after).
    Idle,
    /// An invocation took too long, or it did not ask for the next one.
    TimedOut,
    /// Its start failed or took too long.
    InitFailed,
    /// The runtime or an extension reported that it can't go on.
    Failed,
    /// [`Sandbox::end`], [`Sandbox::kill`] and the like.
    Asked,
    /// The emulator was stopped or dropped.
    Stopped,
}

/// What a supervisor is to do about its sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Run,
    End(Ending, EndReason),
}

impl Sandbox {
    /// Kills it: by SIGKILL, its children too, whether it is frozen or busy.
    pub fn kill(&self) {
        self.end_by(Ending::Kill, EndReason::Asked);
    }

    /// Ends it as Lambda does: by SIGTERM with 500 ms if it registered an extension, else by
    /// SIGKILL. It is thawed for that.
    pub fn end(&self) {
        self.end_by(Ending::Polite, EndReason::Asked);
    }

    /// The first order counts, but a kill cuts a polite end short.
    pub(crate) fn end_by(&self, ending: Ending, reason: EndReason) {
        self.inner.end_by(ending, reason);
    }
}

impl Inner {
    pub(super) fn end_by(&self, ending: Ending, reason: EndReason) {
        self.orders.send_if_modified(|current| {
            let is_stronger = match current {
                Order::Run => true,
                Order::End(Ending::Polite, _) => ending != Ending::Polite,
                Order::End(..) => false,
            };
            if is_stronger {
                *current = Order::End(ending, reason);
            }
            is_stronger
        });
    }
}
