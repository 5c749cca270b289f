//! Says on stderr how far a run is and how long the rest takes.

use std::time::{Duration, Instant};

/// Counts steps of about equal length.
#[derive(Debug)]
pub(crate) struct Progress {
    start: Instant,
    done: u32,
    steps: u32,
}

impl Progress {
    pub(crate) fn new(steps: usize) -> Self {
        Self { start: Instant::now(), done: 0, steps: u32::try_from(steps).unwrap_or(u32::MAX) }
    }

    /// Announces the next step.
    pub(crate) fn step(&mut self, what: &str) {
        let left = match self.done {
            0 => String::new(),
            done => format!(
                ", about {} left",
                minutes(self.start.elapsed() / done * (self.steps - done))
            ),
        };
        self.done += 1;
        eprintln!("[{}/{}] {what}{left}", self.done, self.steps);
    }
}

fn minutes(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}
