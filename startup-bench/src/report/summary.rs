//! A report as tables: one for each case and memory size, contenders down, metrics across.

use super::{Metric, Panel, Report, Table, number};

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
    let mut heading = vec![String::new()];
    for &metric in &metrics {
        heading.push(metric.heading().to_owned());
        if metric == report.headline {
            heading.push("95 % interval".to_owned());
            heading.push(format!("of {}", report.baseline));
        }
    }
    let mut table = Table::new(heading);
    let mut notes = Vec::new();
    for contender in report.contenders(panel) {
        let cells = metrics.iter().flat_map(|&metric| cells(report, panel, contender, metric));
        table.push(std::iter::once(contender.to_owned()).chain(cells).collect());
        notes.extend(metrics.iter().filter_map(|&metric| note(report, panel, contender, metric)));
    }
    Summary { title: report.title(panel), table, notes }
}

fn cells(report: &Report, panel: &Panel, contender: &str, metric: Metric) -> Vec<String> {
    let samples = report.samples(panel, contender, metric);
    let median = samples.map_or_else(String::new, |samples| {
        let mark = if samples.outliers().is_empty() { "" } else { MARK };
        number(samples.median()) + mark
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
    vec![median, interval.unwrap_or_default(), ratio.unwrap_or_default()]
}

fn note(report: &Report, panel: &Panel, contender: &str, metric: Metric) -> Option<String> {
    let samples = report.samples(panel, contender, metric)?;
    let outliers = samples.outliers();
    let (first, ..) = outliers.split_first()?;
    let largest = outliers.iter().fold(first, |largest, outlier| {
        if outlier.value.abs() > largest.value.abs() { outlier } else { largest }
    });
    Some(format!(
        "{MARK} {contender}, {}: outliers {} of {}, the largest {} in round {}; they count like the rest",
        metric.heading(),
        outliers.len(),
        samples.runs(),
        number(largest.value),
        largest.at + 1,
    ))
}
