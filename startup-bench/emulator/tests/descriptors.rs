//! A process that has no file descriptor left. Alone in its program: the limit is the process's.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::fs::File;
use std::io::{Read, Write};
use std::time::Duration;

use lambdafy_emulator::RuntimeApi;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::time::{ClockId, clock_gettime};

#[tokio::test]
async fn a_listener_waits_patiently_until_there_is_a_descriptor_for_a_connection() {
    let api = RuntimeApi::start().await.unwrap();
    // The kernel takes it; the listener, which runs on this thread, has not yet.
    let mut client = std::net::TcpStream::connect(api.address()).unwrap();
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, 64, hard).unwrap();
    let mut files = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        files.push(file);
    }

    let before = Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).unwrap());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let after = Duration::from(clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).unwrap());
    assert_eq!(api.connections(), 0);
    assert!(after - before < Duration::from_millis(100), "{:?} of CPU time", after - before);

    drop(files);
    setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
    client
        .write_all(b"GET /2018-06-01/ping HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    let read = move || {
        let mut answer = String::new();
        client.read_to_string(&mut answer).map(|_| answer)
    };
    let answer = tokio::task::spawn_blocking(read).await.unwrap().unwrap();
    assert!(answer.ends_with("pong"), "{answer}");
}
