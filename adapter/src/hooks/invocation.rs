//! The edges of an invocation: its start, the moment before its answer is posted, and the moment
//! after that, which is the last one before the sandbox may be frozen.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::HeaderMap;

use crate::panics;

/// What holds things from one invocation to the next.
pub(crate) trait InvocationHook: Send + Sync {
    /// The app has answered, and nothing of the answer is posted yet. A streamed answer is
    /// posted while the app still writes it.
    fn before_response(&self) -> BoxFuture<'_, ()>;

    /// The answer is posted, and the next invocation is not asked for.
    fn after_response(&self) -> BoxFuture<'_, ()>;
}

/// An invocation's place in time.
#[derive(Clone, Copy)]
pub(crate) struct Started {
    /// When it must have ended, since 1970.
    pub(crate) deadline: Duration,
    /// When it began on this machine's clock.
    pub(crate) started: Instant,
    /// How much time it had then.
    pub(crate) given: Duration,
}

/// A process has one loop, so it has one set of hooks.
static HOOKS: Mutex<Vec<Weak<dyn InvocationHook>>> = Mutex::new(Vec::new());
static HAS_HOOKS: AtomicBool = AtomicBool::new(false);
/// 0: there is no loop.
static CONCURRENCY: AtomicUsize = AtomicUsize::new(0);
static INVOCATION: Mutex<Option<Started>> = Mutex::new(None);

/// Has `hook` called for each invocation while it lives.
pub(crate) fn add_invocation_hook(hook: Weak<dyn InvocationHook>) {
    let mut hooks = HOOKS.lock().unwrap_or_else(PoisonError::into_inner);
    hooks.retain(|hook| hook.strong_count() > 0);
    hooks.push(hook);
    HAS_HOOKS.store(true, Ordering::Release);
}

/// How many invocations the process serves at once; `None` where it serves none, as on a server.
pub(crate) fn concurrency() -> Option<usize> {
    match CONCURRENCY.load(Ordering::Relaxed) {
        // An app that is still being made.
        0 => crate::on_lambda().then_some(1),
        concurrency => Some(concurrency),
    }
}

/// Whether a loop runs hooks at the end of each invocation.
pub(crate) fn has_loop() -> bool {
    CONCURRENCY.load(Ordering::Relaxed) > 0
}

/// The invocation that began last.
pub(crate) fn current() -> Option<Started> {
    *INVOCATION.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The loop is about to ask for its first invocation: what the start has left behind ends like
/// an invocation.
pub(crate) async fn loop_starts(concurrency: usize) {
    CONCURRENCY.store(concurrency.max(1), Ordering::Relaxed);
    before_response().await;
    after_response().await;
}

pub(crate) fn invocation_starts(headers: &HeaderMap) {
    let deadline = headers.get("lambda-runtime-deadline-ms").and_then(|value| value.to_str().ok());
    let deadline = deadline.and_then(|text| text.parse().ok()).map(Duration::from_millis);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let started = deadline.map(|deadline| Started {
        deadline,
        started: Instant::now(),
        given: deadline.saturating_sub(now),
    });
    *INVOCATION.lock().unwrap_or_else(PoisonError::into_inner) = started;
}

pub(crate) async fn before_response() {
    run(|hook| hook.before_response()).await;
}

pub(crate) async fn after_response() {
    run(|hook| hook.after_response()).await;
}

async fn run(edge: impl Fn(&dyn InvocationHook) -> BoxFuture<'_, ()>) {
    if !HAS_HOOKS.load(Ordering::Acquire) {
        return;
    }
    let hooks = HOOKS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for hook in hooks.iter().filter_map(Weak::upgrade) {
        // What a driver does wrong must not end the loop.
        if let Err(panic) = AssertUnwindSafe(edge(&*hook)).catch_unwind().await {
            let message = panics::message(&*panic);
            crate::log::error(&format!("the end of an invocation panicked: {message}"));
        }
    }
}
