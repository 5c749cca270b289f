//! Servers on loopback.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::HttpService;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::TwinError;

/// A server that runs until its task is aborted.
pub(super) struct Server {
    address: SocketAddr,
    pub(super) task: JoinHandle<()>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Server {
    /// Starts one on a port of 127.0.0.1; 0 takes a free one.
    pub(super) async fn start<S, B>(what: &str, port: u16, service: S) -> Result<Self, TwinError>
    where
        S: HttpService<Incoming, ResBody = B, Future: Send, Error: Into<BoxError>>,
        S: Clone + Send + 'static,
        B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
    {
        let taken = |error| TwinError(format!("{what}: 127.0.0.1:{port} is not free: {error}"));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        Ok(Self { address, task: tokio::spawn(accept(listener, service)) })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Connections end with the task.
async fn accept<S, B>(listener: TcpListener, service: S)
where
    S: HttpService<Incoming, ResBody = B, Future: Send, Error: Into<BoxError>>,
    S: Clone + Send + 'static,
    B: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _client)) = listener.accept().await else {
            // For want of descriptors, mostly: those of others come back.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let service = service.clone();
        connections.spawn(async move {
            // What goes wrong on a connection, its client sees.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
        while connections.try_join_next().is_some() {}
    }
}
