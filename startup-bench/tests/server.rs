//! `startup-bench server` as a user has it; without Ghost, which takes minutes to install.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The blog, as `cargo test --workspace` has built it beside the bench; otherwise it is built.
fn blog() -> PathBuf {
    let beside = Path::new(env!("CARGO_BIN_EXE_startup-bench")).with_file_name("blog-demo");
    if !beside.is_file() {
        let mut command = Command::new(env!("CARGO"));
        assert!(command.args(["build", "--package", "blog-demo"]).status().unwrap().success());
    }
    beside
}

fn server(options: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_startup-bench")).arg("server").args(options).output().unwrap()
}

#[test]
fn a_blog_is_measured_as_a_server_on_both_databases_and_as_a_function() {
    let json = Path::new(env!("CARGO_TARGET_TMPDIR")).join("server.json");
    let options = ["--contender", "blog-demo", "--runs", "1", "--load-seconds", "1"];
    let blog = blog();
    // The fewest posts that fill a home page.
    let sample = ["--posts", "12", "--pictures", "1"];
    let files = ["--blog", blog.to_str().unwrap(), "--markdown", "-", "--json"];
    let output = server(&[&options[..], &sample, &files, &[json.to_str().unwrap()]].concat());
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("| at most 1/60 |") && said.contains("- blog-demo: `blog-demo serve`"));

    let report: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    std::fs::remove_file(&json).unwrap();
    let figure = |case: &str, metric: &str| {
        let rows = report["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["case"] == case && row["metric"] == metric);
        let row = row.unwrap_or_else(|| panic!("no {metric} of {case} in {report:#}"));
        assert_eq!((&row["work"], &row["runs"]), (&"server".into(), &1.into()));
        row["median"].as_f64().unwrap()
    };
    for case in ["sqlite", "mysql"] {
        for metric in ["first_response_ms", "cpu_us", "rss_kb", "requests_per_s"] {
            assert!(figure(case, metric) > 0.0, "{metric} of {case}");
        }
    }
    // It connects, looks at the schema, and asks for a page.
    assert!(figure("mysql", "connections") >= 1.0 && figure("mysql", "queries") >= 2.0);
    for case in ["function", "function-throttled-init"] {
        assert!(figure(case, "first_response_ms") > figure(case, "next_ms"));
    }
}

#[test]
fn what_can_not_be_measured_is_refused_with_a_reason() {
    let said = |options: &[&str]| {
        let output = server(options);
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let unknown = said(&["--contender", "wordpress"]);
    assert!(unknown.contains("no contender wordpress") && unknown.contains("ghost"), "{unknown}");
    let place = said(&["--contender", "blog-demo", "--markdown", "/no-such-folder/table.md"]);
    assert!(place.contains("no folder /no-such-folder"), "{place}");
    let missing = said(&["--contender", "blog-demo", "--blog", "./no-such-blog"]);
    assert!(missing.contains("no such file"), "{missing}");
    let other = said(&["--contender", "blog-demo", "--blog", "/bin/false", "--db", "sqlite"]);
    assert!(other.contains("blog-demo") && other.contains("migrate"), "{other}");
}
