//! When to try again: full jitter, so that sandboxes that were refused together do not come back
//! together.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(5);
const MOST: Duration = Duration::from_millis(250);

/// The pauses between attempts: each a random part of a span that doubles from 5 ms to 250 ms.
#[derive(Debug)]
pub(super) struct Backoff {
    span: Duration,
}

impl Backoff {
    pub(super) fn new() -> Self {
        Self { span: FIRST }
    }

    pub(super) fn pause(&mut self) -> Duration {
        let span = self.span;
        self.span = (span * 2).min(MOST);
        span.mul_f64(random())
    }
}

/// At least 0 and less than 1, from the kernel each time: sandboxes that were restored from one
/// snapshot share everything else.
fn random() -> f64 {
    let bits = getrandom::u32().unwrap_or(u32::MAX / 2);
    f64::from(bits) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_quarter_of_a_second_and_no_further() {
        let mut backoff = Backoff::new();
        let pauses: Vec<_> = (0..200).map(|_| backoff.pause()).collect();
        assert!(pauses[0] < FIRST);
        assert!(pauses.iter().all(|pause| *pause < MOST));
        assert!(pauses[6..].iter().any(|pause| *pause > MOST / 2));
        assert!(pauses[6..].iter().any(|pause| *pause < MOST / 2));
    }
}
