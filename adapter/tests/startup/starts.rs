//! When a report is written, and what happens otherwise.

use serde_json::{Value, json};
use tokio::time::timeout;

use super::function::{self, Function};
use super::process::PATIENCE;

#[tokio::test]
async fn it_is_written_after_the_last_answer_and_before_the_next_question() {
    let function = Function::start("steps", 2).await;
    function.get("/").await;
    function.idle().await;
    assert!(function.report().is_none(), "one answer is missing");
    // `idle` waits for the next question, before which it must be there.
    assert_eq!(function.report_after("/").await.number("/requests/1/number"), 2);
    // And once only.
    std::fs::remove_file(function.file()).unwrap();
    function.get("/").await;
    function.idle().await;
    assert!(function.report().is_none());
}

#[tokio::test]
async fn without_the_variable_nothing_is_written() {
    let api = lambdafy_emulator::RuntimeApi::start().await.unwrap();
    let process = super::process::Process::start("steps", api.environment());
    timeout(PATIENCE, api.invoke(function::get("/"))).await.unwrap().unwrap();
    timeout(PATIENCE, api.idle()).await.unwrap().unwrap();
    assert_eq!(process.log(), [""; 0]);
}

#[tokio::test]
async fn a_value_that_is_not_known_is_an_init_error() {
    let function =
        Function::start_with("steps", lambdafy_emulator::Function::new("orders"), "yaml").await;
    let error = timeout(PATIENCE, function.api.ready()).await.unwrap().unwrap_err();
    assert_eq!(error.error_type(), "Lambdafy.Options");
    let message = error.message();
    assert!(message.starts_with("LAMBDAFY_STARTUP_REPORT is 'json:"), "{message}");
    assert!(message.contains("expected formats (terminal, json, trace, svg, emf;"), "{message}");
}

#[tokio::test]
async fn a_start_that_fails_is_reported_too_and_names_its_last_step() {
    let function = Function::start("fails", 1).await;
    let error = timeout(PATIENCE, function.api.ready()).await.unwrap().unwrap_err();
    let message = "the app could not be started, after its step 'database': connection refused";
    assert_eq!((error.error_type(), error.message()), ("Lambdafy.Init", message));
    let Function { process, .. } = &function;
    process.line("connection refused").await;
    let report = function.report().unwrap();
    assert_eq!(report.0["failed"], json!(true));
    assert_eq!(
        (&report.0["init"], &report.step("app")["outcome"]),
        (&Value::Null, &json!("failed"))
    );
    assert_eq!(report.step("config")["outcome"], json!("done"));
}

#[tokio::test]
async fn a_plans_error_becomes_the_init_error() {
    let function = Function::start("fails_in_a_plan", 1).await;
    let error = timeout(PATIENCE, function.api.ready()).await.unwrap().unwrap_err();
    let message = "the app could not be started: step 'database' failed: connection refused";
    assert_eq!((error.error_type(), error.message()), ("Lambdafy.Init", message));
}

#[tokio::test]
async fn an_app_with_a_runtime_of_its_own_is_profiled_from_its_first_step_on() {
    let report = Function::start("own_runtime", 1).await.report_after("/").await;
    let config = report.step("config");
    assert_eq!((&config["parent"], &config["request"]), (&Value::Null, &Value::Null));
    assert!(report.number("/marks/main_us") <= super::report::number(config, "/at_us"));
    assert_eq!(report.0["marks"]["runtime_us"], Value::Null);
    assert!(report.number("/init/wall_us") > report.number("/marks/main_us"));
}

#[tokio::test]
async fn a_restore_from_a_snapshot_is_told() {
    let settings = lambdafy_emulator::Function::new("orders").snapstart(true);
    let function = Function::start_with("with_hooks", settings, "requests=1").await;
    timeout(PATIENCE, function.api.ready()).await.unwrap().unwrap();
    function.api.restore();
    let report = function.report_after("/").await;
    let marks = ["app_us", "snapshot_us", "restored_us", "next_us"];
    let marks = marks.map(|mark| report.number(&format!("/marks/{mark}")));
    assert!(marks.is_sorted(), "{report:#?}");
    assert_eq!(report.number("/init/wall_us"), marks[1], "INIT ends with the snapshot");
    let reconnect = super::report::number(report.step("reconnect"), "/at_us");
    assert!(marks[2] <= reconnect && reconnect <= marks[3]);
}

/// What the parent noted before it made the process.
#[tokio::test]
async fn a_stamp_of_the_parent_tells_when_the_process_was_made() {
    use nix::time::{ClockId, clock_gettime};
    let now = std::time::Duration::from(clock_gettime(ClockId::CLOCK_MONOTONIC).unwrap());
    let settings = lambdafy_emulator::Function::new("orders");
    let function =
        Function::start_with("steps", settings.clone(), &format!("exec={}", now.as_nanos())).await;
    let told = function.report_after("/").await;
    assert_eq!(told.0["exec_known_from"], json!("parent"));
    assert_eq!(told.number("/before_main/error_us"), 0);
    let computed = Function::start_with("steps", settings, "cpu").await.report_after("/").await;
    assert_eq!(computed.0["exec_known_from"], json!("cpu time"));
    // Both count from the fork on, the parent's from a little before.
    assert!(computed.number("/before_main/wall_us") > 0);
    assert!(told.number("/before_main/wall_us") >= told.number("/before_main/cpu_us"));
}
