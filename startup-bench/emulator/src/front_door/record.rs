//! What is told about a request once it is answered.

use std::time::Instant;

use http::{Method, Request, StatusCode};

use crate::activity::Activity;

/// What is said about a request when it is answered.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) started: Instant,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) status: StatusCode,
    pub(super) sandbox: Option<u64>,
    pub(super) error: Option<String>,
}

impl Record {
    pub(super) fn new<B>(request: &Request<B>) -> Self {
        let uri = request.uri();
        Self {
            started: Instant::now(),
            method: request.method().clone(),
            target: uri.path_and_query().map_or_else(|| uri.to_string(), ToString::to_string),
            status: StatusCode::OK,
            sandbox: None,
            error: None,
        }
    }
}

impl From<Record> for Activity {
    fn from(record: Record) -> Self {
        Self::Answered {
            sandbox: record.sandbox,
            method: record.method,
            target: record.target,
            status: record.status,
            duration: record.started.elapsed(),
            error: record.error,
        }
    }
}
