//! What happened, as one JSON object for programs.

use std::time::Duration;

use lambdafy_emulator::{Activity, EndReason, Ending};
use serde_json::{Value, json};

use super::recent::Percentiles;

/// The object about what happened; none for what an emulator may add later.
pub(super) fn object(activity: &Activity) -> Option<Value> {
    Some(match activity {
        Activity::Started { sandbox, init_duration } => {
            json!({ "event": "cold_start", "sandbox": sandbox, "init_ms": ms(*init_duration) })
        }
        Activity::StartFailed { sandbox, error } => json!({
            "event": "start_failed",
            "sandbox": sandbox,
            "error_type": error.error_type(),
            "error": error.message(),
        }),
        Activity::Answered { sandbox, method, target, status, duration, error } => json!({
            "event": "request",
            "sandbox": sandbox,
            "method": method.as_str(),
            "target": target,
            "status": status.as_u16(),
            "duration_ms": ms(*duration),
            "error": error,
        }),
        Activity::Invoked { sandbox, request_id, duration, error } => json!({
            "event": "invocation",
            "sandbox": sandbox,
            "request_id": request_id,
            "duration_ms": ms(*duration),
            "error": error.as_ref().map(ToString::to_string),
        }),
        Activity::Printed { sandbox, line } if line.is_platform => {
            json!({ "event": "platform", "sandbox": sandbox, "text": line.text })
        }
        Activity::Printed { sandbox, line } => json!({
            "event": "log",
            "sandbox": sandbox,
            "stream": if line.is_error { "stderr" } else { "stdout" },
            "text": line.text,
        }),
        Activity::Discarded { request_id, error, .. } => {
            json!({ "event": "discarded", "request_id": request_id, "error": error })
        }
        Activity::Frozen { sandbox } => json!({ "event": "frozen", "sandbox": sandbox }),
        Activity::Thawed { sandbox } => json!({ "event": "thawed", "sandbox": sandbox }),
        Activity::Ended { sandbox, invocations, reason, ending, status } => json!({
            "event": "ended",
            "sandbox": sandbox,
            "invocations": invocations,
            "reason": reason_name(*reason),
            "ending": ending.map(ending_name),
            "status": status.map(|status| status.to_string()),
        }),
        Activity::Notice { text } => json!({ "event": "notice", "text": text }),
        _ => return None,
    })
}

/// Why a sandbox ended, for programs.
fn reason_name(reason: EndReason) -> &'static str {
    match reason {
        EndReason::Exited => "exited",
        EndReason::Idle => "idle",
        EndReason::TimedOut => "timed_out",
        EndReason::InitFailed => "init_failed",
        EndReason::Asked => "asked",
        EndReason::Stopped => "stopped",
        _ => "other",
    }
}

fn ending_name(ending: Ending) -> &'static str {
    match ending {
        Ending::Polite => "polite",
        Ending::Kill => "kill",
        Ending::Silent => "silent",
        _ => "other",
    }
}

/// Milliseconds, to the microsecond.
pub(super) fn ms(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}

/// Two percentiles in milliseconds; `null` where there are none.
pub(super) fn percentiles(percentiles: Option<Percentiles>) -> Value {
    json!({
        "p50_ms": percentiles.map(|percentiles| ms(percentiles.p50)),
        "p95_ms": percentiles.map(|percentiles| ms(percentiles.p95)),
    })
}
