//! What the sandboxes of one function are made from.

use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

use super::App;
use crate::Function;
use crate::activity::{Activity, Observer};
use crate::error::{Error, ErrorKind};
use crate::host::{Host, Slots, Wanted};

/// What a start has of CPU on Lambda, whatever the memory size, as is measured.
const INIT_CPUS: f64 = 2.0;

/// What sandboxes are made from.
#[derive(Clone, Debug)]
pub(crate) struct Recipe {
    pub(crate) app: App,
    pub(crate) function: Function,
    pub(crate) init_timeout: Duration,
    /// Whether a start has no more CPU than an invocation.
    pub(crate) throttles_init: bool,
    /// What of this machine sandboxes reach, if they have networks of their own.
    pub(crate) network: Option<Vec<SocketAddrV4>>,
    pub(crate) observer: Observer,
}

impl Recipe {
    /// Looks at this machine, says what it can't do, and begins to make places for sandboxes.
    pub(crate) async fn slots(&self) -> Result<Arc<Slots>, Error> {
        let wants_network = self.network.is_some();
        let looked = tokio::task::spawn_blocking(move || {
            let host = Host::current();
            // Made here, because that takes a moment; what it can't do is asked for below.
            let _ = wants_network.then(|| host.network());
            host
        });
        let host = looked.await.map_err(|error| {
            Error::new(ErrorKind::Start, "this machine could not be looked at").with_source(error)
        })?;
        let cpus = self.function.cpus();
        let wanted = Wanted {
            memory_bytes: u64::from(self.function.memory_mb) * 1024 * 1024,
            init_cpus: if self.throttles_init { cpus } else { cpus.max(INIT_CPUS) },
            shared: host.hidden(self.app.paths()),
            network: self.network.clone(),
        };
        let slots = Slots::new(host, wanted);
        for limit in slots.limits() {
            self.observer.tell(&Activity::Notice { text: limit.text });
        }
        Ok(slots)
    }
}
