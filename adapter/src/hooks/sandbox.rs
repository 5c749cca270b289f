//! What the app wants done when its sandbox ends, is snapshotted or restored.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::{BoxError, panics};

type ShutdownHook = Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>;
type SnapshotHook = Box<dyn FnOnce() -> BoxFuture<'static, Result<(), BoxError>> + Send>;

/// A process has one sandbox, so it has one set of hooks.
static HOOKS: Mutex<Hooks> = Mutex::new(Hooks {
    shutdown: Vec::new(),
    before_snapshot: Vec::new(),
    after_restore: Vec::new(),
});

struct Hooks {
    shutdown: Vec<ShutdownHook>,
    before_snapshot: Vec<SnapshotHook>,
    after_restore: Vec<SnapshotHook>,
}

/// Has `hook` run when the process is told to end: on Lambda before the sandbox is destroyed, on
/// a server after the last connection has closed. The hook added last runs first.
///
/// On Lambda this registers an internal extension, without which no runtime is told: add hooks
/// while the app is made. Lambda gives all of them together 300 ms, and none when it ends a
/// sandbox without warning: nothing may depend on a hook.
///
/// ```
/// lambdafy::on_shutdown(|| async { println!("closing") });
/// ```
pub fn on_shutdown<F, Fut>(hook: F)
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = ()> + Send + 'static,
{
    hooks().shutdown.push(Box::new(|| Box::pin(hook())));
}

/// Has `hook` run before SnapStart takes its snapshot: close connections, forget secrets. The
/// hook added last runs first; an error fails the function's publication.
///
/// ```
/// lambdafy::before_snapshot(|| async { Ok(()) });
/// ```
pub fn before_snapshot<F, Fut>(hook: F)
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = Result<(), BoxError>> + Send + 'static,
{
    hooks().before_snapshot.push(Box::new(|| Box::pin(hook())));
}

/// Has `hook` run after a sandbox is restored from a snapshot: seed random numbers anew, connect
/// again. The hook added first runs first; an error ends the sandbox.
///
/// ```
/// lambdafy::after_restore(|| async { Ok(()) });
/// ```
pub fn after_restore<F, Fut>(hook: F)
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = Result<(), BoxError>> + Send + 'static,
{
    hooks().after_restore.push(Box::new(|| Box::pin(hook())));
}

pub(crate) fn has_shutdown_hooks() -> bool {
    !hooks().shutdown.is_empty()
}

pub(crate) async fn run_shutdown_hooks() {
    let hooks = std::mem::take(&mut hooks().shutdown);
    for hook in hooks.into_iter().rev() {
        let hook = async {
            hook().await;
            Ok(())
        };
        if let Err(error) = caught(hook).await {
            crate::log::error(&format!("an on_shutdown hook failed: {error}"));
        }
    }
}

pub(crate) async fn run_before_snapshot() -> Result<(), BoxError> {
    let hooks = std::mem::take(&mut hooks().before_snapshot);
    for hook in hooks.into_iter().rev() {
        caught(async { hook().await }).await?;
    }
    Ok(())
}

pub(crate) async fn run_after_restore() -> Result<(), BoxError> {
    let hooks = std::mem::take(&mut hooks().after_restore);
    for hook in hooks {
        caught(async { hook().await }).await?;
    }
    Ok(())
}

/// Runs a hook; a panic is an error too, so that it can be reported and the next hook runs.
async fn caught(hook: impl Future<Output = Result<(), BoxError>>) -> Result<(), BoxError> {
    let panic = match AssertUnwindSafe(hook).catch_unwind().await {
        Ok(result) => return result,
        Err(panic) => panic,
    };
    Err(format!("panicked: {}", panics::message(&*panic)).into())
}

fn hooks() -> MutexGuard<'static, Hooks> {
    // Only pushes and takes happen under the lock, so its content is whole after any panic.
    HOOKS.lock().unwrap_or_else(PoisonError::into_inner)
}
