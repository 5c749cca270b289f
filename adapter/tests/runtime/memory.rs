//! What large bodies leave behind in the process.

#![cfg(target_os = "linux")]

use serde_json::Value;

use super::function::{Function, event};
use super::support::encoding::base64;
use super::support::{ClientRequest, Front};

/// 5 MiB in base64.
const BODY: usize = 5 * 1024 * 1024 / 4 * 3;

#[tokio::test]
async fn large_bodies_again_and_again_do_not_take_more_and_more_memory() {
    let function = Function::start("app").await;
    let bytes: Vec<u8> = (0..BODY).map(|index| index.to_le_bytes()[0] ^ 0xa5).collect();
    let expected = base64(&bytes);
    let request = ClientRequest::new("POST", "/echo").body("application/octet-stream", bytes);
    let event = event(Front::HttpApiV2, &request);
    let mut memory = Vec::new();
    for round in 0..24 {
        let invoked = function.invoke(event.clone()).await;
        assert_eq!(invoked.error, None);
        if round == 0 {
            let answer: Value = invoked.json().unwrap();
            assert!(answer["body"].as_str() == Some(&expected), "not what was sent");
        }
        assert!(invoked.payload.len() > expected.len());
        memory.push(resident_kib(function.process.pid()));
    }
    // The allocator needs some rounds to settle. One body that is kept would be 5 MiB.
    let settled = memory[6..12].iter().max().unwrap();
    let last = memory[18..].iter().max().unwrap();
    assert!(*last < settled + 4 * 1024, "KiB after each invocation: {memory:?}");
}

fn resident_kib(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
