//! How long a process stood still, for a clock that does not see it.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::clock::Moment;

/// Times that sqlx's clock has not seen.
pub(super) struct Freezes {
    seen: Moment,
    /// When each was noticed, and how long it was.
    noticed: VecDeque<(Instant, Duration)>,
}

impl Freezes {
    pub(super) fn new() -> Self {
        Self { seen: Moment::now(), noticed: VecDeque::new() }
    }

    /// Notices a freeze since the last look.
    pub(super) fn look(&mut self) {
        let now = Moment::now();
        let frozen = now.since(self.seen).saturating_sub(now.monotonic_since(self.seen));
        self.seen = now;
        if frozen > Duration::ZERO {
            self.noticed.push_back((Instant::now(), frozen));
        }
    }

    /// How much of the time was frozen that `span` has not seen; forgets what was before it only
    /// when there is much of it, since another connection may be idle for longer.
    pub(super) fn during_the_last(&mut self, span: Duration) -> Duration {
        const MOST: usize = 64;
        self.look();
        while self.noticed.len() > MOST {
            self.noticed.pop_front();
        }
        let noticed = self.noticed.iter().rev();
        noticed.take_while(|(when, _)| when.elapsed() <= span).map(|(_, frozen)| *frozen).sum()
    }
}
