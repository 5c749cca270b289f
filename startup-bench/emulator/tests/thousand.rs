//! A thousand sandboxes in one run. Alone in its program: what is counted is the process's.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use lambdafy_emulator::Emulator;
use support::by_hand;

const SANDBOXES: u32 = 1000;
const AT_ONCE: usize = 8;
const WARM_UP: u32 = 16;

/// How many of each there are.
#[derive(Clone, Debug, PartialEq)]
struct Counts {
    descriptors: usize,
    threads: usize,
    children: usize,
    cgroups: usize,
    scratch_folders: usize,
    /// Cables to sandboxes. The kernel removes one with the namespace that its end is in, so that
    /// there are as many of those.
    cables: usize,
}

impl Counts {
    fn is_within(&self, other: &Self) -> bool {
        let all = |it: &Self| {
            let Self { descriptors, threads, children, cgroups, scratch_folders, cables } = *it;
            [descriptors, threads, children, cgroups, scratch_folders, cables]
        };
        all(self).iter().zip(all(other)).all(|(here, there)| *here <= there)
    }
}

#[tokio::test]
async fn a_thousand_sandboxes_leave_nothing_behind() {
    let server = server();
    let emulator = Emulator::builder()
        .app(by_hand())
        .reach(server)
        .env("FIXTURE_SERVER", server.to_string())
        .max_sandboxes(AT_ONCE)
        .timeout(Duration::from_secs(60))
        .start()
        .await
        .unwrap();
    let emulator = Arc::new(emulator);
    live_and_end(&emulator, WARM_UP).await;
    let before = settled(&emulator, None).await;
    live_and_end(&emulator, SANDBOXES).await;
    let after = settled(&emulator, Some(&before)).await;
    assert!(after.is_within(&before), "{after:?} after {SANDBOXES} sandboxes, {before:?} before");

    Arc::into_inner(emulator).unwrap().stop().await;
    let gone = settled_when(|counts| {
        (counts.children, counts.cgroups, counts.scratch_folders, counts.cables) == (1, 0, 0, 0)
    });
    gone.await.unwrap_or_else(|left| panic!("besides the guard there is {left:?}"));
}

/// So many sandboxes that connect to the server, each ended in one of three ways.
async fn live_and_end(emulator: &Arc<Emulator>, count: u32) {
    let ended = Arc::new(AtomicU32::new(0));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (emulator, ended) = (emulator.clone(), ended.clone());
        workers.spawn(async move {
            loop {
                let number = ended.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return;
                }
                let invoked = emulator.invoke("do:ask").await.unwrap();
                assert_eq!((invoked.error, &invoked.payload[..]), (None, &b"\"ask\""[..]));
                let mut sandboxes = emulator.sandboxes().into_iter();
                let sandbox = sandboxes.find(|it| it.number() == invoked.sandbox).unwrap();
                match number % 3 {
                    0 => sandbox.end(),
                    1 => sandbox.kill(),
                    _ => sandbox.vanish(),
                }
                sandbox.ended().await;
            }
        });
    }
    workers.join_all().await;
}

/// The counts, once nothing is on its way any more.
async fn settled(emulator: &Emulator, expected: Option<&Counts>) -> Counts {
    assert!(support::soon(|| emulator.sandboxes().is_empty()).await);
    let mut last = counts();
    let is_settled = move |now: &Counts| {
        let is_still = *now == last;
        last = now.clone();
        expected.map_or(is_still, |expected| now.is_within(expected))
    };
    match settled_when(is_settled).await {
        Ok(counts) | Err(counts) => counts,
    }
}

/// The counts as soon as they are so, or those after a while.
async fn settled_when(mut is_so: impl FnMut(&Counts) -> bool) -> Result<Counts, Counts> {
    for _ in 0..60 {
        // The kernel takes its time for namespaces.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = counts();
        if is_so(&now) {
            return Ok(now);
        }
    }
    Err(counts())
}

fn counts() -> Counts {
    let own = format!("{}-", std::process::id());
    let is_own = |name: &str| name.trim_start_matches("lambdafy-emulator-").starts_with(&own);
    let within = |parent: &str| -> Vec<std::path::PathBuf> {
        let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
        let own = entries.filter(|entry| is_own(&entry.file_name().to_string_lossy()));
        own.flat_map(|own| std::fs::read_dir(own.path()).unwrap().flatten())
            .filter(|entry| entry.file_type().unwrap().is_dir())
            .map(|entry| entry.path())
            .collect()
    };
    let trees = std::fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten();
    let trees = trees.map(|tree| tree.path().join("lambdafy-emulator"));
    let trees = trees.chain(["/sys/fs/cgroup/lambdafy-emulator".into()]);
    let tasks = || std::fs::read_dir("/proc/self/task").unwrap().flatten().map(|task| task.path());
    let children = |task: std::path::PathBuf| {
        let children = std::fs::read_to_string(task.join("children")).unwrap_or_default();
        children.split_whitespace().count()
    };
    Counts {
        descriptors: std::fs::read_dir("/proc/self/fd").unwrap().count(),
        threads: tasks().count(),
        children: tasks().map(children).sum(),
        cgroups: trees.map(|tree| within(&tree.to_string_lossy()).len()).sum(),
        scratch_folders: within(&std::env::temp_dir().to_string_lossy()).len(),
        cables: tasks().map(|task| cables(&task)).max().unwrap_or(0),
    }
}

/// The devices p1, p2 and so on in the network of a thread: one of them is in the switch's.
fn cables(task: &std::path::Path) -> usize {
    let devices = std::fs::read_to_string(task.join("net/dev")).unwrap_or_default();
    let names = devices.lines().filter_map(|line| line.trim().split(':').next());
    names
        .filter(|name| name.strip_prefix('p').is_some_and(|n| n != "0" && n.parse::<u16>().is_ok()))
        .count()
}

/// A server on this machine's loopback that answers each line with itself.
fn server() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut line = [0; 100];
            // One line, then it is done with it: the test counts this process's descriptors.
            let length = stream.read(&mut line).unwrap_or(0);
            drop(stream.write_all(&line[..length]));
        }
    });
    address
}
