//! Which connections living sandboxes hold, as the kernel sees them.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

/// The near ends of all TCP connections that are open in the network namespaces of these processes.
pub(super) fn of(processes: &[u32]) -> HashSet<SocketAddr> {
    let mut all = HashSet::new();
    for process in processes {
        // One that has ended meanwhile has none.
        let table = std::fs::read_to_string(format!("/proc/{process}/net/tcp")).unwrap_or_default();
        all.extend(table.lines().skip(1).filter_map(near_end));
    }
    all
}

/// Of a line of the kernel's table, if that connection is still somebody's:
/// `  0: 0100007F:1F90 0100007F:C5A2 01 ...`.
fn near_end(line: &str) -> Option<SocketAddr> {
    /// Established, or closed by the other side only.
    const OPEN: [&str; 2] = ["01", "08"];
    let mut fields = line.split_whitespace().skip(1);
    let (near, state) = (fields.next()?, fields.nth(1)?);
    if !OPEN.contains(&state) {
        return None;
    }
    let (address, port) = near.split_once(':')?;
    let address = u32::from_str_radix(address, 16).ok()?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Some(SocketAddrV4::new(Ipv4Addr::from(address.to_ne_bytes()), port).into())
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn a_connection_is_seen_while_it_is_open() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let near = client.local_addr().unwrap();
        let own = [std::process::id()];
        assert!(of(&own).contains(&near));
        drop(client);
        assert!(!of(&own).contains(&near));
        assert!(of(&[]).is_empty());
    }
}
