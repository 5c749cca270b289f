//! Extensions that the emulator starts, on AWS's own `lambda-extension`.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::path::PathBuf;
use std::time::Duration;

use lambdafy_emulator::{Emulator, EmulatorBuilder, EndReason, Sandbox, SandboxState};
use support::{by_hand, example, is_soon_dead};

/// The function by hand, watched by an extension that listens on a port of its own.
async fn watched() -> EmulatorBuilder {
    watched_by(example("watcher")).await
}

async fn watched_by(extension: PathBuf) -> EmulatorBuilder {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    Emulator::builder()
        .app(by_hand())
        .extension(extension)
        .env("WATCHER_PORT", port.to_string())
        .max_sandboxes(1)
}

fn printed(sandbox: &Sandbox) -> Vec<String> {
    let lines = sandbox.logs().into_iter().filter(|line| !line.is_platform);
    lines.map(|line| line.text).collect()
}

/// Waits until a line is there.
async fn line(sandbox: &Sandbox, expected: &str) {
    for _ in 0..1000 {
        if printed(sandbox).iter().any(|line| line.contains(expected)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(printed(sandbox), [expected]);
}

/// Waits until it stands still.
async fn frozen(sandbox: &Sandbox) {
    for _ in 0..1000 {
        if sandbox.state() == SandboxState::Frozen {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(sandbox.state(), SandboxState::Frozen);
}

#[tokio::test]
async fn an_extension_is_found_from_here_although_the_sandbox_works_elsewhere() {
    let here = std::env::current_dir().unwrap();
    let up: PathBuf = here.iter().skip(1).map(|_| "..").collect();
    let watcher = up.join(example("watcher").strip_prefix("/").unwrap());
    let emulator = watched_by(watcher).await.directory("/").start().await.unwrap();
    assert_eq!(emulator.invoke("{}").await.unwrap().error, None);
    emulator.stop().await;
}

#[tokio::test]
async fn an_extension_is_started_before_the_runtime_and_hears_of_invocations_and_the_end() {
    let emulator = watched().await.start().await.unwrap();
    let invoked = emulator.invoke("do:log").await.unwrap();
    assert_eq!(invoked.error, None);
    let sandbox = emulator.sandboxes().remove(0);
    assert_eq!(sandbox.extensions(), ["watcher"]);
    line(&sandbox, &format!("watcher: INVOKE {}", invoked.request_id)).await;
    emulator.stop().await;
    let lines = printed(&sandbox);
    assert!(lines.contains(&"watcher: SHUTDOWN spindown".to_owned()), "{lines:?}");
}

#[tokio::test]
async fn telemetry_comes_to_an_extension_as_on_lambda() {
    let emulator = watched().await.start().await.unwrap();
    emulator.invoke("do:log").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    emulator.invoke("{}").await.unwrap();
    emulator.stop().await;
    let lines = printed(&sandbox);
    for expected in [
        "telemetry: PlatformInitStart",
        "telemetry: PlatformInitReport",
        "telemetry: PlatformStart",
        "telemetry: PlatformRuntimeDone",
        "telemetry: report 1769 MB",
        "telemetry: to standard output",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected} is not in {lines:?}");
    }
}

#[tokio::test]
async fn a_sandbox_stands_still_only_when_its_extensions_have_done_their_work() {
    let emulator = watched().await.start().await.unwrap();
    let invoked = emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    frozen(&sandbox).await;
    let told = format!("watcher: INVOKE {}", invoked.request_id);
    assert!(printed(&sandbox).contains(&told), "{:?}", printed(&sandbox));
    assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, 1);
}

#[tokio::test]
async fn an_extension_is_told_of_a_timeout_and_of_a_crash() {
    for (event, reason) in [("do:hang", "timeout"), ("do:crash", "failure")] {
        let emulator = watched().await.timeout(Duration::from_secs(1)).start().await.unwrap();
        emulator.invoke("{}").await.unwrap();
        let sandbox = emulator.sandboxes().remove(0);
        assert!(emulator.invoke(event).await.unwrap().error.is_some());
        sandbox.ended().await;
        line(&sandbox, &format!("watcher: SHUTDOWN {reason}")).await;
        assert!(is_soon_dead(sandbox.pid()).await);
    }
}

#[tokio::test]
async fn an_extension_that_ends_or_can_be_started_no_more_is_a_failed_start() {
    let gone = support::Scratch::new("gone-extension");
    std::fs::copy("/bin/false", gone.path()).unwrap();
    let gone_path = gone.path().to_str().unwrap();
    for (program, kind, message) in [
        ("/bin/false", "Extension.Crash", "the extension 'false' exited: exit status 1"),
        (gone_path, "Extension.LaunchError", "gone-extension: "),
    ] {
        let emulator = Emulator::builder().app(by_hand()).extension(program);
        let emulator = emulator.start().await.unwrap();
        if program == gone_path {
            std::fs::remove_file(program).unwrap();
        }
        let error = emulator.invoke("{}").await.unwrap().error.unwrap().to_string();
        assert!(error.contains(kind) && error.contains(message), "{error}");
    }
}

#[tokio::test]
async fn an_extension_that_is_killed_takes_the_sandbox_with_it() {
    let ended = std::sync::Arc::new(std::sync::Mutex::new(None));
    let seen = ended.clone();
    let observed = watched().await.observe(move |activity| {
        if let lambdafy_emulator::Activity::Ended { reason, .. } = activity {
            *seen.lock().unwrap() = Some(*reason);
        }
    });
    let emulator = observed.start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    // What stands still can't die.
    frozen(&sandbox).await;
    sandbox.thaw();
    let pid = printed(&sandbox);
    let pid = pid.iter().find_map(|line| line.strip_prefix("watcher: pid ")).unwrap();
    assert!(std::process::Command::new("kill").args(["-9", pid]).status().unwrap().success());
    sandbox.ended().await;
    assert_eq!(*ended.lock().unwrap(), Some(EndReason::Exited));
    assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, 2);
}
