//! The listener of a Runtime API, and which request is answered by what.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::refusal::{Answered, Refusal, accepted, json};
use super::shared::Shared;
use super::state::{Call, HandOut, Snapshot, State};
use super::{extension_api, post, telemetry};
use crate::accept::accept;

/// What answers the requests.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) shared: Arc<Shared>,
    pub(super) records_calls: bool,
    /// Told when there will be no more connections.
    pub(super) closed: Notify,
}

/// Takes connections until it is closed; those that are open go on to their end, or to that of
/// this future.
pub(super) async fn serve(listener: TcpListener, service: Arc<Service>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            (stream, _) = accept(&listener) => stream,
            () = service.closed.notified() => break,
        };
        let number = service.shared.update(|state| {
            state.connections += 1;
            state.connections
        });
        connections.spawn(converse(stream, service.clone(), number));
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn converse(stream: TcpStream, service: Arc<Service>, number: usize) {
    // Without it answers would wait for the client's acknowledgements.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let connection = http1::Builder::new()
        .title_case_headers(true)
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(|request| service.answer(request, number)),
        );
    // A broken connection is seen where its request was handled.
    drop(connection.await);
}

impl Service {
    async fn answer(
        &self,
        request: Request<Incoming>,
        connection: usize,
    ) -> Result<Answered, Infallible> {
        if self.records_calls {
            let call = Call {
                method: request.method().clone(),
                path: request.uri().path().to_owned(),
                headers: request.headers().clone(),
                connection,
            };
            self.shared.update(|state| state.calls.push(call));
        }
        let answered = self.route(request).await;
        Ok(answered.unwrap_or_else(Refusal::into_response))
    }

    async fn route(&self, request: Request<Incoming>) -> Result<Answered, Refusal> {
        let path = request.uri().path().to_owned();
        let post = request.method() == Method::POST;
        let get = request.method() == Method::GET;
        match path.split('/').skip(1).collect::<Vec<_>>()[..] {
            ["2018-06-01", "runtime", "invocation", "next"] if get => self.next().await,
            ["2018-06-01", "runtime", "invocation", id, "response"] if post => {
                post::response(&self.shared, id, request).await
            }
            ["2018-06-01", "runtime", "invocation", id, "error"] if post => {
                post::error(&self.shared, id, request).await
            }
            ["2018-06-01", "runtime", "init", "error"] if post => {
                post::init_error(&self.shared, request).await
            }
            ["2018-06-01", "runtime", "restore", "next"] if get => self.restore().await,
            ["2018-06-01", "runtime", "restore", "error"] if post => {
                post::restore_error(&self.shared, request).await
            }
            ["2018-06-01", "ping"] if get => Ok(json(StatusCode::OK, "pong")),
            ["2020-01-01", "extension", "register"] if post => {
                extension_api::register(&self.shared, &self.shared.function, request).await
            }
            ["2020-01-01", "extension", "event", "next"] if get => {
                extension_api::next(&self.shared, request.headers()).await
            }
            ["2020-01-01", "extension", what @ ("init" | "exit"), "error"] if post => {
                extension_api::error(&self.shared, request.headers(), what == "init")
            }
            ["2022-07-01", "telemetry"] if request.method() == Method::PUT => {
                telemetry::subscribe(&self.shared, request).await
            }
            ["2020-08-15", "logs"] => logs_not_supported(),
            _ => Err(Refusal::new(
                StatusCode::NOT_FOUND,
                "NotFound",
                format!("There is no {} {path}", request.method()),
            )),
        }
    }

    async fn next(&self) -> Result<Answered, Refusal> {
        let handed = self.shared.next().await?;
        let mut response = json(StatusCode::OK, handed.invocation.event.clone());
        describe(response.headers_mut(), handed, &self.shared.function.arn());
        Ok(response)
    }

    /// The runtime is ready for its snapshot; it goes on in the restored sandbox.
    async fn restore(&self) -> Result<Answered, Refusal> {
        if !self.shared.function.is_snapstart {
            return Err(Refusal::transition("Started", "Restore"));
        }
        self.shared.update(State::take_snapshot);
        self.shared
            .wait_for(|state| {
                // An invocation is what sandboxes are restored for.
                let is_restored = state.snapshot == Snapshot::Restored || state.is_wanted();
                is_restored.then(|| state.restore())
            })
            .await;
        Ok(json(StatusCode::OK, Bytes::new()))
    }
}

/// The Logs API, which the Telemetry API has replaced.
fn logs_not_supported() -> Result<Answered, Refusal> {
    // The platform's own local emulator answers so: extensions go on without.
    let mut response = accepted();
    *response.body_mut() =
        "{\"errorMessage\":\"Logs API is not supported\",\"errorType\":\"Logs.NotSupported\"}\n"
            .into();
    Ok(response)
}

/// What comes with an event.
fn describe(headers: &mut HeaderMap, handed: HandOut, arn: &str) {
    let invocation = handed.invocation;
    let values = [
        ("lambda-runtime-aws-request-id", Some(invocation.request_id)),
        ("lambda-runtime-deadline-ms", Some(handed.deadline_ms.to_string())),
        ("lambda-runtime-invoked-function-arn", Some(arn.to_owned())),
        ("lambda-runtime-trace-id", Some(invocation.trace_id)),
        ("lambda-runtime-invocation-id", Some(handed.invocation_id)),
        ("lambda-runtime-aws-tenant-id", invocation.tenant_id),
        ("lambda-runtime-client-context", invocation.client_context),
        ("lambda-runtime-cognito-identity", invocation.cognito_identity),
    ];
    for (name, value) in values {
        let value = value.and_then(|value| HeaderValue::try_from(value).ok());
        if let Some(value) = value {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
