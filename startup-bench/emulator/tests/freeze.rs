//! Sandboxes stand still between invocations, and end when nobody needs them.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use lambdafy_emulator::{
    Activity, Emulator, EmulatorBuilder, EndReason, Ending, ErrorKind, FrontDoor, Function,
    SandboxState,
};
use support::{Client, by_hand, soon};

/// Longer than a test takes on a slow machine.
const PATIENT: Duration = Duration::from_secs(60);

fn emulator() -> EmulatorBuilder {
    Emulator::builder().app(by_hand())
}

/// Collects what happens.
fn observed(builder: EmulatorBuilder) -> (EmulatorBuilder, Arc<Mutex<Vec<Activity>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observer = seen.clone();
    let observe = move |activity: &Activity| observer.lock().unwrap().push(activity.clone());
    (builder.observe(observe), seen)
}

/// How often the thread that counts by itself has counted.
fn ticks(path: &std::path::Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

#[tokio::test]
async fn a_sandbox_stands_still_between_invocations_and_goes_on_with_the_next() {
    let counter = support::Scratch::new("ticks");
    let emulator = emulator().env("FIXTURE_TICKS", counter.path()).start().await.unwrap();
    emulator.invoke("do:sleep").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    assert!(soon(|| sandbox.state() == SandboxState::Frozen).await);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let frozen = ticks(counter.path());
    assert!(frozen > 0, "it counts every millisecond while it is not frozen");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(ticks(counter.path()), frozen, "nothing runs in a frozen sandbox");
    let next = emulator.invoke("do:sleep").await.unwrap();
    assert_eq!((next.sandbox, next.error), (1, None));
    assert!(ticks(counter.path()) > frozen);
}

#[tokio::test]
async fn it_is_told_when_a_sandbox_is_frozen_and_thawed() {
    let (builder, seen) = observed(emulator());
    let emulator = builder.start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    assert!(soon(|| sandbox.state() == SandboxState::Frozen).await);
    emulator.invoke("{}").await.unwrap();
    assert!(soon(|| sandbox.state() == SandboxState::Frozen).await);
    let seen = seen.lock().unwrap();
    let order: Vec<&str> = seen
        .iter()
        .filter_map(|activity| match activity {
            Activity::Started { sandbox: 1, .. } => Some("started"),
            Activity::Frozen { sandbox: 1 } => Some("frozen"),
            Activity::Thawed { sandbox: 1 } => Some("thawed"),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["started", "frozen", "thawed", "frozen"]);
}

#[tokio::test]
async fn a_sandbox_can_be_frozen_in_the_middle_of_an_invocation() {
    let emulator = Arc::new(emulator().timeout(Duration::from_secs(20)).start().await.unwrap());
    emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    let invoked = tokio::spawn({
        let emulator = emulator.clone();
        async move { emulator.invoke("do:sleep").await.unwrap() }
    });
    assert!(soon(|| sandbox.state() == SandboxState::Busy).await);
    sandbox.freeze();
    assert_eq!(sandbox.state(), SandboxState::Frozen);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!invoked.is_finished(), "it takes 100 ms where it is not frozen");
    sandbox.thaw();
    let invoked = invoked.await.unwrap();
    assert_eq!(invoked.error, None);
    assert!(invoked.duration >= Duration::from_millis(300), "time goes on: {invoked:?}");
}

#[tokio::test]
async fn a_frozen_sandbox_can_be_ended_in_every_way() {
    for ending in [Ending::Polite, Ending::Kill] {
        for fixture in ["", "extension"] {
            let emulator = emulator().env("FIXTURE", fixture).start().await.unwrap();
            emulator.invoke("{}").await.unwrap();
            let sandbox = emulator.sandboxes().remove(0);
            assert!(soon(|| sandbox.state() == SandboxState::Frozen).await);
            match ending {
                Ending::Polite => sandbox.end(),
                _ => sandbox.kill(),
            }
            sandbox.ended().await;
            assert!(!support::is_alive(sandbox.pid()), "{ending:?} {fixture}");
        }
    }
}

#[tokio::test]
async fn a_sandbox_that_is_idle_for_too_long_ends() {
    let (builder, seen) = observed(emulator());
    let emulator = builder.idle_after(Duration::from_millis(300)).start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    tokio::time::timeout(Duration::from_secs(10), sandbox.ended()).await.unwrap();
    assert!(emulator.sandboxes().is_empty());
    let ended = seen.lock().unwrap().iter().find_map(|activity| match activity {
        Activity::Ended { reason, ending, status, .. } => Some((*reason, *ending, *status)),
        _ => None,
    });
    assert_eq!(ended, Some((EndReason::Idle, Some(Ending::Polite), None)));
    assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, 2, "the next is a cold start");
}

#[tokio::test]
async fn a_sandbox_in_use_is_not_idle() {
    let emulator = emulator().idle_after(Duration::from_millis(400)).start().await.unwrap();
    for _ in 0..10 {
        let invoked = emulator.invoke("do:sleep").await.unwrap();
        assert_eq!((invoked.sandbox, invoked.error), (1, None));
    }
}

#[tokio::test]
async fn what_comes_when_all_are_busy_is_refused_where_the_emulator_throttles() {
    let emulator =
        emulator().max_sandboxes(1).throttle(true).timeout(PATIENT).start().await.unwrap();
    let emulator = Arc::new(emulator);
    // It never ends by itself, so that it is busy however slow the machine.
    let busy = tokio::spawn({
        let emulator = emulator.clone();
        async move { emulator.invoke("do:hang").await.unwrap() }
    });
    assert!(soon(|| !emulator.sandboxes().is_empty()).await);
    let refused = emulator.invoke("{}").await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Throttled);
    emulator.sandboxes()[0].kill();
    assert!(busy.await.unwrap().error.is_some());
    assert!(soon(|| emulator.sandboxes().is_empty()).await);
    assert_eq!(emulator.invoke("{}").await.unwrap().error, None, "it has room again");
}

#[tokio::test]
async fn a_throttled_request_gets_what_its_front_door_says() {
    for (source, status) in [
        (FrontDoor::RestApi, 500),
        (FrontDoor::HttpApi, 503),
        (FrontDoor::FunctionUrl, 429),
        (FrontDoor::Alb, 502),
    ] {
        let emulator = emulator().source(source).max_sandboxes(1).throttle(true).timeout(PATIENT);
        let emulator = Arc::new(emulator.start().await.unwrap());
        let busy = tokio::spawn({
            let emulator = emulator.clone();
            async move { emulator.invoke("do:hang").await.unwrap() }
        });
        assert!(soon(|| !emulator.sandboxes().is_empty()).await);
        let mut client = Client::connect(emulator.address()).await;
        assert_eq!(client.get("/").await.status, status, "{source:?}");
        busy.abort();
    }
}

#[tokio::test]
async fn a_managed_instance_is_never_frozen() {
    let function = Function::default().max_concurrency(2);
    let emulator = emulator().function(function).start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(emulator.sandboxes()[0].state(), SandboxState::Idle);
}
