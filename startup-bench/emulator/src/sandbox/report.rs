//! The lines that the platform itself writes into a log, in Lambda's words.
//!
//! Sources: <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html>,
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{Function, FunctionError};

/// How an invocation went.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) duration: Duration,
    /// None if the sandbox was already there.
    pub(crate) init_duration: Option<Duration>,
    /// None if it was not restored from a snapshot.
    pub(crate) restore_duration: Option<Duration>,
    /// Where it can be counted.
    pub(crate) cpu_time: Option<Duration>,
    pub(crate) max_memory_used_bytes: Option<u64>,
}

/// In which phase a start failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Before the invocation, limited to 10 seconds.
    Init,
    /// In the invocation, after the first one failed.
    Invoke,
}

impl Report {
    /// What is paid for: since August 2025 the start too, rounded up together.
    pub(crate) fn billed(&self) -> Duration {
        let exact = self.duration + self.init_duration.unwrap_or_default();
        rounded_up(exact) + rounded_up(self.restore_duration.unwrap_or_default())
    }

    /// The record of `platform.report`, for telemetry.
    pub(super) fn telemetry(
        &self,
        request_id: &str,
        function: &Function,
        error: Option<&FunctionError>,
    ) -> Value {
        let mut record = json!({
            "requestId": request_id,
            "status": match error {
                None => "success",
                Some(error) if error.is_timeout() => "timeout",
                Some(error) if error.is_of_platform() => "failure",
                Some(_) => "error",
            },
            "metrics": {
                "durationMs": rounded(self.duration),
                "billedDurationMs": u64::try_from(self.billed().as_millis()).unwrap_or(u64::MAX),
                "memorySizeMB": function.memory_mb,
                "maxMemoryUsedMB": self.used_mb(function).unwrap_or_default(),
            },
        });
        if let Some(restore) = self.restore_duration {
            record["metrics"]["restoreDurationMs"] = rounded(restore).into();
            let billed = u64::try_from(rounded_up(restore).as_millis()).unwrap_or(u64::MAX);
            record["metrics"]["billedRestoreDurationMs"] = billed.into();
        }
        if let Some(init) = self.init_duration {
            record["metrics"]["initDurationMs"] = rounded(init).into();
        }
        if let Some(error) = error {
            record["errorType"] = error.error_type().into();
        }
        record
    }

    /// The most memory that was used, where it can be counted.
    fn used_mb(&self, function: &Function) -> Option<u64> {
        let used = self.max_memory_used_bytes?.div_ceil(1024 * 1024);
        Some(used.min(function.memory_mb.into()))
    }

    /// The `REPORT` line.
    pub(super) fn line(
        &self,
        request_id: &str,
        function: &Function,
        error: Option<&FunctionError>,
    ) -> String {
        let mut line = format!(
            "REPORT RequestId: {request_id}\tDuration: {}\tBilled Duration: {} ms\t\
             Memory Size: {} MB\t",
            milliseconds(self.duration),
            self.billed().as_millis(),
            function.memory_mb
        );
        if let Some(used) = self.used_mb(function) {
            line += &format!("Max Memory Used: {used} MB\t");
        }
        if let Some(init) = self.init_duration {
            line += &format!("Init Duration: {}\t", milliseconds(init));
        }
        if let Some(restore) = self.restore_duration {
            let billed = rounded_up(restore).as_millis();
            line += &format!(
                "Restore Duration: {}\tBilled Restore Duration: {billed} ms\t",
                milliseconds(restore)
            );
        }
        line + &status(error.filter(|error| error.is_of_platform()))
    }
}

/// To a whole millisecond.
fn rounded_up(duration: Duration) -> Duration {
    Duration::from_millis(u64::try_from(duration.as_micros().div_ceil(1000)).unwrap_or(u64::MAX))
}

/// As telemetry has it, with three digits behind the point.
fn rounded(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// What comes first in the log of a sandbox. Lambda writes the version of its image there.
pub(super) fn init_start(function: &Function) -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "INIT_START Runtime Version: lambdafy-emulator.v{version}\t\
         Runtime Version ARN: arn:aws:lambda:{}::runtime:lambdafy-emulator",
        function.region_name()
    )
}

/// How a start failed; a good one is part of the `REPORT` line only.
pub(super) fn init_report(duration: Duration, phase: Phase, error: &FunctionError) -> String {
    let phase = match phase {
        Phase::Init => "init",
        Phase::Invoke => "invoke",
    };
    let duration = milliseconds(duration);
    format!("INIT_REPORT Init Duration: {duration}\tPhase: {phase}\t{}", status(Some(error)))
}

pub(super) fn start(request_id: &str, function: &Function) -> String {
    format!("START RequestId: {request_id} Version: {}", function.version)
}

pub(super) fn end(request_id: &str) -> String {
    format!("END RequestId: {request_id}")
}

/// What the platform says about its own failures, before the end.
pub(super) fn fault(request_id: &str, error: &FunctionError) -> Vec<String> {
    if !error.is_of_platform() {
        // What a runtime reports, it prints itself.
        Vec::new()
    } else if error.is_timeout() {
        let now = crate::time::timestamp(crate::ids::epoch_ms());
        let what = error.message().rsplit(" Error: ").next().unwrap_or_default();
        vec![format!("{now} {request_id} {what}"), String::new()]
    } else {
        vec![error.for_request(request_id).message().to_owned(), error.error_type().to_owned()]
    }
}

fn status(error: Option<&FunctionError>) -> String {
    match error {
        None => String::new(),
        Some(error) if error.is_timeout() => "Status: timeout\t".to_owned(),
        Some(error) => format!("Status: error\tError Type: {}\t", error.error_type()),
    }
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure;

    fn report() -> Report {
        Report {
            duration: Duration::from_micros(250_060),
            init_duration: None,
            restore_duration: None,
            cpu_time: None,
            max_memory_used_bytes: Some(36 * 1024 * 1024 - 5),
        }
    }

    #[test]
    fn a_report_has_the_form_of_lambdas() {
        let function = Function::new("f").memory_mb(1024);
        assert_eq!(
            report().line("79b4f56e", &function, None),
            "REPORT RequestId: 79b4f56e\tDuration: 250.06 ms\tBilled Duration: 251 ms\t\
             Memory Size: 1024 MB\tMax Memory Used: 36 MB\t"
        );
    }

    #[test]
    fn a_start_is_billed_together_with_the_invocation() {
        let report = Report {
            restore_duration: None,
            init_duration: Some(Duration::from_micros(500_920)),
            ..report()
        };
        assert_eq!(report.billed(), Duration::from_millis(751));
        let line = report.line("1", &Function::default(), None);
        assert!(line.ends_with("\tInit Duration: 500.92 ms\t"), "{line}");
    }

    #[test]
    fn a_report_says_how_the_invocation_failed() {
        let timed_out = failure::timed_out(Duration::from_secs(3)).for_request("1");
        let line = report().line("1", &Function::default(), Some(&timed_out));
        assert!(line.ends_with("\tStatus: timeout\t"), "{line}");
        let fault = fault("1", &timed_out);
        assert!(fault[0].ends_with("Z 1 Task timed out after 3.00 seconds"), "{fault:?}");

        let killed = failure::out_of_memory(None);
        let line = report().line("1", &Function::default(), Some(&killed));
        assert!(line.ends_with("\tStatus: error\tError Type: Runtime.OutOfMemory\t"), "{line}");
        assert_eq!(
            super::fault("1", &killed),
            [
                "RequestId: 1 Error: Runtime exited with error: signal: killed",
                "Runtime.OutOfMemory"
            ]
        );
    }

    #[test]
    fn no_more_memory_was_used_than_there_is() {
        let report = Report { max_memory_used_bytes: Some(129 * 1024 * 1024), ..report() };
        let line = report.line("1", &Function::default().memory_mb(128), None);
        assert!(line.contains("\tMax Memory Used: 128 MB\t"), "{line}");
    }

    #[test]
    fn a_failed_start_says_its_phase() {
        let error = failure::init_timed_out(Duration::from_secs(10));
        assert_eq!(
            init_report(Duration::from_micros(10_003_210), Phase::Init, &error),
            "INIT_REPORT Init Duration: 10003.21 ms\tPhase: init\tStatus: timeout\t"
        );
    }
}
