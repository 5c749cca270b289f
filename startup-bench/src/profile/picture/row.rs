//! One step of the picture: its name, its bar or bars, its figures.

use crate::profile::comparison::{Comparison, Pair, ratio};
use crate::profile::merged::{Figure, Step};
use crate::profile::outline::Kind;
use crate::profile::table::short;
use crate::report::svg::{Anchor, Canvas, Scale};

/// Where things are, from left to right: names, the time, figures.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) left: f64,
    pub(super) names: f64,
    pub(super) figures: f64,
    pub(super) width: f64,
}

impl Columns {
    pub(super) fn plot(self) -> f64 {
        self.left + self.names
    }

    pub(super) fn plot_width(self) -> f64 {
        self.width - self.names - self.figures
    }

    fn right(self) -> f64 {
        self.left + self.width
    }
}

/// A row's height, with one bar or two.
pub(super) fn height(is_compared: bool) -> f64 {
    if is_compared { 32.0 } else { 24.0 }
}

/// Letters of a name that fit.
const LETTERS: usize = 31;

pub(super) fn draw(
    canvas: &mut Canvas,
    comparison: &Comparison<'_>,
    pair: &Pair<'_>,
    scale: &Scale,
    columns: Columns,
    top: f64,
) {
    let Some(step) = pair.any() else { return };
    let is_compared = comparison.before.is_some();
    let middle = top + height(is_compared) / 2.0;
    if comparison.after.is_critical(&step.key) {
        canvas.dot("critical", (columns.left - 9.0, middle), "on the critical path");
    }
    #[allow(clippy::cast_precision_loss, reason = "steps in steps")]
    let indent = columns.left + step.depth as f64 * 13.0;
    let is_sum = matches!(step.kind, Kind::Init | Kind::Response | Kind::Total);
    let name = shortened(&step.label, LETTERS.saturating_sub(2 * step.depth));
    let class = if is_sum { "figure" } else { "name" };
    canvas.text(class, Anchor::Start, (indent, middle + 4.0), &name);
    if is_compared {
        if let Some(before) = pair.before {
            bar(canvas, before, "before", scale, (top + 5.0, 9.0));
        }
        if let Some(after) = pair.after {
            bar(canvas, after, class_of(after), scale, (top + 17.0, 9.0));
        }
    } else {
        bar(canvas, step, class_of(step), scale, (top + 5.0, 14.0));
    }
    figures(canvas, pair, is_compared, columns, middle + 4.0);
}

fn bar(canvas: &mut Canvas, step: &Step, class: &str, scale: &Scale, (y, height): (f64, f64)) {
    let begin = scale.place(step.at_ms.median);
    let width = |ms: f64| (scale.place(step.at_ms.median + ms) - begin).max(0.0);
    let says = format!(
        "{}: {} ms ({} - {})",
        step.label,
        short(step.wall_ms.median),
        short(step.wall_ms.low),
        short(step.wall_ms.high)
    );
    let size = (width(step.wall_ms.median).max(1.5), height);
    canvas.bar(&format!("wall {class}"), (begin, y), size, &says);
    let computes = step.cpu_ms.map_or(0.0, |cpu| cpu.median.min(step.wall_ms.median));
    if computes > 0.0 {
        canvas.rectangle(&format!("cpu {class}"), (begin, y), (width(computes), height));
    }
    let whisker = |ms: f64| (begin + width(ms), y + height / 2.0);
    canvas.line(&format!("whisker {class}"), whisker(step.wall_ms.low), whisker(step.wall_ms.high));
}

fn figures(canvas: &mut Canvas, pair: &Pair<'_>, is_compared: bool, columns: Columns, y: f64) {
    let wall = |step: Option<&Step>| step.map(|step| step.wall_ms);
    let (before, after) = (wall(pair.before), wall(pair.after));
    let text = |figure: Figure| short(figure.median);
    let right = columns.right();
    match (before, after) {
        (Some(before), Some(after)) if is_compared => {
            let both = format!("{} \u{2192} {} ms", text(before), text(after));
            canvas.text("name", Anchor::End, (right - 58.0, y), &both);
        }
        (Some(figure), None) | (None, Some(figure)) if is_compared => {
            let one = format!("{} ms", text(figure));
            canvas.text("name", Anchor::End, (right - 58.0, y), &one);
        }
        (_, Some(figure)) => {
            let one = format!("{} ms", text(figure));
            canvas.text("figure", Anchor::End, (right - 96.0, y), &one);
            let interval = format!("{} - {}", short(figure.low), short(figure.high));
            canvas.text("quiet", Anchor::End, (right, y), &interval);
        }
        _ => {}
    }
    if is_compared {
        let ratio = ratio(before.as_ref(), after.as_ref());
        canvas.text("figure", Anchor::End, (right, y), &ratio);
    }
}

/// The colour of a bar.
fn class_of(step: &Step) -> &'static str {
    match step.kind {
        Kind::Phase => "phase",
        Kind::Init | Kind::Total => "sum",
        Kind::Response => "response",
        Kind::Made => "made",
        Kind::Step => {
            let cpu = step.cpu_ms.map_or(0.0, |cpu| cpu.median);
            if cpu * 2.0 >= step.wall_ms.median { "computes" } else { "waits" }
        }
    }
}

fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['\u{2026}']).collect()
}
