//! What goes wrong in one invocation, and that the next one works.

use lambdafy_emulator::FunctionError;
use serde_json::{Value, json};

use super::function::{Function, Gate, event, settings, sqs};
use super::support::{ClientRequest, Front};

/// Where the events of these tests go.
const PATHS: (&str, &str) =
    ("LAMBDAFY_PASS_THROUGH_PATHS", "aws:sqs=/fail, aws:s3=/panic, aws:dynamodb=/teapot");

#[tokio::test]
async fn an_event_that_is_no_json_is_reported_and_the_next_one_works() {
    let function = Function::start("app").await;
    for _ in 0..3 {
        let error = failure(&function, "{\"version\":".to_owned()).await;
        assert_eq!(error.error_type(), "Lambdafy.InvalidEvent");
        let message = "the event is not valid JSON: it ends at byte 11, a value was expected";
        assert_eq!(error.message(), message);
        function.works().await;
    }
    function.process.line("an invocation failed: the event is not valid JSON").await;
}

#[tokio::test]
async fn a_field_of_the_wrong_type_is_named() {
    let function = Function::start("app").await;
    let event = event(Front::HttpApiV2, &ClientRequest::get("/hello"));
    let mut event: Value = serde_json::from_slice(&event).unwrap();
    event["rawPath"] = json!(7);
    let error = failure(&function, event.to_string()).await;
    assert_eq!(error.error_type(), "Lambdafy.InvalidEvent");
    assert!(error.message().contains("rawPath"), "{error}");
    function.works().await;
}

#[tokio::test]
async fn an_app_that_fails_is_a_500_for_a_client() {
    let function = Function::start("app").await;
    assert_eq!(function.get("/fail").await["statusCode"], 500);
    let line = function.process.line("answered 500").await;
    assert!(line.contains("the app failed: the database is away"), "{line}");
    function.works().await;
}

#[tokio::test]
async fn an_app_that_panics_is_a_500_for_a_client() {
    let function = Function::start("app").await;
    for _ in 0..3 {
        let answer = function.get("/panic").await;
        assert_eq!(answer["statusCode"], 500);
        assert_eq!(answer["body"], "Internal Server Error\n");
    }
    let line = function.process.line("answered 500").await;
    assert!(line.contains("the app panicked: index out of range"), "{line}");
    function.works().await;
}

#[tokio::test]
async fn an_app_that_fails_fails_the_invocation_of_a_queue() {
    let function = Function::start_with("app", settings(), &[PATHS]).await;
    let error = failure(&function, sqs().to_string()).await;
    assert_eq!(error.error_type(), "Lambdafy.App");
    assert_eq!(error.message(), "the app failed: the database is away");
    function.works().await;
}

#[tokio::test]
async fn an_app_that_panics_fails_the_invocation_of_a_bucket() {
    let function = Function::start_with("app", settings(), &[PATHS]).await;
    let event = json!({"Records": [{"eventSource": "aws:s3"}]}).to_string();
    let error = failure(&function, event).await;
    assert_eq!(error.error_type(), "Lambdafy.App");
    assert_eq!(error.message(), "the app panicked: index out of range");
    function.works().await;
}

#[tokio::test]
async fn a_status_of_error_fails_the_invocation_of_a_table() {
    let function = Function::start_with("app", settings(), &[PATHS]).await;
    let event = json!({"Records": [{"eventSource": "aws:dynamodb"}]}).to_string();
    let error = failure(&function, event).await;
    assert_eq!(error.error_type(), "Lambdafy.App");
    assert!(error.message().contains("418"), "{error}");
    function.works().await;
}

#[tokio::test]
async fn an_invocation_that_runs_out_of_time_does_not_hurt_the_next() {
    let settings = settings().timeout(std::time::Duration::from_secs(2));
    let function = Function::start_with("app", settings, &[]).await;
    let gate = Gate::new().await;
    let target = format!("/gate?port={}", gate.port);
    let late = function.invoke(event(Front::HttpApiV2, &ClientRequest::get(target))).await;
    assert!(late.error.unwrap().is_timeout());
    gate.open().await;
    function.works().await;
    function.process.line("an answer could not be posted").await;
}

/// The headers and the body of the error report.
#[tokio::test]
async fn an_error_is_reported_in_lambdas_form() {
    let function = Function::start("app").await;
    let error = failure(&function, "[1,2".to_owned()).await;
    let body: Value = serde_json::from_slice(error.body()).unwrap();
    assert_eq!(body["errorType"], "Lambdafy.InvalidEvent");
    assert_eq!(body["stackTrace"], json!([]));
    assert!(body["errorMessage"].is_string());
    let calls = function.api.calls();
    let post = calls.iter().find(|call| call.path.ends_with("/error")).unwrap();
    assert_eq!(post.headers["lambda-runtime-function-error-type"], "Lambdafy.InvalidEvent");
}

async fn failure(function: &Function, event: String) -> FunctionError {
    let invoked = function.invoke(event).await;
    invoked.error.unwrap_or_else(|| panic!("answered: {:?}", invoked.payload))
}
