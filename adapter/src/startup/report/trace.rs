//! The report as trace events, for Perfetto and Chrome.
//!
//! Source: <https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU>

use super::super::clock::Nanos;
use super::super::record::StepId;
use super::outline::{self, Row};
use super::writer::Writer;
use super::{Report, us};

pub(super) fn render(report: &Report<'_>) -> Vec<u8> {
    let story = &report.analysis.story;
    let rows = outline::rows(story);
    let tracks = tracks(&rows);
    let mut writer = Writer::default();
    writer.object(|out| {
        out.text("displayTimeUnit", "ms");
        out.list("traceEvents", rows.iter().zip(tracks), |out, (row, track)| {
            event(out, report, row, track);
        });
    });
    writer.finish()
}

/// Rows that overlap without being in one another need tracks of their own.
fn tracks(rows: &[Row]) -> Vec<usize> {
    // What is open on each track, innermost last.
    let mut open: Vec<Vec<Nanos>> = Vec::new();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|place| (rows[*place].begin, std::cmp::Reverse(rows[*place].end)));
    let mut tracks = vec![0; rows.len()];
    for place in order {
        let row = &rows[place];
        for ends in &mut open {
            ends.retain(|end| *end > row.begin);
        }
        let fits = |ends: &Vec<Nanos>| ends.last().is_none_or(|end| row.end <= *end);
        let track = open.iter().position(fits).unwrap_or_else(|| {
            open.push(Vec::new());
            open.len() - 1
        });
        open[track].push(row.end);
        tracks[place] = track;
    }
    tracks
}

fn event(out: &mut Writer, report: &Report<'_>, row: &Row, track: usize) {
    out.object(|out| {
        out.text("name", &row.label);
        out.text("cat", if row.step.is_some() { "step" } else { "phase" });
        out.text("ph", "X");
        out.number("ts", report.at(row.begin));
        out.number("dur", us(row.end - row.begin));
        out.number("pid", u64::from(std::process::id()));
        out.number("tid", track as u64 + 1);
        out.object_at("args", |out| {
            out.number(if row.is_busy_time { "busy_us" } else { "cpu_us" }, us(row.cpu));
            if let Some(usage) = row.usage {
                out.number("minor_faults", usage.minor_faults);
                out.number("major_faults", usage.major_faults);
                out.number("voluntary_switches", usage.voluntary_switches);
                out.number("involuntary_switches", usage.involuntary_switches);
            }
            let is_about = |steps: &[StepId]| row.step.is_some_and(|id| steps.contains(&id));
            let findings = report.analysis.findings.iter();
            for finding in findings.filter(|finding| is_about(&finding.steps)) {
                out.text(finding.kind, &finding.text);
            }
        });
    });
}
