//! When the process was made, which is before any of its own code ran.

use super::super::clock::{self, Nanos};
use super::super::record::Profile;
use super::super::settings::Settings;

/// The time of `fork` or `exec`, and how far it is known.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Start {
    pub(in super::super) at: Nanos,
    /// It was at most so much earlier.
    pub(in super::super) error: Nanos,
    /// The parent said so.
    pub(in super::super) is_told: bool,
}

/// What `/proc` counts in: `USER_HZ`, 100 a second on every architecture.
const TICK: Nanos = 10_000_000;

impl Start {
    pub(super) fn of(profile: &Profile, settings: &Settings) -> Self {
        let main = profile.main();
        if let Some(at) = settings.exec.filter(|at| *at <= main.at) {
            return Self { at, error: 0, is_told: true };
        }
        // Not later: it cannot have computed longer than it is there.
        let at = main.at.saturating_sub(main.usage.cpu);
        Self { at, error: error(profile, at), is_told: false }
    }
}

/// The time before `main` in which it did not run: it waited for a CPU, or for pages from disk.
fn error(profile: &Profile, at: Nanos) -> Nanos {
    // The kernel's own note of when it was forked, rounded down.
    let forked = read("/proc/self/stat").as_deref().and_then(forked_at);
    let since_fork =
        forked.map(|ticks| at.saturating_sub((ticks * TICK).saturating_sub(clock::booted_since())));
    // Up to now, so more than until `main`.
    let waited = read("/proc/self/schedstat").as_deref().and_then(run_delay);
    let waited = waited.filter(|_| profile.main().usage.major_faults == 0);
    match (since_fork, waited) {
        (Some(since_fork), Some(waited)) => since_fork.min(waited),
        (since_fork, waited) => since_fork.or(waited).unwrap_or_default(),
    }
}

fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// Field 22, counted behind the name, which may contain anything.
fn forked_at(stat: &str) -> Option<u64> {
    stat[stat.rfind(')')?..].split(' ').nth(20)?.parse().ok()
}

/// The second number: nanoseconds ready to run and without a CPU.
fn run_delay(schedstat: &str) -> Option<Nanos> {
    schedstat.split(' ').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_proc_says_is_read() {
        let stat = "7 (a) b) S 1 7 7 0 -1 4194560 100 0 0 0 1 2 0 0 20 0 1 0 4711 1000 2";
        assert_eq!(forked_at(stat), Some(4711));
        assert_eq!(run_delay("2500000 180000 12\n"), Some(180_000));
    }
}
