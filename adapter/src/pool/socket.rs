//! A look at a connection's socket that costs no round trip.
//!
//! sqlx keeps its socket to itself, so it is found by watching the connect: the process's descriptor
//! that comes up while the connect is being polled, and that is then connected to the database's port.
//! Where code that is not the pool's opens sockets in the same moment, or there is no list of descriptors,
//! the socket may stay unknown: then a connection is asked by a ping instead.

use std::future::{Future, poll_fn};
use std::os::fd::RawFd;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, SockaddrLike, SockaddrStorage, getpeername, recv};

/// The socket under a connection; it is open as long as the connection lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Socket(Option<RawFd>);

/// What a look has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Open as far as this side knows.
    Quiet,
    /// The server has said something that nobody has read, perhaps that it is leaving.
    Unread,
    /// The server has closed it.
    Closed,
    /// There is nothing to look at.
    Unknown,
}

impl Socket {
    /// One that cannot be looked at.
    pub(super) const UNKNOWN: Self = Self(None);

    pub(super) fn look(self) -> Look {
        let Some(fd) = self.0 else { return Look::Unknown };
        let mut byte = [0];
        match recv(fd, &mut byte, MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT) {
            Err(Errno::EAGAIN) => Look::Quiet,
            Ok(0) => Look::Closed,
            Ok(_) => Look::Unread,
            Err(Errno::EBADF | Errno::ENOTSOCK) => Look::Unknown,
            Err(_) => Look::Closed,
        }
    }
}

/// Held while a connect is polled that has no socket yet, so that those of several threads are told apart.
static LOOKING: Mutex<()> = Mutex::new(());

/// Makes a connection to a port, and finds its socket.
pub(super) async fn connect_to<F: Future>(port: u16, connecting: F) -> (F::Output, Socket) {
    let mut connecting = pin!(connecting);
    let mut before = Vec::new();
    let mut new: Vec<Descriptor> = Vec::new();
    let mut found = Socket::UNKNOWN;
    let output = poll_fn(|context| {
        if found != Socket::UNKNOWN {
            return connecting.as_mut().poll(context);
        }
        new.retain(|descriptor| descriptor.may_lead_to(port));
        let looking =
            new.is_empty().then(|| LOOKING.lock().unwrap_or_else(PoisonError::into_inner));
        if looking.is_some() {
            before = sockets();
        }
        let polled = connecting.as_mut().poll(context);
        // A name that has several addresses is tried with one socket after the other, which may have
        // the same number.
        new.retain(|descriptor| descriptor.may_lead_to(port));
        if new.is_empty() {
            let later = sockets().into_iter().filter(|fd| !before.contains(fd));
            new = later.filter_map(Descriptor::of).collect();
            new.retain(|descriptor| descriptor.may_lead_to(port));
        }
        if let [Descriptor { fd, .. }] = new[..]
            && leads_to(fd, port) == Some(true)
        {
            found = Socket(Some(fd));
        }
        polled
    })
    .await;
    (output, found)
}

/// A socket of the process, told from later ones under the same number.
#[derive(Debug, PartialEq, Eq)]
struct Descriptor {
    fd: RawFd,
    inode: u64,
}

impl Descriptor {
    fn of(fd: RawFd) -> Option<Self> {
        let metadata = std::fs::metadata(format!("/dev/fd/{fd}")).ok()?;
        metadata.file_type().is_socket().then(|| Self { fd, inode: metadata.ino() })
    }

    /// It is still there, and not connected to anything else.
    fn may_lead_to(&self, port: u16) -> bool {
        leads_to(self.fd, port).unwrap_or(true) && Self::of(self.fd).as_ref() == Some(self)
    }
}

fn sockets() -> Vec<RawFd> {
    let Ok(entries) = std::fs::read_dir("/dev/fd") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|fd| {
            let peer = getpeername::<SockaddrStorage>(*fd);
            !matches!(peer, Err(Errno::ENOTSOCK | Errno::EBADF))
        })
        .collect()
}

/// Whether a socket is connected to a port; `None` if it is not connected yet.
fn leads_to(fd: RawFd, port: u16) -> Option<bool> {
    let peer = match getpeername::<SockaddrStorage>(fd) {
        Ok(peer) => peer,
        Err(Errno::ENOTCONN) => return None,
        Err(_) => return Some(false),
    };
    let peer_port = peer
        .as_sockaddr_in()
        .map(|address| address.port())
        .or_else(|| peer.as_sockaddr_in6().map(|address| address.port()));
    // A socket in the file system has no port, and is told apart by being new only.
    let is_of_files = || peer.family() == Some(nix::sys::socket::AddressFamily::Unix);
    Some(peer_port.map_or_else(is_of_files, |peer_port| peer_port == port))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread::yield_now;

    use tokio::net::TcpStream;

    use super::*;

    async fn connected(port: u16) -> (TcpStream, Socket) {
        let (stream, socket) = connect_to(port, TcpStream::connect(("127.0.0.1", port))).await;
        (stream.unwrap(), socket)
    }

    #[tokio::test]
    async fn a_look_tells_an_open_a_talking_and_a_closed_socket_apart() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (ours, socket) = connected(listener.local_addr().unwrap().port()).await;
        let (mut theirs, _) = listener.accept().unwrap();
        assert_eq!(socket.look(), Look::Quiet);
        theirs.write_all(b"x").unwrap();
        while socket.look() == Look::Quiet {
            yield_now();
        }
        assert_eq!(socket.look(), Look::Unread);
        let mut ours = ours.into_std().unwrap();
        ours.read_exact(&mut [0]).unwrap();
        drop(theirs);
        while socket.look() == Look::Quiet {
            yield_now();
        }
        assert_eq!(socket.look(), Look::Closed);
    }

    #[tokio::test]
    async fn connections_that_are_made_at_once_each_find_their_own() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let connecting = (0..10).map(|_| connected(port));
        for (stream, socket) in futures_util::future::join_all(connecting).await {
            use std::os::fd::AsRawFd;
            assert_eq!(socket, Socket(Some(stream.as_raw_fd())));
        }
    }

    #[tokio::test]
    async fn a_name_is_resolved_and_its_second_address_may_be_the_one() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let addresses = [([127, 0, 0, 2], port).into(), ([127, 0, 0, 1], port).into()];
        let connecting = async {
            tokio::net::lookup_host(("localhost", port)).await.unwrap().for_each(drop);
            TcpStream::connect(&addresses[..]).await
        };
        let (_stream, socket) = connect_to(port, connecting).await;
        assert_eq!(socket.look(), Look::Quiet);
    }

    #[tokio::test]
    async fn sockets_to_other_ports_are_not_taken() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (_stream, socket) =
            connect_to(port.wrapping_add(1), TcpStream::connect(("127.0.0.1", port))).await;
        assert_eq!(socket, Socket::UNKNOWN);
        assert_eq!(socket.look(), Look::Unknown);
    }
}
