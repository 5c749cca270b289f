//! The table of memory sizes, held against starts that really have no more CPU than that.

use std::time::{Duration, Instant};

use lambdafy_emulator::{Emulator, Feature, Function, SandboxState};
use serde_json::Value;
use tokio::time::sleep;

use super::function::get;
use super::process::{APP, PATIENCE};
use super::report::number;

/// How far the table may be off for a start that computes.
const PERCENT: u64 = 15;

/// Far more than the starts take: a busy machine only makes single ones longer, so the shortest of
/// several is what a start takes.
const LONGEST: Duration = Duration::from_secs(120);

async fn emulator(memory_mb: u32, throttles_init: bool) -> Emulator {
    let emulator = Emulator::builder()
        .app(std::env::current_exe().unwrap())
        .arg("--exact")
        .arg("function_process")
        .arg("--nocapture")
        .env(APP, "computes")
        .env("LAMBDAFY_STARTUP_REPORT", "json")
        .function(Function::new("orders").memory_mb(memory_mb).timeout(PATIENCE))
        .init_timeout(PATIENCE)
        .throttle_init(throttles_init)
        .max_sandboxes(1);
    emulator.start().await.unwrap()
}

/// The report of one start.
async fn start(emulator: &Emulator) -> Value {
    let invoked = emulator.invoke(get("/").to_string()).await.unwrap();
    assert_eq!(invoked.error, None, "{:?}", invoked.logs);
    let sandbox = emulator.sandboxes().remove(0);
    // The report is printed before the next event is asked for, and then it is frozen.
    let begin = Instant::now();
    while sandbox.state() != SandboxState::Frozen {
        assert!(begin.elapsed() < PATIENCE, "not frozen: {:?}", sandbox.state());
        sleep(Duration::from_millis(2)).await;
    }
    sandbox.kill();
    sandbox.ended().await;
    let logs = sandbox.logs();
    // The test's harness has begun the line.
    let report = logs.iter().find_map(|line| Some(&line.text[line.text.find("{\"schema\"")?..]));
    serde_json::from_str(report.unwrap_or_else(|| panic!("no report: {logs:?}"))).unwrap()
}

fn estimate(report: &Value, memory_mb: u32) -> u64 {
    let mut sizes = report["what_if"].as_array().unwrap().iter();
    let size = sizes.find(|size| size["memory_mb"] == memory_mb).unwrap();
    number(size, "/init_throttled_us")
}

#[tokio::test]
async fn a_start_that_computes_takes_at_a_smaller_size_what_the_table_says() {
    let full = emulator(1769, false).await;
    for memory_mb in [512, 256] {
        let throttled = emulator(memory_mb, true).await;
        if throttled.limits().iter().any(|limit| limit.feature == Feature::Cpu) {
            eprintln!("this machine can't limit CPU: nothing to hold the table against");
            return;
        }
        let (mut told, mut took) = (u64::MAX, u64::MAX);
        let begin = Instant::now();
        loop {
            told = told.min(estimate(&start(&full).await, memory_mb));
            took = took.min(number(&start(&throttled).await, "/init/wall_us"));
            if told.abs_diff(took) * 100 <= took * PERCENT {
                break;
            }
            let is_time = begin.elapsed() < LONGEST;
            assert!(is_time, "{memory_mb} MB: the table says {told} us, it took {took} us");
        }
        throttled.stop().await;
    }
    full.stop().await;
}
