//! SIGTERM, before which Lambda's sandboxes end.

use super::function::{Function, Gate, event, settings};
use super::process::Ended;
use super::support::{ClientRequest, Front};

#[tokio::test]
async fn the_hooks_run_once_and_the_newest_first() {
    for _ in 0..10 {
        let function = Function::start("app_with_shutdown_hooks").await;
        function.api.ready().await.unwrap();
        function.idle().await;
        // Registered before the first `next`, with which Lambda closes the registration.
        let paths = function.paths();
        assert_eq!(paths[0], "extension/register", "{paths:?}");
        assert_eq!(function.api.extensions(), ["lambdafy"]);
        function.process.terminate();
        let ended = function.process.ended().await;
        assert_ended_with(&ended, &["third", "second", "first"]);
    }
}

#[tokio::test]
async fn the_hooks_run_after_many_invocations_too() {
    let function = Function::start("app_with_shutdown_hooks").await;
    for _ in 0..20 {
        function.works().await;
    }
    function.idle().await;
    // One that waits for invocations, one that waits as an extension.
    assert_eq!(function.api.connections(), 2);
    function.process.terminate();
    assert_ended_with(&function.process.ended().await, &["third", "second", "first"]);
}

#[tokio::test]
async fn the_hooks_run_while_an_invocation_is_in_the_app() {
    let function = Function::start("app_with_shutdown_hooks").await;
    let gate = Gate::new().await;
    let target = format!("/gate?port={}", gate.port);
    let _pending = function.api.push(event(Front::HttpApiV2, &ClientRequest::get(target)));
    let _bolt = gate.reached().await;
    function.process.terminate();
    assert_ended_with(&function.process.ended().await, &["third", "second", "first"]);
}

#[tokio::test]
async fn the_hooks_run_on_a_managed_instance() {
    let settings = settings().max_concurrency(4);
    let function = Function::start_with("app_with_shutdown_hooks", settings, &[]).await;
    function.works().await;
    function.idle().await;
    function.process.terminate();
    assert_ended_with(&function.process.ended().await, &["third", "second", "first"]);
}

#[tokio::test]
async fn a_hook_that_panics_does_not_keep_the_others_from_running() {
    let function = Function::start("a_hook_panics").await;
    function.api.ready().await.unwrap();
    function.idle().await;
    function.process.terminate();
    let ended = function.process.ended().await;
    assert_eq!(ended.lines("hook: "), ["first"], "{ended:?}");
}

#[tokio::test]
async fn without_hooks_no_extension_is_registered() {
    let function = Function::start("app").await;
    function.works().await;
    assert_eq!(function.paths()[0], "runtime/invocation/next");
    assert!(function.api.extensions().is_empty());
}

fn assert_ended_with(ended: &Ended, hooks: &[&str]) {
    assert_eq!(ended.lines("hook: "), hooks, "{ended:?}");
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}
