//! The report as a picture for a page: for each case a panel, for each contender a bar to its median,
//! a box around the middle half, and a dot for every measurement.

mod canvas;
mod page;
mod panel;
mod scale;
mod style;

use std::fmt::Write;

pub(crate) use self::canvas::{Anchor, Canvas, wrap};
pub(crate) use self::page::Page;
use self::panel::Columns;
pub(crate) use self::scale::Scale;
use super::{Metric, Report, Row, number};

/// As wide as a blog's column.
pub(crate) const WIDTH: f64 = 760.0;
pub(crate) const MARGIN: f64 = 20.0;
/// The width of a letter of a name, about; of a smaller one behind the scale.
const LETTER: f64 = 8.0;
const SMALL_LETTER: f64 = 6.9;
/// Letters of a line of the footnote.
pub(crate) const FOOTNOTE: usize = 115;
pub(crate) const FOOTNOTE_LINE: f64 = 15.0;

/// The whole file.
pub(super) fn text(report: &Report) -> String {
    let columns = columns(report);
    let mut canvas = Canvas::default();
    canvas.text("head", Anchor::Start, (MARGIN, 36.0), heading(report));
    let subject = format!("{}; less is better", subject(report.headline));
    canvas.text("quiet", Anchor::Start, (MARGIN, 54.0), &subject);
    let mut top = 72.0;
    for panel in report.panels() {
        if !panel::contenders(report, &panel).is_empty() {
            top += panel::draw(&mut canvas, report, &panel, columns, top);
        }
    }
    for line in footnote(report) {
        top += FOOTNOTE_LINE;
        canvas.text("quiet", Anchor::Start, (MARGIN, top), &line);
    }
    let page = Page {
        title: format!("{}: {}", heading(report), self::subject(report.headline)),
        description: description(report),
        style: "",
        size: (WIDTH, top + MARGIN),
    };
    page.text(&canvas.into_string())
}

/// The figures as sentences, for who can't see the picture.
fn description(report: &Report) -> String {
    let mut text = String::new();
    for panel in report.panels() {
        let figures = panel::contenders(report, &panel).into_iter().map(|(name, samples)| {
            format!("{name} {} {}", number(samples.median()), report.headline.unit())
        });
        let figures = figures.collect::<Vec<_>>().join(", ");
        // Writing to a String can't fail.
        let _ = write!(text, "{}: {figures}. ", report.title(&panel));
    }
    text.trim_end().to_owned()
}

fn heading(report: &Report) -> &'static str {
    match report.work {
        "cold" => "Cold start",
        "loop" => "One invocation through the Runtime API",
        "translate" => "Event to request, response to result",
        other => other,
    }
}

/// What the scale shows.
fn subject(metric: Metric) -> &'static str {
    match metric {
        Metric::FirstResponseMs => "Time from exec to the end of the first response",
        Metric::CpuUs => "CPU time per invocation",
        Metric::Instructions => "Instructions per event",
        other => other.heading(),
    }
}

fn columns(report: &Report) -> Columns {
    let names = report.rows.iter().map(|row| row.contender.chars().count()).max().unwrap_or(0);
    #[allow(clippy::cast_precision_loss, reason = "a name's letters")]
    let names = (names as f64 * LETTER + 16.0).clamp(90.0, 260.0);
    // "0.123 of " and the baseline stand to the right of the scale.
    #[allow(clippy::cast_precision_loss, reason = "a name's letters")]
    let figures = ((8 + report.baseline.chars().count()) as f64 * SMALL_LETTER + 16.0).min(240.0);
    Columns { left: MARGIN, names, plot: WIDTH - 2.0 * MARGIN - names - figures.max(110.0) }
}

fn footnote(report: &Report) -> Vec<String> {
    let is_strip = |row: &Row| row.metric == report.headline && row.samples.runs() > 1;
    let has_runs = report.rows.iter().any(is_strip);
    let key = "Bar and line: median. Box: the middle half. Dots: single measurements; hollow ones \
               are outliers, which count too.";
    let mut lines = if has_runs { wrap(key, FOOTNOTE) } else { Vec::new() };
    lines.extend(wrap(&report.machine.sentence(), FOOTNOTE));
    lines
}
