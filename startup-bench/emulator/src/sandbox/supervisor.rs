//! The end of a sandbox: its process's own, or one that was ordered.

use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::watch;
use tokio::task::spawn_blocking;

use super::Inner;
use super::ending::{EndReason, Ending, Order};
use super::process::Process;
use crate::activity::Activity;
use crate::failure;

/// Waits for the end of a sandbox, or brings it about.
pub(super) async fn supervise(
    inner: Arc<Inner>,
    mut process: Process,
    mut orders: watch::Receiver<Order>,
    ended: watch::Sender<bool>,
    when_over: impl FnOnce(),
) {
    let status = loop {
        tokio::select! {
            status = process.wait() => break status,
            // The sender lives as long as `inner`, so this is always a change.
            _ = orders.changed() => {
                let order = *orders.borrow_and_update();
                if let Order::End(ending, _) = order {
                    break end(&inner, &mut process, ending, &mut orders).await;
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
    drop(process);
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

/// Ends it as ordered; a stronger order may come meanwhile.
async fn end(
    inner: &Inner,
    process: &mut Process,
    ending: Ending,
    orders: &mut watch::Receiver<Order>,
) -> Option<ExitStatus> {
    if ending == Ending::Polite && inner.api.has_extensions() {
        inner.pause.thaw();
        tokio::select! {
            status = process.end_politely() => return status,
            _ = orders.changed() => {}
        }
    }
    process.end().await
}
