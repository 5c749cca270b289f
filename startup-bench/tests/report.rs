//! What a user gets who asks for a report in the wrong way.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::process::Command;

/// The exit code and what was said on standard error.
fn fails(arguments: &[&str]) -> (i32, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_startup-bench")).args(arguments).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_budget_that_is_not_there_is_missed_before_anything_is_built() {
    for command in ["translate", "loop"] {
        let (code, said) = fails(&[command, "--budget", "/nonexistent/budget.toml"]);
        assert_eq!(code, 1);
        assert!(said.contains("can't read the budget /nonexistent/budget.toml"), "{said}");
        assert!(said.contains("--write-budget makes one"), "{said}");
        assert!(!said.contains("building"), "{said}");
    }
}

#[test]
fn a_budget_can_not_be_held_and_recorded_at_once() {
    let (code, said) = fails(&["loop", "--budget", "a", "--write-budget", "b"]);
    assert_eq!(code, 2);
    assert!(said.contains("--write-budget"), "{said}");
}

#[test]
fn an_unknown_contender_is_answered_with_the_known_ones() {
    let (code, said) = fails(&["loop", "--contender", "express"]);
    assert_eq!(code, 1);
    assert!(said.contains("no contender express here; there are: lambda_http,"), "{said}");
}
