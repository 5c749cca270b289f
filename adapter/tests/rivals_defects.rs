//! Defects that were found in other adapters, each with the adapter's name: lambdafy is free of
//! them, from the event to the result.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, its helpers too")]

#[path = "rivals_defects/answers.rs"]
mod answers;
#[path = "rivals_defects/recognition.rs"]
mod recognition;
#[path = "rivals_defects/requests.rs"]
mod requests;
mod support;

use http::Request;
use lambdafy::{Body, Error, Options, event};
use serde_json::Value;

/// The request that the app sees, with the options' defaults.
fn request_of(event: &Value) -> Request<Body> {
    try_request_of(event).unwrap()
}

fn try_request_of(event: &Value) -> Result<Request<Body>, Error> {
    event::to_request(event.to_string().as_bytes(), &Options::new())
}

/// The values of a header, in order.
fn values<'a>(request: &'a Request<Body>, name: &str) -> Vec<&'a str> {
    let values = request.headers().get_all(name).iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

fn body_of(request: &Request<Body>) -> &[u8] {
    request.body().as_bytes().unwrap()
}
