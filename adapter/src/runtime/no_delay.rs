//! `TCP_NODELAY` on sockets that others have opened.
//!
//! A library that does not set it waits some 40 ms whenever it sends two small packets in a row:
//! the second is held back until the first is acknowledged (Nagle's algorithm), and the peer
//! acknowledges late. There is no hand on such a socket from outside, but before the runtime
//! sleeps, which it does at the latest when a connect waits for its answer, it can look for
//! sockets that are new. The kernel hands a process a second descriptor of its own
//! (`pidfd_getfd`), on which the option is set for both.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::RawFd;
use std::sync::{Mutex, PoisonError};

use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockaddrLike, SockaddrStorage, getsockname};
use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

use crate::log;

/// Descriptors are given out from below; so many in a row that are none are the end.
const FREE: usize = 8;
const FIRST: RawFd = 3;
const MOST: RawFd = 1024;

/// Sets the option on each socket once.
#[derive(Debug, Default)]
pub(crate) struct NoDelay(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// By descriptor, from the first on: the socket's own address, which tells it from another of
    /// the same number.
    done: Vec<Option<SocketAddr>>,
    /// The kernel does not allow it.
    is_refused: bool,
}

impl NoDelay {
    /// Looks for new sockets: a call of the kernel for each descriptor that is open.
    pub(crate) fn look(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.is_refused {
            state.look();
        }
    }
}

impl State {
    fn look(&mut self) {
        let mut free = 0;
        for fd in FIRST..MOST {
            let own = match getsockname::<SockaddrStorage>(fd) {
                Ok(address) => of_internet(&address),
                Err(Errno::EBADF) => {
                    free += 1;
                    if free == FREE {
                        break;
                    }
                    None
                }
                Err(_) => None,
            };
            if self.is_new(fd, own)
                && let Err(error) = set(fd)
            {
                log::error(&format!(
                    "LAMBDAFY_NO_DELAY has no effect: the kernel does not hand out sockets: {error}"
                ));
                self.is_refused = true;
                return;
            }
        }
    }

    /// Notes what a descriptor is; whether that is a socket that was not there before.
    fn is_new(&mut self, fd: RawFd, own: Option<SocketAddr>) -> bool {
        let at = usize::try_from(fd - FIRST).unwrap_or_default();
        if at >= self.done.len() {
            if own.is_none() {
                return false;
            }
            self.done.resize(at + 1, None);
        }
        let Some(done) = self.done.get_mut(at) else { return false };
        let is_new = own.is_some() && *done != own;
        *done = own;
        is_new
    }
}

/// An error is that the kernel allows it for none.
fn set(fd: RawFd) -> io::Result<()> {
    let own = pidfd_open(getpid(), PidfdFlags::empty())?;
    match pidfd_getfd(&own, fd, PidfdGetfdFlags::empty()) {
        // Of UDP there is no such option, and a socket may just have been closed.
        Ok(copy) => drop(TcpStream::from(copy).set_nodelay(true)),
        Err(rustix::io::Errno::BADF) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn of_internet(address: &SockaddrStorage) -> Option<SocketAddr> {
    match address.family()? {
        AddressFamily::Inet => address.as_sockaddr_in().map(|own| SocketAddr::V4((*own).into())),
        AddressFamily::Inet6 => address.as_sockaddr_in6().map(|own| SocketAddr::V6((*own).into())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn sockets_that_are_new_are_set_once() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let no_delay = NoDelay::default();
        let one = TcpStream::connect(address).unwrap();
        assert!(!one.nodelay().unwrap());
        no_delay.look();
        assert!(one.nodelay().unwrap());
        // Whoever takes it off again is not gainsaid.
        one.set_nodelay(false).unwrap();
        let other = TcpStream::connect(address).unwrap();
        no_delay.look();
        assert!(other.nodelay().unwrap() && !one.nodelay().unwrap());
        drop(one);
        let in_its_place = TcpStream::connect(address).unwrap();
        no_delay.look();
        assert!(in_its_place.nodelay().unwrap());
    }

    #[test]
    fn other_descriptors_are_left_alone() {
        let _file = std::fs::File::open("/proc/self/stat").unwrap();
        let (_one, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        let _udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        let no_delay = NoDelay::default();
        no_delay.look();
        assert!(!no_delay.0.lock().unwrap().is_refused);
    }
}
