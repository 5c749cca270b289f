//! The last of something, and how many there were.

use std::collections::VecDeque;
use std::time::Duration;

/// The last values of a series, oldest first, and the number of all.
#[derive(Debug)]
pub(super) struct Recent<T> {
    kept: VecDeque<T>,
    capacity: usize,
    count: u64,
}

impl<T> Recent<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self { kept: VecDeque::new(), capacity, count: 0 }
    }

    pub(super) fn push(&mut self, value: T) {
        if self.kept.len() == self.capacity {
            self.kept.pop_front();
        }
        self.kept.push_back(value);
        self.count += 1;
    }

    /// How many there were, kept or not.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The kept ones with their numbers, counted from 1, oldest first.
    pub(super) fn numbered(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> {
        let dropped = self.count - self.kept.len() as u64;
        self.kept.iter().enumerate().map(move |(at, value)| (dropped + 1 + at as u64, value))
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.kept.iter()
    }
}

/// How long something took, in the middle and nearly at worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Percentiles {
    pub(super) p50: Duration,
    pub(super) p95: Duration,
}

impl Recent<Duration> {
    /// Of the kept ones, by nearest rank; none if there are none.
    pub(super) fn percentiles(&self) -> Option<Percentiles> {
        let mut sorted: Vec<Duration> = self.kept.iter().copied().collect();
        sorted.sort_unstable();
        let rank = |percent: usize| {
            let rank = (sorted.len() * percent).div_ceil(100);
            sorted.get(rank.checked_sub(1)?).copied()
        };
        Some(Percentiles { p50: rank(50)?, p95: rank(95)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_dropped_but_counted() {
        let mut recent = Recent::new(2);
        for value in ['a', 'b', 'c'] {
            recent.push(value);
        }
        assert_eq!(recent.count(), 3);
        assert_eq!(recent.numbered().collect::<Vec<_>>(), [(2, &'b'), (3, &'c')]);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let mut recent = Recent::new(100);
        assert_eq!(recent.percentiles(), None);
        for ms in (1..=20).rev() {
            recent.push(Duration::from_millis(ms));
        }
        let [p50, p95] = [10, 19].map(Duration::from_millis);
        assert_eq!(recent.percentiles(), Some(Percentiles { p50, p95 }));
    }
}
