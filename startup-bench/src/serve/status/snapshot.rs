//! The status as JSON.

use std::sync::Arc;

use lambdafy_emulator::{Sandbox, SandboxState};
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::bins::bins;
use crate::serve::history::{Answer, Ended, History, Kept, Line};
use crate::serve::json::{ms, percentiles};
use crate::serve::processes::memory_bytes;

/// Asks whoever has the emulator for its sandboxes.
pub(in crate::serve) type Asking = mpsc::Sender<oneshot::Sender<Vec<Sandbox>>>;

/// Where snapshots of the status are taken from.
#[derive(Clone, Debug)]
pub(super) struct Snapshots {
    /// What does not change: the app and its settings.
    pub(super) function: Arc<Value>,
    pub(super) history: Arc<History>,
    pub(super) asking: Asking,
}

impl Snapshots {
    /// The status, but for the time of day; none if the emulator has ended.
    pub(super) async fn take(&self) -> Option<Value> {
        let (answer, sandboxes) = oneshot::channel();
        self.asking.send(answer).await.ok()?;
        let mut live = sandboxes.await.ok()?;
        live.sort_by_key(Sandbox::number);
        let sandboxes: Vec<Value> =
            live.iter().map(|sandbox| of_sandbox(sandbox, &self.history)).collect();
        let kept = self.history.kept();
        Some(json!({
            "function": *self.function,
            "notices": kept.notices.iter().collect::<Vec<_>>(),
            "totals": totals(&kept),
            "sandboxes": sandboxes,
            "ended_count": kept.ended.count(),
            "ended": kept.ended.iter().rev().map(of_ended).collect::<Vec<_>>(),
            "cold_starts": cold_starts(&kept),
            "invocations": kept.invocations.numbered().rev().map(of_answer).collect::<Vec<_>>(),
            "log": kept.log.numbered().map(of_line).collect::<Vec<_>>(),
        }))
    }

    /// A status with the time since the start, to which its other times relate.
    pub(super) fn dated(&self, status: &Value) -> Value {
        let mut dated = status.clone();
        dated["now_ms"] = json!(ms(self.history.now()).round());
        dated
    }
}

fn totals(kept: &Kept) -> Value {
    json!({
        "cold_starts": kept.cold_starts.count(),
        "failed_starts": kept.failed_starts,
        "invocations": kept.durations.count(),
        "errors": kept.errors,
        "duration": percentiles(kept.durations.percentiles()),
    })
}

fn cold_starts(kept: &Kept) -> Value {
    let bins: Vec<Value> = bins(kept.cold_starts.iter())
        .iter()
        .map(|bin| json!({ "from_ms": ms(bin.from), "to_ms": ms(bin.to), "count": bin.count }))
        .collect();
    json!({ "init": percentiles(kept.cold_starts.percentiles()), "bins": bins })
}

fn of_sandbox(sandbox: &Sandbox, history: &History) -> Value {
    json!({
        "number": sandbox.number(),
        "pid": sandbox.pid(),
        "state": state(sandbox.state()),
        "started_at_ms": ms(history.since_start(sandbox.started_at())).round(),
        "init_ms": sandbox.init_duration().map(ms),
        "invocations": sandbox.invocations(),
        "memory_bytes": memory_bytes(sandbox.pid()),
    })
}

fn state(state: SandboxState) -> &'static str {
    match state {
        SandboxState::Starting => "starting",
        SandboxState::Busy => "busy",
        SandboxState::Frozen => "frozen",
        SandboxState::Ended => "ended",
        _ => "idle",
    }
}

fn of_ended(ended: &Ended) -> Value {
    json!({
        "number": ended.sandbox,
        "ended_at_ms": ms(ended.at).round(),
        "invocations": ended.invocations,
        "how": ended.how,
    })
}

fn of_answer((number, answer): (u64, &Answer)) -> Value {
    json!({
        "number": number,
        "at_ms": ms(answer.at).round(),
        "sandbox": answer.sandbox,
        "method": answer.method,
        "target": answer.target,
        "status": answer.status,
        "duration_ms": ms(answer.duration),
        "error": answer.error,
    })
}

fn of_line((number, line): (u64, &Line)) -> Value {
    json!({
        "number": number,
        "at_ms": ms(line.at).round(),
        "sandbox": line.sandbox,
        "text": line.text,
        "is_error": line.is_error,
    })
}
