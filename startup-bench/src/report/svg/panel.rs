//! One case of the picture: a line for each contender, all on the same scale.

use super::canvas::{Anchor, Canvas};
use super::scale::Scale;
use crate::report::{Metric, Panel, Report, number};
use crate::statistics::Samples;

/// Where things are, from left to right: names, the scale, figures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) left: f64,
    pub(super) names: f64,
    pub(super) plot: f64,
}

const TITLE: f64 = 30.0;
const ROW: f64 = 40.0;
const AXIS: f64 = 34.0;
/// Half of a bar's height.
const HALF: f64 = 12.0;

/// Draws the panel below `top`; says how high it is.
pub(super) fn draw(
    canvas: &mut Canvas,
    report: &Report,
    panel: &Panel,
    columns: Columns,
    top: f64,
) -> f64 {
    let contenders: Vec<(&str, &Samples)> = contenders(report, panel);
    let largest = contenders.iter().map(|(_, samples)| usual(samples).1).fold(0.0, f64::max);
    let scale = Scale::new(columns.left + columns.names, columns.plot, largest);
    let first = top + TITLE;
    #[allow(clippy::cast_precision_loss, reason = "a handful of contenders")]
    let bottom = first + ROW * contenders.len() as f64;
    canvas.text("case", Anchor::Start, (columns.left, top + 16.0), &report.title(panel));
    axis(canvas, &scale, report.headline, (first, bottom));
    let mut middle = first + ROW / 2.0;
    for (contender, samples) in contenders {
        let row = Row { name: contender, samples, scale: &scale, middle, columns };
        row.draw(canvas, report, panel);
        middle += ROW;
    }
    bottom + AXIS - top
}

/// The contenders of the panel that have the headline's figure.
pub(super) fn contenders<'a>(report: &'a Report, panel: &Panel) -> Vec<(&'a str, &'a Samples)> {
    let all = report.contenders(panel).into_iter();
    all.filter_map(|name| Some((name, report.samples(panel, name, report.headline)?))).collect()
}

/// The smallest and the largest measurement that are no outliers: one of those must not squeeze all
/// the rest.
fn usual(samples: &Samples) -> (f64, f64) {
    let outliers = samples.outliers();
    let is_usual = |at: &usize| outliers.iter().all(|outlier| outlier.at != *at);
    let usual = samples.taken().iter().enumerate().filter(|(at, _)| is_usual(at));
    usual.fold((samples.median(), samples.median()), |(least, most), (_, &value)| {
        (least.min(value), most.max(value))
    })
}

fn axis(canvas: &mut Canvas, scale: &Scale, metric: Metric, (top, bottom): (f64, f64)) {
    let marks: Vec<f64> = scale.marks().collect();
    for (at, &mark) in marks.iter().enumerate() {
        let x = scale.place(mark);
        let class = if mark > 0.0 { "rule" } else { "zero" };
        canvas.line(class, (x, top), (x, bottom));
        let is_last = at + 1 == marks.len() && metric.unit() != "count";
        let unit = if is_last { format!(" {}", metric.unit()) } else { String::new() };
        canvas.text("quiet", Anchor::Middle, (x, bottom + 15.0), &(scale.label(mark) + &unit));
    }
}

/// A contender's line.
struct Row<'a> {
    name: &'a str,
    samples: &'a Samples,
    scale: &'a Scale,
    middle: f64,
    columns: Columns,
}

impl Row<'_> {
    fn draw(&self, canvas: &mut Canvas, report: &Report, panel: &Panel) {
        let tone = if self.name == report.baseline { "base" } else { "own" };
        let Columns { left, names, plot } = self.columns;
        let (zero, median) = (self.scale.place(0.0), self.scale.place(self.samples.median()));
        canvas.text("name", Anchor::End, (left + names - 12.0, self.middle + 4.5), self.name);
        let is_single = self.samples.runs() == 1;
        let bar = if is_single { "only" } else { "bar" };
        let class = |part: &str| format!("{part} {tone}");
        let size = (median - zero, 2.0 * HALF);
        canvas.rectangle(&class(bar), (zero, self.middle - HALF), size);
        if !is_single {
            self.box_and_strip(canvas, report.headline, class);
        }
        let right = left + names + plot + 14.0;
        let unit = report.headline.unit();
        let figure = number(self.samples.median());
        let figure = if unit == "count" { figure } else { format!("{figure} {unit}") };
        canvas.text("figure", Anchor::Start, (right, self.middle - 1.0), &figure);
        let ratio = self.ratio(report, panel);
        canvas.text("quiet", Anchor::Start, (right, self.middle + 13.0), &ratio);
    }

    fn box_and_strip(&self, canvas: &mut Canvas, metric: Metric, class: impl Fn(&str) -> String) {
        let place = |value| self.scale.place(value);
        let (lower, upper) = self.samples.quartiles();
        // Of few measurements a quartile may lie between an outlier and the rest.
        let (least, most) = usual(self.samples);
        let (least, most) = (least.min(lower), most.max(upper));
        let middle = self.middle;
        canvas.line(&class("whisker"), (place(least), middle), (place(lower), middle));
        canvas.line(&class("whisker"), (place(upper), middle), (place(most), middle));
        let size = (place(upper) - place(lower), HALF);
        canvas.rectangle(&class("box"), (place(lower), middle - HALF / 2.0), size);
        let outliers = self.samples.outliers();
        for (at, &value) in self.samples.taken().iter().enumerate() {
            let is_outlier = outliers.iter().any(|outlier| outlier.at == at);
            let kind = if is_outlier { "outlier" } else { "dot" };
            let x = place(value).min(self.columns.end());
            let says = format!("{}: {} {}", self.name, number(value), metric.unit());
            canvas.dot(&class(kind), (x, middle + jitter(at)), &says);
        }
        self.beyond(canvas);
        let median = place(self.samples.median());
        canvas.line(&class("median"), (median, middle - HALF), (median, middle + HALF));
    }

    /// What the scale has no room for is written at its end.
    fn beyond(&self, canvas: &mut Canvas) {
        let largest = self.samples.max();
        if self.scale.is_beyond(largest) {
            let place = (self.columns.end() - 6.0, self.middle + 4.0);
            canvas.text("quiet", Anchor::End, place, &format!("up to {}", number(largest)));
        }
    }

    fn ratio(&self, report: &Report, panel: &Panel) -> String {
        if self.name == report.baseline {
            return "baseline".to_owned();
        }
        let ratio = report.ratio(panel, self.name, &report.baseline, report.headline);
        ratio.map_or_else(String::new, |ratio| {
            let ratio = ratio.median();
            let decimals = if ratio < 0.1 { 3 } else { 2 };
            format!("{ratio:.decimals$} of {}", report.baseline)
        })
    }
}

impl Columns {
    fn end(self) -> f64 {
        self.left + self.names + self.plot
    }
}

/// Spreads dots over a bar's height, so that equal ones can be told apart: the golden ratio's steps
/// fill it evenly, and the same in every run.
fn jitter(at: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "runs are counted in thousands at most")]
    let step = (at as f64 * 0.618_034).fract();
    (step - 0.5) * 1.6 * HALF
}
