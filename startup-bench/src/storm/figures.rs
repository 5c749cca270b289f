//! From storms to rows and sentences.

use super::contender::Contender;
use super::ledger::Entry;
use super::plan::Plan;
use super::rounds::Storm;
use crate::report::{Metric, Row};
use crate::statistics::Samples;

/// So many of a contender's reasons to fail are told.
const REASONS: usize = 3;

/// The rows of the report, contender by contender; each run of a contender is a sample.
pub(super) fn rows(plan: &Plan, contenders: &[Contender], storms: &[Storm]) -> Vec<Row> {
    let mut rows = Vec::new();
    for Contender { name, .. } in contenders {
        let figures: Vec<_> =
            storms.iter().filter(|storm| storm.contender == *name).map(figures).collect();
        for (metric, _) in figures.first().into_iter().flatten() {
            let of_run = |run: &Vec<(Metric, f64)>| {
                run.iter().find(|(its, _)| its == metric).map(|(_, value)| *value)
            };
            let samples = Samples::collect(figures.iter().filter_map(of_run));
            rows.extend(samples.map(|samples| Row {
                case: plan.case(),
                contender: name.clone(),
                memory_mb: None,
                metric: *metric,
                samples,
            }));
        }
    }
    rows
}

/// A contender that has never succeeded has no latencies.
fn figures(storm: &Storm) -> Vec<(Metric, f64)> {
    let entries = storm.ledger.entries();
    let succeeded = || entries.iter().filter(|entry| entry.failure.is_none());
    let latency = Samples::collect(succeeded().map(|entry| entry.latency_us));
    let after = Samples::collect(succeeded().filter_map(|entry: &Entry| entry.after_us));
    let most = |of: fn(&super::watch::Look) -> usize| storm.looks.iter().map(of).max();
    let figures = [
        (Metric::Invocations, Some(count(entries.len()))),
        (Metric::Failed, Some(count(storm.ledger.failed()))),
        (Metric::P50Us, latency.as_ref().map(Samples::median)),
        (Metric::P95Us, latency.as_ref().map(|latency| latency.quantile(0.95))),
        (Metric::AfterUs, after.as_ref().map(Samples::median)),
        (Metric::Connects, Some(count(storm.connects))),
        (Metric::Sessions, most(|look| look.sessions).map(count)),
        (Metric::Zombies, most(|look| look.zombies).map(count)),
        (Metric::Lost, Some(count(storm.verdict.lost))),
        (Metric::Doubled, Some(count(storm.verdict.doubled))),
        (Metric::Unacknowledged, Some(count(storm.verdict.unacknowledged))),
    ];
    figures.into_iter().filter_map(|(metric, value)| Some((metric, value?))).collect()
}

/// Why each contender failed and how long it took.
pub(super) fn failures(storms: &[Storm]) -> Vec<String> {
    let sentence = |storm: &Storm| {
        let Storm { contender, ledger, took, .. } = storm;
        let seconds = took.as_secs();
        let mut reasons = ledger.failures().into_iter();
        let told: Vec<String> = reasons
            .by_ref()
            .take(REASONS)
            .map(|(reason, times)| format!("{times} times {reason}"))
            .collect();
        let others: usize = reasons.map(|(_, times)| times).sum();
        let others =
            if others > 0 { format!("; {others} for other reasons") } else { String::new() };
        match told.is_empty() {
            true => format!("{contender} took {seconds} s and failed never"),
            false => format!("{contender} took {seconds} s and failed {}{others}", told.join("; ")),
        }
    };
    storms.iter().map(sentence).collect()
}

#[allow(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn count(number: impl TryInto<u64>) -> f64 {
    number.try_into().unwrap_or(u64::MAX) as f64
}
