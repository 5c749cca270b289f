//! Time that has really passed, as far as anyone in the sandbox can tell.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::hooks;

/// A point in time on every clock there is.
///
/// A process that was stopped finds all clocks gone on; a stopped machine may find BOOTTIME or
/// REALTIME gone on, or none; a process told by its invocation's deadline knows the time outside.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    monotonic: Instant,
    boottime: Duration,
    realtime: Duration,
    /// The deadline of the invocation and the time since its start: Lambda's clock, but for the
    /// function's timeout, which is the same for all invocations.
    outside: Option<Duration>,
}

impl Moment {
    pub(super) fn now() -> Self {
        let monotonic = Instant::now();
        let outside = hooks::current().map(|invocation| {
            invocation.deadline + monotonic.saturating_duration_since(invocation.started)
        });
        Self { monotonic, boottime: boottime(), realtime: realtime(), outside }
    }

    /// What has passed since `earlier`: the largest advance of any clock, since a clock may stand
    /// still but none runs ahead.
    pub(super) fn since(self, earlier: Self) -> Duration {
        let outside = match (self.outside, earlier.outside) {
            (Some(now), Some(then)) => now.saturating_sub(then),
            _ => Duration::ZERO,
        };
        self.monotonic_since(earlier)
            .max(self.boottime.saturating_sub(earlier.boottime))
            .max(self.realtime.saturating_sub(earlier.realtime))
            .max(outside)
    }

    /// What the clock of timers has seen of it.
    pub(super) fn monotonic_since(self, earlier: Self) -> Duration {
        self.monotonic.saturating_duration_since(earlier.monotonic)
    }
}

fn realtime() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Runs on while the machine sleeps.
#[cfg(target_os = "linux")]
fn boottime() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_BOOTTIME).map(Duration::from).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn boottime() -> Duration {
    Duration::ZERO
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_clock_that_went_on_counts_and_those_that_stood_still_do_not() {
        let then = Moment { outside: Some(100 * SECOND), ..Moment::now() };
        let machine_slept = Moment { boottime: then.boottime + 600 * SECOND, ..then };
        assert_eq!(machine_slept.since(then), 600 * SECOND);
        let clock_was_set = Moment { realtime: then.realtime + 60 * SECOND, ..then };
        assert_eq!(clock_was_set.since(then), 60 * SECOND);
        let machine_stood_still = Moment { outside: Some(700 * SECOND), ..then };
        assert_eq!(machine_stood_still.since(then), 600 * SECOND);
        let process_was_stopped = Moment { monotonic: then.monotonic + 5 * SECOND, ..then };
        assert_eq!(process_was_stopped.since(then), 5 * SECOND);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_count() {
        let then = Moment::now();
        let now = Moment { realtime: then.realtime - SECOND, ..then };
        assert_eq!(now.since(then), Duration::ZERO);
    }
}
