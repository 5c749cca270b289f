//! The function around the app.

use std::time::Duration;

use lambdafy_emulator::{Emulator, EmulatorBuilder, Function, Invoked, Sandbox, SandboxState};
use serde_json::{Value, json};

use super::database::{Server, System};

/// The variable with the database's URL.
pub(crate) const DATABASE: &str = "POOL_TEST_DATABASE";
/// The variable that names the pool.
pub(crate) const POOL: &str = "POOL_TEST_POOL";

/// After this a test has failed: much longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A function with one sandbox at most.
pub(crate) fn function<DB: System>(server: &Server<DB>, pool: &str) -> EmulatorBuilder {
    Emulator::builder()
        .app(std::env::current_exe().unwrap())
        .arg("--exact")
        .arg("function_process")
        .arg("--nocapture")
        .env(DATABASE, server.url())
        .env(POOL, pool)
        .share(server.authority_file())
        .function(settings())
        .max_sandboxes(1)
}

/// A whole CPU: what is tested is not how slow a debug build is in a seventh of one.
pub(crate) fn settings() -> Function {
    Function::new("orders").memory_mb(1769).timeout(Duration::from_secs(20))
}

/// What the function answers: the status and the body.
pub(crate) async fn ask(emulator: &Emulator, method: &str, path: &str) -> (u64, String) {
    let invoked = invoke(emulator, method, path).await;
    assert_eq!(invoked.error, None, "{path}");
    let answer: Value = serde_json::from_slice(&invoked.payload).unwrap();
    let body = answer["body"].as_str().unwrap_or_default().to_owned();
    (answer["statusCode"].as_u64().unwrap(), body)
}

/// The status that an invocation was answered with; 0 if it was not.
pub(crate) fn status(invoked: &Invoked) -> u64 {
    let answer: Value = serde_json::from_slice(&invoked.payload).unwrap_or_default();
    answer["statusCode"].as_u64().unwrap_or_default()
}

pub(crate) async fn invoke(emulator: &Emulator, method: &str, path: &str) -> Invoked {
    let event = json!({
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"host": "example.com"},
        "requestContext": {"http": {"method": method, "path": path, "sourceIp": "192.0.2.1"}},
        "isBase64Encoded": false,
    });
    let invoked = tokio::time::timeout(PATIENCE, emulator.invoke(event.to_string())).await;
    invoked.unwrap_or_else(|_| panic!("{path} is not answered")).unwrap()
}

/// What must be answered with 200.
pub(crate) async fn get(emulator: &Emulator, path: &str) -> String {
    let (status, body) = ask(emulator, "GET", path).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

pub(crate) async fn post(emulator: &Emulator, path: &str) -> String {
    let (status, body) = ask(emulator, "POST", path).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

/// One of the pool's numbers.
pub(crate) async fn count(emulator: &Emulator, name: &str) -> u64 {
    let status: Value = serde_json::from_str(&get(emulator, "/status").await).unwrap();
    status[name].as_u64().unwrap()
}

/// The one sandbox, frozen.
pub(crate) async fn frozen(emulator: &Emulator) -> Sandbox {
    for _ in 0..2000 {
        if let [sandbox] = &emulator.sandboxes()[..]
            && sandbox.state() == SandboxState::Frozen
        {
            return sandbox.clone();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no frozen sandbox: {:?}", emulator.sandboxes());
}
