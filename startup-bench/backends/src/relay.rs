use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::Error;

/// A relay before a server, with the round-trip time of a longer way.
///
/// Each direction delays by half of it and keeps order and throughput: up to 16 MiB a connection and
/// direction are on their way at a time. A connection costs what the three packets of TCP's handshake
/// would: the server sees it, and its first bytes, one and a half round trips after the client began.
/// Dropping the relay cuts its connections.
#[derive(Debug)]
#[must_use = "dropping it ends the relay"]
pub struct Relay {
    address: SocketAddr,
    ways: Arc<Ways>,
    acceptor: Option<JoinHandle<()>>,
}

/// What the relay's threads share.
#[derive(Debug)]
struct Ways {
    server: SocketAddr,
    round_trip: Duration,
    /// The sockets of both sides of all connections, with the client's address; none any more once the
    /// relay has ended.
    sockets: Mutex<Option<Vec<(SocketAddr, TcpStream)>>>,
}

/// How much is read at a time.
const CHUNK_BYTES: usize = 64 << 10;
/// How many chunks may be on their way.
const CHUNKS: usize = 256;

impl Relay {
    /// Starts a relay to `server`, on 127.0.0.1.
    ///
    /// # Errors
    /// If 127.0.0.1 has no free port.
    pub fn start(server: SocketAddr, round_trip: Duration) -> Result<Self, Error> {
        Self::start_on(Ipv4Addr::LOCALHOST.into(), server, round_trip)
    }

    /// Starts it on a free port of another address of this machine, as one that a network namespace
    /// reaches.
    ///
    /// # Errors
    /// If the address is not this machine's.
    pub fn start_on(
        address: IpAddr,
        server: SocketAddr,
        round_trip: Duration,
    ) -> Result<Self, Error> {
        let refused = || Error::io(format!("can't start a relay on {address}"));
        let listener = TcpListener::bind((address, 0)).map_err(refused())?;
        let address = listener.local_addr().map_err(refused())?;
        let ways = Arc::new(Ways { server, round_trip, sockets: Mutex::new(Some(Vec::new())) });
        let shared = ways.clone();
        let acceptor = std::thread::spawn(move || accept(&listener, &shared));
        Ok(Self { address, ways, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let sockets = self.ways.lock().take();
        for (_client, socket) in sockets.into_iter().flatten() {
            // The other side may be gone already.
            let _ = socket.shutdown(Shutdown::Both);
        }
        // Wakes the acceptor, which then sees that there are no sockets to keep any more.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl Ways {
    fn lock(&self) -> MutexGuard<'_, Option<Vec<(SocketAddr, TcpStream)>>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a socket until its connection or the relay ends; an error once the relay has.
    fn keep(&self, client: SocketAddr, socket: &TcpStream) -> io::Result<()> {
        let copy = socket.try_clone()?;
        let mut sockets = self.lock();
        sockets.as_mut().ok_or(io::ErrorKind::ConnectionAborted)?.push((client, copy));
        Ok(())
    }

    /// Closes the sockets of a connection.
    fn forget(&self, client: SocketAddr) {
        if let Some(sockets) = self.lock().as_mut() {
            sockets.retain(|(owner, _socket)| *owner != client);
        }
    }

    fn is_over(&self) -> bool {
        self.lock().is_none()
    }
}

fn accept(listener: &TcpListener, ways: &Arc<Ways>) {
    while let Ok((socket, client)) = listener.accept() {
        if ways.is_over() {
            return;
        }
        let ways = ways.clone();
        std::thread::spawn(move || {
            // A server that can't be reached is a closed connection to its client.
            let _ = connect(client, &socket, &ways);
            ways.forget(client);
        });
    }
}

fn connect(client: SocketAddr, near: &TcpStream, ways: &Ways) -> io::Result<()> {
    let begun = Instant::now();
    ways.keep(client, near)?;
    let half = ways.round_trip / 2;
    wait_until(begun + ways.round_trip + half);
    let far = TcpStream::connect(ways.server)?;
    ways.keep(client, &far)?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let there = carry(near.try_clone()?, far.try_clone()?, half);
    let back = carry(far, near.try_clone()?, half);
    let _ = there.join();
    let _ = back.join();
    Ok(())
}

/// Carries one direction; the handle is of the thread that ends last.
fn carry(from: TcpStream, to: TcpStream, delay: Duration) -> JoinHandle<()> {
    let (sender, receiver) = sync_channel(CHUNKS);
    std::thread::spawn(move || take(from, delay, &sender));
    std::thread::spawn(move || deliver(to, &receiver))
}

/// Bytes and when they are due; no bytes at the end.
type Chunk = (Instant, Vec<u8>);

fn take(mut from: TcpStream, delay: Duration, sender: &SyncSender<Chunk>) {
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let length = from.read(&mut buffer).unwrap_or(0);
        let chunk = (Instant::now() + delay, buffer[..length].to_vec());
        if sender.send(chunk).is_err() || length == 0 {
            return;
        }
    }
}

fn deliver(mut to: TcpStream, receiver: &Receiver<Chunk>) {
    for (due, bytes) in receiver {
        wait_until(due);
        if bytes.is_empty() || to.write_all(&bytes).is_err() {
            break;
        }
    }
    // Only this direction: the other may go on.
    let _ = to.shutdown(Shutdown::Write);
}

fn wait_until(due: Instant) {
    std::thread::sleep(due.saturating_duration_since(Instant::now()));
}
