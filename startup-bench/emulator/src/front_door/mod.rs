//! The HTTP side of a function: what stands between a client and the sandboxes.
//!
//! A request becomes an event and a result becomes a response as on AWS, quirks included:
//!
//! | front door | path | query | headers | answer |
//! |---|---|---|---|---|
//! | REST API | as sent | decoded, in two maps | two maps, no `content-length` | only known keys, else 502 |
//! | HTTP API 2.0 | decoded twice, cut at `?` | as sent | lower case, joined by `,` | no `statusCode`: 200 and JSON |
//! | HTTP API 1.0 | as 2.0 | as REST | two maps | else 500 |
//! | Function URL | as sent | as sent | as 2.0, and `cookie` too | as 2.0, else 502 |
//! | load balancer | as sent | as sent, in a map | one value or a list | else 502 |
//!
//! What differs from AWS, because the client talks to this machine: `host` is the client's own,
//! `x-forwarded-proto` is `http`, and a REST API or a stage of an HTTP API is found at the root
//! unless a stage is named.

mod alb;
mod event;
mod function_url;
mod gateway_v1;
mod http_api;
mod limits;
mod options;
mod platform;
mod prelude;
mod record;
mod request;
mod reserved;
mod response;
mod result;
mod server;
mod service;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use options::Door;
pub use options::FrontDoor;
pub(crate) use reserved::Reserved;
pub(crate) use server::{listen, serve};
