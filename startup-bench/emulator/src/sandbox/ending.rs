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
    /// As a machine that is gone: its network is cut first, then comes SIGKILL. Peers see neither
    /// the end of a connection nor a reset, and nobody acknowledges what they send. Sandboxes
    /// need [a network of their own](crate::EmulatorBuilder::own_network) for this; where they
    /// have none it is like [`Kill`](Self::Kill), which an
    /// [`Activity::Notice`](crate::Activity::Notice) says.
    Silent,
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

    /// Ends it [silently](Ending::Silent): those that it is connected to are not told.
    pub fn vanish(&self) {
        self.end_by(Ending::Silent, EndReason::Asked);
    }

    /// Ends it as Lambda does: by SIGTERM with 500 ms if it registered an extension, else by
    /// SIGKILL. It is thawed for that.
    pub fn end(&self) {
        self.end_by(Ending::Polite, EndReason::Asked);
    }

    /// Whether it was ordered to end, so that it takes no invocation any more.
    pub(crate) fn is_ending(&self) -> bool {
        *self.inner.orders.borrow() != Order::Run
    }

    /// The first order counts, but what is not polite cuts a polite end short.
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
