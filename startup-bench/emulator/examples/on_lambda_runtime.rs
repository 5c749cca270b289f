//! A function on AWS's own `lambda_runtime`, for the emulator's contract tests.
//!
//! The event says what to do: `"hello"` or `"error"`; the variable `FIXTURE` how to start.

use lambda_runtime::streaming::{Body, Response, channel};
use lambda_runtime::{Error, LambdaEvent, MetadataPrelude, run, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    match fixture().as_str() {
        "no-start" => Err("there is no database".into()),
        "stream" => run(service_fn(stream)).await,
        _ => {
            lambda_runtime::spawn_graceful_shutdown_handler(|| async { println!("good night") })
                .await;
            run(service_fn(answer)).await
        }
    }
}

async fn answer(event: LambdaEvent<Value>) -> Result<Value, Error> {
    println!("answering {}", event.context.request_id);
    match event.payload.as_str() {
        Some("error") => Err("on purpose".into()),
        _ => Ok(json!({
            "payload": event.payload,
            "arn": event.context.invoked_function_arn,
            "deadline": event.context.deadline,
            "custom": event.context.client_context.map(|context| context.custom),
        })),
    }
}

async fn stream(_event: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for word in ["one ", "two ", "three"] {
            sender.send_data(word.into()).await?;
        }
        Ok::<_, Error>(())
    });
    let metadata_prelude =
        MetadataPrelude { status_code: http::StatusCode::CREATED, ..MetadataPrelude::default() };
    Ok(Response { metadata_prelude, stream: body })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this program is no part of any crate: it has no one place to read the environment"
)]
fn fixture() -> String {
    std::env::var("FIXTURE").unwrap_or_default()
}
