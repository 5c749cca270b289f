//! From a request to its response.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{Request, Response};
use http_body_util::Either;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::options::{Door, FrontDoor};
use super::platform::{self, Refusal};
use super::prelude::{self, Prelude};
use super::record::Record;
use super::request::{self, Incoming};
use super::response::{ResponseBody, Streamed, finish, identify, pump, whole};
use super::{event, limits, result};
use crate::body::{self, Unreadable};
use crate::error::ErrorKind;
use crate::fleet::{Begun, Fleet, Lease};
use crate::{Answer, Invocation, StreamingAnswer};

/// How many pieces of an answer may wait for a slow client.
const PIECES: usize = 16;

/// What answers the requests of a front door.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) door: Door,
    pub(super) fleet: Arc<Fleet>,
}

/// What the function made of a request.
enum Asked {
    Whole(Response<Bytes>, Option<u64>),
    Streaming(Prelude, StreamingAnswer, Option<Lease>),
    Refused(Refusal, Option<String>, Option<u64>),
}

impl Service {
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<hyper::body::Incoming>,
        peer: SocketAddr,
        port: u16,
    ) -> Response<ResponseBody> {
        let path = request.uri().path();
        if let Some(reserved) = self.door.reserved.iter().find(|reserved| reserved.has(path)) {
            return reserved.answer(request).await.map(Either::Right);
        }
        let mut record = Record::new(&request);
        let request_id = request::new_id(&self.door);
        let request = match self.receive(request, &request_id, peer, port).await {
            Ok(request) => Arc::new(request),
            Err(refusal) => {
                let mut response = platform::response(&self.door, refusal);
                identify(&self.door, &request_id, response.headers_mut());
                record.status = response.status();
                self.tell(record);
                return whole(response);
            }
        };
        let (response, sandbox, error) = match self.ask_patiently(&request).await {
            Asked::Streaming(prelude, answer, lease) => {
                return self.stream(&request, prelude, answer, lease, record);
            }
            Asked::Whole(response, sandbox) => (response, sandbox, None),
            Asked::Refused(refusal, error, sandbox) => {
                (platform::response(&self.door, refusal), sandbox, error)
            }
        };
        let mut response = response;
        finish(&self.door, &request, response.headers_mut());
        self.tell(Record { status: response.status(), sandbox, error, ..record });
        whole(response)
    }

    /// Reads a request as far as the front door takes it.
    async fn receive(
        &self,
        request: Request<hyper::body::Incoming>,
        request_id: &str,
        peer: SocketAddr,
        port: u16,
    ) -> Result<Incoming, Refusal> {
        let (parts, body) = request.into_parts();
        limits::check(&self.door, &parts)?;
        let body =
            body::read(body, self.door.max_request_bytes()).await.map_err(|error| match error {
                Unreadable::TooLarge => Refusal::TooLarge,
                Unreadable::BrokeOff => Refusal::BrokeOff,
            })?;
        let trace_id = parts.headers.get("x-amzn-trace-id");
        let trace_id = trace_id.and_then(|id| id.to_str().ok()).map(str::to_owned);
        Ok(Incoming {
            path: self.without_stage(parts.uri.path())?.to_owned(),
            query: parts.uri.query().map(str::to_owned),
            method: parts.method,
            version: parts.version,
            headers: parts.headers,
            body,
            peer: peer.ip(),
            port,
            request_id: request_id.to_owned(),
            trace_id: trace_id.unwrap_or_else(crate::ids::trace_root),
            epoch_ms: crate::ids::epoch_ms(),
        })
    }

    /// Checks that a path begins with the stage, if there is one; a REST API's events come
    /// without it.
    fn without_stage<'a>(&self, path: &'a str) -> Result<&'a str, Refusal> {
        let Some(stage) = &self.door.stage else {
            return Ok(path);
        };
        let rest = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(stage.as_str()))
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
            .ok_or(Refusal::NoStage)?;
        Ok(match rest {
            _ if !self.door.is_rest() => path,
            "" => "/",
            rest => rest,
        })
    }

    /// Asks the function, in a task of its own: it works on to its end even if the client goes
    /// away or the front door waits no longer, as on AWS.
    async fn ask_patiently(self: &Arc<Self>, request: &Arc<Incoming>) -> Asked {
        let asked = tokio::spawn(self.clone().ask(request.clone()));
        let asked = match self.door.patience() {
            None => asked.await,
            Some(patience) => match timeout(patience, asked).await {
                Ok(asked) => asked,
                Err(_elapsed) => {
                    let error = format!("no answer within {} seconds", patience.as_secs_f64());
                    return Asked::Refused(Refusal::TimedOut, Some(error), None);
                }
            },
        };
        asked
            .unwrap_or_else(|error| Asked::Refused(Refusal::Stopped, Some(error.to_string()), None))
    }

    /// Invokes the function and reads its answer, of a stream the beginning.
    async fn ask(self: Arc<Self>, request: Arc<Incoming>) -> Asked {
        let event = event::event(&self.door, &self.fleet.recipe().function, &request);
        let trace = crate::ids::trace(&request.trace_id);
        let mut invocation = Invocation::new(event).trace_id(trace);
        if matches!(self.door.kind, FrontDoor::FunctionUrl | FrontDoor::FunctionUrlStream) {
            // A function URL is Lambda itself: it gives a request no other id.
            invocation = invocation.request_id(&request.request_id);
        }
        let begun = match self.fleet.begin(invocation).await {
            Ok(begun) => begun,
            Err(error) => {
                let refusal = match error.kind() {
                    ErrorKind::TooLarge => Refusal::TooLargeForFunction,
                    ErrorKind::Throttled => Refusal::Throttled,
                    _ => Refusal::Stopped,
                };
                return Asked::Refused(refusal, Some(error.to_string()), None);
            }
        };
        match begun {
            Begun { answer: Answer::Streaming(answer), lease, .. } if self.door.streams() => {
                self.begin_stream(answer, lease).await
            }
            begun => self.read(&request, begun).await,
        }
    }

    async fn begin_stream(&self, mut answer: StreamingAnswer, lease: Option<Lease>) -> Asked {
        match prelude::read(&self.door, &mut answer).await {
            Ok(prelude) => Asked::Streaming(prelude, answer, lease),
            Err(error) => Asked::Refused(Refusal::Function, Some(error), number(lease.as_ref())),
        }
    }

    /// Reads a whole answer.
    async fn read(&self, request: &Incoming, begun: Begun) -> Asked {
        let sandbox = number(begun.lease.as_ref());
        let invoked = begun.collect().await;
        if let Some(error) = invoked.error {
            return Asked::Refused(Refusal::Function, Some(error.to_string()), sandbox);
        }
        if self.door.kind == FrontDoor::FunctionUrlStream {
            // A stream of one piece: the result itself is what the client gets.
            let mut response = Response::new(invoked.payload);
            let json = http::HeaderValue::from_static("application/json");
            response.headers_mut().insert(http::header::CONTENT_TYPE, json);
            return Asked::Whole(response, sandbox);
        }
        let accept = request.headers.get(ACCEPT);
        let accept = accept.and_then(|accept| accept.to_str().ok());
        match result::read(&self.door, &invoked.payload, accept) {
            Ok(response) => Asked::Whole(response, sandbox),
            Err(error) => Asked::Refused(Refusal::Function, Some(error), sandbox),
        }
    }

    /// Passes a stream on; its task lives as long as the stream, whatever the client does.
    fn stream(
        &self,
        request: &Incoming,
        prelude: Prelude,
        answer: StreamingAnswer,
        lease: Option<Lease>,
        mut record: Record,
    ) -> Response<ResponseBody> {
        let (sender, pieces) = mpsc::channel(PIECES);
        record.status = prelude.status;
        record.sandbox = number(lease.as_ref());
        let mut response = Response::new(Either::Left(Either::Right(Streamed { pieces })));
        *response.status_mut() = prelude.status;
        *response.headers_mut() = prelude.headers;
        finish(&self.door, request, response.headers_mut());
        let fleet = self.fleet.clone();
        tokio::spawn(async move {
            record.error = pump(prelude.body, answer, lease, sender).await;
            fleet.recipe().observer.tell(&record.into());
        });
        response
    }

    fn tell(&self, record: Record) {
        self.fleet.recipe().observer.tell(&record.into());
    }
}

fn number(lease: Option<&Lease>) -> Option<u64> {
    Some(lease?.sandbox()?.number())
}
