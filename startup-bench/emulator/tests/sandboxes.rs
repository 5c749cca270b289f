//! What happens to a function's processes.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::sync::Arc;
use std::time::Duration;

use lambdafy_emulator::{
    Activity, Emulator, EmulatorBuilder, ErrorKind, Function, RuntimeApi, SandboxState,
};
use support::{by_hand, is_soon_dead, printed, said, soon};

fn emulator() -> EmulatorBuilder {
    Emulator::builder().app(by_hand())
}

#[tokio::test]
async fn the_first_invocation_is_a_cold_start_and_the_next_is_not() {
    let emulator = emulator().start().await.unwrap();
    assert!(emulator.sandboxes().is_empty(), "nothing starts before it is needed");
    let first = emulator.invoke(r#"{"n":1}"#).await.unwrap();
    assert_eq!(first.json().unwrap()["body"], r#"{"n":1}"#);
    assert!(first.init_duration.is_some());
    assert_eq!(printed(&first.logs), ["starting"]);
    let second = emulator.invoke("{}").await.unwrap();
    assert_eq!(second.init_duration, None);
    assert_eq!((first.sandbox, second.sandbox), (1, 1));
    let sandboxes = emulator.sandboxes();
    assert_eq!(sandboxes.len(), 1);
    assert_eq!(sandboxes[0].invocations(), 2);
    assert_eq!(sandboxes[0].connections(), 1);
    assert!(soon(|| sandboxes[0].state() == SandboxState::Frozen).await);
}

#[tokio::test]
async fn a_sandbox_finds_lambdas_environment_and_nothing_else() {
    let function = Function::new("orders").memory_mb(512).region("eu-west-1");
    let emulator =
        emulator().function(function).env("DATABASE_URL", "postgres://x").start().await.unwrap();
    let invoked = emulator.invoke("do:environment").await.unwrap();
    let all = invoked.json().unwrap();
    let all: Vec<&str> = all.as_str().unwrap().split('|').collect();
    for expected in [
        "AWS_LAMBDA_FUNCTION_NAME=orders",
        "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
        "AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/orders",
        "AWS_REGION=eu-west-1",
        "AWS_ACCESS_KEY_ID=ASIAEMULATEDLAMBDA00",
        "_HANDLER=bootstrap",
        "DATABASE_URL=postgres://x",
    ] {
        assert!(all.contains(&expected), "{expected} is not in {all:?}");
    }
    let has = |name: &str| all.iter().any(|variable| variable.starts_with(name));
    assert!(has("LAMBDA_TASK_ROOT=/") && has("AWS_LAMBDA_RUNTIME_API=127.0.0.1:"));
    assert!(!has("AWS_EXECUTION_ENV"), "only managed runtimes have it");
    assert!(!has("CARGO"), "the environment of the test is not the function's");
}

#[tokio::test]
async fn twenty_invocations_at_once_get_a_sandbox_each() {
    let emulator = std::sync::Arc::new(emulator().start().await.unwrap());
    let mut invocations = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let emulator = emulator.clone();
        invocations.spawn(async move { emulator.invoke("do:sleep").await.unwrap() });
    }
    let mut used: Vec<u64> = Vec::new();
    while let Some(invoked) = invocations.join_next().await {
        let invoked = invoked.unwrap();
        assert_eq!(invoked.error, None);
        used.push(invoked.sandbox);
    }
    used.sort_unstable();
    assert!(used.len() == 20 && used.last() <= Some(&20), "{used:?}");
    assert!(used.windows(2).filter(|two| two[0] != two[1]).count() >= 9, "{used:?}");
}

#[tokio::test]
async fn what_comes_when_all_are_busy_waits() {
    let emulator = emulator().max_sandboxes(2).start().await.unwrap();
    let emulator = std::sync::Arc::new(emulator);
    let mut invocations = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let emulator = emulator.clone();
        invocations.spawn(async move { emulator.invoke("do:sleep").await.unwrap() });
    }
    while let Some(invoked) = invocations.join_next().await {
        let invoked = invoked.unwrap();
        assert_eq!(invoked.error, None);
        assert!(invoked.sandbox <= 2);
        assert!(emulator.sandboxes().len() <= 2);
    }
}

#[tokio::test]
async fn a_managed_instance_gets_several_invocations_at_once() {
    let function = Function::default().max_concurrency(4).timeout(Duration::from_secs(60));
    let emulator = emulator().function(function).max_sandboxes(1).start().await;
    let emulator = std::sync::Arc::new(emulator.unwrap());
    // None of them ends: that all are begun means that they are so at once.
    for _ in 0..4 {
        let emulator = emulator.clone();
        tokio::spawn(async move { emulator.invoke("do:hang").await });
    }
    let all_begun = || emulator.sandboxes().first().is_some_and(|one| one.invocations() == 4);
    assert!(soon(all_begun).await);
    // The last may not have asked for its event yet.
    assert!(soon(|| emulator.sandboxes()[0].connections() == 4).await);
}

#[tokio::test]
async fn a_function_that_crashes_is_an_exit_error_and_the_next_invocation_starts_anew() {
    let emulator = emulator().start().await.unwrap();
    let invoked = emulator.invoke("do:crash").await.unwrap();
    let error = invoked.error.unwrap();
    assert_eq!(error.error_type(), "Runtime.ExitError");
    assert!(
        error.message().ends_with("Error: Runtime exited with error: exit status 3"),
        "{error}"
    );
    assert_eq!(printed(&invoked.logs).last(), Some(&"crashing"));
    let next = emulator.invoke("{}").await.unwrap();
    assert_eq!((next.sandbox, next.error), (2, None));
}

#[tokio::test]
async fn a_function_that_takes_too_long_is_killed() {
    let emulator = emulator().timeout(Duration::from_millis(200)).start().await.unwrap();
    let first = emulator.invoke("{}").await.unwrap();
    assert_eq!(first.error, None);
    let pid = emulator.sandboxes()[0].pid();
    let invoked = emulator.invoke("do:hang").await.unwrap();
    assert!(invoked.error.unwrap().is_timeout());
    assert!(is_soon_dead(pid).await);
    assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, 2);
}

#[tokio::test]
async fn a_reported_error_leaves_the_sandbox_alive() {
    let emulator = emulator().start().await.unwrap();
    let invoked = emulator.invoke("do:error").await.unwrap();
    assert_eq!(invoked.error.unwrap().to_string(), "App.Broken: on purpose");
    assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, 1);
}

#[tokio::test]
async fn a_start_that_fails_is_the_error_of_the_invocation_that_needed_it() {
    for (how, expected) in [
        ("init-error", "App.NoDatabase: no database"),
        ("exits", "Runtime exited with error: exit status 7"),
        ("never-asks", "Task timed out after 0.30 seconds"),
    ] {
        let emulator = emulator()
            .env("FIXTURE", how)
            .init_timeout(Duration::from_millis(200))
            .timeout(Duration::from_millis(300))
            .start()
            .await
            .unwrap();
        for _ in 0..2 {
            let error = emulator.invoke("{}").await.unwrap().error.unwrap();
            assert!(error.to_string().ends_with(expected), "{how}: {error}");
        }
    }
}

/// A file of these bytes, which may be executed or not.
fn file(name: &str, bytes: &[u8], mode: u32) -> support::Scratch {
    let file = support::Scratch::new(name);
    std::fs::write(file.path(), bytes).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
    std::fs::set_permissions(file.path(), mode).unwrap();
    file
}

#[tokio::test]
async fn what_is_no_program_is_an_error_at_once_with_the_reason() {
    let other = if cfg!(target_arch = "x86_64") { 183 } else { 62 };
    let mut foreign = std::fs::read(by_hand()).unwrap();
    foreign[18] = other;
    let (plain, text) = (file("plain", b"#!/bin/sh\n", 0o644), file("text", b"{}\n", 0o755));
    let script = file("script", b"#!/no/such/interpreter -x\n", 0o755);
    let foreign = file("foreign", &foreign, 0o755);
    let mut refused = vec![
        (std::path::Path::new("/does/not/exist"), "is no file"),
        (std::path::Path::new("/etc"), "is no file"),
        (plain.path(), "is not executable: chmod +x /"),
        (script.path(), "is run by /no/such/interpreter, as its first line says"),
    ];
    let formats = std::fs::read_dir("/proc/sys/fs/binfmt_misc").into_iter().flatten().count();
    if cfg!(target_os = "linux") && formats <= 2 {
        refused.push((text.path(), "does not begin with '#!'"));
        refused.push((foreign.path(), "and this machine is "));
    }
    for (path, reason) in refused {
        let app = Emulator::builder().app(path);
        let extension = emulator().extension(path);
        for (builder, what) in [(app, "the app '"), (extension, "the extension '")] {
            let error = builder.start().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let said = error.to_string();
            assert!(said.starts_with(what) && said.contains(reason), "{said}");
        }
    }
}

#[tokio::test]
async fn a_program_that_can_be_started_no_more_is_the_error_of_an_invocation() {
    let program = file("lost", b"#!/bin/sh\n", 0o755);
    let emulator = Emulator::builder().app(program.path()).start().await.unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(program.path(), mode).unwrap();
    let error = emulator.invoke("{}").await.unwrap().error.unwrap();
    assert_eq!(error.error_type(), "Runtime.InvalidEntrypoint");
}

#[tokio::test]
async fn an_invocation_comes_with_the_lines_that_it_printed() {
    let emulator = emulator().start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    let invoked = emulator.invoke("do:log").await.unwrap();
    assert_eq!(printed(&invoked.logs).len(), 2, "{:?}", invoked.logs);
    let output = invoked.logs.iter().find(|line| !line.is_error && !line.is_platform).unwrap();
    let error = invoked.logs.iter().find(|line| line.is_error).unwrap();
    assert_eq!(output.text, "to standard output");
    assert_eq!(error.text, "to standard error");
}

#[tokio::test]
async fn a_sandbox_with_snapstart_is_restored_for_its_first_invocation() {
    let function = Function::default().snapstart(true);
    let emulator = emulator().function(function).env("FIXTURE", "snapstart").start().await.unwrap();
    let first = emulator.invoke("{}").await.unwrap();
    assert_eq!((first.error, first.init_duration), (None, None), "the start was long ago");
    let restore = first.restore_duration.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    assert_eq!(sandbox.restore_duration(), Some(restore));
    assert!(sandbox.init_duration().unwrap() > Duration::ZERO);
    let report = said(&first.logs).into_iter().find(|line| line.starts_with("REPORT ")).unwrap();
    assert!(
        !report.contains("Init Duration") && report.contains("\tRestore Duration: "),
        "{report}"
    );
    assert!(first.billed_duration >= first.duration + restore);
    let second = emulator.invoke("{}").await.unwrap();
    assert_eq!((second.sandbox, second.restore_duration), (1, None));
}

#[tokio::test]
async fn a_snapshot_ends_the_start_however_long_it_is_kept() {
    let api = RuntimeApi::builder().function(Function::default().snapstart(true));
    let api = api.start().await.unwrap();
    let mut runtime = support::Client::connect(api.address()).await;
    let restored = tokio::spawn(async move {
        runtime.get("/2018-06-01/runtime/restore/next").await;
        runtime.next().await;
    });
    api.ready().await.unwrap();
    assert_eq!(api.first_next(), None);
    restored.abort();
}

#[tokio::test]
async fn what_was_killed_a_moment_ago_answers_nothing_more() {
    let emulator = emulator().max_sandboxes(1).start().await.unwrap();
    for number in 1..6 {
        let invoked = emulator.invoke("{}").await.unwrap();
        assert_eq!((invoked.sandbox, invoked.error), (number, None));
        emulator.sandboxes().remove(0).kill();
    }
}

#[tokio::test]
async fn there_are_never_more_sandboxes_than_may_be_even_where_starts_fail() {
    let emulator = emulator()
        .env("FIXTURE", "never-asks")
        .init_timeout(Duration::from_millis(100))
        .timeout(Duration::from_millis(100))
        .max_sandboxes(1)
        .start()
        .await
        .unwrap();
    let emulator = Arc::new(emulator);
    let mut invocations = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let emulator = emulator.clone();
        invocations.spawn(async move { emulator.invoke("{}").await.unwrap().error.unwrap() });
    }
    while !invocations.is_empty() {
        assert!(emulator.sandboxes().len() <= 1, "{:?}", emulator.sandboxes());
        tokio::time::sleep(Duration::from_millis(1)).await;
        while let Some(error) = invocations.try_join_next() {
            assert!(error.unwrap().is_timeout());
        }
    }
}

#[tokio::test]
async fn an_invocation_that_is_given_up_takes_no_room_with_it() {
    let extension = file("never-registers", b"#!/bin/sh\nexec sleep 60\n", 0o755);
    let (failing, mut failed) = tokio::sync::mpsc::unbounded_channel();
    let emulator = emulator()
        .extension(extension.path())
        .init_timeout(Duration::from_millis(200))
        .max_sandboxes(1)
        .observe(move |activity| {
            if let Activity::StartFailed { .. } = activity {
                let _ = failing.send(());
            }
        })
        .start()
        .await
        .unwrap();
    let emulator = Arc::new(emulator);
    let given_up = tokio::spawn({
        let emulator = emulator.clone();
        async move { emulator.invoke("{}").await }
    });
    // Then it tries again within the invocation.
    failed.recv().await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    given_up.abort();
    let next = tokio::time::timeout(Duration::from_secs(20), emulator.invoke("{}")).await;
    assert!(next.expect("there is room for it").unwrap().error.is_some());
}

#[tokio::test]
async fn times_without_an_end_are_taken() {
    let emulator = emulator()
        .timeout(Duration::MAX)
        .init_timeout(Duration::MAX)
        .idle_after(Duration::MAX)
        .retry_delay(Duration::MAX)
        .integration_timeout(Duration::MAX)
        .start()
        .await
        .unwrap();
    assert_eq!(emulator.invoke("{}").await.unwrap().error, None);
    let mut client = support::Client::connect(emulator.address()).await;
    assert_eq!(client.get("/").await.status, 200);
    let function = Function::new("patient").timeout(Duration::MAX);
    let api = RuntimeApi::builder().function(function).start().await.unwrap();
    let pending = api.push("{}");
    let mut runtime = support::Client::connect(api.address()).await;
    let event = runtime.next().await;
    runtime.respond(&event.request_id, "1").await;
    assert_eq!(pending.invoked().await.unwrap().payload, "1");
}

const HAVE_A_REGION: &str = "EMULATOR_TEST_HAVE_A_REGION";

#[test]
fn the_region_of_the_caller_is_left_where_the_environment_is_inherited() {
    let said = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_with_a_region", "--nocapture"])
        .env(HAVE_A_REGION, "yes")
        .env("AWS_REGION", "eu-north-1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&said.stdout);
    for expected in [
        "inherits AWS_REGION=eu-north-1 AWS_DEFAULT_REGION=eu-north-1",
        "clean AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1",
        "told AWS_REGION=sa-east-1 AWS_DEFAULT_REGION=sa-east-1",
    ] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test above tells by the environment")]
async fn a_process_with_a_region() {
    if std::env::var_os(HAVE_A_REGION).is_none() {
        return;
    }
    let told = Function::default().region("sa-east-1");
    for (name, builder) in [
        ("inherits", emulator().inherit_environment(true)),
        ("clean", emulator()),
        ("told", emulator().inherit_environment(true).function(told)),
    ] {
        let emulator = builder.start().await.unwrap();
        let invoked = emulator.invoke("do:environment").await.unwrap().json().unwrap();
        let all = invoked.as_str().unwrap().to_owned();
        let of = |name: &str| all.split('|').find(|it| it.starts_with(name)).unwrap().to_owned();
        println!("{name} {} {}", of("AWS_REGION="), of("AWS_DEFAULT_REGION="));
    }
}
