//! The end of a sandbox: its process's own, or one that was ordered.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::watch;

use super::process::Process;
use super::{Inner, Order};
use crate::activity::{Activity, Observer};
use crate::failure;

/// Waits for the end of a sandbox, or brings it about.
pub(super) async fn supervise(
    inner: Arc<Inner>,
    mut process: Process,
    mut orders: watch::Receiver<Order>,
    ended: watch::Sender<bool>,
    observer: Observer,
    when_over: impl FnOnce(),
) {
    let status = loop {
        tokio::select! {
            status = process.wait() => break status,
            changed = orders.changed() => {
                let order = *orders.borrow_and_update();
                match order {
                    Order::Run if changed.is_ok() => {}
                    Order::EndPolitely if inner.api.has_extensions() => {
                        break process.end_politely().await;
                    }
                    _ => break process.end().await,
                }
            }
        }
    };
    inner.logs.catch_up();
    let was_ordered = *orders.borrow() != Order::Run;
    inner.api.fail(&if was_ordered { failure::stopped() } else { failure::exited(status) });
    drop(process);
    observer.tell(&Activity::Ended {
        sandbox: inner.number,
        invocations: inner.invocations.load(Ordering::Relaxed),
        status: status.filter(|_| !was_ordered),
    });
    when_over();
    ended.send_replace(true);
}
