//! The end of a sandbox: its process's own, or one that was ordered.

use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::Inner;
use super::ending::{EndReason, Ending, Order};
use super::processes::{Exited, Processes};
use crate::activity::Activity;
use crate::{ShutdownReason, failure};

/// Waits for the end of a sandbox, or brings it about.
pub(super) async fn supervise(
    inner: Arc<Inner>,
    mut processes: Processes,
    mut orders: watch::Receiver<Order>,
    ended: watch::Sender<bool>,
    when_over: impl FnOnce(),
) {
    let status = loop {
        tokio::select! {
            exited = processes.wait() => break exited_by_itself(&inner, &mut processes, exited).await,
            reason = inner.api.over() => inner.end_by(Ending::Kill, reason),
            // The sender lives as long as `inner`, so this is always a change.
            _ = orders.changed() => {
                let order = *orders.borrow_and_update();
                if let Order::End(ending, reason) = order {
                    break end(&inner, &mut processes, ending, reason, &mut orders).await;
                }
            }
        }
    };
    inner.logs.catch_up();
    let ran_out_of_memory = inner.place.ran_out_of_memory();
    let (reason, ending) = match *orders.borrow() {
        Order::Run => (EndReason::Exited, None),
        Order::End(ending, reason) => (reason, Some(ending)),
    };
    inner.api.fail(&match ending {
        None if ran_out_of_memory => failure::out_of_memory(status),
        None => failure::exited(status),
        Some(_) => failure::stopped(),
    });
    inner.api.close();
    drop(processes);
    inner.observer.tell(&Activity::Ended {
        sandbox: inner.number,
        invocations: inner.invocations.load(Ordering::Relaxed),
        reason,
        ending,
        status: status.filter(|_| ending.is_none()),
    });
    let place = inner.place.clone();
    // Where the tokio runtime is shut down, dropping the place removes it.
    drop(spawn_blocking(move || place.remove()).await);
    when_over();
    ended.send_replace(true);
}

/// A process ended by itself: whoever waits is told, then what else there is ends too.
async fn exited_by_itself(
    inner: &Inner,
    processes: &mut Processes,
    exited: Exited,
) -> Option<ExitStatus> {
    let (status, failure) = match exited {
        Exited::Runtime(status) if inner.place.ran_out_of_memory() => {
            (status, failure::out_of_memory(status))
        }
        Exited::Runtime(status) => (status, failure::exited(status)),
        Exited::Extension(name, status) => (None, failure::extension_exited(&name, status)),
    };
    if processes.has_extensions() {
        inner.api.fail(&failure);
        inner.pause.thaw();
        let ended = processes.shut_down(&inner.api, ShutdownReason::Failure).await;
        return status.or(ended);
    }
    status
}

/// Ends it as ordered; a stronger order may come meanwhile.
async fn end(
    inner: &Inner,
    processes: &mut Processes,
    ending: Ending,
    reason: EndReason,
    orders: &mut watch::Receiver<Order>,
) -> Option<ExitStatus> {
    let shutdown = match (ending, reason) {
        (_, EndReason::TimedOut) => Some(ShutdownReason::Timeout),
        (_, EndReason::InitFailed | EndReason::Failed) => Some(ShutdownReason::Failure),
        (Ending::Polite, _) => Some(ShutdownReason::Spindown),
        _ => None,
    };
    if let Some(shutdown) = shutdown.filter(|_| processes.has_extensions()) {
        inner.pause.thaw();
        tokio::select! {
            status = processes.shut_down(&inner.api, shutdown) => return status,
            _ = orders.changed() => {}
        }
    } else if ending == Ending::Polite && inner.api.has_extensions() {
        inner.pause.thaw();
        tokio::select! {
            status = processes.end_runtime() => return status,
            _ = orders.changed() => {}
        }
    }
    if ending == Ending::Silent {
        if !inner.place.connection().can_be_cut() {
            inner.observer.tell(&Activity::Notice {
                text: format!(
                    "sandbox {} was killed, not silently: it had this machine's network",
                    inner.number
                ),
            });
        }
        inner.place.connection().cut();
    } else {
        // It may be frozen, and others are to see that it ends.
        inner.place.connection().set_open(true);
    }
    processes.kill().await
}
