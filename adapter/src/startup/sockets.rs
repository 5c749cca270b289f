//! The process's TCP sockets, seen from inside.
//!
//! A library has no hand on the sockets of others, but the kernel hands a process a second
//! descriptor of any of its own (`pidfd_getfd`), which can be asked as std asks its own. Where a
//! sandbox forbids it nothing is seen, and nothing is found.

use std::net::{SocketAddr, TcpStream};

use super::clock::Nanos;
use super::profiler::Profiler;
use super::record::{Kind, Profile, StepId};

/// A look takes some 100 microseconds, and must not be more than half a percent: a step that waited
/// less is not worth one. What it opened is seen later, but not that it was this step.
const WAIT: Nanos = 20_000_000;

/// A connection, by its two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Socket {
    pub(super) local: SocketAddr,
    pub(super) peer: SocketAddr,
    pub(super) is_no_delay: bool,
}

/// A connection, when it was first seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) socket: Socket,
    /// The step at whose end it was there; nothing if it was seen only in the end.
    pub(super) step: Option<StepId>,
}

impl Profiler {
    /// Notes the connections that are there at the end of a step, if it has waited.
    pub(super) fn look_at_sockets(&self, id: StepId) {
        let waited = {
            let profile = self.profile();
            let step = profile.steps.get(id);
            step.is_some_and(|step| step.kind != Kind::Phase && step.blocked() >= WAIT)
        };
        if waited {
            let sockets = open();
            self.profile().note_sockets(sockets, Some(id));
        }
    }
}

impl Profile {
    /// Notes those that are new, or have changed their delay.
    pub(super) fn note_sockets(&mut self, sockets: Vec<Socket>, step: Option<StepId>) {
        for socket in sockets {
            if !self.sockets.iter().any(|seen| seen.socket == socket) {
                self.sockets.push(Seen { socket, step });
            }
        }
    }
}

/// All connections of the process.
#[cfg(target_os = "linux")]
pub(super) fn open() -> Vec<Socket> {
    use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

    /// Descriptors are given out from below; so many in a row that are none are the end.
    const FREE: usize = 8;
    const MOST: i32 = 1024;

    let Ok(own) = pidfd_open(getpid(), PidfdFlags::empty()) else { return Vec::new() };
    let (mut sockets, mut free) = (Vec::new(), 0);
    for fd in 3..MOST {
        let Ok(kind) = std::fs::read_link(format!("/proc/self/fd/{fd}")) else {
            free += 1;
            if free == FREE {
                break;
            }
            continue;
        };
        free = 0;
        // Only of sockets: closing a second descriptor of a file gives up the process's locks on it.
        if kind.as_os_str().as_encoded_bytes().starts_with(b"socket:")
            && let Ok(copy) = pidfd_getfd(&own, fd, PidfdGetfdFlags::empty())
        {
            sockets.extend(socket(&TcpStream::from(copy)));
        }
    }
    sockets
}

#[cfg(not(target_os = "linux"))]
pub(super) fn open() -> Vec<Socket> {
    Vec::new()
}

/// What it is connected to; nothing if it is no connected TCP socket.
#[cfg(target_os = "linux")]
fn socket(stream: &TcpStream) -> Option<Socket> {
    let peer = stream.peer_addr().ok()?;
    Some(Socket { local: stream.local_addr().ok()?, peer, is_no_delay: stream.nodelay().ok()? })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn connections_are_seen_with_their_peer_and_delay() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).unwrap();
        let seen = || open().into_iter().find(|socket| socket.peer == address).unwrap();
        assert!(!seen().is_no_delay);
        client.set_nodelay(true).unwrap();
        assert!(seen().is_no_delay);
        assert_eq!(seen().local, client.local_addr().unwrap());
        drop(client);
        assert!(!open().iter().any(|socket| socket.peer == address));
    }
}
