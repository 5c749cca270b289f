//! Relays that can fall silent, where sandboxes can't have networks of their own.
//!
//! A relay's connection to the server is this process's: when the sandbox is to end silently it
//! is kept open, and nothing goes through it any more. The kernel still acknowledges what the
//! server sends, unlike a machine that is gone.

use std::future::pending;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, PoisonError};

use nix::sys::socket::{Shutdown, shutdown};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::accept::accept;

/// How much is read at a time, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;

/// The relays of one sandbox, which end with this.
#[derive(Debug)]
pub(crate) struct Relays {
    /// What is reached, and where the sandbox finds it.
    places: Vec<(SocketAddrV4, SocketAddrV4)>,
    flow: watch::Sender<Flow>,
    tasks: JoinSet<()>,
    held: Held,
}

/// The relays that fell silent, whose connections are kept until the emulator ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Arc<Mutex<Vec<JoinSet<()>>>>);

/// Whether anything goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Open,
    /// Later.
    Held,
    /// Never again.
    Cut,
}

/// The connection is to be kept, and silent.
struct IsCut;

impl Relays {
    /// Starts one for each address.
    pub(crate) async fn start(reached: &[SocketAddrV4], held: &Held) -> io::Result<Self> {
        let (flow, flowing) = watch::channel(Flow::Open);
        let mut tasks = JoinSet::new();
        let mut places = Vec::new();
        for &server in reached {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let here = SocketAddrV4::new(Ipv4Addr::LOCALHOST, listener.local_addr()?.port());
            places.push((server, here));
            tasks.spawn(relay(listener, server, flowing.clone()));
        }
        Ok(Self { places, flow, tasks, held: held.clone() })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Lets data through, or keeps it for later.
    pub(crate) fn set_open(&self, is_open: bool) {
        self.flow.send_if_modified(|flow| {
            let next = if is_open { Flow::Open } else { Flow::Held };
            *flow != Flow::Cut && std::mem::replace(flow, next) != next
        });
    }

    /// Lets nothing through any more.
    pub(crate) fn cut(&self) {
        self.flow.send_replace(Flow::Cut);
    }

    /// A text in which the addresses that are reached are those of the relays.
    pub(crate) fn rewrite(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (server, here) in &self.places {
            text = replace_address(&text, &server.to_string(), &here.to_string());
            if server.ip().is_loopback() {
                let localhost = format!("localhost:{}", server.port());
                text = replace_address(&text, &localhost, &format!("localhost:{}", here.port()));
            }
        }
        text
    }
}

impl Drop for Relays {
    fn drop(&mut self) {
        if *self.flow.borrow() == Flow::Cut {
            let tasks = std::mem::take(&mut self.tasks);
            self.held.0.lock().unwrap_or_else(PoisonError::into_inner).push(tasks);
        }
    }
}

/// Replaces an address where it is not part of a longer one.
fn replace_address(text: &str, from: &str, to: &str) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, found) = rest.split_at(at);
        let after = &found[from.len()..];
        let is_longer = before
            .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-')
            || after.starts_with(|c: char| c.is_ascii_digit());
        replaced.push_str(before);
        replaced.push_str(if is_longer { from } else { to });
        rest = after;
    }
    replaced + rest
}

/// Takes connections until its sandbox is gone.
async fn relay(listener: TcpListener, server: SocketAddrV4, mut flow: watch::Receiver<Flow>) {
    let mut connections = JoinSet::new();
    loop {
        let flowing = flow.clone();
        tokio::select! {
            (near, _) = accept(&listener) => {
                connections.spawn(carry(near, server, flowing));
            }
            _cut = flow.wait_for(|flow| *flow == Flow::Cut) => break,
        }
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn carry(near: TcpStream, server: SocketAddrV4, flow: watch::Receiver<Flow>) {
    // A server that can't be reached is a closed connection to its client.
    let Ok(far) = TcpStream::connect(server).await else { return };
    if near.set_nodelay(true).and_then(|()| far.set_nodelay(true)).is_err() {
        return;
    }
    let (there, back) =
        tokio::join!(pass(&near, &far, flow.clone()), pass(&far, &near, flow.clone()));
    // Both may have ended just before.
    if there.is_err() || back.is_err() || *flow.borrow() == Flow::Cut {
        drop(near);
        pending().await
    }
}

/// Passes one direction on until it ends.
async fn pass(
    from: &TcpStream,
    to: &TcpStream,
    mut flow: watch::Receiver<Flow>,
) -> Result<(), IsCut> {
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let length =
            when_open(&mut flow, || from.readable(), || from.try_read(&mut buffer)).await?;
        // A broken connection has nothing more to say either.
        let length = length.unwrap_or(0);
        let mut rest = &buffer[..length];
        while !rest.is_empty() {
            match when_open(&mut flow, || to.writable(), || to.try_write(rest)).await? {
                Ok(written) => rest = &rest[written..],
                Err(_) => return Ok(()),
            }
        }
        if length == 0 {
            // Only this direction: the other may go on.
            let _ = shutdown(to.as_raw_fd(), Shutdown::Write);
            return Ok(());
        }
    }
}

/// Does something with a socket that is ready for it, as soon as data may go through.
async fn when_open<R: Future<Output = io::Result<()>>>(
    flow: &mut watch::Receiver<Flow>,
    ready: impl Fn() -> R,
    mut act: impl FnMut() -> io::Result<usize>,
) -> Result<io::Result<usize>, IsCut> {
    loop {
        let now = *flow.borrow_and_update();
        if now == Flow::Cut {
            return Err(IsCut);
        }
        tokio::select! {
            biased;
            changed = flow.changed() => if changed.is_err() {
                // The relays are gone, and this is too in a moment.
                return Ok(Err(io::ErrorKind::BrokenPipe.into()));
            },
            is_ready = ready(), if now == Flow::Open => {
                match is_ready.and_then(|()| act()) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    result => return Ok(result),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn an_address_is_replaced_and_a_longer_one_is_not() {
        let text = "a=127.0.0.1:54,127.0.0.1:543;10.127.0.0.1:54/x@127.0.0.1:54/db";
        let replaced = replace_address(text, "127.0.0.1:54", "127.0.0.1:9");
        assert_eq!(replaced, "a=127.0.0.1:9,127.0.0.1:543;10.127.0.0.1:54/x@127.0.0.1:9/db");
    }

    /// What one relay's server and its client see, with the relay.
    struct Way {
        relays: Option<Relays>,
        client: std::net::TcpStream,
        server: std::net::TcpStream,
        held: Held,
    }

    impl Way {
        async fn open() -> Self {
            let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let std::net::SocketAddr::V4(address) = listener.local_addr().unwrap() else {
                unreachable!("it is bound to an IPv4 address");
            };
            let held = Held::default();
            let relays = Relays::start(&[address], &held).await.unwrap();
            let client = std::net::TcpStream::connect(relays.places[0].1).unwrap();
            let accept = move || listener.accept().unwrap().0;
            let server = tokio::task::spawn_blocking(accept).await.unwrap();
            for end in [&client, &server] {
                end.set_read_timeout(Some(std::time::Duration::from_millis(300))).unwrap();
            }
            Self { relays: Some(relays), client, server, held }
        }

        /// What the server reads, or nothing.
        async fn heard(&self) -> Option<String> {
            let mut server = self.server.try_clone().unwrap();
            let read = move || {
                let mut buffer = [0; 100];
                let length = server.read(&mut buffer).ok()?;
                Some(String::from_utf8_lossy(&buffer[..length]).into_owned())
            };
            tokio::task::spawn_blocking(read).await.unwrap()
        }
    }

    #[tokio::test]
    async fn what_is_said_while_a_relay_is_held_comes_later() {
        let mut way = Way::open().await;
        way.client.write_all(b"one").unwrap();
        assert_eq!(way.heard().await.unwrap(), "one");
        way.relays.as_ref().unwrap().set_open(false);
        way.client.write_all(b"two").unwrap();
        assert_eq!(way.heard().await, None);
        way.relays.as_ref().unwrap().set_open(true);
        assert_eq!(way.heard().await.unwrap(), "two");
        drop(way.client.try_clone().unwrap().shutdown(std::net::Shutdown::Write));
        assert_eq!(way.heard().await.unwrap(), "", "the end is passed on");
    }

    #[tokio::test]
    async fn a_server_is_not_told_when_a_relay_is_cut_until_the_emulator_ends() {
        let mut way = Way::open().await;
        way.relays.as_ref().unwrap().cut();
        way.client.shutdown(std::net::Shutdown::Both).unwrap();
        way.relays.take();
        assert_eq!(way.heard().await, None);
        way.held = Held::default();
        assert_eq!(way.heard().await.unwrap(), "");
    }

    #[tokio::test]
    async fn a_server_is_told_when_the_relay_of_a_sandbox_ends_otherwise() {
        let mut way = Way::open().await;
        way.relays.as_ref().unwrap().set_open(false);
        way.relays.take();
        assert_eq!(way.heard().await.unwrap(), "");
    }
}
