//! A sandbox's connection to its network.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use super::namespace;

/// The cable of one sandbox; without its processes the kernel removes it.
#[derive(Debug)]
pub(crate) struct Link {
    address: Ipv4Addr,
    port: Mutex<Port>,
    inside: Arc<Inside>,
}

#[derive(Debug)]
struct Port {
    /// Takes `1` and `0`.
    isolated: File,
    is_cut: bool,
}

/// The network namespace of a sandbox.
#[derive(Debug)]
pub(crate) struct Inside(File);

impl Link {
    pub(super) fn new(address: Ipv4Addr, isolated: File, inside: Inside) -> Self {
        let port = Mutex::new(Port { isolated, is_cut: false });
        Self { address, port, inside: Arc::new(inside) }
    }

    /// The address that others see.
    pub(crate) fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Its namespace, which lives no longer because of this.
    pub(crate) fn inside(&self) -> &Arc<Inside> {
        &self.inside
    }

    /// Lets packets through, or drops them: neither end is told.
    pub(crate) fn set_open(&self, is_open: bool) -> io::Result<()> {
        let port = self.port.lock().unwrap_or_else(PoisonError::into_inner);
        if port.is_cut {
            return Ok(());
        }
        port.isolated.write_all_at(if is_open { b"0" } else { b"1" }, 0)
    }

    /// Drops all packets from now on.
    pub(crate) fn cut(&self) -> io::Result<()> {
        let mut port = self.port.lock().unwrap_or_else(PoisonError::into_inner);
        port.is_cut = true;
        port.isolated.write_all_at(b"1", 0)
    }
}

impl Inside {
    pub(super) fn new(namespace: File) -> Self {
        Self(namespace)
    }

    /// A listener on a free port of the loopback in it, for a thread that is in it.
    pub(crate) fn listen() -> io::Result<TcpListener> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    }

    /// A connection to a port of its loopback.
    pub(crate) async fn connect(&self, port: u16) -> io::Result<tokio::net::TcpStream> {
        let namespace = self.0.try_clone()?;
        let (done, doing) = oneshot::channel();
        // A thread of its own, which keeps nothing of the namespace but goes away.
        thread::Builder::new().name("sandbox-connect".to_owned()).spawn(move || {
            let connected = namespace::enter_network(&namespace).and_then(|()| {
                let stream = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
                stream.set_nonblocking(true)?;
                Ok(stream)
            });
            // Nobody may wait any more.
            drop(done.send(connected));
        })?;
        let stream = doing.await.map_err(io::Error::other)??;
        tokio::net::TcpStream::from_std(stream)
    }
}
