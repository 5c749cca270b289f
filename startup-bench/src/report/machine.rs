//! The facts about this machine that a figure can't be read without.

use std::process::Command;

use serde_json::{Value, json};

/// What is known; what isn't is `null`.
pub(super) fn facts() -> Value {
    json!({
        "os": std::env::consts::OS,
        "arch": std::env::consts::ARCH,
        "kernel": file_line("/proc/sys/kernel/osrelease", ""),
        "cpu": file_line("/proc/cpuinfo", "model name"),
        "cores": cores(),
        "memory": file_line("/proc/meminfo", "MemTotal"),
        "rustc": first_line("rustc"),
        "valgrind": first_line("valgrind"),
    })
}

/// The value on the first line of `path` that begins with `label`.
fn file_line(path: &str, label: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(label))?;
    Some(line.trim_start_matches([' ', '\t', ':']).to_owned())
}

/// The machine's cores, not only those that this process has pinned itself to.
fn cores() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    Some(text.lines().filter(|line| line.starts_with("processor")).count())
}

fn first_line(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.to_owned())
}
