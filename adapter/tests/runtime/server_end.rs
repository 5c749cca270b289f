//! How the server ends.

use tokio::net::TcpStream;

use super::function::Gate;
use super::process::Ended;
use super::server::{Http1, get, start};

#[tokio::test]
async fn a_server_without_requests_ends_at_once() {
    let (process, address) = start("app_with_shutdown_hooks", &[("PORT", "0")]).await;
    assert_eq!(get(address, "/hello").await, "hello");
    process.terminate();
    assert_ended(&process.ended().await);
}

/// The connection stays open, but nothing is asked on it.
#[tokio::test]
async fn an_idle_connection_does_not_keep_it_from_ending() {
    let (process, address) = start("app_with_shutdown_hooks", &[("PORT", "0")]).await;
    let mut connection = Http1::connect(address).await;
    assert_eq!(connection.get("/hello").await, "hello");
    process.terminate();
    let ended = process.ended().await;
    assert_ended(&ended);
    assert!(!ended.log.iter().any(|line| line.contains("closed connections")), "{ended:?}");
}

#[tokio::test]
async fn an_open_request_gets_its_answer_before_the_server_ends() {
    let (process, address) = start("app_with_shutdown_hooks", &[("PORT", "0")]).await;
    let gate = Gate::new().await;
    let target = format!("/gate?port={}", gate.port);
    let request = tokio::spawn(async move { get(address, &target).await });
    let bolt = gate.reached().await;
    process.terminate();
    // It takes no more connections, and the hooks wait.
    while TcpStream::connect(address).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(!process.log().iter().any(|line| line.contains("hook: ")), "{:?}", process.log());
    drop(bolt);
    assert_eq!(request.await.unwrap(), "passed");
    assert_ended(&process.ended().await);
}

#[tokio::test]
async fn an_app_with_many_threads_ends_as_well() {
    let (process, address) = start("app_on_many_threads", &[("PORT", "0")]).await;
    assert_eq!(get(address, "/hello").await, "hello");
    process.terminate();
    assert_eq!(process.ended().await.status.code(), Some(0));
}

/// The hooks ran once, the newest first, and all is well.
fn assert_ended(ended: &Ended) {
    assert_eq!(ended.lines("hook: "), ["third", "second", "first"], "{ended:?}");
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
}
