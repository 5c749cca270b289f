//! The front door's listener.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::options::Door;
use super::service::Service;
use crate::accept::accept;
use crate::error::{Error, ErrorKind};
use crate::fleet::Fleet;

/// How many headers a request may have, and how many bytes its head: more than clients send and
/// more than a front door's limits in bytes, so that most refusals are the front door's own.
const MAX_HEADERS: usize = 256;
const MAX_HEAD_BYTES: usize = 512 * 1024;

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
        let (stream, peer) = accept(&listener).await;
        connections.spawn(converse(stream, peer, service.clone()));
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
    let connection = http1::Builder::new()
        .half_close(true)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    // A client that goes away needs no answer.
    drop(connection.await);
}
