//! The snapshot between the start and the first invocation.

use tokio::time::timeout;

use super::function::{Function, settings};
use super::process::PATIENCE;

#[tokio::test]
async fn hooks_run_newest_first_before_the_snapshot_and_oldest_first_after_the_restore() {
    let function = start("app_with_snapshot_hooks").await;
    timeout(PATIENCE, function.api.ready()).await.unwrap().unwrap();
    assert_eq!(function.process.log(), ["hook: second before", "hook: first before"]);
    assert_eq!(function.paths(), ["runtime/restore/next"]);
    function.api.restore();
    function.process.line("hook: second after").await;
    function.works().await;
    assert_eq!(
        function.process.log()[2..],
        ["hook: first after", "hook: second after"],
        "each once"
    );
    // The connection of the time before the snapshot is gone in the restored sandbox.
    let calls = function.api.calls();
    assert_eq!(function.paths()[1], "runtime/invocation/next");
    assert_ne!(calls[0].connection, calls[1].connection);
    assert_eq!(function.api.connections(), 2);
}

#[tokio::test]
async fn an_app_without_hooks_is_restored_too() {
    let function = start("app").await;
    function.works().await;
    assert_eq!(function.paths()[..2], ["runtime/restore/next", "runtime/invocation/next"]);
}

#[tokio::test]
async fn a_hook_that_fails_before_the_snapshot_is_an_init_error() {
    let message = "a before_snapshot hook failed: the cache is locked";
    fails("fails_before_the_snapshot", "runtime/init/error", message).await;
}

#[tokio::test]
async fn a_hook_that_fails_after_the_restore_is_a_restore_error() {
    let message = "an after_restore hook failed: no random numbers";
    fails("fails_after_the_restore", "runtime/restore/error", message).await;
}

#[tokio::test]
async fn a_hook_that_panics_before_the_snapshot_is_an_init_error() {
    let message = "a before_snapshot hook failed: panicked: the cache is gone";
    fails("panics_before_the_snapshot", "runtime/init/error", message).await;
}

#[tokio::test]
async fn a_hook_that_panics_after_the_restore_is_a_restore_error() {
    let message = "an after_restore hook failed: panicked: no entropy";
    fails("panics_after_the_restore", "runtime/restore/error", message).await;
}

/// With `restore/next` the start is over, and with it the registration of extensions.
#[tokio::test]
async fn the_extension_for_shutdown_hooks_is_registered_before_the_snapshot() {
    let function = start("app_with_shutdown_hooks").await;
    function.works().await;
    let paths = function.paths();
    let place = |path: &str| paths.iter().position(|other| other == path);
    assert!(place("extension/register") < place("runtime/restore/next"), "{paths:?}");
    function.idle().await;
    function.process.terminate();
    let ended = function.process.ended().await;
    assert_eq!(ended.lines("hook: "), ["third", "second", "first"], "{ended:?}");
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}

#[tokio::test]
async fn an_app_that_cannot_be_made_is_an_init_error_before_any_snapshot() {
    let message = "the app could not be started: no table 'orders'";
    fails("fails_to_start", "runtime/init/error", message).await;
}

async fn start(app: &str) -> Function {
    Function::start_with(app, settings().snapstart(true), &[]).await
}

/// The start or the restore fails with this report, and the process with an exit code.
async fn fails(app: &str, path: &str, message: &str) {
    let function = start(app).await;
    function.api.restore();
    let failed = timeout(PATIENCE, function.api.idle()).await;
    let error = failed.unwrap_or_else(|_| panic!("it neither failed nor works")).unwrap_err();
    assert_eq!((error.error_type(), error.message()), ("Lambdafy.Init", message));
    assert_eq!(function.paths().last().unwrap(), path);
    let ended = function.process.ended().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert_eq!(ended.log.last().unwrap(), &format!("Error: {message}"));
}
