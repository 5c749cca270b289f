//! A look at a connection's socket that costs no round trip.
//!
//! sqlx keeps its socket to itself, so it is found by what changes while a connection is made: of
//! the process's descriptors exactly one is new and connected to the database's port. Where two
//! connections are made at once, or there is no list of descriptors, the socket stays unknown.

use std::os::fd::RawFd;

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

/// The process's sockets to one port before a connection is made.
#[derive(Debug)]
pub(super) struct Before {
    port: u16,
    sockets: Vec<RawFd>,
}

impl Before {
    pub(super) fn connecting_to(port: u16) -> Self {
        Self { port, sockets: sockets_to(port) }
    }

    /// The one socket that has come since.
    pub(super) fn new_socket(&self) -> Socket {
        let mut new = sockets_to(self.port);
        new.retain(|fd| !self.sockets.contains(fd));
        match new[..] {
            [fd] => Socket(Some(fd)),
            _ => Socket::UNKNOWN,
        }
    }
}

fn sockets_to(port: u16) -> Vec<RawFd> {
    let Ok(entries) = std::fs::read_dir("/dev/fd") else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|fd| is_connected_to(*fd, port))
        .collect()
}

fn is_connected_to(fd: RawFd, port: u16) -> bool {
    let Ok(peer) = getpeername::<SockaddrStorage>(fd) else { return false };
    let peer_port = peer
        .as_sockaddr_in()
        .map(|address| address.port())
        .or_else(|| peer.as_sockaddr_in6().map(|address| address.port()));
    // A socket in the file system has no port, and is told apart by being new only.
    peer_port.map_or(peer.family() == Some(nix::sys::socket::AddressFamily::Unix), |peer_port| {
        peer_port == port
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};
    use std::thread::yield_now;

    use super::*;

    #[test]
    fn a_look_tells_an_open_a_talking_and_a_closed_socket_apart() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let before = Before::connecting_to(port);
        let ours = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let socket = before.new_socket();
        let (mut theirs, _) = listener.accept().unwrap();
        assert_eq!(socket.look(), Look::Quiet);
        theirs.write_all(b"x").unwrap();
        while socket.look() == Look::Quiet {
            yield_now();
        }
        assert_eq!(socket.look(), Look::Unread);
        let mut byte = [0];
        std::io::Read::read_exact(&mut &ours, &mut byte).unwrap();
        drop(theirs);
        while socket.look() == Look::Quiet {
            yield_now();
        }
        assert_eq!(socket.look(), Look::Closed);
    }

    #[test]
    fn of_two_new_sockets_neither_is_taken() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let before = Before::connecting_to(port);
        let _one = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let _other = TcpStream::connect(("127.0.0.1", port)).unwrap();
        assert_eq!(before.new_socket(), Socket::UNKNOWN);
    }
}
