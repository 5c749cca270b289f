//! `startup-bench serve` as a user has it.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::net::TcpListener;
use std::process::Stdio;

use serde_json::json;
use support::{PAGE, Serve, Terminal, command};

/// What a run says that can't begin.
fn refused(app: &str, options: &[&str]) -> String {
    let output = command(app, options).stderr(Stdio::piped()).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn people_get_a_line_for_each_thing_that_happens_and_a_summary() {
    let mut serve = Terminal::start(PAGE, &[]);
    serve.line(&["status page, in place of any route of the app's there"]);
    serve.line(&["Ctrl-C ends all"]);
    serve.get("/a?b=c");
    serve.line(&["#1", "| ", "the function starts"]);
    serve.line(&["#1", "cold start", " ms"]);
    let answered = serve.line(&["#1", "200", "GET /a?b=c"]);
    assert!(!answered.contains('\x1b'), "no colours in a pipe: {answered:?}");
    serve.get("/exit");
    serve.line(&["#1", "ended", "after 2 invocations", "by itself (exit status: 3)"]);
    serve.line(&["500", "GET /exit", "Runtime.ExitError"]);

    let (rest, is_success) = serve.end();
    assert!(is_success);
    assert!(rest.contains("All sandboxes have ended."), "{rest}");
    for (what, count) in [("cold starts", "1"), ("invocations", "2"), ("errors", "1")] {
        let line = rest.lines().find(|line| line.trim().starts_with(what)).unwrap();
        assert!(line[what.len() + 2..].trim_start().starts_with(count), "{line}");
    }
}

#[test]
fn programs_get_a_json_object_for_each_thing_that_happens() {
    let mut serve = Serve::start(PAGE, &["--max-sandboxes", "3"]);
    assert_eq!(serve.listening["function"]["max_sandboxes"], 3);
    serve.get("/a");
    let log = serve.event("log");
    assert_eq!((&log["text"], &log["stream"]), (&json!("the function starts"), &json!("stdout")));
    assert!(serve.event("cold_start")["init_ms"].as_f64().unwrap() > 0.0);
    let request = serve.event("request");
    let said = |key: &str| request[key].clone();
    assert_eq!(
        [said("method"), said("target"), said("status")],
        [json!("GET"), json!("/a"), json!(200)]
    );
    let (summary, is_success) = serve.end("TERM");
    assert_eq!((&summary["invocations"], &summary["errors"]), (&json!(1), &json!(0)));
    assert!(is_success);
}

#[test]
fn quiet_means_problems_only() {
    let serve = Terminal::start(PAGE, &["--quiet"]);
    serve.get("/a");
    serve.get("/fail");
    let (said, _) = serve.end();
    assert!(said.contains("GET /fail  ValueError: asked to fail"), "{said}");
    assert!(!said.contains("GET /a") && !said.contains("cold start "), "{said}");
}

#[test]
fn an_app_is_run_as_it_is_asked_before_it_is_served() {
    let prepared = std::env::temp_dir().join(format!("prepared-{}", std::process::id()));
    let variable = format!("PREPARED={}", prepared.display());
    let options = ["--env", &variable, "--before", "prepare a b", "--before", "prepare c"];
    let serve = Terminal::start(PAGE, &options);
    assert_eq!(std::fs::read_to_string(&prepared).unwrap(), "a b\nc\n");
    std::fs::remove_file(&prepared).unwrap();
    assert_eq!(serve.get("/a").status, 200);
    assert!(serve.end().1);
}

#[test]
fn an_app_that_can_not_be_prepared_is_not_served() {
    let said = refused("/bin/false", &["--before", "migrate"]);
    assert!(said.contains("--before \"migrate\" failed"), "{said}");
}

#[test]
fn an_app_that_ends_at_once_is_told_what_to_do() {
    let mut serve = Terminal::start("/bin/true", &[]);
    assert_eq!(serve.get("/").status, 500);
    serve.line(&["no start", "Runtime.ExitError"]);
    serve.line(&["lambdafy::run"]);
    serve.line(&["--extension"]);
    serve.get("/");
    let (rest, _) = serve.end();
    assert!(!rest.contains("lambdafy::run"), "advice is given once: {rest}");
}

#[test]
fn an_app_that_is_a_web_server_is_told_what_to_do() {
    let server = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions/web_server.py");
    let mut serve = Terminal::start(server, &[]);
    let _waits = serve.connect("/");
    serve.line(&["Sandbox 1 listens on port "]);
    serve.line(&["--extension path/to/lambda-adapter --env AWS_LWA_PORT="]);
}

#[test]
fn what_cannot_be_served_is_refused_with_a_reason() {
    assert!(refused("./no-such-app", &[]).contains("there is no such file"));
    assert!(refused("/tmp", &[]).contains("this is a folder"));
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    assert!(refused(data, &[]).contains("not executable: chmod +x"));
    let unknown = refused("no-such-package", &[]);
    assert!(unknown.contains("no-such-package could not be built"), "{unknown}");
    assert!(refused(PAGE, &["--memory", "64"]).contains("128..=10240"));
    assert!(refused(PAGE, &["--timeout", "901"]).contains("up to 900 seconds"));
    assert!(refused(PAGE, &["--env", "NAME"]).contains("not NAME=VALUE"));
    assert!(refused(PAGE, &["--extension", "/no/adapter"]).contains("there is no such file"));
    assert!(refused(PAGE, &["--status-path", "status"]).contains("not a path such as"));
    let source = refused(PAGE, &["--source", "websocket"]);
    assert!(source.contains("possible values: rest, rest-stream, http"), "{source}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let said = refused(PAGE, &["--port", &port]);
    assert!(said.contains(&format!("127.0.0.1:{port} is not free")), "{said}");
}
