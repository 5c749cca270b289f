//! `startup-bench aws` against the emulator's Invoke API and moto's Lambda.
//!
//! AWS's client has one endpoint, so a small proxy stands in front of both. As on Lambda, a changed
//! configuration ends all sandboxes.

#![allow(clippy::panic, clippy::unwrap_used, reason = "test code")]

mod support;

use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use support::PAGE;
use support::lambda::Lambda;

/// Runs `startup-bench aws` until its end.
fn run(lambda: &Lambda, options: &[&str]) -> Output {
    command(lambda, options).output().unwrap()
}

fn command(lambda: &Lambda, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_startup-bench"));
    command.args(["aws", "--function", &lambda.name, "--region", "us-east-1"]);
    command.args(["--endpoint-url", &lambda.url()]).args(options);
    command.env_remove("AWS_PROFILE").stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
    command
}

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    out.into_owned() + &err
}

/// The row of the report that is about this.
fn row<'a>(report: &'a Value, case: &str, metric: &str) -> &'a Value {
    let rows = report["rows"].as_array().unwrap();
    let fits = |row: &&Value| row["case"] == case && row["metric"] == metric;
    rows.iter().find(fits).unwrap_or_else(|| panic!("no {case} {metric} in {report:#}"))
}

#[test]
fn each_run_is_a_cold_start_and_the_function_is_left_as_it_was() {
    let before = json!({ "SECRET": "s3cr3t-value", "OTHER": "1" });
    let lambda = Lambda::start(PAGE, &before);
    let json = lambda.folder().join("report.json");
    let output = run(&lambda, &["--runs", "3", "--warm", "2", "--json", json.to_str().unwrap()]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("cold start on Lambda, 512 MB"), "{said}");
    assert!(said.contains("warm invocation on Lambda, 512 MB"), "{said}");
    assert!(!said.contains("s3cr3t-value"), "{said}");

    let report: Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(report["machine"]["place"], "AWS Lambda, provided.al2023, x86_64");
    for metric in ["next_ms", "first_response_ms", "duration_ms", "billed_ms"] {
        let row = row(&report, "cold", metric);
        assert_eq!((&row["work"], &row["contender"]), (&json!("aws"), &json!(lambda.name)));
        assert_eq!((&row["runs"], &row["memory_mb"]), (&json!(3), &json!(512)));
        assert!(row["median"].as_f64().unwrap() > 0.0, "{row}");
    }
    assert_eq!(row(&report, "warm", "duration_ms")["runs"], 6);
    assert_eq!(lambda.marks().len(), 3, "each run changed the configuration to something new");
    assert_eq!(lambda.variables(), before);
}

#[test]
fn a_function_without_variables_has_none_afterwards() {
    let lambda = Lambda::start(PAGE, &json!({}));
    let output = run(&lambda, &["--runs", "1", "--warm", "0"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(lambda.variables(), json!({}));
}

#[test]
fn an_interrupted_run_restores_the_function_and_reports_what_it_has() {
    let before = json!({ "A": "b" });
    let lambda = Lambda::start(PAGE, &before);
    let child = command(&lambda, &["--runs", "1000"]).spawn().unwrap();
    lambda.wait_for_marks(3);
    support::signal_to(child.id(), "INT");
    let output = child.wait_with_output().unwrap();
    let said = said(&output);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.contains("cold start on Lambda") && said.contains("interrupted"), "{said}");
    assert_eq!(lambda.variables(), before);
}

#[test]
fn a_function_that_fails_is_named_and_restored() {
    let before = json!({ "A": "b" });
    let lambda = Lambda::start(PAGE, &before);
    let event = lambda.folder().join("event.json");
    std::fs::write(&event, r#"{"rawPath":"/fail"}"#).unwrap();
    let output = run(&lambda, &["--event", event.to_str().unwrap()]);
    let said = said(&output);
    assert!(!output.status.success());
    assert!(said.contains(" failed: ValueError: asked to fail"), "{said}");
    assert_eq!(lambda.variables(), before);
}

#[test]
fn a_qualifier_is_invoked_as_it_is() {
    let before = json!({ "A": "b" });
    let lambda = Lambda::start(PAGE, &before);
    let output = run(&lambda, &["--runs", "2", "--qualifier", "$LATEST"]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(lambda.marks().is_empty());
    assert!(said.contains("warm invocation on Lambda"), "{said}");
}

#[test]
fn what_is_missing_is_said() {
    let lambda = Lambda::start(PAGE, &json!({}));
    let unknown = said(&run(&lambda, &["--function", "no-such-function"]));
    assert!(unknown.contains("ResourceNotFoundException"), "{unknown}");
    assert!(unknown.contains("is --region the function's?"), "{unknown}");
    let event = said(&run(&lambda, &["--event", "/no/such/event.json"]));
    assert!(event.contains("can't read /no/such/event.json"), "{event}");
    let mut command = command(&lambda, &[]);
    let signed_out = command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let signed_out =
        signed_out.env("AWS_EC2_METADATA_DISABLED", "true").env("HOME", "/nonexistent");
    let signed_out = said(&signed_out.output().unwrap());
    assert!(signed_out.contains("sign in"), "{signed_out}");
}
