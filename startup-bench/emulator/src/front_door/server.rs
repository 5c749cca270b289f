//! The front door's listener: takes requests, asks the function, answers.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::header::ACCEPT;
use http::{Request, Response};
use http_body_util::{BodyExt, Either, Limited};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::options::{Door, FrontDoor};
use super::platform::{self, Refusal};
use super::prelude::{self, Prelude};
use super::record::Record;
use super::request::Incoming;
use super::response::{ResponseBody, Streamed, finish, pump, whole};
use super::{event, result};
use crate::error::{Error, ErrorKind};
use crate::fleet::{Begun, Fleet, Lease};
use crate::{Answer, Invocation, StreamingAnswer};

/// How many pieces of an answer may wait for a slow client.
const PIECES: usize = 16;

/// Listens on 127.0.0.1.
pub(crate) async fn listen(port: u16) -> Result<TcpListener, Error> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|error| {
        Error::new(ErrorKind::Start, format!("the front door cannot listen on 127.0.0.1:{port}"))
            .with_source(error)
    })
}

/// Takes connections for ever; they end with this future.
pub(crate) async fn serve(listener: TcpListener, door: Door, fleet: Arc<Fleet>) {
    let service = Arc::new(Service { door, fleet });
    let mut connections = JoinSet::new();
    loop {
        // A connection that fails before it is taken is the client's to try again.
        if let Ok((stream, peer)) = listener.accept().await {
            connections.spawn(converse(stream, peer, service.clone()));
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, service: Arc<Service>) {
    let port = stream.local_addr().map_or(0, |address| address.port());
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let service = service_fn(|request| {
        let service = service.clone();
        async move { Ok::<_, Infallible>(service.answer(request, peer, port).await) }
    });
    let connection =
        http1::Builder::new().half_close(true).serve_connection(TokioIo::new(stream), service);
    // A client that goes away needs no answer.
    drop(connection.await);
}

#[derive(Debug)]
struct Service {
    door: Door,
    fleet: Arc<Fleet>,
}

/// What the function made of a request.
enum Asked {
    Whole(Response<Bytes>, Option<u64>),
    Streaming(Prelude, StreamingAnswer, Option<Lease>),
    Refused(Refusal, Option<String>, Option<u64>),
}

impl Service {
    async fn answer(
        &self,
        request: Request<hyper::body::Incoming>,
        peer: SocketAddr,
        port: u16,
    ) -> Response<ResponseBody> {
        let path = request.uri().path();
        if let Some(reserved) = self.door.reserved.iter().find(|reserved| reserved.has(path)) {
            return reserved.answer(request).await.map(Either::Right);
        }
        let mut record = Record::new(&request);
        let request = match self.receive(request, peer, port).await {
            Ok(request) => request,
            Err(refusal) => {
                let response = platform::response(&self.door, refusal);
                record.status = response.status();
                self.tell(record);
                return whole(response);
            }
        };
        match self.ask_patiently(&request).await {
            Asked::Streaming(prelude, answer, lease) => {
                self.stream(&request, prelude, answer, lease, record)
            }
            Asked::Whole(mut response, sandbox) => {
                finish(&self.door, &request, response.headers_mut());
                record.status = response.status();
                record.sandbox = sandbox;
                self.tell(record);
                whole(response)
            }
            Asked::Refused(refusal, error, sandbox) => {
                let mut response = platform::response(&self.door, refusal);
                finish(&self.door, &request, response.headers_mut());
                record.status = response.status();
                record.sandbox = sandbox;
                record.error = error;
                self.tell(record);
                whole(response)
            }
        }
    }

    /// Reads a request as far as the front door takes it.
    async fn receive(
        &self,
        request: Request<hyper::body::Incoming>,
        peer: SocketAddr,
        port: u16,
    ) -> Result<Incoming, Refusal> {
        let (parts, body) = request.into_parts();
        let body = Limited::new(body, self.door.max_request_bytes())
            .collect()
            .await
            .map_err(|_too_large_or_broken| Refusal::TooLarge)?
            .to_bytes();
        let trace_id = parts.headers.get("x-amzn-trace-id");
        let trace_id = trace_id.and_then(|id| id.to_str().ok()).map(str::to_owned);
        let request_id = crate::ids::uuid();
        let is_http_api = matches!(self.door.kind, FrontDoor::HttpApi | FrontDoor::HttpApiV1);
        Ok(Incoming {
            path: self.without_stage(parts.uri.path())?.to_owned(),
            query: parts.uri.query().map(str::to_owned),
            method: parts.method,
            version: parts.version,
            headers: parts.headers,
            body,
            peer: peer.ip(),
            port,
            request_id: if is_http_api {
                crate::base64::encode(&request_id.as_bytes()[..11])
            } else {
                request_id
            },
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

    async fn ask_patiently(&self, request: &Incoming) -> Asked {
        let asked = self.ask(request);
        match self.door.patience() {
            None => asked.await,
            Some(patience) => timeout(patience, asked).await.unwrap_or_else(|_elapsed| {
                let error = format!("no answer within {} seconds", patience.as_secs());
                Asked::Refused(Refusal::TimedOut, Some(error), None)
            }),
        }
    }

    /// Invokes the function and reads its answer, of a stream the beginning.
    async fn ask(&self, request: &Incoming) -> Asked {
        let event = event::event(&self.door, &self.fleet.recipe().function, request);
        let invocation = Invocation::new(event).trace_id(request.trace_id.clone());
        let begun = match self.fleet.begin(invocation).await {
            Ok(begun) => begun,
            Err(error) if error.kind() == ErrorKind::TooLarge => {
                return Asked::Refused(Refusal::TooLarge, Some(error.to_string()), None);
            }
            Err(error) if error.kind() == ErrorKind::Throttled => {
                return Asked::Refused(Refusal::Throttled, Some(error.to_string()), None);
            }
            Err(error) => return Asked::Refused(Refusal::Stopped, Some(error.to_string()), None),
        };
        match begun {
            Begun { answer: Answer::Streaming(answer), lease, .. } if self.door.streams() => {
                self.begin_stream(answer, lease).await
            }
            begun => self.read(request, begun).await,
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
