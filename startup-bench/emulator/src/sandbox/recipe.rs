//! What the sandboxes of one function are made from.

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
    pub(crate) observer: Observer,
}

impl Recipe {
    /// Looks at this machine, says what it can't do, and begins to make places for sandboxes.
    pub(crate) async fn slots(&self) -> Result<Arc<Slots>, Error> {
        let host = tokio::task::spawn_blocking(Host::current).await.map_err(|error| {
            Error::new(ErrorKind::Start, "this machine could not be looked at").with_source(error)
        })?;
        for limit in host.limits() {
            self.observer.tell(&Activity::Notice { text: limit.text });
        }
        let cpus = self.function.cpus();
        let wanted = Wanted {
            memory_bytes: u64::from(self.function.memory_mb) * 1024 * 1024,
            init_cpus: if self.throttles_init { cpus } else { cpus.max(INIT_CPUS) },
            shared: host.hidden(self.app.paths()),
        };
        Ok(Slots::new(host, wanted))
    }
}
