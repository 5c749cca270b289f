//! How sandboxes end, and that nothing of them is left behind.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use lambdafy_emulator::{Emulator, EmulatorBuilder, SandboxState};
use support::{by_hand, is_alive, is_soon_dead, printed, soon};

fn emulator() -> EmulatorBuilder {
    Emulator::builder().app(by_hand())
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

/// Whether a process of this machine was started with this argument.
fn runs_with(argument: &str) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    processes
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .any(|line| line.split(|byte| *byte == 0).any(|found| found == argument.as_bytes()))
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn stopping_waits_for_what_was_about_to_start() {
    for delay_ms in 0..8 {
        let argument = format!("{}-{delay_ms}-stopped", std::process::id());
        let emulator = emulator().arg(&argument).env("FIXTURE", "never-asks");
        let emulator = Arc::new(emulator.start().await.unwrap());
        let invoked = tokio::spawn({
            let emulator = emulator.clone();
            async move { emulator.invoke("{}").await.map(drop) }
        });
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        invoked.abort();
        drop(invoked.await);
        Arc::into_inner(emulator).unwrap().stop().await;
        assert!(!runs_with(&argument));
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(!runs_with(&argument), "nothing comes later");
    }
}

#[tokio::test]
async fn nothing_is_left_behind_when_this_process_is_killed() {
    let killed = Killed::start();
    killed.kill(killed.pid);
    assert!(is_soon_dead(killed.sandbox).await, "it dies though it is frozen");
    // Without cgroups nobody knows that it belongs to the sandbox.
    let emulator = emulator().start().await.unwrap();
    if emulator.limits().is_empty() {
        assert!(is_soon_dead(killed.apart).await, "what has left the process group dies too");
    } else {
        killed.kill(killed.apart);
    }
    killed.assert_gone().await;
}

#[tokio::test]
async fn the_next_start_ends_what_a_killed_process_and_its_killed_guard_have_left() {
    let killed = Killed::start();
    killed.kill(killed.guard());
    killed.kill(killed.pid);
    let emulator = emulator().start().await.unwrap();
    if !emulator.limits().is_empty() {
        // Without cgroups nobody knows them.
        killed.kill(killed.sandbox);
        killed.kill(killed.apart);
    }
    assert!(is_soon_dead(killed.sandbox).await && is_soon_dead(killed.apart).await);
    killed.assert_gone().await;
}

/// Another process with an emulator, whose sandbox stands still in a network of its own.
struct Killed {
    process: std::process::Child,
    pid: u32,
    /// What the sandbox started outside of its process group.
    apart: u32,
    sandbox: u32,
    /// Of its network, on this machine.
    device: PathBuf,
    index: Option<String>,
}

impl Killed {
    fn start() -> Self {
        use std::io::{BufRead, BufReader};
        use std::process::{Command, Stdio};

        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_process_to_kill", "--nocapture"])
            .env(BE_KILLED, "yes")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut lines = lines.map_while(Result::ok);
        let mut after = |word: &str| -> String {
            lines.find_map(|line| Some(line.split_once(word)?.1.to_owned())).unwrap()
        };
        let (apart, sandbox) = (after("apart ").parse(), after("sandbox ").parse());
        let address: std::net::Ipv4Addr = after("address ").parse().unwrap();
        // A sixteenth of 198.19.0.0/16 for each process.
        let device = format!("/sys/class/net/lambdafy{}", address.octets()[2] / 16);
        let device = PathBuf::from(device);
        let (apart, sandbox) = (apart.unwrap(), sandbox.unwrap());
        assert!(is_alive(apart) && is_alive(sandbox));
        let index = index_of(&device);
        Self { pid: process.id(), process, apart, sandbox, device, index }
    }

    /// The shell that ends the sandboxes of a process that was killed.
    fn guard(&self) -> u32 {
        let children = format!("/proc/{0}/task", self.pid);
        let tasks = std::fs::read_dir(children).unwrap().flatten();
        let children =
            tasks.filter_map(|t| std::fs::read_to_string(t.path().join("children")).ok());
        let children = children.collect::<String>();
        let mut pids = children.split_whitespace().map(|pid| pid.parse::<u32>().unwrap());
        let is_guard = |pid: &u32| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains("lambdafy-emulator-guard")
        };
        pids.find(is_guard).unwrap()
    }

    fn kill(&self, pid: u32) {
        let kill = std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
        assert!(kill.unwrap().success());
        assert!(pid != self.pid || soon_blocking(|| !is_alive(self.pid)));
    }

    async fn assert_gone(mut self) {
        self.process.wait().unwrap();
        assert!(!left_of(self.pid), "the next start removes what is left");
        assert!(
            soon(|| self.index.is_none() || index_of(&self.device) != self.index).await,
            "{:?} is left",
            self.device
        );
    }
}

/// Tells a device from a later one of the same name.
fn index_of(device: &Path) -> Option<String> {
    std::fs::read_to_string(device.join("ifindex")).ok()
}

fn soon_blocking(is_so: impl Fn() -> bool) -> bool {
    (0..1000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        is_so()
    })
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
    let emulator = emulator().own_network(true).start().await.unwrap();
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
    // Any where there are no networks for us.
    let address = sandbox.ip_address().unwrap_or(std::net::Ipv4Addr::LOCALHOST);
    println!("address {address}");
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
