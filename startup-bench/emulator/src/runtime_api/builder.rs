//! The settings of a Runtime API.

use std::net::Ipv4Addr;
use std::sync::{Arc, Weak};

use tokio::net::TcpListener;
use tokio::sync::Notify;

use super::RuntimeApi;
use super::extensions::Extensions;
use super::server::{self, Service};
use super::shared::Shared;
use crate::Function;
use crate::error::{Error, ErrorKind};
use crate::host::Inside;

/// How a [`RuntimeApi`] is to be.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct RuntimeApiBuilder {
    function: Function,
    extensions: Vec<String>,
    records_calls: bool,
}

/// Where a sandbox with a network of its own finds the Runtime API.
#[derive(Debug)]
pub(crate) struct Site {
    /// On the loopback in there.
    pub(crate) listener: std::net::TcpListener,
    /// How to reach what listens in there.
    pub(crate) inside: Weak<Inside>,
}

impl RuntimeApiBuilder {
    /// The function it is for: its name, its timeout, SnapStart and so on.
    /// Default: [`Function::default`].
    pub fn function(mut self, function: Function) -> Self {
        self.function = function;
        self
    }

    /// Adds an external extension, by the name of its file: the start is not over before it has
    /// registered and asked for an event. Whoever registers under another name is an internal
    /// one, which can't have `SHUTDOWN` events. Default: none.
    pub fn extension(mut self, name: impl Into<String>) -> Self {
        self.extensions.push(name.into());
        self
    }

    /// Whether every request is kept for [`RuntimeApi::calls`]. Default: no.
    pub fn record_calls(mut self, records_calls: bool) -> Self {
        self.records_calls = records_calls;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// If it cannot listen.
    pub async fn start(self) -> Result<RuntimeApi, Error> {
        self.start_at(None).await
    }

    /// Starts it, as that of a sandbox that may have a network of its own.
    pub(crate) async fn start_at(self, site: Option<Site>) -> Result<RuntimeApi, Error> {
        let cannot = |error| {
            Error::new(ErrorKind::Start, "the Runtime API cannot listen on 127.0.0.1")
                .with_source(error)
        };
        let (listener, inside) = match site {
            Some(site) => (TcpListener::from_std(site.listener), Some(site.inside)),
            None => (TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await, None),
        };
        let listener = listener.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let shared = Shared::new(self.function, Extensions::new(self.extensions), inside);
        let service = Arc::new(Service {
            shared: Arc::new(shared),
            records_calls: self.records_calls,
            closed: Notify::new(),
        });
        let server = tokio::spawn(server::serve(listener, service.clone())).abort_handle();
        Ok(RuntimeApi { address, service, server })
    }
}
