//! `startup-bench storm` as a user has it, with functions that are shell scripts around the servers'
//! own command-line clients: the contenders take minutes to build.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A runtime as AWS's tutorial for custom runtimes has it. `run` runs SQL.
const FUNCTION: &str = r#"#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
headers=$(mktemp)
run() { CLIENT >/dev/null; }
while event=$(curl -sS -D "$headers" "$api/next"); do
  id=$(tr -d '\r' <"$headers" | sed -n 's/^lambda-runtime-aws-request-id: //Ip')
  number=$(printf %s "$event" | sed 's/.*"rawPath":"\/\([0-9]*\)".*/\1/')
  insert="INSERT INTO written VALUES ($number)"
  WORK
  curl -sS -o /dev/null -d "{\"statusCode\":$status,\"body\":\"\"}" "$api/$id/response"
done
"#;

const PSQL: &str = r#"psql -X -q -v ON_ERROR_STOP=1 "$DATABASE_URL" -c "$1""#;

const MARIADB: &str = r#"mariadb --no-defaults --user=app --database=app \
  --password="$(echo "$DATABASE_URL" | sed 's/.*app:\(.*\)@.*/\1/')" \
  --host="$(echo "$DATABASE_URL" | sed 's/.*@\(.*\):.*/\1/')" \
  --port="$(echo "$DATABASE_URL" | sed 's/.*@[^:]*:\([0-9]*\).*/\1/')" --execute="$1""#;

const HONEST: &str = r#"status=500
  run "SELECT text FROM texts WHERE id = 1" && run "$insert" && status=200"#;

/// Of three rows one is claimed and not written, one is written twice, one is written and denied.
const LIAR: &str = r#"case $((number % 3)) in
    0) status=200 ;;
    1) run "$insert"; run "$insert"; status=200 ;;
    2) run "$insert"; status=500 ;;
  esac"#;

/// A folder for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let name = format!("startup-bench-storm-{test}-{}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// A function, as an argument.
    fn program(&self, client: &str, work: &str) -> String {
        let path = self.file("function");
        let text = FUNCTION.replace("CLIENT", client).replace("WORK", work);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        format!("--program=script={path}")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn storm(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_startup-bench"));
    command.arg("storm").args(arguments).output().unwrap()
}

/// The figures of a run that succeeds, and its standard output.
fn figures(folder: &Folder, arguments: &[&str]) -> (impl Fn(&str) -> f64 + use<>, String) {
    let json = folder.file("json");
    // A busy machine must not fail an invocation.
    let usual = ["--deadline=60", "--alive=2", "--json", &json];
    let output = storm(&[arguments, &usual].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let figure = move |metric: &str| {
        let mut rows = report["rows"].as_array().unwrap().iter();
        let row = rows.find(|row| row["metric"] == metric).unwrap();
        assert_eq!((&row["work"], &row["contender"]), (&"storm".into(), &"script".into()));
        row["median"].as_f64().unwrap()
    };
    (figure, String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_invocation_on_postgresql_is_counted_and_reported_in_every_form() {
    let folder = Folder::new("report");
    let program = folder.program(PSQL, HONEST);
    let (picture, tables) = (folder.file("svg"), folder.file("md"));
    let outputs = ["--svg", &picture, "--markdown", &tables];
    let options = ["--db=postgres", &program, "--sandboxes=6", "--end=kill"];
    let (figure, printed) = figures(&folder, &[&options[..], &outputs].concat());
    let invocations = figure("invocations");
    assert!((6.0..=30.0).contains(&invocations), "{invocations}");
    // The server counts a moment later.
    let connects = 2.0 * invocations;
    assert!((connects - figure("connects")).abs() < 4.0, "{}", figure("connects"));
    for metric in ["failed", "lost", "doubled", "unacknowledged"] {
        assert_eq!(figure(metric), 0.0, "{metric}");
    }
    assert!(figure("p50_us") > 0.0 && figure("p95_us") >= figure("p50_us"));
    let title = "PostgreSQL with 20 slots: 6 sandboxes are killed, 2 at a time";
    for text in [printed, std::fs::read_to_string(tables).unwrap()] {
        assert!(text.contains(title) && text.contains("failed"), "{text}");
    }
    let picture = std::fs::read_to_string(picture).unwrap();
    assert!(picture.contains(&format!("script: 0 of {invocations} invocations failed")));
}

#[test]
fn a_restart_of_mariadb_in_the_middle_loses_no_row() {
    let folder = Folder::new("restart");
    let program = folder.program(MARIADB, HONEST);
    let options = ["--db=mysql", &program, "--sandboxes=20", "--restart-server-at=0.5"];
    let (figure, printed) = figures(&folder, &options);
    assert_eq!((figure("lost"), figure("doubled")), (0.0, 0.0));
    assert!(figure("invocations") - figure("failed") > 10.0, "{printed}");
    assert!(printed.contains("the server restarts after 0.5 s"), "{printed}");
}

#[test]
fn rows_that_are_lost_doubled_or_denied_are_found() {
    let folder = Folder::new("liar");
    let program = folder.program(PSQL, LIAR);
    let options = ["--db=postgres", &program, "--sandboxes=4"];
    let (figure, printed) = figures(&folder, &options);
    let invocations = figure("invocations");
    assert_eq!(figure("lost"), (invocations / 3.0).floor());
    assert_eq!(figure("doubled"), ((invocations + 2.0) / 3.0).floor());
    assert_eq!(figure("unacknowledged"), ((invocations + 1.0) / 3.0).floor());
    assert_eq!(figure("failed"), figure("unacknowledged"));
    assert!(printed.contains("times 500:"), "{printed}");
}

/// As `run` is, but for a session that the sandbox keeps.
const HOLDS: &str =
    r#"[ -n "$held" ] || { sleep 1000 | psql -X -q "$DATABASE_URL" >/dev/null & held=1; }"#;

#[test]
fn a_session_outlives_a_sandbox_that_ends_silently() {
    let folder = Folder::new("silent");
    let program = folder.program(PSQL, &format!("{HOLDS}\n  {HONEST}"));
    let zombies = |end: &str| {
        let (figure, _) = figures(&folder, &["--db=postgres", &program, "--sandboxes=4", end]);
        assert_eq!(figure("failed"), 0.0);
        figure("zombies")
    };
    if nix::unistd::Uid::effective().is_root() {
        assert_eq!(zombies("--end=silent"), 4.0);
    }
    // The server hears of an end a moment later.
    assert!(zombies("--end=kill") < 4.0);
}

#[test]
fn what_cannot_be_run_is_said_with_what_can() {
    for (arguments, expected) in [
        (
            &["--db=postgres", "--contender=serverless-mysql"][..],
            "there are: lambdafy, lambdafy-hooks",
        ),
        (&["--db=mysql", "--program=x=/nonexistent"], "there is no such file"),
        (&["--db=mysql", "--freeze=soon"], "'soon' is no number of seconds"),
        (&["--db=oracle"], "possible values: mysql, postgres"),
    ] {
        let output = storm(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(expected), "{said}");
    }
}
