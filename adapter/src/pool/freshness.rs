//! Whether a connection may be given out again.

use super::backend::Backend;
use super::clock::Moment;
use super::config::Config;
use super::idle::Held;
use super::socket::Look;

use std::time::Duration;

/// So much before the end of the lease a session counts as ended: clocks differ, and the
/// statement takes its time to get there.
pub(super) const MARGIN: Duration = Duration::from_millis(500);

/// What is to be done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Give it out.
    Fresh,
    /// Ask it first.
    Doubt,
    /// The server has ended its session by now, or is about to.
    Stale,
    /// The server has closed it.
    Dead,
}

pub(super) fn judge<DB: Backend>(held: &Held<DB>, config: &Config, now: Moment) -> Verdict {
    let age = now.since(held.used);
    let is_over = age + MARGIN >= held.session.lease;
    match held.socket.look() {
        // Whatever it was about, the app may have spoken with the server since.
        _ if is_over && !held.needs_end => Verdict::Stale,
        Look::Closed => Verdict::Dead,
        // Also within an invocation: its last statement may have failed because the server has gone.
        Look::Unread | Look::Unknown => Verdict::Doubt,
        Look::Quiet if is_over || age >= config.ping_after => Verdict::Doubt,
        Look::Quiet if held.needs_end && !DB::SURVIVES_CANCELLATION => Verdict::Doubt,
        Look::Quiet => Verdict::Fresh,
    }
}
