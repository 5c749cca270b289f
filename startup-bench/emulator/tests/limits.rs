//! What a sandbox may use, and what its log says about it.
//!
//! Where this machine can't limit something, the test says so and checks that the emulator does.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::time::Duration;

use lambdafy_emulator::{Emulator, EmulatorBuilder, Feature, Function, LogLine};
use support::{by_hand, said};

fn emulator() -> EmulatorBuilder {
    Emulator::builder().app(by_hand())
}

fn with_memory(mb: u32) -> EmulatorBuilder {
    emulator().function(Function::new("limits").memory_mb(mb).timeout(Duration::from_secs(30)))
}

/// Whether the machine can do this as Lambda does.
fn is_honest(emulator: &Emulator, feature: Feature) -> bool {
    let limit = emulator.limits().into_iter().find(|limit| limit.feature == feature);
    if let Some(limit) = &limit {
        eprintln!("not as on Lambda on this machine: {limit}");
    }
    limit.is_none()
}

fn report(logs: &[LogLine]) -> String {
    let reports: Vec<&str> =
        said(logs).into_iter().filter(|line| line.starts_with("REPORT ")).collect();
    assert_eq!(reports.len(), 1, "{logs:?}");
    reports[0].to_owned()
}

#[tokio::test]
async fn a_function_that_uses_too_much_memory_is_killed_and_the_error_says_so() {
    let emulator = with_memory(64).start().await.unwrap();
    let enough = emulator.invoke("do:memory:16").await.unwrap();
    assert_eq!(enough.error, None);
    assert!(enough.max_memory_used_bytes.unwrap() > 16 << 20, "{enough:?}");
    let too_much = emulator.invoke("do:memory:256").await.unwrap();
    if is_honest(&emulator, Feature::Memory) {
        let error = too_much.error.unwrap();
        assert_eq!(error.error_type(), "Runtime.OutOfMemory");
        assert!(error.message().ends_with("Runtime exited with error: signal: killed"), "{error}");
        let report = report(&too_much.logs);
        assert!(report.contains("\tMax Memory Used: 64 MB\t"), "{report}");
        assert!(report.ends_with("\tStatus: error\tError Type: Runtime.OutOfMemory\t"), "{report}");
    } else {
        assert_eq!(too_much.error, None);
    }
}

#[tokio::test]
async fn the_share_of_the_cpu_comes_with_the_memory_size() {
    // 7 % of a CPU: work that takes 40 ms of a whole one takes at least some hundred.
    let emulator = with_memory(128).start().await.unwrap();
    let slow = emulator.invoke("do:spin:200").await.unwrap();
    let cpu_time = slow.cpu_time.unwrap();
    if is_honest(&emulator, Feature::Cpu) {
        let share = cpu_time.as_secs_f64() / slow.duration.as_secs_f64();
        assert!(share < 0.2, "{share}: {cpu_time:?} in {:?}", slow.duration);
    }
    assert!(cpu_time > Duration::from_millis(1), "{cpu_time:?}");
}

#[tokio::test]
async fn a_start_has_more_cpu_than_an_invocation_unless_it_is_throttled() {
    let mut starts = Vec::new();
    for throttles in [false, true] {
        let emulator = with_memory(128)
            .throttle_init(throttles)
            .env("FIXTURE_SPIN", "200")
            .start()
            .await
            .unwrap();
        let invoked = emulator.invoke("{}").await.unwrap();
        assert_eq!(invoked.error, None);
        let start = invoked.init_duration.unwrap();
        let cpu_time = emulator.sandboxes()[0].cpu_time().unwrap();
        if is_honest(&emulator, Feature::Cpu) {
            starts.push(start.as_secs_f64() / cpu_time.as_secs_f64());
        }
    }
    if let [full, throttled] = starts[..] {
        assert!(throttled > 5.0 && full < throttled, "{full} and {throttled} times the CPU time");
    }
}

#[tokio::test]
async fn a_sandbox_has_a_tmp_of_its_own_that_is_removed_with_it() {
    let emulator = emulator().start().await.unwrap();
    let first = emulator.invoke("do:tmp").await.unwrap().json().unwrap();
    assert!(!first["names"].to_string().contains("left-by"), "{first}");
    let again = emulator.invoke("do:tmp").await.unwrap().json().unwrap();
    assert!(again["names"].to_string().contains("left-by-the-function"), "{again}");
    assert!(!std::env::temp_dir().join("left-by-the-function").exists());
    let sandbox = emulator.sandboxes().remove(0);
    sandbox.kill();
    sandbox.ended().await;
    let other = emulator.invoke("do:tmp").await.unwrap().json().unwrap();
    assert!(!other["names"].to_string().contains("left-by"), "{other}");
    let folder = other["folder"].as_str().unwrap();
    if is_honest(&emulator, Feature::Tmp) {
        assert_eq!(folder, "/tmp");
    } else {
        assert_ne!(folder, "/tmp");
        emulator.stop().await;
        assert!(!std::path::Path::new(folder).exists());
    }
}

#[tokio::test]
async fn what_is_shared_is_found_in_tmp_too() {
    let shared = std::env::temp_dir().join(format!("emulator-shared-{}", std::process::id()));
    std::fs::create_dir(&shared).unwrap();
    let emulator = emulator().share(&shared).start().await.unwrap();
    let seen = emulator.invoke("do:tmp").await.unwrap().json().unwrap();
    if is_honest(&emulator, Feature::Tmp) && shared.starts_with("/tmp") {
        let name = shared.file_name().unwrap().to_str().unwrap();
        assert!(seen["names"].to_string().contains(name), "{seen}");
    }
    emulator.stop().await;
    assert!(shared.exists(), "it is the test's own");
    std::fs::remove_dir(&shared).unwrap();
}

#[tokio::test]
async fn the_log_has_lambdas_lines_around_the_functions_own() {
    let emulator = emulator().start().await.unwrap();
    let first = emulator.invoke("do:log").await.unwrap();
    let id = &first.request_id;
    let lines: Vec<&str> = first.logs.iter().map(|line| line.text.as_str()).collect();
    assert!(lines[0].starts_with("INIT_START Runtime Version: "), "{lines:?}");
    assert_eq!(lines[1..3], ["starting", &format!("START RequestId: {id} Version: $LATEST")]);
    assert_eq!(lines[5], format!("END RequestId: {id}"));
    let report = report(&first.logs);
    assert!(report.starts_with(&format!("REPORT RequestId: {id}\tDuration: ")), "{report}");
    let milliseconds = first.init_duration.unwrap().as_secs_f64() * 1000.0;
    assert!(report.contains(&format!("\tInit Duration: {milliseconds:.2} ms\t")), "{report}");
    let billed = first.billed_duration.as_millis();
    assert!(report.contains(&format!("\tBilled Duration: {billed} ms\t")), "{report}");
    assert!(first.billed_duration >= first.duration + first.init_duration.unwrap());

    let second = emulator.invoke("{}").await.unwrap();
    assert_eq!(second.logs.len(), 3, "{:?}", second.logs);
    assert!(!second.logs[2].text.contains("Init Duration"));
    assert_eq!(emulator.sandboxes()[0].logs().len(), first.logs.len() + second.logs.len());
}

#[tokio::test]
async fn the_log_says_that_an_invocation_timed_out() {
    let emulator = emulator().timeout(Duration::from_millis(200)).start().await.unwrap();
    let invoked = emulator.invoke("do:hang").await.unwrap();
    let lines = said(&invoked.logs);
    let timed_out = format!("{} Task timed out after 0.20 seconds", invoked.request_id);
    assert!(lines.iter().any(|line| line.ends_with(&timed_out)), "{lines:?}");
    assert!(report(&invoked.logs).ends_with("\tStatus: timeout\t"));
}

#[tokio::test]
async fn a_start_that_takes_too_long_is_repeated_within_the_invocation() {
    let mark = support::Scratch::new("mark");
    let emulator = emulator()
        .env("FIXTURE", "slow-once")
        .env("FIXTURE_MARK", mark.path())
        .init_timeout(Duration::from_millis(500))
        .timeout(Duration::from_secs(20))
        .start()
        .await
        .unwrap();
    let invoked = emulator.invoke("{}").await.unwrap();
    assert_eq!(invoked.error, None);
    assert_eq!(invoked.init_duration, None, "the second start is part of the invocation");
    let lines = said(&invoked.logs);
    let init_report = lines.iter().find(|line| line.starts_with("INIT_REPORT ")).unwrap();
    assert!(init_report.ends_with(" ms\tPhase: init\tStatus: timeout\t"), "{init_report}");
    assert!(!report(&invoked.logs).contains("Init Duration"));
    assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, invoked.sandbox, "it is kept");
}

#[tokio::test]
async fn a_start_that_always_fails_fails_in_the_invocation() {
    let emulator = emulator().env("FIXTURE", "exits").start().await.unwrap();
    let invoked = emulator.invoke("{}").await.unwrap();
    assert_eq!(invoked.error.unwrap().error_type(), "Runtime.ExitError");
    let lines = said(&invoked.logs);
    for phase in ["init", "invoke"] {
        let expected = format!("\tPhase: {phase}\tStatus: error\tError Type: Runtime.ExitError\t");
        assert!(lines.iter().any(|line| line.ends_with(&expected)), "{lines:?}");
    }
    let status = "\tStatus: error\tError Type: Runtime.ExitError\t";
    assert!(report(&invoked.logs).ends_with(status), "{lines:?}");
}
