//! The clocks: wall time, and what the kernel counts for a thread and the process.
//!
//! Only Linux counts it per thread; elsewhere there is wall time and nothing else.

use std::ops::Sub;

/// A point on the monotonic clock, in nanoseconds.
pub(super) type Nanos = u64;

/// What a thread or the process has used so far, or used in between.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) cpu: Nanos,
    pub(super) minor_faults: u64,
    pub(super) major_faults: u64,
    /// Times it waited, and times it was made to.
    pub(super) voluntary_switches: u64,
    pub(super) involuntary_switches: u64,
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            minor_faults: self.minor_faults.saturating_sub(earlier.minor_faults),
            major_faults: self.major_faults.saturating_sub(earlier.major_faults),
            voluntary_switches: self.voluntary_switches.saturating_sub(earlier.voluntary_switches),
            involuntary_switches: self
                .involuntary_switches
                .saturating_sub(earlier.involuntary_switches),
        }
    }
}

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.cpu += other.cpu;
        self.minor_faults += other.minor_faults;
        self.major_faults += other.major_faults;
        self.voluntary_switches += other.voluntary_switches;
        self.involuntary_switches += other.involuntary_switches;
    }
}

pub(super) use system::{booted_since, now, process, thread};

#[cfg(target_os = "linux")]
mod system {
    use nix::sys::resource::{UsageWho, getrusage};
    use nix::time::{ClockId, clock_gettime};

    use super::{Nanos, Usage};

    /// The monotonic clock, the one of `std::time::Instant`.
    pub(in super::super) fn now() -> Nanos {
        read(ClockId::CLOCK_MONOTONIC)
    }

    /// How far the clock of `/proc`'s start times, which runs on in suspension, is ahead.
    pub(in super::super) fn booted_since() -> Nanos {
        read(ClockId::CLOCK_BOOTTIME).saturating_sub(now())
    }

    /// What this thread has used.
    pub(in super::super) fn thread() -> Usage {
        // getrusage's own CPU time stands still between the scheduler's ticks.
        usage(ClockId::CLOCK_THREAD_CPUTIME_ID, UsageWho::RUSAGE_THREAD)
    }

    /// What all threads have used since the process was made.
    pub(in super::super) fn process() -> Usage {
        usage(ClockId::CLOCK_PROCESS_CPUTIME_ID, UsageWho::RUSAGE_SELF)
    }

    fn usage(clock: ClockId, who: UsageWho) -> Usage {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let cpu = read(clock);
        match getrusage(who) {
            Ok(counts) => Usage {
                cpu,
                minor_faults: count(counts.minor_page_faults()),
                major_faults: count(counts.major_page_faults()),
                voluntary_switches: count(counts.voluntary_context_switches()),
                involuntary_switches: count(counts.involuntary_context_switches()),
            },
            Err(_) => Usage { cpu, ..Usage::default() },
        }
    }

    fn read(clock: ClockId) -> Nanos {
        let Ok(time) = clock_gettime(clock) else { return 0 };
        let part = |number: i64| u64::try_from(number).unwrap_or_default();
        part(time.tv_sec()) * 1_000_000_000 + part(time.tv_nsec())
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use std::sync::OnceLock;
    use std::time::Instant;

    use super::{Nanos, Usage};

    pub(in super::super) fn now() -> Nanos {
        static FIRST: OnceLock<Instant> = OnceLock::new();
        // Not 0, which stands for no time.
        let since = FIRST.get_or_init(Instant::now).elapsed().as_nanos();
        Nanos::try_from(since).unwrap_or(Nanos::MAX).saturating_add(1)
    }

    pub(in super::super) fn booted_since() -> Nanos {
        0
    }

    pub(in super::super) fn thread() -> Usage {
        Usage::default()
    }

    pub(in super::super) fn process() -> Usage {
        Usage::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn work_is_counted_as_cpu_time_and_sleep_is_not() {
        let (wall, before) = (now(), thread());
        while (thread() - before).cpu < 2_000_000 {}
        let worked = thread() - before;
        std::thread::sleep(std::time::Duration::from_millis(20));
        let slept = thread() - before - worked;
        assert!(worked.cpu >= 2_000_000 && slept.cpu < 20_000_000, "{worked:?} {slept:?}");
        assert!(slept.voluntary_switches >= 1, "{slept:?}");
        assert!(now() - wall >= 22_000_000);
        assert!(process().cpu >= worked.cpu);
    }
}
