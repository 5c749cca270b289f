//! What happens to a function's processes.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::time::Duration;

use lambdafy_emulator::{Emulator, EmulatorBuilder, ErrorKind, Function, SandboxState};
use support::{by_hand, is_alive, is_soon_dead, printed, soon};

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
    assert_eq!(emulator.sandboxes()[0].connections(), 4);
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

#[tokio::test]
async fn an_app_that_is_no_file_is_an_error_at_once() {
    let missing = Emulator::builder().app("/does/not/exist").start().await;
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::Configuration);
    let no_program = Emulator::builder().app("/etc/hostname").start().await.unwrap();
    let error = no_program.invoke("{}").await.unwrap().error.unwrap();
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
    assert_eq!(emulator.invoke("{}").await.unwrap().error, None);
}

#[tokio::test]
async fn a_sandbox_can_be_killed_between_invocations() {
    let emulator = emulator().start().await.unwrap();
    emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    sandbox.kill();
    sandbox.ended().await;
    assert_eq!(sandbox.state(), SandboxState::Ended);
    assert!(!is_alive(sandbox.pid()));
    assert_eq!(emulator.invoke("{}").await.unwrap().sandbox, 2);
}

#[tokio::test]
async fn nothing_is_left_behind_when_the_emulator_is_dropped() {
    let emulator = emulator().start().await.unwrap();
    let child = emulator.invoke("do:child").await.unwrap();
    let child: u32 = child.json().unwrap().as_u64().unwrap().try_into().unwrap();
    let pid = emulator.sandboxes()[0].pid();
    assert!(is_alive(pid) && is_alive(child));
    drop(emulator);
    assert!(is_soon_dead(pid).await && is_soon_dead(child).await);
}

#[test]
fn nothing_is_left_behind_when_the_tokio_runtime_ends() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (pid, emulator) = runtime.block_on(async {
        let emulator = emulator().start().await.unwrap();
        emulator.invoke("{}").await.unwrap();
        (emulator.sandboxes()[0].pid(), emulator)
    });
    drop(runtime);
    assert!(!is_alive(pid));
    drop(emulator);
}

#[tokio::test]
async fn nothing_is_left_behind_when_this_process_is_killed() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};

    let mut killed = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_to_kill", "--nocapture"])
        .env(BE_KILLED, "yes")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(killed.stdout.take().unwrap()).lines();
    let mut lines = lines.map_while(Result::ok);
    let mut pid_after = |word: &str| -> u32 {
        lines.find_map(|line| line.split_once(word)?.1.parse().ok()).unwrap()
    };
    let (apart, pid) = (pid_after("apart "), pid_after("sandbox "));
    assert!(is_alive(pid) && is_alive(apart));
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(is_soon_dead(pid).await, "it dies though it is frozen");
    // Without cgroups nobody knows that it belongs to the sandbox.
    let emulator = emulator().start().await.unwrap();
    if emulator.limits().is_empty() {
        assert!(is_soon_dead(apart).await, "what has left the process group dies too");
    } else {
        kill(apart);
    }
    assert!(!left_of(killed.id()), "the next start removes what is left");
}

fn kill(pid: u32) {
    let killed = std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    assert!(killed.unwrap().success());
}

/// Whether there are folders or cgroups of a process's sandboxes.
fn left_of(pid: u32) -> bool {
    let mut folders = vec![std::env::temp_dir()];
    for tree in std::fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten() {
        folders.push(tree.path().join("lambdafy-emulator"));
    }
    folders.push("/sys/fs/cgroup/lambdafy-emulator".into());
    folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten()).any(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap_or_default();
        let name = name.strip_prefix("lambdafy-emulator-").unwrap_or(&name);
        name.starts_with(&format!("{pid}-"))
    })
}

/// Set where this program is the process that the test above kills.
const BE_KILLED: &str = "EMULATOR_TEST_BE_KILLED";

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the test above tells by the environment")]
async fn a_process_to_kill() {
    if std::env::var_os(BE_KILLED).is_none() {
        return;
    }
    let emulator = emulator().start().await.unwrap();
    // Another sandbox has ended before: the guard is none of its processes.
    emulator.invoke("{}").await.unwrap();
    let first = emulator.sandboxes().remove(0);
    first.kill();
    first.ended().await;
    let apart = emulator.invoke("do:apart").await.unwrap().json().unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    assert!(soon(|| sandbox.state() == SandboxState::Frozen).await);
    println!("apart {apart}");
    println!("sandbox {}", sandbox.pid());
    tokio::time::sleep(Duration::from_secs(60)).await;
}

/// A shell that says when it gets SIGTERM, around the function.
async fn end_of(fixture: &str) -> Vec<String> {
    let script = format!("trap 'echo told to end; exit 0' TERM; {} & wait", by_hand().display());
    let emulator = Emulator::builder()
        .app("/bin/sh")
        .arg("-c")
        .arg(script)
        .share(by_hand())
        .env("FIXTURE", fixture)
        .start()
        .await
        .unwrap();
    emulator.invoke("{}").await.unwrap();
    let sandbox = emulator.sandboxes().remove(0);
    emulator.stop().await;
    assert!(!is_alive(sandbox.pid()));
    printed(&sandbox.logs()).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_sandbox_with_an_extension_is_told_to_end_and_another_is_not() {
    assert_eq!(end_of("extension").await, ["starting", "told to end"]);
    assert_eq!(end_of("").await, ["starting"]);
}
