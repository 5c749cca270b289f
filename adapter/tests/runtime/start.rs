//! Starts that fail, and are told to Lambda as init errors.

use super::function::{Function, settings};
use super::process::Process;

#[tokio::test]
async fn an_app_that_cannot_be_made_is_an_init_error() {
    fails(
        "fails_to_start",
        &[],
        "Lambdafy.Init",
        "the app could not be started: no table 'orders'",
    )
    .await;
}

#[tokio::test]
async fn an_app_that_panics_while_it_is_made_is_an_init_error() {
    let message = "the app panicked while it started: DATABASE_URL must be set";
    fails("panics_at_start", &[], "Lambdafy.Init", message).await;
}

#[tokio::test]
async fn an_unknown_variable_is_an_init_error() {
    let message =
        "LAMBDAFY_STRIP_STGE is not known; the documentation of Options::from_env lists what is";
    fails("app", &[("LAMBDAFY_STRIP_STGE", "true")], "Lambdafy.Options", message).await;
}

#[tokio::test]
async fn a_variable_with_a_wrong_value_is_an_init_error() {
    let message = "LAMBDAFY_RESPONSE_MODE is 'stream', expected 'buffered' or 'streaming'";
    fails("app", &[("LAMBDAFY_RESPONSE_MODE", "stream")], "Lambdafy.Options", message).await;
}

#[tokio::test]
async fn a_wrong_variable_is_an_init_error_of_an_app_with_a_runtime_of_its_own_too() {
    let message = "LAMBDAFY_COMPRESSION is 'on', expected 'true' or 'false'";
    let variables = [("LAMBDAFY_COMPRESSION", "on")];
    fails("app_on_many_threads", &variables, "Lambdafy.Options", message).await;
}

#[tokio::test]
async fn a_runtime_api_that_is_no_address_ends_the_process() {
    let ended = Process::start("app", [("AWS_LAMBDA_RUNTIME_API", "not an address")]).ended().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.log[0].contains("'not an address', which is no host and port"), "{ended:?}");
}

#[tokio::test]
async fn a_runtime_api_that_goes_away_ends_the_process() {
    let Function { api, process } = Function::start("app").await;
    api.ready().await.unwrap();
    drop(api);
    let ended = process.ended().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.log.iter().any(|line| line.contains("the Runtime API")), "{ended:?}");
}

/// The start fails with this report, and the process with an exit code and the same message.
async fn fails(app: &str, variables: &[(&str, &str)], error_type: &str, message: &str) {
    let function = Function::start_with(app, settings(), variables).await;
    let error = function.init_error().await;
    assert_eq!((error.error_type(), error.message()), (error_type, message));
    let calls = function.api.calls();
    assert_eq!(function.paths(), ["runtime/init/error"]);
    assert_eq!(calls[0].headers["lambda-runtime-function-error-type"], "Runtime.InitError");
    let ended = function.process.ended().await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert_eq!(ended.log.last().unwrap(), &format!("Error: {message}"));
}
