//! The rows as JSON: `{"machine":{...},"rows":[{...}]}`.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{Row, machine};

/// Writes the file that `--json` names.
pub(crate) fn write(path: &Path, rows: &[Row]) -> Result<()> {
    let rows: Vec<Value> = rows.iter().map(row).collect();
    let report = json!({ "machine": machine::facts(), "rows": rows });
    let text = serde_json::to_string_pretty(&report).context("the rows as JSON")?;
    std::fs::write(path, text + "\n").with_context(|| format!("can't write {}", path.display()))
}

fn row(row: &Row) -> Value {
    let (low, high) = row.samples.spread();
    json!({
        "work": row.work,
        "case": row.case,
        "contender": row.contender,
        "memory_mb": null,
        "metric": row.metric,
        "unit": row.unit,
        "median": row.samples.median(),
        "low": low,
        "high": high,
        "min": row.samples.min(),
        "runs": row.samples.runs(),
    })
}
