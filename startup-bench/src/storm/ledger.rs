//! What became of every number that an invocation was to write.

use std::collections::BTreeMap;

/// The invocations of one contender's storm, in the order in which they ended.
#[derive(Debug, Default)]
pub(super) struct Ledger(Vec<Entry>);

/// One invocation.
#[derive(Debug)]
pub(super) struct Entry {
    /// The row that it writes.
    pub(super) number: u64,
    /// From the moment at which the function took the event to the end of its answer.
    pub(super) latency_us: f64,
    /// What it did after its answer, until its sandbox stood still; none if it never did.
    pub(super) after_us: Option<f64>,
    /// Why it failed.
    pub(super) failure: Option<String>,
}

/// What the server has of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Rows that were acknowledged and are not there.
    pub(super) lost: u64,
    /// Rows that are there more than once.
    pub(super) doubled: u64,
    /// Rows of invocations that failed: written, and not acknowledged.
    pub(super) unacknowledged: u64,
}

impl Ledger {
    pub(super) fn add(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.0
    }

    pub(super) fn failed(&self) -> usize {
        self.0.iter().filter(|entry| entry.failure.is_some()).count()
    }

    /// Holds it against the rows that are there, each with how often.
    pub(super) fn verdict(&self, written: &BTreeMap<u64, u32>) -> Verdict {
        let mut verdict = Verdict::default();
        for Entry { number, failure, .. } in &self.0 {
            let times = written.get(number).copied().unwrap_or(0);
            verdict.doubled += u64::from(times > 1);
            match failure {
                None => verdict.lost += u64::from(times == 0),
                Some(_) => verdict.unacknowledged += u64::from(times > 0),
            }
        }
        verdict
    }

    /// Why invocations failed, the most frequent reason first, with numbers left out.
    pub(super) fn failures(&self) -> Vec<(String, usize)> {
        let mut counts = BTreeMap::new();
        for failure in self.0.iter().filter_map(|entry| entry.failure.as_deref()) {
            *counts.entry(without_numbers(failure)).or_insert(0) += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }
}

/// Request ids and times differ in what is otherwise the same failure.
fn without_numbers(failure: &str) -> String {
    let words = failure.split_whitespace().map(|word| {
        if word.chars().any(|letter| letter.is_ascii_digit()) && word.len() > 4 {
            "..."
        } else {
            word
        }
    });
    words.collect::<Vec<_>>().join(" ").chars().take(160).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64, failure: Option<&str>) -> Entry {
        let failure = failure.map(str::to_owned);
        Entry { number, latency_us: 1.0, after_us: None, failure }
    }

    #[test]
    fn a_row_is_lost_doubled_or_unacknowledged() {
        let mut ledger = Ledger::default();
        for (number, failure) in
            [(1, None), (2, None), (3, None), (4, Some("busy")), (5, Some("busy"))]
        {
            ledger.add(entry(number, failure));
        }
        let written = BTreeMap::from([(1, 1), (3, 2), (5, 1)]);
        let verdict = ledger.verdict(&written);
        assert_eq!(verdict, Verdict { lost: 1, doubled: 1, unacknowledged: 1 });
        assert_eq!(ledger.failed(), 2);
    }

    #[test]
    fn failures_that_differ_in_an_id_or_a_time_only_are_one() {
        let mut ledger = Ledger::default();
        ledger.add(entry(1, Some("RequestId: 0a1b-2c3d timed out after 3.00 seconds")));
        ledger.add(entry(2, Some("RequestId: 4e5f-6071 timed out after 3.00 seconds")));
        ledger.add(entry(3, Some("refused")));
        let expected = [
            ("RequestId: ... timed out after 3.00 seconds".to_owned(), 2),
            ("refused".to_owned(), 1),
        ];
        assert_eq!(ledger.failures(), expected);
    }
}
