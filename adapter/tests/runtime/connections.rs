//! What the function does with its connections to the Runtime API.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http::StatusCode;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::function::{Function, event, sqs};
use super::process::{PATIENCE, Process};
use super::support::{ClientRequest, Front};

const INVOCATIONS: usize = 500;

#[tokio::test]
async fn all_invocations_use_one_connection() {
    let function = Function::start("app").await;
    for _ in 0..INVOCATIONS {
        function.works().await;
    }
    assert_eq!(function.api.connections(), 1);
}

#[tokio::test]
async fn an_app_with_many_threads_uses_one_connection() {
    let function = Function::start("app_on_many_threads").await;
    for _ in 0..INVOCATIONS {
        function.works().await;
    }
    assert_eq!(function.api.connections(), 1);
}

#[tokio::test]
async fn errors_streams_and_large_answers_use_the_same_connection() {
    answers_of_all_kinds_use_one_connection("app").await;
}

#[tokio::test]
async fn errors_streams_and_large_answers_use_the_same_connection_with_many_threads() {
    answers_of_all_kinds_use_one_connection("app_on_many_threads").await;
}

async fn answers_of_all_kinds_use_one_connection(app: &str) {
    let function = Function::start_streaming(app).await;
    let targets = ["/hello", "/fail", "/stream_fails", "/large?bytes=100000", "/teapot"];
    for target in targets.iter().cycle().take(100) {
        function.invoke(event(Front::FunctionUrl, &ClientRequest::get(*target))).await;
        function.invoke(sqs()).await;
        function.invoke("{").await;
    }
    assert_eq!(function.api.connections(), 1);
}

/// Some emulators answer `next` with 204 now and then, to keep the connection alive.
#[tokio::test]
async fn an_answer_without_an_event_is_skipped() {
    let count = Arc::new(AtomicUsize::new(0));
    let (results, mut posted) = mpsc::unbounded_channel();
    let next = move || {
        let count = count.fetch_add(1, Ordering::Relaxed);
        async move {
            match count {
                3 => {
                    let event = event(Front::HttpApiV2, &ClientRequest::get("/hello"));
                    ([("lambda-runtime-aws-request-id", "r-1")], event).into_response()
                }
                0..5 => StatusCode::NO_CONTENT.into_response(),
                _ => std::future::pending().await,
            }
        }
    };
    let response = move |body: String| async move {
        results.send(body).unwrap();
        StatusCode::ACCEPTED
    };
    let api = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/r-1/response", post(response));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, api).await });
    let _process = Process::start("app", [("AWS_LAMBDA_RUNTIME_API", address)]);
    let result = timeout(PATIENCE, posted.recv()).await.unwrap().unwrap();
    assert!(result.contains(r#""body":"hello""#), "{result}");
}
