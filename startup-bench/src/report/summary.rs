//! A report as tables: one for each case and memory size, contenders down, metrics across.

use super::{Kind, Metric, Panel, Report, Table, number};
use crate::statistics::{Outlier, Samples};

/// One table with what stands above and below it.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) title: String,
    pub(crate) table: Table,
    /// Outliers, each contender's in one line.
    pub(crate) notes: Vec<String>,
}

/// What stands behind a median that an outlier belongs to.
const MARK: &str = "*";

/// The tables of a report.
pub(crate) fn summary(report: &Report) -> Vec<Summary> {
    report.panels().iter().map(|panel| of_panel(report, panel)).collect()
}

fn of_panel(report: &Report, panel: &Panel) -> Summary {
    let metrics = report.metrics(panel);
    let has_intervals = has_intervals(report, panel);
    let mut heading = vec![String::new()];
    for &metric in &metrics {
        heading.push(metric.heading().to_owned());
        if metric == report.headline {
            if has_intervals {
                heading.push("95 % interval".to_owned());
            }
            heading.push(format!("of {}", report.baseline));
        }
    }
    let mut table = Table::new(heading);
    let mut notes = Vec::new();
    for contender in report.contenders(panel) {
        let cells = |&metric| cells(report, panel, contender, metric, has_intervals);
        let cells = metrics.iter().flat_map(cells);
        table.push(std::iter::once(contender.to_owned()).chain(cells).collect());
        notes.extend(note(report, panel, contender, &metrics));
    }
    Summary { title: report.title(panel), table, notes }
}

/// Was the headline's figure of any contender measured more than once?
fn has_intervals(report: &Report, panel: &Panel) -> bool {
    let samples = |name: &&str| report.samples(panel, name, report.headline);
    report.contenders(panel).iter().filter_map(samples).any(|samples| samples.runs() > 1)
}

fn cells(
    report: &Report,
    panel: &Panel,
    contender: &str,
    metric: Metric,
    has_intervals: bool,
) -> Vec<String> {
    let samples = report.samples(panel, contender, metric);
    let median = samples.map_or_else(String::new, |samples| {
        let figure = if metric.is_told_at_worst() { samples.max() } else { samples.median() };
        number(figure) + found(metric, samples).map_or("", |_| MARK)
    });
    if metric != report.headline {
        return vec![median];
    }
    let interval = samples.filter(|samples| samples.runs() > 1).map(|samples| {
        let (low, high) = samples.interval();
        format!("{} - {}", number(low), number(high))
    });
    let ratio = report.ratio(panel, contender, &report.baseline, metric).map(|ratio| {
        let (low, high) = ratio.interval();
        match (contender == report.baseline, ratio.runs()) {
            (true, _) => "1".to_owned(),
            (false, 1) => format!("{:.3}", ratio.median()),
            (false, _) => format!("{:.3} ({low:.3} - {high:.3})", ratio.median()),
        }
    });
    let interval = has_intervals.then(|| interval.unwrap_or_default());
    std::iter::once(median).chain(interval).chain([ratio.unwrap_or_default()]).collect()
}

/// All outliers of a contender in one line.
fn note(report: &Report, panel: &Panel, contender: &str, metrics: &[Metric]) -> Option<String> {
    let outliers = metrics.iter().filter_map(|&metric| {
        let samples = report.samples(panel, contender, metric)?;
        Some(format!("{} {}", metric.heading(), found(metric, samples)?))
    });
    let outliers: Vec<String> = outliers.collect();
    let outliers = (!outliers.is_empty()).then(|| outliers.join("; "))?;
    Some(format!("{MARK} {contender}, outliers, which count like the rest: {outliers}"))
}

/// How many outliers there are, and the one that is farthest from the median. Only of times: a count
/// that is nearly always the same has no scatter that one more could be judged by.
fn found(metric: Metric, samples: &Samples) -> Option<String> {
    if metric.kind() != Kind::Time {
        return None;
    }
    let outliers = samples.outliers();
    let distance = |outlier: &Outlier| (outlier.value - samples.median()).abs();
    let farthest = outliers.iter().max_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    let (value, round) = (number(farthest.value), farthest.at + 1);
    Some(match outliers.len() {
        1 => format!("{value} in round {round}"),
        more => format!("{value} in round {round} and {} more", more - 1),
    })
}
