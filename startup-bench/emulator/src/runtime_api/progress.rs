//! What the telemetry says about starts and invocations.

use std::time::Instant;

use serde_json::{Value, json};

use super::shared::Shared;
use super::state::State;
use crate::{FunctionError, Invocation};

/// How an invocation went, as far as the runtime is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done<'a> {
    pub(super) request_id: &'a str,
    /// When the runtime took it.
    pub(super) taken: Instant,
    /// When its answer began; none if there was none.
    pub(super) began: Option<Instant>,
    pub(super) produced_bytes: usize,
    /// `success`, `error`, `failure` or `timeout`.
    pub(super) status: &'static str,
    pub(super) error: Option<&'a FunctionError>,
}

impl Shared {
    /// The sandbox starts.
    pub(super) fn tell_init_start(&self) {
        let function = &self.function;
        self.telemetry.platform("platform.initStart", || {
            json!({
                "initializationType": function.initialization_type(),
                "phase": "init",
                "functionName": function.name,
                "functionVersion": function.version,
                "instanceMaxMemory": u64::from(function.memory_mb) * 1024 * 1024,
            })
        });
    }

    /// The runtime asked for its first event, or its start failed.
    pub(super) fn tell_init_runtime_done(&self, failure: Option<&FunctionError>) {
        let init_type = self.function.initialization_type();
        self.telemetry.platform("platform.initRuntimeDone", || {
            let mut record = json!({
                "initializationType": init_type,
                "phase": "init",
                "status": status_of(failure),
            });
            add_error(&mut record, failure);
            record
        });
    }

    /// The start is over, for the runtime and for all extensions.
    pub(super) fn tell_init_report(&self, state: &State, failure: Option<&FunctionError>) {
        for extension in state.extensions.describe() {
            self.telemetry.platform("platform.extension", || extension);
        }
        let init_type = self.function.initialization_type();
        self.telemetry.platform("platform.initReport", || {
            let mut record = json!({
                "initializationType": init_type,
                "phase": "init",
                "status": status_of(failure),
                "metrics": {"durationMs": milliseconds(state.started.elapsed())},
            });
            add_error(&mut record, failure);
            record
        });
    }

    /// The runtime took an event.
    pub(super) fn tell_start(&self, invocation: &Invocation) {
        self.telemetry.platform("platform.start", || {
            json!({
                "requestId": invocation.request_id,
                "version": self.function.version,
                "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace_id},
            })
        });
    }

    /// The runtime has answered, or can't any more.
    pub(super) fn tell_runtime_done(&self, done: Done<'_>) {
        self.telemetry.platform("platform.runtimeDone", || {
            let mut record = json!({
                "requestId": done.request_id,
                "status": done.status,
                "metrics": {
                    "durationMs": milliseconds(done.taken.elapsed()),
                    "producedBytes": done.produced_bytes,
                },
            });
            if let Some(began) = done.began {
                record["spans"] = json!([
                    span("responseLatency", done.taken, began),
                    span("responseDuration", began, Instant::now()),
                ]);
            }
            add_error(&mut record, done.error);
            record
        });
    }
}

fn status_of(failure: Option<&FunctionError>) -> &'static str {
    match failure {
        None => "success",
        Some(failure) if failure.is_timeout() => "timeout",
        Some(_) => "error",
    }
}

fn add_error(record: &mut Value, error: Option<&FunctionError>) {
    if let Some(error) = error {
        record["errorType"] = error.error_type().into();
    }
}

fn span(name: &str, start: Instant, end: Instant) -> Value {
    let ago = u64::try_from(start.elapsed().as_millis()).unwrap_or_default();
    json!({
        "name": name,
        "start": crate::time::timestamp(crate::ids::epoch_ms().saturating_sub(ago)),
        "durationMs": milliseconds(end.duration_since(start)),
    })
}

/// With three digits behind the point.
fn milliseconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}
