//! What connects one sandbox to its network, and cuts it off.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::network::{Held, Inside, Link, Relays};
use super::{Host, Wanted};

/// A cable, where sandboxes have networks of their own; relays, where that was wanted and the
/// machine can't do it.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    link: Mutex<Option<Link>>,
    relays: Mutex<Option<Relays>>,
    /// Of the Runtime API, in the sandbox's network, until it is taken.
    listener: Mutex<Option<TcpListener>>,
    /// What others see of the sandbox.
    address: Option<Ipv4Addr>,
}

impl Connection {
    /// Gives this thread a network of its own, if that is wanted and possible.
    pub(super) fn plug(host: &Host, wanted: &Wanted) -> io::Result<Self> {
        let Some(reached) = &wanted.network else { return Ok(Self::default()) };
        let Ok(network) = host.network() else { return Ok(Self::default()) };
        let link = network.plug(reached)?;
        Ok(Self {
            address: Some(link.address()),
            link: Mutex::new(Some(link)),
            relays: Mutex::default(),
            listener: Mutex::new(Some(Inside::listen()?)),
        })
    }

    /// Starts relays where there is no cable.
    pub(super) async fn relay(&self, wanted: &Wanted, held: &Held) -> io::Result<()> {
        let reached = wanted.network.as_deref().filter(|_| self.address.is_none());
        let relays = Relays::start(reached.unwrap_or_default(), held).await?;
        *lock(&self.relays) = Some(relays);
        Ok(())
    }

    /// The address that others see, if it is the sandbox's own.
    pub(crate) fn address(&self) -> Option<Ipv4Addr> {
        self.address
    }

    /// Where the Runtime API listens in the sandbox's network, and that network; once.
    pub(crate) fn site(&self) -> Option<(TcpListener, Weak<Inside>)> {
        let listener = lock(&self.listener).take()?;
        let link = lock(&self.link);
        Some((listener, Arc::downgrade(link.as_ref()?.inside())))
    }

    /// What the function is told of addresses, which are those of relays where there are any.
    pub(crate) fn rewrite(&self, text: &str) -> Option<String> {
        lock(&self.relays).as_ref().map(|relays| relays.rewrite(text))
    }

    /// Whether an end can be silent, at least to some.
    pub(crate) fn can_be_cut(&self) -> bool {
        self.address.is_some()
            || lock(&self.relays).as_ref().is_some_and(|relays| !relays.is_empty())
    }

    /// Lets data through, or keeps it from passing until it may again.
    pub(crate) fn set_open(&self, is_open: bool) {
        if let Some(link) = lock(&self.link).as_ref() {
            // A cable that is gone carries nothing.
            let _ = link.set_open(is_open);
        }
        if let Some(relays) = lock(&self.relays).as_ref() {
            relays.set_open(is_open);
        }
    }

    /// Lets nothing through any more: not even the end of a connection.
    pub(crate) fn cut(&self) {
        if let Some(link) = lock(&self.link).as_ref() {
            let _ = link.cut();
        }
        if let Some(relays) = lock(&self.relays).as_ref() {
            relays.cut();
        }
    }

    /// Gives up what keeps the network from going away with the sandbox's processes.
    pub(super) fn remove(&self) {
        drop(lock(&self.listener).take());
        drop(lock(&self.link).take());
        drop(lock(&self.relays).take());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
