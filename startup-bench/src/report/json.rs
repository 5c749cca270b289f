//! The report as JSON: `{"machine":{...},"rows":[{...}]}`. `README.md` says what each field means;
//! a field may be added, none is ever taken away or given another meaning.

use anyhow::{Context, Result};
use serde::Serialize;

use super::{Machine, Report, Row};

#[derive(Serialize)]
struct File<'a> {
    machine: &'a Machine,
    rows: Vec<Figure<'a>>,
}

/// One row.
#[derive(Serialize)]
struct Figure<'a> {
    work: &'a str,
    case: &'a str,
    contender: &'a str,
    memory_mb: Option<u32>,
    metric: &'a str,
    unit: &'a str,
    median: f64,
    low: f64,
    high: f64,
    min: f64,
    runs: usize,
}

/// What a command adds to the file, in a field of its own.
#[derive(Serialize)]
struct With<'a, T> {
    #[serde(flatten)]
    file: File<'a>,
    profiles: &'a T,
}

/// The whole file.
pub(crate) fn text(report: &Report) -> Result<String> {
    Ok(serde_json::to_string_pretty(&file(report)).context("the rows as JSON")? + "\n")
}

/// The whole file with the profiles that the rows were taken with.
pub(crate) fn with_profiles<T: Serialize>(report: &Report, profiles: &T) -> Result<String> {
    let file = With { file: file(report), profiles };
    Ok(serde_json::to_string_pretty(&file).context("the profiles as JSON")? + "\n")
}

fn file(report: &Report) -> File<'_> {
    let rows = report.rows.iter().map(|row| figure(report.work, row)).collect();
    File { machine: &report.machine, rows }
}

fn figure<'a>(work: &'a str, row: &'a Row) -> Figure<'a> {
    let (low, high) = row.samples.interval();
    Figure {
        work,
        case: &row.case,
        contender: &row.contender,
        memory_mb: row.memory_mb,
        metric: row.metric.name(),
        unit: row.metric.unit(),
        median: row.samples.median(),
        low,
        high,
        min: row.samples.min(),
        runs: row.samples.runs(),
    }
}
