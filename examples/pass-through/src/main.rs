//! One axum app for HTTP and for everything else that invokes a function: a queue, uploads to a
//! bucket, a schedule.
//!
//! An event that is no HTTP request becomes a `POST` of its JSON. The answer is the invocation's
//! result; a status of 400 or more makes it fail, so that the service that sent the event tries
//! again.
//!
//! Here, it is a web server:
//!
//! ```sh
//! cargo run -p pass-through
//! curl --json @examples/pass-through/events/sqs.json http://127.0.0.1:3000/letters
//! curl http://127.0.0.1:3000/
//! ```
//!
//! On AWS, README.md says what connects the function to its sources.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use lambdafy::{Context, Options, Source};
use serde::{Deserialize, Serialize};

fn main() -> Result<(), lambdafy::Error> {
    lambdafy::run_with(options(), || async { Ok(app()) })
}

/// Each source has a path of its own; what comes from elsewhere goes to `/events`, which this app
/// does not have, so that it fails instead of getting lost.
fn options() -> Options {
    Options::new()
        .pass_through_path_for("aws:sqs", "/letters")
        .pass_through_path_for("aws:s3", "/uploads")
        .pass_through_path_for("aws.events", "/nightly")
}

fn app() -> Router {
    let events = Router::new()
        .route("/letters", post(letters))
        .route("/uploads", post(uploads))
        .route("/nightly", post(nightly))
        .route_layer(middleware::from_fn(events_only));
    Router::new().route("/", get(status)).merge(events).with_state(Arc::default())
}

/// What this sandbox has done so far.
#[derive(Default)]
struct Done {
    letters: AtomicUsize,
    uploads: AtomicUsize,
}

async fn status(State(done): State<Arc<Done>>) -> String {
    let letters = done.letters.load(Ordering::Relaxed);
    let uploads = done.uploads.load(Ordering::Relaxed);
    format!("{letters} letters sent, {uploads} uploads seen\n")
}

/// Only events come through. The paths exist for HTTP too: without this, anyone who knows the
/// function's URL could post an event of their own. On the local server everyone may, in debug
/// builds.
async fn events_only(
    context: Option<Extension<Context>>,
    request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let is_event = context.map_or(cfg!(debug_assertions), |Extension(context)| {
        context.source() == Source::PassThrough
    });
    if !is_event {
        return Err(StatusCode::NOT_FOUND);
    }
    Ok(next.run(request).await)
}

/// Events that come as a list: of messages, or of objects.
#[derive(Deserialize)]
struct Batch<T> {
    #[serde(rename = "Records")]
    records: Vec<T>,
}

// ---- SQS ----

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    message_id: String,
    body: String,
}

#[derive(Deserialize)]
struct Letter {
    to: String,
    subject: String,
}

/// Which messages failed; the queue deletes all others.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct BatchResult {
    batch_item_failures: Vec<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

async fn letters(
    State(done): State<Arc<Done>>,
    Json(batch): Json<Batch<Message>>,
) -> Json<BatchResult> {
    let mut result = BatchResult::default();
    for message in batch.records {
        match serde_json::from_str::<Letter>(&message.body) {
            Ok(letter) => {
                println!("to {}: {}", letter.to, letter.subject);
                done.letters.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                eprintln!("message {} is no letter: {error}", message.message_id);
                let item_identifier = message.message_id;
                result.batch_item_failures.push(Failure { item_identifier });
            }
        }
    }
    Json(result)
}

// ---- S3 ----

#[derive(Deserialize)]
struct Upload {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    bucket: Bucket,
    object: Object,
}

#[derive(Deserialize)]
struct Bucket {
    name: String,
}

#[derive(Deserialize)]
struct Object {
    /// Encoded as in a form: a space is a `+`.
    key: String,
}

async fn uploads(State(done): State<Arc<Done>>, Json(batch): Json<Batch<Upload>>) {
    for Upload { s3 } in batch.records {
        println!("{} has a new object {}", s3.bucket.name, s3.object.key);
        done.uploads.fetch_add(1, Ordering::Relaxed);
    }
}

// ---- EventBridge ----

#[derive(Deserialize)]
struct Schedule {
    time: String,
    resources: Vec<String>,
}

async fn nightly(Json(schedule): Json<Schedule>) -> String {
    let rules = schedule.resources.join(", ");
    format!("done for {rules} at {}", schedule.time)
}

#[cfg(test)]
mod tests {
    use lambdafy::{BoxError, ErrorKind, Invocation, LambdaLayer, Reply};
    use serde_json::{Value, json};
    use tower::{Layer, ServiceExt};

    use super::*;

    const SQS: &str = include_str!("../events/sqs.json");
    const S3: &str = include_str!("../events/s3.json");
    const SCHEDULE: &str = include_str!("../events/schedule.json");

    async fn result(app: Router, event: &str) -> Result<Value, lambdafy::Error> {
        let service = LambdaLayer::new(options()).layer(app);
        let Reply::Buffered(result) = service.oneshot(Invocation::new(event)).await? else {
            panic!("the results of events are buffered");
        };
        Ok(serde_json::from_slice(&result).expect("a result is JSON"))
    }

    fn http(method: &str, path: &str) -> String {
        let event = json!({
            "version": "2.0",
            "rawPath": path,
            "headers": {"content-type": "application/json"},
            "requestContext": {"http": {"method": method}},
            "body": SQS,
        });
        event.to_string()
    }

    #[tokio::test]
    async fn only_the_bad_message_stays_in_the_queue() -> Result<(), BoxError> {
        let failed = "2e1424d4-f796-459a-8184-9c92662be6da";
        assert_eq!(
            result(app(), SQS).await?,
            json!({"batchItemFailures": [{"itemIdentifier": failed}]})
        );
        Ok(())
    }

    #[tokio::test]
    async fn events_and_http_requests_meet_the_same_app() -> Result<(), BoxError> {
        let app = app();
        assert_eq!(result(app.clone(), S3).await?, Value::Null);
        result(app.clone(), SQS).await?;
        let page = result(app, &http("GET", "/")).await?;
        assert_eq!(page["body"], "1 letters sent, 1 uploads seen\n");
        Ok(())
    }

    #[tokio::test]
    async fn a_schedule_has_a_path_of_its_own() -> Result<(), BoxError> {
        let rule = "arn:aws:events:eu-west-1:111122223333:rule/nightly";
        let expected = format!("done for {rule} at 2026-03-12T02:00:00Z");
        assert_eq!(result(app(), SCHEDULE).await?, expected);
        Ok(())
    }

    #[tokio::test]
    async fn an_event_from_elsewhere_fails() {
        let event = SCHEDULE.replace("aws.events", "aws.ec2");
        let error = result(app(), &event).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::App);
    }

    #[tokio::test]
    async fn nobody_posts_events_over_http() -> Result<(), BoxError> {
        let page = result(app(), &http("POST", "/letters")).await?;
        assert_eq!(page["statusCode"], 404);
        Ok(())
    }
}
