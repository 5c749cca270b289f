//! The median profile as a picture: a bar for each step on the time since exec, its computing part
//! darker, with a whisker for the interval of its length. Compared, the earlier run stands above.

mod row;

use std::fmt::Write;

use self::row::{Columns, draw};
use super::comparison::{Comparison, Pair};
use super::merged::{Profile, Step};
use super::outline::Kind;
use super::table::short;
use crate::report::svg::{Anchor, Canvas, Page, Scale, wrap};

const WIDTH: f64 = 960.0;
const MARGIN: f64 = 20.0;
const NAMES: f64 = 230.0;
const FIGURES: f64 = 200.0;
/// Letters of a line below a panel.
const LETTERS: usize = 160;
const LINE: f64 = 16.0;

/// The classes of bars, by day and by night.
const STYLE: &str = r#"<style>
svg { --phase: #6e7781; --computes: #bc4c00; --waits: #0969da; --made: #8250df; --response: #1a7f37; }
@media (prefers-color-scheme: dark) {
  svg { --phase: #8b949e; --computes: #f0883e; --waits: #4493f8; --made: #a371f7; --response: #3fb950; }
}
.phase { --tone: var(--phase); } .computes { --tone: var(--computes); } .waits { --tone: var(--waits); }
.made { --tone: var(--made); } .response { --tone: var(--response); } .sum { --tone: var(--ink); } .before { --tone: var(--phase); }
.wall { fill: var(--tone); fill-opacity: .3; }
.cpu { fill: var(--tone); fill-opacity: .85; }
.critical { fill: var(--computes); }
.cut { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 4 3; }
</style>
"#;

/// The whole file; a panel for each comparison.
pub(super) fn text(comparisons: &[Comparison<'_>], titles: &[String], footnote: &str) -> String {
    let mut canvas = Canvas::default();
    let app = comparisons.first().map_or("", |comparison| comparison.after.app.as_str());
    let title = format!("Cold start of {app}");
    canvas.text("head", Anchor::Start, (MARGIN, 36.0), &title);
    let is_compared = comparisons.iter().any(|comparison| comparison.before.is_some());
    legend(&mut canvas, is_compared);
    let mut top = 100.0;
    for (comparison, title) in comparisons.iter().zip(titles) {
        top = panel(&mut canvas, comparison, title, top);
    }
    for line in wrap(footnote, LETTERS) {
        canvas.text("quiet", Anchor::Start, (MARGIN, top), &line);
        top += LINE;
    }
    let described: Vec<String> = comparisons.iter().zip(titles).map(described).collect();
    let page =
        Page { title, description: described.join(" "), style: STYLE, size: (WIDTH, top + 6.0) };
    page.text(&canvas.into_string())
}

fn legend(canvas: &mut Canvas, is_compared: bool) {
    let mut x = MARGIN;
    let mut item = |class: &str, text: &str, width: f64| {
        canvas.rectangle(&format!("cpu {class}"), (x, 51.0), (11.0, 11.0));
        canvas.text("quiet", Anchor::Start, (x + 16.0, 61.0), text);
        x += width;
    };
    item("phase", "process and runtime", 146.0);
    item("computes", "mostly computes", 128.0);
    item("waits", "mostly waits", 102.0);
    item("response", "first response", 110.0);
    item("made", "made by the response", 150.0);
    if is_compared {
        item("before", "the run before, above each", 0.0);
    }
    let rest =
        "solid: computing; whisker: 95 % interval; dot: on the critical path of the median start";
    canvas.text("quiet", Anchor::Start, (MARGIN, 78.0), rest);
}

fn panel(canvas: &mut Canvas, comparison: &Comparison<'_>, title: &str, top: f64) -> f64 {
    let pairs = comparison.pairs();
    let steps = pairs.iter().flat_map(|pair| [pair.before, pair.after]).flatten();
    let end = steps.map(|step| step.at_ms.median + step.wall_ms.high).fold(0.0, f64::max);
    let columns =
        Columns { left: MARGIN, names: NAMES, figures: FIGURES, width: WIDTH - 2.0 * MARGIN };
    let scale = Scale::new(columns.plot(), columns.plot_width(), end);
    canvas.text("case", Anchor::Start, (MARGIN, top + 12.0), title);
    let first = top + 44.0;
    let height = row::height(comparison.before.is_some());
    #[allow(clippy::cast_precision_loss, reason = "a few dozen rows")]
    let bottom = first + height * pairs.len() as f64;
    axis(canvas, &scale, first, bottom);
    if let Some(init) = comparison.after.sum(Kind::Init) {
        let x = scale.place(init.wall_ms.median);
        canvas.line("cut", (x, first - 4.0), (x, bottom));
        canvas.text("quiet", Anchor::Middle, (x, bottom + 13.0), "next");
    }
    let mut y = first;
    for pair in &pairs {
        draw(canvas, comparison, pair, &scale, columns, y);
        y += height;
    }
    y += 34.0;
    for note in notes(comparison) {
        for line in wrap(&note, LETTERS) {
            canvas.text("quiet", Anchor::Start, (MARGIN, y), &line);
            y += LINE;
        }
    }
    y + 14.0
}

fn axis(canvas: &mut Canvas, scale: &Scale, top: f64, bottom: f64) {
    for mark in scale.marks() {
        let x = scale.place(mark);
        let class = if mark == 0.0 { "zero" } else { "rule" };
        canvas.line(class, (x, top - 4.0), (x, bottom));
        canvas.text("quiet", Anchor::Middle, (x, top - 9.0), &scale.label(mark));
    }
}

/// The findings below a panel.
fn notes(comparison: &Comparison<'_>) -> Vec<String> {
    let is_compared = comparison.before.is_some();
    let Some(findings) = comparison.findings() else { return Vec::new() };
    let notes = findings.into_iter().map(|(fate, found)| {
        let word = if is_compared { format!("{}: ", fate.word()) } else { String::new() };
        format!("\u{2022} {word}{}", found.sentence())
    });
    let notes: Vec<String> = notes.collect();
    if notes.is_empty() { vec!["No findings.".to_owned()] } else { notes }
}

fn described((comparison, title): (&Comparison<'_>, &String)) -> String {
    let mut text = format!("{title}: ");
    let steps = comparison.pairs().into_iter().map(|pair: Pair<'_>| {
        let wall = |step: &Step| format!("{} ms", short(step.wall_ms.median));
        let label = pair.any().map_or("", |step| step.label.as_str());
        match (pair.before, pair.after) {
            (Some(before), Some(after)) => {
                format!("{label} {} before, {}", wall(before), wall(after))
            }
            (Some(before), None) => format!("{label} {} before, gone", wall(before)),
            (None, Some(after)) => format!("{label} {}", wall(after)),
            (None, None) => String::new(),
        }
    });
    // Writing to a String can't fail.
    let _ = write!(text, "{}.", steps.collect::<Vec<_>>().join("; "));
    text
}

/// The headline of a profile.
pub(super) fn sums(profile: &Profile) -> String {
    let of = |kind| profile.sum(kind).map_or(0.0, |step| step.wall_ms.median);
    format!(
        "INIT {} ms, first response {} ms, TOTAL {} ms",
        short(of(Kind::Init)),
        short(of(Kind::Response)),
        short(of(Kind::Total))
    )
}
