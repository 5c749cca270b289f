//! The report as a picture: a bar for each row, its computing part darker.

use std::fmt::Write;

use super::super::clock::Nanos;
use super::axis::Axis;
use super::outline::{self, Color, Row};
use super::{Report, ms};

const LABELS: u64 = 300;
const BARS: u64 = 760;
const NUMBERS: u64 = 100;
const WIDTH: u64 = LABELS + BARS + NUMBERS;
const TOP: u64 = 84;
const ROW: u64 = 24;
const LINE: u64 = 18;

/// About as many letters fit into a line below the picture.
const LETTERS: usize = 150;

pub(super) fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    // Writing into a String does not fail.
    let _ = write(report, &mut out);
    out
}

fn write(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    let rows = outline::rows(&report.analysis.story);
    let scale = Scale { axis: Axis::of(&report.analysis.story) };
    let notes = notes(report);
    let bottom = TOP + rows.len() as u64 * ROW;
    let height = bottom + 34 + notes.len() as u64 * LINE;
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" font-family="system-ui, sans-serif" font-size="13">"#
    )?;
    writeln!(out, r##"<rect width="100%" height="100%" fill="#fff"/>"##)?;
    writeln!(
        out,
        r##"<text x="16" y="28" font-size="17" font-weight="600" fill="#1a1a1a">{}</text>"##,
        escape(&title(report))
    )?;
    legend(out)?;
    grid(&scale, out, bottom)?;
    for (place, row) in rows.iter().enumerate() {
        bar(report, &scale, out, row, TOP + place as u64 * ROW)?;
    }
    for (place, note) in notes.iter().enumerate() {
        let y = bottom + 30 + place as u64 * LINE;
        writeln!(out, r##"<text x="16" y="{y}" fill="#333">{}</text>"##, escape(note))?;
    }
    writeln!(out, "</svg>")
}

fn title(report: &Report<'_>) -> String {
    let story = &report.analysis.story;
    let Some(init) = story.init_end() else { return "Start-up, failed".to_owned() };
    let wall = init.at.saturating_sub(report.start.at);
    let mut title = format!("Start-up: INIT {} ms", ms(wall));
    if let Some((first, end)) = story.first_answer() {
        let response = end.at.saturating_sub(first.begin.at);
        title.push_str(&format!(
            ", first response {} ms, TOTAL {} ms",
            ms(response),
            ms(wall + response)
        ));
    }
    title
}

fn legend(out: &mut String) -> std::fmt::Result {
    let items = [
        (Color::Runtime, "process and runtime", 166),
        (Color::Computes, "mostly computes", 146),
        (Color::Waits, "mostly waits", 120),
        (Color::Request, "request", 92),
        (Color::Lazy, "made by a request", 152),
        (Color::Failed, "failed", 82),
    ];
    let mut x = 16;
    for (color, text, width) in items {
        let fill = tones(color).1;
        writeln!(
            out,
            r##"<rect x="{x}" y="42" width="12" height="12" rx="2" fill="{fill}"/><text x="{}" y="53" fill="#555" font-size="12">{text}</text>"##,
            x + 18
        )?;
        x += width;
    }
    writeln!(
        out,
        r##"<circle cx="{}" cy="48" r="3.5" fill="#c62828"/><text x="{}" y="53" fill="#555" font-size="12">critical path</text><text x="{}" y="53" fill="#555" font-size="12">dark part: CPU time</text>"##,
        x + 6,
        x + 18,
        x + 118
    )
}

/// Lines at round times, and where waits for events are left out.
fn grid(scale: &Scale, out: &mut String, bottom: u64) -> std::fmt::Result {
    let step = scale.round_step();
    let mut at = 0;
    while at <= scale.axis.length() {
        let x = scale.x(at);
        writeln!(
            out,
            r##"<path d="M{x} {}V{bottom}" stroke="#e6e6e6"/><text x="{x}" y="{}" fill="#888" font-size="11" text-anchor="middle">{}</text>"##,
            TOP - 6,
            TOP - 10,
            ms(at)
        )?;
        at += step;
    }
    for cut in scale.axis.cuts() {
        let x = scale.x(cut);
        writeln!(
            out,
            r##"<path d="M{x} {}V{bottom}" stroke="#555" stroke-dasharray="4 3"/>"##,
            TOP - 6
        )?;
    }
    Ok(())
}

fn bar(
    report: &Report<'_>,
    scale: &Scale,
    out: &mut String,
    row: &Row,
    y: u64,
) -> std::fmt::Result {
    let (light, dark) = tones(row.color);
    let middle = y + 16;
    let is_critical = row.step.is_some_and(|id| report.analysis.path.has(id));
    if is_critical {
        writeln!(out, r##"<circle cx="8" cy="{}" r="3.5" fill="#c62828"/>"##, middle - 4)?;
    }
    let indent = 16 + row.depth as u64 * 14;
    writeln!(
        out,
        r##"<text x="{indent}" y="{middle}" fill="#1a1a1a">{}</text>"##,
        escape(&shortened(&row.label, 38 - row.depth * 2))
    )?;
    let (begin, end) = (scale.x(scale.axis.place(row.begin)), scale.x(scale.axis.place(row.end)));
    let width = end.saturating_sub(begin).max(2);
    let wall = row.end - row.begin;
    let computed = if wall == 0 { 0 } else { part(width, row.cpu.min(wall), wall) };
    let is_counted = row.step.is_some() || row.usage.is_some();
    writeln!(
        out,
        r##"<rect x="{begin}" y="{}" width="{width}" height="16" rx="2" fill="{light}"><title>{}</title></rect>"##,
        y + 4,
        escape(&row.label)
    )?;
    if is_counted && computed > 0 {
        writeln!(
            out,
            r##"<rect x="{begin}" y="{}" width="{computed}" height="16" rx="2" fill="{dark}"/>"##,
            y + 4
        )?;
    }
    writeln!(
        out,
        r##"<text x="{}" y="{middle}" fill="#555" font-size="12" text-anchor="end">{} ms</text>"##,
        WIDTH - 14,
        ms(wall)
    )
}

/// Light for the whole, dark for the part that computes.
fn tones(color: Color) -> (&'static str, &'static str) {
    match color {
        Color::Runtime => ("#cfd8dc", "#78909c"),
        Color::Computes => ("#ffe0b2", "#fb8c00"),
        Color::Waits => ("#bbdefb", "#1e88e5"),
        Color::Lazy => ("#e1bee7", "#8e24aa"),
        Color::Request => ("#c8e6c9", "#43a047"),
        Color::Failed => ("#ffcdd2", "#e53935"),
    }
}

/// What stands below: findings, or that there are none.
fn notes(report: &Report<'_>) -> Vec<String> {
    let findings = &report.analysis.findings;
    if findings.is_empty() {
        return vec!["No findings.".to_owned()];
    }
    let text = findings.iter().map(|finding| {
        format!("\u{2022} {}: {}. {}.", finding.saving(), finding.text, capital(finding.cure))
    });
    text.flat_map(|text| lines(&text)).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < LETTERS => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("\u{2003}{word}")),
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    text.chars().take(letters.saturating_sub(1)).chain(['\u{2026}']).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

struct Scale {
    axis: Axis,
}

impl Scale {
    fn x(&self, place: Nanos) -> u64 {
        LABELS + part(BARS, place, self.axis.length().max(1))
    }

    /// 1, 2 or 5 times a power of ten, for at most ten lines.
    fn round_step(&self) -> Nanos {
        let mut step = 100_000;
        let factors = [2, 5, 10].into_iter().cycle();
        let mut base = 100_000;
        for factor in factors {
            if self.axis.length() / step <= 10 {
                break;
            }
            step = base * factor;
            if factor == 10 {
                base *= 10;
            }
        }
        step
    }
}

/// `of` times `number` by `all`.
fn part(of: u64, number: Nanos, all: Nanos) -> u64 {
    let part = u128::from(of) * u128::from(number) / u128::from(all);
    u64::try_from(part).unwrap_or(of)
}
