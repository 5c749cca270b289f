//! Budgets: what a contender may cost, as ratios to another and as counts, never as absolute times.
//! So one file holds on every machine, a small CI runner too.

mod file;
mod verdict;

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::report::{Kind, Report};
use crate::statistics::Samples;
use file::{File, Limit, Most};
use verdict::Verdict;

/// A budget that does not hold; each line says which figure and by how much.
#[derive(Debug)]
pub(crate) struct Exceeded(Vec<Verdict>);

/// Reads a budget.
///
/// # Errors
/// If it is no file, no TOML, or names a metric that does not exist.
pub(crate) fn read(path: &Path) -> Result<File> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("can't read the budget {}; --write-budget makes one", path.display())
    })?;
    File::parse(&text).with_context(|| format!("the budget {}", path.display()))
}

/// Holds a report against a budget; says on standard error which figures are within it.
///
/// # Errors
/// [`Exceeded`] if a figure is worse than allowed, or was not measured; if the budget has no limit
/// for this command; what [`read`] fails with.
pub(crate) fn hold(path: &Path, report: &Report) -> Result<()> {
    let verdicts = judge(&read(path)?, report);
    ensure!(
        !verdicts.is_empty(),
        "the budget {} has no limit for `{}`, so nothing was checked; --write-budget adds them",
        path.display(),
        report.work
    );
    let (kept, bad): (Vec<_>, Vec<_>) = verdicts.into_iter().partition(Verdict::is_kept);
    for verdict in kept {
        eprintln!("{verdict}");
    }
    if bad.is_empty() {
        return Ok(());
    }
    Err(Exceeded(bad)).with_context(|| format!("the budget {}", path.display()))
}

fn judge(file: &File, report: &Report) -> Vec<Verdict> {
    let limits = file.limits.iter().filter(|limit| limit.work == report.work);
    limits.map(|limit| Verdict::new(limit, file.tolerance_of(limit), report)).collect()
}

/// The budget file's new text: this report's figures in the place of earlier ones of the same
/// command; tolerances stay. A figure that scatters by more than its tolerance would be a limit by
/// chance: it is not recorded, what was recorded earlier stays, and standard error says so.
///
/// # Errors
/// If there is a file already that can't be read.
pub(crate) fn record(path: &Path, report: &Report) -> Result<String> {
    let mut file = if path.exists() { read(path)? } else { File::default() };
    let (replaced, others): (Vec<_>, Vec<_>) =
        file.limits.into_iter().partition(|limit| limit.work == report.work);
    file.limits = others;
    for (mut limit, samples) in limits(report) {
        let same = replaced.iter().find(|old| old.is_about_the_same(&limit));
        limit.tolerance = same.and_then(|old| old.tolerance);
        if let Some(why) = noise(&samples, file.tolerance_of(&limit)) {
            eprintln!("{}: {why}", unrecorded(&limit, same.is_some()));
            file.limits.extend(same.cloned());
        } else {
            file.limits.push(limit);
        }
    }
    Ok(file.to_string())
}

/// Why a figure is no limit to hold others to, if it scatters by more than it is tolerated.
fn noise(samples: &Samples, tolerance: f64) -> Option<String> {
    let (median, (low, high)) = (samples.median(), samples.interval());
    let share = |value: f64| (value - median).abs() > median * tolerance;
    (share(low) || share(high)).then(|| {
        format!(
            "{median:.3} may as well be {low:.3} or {high:.3}, more than its tolerance of \
             {:.0} %; more runs or a quieter machine make it surer",
            tolerance * 100.0
        )
    })
}

fn unrecorded(limit: &Limit, has_older: bool) -> String {
    let instead = if has_older { "the older limit stays" } else { "no limit" };
    format!("{}: not recorded, {instead}", limit.name())
}

/// What a report's figures allow from now on. The baseline's own are not held to anything, unless
/// nothing else was measured.
fn limits(report: &Report) -> Vec<(Limit, Samples)> {
    let is_alone = report.rows.iter().all(|row| row.contender == report.baseline);
    let rows = report.rows.iter().filter(|row| is_alone || row.contender != report.baseline);
    let limit = |row: &crate::report::Row| {
        let (most, samples) = match row.metric.kind() {
            Kind::Count | Kind::Bytes => (Most::Value(row.samples.median()), row.samples.clone()),
            Kind::Time => {
                let of = report.baseline.clone();
                let ratio = report.ratio(&row.panel(), &row.contender, &of, row.metric);
                let samples = ratio.filter(|_| row.contender != of)?;
                (Most::Ratio { of, ratio: samples.median() }, samples)
            }
            Kind::Chance => return None,
        };
        let limit = Limit {
            work: report.work.to_owned(),
            case: row.case.clone(),
            memory_mb: row.memory_mb,
            contender: row.contender.clone(),
            metric: row.metric,
            most,
            tolerance: None,
        };
        Some((limit, samples))
    };
    rows.filter_map(limit).collect()
}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let plural = if count == 1 { "figure is" } else { "figures are" };
        write!(f, "{count} {plural} not within it:")?;
        self.0.iter().try_for_each(|verdict| write!(f, "\n{verdict}"))?;
        write!(
            f,
            "\nIf that is meant, record it with --write-budget in the commit that explains it."
        )
    }
}

impl std::error::Error for Exceeded {}

#[cfg(test)]
mod tests;
