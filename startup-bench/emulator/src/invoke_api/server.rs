//! The listener of Lambda's API, and which request is answered by what.

use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::channel::Channel;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::asynchronous::Events;
use super::refusal::Refusal;
use super::request::{self, InvocationType, Invoke};
use super::{streaming, synchronous};
use crate::accept::accept;
use crate::error::{Error, ErrorKind};
use crate::fleet::Fleet;
use crate::{Function, base64};
use crate::{Invoked, LogLine};

/// How much of a log's end is given to the invoker, in bytes.
const LOG_TAIL_BYTES: usize = 4 * 1024;

/// What a response has: a whole body, or one that comes in pieces.
pub(super) type Body = Either<Full<Bytes>, Channel<Bytes, Infallible>>;

/// Listens on 127.0.0.1.
pub(crate) async fn listen(port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| {
        Error::new(ErrorKind::Start, format!("Lambda's API cannot listen on 127.0.0.1:{port}"))
            .with_source(error)
    })
}

/// Takes connections for ever; they end with this future.
pub(crate) async fn serve(listener: TcpListener, fleet: Arc<Fleet>, retry_delay: Duration) {
    let service = Arc::new(Service { events: Events::new(fleet.clone(), retry_delay), fleet });
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = accept(&listener).await;
        connections.spawn(converse(stream, service.clone()));
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, service: Arc<Service>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let connection = http1::Builder::new().serve_connection(
        TokioIo::new(stream),
        service_fn(|request| {
            let service = service.clone();
            async move { Ok::<_, Infallible>(service.answer(request).await) }
        }),
    );
    // A client that goes away needs no answer.
    drop(connection.await);
}

#[derive(Debug)]
struct Service {
    fleet: Arc<Fleet>,
    events: Events,
}

impl Service {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let answered = self.route(request).await;
        answered.unwrap_or_else(|refusal| {
            let mut response = refusal.into_response();
            name(response.headers_mut(), &crate::ids::uuid());
            response.map(|body| Either::Left(Full::new(body)))
        })
    }

    async fn route(&self, request: Request<Incoming>) -> Result<Response<Body>, Refusal> {
        let path = request.uri().path().to_owned();
        match path.split('/').skip(1).collect::<Vec<_>>()[..] {
            ["2015-03-31", "functions", function, "invocations"]
                if request.method() == Method::POST =>
            {
                let invoke = request::read(self.function(), function, request).await?;
                self.invoke(invoke).await
            }
            ["2021-11-15", "functions", function, "response-streaming-invocations"]
                if request.method() == Method::POST =>
            {
                let invoke = request::read(self.function(), function, request).await?;
                self.stream(invoke).await
            }
            _ => Err(Refusal::no_operation(request.method(), &path)),
        }
    }

    async fn invoke(&self, invoke: Invoke) -> Result<Response<Body>, Refusal> {
        match invoke.invocation_type {
            InvocationType::RequestResponse => {
                let response = synchronous::invoke(&self.fleet, invoke).await?;
                Ok(response.map(|body| Either::Left(Full::new(body))))
            }
            InvocationType::Event => {
                let response = empty(StatusCode::ACCEPTED, &invoke.invocation.request_id);
                self.events.accept(invoke.invocation);
                Ok(response)
            }
            InvocationType::DryRun => {
                Ok(empty(StatusCode::NO_CONTENT, &invoke.invocation.request_id))
            }
        }
    }

    async fn stream(&self, invoke: Invoke) -> Result<Response<Body>, Refusal> {
        match invoke.invocation_type {
            InvocationType::RequestResponse => {
                let response = streaming::invoke(&self.fleet, invoke).await?;
                Ok(response.map(Either::Right))
            }
            InvocationType::Event => {
                let allowed = "RequestResponse, DryRun";
                Err(Refusal::invalid_value("Event", "invocationType", allowed))
            }
            InvocationType::DryRun => {
                Ok(empty(StatusCode::NO_CONTENT, &invoke.invocation.request_id))
            }
        }
    }

    fn function(&self) -> &Function {
        &self.fleet.recipe().function
    }
}

fn empty(status: StatusCode, request_id: &str) -> Response<Body> {
    let mut response = Response::new(Either::Left(Full::default()));
    *response.status_mut() = status;
    name(response.headers_mut(), request_id);
    response
}

/// Says which request it was.
pub(super) fn name(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", value);
    }
}

/// Says which version answered.
pub(super) fn executed(headers: &mut HeaderMap, function: &Function) {
    if let Ok(value) = HeaderValue::from_str(&function.version) {
        headers.insert("x-amz-executed-version", value);
    }
}

/// The end of a log as invokers get it, in base64.
pub(super) fn log_tail(lines: &[LogLine]) -> String {
    let mut log = String::new();
    for line in lines {
        log.push_str(&line.text);
        log.push('\n');
    }
    let start = log.len().saturating_sub(LOG_TAIL_BYTES);
    base64::encode(&log.as_bytes()[start..])
}

/// Tells whoever watches about an invocation that did not come through the front door.
pub(super) fn tell(fleet: &Fleet, invoked: &Invoked) {
    fleet.recipe().observer.tell(&invoked.into());
}
