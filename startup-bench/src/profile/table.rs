//! The median profile as a table, with a timeline on a terminal.

use super::comparison::{Comparison, Pair, ratio};
use super::merged::{Figure, Step};
use super::outline::Kind;
use crate::report::{Table, number};

/// Characters of a timeline.
const WIDTH: usize = 36;

/// The steps of one profile, or of two side by side. The timeline is for a terminal.
pub(super) fn table(comparison: &Comparison<'_>, has_timeline: bool) -> Table {
    let is_compared = comparison.before.is_some();
    let columns: &[&str] = if is_compared {
        &[
            "ms before",
            "ms after",
            "of before",
            "CPU ms before",
            "CPU ms after",
            "faults before",
            "faults after",
        ]
    } else {
        &["ms", "95 % interval", "CPU ms", "blocked ms", "minor faults", "major faults"]
    };
    let mut heading: Vec<String> = [""].iter().chain(columns).map(|&it| it.to_owned()).collect();
    if has_timeline {
        heading.push("timeline".to_owned());
    }
    let pairs = comparison.pairs();
    let end = pairs.iter().flat_map(|pair| [pair.before, pair.after]).flatten();
    let end = end.map(|step| step.at_ms.median + step.wall_ms.median).fold(0.0, f64::max);
    let mut table = Table::new(heading);
    for pair in pairs {
        // Markdown swallows blanks at the beginning of a cell.
        let mut cells = vec![pair.label(if has_timeline { "  " } else { "&emsp;" })];
        cells.extend(if is_compared { both(&pair) } else { alone(&pair) });
        if has_timeline {
            cells.push(timeline(pair.any(), end));
        }
        table.push(cells);
    }
    table
}

fn alone(pair: &Pair<'_>) -> Vec<String> {
    let Some(step) = pair.any() else { return Vec::new() };
    let Figure { median, low, high } = step.wall_ms;
    vec![
        short(median),
        format!("{} - {}", short(low), short(high)),
        of(step.cpu_ms.as_ref()),
        step.blocked_ms().map(short).unwrap_or_default(),
        count(step.minor_faults.as_ref()),
        count(step.major_faults.as_ref()),
    ]
}

fn both(pair: &Pair<'_>) -> Vec<String> {
    let wall = |step: Option<&Step>| step.map(|step| step.wall_ms);
    let (before, after) = (wall(pair.before), wall(pair.after));
    let cpu = |step: Option<&Step>| step.and_then(|step| step.cpu_ms);
    let faults = |step: Option<&Step>| step.map(faults).unwrap_or_default();
    vec![
        of(before.as_ref()),
        of(after.as_ref()),
        ratio(before.as_ref(), after.as_ref()),
        of(cpu(pair.before).as_ref()),
        of(cpu(pair.after).as_ref()),
        faults(pair.before),
        faults(pair.after),
    ]
}

/// Both kinds; those that were read from the disk in brackets.
fn faults(step: &Step) -> String {
    match (&step.minor_faults, &step.major_faults) {
        (Some(minor), Some(major)) if major.median > 0.0 => {
            format!("{} ({})", number(minor.median), number(major.median))
        }
        (minor, _) => count(minor.as_ref()),
    }
}

fn of(figure: Option<&Figure>) -> String {
    figure.map(|figure| short(figure.median)).unwrap_or_default()
}

fn count(figure: Option<&Figure>) -> String {
    figure.map(|figure| number(figure.median.round())).unwrap_or_default()
}

/// Milliseconds.
pub(super) fn short(ms: f64) -> String {
    format!("{ms:.2}")
}

/// Where it is between exec and the end of the first response.
fn timeline(step: Option<&Step>, end: f64) -> String {
    let Some(step) = step.filter(|_| end > 0.0) else { return " ".repeat(WIDTH + 2) };
    #[allow(clippy::cast_precision_loss, reason = "a few dozen characters")]
    let width = WIDTH as f64;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place between zero and the timeline's width"
    )]
    let column = |at: f64| (at / end * width).round().clamp(0.0, width) as usize;
    let begin = column(step.at_ms.median).min(WIDTH - 1);
    let until = column(step.at_ms.median + step.wall_ms.median).clamp(begin + 1, WIDTH);
    let mark = match step.kind {
        Kind::Init | Kind::Total => "-",
        _ => "=",
    };
    format!("|{}{}{}|", " ".repeat(begin), mark.repeat(until - begin), " ".repeat(WIDTH - until))
}
