//! A small server for what sends events by hand or by SDK: SQS's API for the declared queues, and
//! a path for each queue and schedule.
//!
//! | request | |
//! |---|---|
//! | `POST /` with `x-amz-target: AmazonSQS...` | SQS, as AWS's SDKs and its command line speak it |
//! | `POST /queues/NAME` | the body is a message |
//! | `POST /schedules/NAME` | the schedule is due now |

use std::convert::Infallible;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use serde_json::{Value, json};

use super::TwinError;
use super::http::Server;
use super::lambda::Sender;
use super::queues::{Attribute, Message, Queue, Queues};
use super::schedules::Schedules;

/// SQS's limit for a message, and for all of a batch together.
const MOST_BYTES: usize = 1024 * 1024;

/// SQS's longest delay, in seconds.
const MOST_DELAY_S: u64 = 900;

type Answer = Response<Full<Bytes>>;

/// What is refused: SQS's name of it, and why.
type Refusal = (&'static str, String);

pub(super) async fn serve(
    port: u16,
    queues: &Queues,
    schedules: &Schedules,
    lambda: Sender,
) -> Result<Server, TwinError> {
    let (queues, schedules) = (queues.clone(), schedules.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (queues, schedules, lambda) = (queues.clone(), schedules.clone(), lambda.clone());
        async move { Ok::<_, Infallible>(answer(&queues, &schedules, &lambda, request).await) }
    });
    Server::start("queues and schedules", port, service).await
}

async fn answer(
    queues: &Queues,
    schedules: &Schedules,
    lambda: &Sender,
    request: Request<Incoming>,
) -> Answer {
    let (parts, body) = request.into_parts();
    if is_from_elsewhere(&parts.headers) {
        return text(StatusCode::FORBIDDEN, "only programs on this machine may send events");
    }
    // A batch in JSON is longer than its messages.
    let Ok(body) = Limited::new(body, 8 * MOST_BYTES).collect().await else {
        return text(StatusCode::PAYLOAD_TOO_LARGE, "SQS takes 1 MiB");
    };
    let body = body.to_bytes();
    if let Some(target) = parts.headers.get("x-amz-target") {
        let action = target.to_str().unwrap_or_default().trim_start_matches("AmazonSQS.");
        let host = parts.headers.get("host").and_then(|host| host.to_str().ok());
        return sqs(queues, action, &body, host.unwrap_or_default());
    }
    let path = parts.uri.path();
    match (&parts.method, path.strip_prefix("/queues/"), path.strip_prefix("/schedules/")) {
        (&Method::POST, Some(name), _) => match queues.find(name) {
            Some(queue) => match send(queue, &json!({ "MessageBody": lossless(&body) })) {
                Ok(message) => text(StatusCode::OK, &message.id),
                Err((_, why)) => text(StatusCode::BAD_REQUEST, &why),
            },
            None => text(StatusCode::NOT_FOUND, "there is no such queue in the settings"),
        },
        (&Method::POST, _, Some(name)) => match schedules.event(name) {
            Some(event) => {
                lambda.send(event);
                text(StatusCode::ACCEPTED, "due now")
            }
            None => text(StatusCode::NOT_FOUND, "there is no such schedule in the settings"),
        },
        _ => text(
            StatusCode::NOT_FOUND,
            "expected POST /queues/NAME, POST /schedules/NAME, or SQS's JSON protocol",
        ),
    }
}

/// Whether a page in a browser sends this, or a name that another machine gave to this one.
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    headers.contains_key("origin") || !matches!(name, "127.0.0.1" | "localhost")
}

fn lossless(body: &Bytes) -> Value {
    std::str::from_utf8(body).map_or(Value::Null, Value::from)
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>
fn sqs(queues: &Queues, action: &str, body: &Bytes, host: &str) -> Answer {
    let input: Value = match serde_json::from_slice(body) {
        Ok(input) => input,
        Err(error) => return refused("InvalidParameterValue", &format!("no JSON: {error}")),
    };
    let url = |name: &str| format!("http://{host}/{}/{name}", super::ACCOUNT);
    let done = match action {
        "ListQueues" => Ok(json!({ "QueueUrls": queues.names().map(url).collect::<Vec<_>>() })),
        "GetQueueUrl" => named(queues, &input["QueueName"])
            .map(|queue| json!({ "QueueUrl": url(&queue.name) })),
        "GetQueueAttributes" => named(queues, &input["QueueUrl"]).map(|queue| {
            json!({ "Attributes": { "ApproximateNumberOfMessages": queue.len().to_string() } })
        }),
        "SendMessage" => named(queues, &input["QueueUrl"])
            .and_then(|queue| send(queue, &input))
            .map(|message| sent(&message)),
        "SendMessageBatch" => named(queues, &input["QueueUrl"]).map(|queue| batch(queue, &input)),
        other => Err((
            "UnsupportedOperation",
            format!("{other} is not known here: Lambda alone takes messages, the app sends them"),
        )),
    };
    match done {
        Ok(output) => answered(StatusCode::OK, &output),
        Err((code, message)) => refused(code, &message),
    }
}

/// The queue of a name or of a URL that ends so.
fn named<'a>(queues: &'a Queues, name: &Value) -> Result<&'a Queue, Refusal> {
    let name = name.as_str().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    let known = || queues.names().collect::<Vec<_>>().join(", ");
    queues.find(name).map(AsRef::as_ref).ok_or_else(|| {
        ("QueueDoesNotExist", format!("there is no queue {name:?}, there are: {}", known()))
    })
}

fn send(queue: &Queue, input: &Value) -> Result<Message, Refusal> {
    let wrong = |why: String| ("InvalidParameterValue", why);
    let body = input["MessageBody"].as_str().filter(|body| !body.is_empty());
    let body = body.ok_or_else(|| wrong("expected a message of text, and not empty".to_owned()))?;
    if body.len() > MOST_BYTES {
        let length = body.len();
        return Err(wrong(format!("the message has {length} bytes, SQS takes {MOST_BYTES}")));
    }
    let delay = input["DelaySeconds"].as_u64().unwrap_or(0);
    if delay > MOST_DELAY_S {
        return Err(wrong(format!("DelaySeconds is {delay}, SQS takes {MOST_DELAY_S}")));
    }
    let mut message = Message::new(body.to_owned()).later(delay);
    for (name, value) in input["MessageAttributes"].as_object().into_iter().flatten() {
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        let kind = text("DataType").unwrap_or_else(|| "String".to_owned());
        let attribute = Attribute { kind, text: text("StringValue"), binary: text("BinaryValue") };
        message.attributes.insert(name.clone(), attribute);
    }
    queue.send(message.clone());
    Ok(message)
}

fn sent(message: &Message) -> Value {
    json!({ "MessageId": message.id, "MD5OfMessageBody": message.md5_of_body() })
}

fn batch(queue: &Queue, input: &Value) -> Value {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for entry in input["Entries"].as_array().into_iter().flatten() {
        match send(queue, entry) {
            Ok(message) => {
                let mut output = sent(&message);
                output["Id"] = entry["Id"].clone();
                good.push(output);
            }
            Err((code, why)) => bad.push(json!({
                "Id": entry["Id"], "Code": code, "Message": why, "SenderFault": true,
            })),
        }
    }
    json!({ "Successful": good, "Failed": bad })
}

fn refused(code: &str, message: &str) -> Answer {
    let error = json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": message });
    answered(StatusCode::BAD_REQUEST, &error)
}

fn answered(status: StatusCode, output: &Value) -> Answer {
    with_type(status, "application/x-amz-json-1.0", output.to_string())
}

fn text(status: StatusCode, text: &str) -> Answer {
    with_type(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

fn with_type(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Full::from(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert("content-type", http::HeaderValue::from_static(kind));
    answer
}
