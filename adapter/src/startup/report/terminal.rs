//! The report for people: a tree with a timeline, findings, other memory sizes.

use std::fmt::Write;

use super::super::analysis::Estimate;
use super::super::clock::Nanos;
use super::super::record::StepId;
use super::axis::Axis;
use super::outline::{self, Row};
use super::{Report, ms};

/// The width of a timeline, in characters.
const WIDTH: usize = 40;

pub(super) fn render(report: &Report<'_>) -> String {
    let mut out = String::new();
    // Writing into a String does not fail.
    let _ = write(report, &mut out);
    out
}

fn write(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    headline(report, out)?;
    tree(report, out)?;
    critical_path(report, out)?;
    findings(report, out)?;
    what_if(report, out)
}

fn headline(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    let story = &report.analysis.story;
    write!(out, "\nstart-up")?;
    if let Some(init) = story.init_end() {
        let wall = init.at.saturating_sub(report.start.at);
        write!(out, ": INIT {} ms", ms(wall))?;
        write!(out, ", {} ms of CPU", ms(init.usage.cpu))?;
        write!(out, ", {} page faults", init.usage.minor_faults + init.usage.major_faults)?;
        write!(out, " ({} from disk)", init.usage.major_faults)?;
        if let Some((first, end)) = story.first_answer() {
            let response = end.at.saturating_sub(first.begin.at);
            write!(out, "; first response {} ms; TOTAL {} ms", ms(response), ms(wall + response))?;
        }
    } else if report.profile.failed {
        write!(out, ": failed")?;
    }
    writeln!(out)?;
    if report.start.is_told {
        writeln!(out, "exec is told by the parent")?;
    } else {
        let error = ms(report.start.error);
        writeln!(out, "exec is computed from CPU time: it may have been up to {error} ms earlier")?;
    }
    if let Some(program) = report.analysis.program {
        let (relocations, libraries) = (program.relocations, program.libraries);
        writeln!(
            out,
            "the dynamic linker had {relocations} relocations and {libraries} libraries"
        )?;
    }
    writeln!(out)
}

fn tree(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    let story = &report.analysis.story;
    let rows = outline::rows(story);
    let axis = Axis::of(story);
    let label = |row: &Row| row.depth * 2 + row.label.chars().count();
    let width = rows.iter().map(label).max().unwrap_or_default().clamp(12, 48);
    writeln!(
        out,
        "{:width$}  {:>7}  {:>7}  {:>7}  {:>6}  {:>4}  ms",
        "", "wall", "cpu", "blocked", "faults", "disk"
    )?;
    let mut has_busy_time = false;
    for row in &rows {
        let name = format!("{:indent$}{}", "", row.label, indent = row.depth * 2);
        let wall = row.end - row.begin;
        write!(out, "{name:width$}  {:>7}", ms(wall))?;
        let is_counted = row.step.is_some() || row.usage.is_some();
        let mark = if row.is_busy_time { "<" } else { "" };
        has_busy_time |= row.is_busy_time;
        let cpu = if is_counted { format!("{mark}{}", ms(row.cpu)) } else { String::new() };
        let blocked = if is_counted { ms(wall.saturating_sub(row.cpu)) } else { String::new() };
        write!(out, "  {cpu:>7}  {blocked:>7}")?;
        match row.usage {
            Some(usage) => write!(out, "  {:>6}  {:>4}", usage.minor_faults, usage.major_faults)?,
            None => write!(out, "  {:>6}  {:>4}", "", "")?,
        }
        writeln!(out, "  |{}|", bar(&axis, row))?;
    }
    if has_busy_time {
        writeln!(
            out,
            "< time in the future's polls: at most so much CPU ('cpu' in the variable counts it)"
        )?;
    }
    if report.profile.steps_dropped > 0 {
        writeln!(out, "{} more steps are not shown", report.profile.steps_dropped)?;
    }
    writeln!(out)
}

/// Where on the timeline it was.
fn bar(axis: &Axis, row: &Row) -> String {
    let length = axis.length().max(1);
    let column = |at: Nanos| {
        let place = u128::from(axis.place(at)) * WIDTH as u128 / u128::from(length);
        usize::try_from(place).unwrap_or(WIDTH).min(WIDTH)
    };
    let begin = column(row.begin).min(WIDTH - 1);
    let end = column(row.end).max(begin + 1);
    format!("{:begin$}{}{:rest$}", "", "=".repeat(end - begin), "", rest = WIDTH - end)
}

fn critical_path(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    let path = &report.analysis.path.0;
    if path.is_empty() {
        return Ok(());
    }
    let name = |step: Option<StepId>| match step {
        Some(id) => report.analysis.story.step(id).name.to_string(),
        None => "(no step)".to_owned(),
    };
    // What is too short to matter would hide what does.
    let shown = path.iter().filter(|segment| segment.wall() >= 100_000);
    let shown: Vec<_> =
        shown.map(|segment| format!("{} {}", name(segment.step), ms(segment.wall()))).collect();
    writeln!(out, "critical path, ms: {}\n", shown.join(" > "))
}

fn findings(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    let findings = &report.analysis.findings;
    if findings.is_empty() {
        return writeln!(out, "findings: none\n");
    }
    writeln!(out, "findings:")?;
    for finding in findings {
        writeln!(out, "- {} [{}]", finding.text, finding.kind)?;
        writeln!(out, "  {}: {}", finding.saving(), finding.cure)?;
    }
    writeln!(out)
}

fn what_if(report: &Report<'_>, out: &mut String) -> std::fmt::Result {
    if report.analysis.what_if.is_empty() {
        return Ok(());
    }
    writeln!(out, "with other memory, ms (estimated from one run at full CPU):")?;
    writeln!(
        out,
        "{:>7}  {:>14}  {:>14}  {:>25}",
        "MB", "first response", "INIT throttled", "TOTAL, INIT at full CPU"
    )?;
    for Estimate { memory_mb, init_throttled, first_response, total } in &report.analysis.what_if {
        let text = |time: &Option<Nanos>| time.map(ms).unwrap_or_default();
        let (first_response, total) = (text(first_response), text(total));
        writeln!(
            out,
            "{memory_mb:>7}  {first_response:>14}  {:>14}  {total:>25}",
            ms(*init_throttled)
        )?;
    }
    Ok(())
}
