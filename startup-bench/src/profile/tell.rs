//! A profile in words around its table: what was measured, the critical path, the findings.

use std::fmt::Write;

use super::comparison::{Comparison, Fate};
use super::merged::{Found, Profile};
use super::picture::sums;
use super::table::{short, table};

/// Parts of the critical path below one hundredth of it would hide those that matter.
const SHORTEST: f64 = 0.01;

/// For the terminal.
pub(super) fn terminal(comparison: &Comparison<'_>) -> String {
    let mut text = format!("{}\n{}", title(comparison), table(comparison, true));
    for note in notes(comparison) {
        // Writing to a String can't fail.
        let _ = writeln!(text, "  {note}");
    }
    text
}

/// For a README.
pub(super) fn markdown(comparisons: &[Comparison<'_>], machine: &str) -> String {
    let mut text = String::new();
    for comparison in comparisons {
        let table = table(comparison, false).markdown();
        let _ = writeln!(text, "### {}\n\n{table}", title(comparison));
        for note in notes(comparison) {
            let _ = writeln!(text, "- {note}");
        }
        text.push('\n');
    }
    text + machine + "\n"
}

/// What was started, how often, and the sums.
pub(super) fn title(comparison: &Comparison<'_>) -> String {
    let Profile { app, event, conditions, runs, .. } = comparison.after;
    let starts = if *runs == 1 { "1 start" } else { &format!("{runs} starts") };
    format!("{app}, {event}, {}, {starts}: {}", conditions.sentence(), sums(comparison.after))
}

fn notes(comparison: &Comparison<'_>) -> Vec<String> {
    let profile = comparison.after;
    let mut notes = Vec::new();
    notes.extend(path(profile));
    let some: Vec<String> = profile
        .steps
        .iter()
        .filter(|step| step.runs < profile.runs)
        .map(|step| format!("{} ({})", step.label, step.runs))
        .collect();
    if !some.is_empty() {
        notes.push(format!("not in every start: {}", some.join(", ")));
    }
    if profile.steps_dropped > 0 {
        notes.push(format!("{} more steps were not kept by the app", profile.steps_dropped));
    }
    if let Some(before) = comparison.before {
        if before.app != profile.app {
            notes.push(format!("before: {}, {} starts: {}", before.app, before.runs, sums(before)));
        }
        notes.push("~ the intervals of both overlap: it may be chance".to_owned());
    }
    notes.extend(findings(comparison));
    notes
}

fn path(profile: &Profile) -> Option<String> {
    let name = |key: &Option<String>| {
        let step = key.as_deref().and_then(|key| profile.step(key));
        step.map_or("(no step)", |step| step.label.as_str()).to_owned()
    };
    let whole: f64 = profile.critical_path.iter().map(|(_, ms)| ms).sum();
    let parts = profile.critical_path.iter().filter(|(_, ms)| *ms >= whole * SHORTEST);
    let parts: Vec<String> =
        parts.map(|(key, ms)| format!("{} {}", name(key), short(*ms))).collect();
    (!parts.is_empty())
        .then(|| format!("critical path of the median start, ms: {}", parts.join(" > ")))
}

fn findings(comparison: &Comparison<'_>) -> Vec<String> {
    let Some(findings) = comparison.findings() else {
        let without = "no findings: the app, or the one before, was built without lambdafy's feature \
                       startup-report, with which `profile` builds a package unless --features says \
                       otherwise; executables and contenders are profiled as they are";
        return vec![without.to_owned()];
    };
    if findings.is_empty() {
        return vec!["findings: none".to_owned()];
    }
    let is_compared = comparison.before.is_some();
    let line = |(fate, found): (Fate, &Found)| {
        let word = if is_compared { fate.word() } else { "finding" };
        let runs = match (fate, comparison.before) {
            (Fate::Cured, Some(before)) => before.runs,
            _ => comparison.after.runs,
        };
        format!("{word}: {} (in {} of {runs} starts)", found.sentence(), found.runs)
    };
    findings.into_iter().map(line).collect()
}

impl Found {
    /// What it is, what it would save, and how to cure it.
    pub(super) fn sentence(&self) -> String {
        #[allow(clippy::cast_precision_loss, reason = "microseconds of a start")]
        let saves = match self.finding.saves_us {
            0 => String::new(),
            us => format!("; saves about {:.1} ms", us as f64 / 1e3),
        };
        format!("{} [{}]{saves}: {}", self.finding.text, self.finding.kind, self.finding.cure)
    }
}
