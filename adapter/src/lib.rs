//! Runs an unmodified axum or hyper app on AWS Lambda.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//!
//! fn main() -> Result<(), lambdafy::Error> {
//!     lambdafy::run(|| async { Ok(Router::new().route("/", get(|| async { "hello" }))) })
//! }
//! ```
//!
//! The same binary is a Lambda function where there is a Runtime API, and an HTTP server on
//! `HOST:PORT` (127.0.0.1:3000) everywhere else. An app that keeps its own `async fn main` calls
//! [`serve`]; those who build their own stack take the [`LambdaLayer`]; [`event`] and [`reply`]
//! work without any runtime at all.
//!
//! # Front doors
//!
//! Nothing has to be configured, and there is no cargo feature per source: each event tells where
//! it came from. An authorizer's call looks like a request but is none, and is passed through.
//!
//! | [`Source`] | path and query | headers, cookies | client address | answer |
//! |---|---|---|---|---|
//! | API Gateway REST API | path as sent; query decoded by AWS, encoded again | `multiValueHeaders` | `identity.sourceIp` | `multiValueHeaders`; or streamed |
//! | HTTP API, payload 1.0 | path decoded by AWS, with a named stage; query as REST | `multiValueHeaders` | `identity.sourceIp` | `multiValueHeaders` |
//! | HTTP API, payload 2.0 | path decoded by AWS, with a named stage; query as sent | joined by AWS; `cookies` | `http.sourceIp` | `headers` joined, `cookies` |
//! | Function URL | as sent | joined by AWS; `cookie` | `http.sourceIp` | `headers` joined, `cookies`; or streamed |
//! | Load balancer (ALB) | as sent | `multiValueHeaders` or `headers`, as the target group is set | last of `x-forwarded-for` | the same field, `statusDescription` |
//! | VPC Lattice 1 and 2 | as sent | strings or lists | last of `x-forwarded-for` | `headers` joined |
//! | Lambda@Edge | as sent | lists | `clientIp` | lists, without what CloudFront refuses |
//! | WebSocket API | `/` and the route key ([settable](Options::websocket_path_for)); GET for `$connect`, else POST | of `$connect` | `identity.sourceIp` | `multiValueHeaders` |
//! | any other event | POST to `/events` ([settable](Options::pass_through_path), also [per service](Options::pass_through_path_for)), the event as it is as JSON body | `content-type` | none | the body, as JSON |
//!
//! Paths and queries are never decoded, normalised or sorted here. Only what can never stand in a
//! URI is percent-encoded: by the [URL standard](https://url.spec.whatwg.org/#percent-encoded-bytes),
//! so that `[`, `]` and `|` stay as clients send them.
//!
//! An event whose source is not HTTP fails if the app answers with a status of 400 or more, so
//! that a queue keeps its messages; what the app answers otherwise is the invocation's result, so
//! that `{"batchItemFailures": [...]}` works.
//!
//! # What the app can reach
//!
//! The extension [`Context`] has the request id, deadline, function ARN, trace id, tenant id, the
//! [`Source`], and the event's request context, authorizer data, path parameters and stage
//! variables, which are parsed when they are asked for. axum's `ConnectInfo<SocketAddr>` holds the
//! client's address. [`on_shutdown`], [`before_snapshot`] and [`after_restore`] are for what must
//! happen around the life of a sandbox.
//!
//! # Limits
//!
//! - A buffered answer is at most 6 MiB of JSON, 1 MiB behind a load balancer and for
//!   Lambda@Edge (CloudFront itself takes only 40 KB for a viewer request); base64 makes binary
//!   bodies a third larger. A larger answer becomes a 500 and a line in the log. Streaming has
//!   no such limit.
//! - What a front door has lost can't be had back: an HTTP API decodes `%2F`, a REST API the
//!   query, and load balancers without multi-value headers send the last of repeated headers.
//! - An event may be nested 127 levels deep; a path and query may be 65,534 bytes long; beyond
//!   that the invocation fails with a message that says so.
//! - A header whose name or value HTTP does not allow is left out, and the request is served.
//! - HTTP upgrades, such as WebSockets on a path of the app, exist only on the local server.
//! - A body that CloudFront has cut off (`inputTruncated`) fails the invocation.
//! - Other clouds' events are passed through.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `aws` | `lambdafy::aws`: the configuration of AWS clients that costs nothing at the start |
//! | `axum` (default) | axum's `ConnectInfo<SocketAddr>` in every request |
//! | `compression` | the codecs behind [`Options::compression`] |
//! | `startup-report` | findings and more formats of the [start-up report](startup) |
//! | `startup-tracing` | spans of `tracing` in it |
//! | `lambda_http` | lambda_http's extension types, and `lambdafy::lambda_http::run` for its services |
//! | `no-delay` | what is behind [`Options::no_delay`] |
//! | `pool-postgres`, `pool-mysql` | `lambdafy::pool`: database connections that survive freezes and silent ends |
//! | `websocket` | `lambdafy::websocket::Connections`, which posts to WebSocket clients |
//!
//! # Guides
//!
//! [From an axum server](guide::from_an_axum_server), [from lambda_http](guide::from_lambda_http),
//! [from serverless-express](guide::from_serverless_express). [Cold starts](guide::cold_start):
//! where the time goes, and how to spend less; [`startup`] has what it takes.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "aws")]
pub mod aws;
mod base64;
mod body;
mod context;
mod error;
pub mod event;
mod extensions;
mod future;
pub mod guide;
mod hooks;
mod hyper_service;
mod json;
#[cfg(feature = "lambda_http")]
pub mod lambda_http;
mod layer;
mod log;
mod options;
mod panics;
#[cfg(feature = "pool")]
pub mod pool;
pub mod reply;
mod run;
mod runtime;
mod server;
mod service;
pub mod startup;
#[cfg(feature = "websocket")]
pub mod websocket;

pub use body::Body;
pub use context::Context;
pub use error::{BoxError, Error, ErrorKind};
pub use event::Source;
pub use future::ResponseFuture;
pub use hooks::{after_restore, before_snapshot, on_shutdown};
pub use hyper_service::HyperService;
pub use layer::LambdaLayer;
pub use options::{Options, ResponseMode};
pub use run::{App, run, run_with, serve, serve_with};
pub use runtime::on_lambda;
pub use service::{Invocation, LambdaService, Reply};
