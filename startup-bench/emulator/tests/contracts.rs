//! Runtimes and tools that no crate brings, against the emulator: Python's runtime, Lambda Web
//! Adapter, `cargo lambda`. `scripts/test contracts` installs them into `target/contracts` and
//! runs this; a plain `cargo test` leaves it out.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use lambdafy_emulator::{Emulator, EmulatorBuilder, FrontDoor, Function};
use serde_json::{Value, json};
use support::{Client, by_hand};
use tokio::process::Command;

/// What `scripts/test contracts` has installed.
fn installed(path: &str) -> PathBuf {
    let target = std::env::current_exe().unwrap();
    let path = target.ancestors().nth(3).unwrap().join("contracts").join(path);
    assert!(path.exists(), "{} is missing: run scripts/test contracts", path.display());
    path
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contracts")
}

/// Programs that start slowly where the machine is busy.
fn patient(emulator: EmulatorBuilder) -> EmulatorBuilder {
    emulator.timeout(Duration::from_secs(20)).init_timeout(Duration::from_secs(60))
}

fn python(fixture: &str) -> EmulatorBuilder {
    patient(Emulator::builder())
        .app(installed("venv/bin/python"))
        .arg("-m")
        .arg("awslambdaric")
        .arg("function.handler")
        .directory(fixtures())
        .share(installed("venv"))
        .env("FIXTURE", fixture)
        // The project's folders stay as they are.
        .env("PYTHONDONTWRITEBYTECODE", "1")
}

#[tokio::test]
async fn pythons_runtime_answers_through_the_front_door() {
    let emulator = python("").start().await.unwrap();
    let mut client = Client::connect(emulator.address()).await;
    for _ in 0..3 {
        let response = client.get("/hello").await;
        assert_eq!(response.status, 201, "{}", response.text());
        assert_eq!(response.text(), format!("/hello of {}", Function::default().arn()));
        let left: u64 = response.header("x-left").parse().unwrap();
        assert!((1..=20_000).contains(&left), "{left}");
    }
    let sandbox = emulator.sandboxes().remove(0);
    assert_eq!(sandbox.invocations(), 3);
    assert!(sandbox.logs().iter().any(|line| line.text.starts_with("answering ")));
    emulator.stop().await;
}

#[tokio::test]
async fn an_exception_in_python_is_a_function_error() {
    let emulator = python("").start().await.unwrap();
    let invoked = emulator.invoke(json!({"rawPath": "/error"})).await.unwrap();
    let error = invoked.error.unwrap();
    assert_eq!((error.error_type(), error.message()), ("KeyError", "'on purpose'"));
    assert_eq!(emulator.invoke("{}").await.unwrap().error, None);
    let mut client = Client::connect(emulator.address()).await;
    assert_eq!(client.get("/error").await.status, 500);
}

#[tokio::test]
async fn a_python_module_that_does_not_load_is_a_failed_start() {
    let emulator = python("no-start").start().await.unwrap();
    let error = emulator.invoke("{}").await.unwrap().error.unwrap();
    assert!(error.to_string().contains("there is no database"), "{error}");
}

/// A web application behind Lambda Web Adapter, which is an extension and the runtime in one.
async fn web_app() -> EmulatorBuilder {
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port().to_string();
    patient(Emulator::builder())
        .app(fixtures().join("web_app.py"))
        .extension(installed("bin/lambda-adapter"))
        .env("PORT", port.clone())
        .env("AWS_LWA_PORT", port)
        // Each sandbox would need a port of its own.
        .max_sandboxes(1)
}

#[tokio::test]
async fn a_web_app_answers_through_the_web_adapter() {
    for door in [FrontDoor::HttpApi, FrontDoor::RestApi, FrontDoor::FunctionUrl, FrontDoor::Alb] {
        let emulator = web_app().await.source(door).start().await.unwrap();
        let mut client = Client::connect(emulator.address()).await;
        let response = client.get("/hello?a=1").await;
        assert_eq!(response.text(), "GET /hello?a=1", "{door:?}");
        assert_eq!((response.status.as_u16(), response.header("x-app")), (200, "python"));
        assert_eq!(client.get("/error").await.status, 500, "{door:?}");
        let posted = client.post("/", &[("content-type", "text/plain")], "body").await;
        assert_eq!((posted.status.as_u16(), posted.text()), (201, "body"), "{door:?}");
        assert_eq!(emulator.sandboxes()[0].extensions(), ["lambda-adapter"]);
        emulator.stop().await;
    }
}

#[tokio::test]
async fn the_web_adapter_streams() {
    let door = FrontDoor::FunctionUrlStream;
    let streaming = web_app().await.source(door).env("AWS_LWA_INVOKE_MODE", "response_stream");
    let emulator = streaming.start().await.unwrap();
    let response = Client::connect(emulator.address()).await.get("/hello").await;
    assert_eq!((response.status.as_u16(), response.text()), (200, "GET /hello"));
    assert_eq!(response.header("x-app"), "python");
}

#[tokio::test]
async fn a_web_app_that_does_not_start_is_a_failed_start() {
    let broken = web_app().await.env("PORT", "no number");
    let emulator = broken.init_timeout(Duration::from_secs(5)).start().await.unwrap();
    assert!(emulator.invoke("{}").await.unwrap().error.is_some());
}

#[tokio::test]
async fn a_web_app_behind_the_adapter_is_told_to_end() {
    let emulator = web_app().await.start().await.unwrap();
    Client::connect(emulator.address()).await.get("/").await;
    let sandbox = emulator.sandboxes().remove(0);
    emulator.stop().await;
    let logs = sandbox.logs();
    assert!(logs.iter().any(|line| line.text == "good night"), "{logs:?}");
}

/// Runs `cargo lambda invoke` against the emulator's API; gives what it prints.
async fn cargo_lambda_invoke(emulator: &Emulator, name: &str, event: &str) -> (bool, String) {
    let port = emulator.api_url().rsplit_once(':').unwrap().1.to_owned();
    let output = Command::new(installed("venv/bin/cargo-lambda"))
        .args(["lambda", "invoke", name, "--invoke-address", "127.0.0.1", "--invoke-port", &port])
        .args(["--data-ascii", event, "--output-format", "json"])
        .current_dir(installed("."))
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[tokio::test]
async fn cargo_lambda_invokes_a_function() {
    let orders = Emulator::builder().app(by_hand()).function(Function::new("orders"));
    let emulator = patient(orders).start().await.unwrap();
    let (succeeded, printed) = cargo_lambda_invoke(&emulator, "orders", r#"{"a":1}"#).await;
    assert!(succeeded, "{printed}");
    let answer: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(answer["body"], r#"{"a":1}"#);
    let (_, printed) = cargo_lambda_invoke(&emulator, "orders", r#""do:error""#).await;
    assert!(printed.contains("on purpose"), "{printed}");
    let (succeeded, printed) = cargo_lambda_invoke(&emulator, "other", "{}").await;
    assert!(!succeeded, "{printed}");
}
