//! `startup-bench server` as a user has it; without Ghost, which takes minutes to install.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

/// The blog as it is now, with the features that CI builds the tests with: with others, half of its crates
/// would be compiled once more. `library` is a test of the blog's, and cargo builds programs for tests.
fn blog() -> &'static str {
    static BUILT: OnceLock<String> = OnceLock::new();
    BUILT.get_or_init(|| {
        let mut command = Command::new(env!("CARGO"));
        command.args(["test", "--workspace", "--all-features", "--no-run", "--test", "library"]);
        command.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
        OF_THE_TEST.iter().for_each(|name| _ = command.env_remove(name));
        if !cfg!(debug_assertions) {
            command.arg("--release");
        }
        let built = command.output().unwrap();
        assert!(built.status.success());
        let messages = String::from_utf8(built.stdout).unwrap();
        let executable = |line: &str| {
            let message: Value = serde_json::from_str(line).unwrap();
            let is_blog = message["target"]["name"] == "blog-demo";
            message["executable"].as_str().filter(|_| is_blog).map(str::to_owned)
        };
        messages.lines().find_map(executable).unwrap()
    })
}

/// What cargo gives a test, and what ring's build script must not see: it would be compiled anew.
const OF_THE_TEST: [&str; 6] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// The fewest pictures, and enough posts to fill a home page.
const SAMPLE: [&str; 4] = ["--posts", "12", "--pictures", "1"];

fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_startup-bench"));
    command.arg("server").args(options);
    command
}

fn server(options: &[&str]) -> Output {
    command(options).output().unwrap()
}

/// Where this test's report goes.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn report(json: &Path) -> Value {
    let report = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    std::fs::remove_file(json).unwrap();
    report
}

#[test]
fn a_blog_is_measured_as_a_server_on_both_databases_and_as_a_function() {
    let json = file("server.json");
    // What is named twice is measured once.
    let chosen = ["--contender", "blog-demo", "--contender", "blog-demo"];
    let systems = ["--db", "sqlite", "--db", "mysql", "--db", "sqlite"];
    let options = ["--runs", "1", "--load-seconds", "1", "--blog", blog(), "--markdown", "-"];
    let json_option = ["--json", json.to_str().unwrap()];
    let output = server(&[&chosen[..], &systems, &options, &SAMPLE, &json_option].concat());
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("| at most 1/60 of ghost |") && said.contains("- blog-demo: `blog-demo"));

    let report = report(&json);
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
fn an_interrupted_run_reports_what_it_has_and_leaves_nothing() {
    let json = file("interrupted.json");
    let chosen = ["--contender", "blog-demo", "--db", "sqlite", "--blog", blog()];
    let long = ["--runs", "1000", "--load-seconds", "1", "--json", json.to_str().unwrap()];
    let mut run = command(&[&chosen[..], &long, &SAMPLE].concat());
    let mut run = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(run.stderr.take().unwrap()).lines().map_while(Result::ok);
    said.find(|line| line.starts_with("[2/1000]")).unwrap();
    let pid = run.id().to_string();
    let told = Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(told.success());
    let said: Vec<String> = said.collect();
    let output = run.wait_with_output().unwrap();

    assert_eq!(output.status.code(), Some(130), "{said:?}");
    assert!(said.last().unwrap().contains("interrupted: the report holds"), "{said:?}");
    assert!(report(&json)["rows"][0]["runs"].as_u64().unwrap() >= 1);
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("contenders/target/server").join(pid);
    assert!(!place.exists(), "{} is still there", place.display());
    for process in Path::new("/proc").read_dir().unwrap().flatten() {
        let folder = std::fs::read_link(process.path().join("cwd")).unwrap_or_default();
        assert!(!folder.starts_with(&place), "a server outlives the bench: {process:?}");
    }
}

#[test]
fn a_run_without_a_figure_leaves_an_earlier_report_as_it_is() {
    let json = file("earlier.json");
    std::fs::write(&json, "earlier").unwrap();
    let chosen = ["--contender", "blog-demo", "--blog", "/bin/false", "--db", "sqlite"];
    let output = server(&[&chosen[..], &["--json", json.to_str().unwrap()]].concat());
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    assert_eq!(std::fs::read_to_string(&json).unwrap(), "earlier");
    std::fs::remove_file(&json).unwrap();
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
