//! The reports in a function's log: what Lambda says about an invocation, a start, a restore.
//!
//! As text, `REPORT`, `INIT_REPORT` and `RESTORE_REPORT` with fields behind tabs; as JSON, for a
//! function whose log format that is, `platform.report`, `platform.initReport` and
//! `platform.restoreReport`.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>.

use serde_json::Value;

/// One report; times in milliseconds, as Lambda gives them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct LogReport {
    pub(crate) kind: Kind,
    pub(crate) request_id: Option<String>,
    pub(crate) duration_ms: Option<f64>,
    pub(crate) billed_ms: Option<f64>,
    /// The start, of an invocation that it preceded.
    pub(crate) init_ms: Option<f64>,
    /// The same from a snapshot.
    pub(crate) restore_ms: Option<f64>,
    pub(crate) billed_restore_ms: Option<f64>,
    pub(crate) memory_mb: Option<f64>,
    pub(crate) max_memory_mb: Option<f64>,
    /// `success`, `error`, `timeout` or `failure`; none in the text form means success.
    pub(crate) status: Option<String>,
    pub(crate) error_type: Option<String>,
    /// Of a start: `init`, or `invoke` for one that was tried again with the invocation.
    pub(crate) phase: Option<String>,
}

/// What a report is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Invocation,
    Init,
    Restore,
}

/// What stands before the fields, in text and in JSON.
const KINDS: [(&str, &str, Kind); 3] = [
    ("INIT_REPORT ", "platform.initReport", Kind::Init),
    ("RESTORE_REPORT ", "platform.restoreReport", Kind::Restore),
    ("REPORT ", "platform.report", Kind::Invocation),
];

/// The names of the fields in text; a name that ends like another comes first.
const LABELS: [&str; 11] = [
    "RequestId",
    "Billed Restore Duration",
    "Billed Duration",
    "Restore Duration",
    "Init Duration",
    "Duration",
    "Max Memory Used",
    "Memory Size",
    "Status",
    "Error Type",
    "Phase",
];

/// All reports in a log, in order.
pub(crate) fn reports(log: &str) -> Vec<LogReport> {
    log.lines().filter_map(|line| of_json(line).or_else(|| of_text(line))).collect()
}

impl LogReport {
    /// Whether the invocation began with a start or a restore.
    pub(crate) fn is_cold(&self) -> bool {
        self.init_ms.is_some() || self.restore_ms.is_some()
    }

    /// Why something failed, if it did.
    pub(crate) fn failure(&self) -> Option<String> {
        let status = self.status.as_deref().filter(|status| *status != "success")?;
        Some(match &self.error_type {
            Some(error) => format!("{status}, {error}"),
            None => status.to_owned(),
        })
    }
}

fn of_text(line: &str) -> Option<LogReport> {
    let (mut rest, kind) = KINDS
        .iter()
        .find_map(|(prefix, _, kind)| Some((line.trim_start().strip_prefix(prefix)?, *kind)))?;
    let mut report = LogReport { kind, ..LogReport::default() };
    while !rest.is_empty() {
        rest = match LABELS.iter().find_map(|label| Some((*label, field(rest, label)?))) {
            Some((label, value)) => {
                let (value, after) = word(value);
                report.set(label, value);
                after
            }
            // A unit, or a field that is not known here.
            None => word(rest).1,
        };
    }
    Some(report)
}

/// What comes after `label: `.
fn field<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    text.strip_prefix(label)?.strip_prefix(':').map(str::trim_start)
}

/// The first word, and what comes after it.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

impl LogReport {
    fn set(&mut self, label: &str, value: &str) {
        let number = || value.parse().ok();
        let text = || Some(value.to_owned());
        match label {
            "RequestId" => self.request_id = text(),
            "Duration" => self.duration_ms = number(),
            "Billed Duration" => self.billed_ms = number(),
            "Init Duration" => self.init_ms = number(),
            "Restore Duration" => self.restore_ms = number(),
            "Billed Restore Duration" => self.billed_restore_ms = number(),
            "Memory Size" => self.memory_mb = number(),
            "Max Memory Used" => self.max_memory_mb = number(),
            "Status" => self.status = text(),
            "Error Type" => self.error_type = text(),
            "Phase" => self.phase = text(),
            _ => {}
        }
    }
}

fn of_json(line: &str) -> Option<LogReport> {
    let line: Value = serde_json::from_str(line.trim()).ok()?;
    let (_, _, kind) = KINDS.iter().find(|(_, name, _)| line["type"] == *name)?;
    let record = &line["record"];
    let text = |name: &str| record[name].as_str().map(str::to_owned);
    let number = |name: &str| record["metrics"][name].as_f64();
    let mut report = LogReport {
        kind: *kind,
        request_id: text("requestId"),
        duration_ms: number("durationMs"),
        billed_ms: number("billedDurationMs"),
        init_ms: number("initDurationMs"),
        restore_ms: number("restoreDurationMs"),
        billed_restore_ms: number("billedRestoreDurationMs"),
        memory_mb: number("memorySizeMB"),
        max_memory_mb: number("maxMemoryUsedMB"),
        status: text("status"),
        error_type: text("errorType"),
        phase: text("phase"),
    };
    // In JSON the duration of a start or a restore has no name of its own.
    match kind {
        Kind::Init => report.init_ms = report.duration_ms.take(),
        Kind::Restore => report.restore_ms = report.duration_ms.take(),
        Kind::Invocation => {}
    }
    Some(report)
}

#[cfg(test)]
mod tests;
