//! Runs an unmodified axum or hyper app on AWS Lambda.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod base64;
mod body;
mod context;
mod error;
pub mod event;
mod extensions;
mod future;
mod hyper_service;
mod json;
#[cfg(feature = "lambda_http")]
pub mod lambda_http;
mod layer;
mod log;
mod options;
mod panics;
pub mod reply;
mod run;
mod runtime;
mod server;
mod service;
#[cfg(feature = "websocket")]
pub mod websocket;

pub use body::Body;
pub use context::Context;
pub use error::{BoxError, Error, ErrorKind};
pub use event::Source;
pub use future::ResponseFuture;
pub use hyper_service::HyperService;
pub use layer::LambdaLayer;
pub use options::{Options, ResponseMode};
pub use run::{App, run, run_with, serve, serve_with};
pub use runtime::{after_restore, before_snapshot, on_lambda, on_shutdown};
pub use service::{Invocation, LambdaService, Reply};
