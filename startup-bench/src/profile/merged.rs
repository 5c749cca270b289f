//! The median profile of several starts under the same conditions.

use serde::{Deserialize, Serialize};

use super::outline::{Kind, Row};
use super::startup_report::{Finding, StartupReport};
use crate::statistics::Samples;

/// What the starts have in common.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(super) struct Conditions {
    pub(super) memory_mb: Option<u32>,
    /// `warm` or `cold`.
    pub(super) page_cache: String,
    pub(super) throttled_init: bool,
}

/// The median profile, as it is shown and saved.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Profile {
    pub(super) app: String,
    /// The first event.
    pub(super) event: String,
    #[serde(flatten)]
    pub(super) conditions: Conditions,
    pub(super) runs: usize,
    pub(super) steps: Vec<Step>,
    /// Of the median start; `None` if the app can't tell.
    pub(super) findings: Option<Vec<Found>>,
    /// Of the median start: keys of steps, and for how many milliseconds.
    pub(super) critical_path: Vec<(Option<String>, f64)>,
    /// Steps that no start has kept, because there were too many.
    pub(super) steps_dropped: u64,
}

/// One row of all starts.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Step {
    pub(super) key: String,
    pub(super) label: String,
    pub(super) depth: usize,
    pub(super) kind: Kind,
    /// In how many starts it was.
    pub(super) runs: usize,
    pub(super) at_ms: Figure,
    pub(super) wall_ms: Figure,
    pub(super) cpu_ms: Option<Figure>,
    pub(super) minor_faults: Option<Figure>,
    pub(super) major_faults: Option<Figure>,
}

/// A median with its 95 % interval.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(super) struct Figure {
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// A finding of the median start.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Found {
    #[serde(flatten)]
    pub(super) finding: Finding,
    /// The names of its steps.
    pub(super) names: Vec<String>,
    /// How many starts have it.
    pub(super) runs: usize,
}

/// One start.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) rows: Vec<Row>,
    pub(super) report: StartupReport,
}

impl Profile {
    /// Merges starts; `None` if there are none.
    pub(super) fn of(app: &str, event: &str, conditions: Conditions, runs: &[Run]) -> Option<Self> {
        let median = median_run(runs)?;
        let mut order = Vec::new();
        for run in runs {
            weave(&mut order, run.rows.iter().map(|row| row.key.as_str()));
        }
        let steps = order.into_iter().filter_map(|key| Step::of(key, runs)).collect();
        let findings = median.report.findings.as_ref();
        let findings =
            findings.map(|all| all.iter().map(|one| Found::of(one, median, runs)).collect());
        Some(Self {
            app: app.to_owned(),
            event: event.to_owned(),
            conditions,
            runs: runs.len(),
            steps,
            findings,
            critical_path: critical_path(median),
            steps_dropped: runs.iter().map(|run| run.report.steps_dropped).max().unwrap_or(0),
        })
    }

    /// The row of a kind that there is once.
    pub(super) fn sum(&self, kind: Kind) -> Option<&Step> {
        self.steps.iter().find(|step| step.kind == kind)
    }

    pub(super) fn step(&self, key: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == key)
    }

    /// Does INIT wait for this step, so that it would end earlier without it?
    pub(super) fn is_critical(&self, key: &str) -> bool {
        self.critical_path.iter().any(|(on_path, _)| on_path.as_deref() == Some(key))
    }
}

impl Conditions {
    /// For a message.
    pub(super) fn sentence(&self) -> String {
        let memory = self.memory_mb.map_or_else(String::new, |memory| format!(", {memory} MB"));
        let init = if self.throttled_init { ", INIT throttled" } else { "" };
        format!("{} page cache{memory}{init}", self.page_cache)
    }
}

impl Step {
    fn of(key: &str, runs: &[Run]) -> Option<Self> {
        let rows: Vec<&Row> =
            runs.iter().filter_map(|run| run.rows.iter().find(|row| row.key == key)).collect();
        let first = rows.first()?;
        let counted =
            |figure: fn(&Row) -> Option<f64>| Figure::of(rows.iter().filter_map(|row| figure(row)));
        Some(Self {
            key: key.to_owned(),
            label: first.label.clone(),
            depth: first.depth,
            kind: first.kind,
            runs: rows.len(),
            at_ms: counted(|row| Some(row.at_ms))?,
            wall_ms: counted(|row| Some(row.wall_ms))?,
            cpu_ms: counted(|row| row.cpu_ms),
            minor_faults: counted(|row| row.minor_faults),
            major_faults: counted(|row| row.major_faults),
        })
    }

    /// The time in which it did not compute: it waited for a server, a disk, a CPU.
    pub(super) fn blocked_ms(&self) -> Option<f64> {
        self.cpu_ms.map(|cpu| (self.wall_ms.median - cpu.median).max(0.0))
    }
}

impl Figure {
    fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let samples = Samples::collect(values)?;
        let (low, high) = samples.interval();
        Some(Self { median: samples.median(), low, high })
    }

    /// Could both be measurements of the same?
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
}

impl Found {
    fn of(finding: &Finding, run: &Run, runs: &[Run]) -> Self {
        let names = names(finding, run);
        let has = |run: &&Run| {
            let all = run.report.findings.iter().flatten();
            all.into_iter()
                .any(|other| other.kind == finding.kind && self::names(other, run) == names)
        };
        Self { finding: finding.clone(), runs: runs.iter().filter(has).count(), names }
    }

    /// Is the other one of the same fault?
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.finding.kind == other.finding.kind && self.names == other.names
    }
}

/// Adds the keys that are new, each behind the one that it follows in its own list.
pub(super) fn weave<'a>(all: &mut Vec<&'a str>, more: impl Iterator<Item = &'a str>) {
    let mut place = 0;
    for key in more {
        if let Some(known) = all.iter().position(|known| *known == key) {
            place = known + 1;
        } else {
            all.insert(place, key);
            place += 1;
        }
    }
}

fn names(finding: &Finding, run: &Run) -> Vec<String> {
    let steps = finding.steps.iter().filter_map(|id| run.report.steps.get(*id));
    steps.map(|step| step.name.clone()).collect()
}

/// The start whose TOTAL lies in the middle; of two the shorter.
fn median_run(runs: &[Run]) -> Option<&Run> {
    let total = |run: &Run| {
        let total = run.rows.iter().find(|row| row.kind == Kind::Total);
        total.map_or(0.0, |row| row.wall_ms)
    };
    let mut order: Vec<&Run> = runs.iter().collect();
    order.sort_by(|a, b| total(a).total_cmp(&total(b)));
    order.get(order.len().checked_sub(1)? / 2).copied()
}

fn critical_path(run: &Run) -> Vec<(Option<String>, f64)> {
    // Ids are places in the report; rows know their step by name and order only.
    let key =
        |id: usize| run.rows.iter().find(|row| row.step == Some(id)).map(|row| row.key.clone());
    let segments = run.report.critical_path.iter();
    #[allow(clippy::cast_precision_loss, reason = "microseconds of a start")]
    let path = segments.map(|segment| (segment.step.and_then(key), segment.wall_us as f64 / 1e3));
    path.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_of_some_starts_only_stands_behind_the_one_it_follows() {
        let mut order = Vec::new();
        for run in [&["a", "b", "d"][..], &["a", "c", "d", "e"], &["z", "a"]] {
            weave(&mut order, run.iter().copied());
        }
        assert_eq!(order, ["z", "a", "c", "b", "d", "e"]);
    }

    #[test]
    fn figures_overlap_when_their_intervals_do() {
        let figure = |low, high| Figure { median: low, low, high };
        assert!(figure(1.0, 3.0).overlaps(&figure(3.0, 4.0)));
        assert!(!figure(1.0, 3.0).overlaps(&figure(3.1, 4.0)));
    }
}
