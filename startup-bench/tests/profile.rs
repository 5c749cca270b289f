//! `startup-bench profile` as a user has it, of an app that is built with lambdafy.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code, its helpers too")]

#[path = "support/built.rs"]
mod built;
#[path = "support/folder.rs"]
mod folder;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use folder::Folder;
use serde_json::Value;

/// Writes a program of the shell; where it is.
fn script(folder: &Folder, name: &str, text: &str) -> String {
    let path = folder.file(name);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.file(name)).unwrap()
}

fn profile(app: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_startup-bench"));
    command.args(["profile", "--app", app]).args(arguments).output().unwrap()
}

/// Standard output of a run that succeeds.
fn profiled(arguments: &[&str]) -> String {
    let output = profile(built::slow_start(), arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a run says that does not succeed.
fn refused(app: &str, arguments: &[&str]) -> String {
    let output = profile(app, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

/// The median of a figure of a saved step.
fn median(saved: &Value, key: &str, figure: &str) -> f64 {
    let steps = saved["profiles"][0]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["key"] == key);
    let step = step.unwrap_or_else(|| panic!("no {key} in {saved:#}"));
    step[figure]["median"].as_f64().unwrap_or_else(|| panic!("no {figure}: {step}"))
}

#[test]
fn a_cured_fault_is_seen_beside_the_run_before() {
    let folder = Folder::new("cured");
    let [before, after, svg, markdown] = ["before", "after", "svg", "md"].map(|it| folder.file(it));
    let table = profiled(&["--runs=3", "--json", &before]);
    for part in ["before main", "keys", "INIT", "first response", "TOTAL", "critical path"] {
        assert!(table.contains(part), "no {part}: {table}");
    }
    let finding = |kind: &str| {
        let found = table.lines().find(|line| line.contains(&format!("[{kind}]")));
        found.unwrap_or_else(|| panic!("no {kind}: {table}")).to_owned()
    };
    assert!(finding("series").contains("in 3 of 3 starts"), "{table}");
    finding("unused");

    let arguments = ["--runs=3", "--against", &before, "--json", &after, "--svg", &svg];
    let both = profiled(&[&arguments[..], &["--markdown", &markdown, "--", "cured"]].concat());
    let line = |begin: &str| {
        let found = both.lines().find(|line| line.trim_start().starts_with(begin));
        found.unwrap_or_else(|| panic!("no line {begin}: {both}")).to_owned()
    };
    assert!(line("index").contains("gone"), "{both}");
    for kind in ["series", "unused"] {
        let cured = |line: &str| line.contains("cured: ") && line.contains(&format!("[{kind}]"));
        assert!(both.lines().any(cured), "{kind}: {both}");
    }
    for sum in ["INIT", "TOTAL"] {
        // In milliseconds: before, after, and the ratio.
        let cells: Vec<String> = line(sum).split_whitespace().map(str::to_owned).collect();
        let [before, after] = [1, 2].map(|at: usize| cells[at].parse::<f64>().unwrap());
        assert!(before > 60.0 && after > 30.0 && after < before, "{both}");
        let ratio: f64 = cells[3].trim_start_matches('~').parse().unwrap();
        assert!((ratio - after / before).abs() < 0.01, "{both}");
    }

    let saved: Value = serde_json::from_str(&read(&folder, "after")).unwrap();
    assert!(median(&saved, "INIT", "wall_ms") > 30.0);
    let (init, total) = (median(&saved, "INIT", "wall_ms"), median(&saved, "TOTAL", "wall_ms"));
    assert!(total > init && total < init * 3.0, "{saved:#}");
    assert!(median(&saved, "before main", "cpu_ms") > 0.0);
    // The bench knows when the process was made: not later than its CPU time says.
    let main = median(&saved, "before main", "wall_ms");
    assert!(main >= median(&saved, "before main", "cpu_ms") * 0.9, "{saved:#}");
    let row = |metric: &str| {
        let rows = saved["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["metric"] == metric).unwrap();
        assert_eq!((&row["work"], &row["case"]), (&"profile".into(), &"root".into()));
        row["median"].as_f64().unwrap()
    };
    assert!(
        (row("next_ms") - init).abs() < 1e-6 && (row("first_response_ms") - total).abs() < 1e-6
    );
    assert!(
        read(&folder, "md").starts_with("### slow-start, root, warm page cache, 3 starts: INIT ")
    );
    let picture = read(&folder, "svg");
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{picture}");
    assert!(picture.contains("cured: ") && picture.contains(">gone</text>"), "{picture}");
}

#[test]
fn every_condition_has_a_profile_of_its_own() {
    let folder = Folder::new("conditions");
    let json = folder.file("json");
    let arguments = ["--runs=1", "--memory=512", "--throttle-init", "--cache=both"];
    let table = profiled(&[&arguments[..], &["--json", &json, "--", "cured"]].concat());
    for title in ["warm page cache, 512 MB, INIT throttled, 1 start", "cold page cache, 512 MB"] {
        assert!(table.contains(title), "no {title}: {table}");
    }
    assert!(table.contains("findings: none") || table.contains("[major_faults]"), "{table}");
    let against = ["--runs=1", "--memory=1769", "--against", &json];
    let said = refused(built::slow_start(), &against);
    assert!(said.contains("has no profile with warm page cache, 1769 MB; it has: warm"), "{said}");
}

#[test]
fn the_first_event_and_the_environment_are_the_users() {
    let folder = Folder::new("event");
    let event = folder.file("search.json");
    let text = r#"{"version":"2.0","rawPath":"/search","rawQueryString":"","headers":{},
        "requestContext":{"http":{"method":"GET","sourceIp":"203.0.113.7"}}}"#;
    std::fs::write(&event, text).unwrap();
    let table = profiled(&["--runs=1", "--env=RUST_LOG=info", "--event", &event, "--", "cured"]);
    // Made by the first response, and so a part of it.
    let place = |begin: &str| table.lines().position(|line| line.trim_start().starts_with(begin));
    assert!(place("index") > place("first response") && place("index") < place("TOTAL"), "{table}");
    assert!(table.contains("[moved_cpu]"), "{table}");
}

#[test]
fn an_app_without_a_report_is_told_what_to_do() {
    let folder = Folder::new("script");
    let script = script(
        &folder,
        "function",
        r#"api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while id=$(curl -sS -D - -o /dev/null "$api/next" | tr -d '\r' |
    sed -n 's/^lambda-runtime-aws-request-id: //Ip'); do
  curl -sS -o /dev/null -d '{"statusCode":200,"body":""}' "$api/$id/response"
done"#,
    );
    let said = refused(&script, &["--runs=1"]);
    for part in [
        "function answers, but printed no start-up report",
        "lambdafy::run or lambdafy::serve",
        "`startup-bench cold --program function=PATH` measures",
    ] {
        assert!(said.contains(part), "no {part}: {said}");
    }
}

#[test]
fn what_cannot_be_profiled_is_refused_before_anything_starts() {
    let folder = Folder::new("refused");
    let other = folder.file("other.json");
    std::fs::write(&other, r#"{"machine":{},"rows":[]}"#).unwrap();
    for (app, arguments, reason) in [
        ("./nothing-here", &["--runs=1"][..], "there is no such file"),
        ("/bin/true", &["--against=/nonexistent"], "can't read /nonexistent"),
        ("/bin/true", &["--against", &other], "is no file of startup-bench profile --json"),
        ("/bin/true", &["--event=/nonexistent"], "can't read the event /nonexistent"),
        ("/bin/true", &["--env=LAMBDAFY_STARTUP_REPORT=svg"], "is set by the bench itself"),
        ("/bin/true", &["--runs=1"], "it did not answer: Runtime.ExitError"),
    ] {
        let said = refused(app, arguments);
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
}

#[test]
fn a_contender_that_cannot_be_profiled_is_refused_before_it_is_built() {
    for (app, arguments, reason) in [
        ("heavy", &[][..], "name one of them, as --contender lambdafy, --contender lambdafy-"),
        ("heavy", &["--contender=lambda_http"], "lambda_http prints no start-up report"),
        (
            "heavy",
            &["--contender=lambda_http"],
            "`startup-bench cold --app heavy --contender lambda",
        ),
        ("heavy", &["--contender=nobody"], "no contender nobody here; there are: lambda_http"),
        ("hello", &["--contender=lambdafy-tuned"], "no contender lambdafy-tuned here"),
        ("slow-start", &["--contender=lambdafy"], "--app is hello or heavy then, not slow-start"),
    ] {
        let said = refused(app, arguments);
        assert!(said.contains(reason), "{arguments:?}: {said}");
        assert!(!said.contains("building"), "{said}");
    }
    for taken_as_they_are in [&["--features=a"][..], &["--", "argument"]] {
        let output = profile("heavy", &[&["--contender=lambdafy"], taken_as_they_are].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains("cannot be used with"), "{said}");
    }
}

/// The heavy app takes minutes to build: instead of cargo, a script names the example, which starts only
/// where the servers are and their database is migrated, and servers that are a script too.
#[test]
fn a_contender_finds_its_servers_around_it() {
    let folder = Folder::new("contender");
    let (example, migrated) = (built::slow_start(), folder.file("migrated"));
    let app = format!("test \"$NOTES\" = near -a -e {migrated} && exec {example} cured");
    let app = script(&folder, "app", &app);
    let migrates = script(&folder, "migrates", &format!("touch {migrated}; exec {example} cured"));
    let ended = folder.file("ended");
    let servers =
        script(&folder, "servers", &format!("echo NOTES=near; echo; cat; echo \"$@\" >{ended}"));
    let message = |name: &str, path: &str| {
        format!(r#"echo '{{"target":{{"name":"{name}"}},"executable":"{path}"}}'"#)
    };
    let messages = [
        message("heavy-lambdafy-eager-contender", &app),
        message("heavy-lambdafy-unmodified-contender", &migrates),
        message("surroundings", &servers),
    ];
    script(&folder, "cargo", &messages.join("\n"));
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let event = folder.file("notes.json");
    std::fs::write(
        &event,
        r#"{"version":"2.0","rawPath":"/","rawQueryString":"","headers":{},
        "requestContext":{"http":{"method":"GET","sourceIp":"203.0.113.7"}}}"#,
    )
    .unwrap();
    let json = folder.file("json");
    let output = Command::new(env!("CARGO_BIN_EXE_startup-bench"))
        .args(["profile", "--app=heavy", "--contender=lambdafy-eager", "--runs=1"])
        .args(["--s3-rtt=7", "--event", &event, "--json", &json])
        .env("PATH", path)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("lambdafy-eager, notes, warm page cache, 1 start"), "{table}");
    assert!(read(&folder, "ended").contains("--s3-rtt=7"), "the servers end with the bench");
    let saved: Value = serde_json::from_str(&read(&folder, "json")).unwrap();
    assert_eq!(saved["machine"]["rtt_ms"]["s3"], 7.0, "{saved:#}");
}

#[test]
fn an_interrupted_run_shows_what_it_has() {
    let mut run = Command::new(env!("CARGO_BIN_EXE_startup-bench"))
        .args(["profile", "--app", built::slow_start(), "--runs=10000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(run.stderr.take().unwrap()).lines().map_while(Result::ok);
    let third = said.find(|line| line.starts_with("[3/10000]")).unwrap();
    assert!(third.ends_with(" left"), "{third}");
    let told = Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
    assert!(told.success());
    drop(said.collect::<Vec<_>>());
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("slow-start, root, warm page cache"), "{table}");
}
