//! The start-up report that an app prints, in its JSON form: the fields that count here. Its schema is
//! the only thing that the bench knows of `lambdafy`; `adapter/docs/cold-start.md` describes it.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

/// The environment variable that asks for the report, and the value that has it printed.
pub(super) const VARIABLE: (&str, &str) = ("LAMBDAFY_STARTUP_REPORT", "json");

/// How a report begins, up to the version of its schema.
const BEGIN: &str = r#"{"schema":"lambdafy-startup/"#;
const SCHEMA: &str = "lambdafy-startup/1";

/// One start as the app saw it. Times are in microseconds since the process was made, as far as the
/// app knows when that was.
#[derive(Debug, Deserialize)]
pub(super) struct StartupReport {
    schema: String,
    /// When the process was made, by the world's clock.
    pub(super) exec_unix_us: u64,
    pub(super) before_main: Used,
    pub(super) marks: Marks,
    /// `None` if the start failed.
    pub(super) init: Option<Used>,
    pub(super) steps: Vec<Step>,
    pub(super) steps_dropped: u64,
    pub(super) requests: Vec<Request>,
    /// `None` without the feature that finds them.
    pub(super) findings: Option<Vec<Finding>>,
    #[serde(default)]
    pub(super) critical_path: Vec<Segment>,
}

/// How long something took, and what the process used meanwhile.
#[derive(Debug, Deserialize)]
pub(super) struct Used {
    pub(super) cpu_us: u64,
    pub(super) minor_faults: u64,
    pub(super) major_faults: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Marks {
    pub(super) main_us: u64,
    pub(super) runtime_us: Option<u64>,
    pub(super) app_us: Option<u64>,
}

/// A named step. What is `None` was not counted, or it still ran.
#[derive(Debug, Deserialize)]
pub(super) struct Step {
    pub(super) id: usize,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) parent: Option<usize>,
    pub(super) request: Option<usize>,
    pub(super) at_us: u64,
    pub(super) wall_us: Option<u64>,
    /// In its polls: an upper bound of a future's CPU time.
    pub(super) busy_us: u64,
    pub(super) cpu_us: Option<u64>,
    pub(super) minor_faults: Option<u64>,
    pub(super) major_faults: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) at_us: u64,
    #[serde(flatten)]
    pub(super) used: Option<Used>,
}

/// A part of the critical path.
#[derive(Debug, Deserialize)]
pub(super) struct Segment {
    pub(super) step: Option<usize>,
    pub(super) wall_us: u64,
}

/// What the app's own report says that could be better.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Finding {
    pub(super) kind: String,
    #[serde(default)]
    pub(super) steps: Vec<usize>,
    pub(super) saves_us: u64,
    pub(super) text: String,
    pub(super) cure: String,
}

impl StartupReport {
    /// The report among the lines that an app has printed, if there is one. A long one may have been
    /// cut into several lines.
    ///
    /// # Errors
    /// If it is not whole, or of a schema that is not known here.
    pub(super) fn find<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Option<Self>> {
        let mut lines = lines.into_iter().skip_while(|line| !line.starts_with(BEGIN));
        let Some(first) = lines.next() else { return Ok(None) };
        let mut text = first.to_owned();
        loop {
            match serde_json::from_str::<Self>(&text) {
                Ok(report) if report.schema == SCHEMA => return Ok(Some(report)),
                Ok(Self { schema, .. }) => {
                    bail!("its start-up report is {schema}; this bench reads {SCHEMA}")
                }
                Err(error) if error.is_eof() => {
                    text.push_str(lines.next().context("its start-up report has no end")?);
                }
                Err(error) => {
                    return Err(error).context(format!("its start-up report is not {SCHEMA}"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPORT: &str = r#"{"schema":"lambdafy-startup/1","exec_unix_us":9,"before_main":{"wall_us":1,"cpu_us":1,"minor_faults":2,"major_faults":0},"marks":{"main_us":1,"runtime_us":null,"app_us":3,"next_us":4},"init":null,"steps":[],"steps_dropped":0,"requests":[{"number":1,"at_us":7,"failed":false,"wall_us":null}],"a field of a later version":7}"#;

    #[test]
    fn a_report_stands_among_other_lines_and_may_be_cut() {
        let (begin, end) = REPORT.split_at(100);
        for lines in [vec!["starts", REPORT, "more"], vec!["{}", begin, end]] {
            let report = StartupReport::find(lines).unwrap().unwrap();
            assert_eq!((report.exec_unix_us, report.marks.app_us), (9, Some(3)));
            assert!(report.findings.is_none() && report.requests[0].used.is_none());
        }
        assert!(StartupReport::find(["{}", "starts"]).unwrap().is_none());
    }

    #[test]
    fn what_is_no_report_of_this_schema_is_said_to_be_so() {
        let said = |text: &str| format!("{:#}", StartupReport::find([text]).unwrap_err());
        let other = REPORT.replace("startup/1", "startup/2");
        assert!(said(&other).contains("is lambdafy-startup/2; this bench reads"));
        assert!(said(&REPORT[..200]).contains("has no end"));
        assert!(said(&REPORT.replace("9", "true")).contains("is not lambdafy-startup/1"));
    }
}
