//! How long a task may wait for a connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::config::Config;
use crate::hooks;

/// Of the time that is left, so much is kept for an answer that says that there is no connection:
/// a twentieth, since who gives a function little time expects it to be quick, within these bounds.
const MARGIN: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(50)..=Duration::from_millis(250);

tokio::task_local! {
    /// The request that a task works for; set by the pool's layer.
    static REQUEST: Arc<Request>;
}

/// What the layer knows of a request.
#[derive(Debug)]
pub(super) struct Request {
    /// When it must be answered.
    pub(super) deadline: Option<SystemTime>,
    had_no_connection: AtomicBool,
}

impl Request {
    pub(super) fn new(deadline: Option<SystemTime>) -> Arc<Self> {
        Arc::new(Self { deadline, had_no_connection: AtomicBool::new(false) })
    }

    /// Whether the app has asked for a connection and there was none.
    pub(super) fn had_no_connection(&self) -> bool {
        self.had_no_connection.load(Ordering::Relaxed)
    }

    pub(super) async fn scope<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        REQUEST.scope(self, work).await
    }
}

/// Until when to wait.
pub(super) fn wait_until(config: &Config) -> Instant {
    let now = Instant::now();
    let known = REQUEST.try_with(|request| request.deadline).ok().flatten().or_else(of_loop);
    let Some(deadline) = known else { return now + config.max_wait };
    let left = deadline.duration_since(SystemTime::now()).unwrap_or_default();
    now + left.saturating_sub((left / 20).clamp(*MARGIN.start(), *MARGIN.end()))
}

/// Tells the layer that there was no connection.
pub(super) fn note_refusal() {
    let _ = REQUEST.try_with(|request| request.had_no_connection.store(true, Ordering::Relaxed));
}

/// The deadline of the invocation that began last: the only one, but on Managed Instances.
fn of_loop() -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(hooks::current()?.deadline)
}
