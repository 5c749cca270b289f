//! `startup-bench cold` as a user has it, with a function that is a shell script: the contenders take
//! minutes to build.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A runtime as AWS's tutorial for custom runtimes has it.
const FUNCTION: &str = r#"#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while id=$(curl -sS -D - -o /dev/null "$api/next" | tr -d '\r' |
    sed -n 's/^lambda-runtime-aws-request-id: //Ip'); do
  curl -sS -o /dev/null -d '{"statusCode":200,"body":"BODY"}' "$api/$id/response"
done
"#;

/// A folder for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("startup-bench-cold-{test}-{}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// A function that answers with this body, as an argument.
    fn program(&self, body: &str) -> String {
        let path = self.file("function");
        std::fs::write(&path, FUNCTION.replace("BODY", body)).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        format!("--program=script={path}")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn cold(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_startup-bench"));
    command.arg("cold").args(arguments).output().unwrap()
}

/// Standard output of a run that succeeds.
fn measured(arguments: &[&str]) -> String {
    let output = cold(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// The exit code and standard error of one that does not.
fn fails(arguments: &[&str]) -> (i32, String) {
    let output = cold(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap(), said)
}

#[test]
fn every_start_is_measured_and_reported_in_every_form() {
    let folder = Folder::new("report");
    let program = folder.program("Hello, world!");
    let files = ["json", "md", "svg"].map(|name| folder.file(name));
    let table = measured(&[
        &program,
        "--runs=2",
        "--seed=7",
        "--memory=512",
        "--cache=both",
        "--baseline=script",
        "--self-check",
        "--json",
        &files[0],
        "--markdown",
        &files[1],
        "--svg",
        &files[2],
    ]);
    assert!(table.contains("hello app, warm page cache, 512 MB"), "{table}");
    assert!(table.contains("later than a process that is only spawned"), "{table}");
    assert!(table.contains("the same program beside itself has a ratio of "), "{table}");

    let [json, markdown, svg] = files.map(|path| std::fs::read_to_string(path).unwrap());
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["machine"]["seed"], &report["machine"]["runs"]), (&7.into(), &2.into()));
    let rows = report["rows"].as_array().unwrap();
    for case in ["hello", "hello-evicted"] {
        for metric in ["first_response_ms", "next_ms", "cpu_us", "minor_faults", "rss_kb"] {
            let row = rows.iter().find(|row| row["case"] == case && row["metric"] == metric);
            let row = row.unwrap_or_else(|| panic!("no {metric} of {case} in {json}"));
            assert_eq!((&row["runs"], &row["memory_mb"]), (&2.into(), &512.into()), "{row}");
            assert!(row["min"].as_f64().unwrap() > 0.0, "{row}");
        }
    }
    assert!(markdown.starts_with("### hello app, warm page cache"), "{markdown}");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
}

/// Before a function: another process that works, waits to be ended, and then has something to do yet.
const BESIDE: &str = r#"#!/bin/sh
mkfifo "$0.ready" "$0.never" 2>/dev/null
sh -c 'count() { i=0; while [ $i -lt $1 ]; do i=$((i+1)); done; }
  trap "count 300; exit" TERM
  count 3000; echo >"$0.ready"; read x <"$0.never"' "$0" &
read x <"$0.ready"
"#;

#[test]
fn the_instructions_of_a_process_beside_the_first_count_too() {
    let folder = Folder::new("beside");
    let instructions = |function: &str| {
        let program = folder.program("Hello, world!");
        let (path, json) = (folder.file("function"), folder.file("json"));
        std::fs::write(path, function.replace("BODY", "Hello, world!")).unwrap();
        measured(&[&program, "--runs=1", "--instructions", "--json", &json]);
        let report: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
        let rows = report["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["metric"] == "instructions").unwrap();
        row["median"].as_f64().unwrap()
    };
    let alone = instructions(FUNCTION);
    let beside = instructions(&FUNCTION.replace("#!/bin/sh\n", BESIDE));
    assert!(beside - alone > 20e6, "{alone} {beside}");
}

#[test]
fn a_budget_is_recorded_held_and_exceeded() {
    let folder = Folder::new("budget");
    let program = folder.program("Hello, world!");
    let budget = folder.file("budget.toml");
    let run = |option: &str| cold(&[&program, "--runs=2", "--baseline=script", option, &budget]);
    assert!(run("--write-budget").status.success());
    let text = std::fs::read_to_string(&budget).unwrap();
    let size = text.lines().find(|line| line.contains("binary_bytes")).unwrap();

    // Only what is the same in every start on a busy machine.
    std::fs::write(&budget, format!("limits = [\n{size}\n]\n")).unwrap();
    assert_eq!(run("--budget").status.code(), Some(0));

    let bytes = size.split("value = ").nth(1).unwrap().split(' ').next().unwrap();
    let smaller = size.replace(&format!("value = {bytes}"), "value = 100");
    std::fs::write(&budget, format!("limits = [\n{smaller}\n]\n")).unwrap();
    let exceeded = run("--budget");
    let said = String::from_utf8_lossy(&exceeded.stderr);
    assert_eq!(exceeded.status.code(), Some(3), "{said}");
    assert!(said.contains(&format!("script binary_bytes: 100 -> {bytes}")), "{said}");
}

#[test]
fn a_wrong_answer_ends_the_run_and_shows_what_came() {
    let folder = Folder::new("wrong");
    let (code, said) = fails(&[&folder.program("Good bye"), "--runs=1"]);
    assert_eq!(code, 1);
    assert!(said.contains("script") && said.contains("differ from the 13 expected"), "{said}");
}

#[test]
fn a_baseline_that_was_not_measured_is_said_to_be_missing() {
    let folder = Folder::new("baseline");
    let output = cold(&[&folder.program("Hello, world!"), "--runs=1", "--baseline=express"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no ratios: the baseline express was not measured"), "{said}");
}

#[test]
fn a_run_without_any_figure_leaves_the_last_report_alone() {
    let folder = Folder::new("empty");
    let json = folder.file("json");
    std::fs::write(&json, "the last report").unwrap();
    let (code, _) = fails(&["--program=true=/bin/true", "--runs=1", "--json", &json]);
    assert_eq!(code, 1);
    assert_eq!(std::fs::read_to_string(&json).unwrap(), "the last report");
}

#[test]
fn an_event_of_ones_own_takes_any_answer() {
    let folder = Folder::new("event");
    let event = folder.file("upload.json");
    std::fs::write(&event, r#"{"Records":[]}"#).unwrap();
    let table = measured(&[&folder.program("Good bye"), "--runs=1", "--event", &event]);
    assert!(table.contains("upload, warm page cache"), "{table}");
}

#[test]
fn what_cannot_be_measured_is_refused_before_anything_starts() {
    for (arguments, code, reason) in [
        (["--program=x=/nonexistent", "--runs=1"], 1, "there is no such file"),
        (["--program=/bin/true", "--runs=1"], 1, "is not NAME=PATH"),
        (["--event=/nonexistent", "--runs=1"], 1, "can't read the event /nonexistent"),
        (["--event=/bin/sh", "--runs=1"], 1, "is not JSON"),
        (["--svg=/no-such-folder/a.svg", "--runs=1"], 1, "there is no folder /no-such-folder"),
        (["--contender=express", "--runs=1"], 1, "no contender express here; there are:"),
        (["--memory=64", "--runs=1"], 2, "64 is not in 128..=10240"),
        (["--throttle-init", "--runs=1"], 2, "--memory <MB>"),
        (["--cache=lukewarm", "--runs=1"], 2, "possible values: warm, cold, both"),
        (["--quick", "--runs=1"], 2, "cannot be used with"),
        (["--runs=0", "--seed=1"], 2, "0 is not in 1..=10000"),
    ] {
        let (found, said) = fails(&arguments);
        assert_eq!(found, code, "{arguments:?}: {said}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
}

#[test]
fn a_program_that_ends_at_once_is_named_with_the_reason() {
    let (code, said) = fails(&["--program=true=/bin/true", "--runs=1"]);
    assert_eq!(code, 1);
    assert!(said.contains("true: it did not answer: Runtime.ExitError"), "{said}");
}

#[test]
fn an_interrupted_run_reports_what_it_has() {
    let folder = Folder::new("interrupted");
    let json = folder.file("json");
    let mut run = Command::new(env!("CARGO_BIN_EXE_startup-bench"))
        .args(["cold", &folder.program("Hello, world!"), "--runs=10000", "--json", &json])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(run.stderr.take().unwrap()).lines().map_while(Result::ok);
    said.find(|line| line.starts_with("[3/10000]")).unwrap();
    let told = Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(told.success());
    let said: Vec<String> = said.collect();
    let output = run.wait_with_output().unwrap();

    assert_eq!(output.status.code(), Some(130), "{said:?}");
    assert!(said.last().unwrap().contains("interrupted: the report holds"), "{said:?}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("hello app, warm page cache"), "{table}");
    let report: Value = serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    assert!(report["rows"][0]["runs"].as_u64().unwrap() >= 2, "{report}");
}
