//! Every option does what it says and nothing else, and so does its default.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[cfg(feature = "compression")]
#[path = "options/compression.rs"]
mod compression;
#[path = "options/modes.rs"]
mod modes;
#[path = "options/paths.rs"]
mod paths;
#[path = "options/sizes.rs"]
mod sizes;
mod support;

use std::convert::Infallible;
use std::future::{Ready, ready};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use lambdafy::{Body, Error, Options, Reply};
use serde_json::Value;
use support::{ClientRequest, Front, events};
use tower::{Service, service_fn};

const SQS: &str = r#"{"Records":[{"eventSource":"aws:sqs","body":"one"}]}"#;

type Answered = Ready<Result<Response<Full<Bytes>>, Infallible>>;

/// An app that always answers `response`.
fn app(
    response: Response<Bytes>,
) -> impl Service<Request<Body>, Response = Response<Full<Bytes>>, Error = Infallible, Future = Answered>
{
    service_fn(move |_| ready(Ok(response.clone().map(Full::new))))
}

fn typed(content_type: &'static str, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    let value = HeaderValue::from_static(content_type);
    response.headers_mut().insert("content-type", value);
    response
}

/// The JSON of a buffered result.
async fn result(
    options: Options,
    event: impl AsRef<[u8]>,
    response: Response<Bytes>,
) -> Result<Value, Error> {
    match support::invoke(app(response), options, event).await? {
        Reply::Buffered(result) => Ok(serde_json::from_slice(&result).unwrap()),
        Reply::Streaming(_) => panic!("not buffered"),
    }
}

fn get(front: Front) -> Vec<u8> {
    events::event(front, &ClientRequest::get("/"))
}
