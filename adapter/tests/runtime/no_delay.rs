//! `TCP_NODELAY` on sockets whose library does not set it.

use super::function::{Function, Gate, settings};

#[tokio::test]
async fn connections_of_others_have_no_delay_when_it_is_asked_for() {
    assert_eq!(delay(&[("LAMBDAFY_NO_DELAY", "true")]).await, "no delay");
}

#[tokio::test]
async fn connections_of_others_are_left_alone_otherwise() {
    assert_eq!(delay(&[]).await, "delay");
    assert_eq!(delay(&[("LAMBDAFY_NO_DELAY", "false")]).await, "delay");
}

/// What an app finds on a connection that it has opened and read from.
async fn delay(variables: &[(&str, &str)]) -> String {
    let function = Function::start_with("app", settings(), variables).await;
    let gate = Gate::new().await;
    let target = format!("/delay?port={}", gate.port);
    let (answer, ()) = tokio::join!(function.get(&target), gate.open());
    answer["body"].as_str().unwrap().to_owned()
}
