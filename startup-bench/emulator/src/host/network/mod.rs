//! The network of sandboxes that have one of their own, which can be cut.
//!
//! Such a sandbox is in a network namespace, from which a cable (a veth pair) leads to a port of
//! a switch (a bridge). Another port of it leads to this machine. Ports can be isolated from each
//! other, at once and without a word to either end: that cuts the sandbox off. The switch is in a
//! namespace of its own, where no firewall rules of the machine apply and whose end, even by
//! SIGKILL of this process, removes all devices.

mod ip;
mod link;
mod relay;
mod switch;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::atomic::{AtomicU16, Ordering};

pub(crate) use link::{Inside, Link};
pub(crate) use relay::{Held, Relays};

use super::namespace;
use ip::{ip, path_of};
use switch::Switch;

/// How many processes may have such a network at once, each with 4,096 addresses of
/// 198.19.0.0/16: a range for benchmarks, which nobody uses otherwise.
const NETWORKS: u8 = 16;
const PREFIX_BITS: u8 = 20;

/// How many addresses there are for sandboxes. They are taken in turn, from anywhere on: the later
/// one is used again the better, because who still waits for a sandbox that was cut off would
/// hear from the new one that it knows nothing of that.
const ADDRESSES: u16 = 4093;

/// The switch of this process, and its connection to this machine.
#[derive(Debug)]
pub(crate) struct Network {
    number: u8,
    /// The number that is tried next, from 0.
    next: AtomicU16,
    switch: Switch,
}

impl Network {
    /// Makes one, on a thread that does not need its network any more.
    pub(super) fn new() -> io::Result<Self> {
        let here = namespace::network()?;
        let mut taken = None;
        for number in 0..NETWORKS {
            let switch = Switch::new(number, &here);
            match switch {
                Ok(switch) => {
                    connect(number)?;
                    let first = crate::ids::random() % u64::from(ADDRESSES);
                    let next = AtomicU16::new(u16::try_from(first).unwrap_or(0));
                    return Ok(Self { number, next, switch });
                }
                Err(error) if is_taken(number) => taken = Some(error),
                Err(error) => return Err(error),
            }
        }
        Err(taken.unwrap_or_else(|| io::Error::other("no network is free")))
    }

    /// Gives this thread a network of its own, with a cable to the switch. What listens on these
    /// addresses of this machine is reached from there under the same.
    pub(super) fn plug(&self, reached: &[SocketAddrV4]) -> io::Result<Link> {
        namespace::leave_network()?;
        let inside = namespace::network()?;
        let free = (0..ADDRESSES).find_map(|_| {
            let number = self.next_number();
            let port = self.switch.plug(number, &inside).transpose()?;
            Some(port.map(|port| (number, port)))
        });
        let no_address = || io::Error::other("there are too many sandboxes on one network");
        let (number, port) = free.ok_or_else(no_address)??;
        let address = address(self.number, number);
        // Those who are told so by a router don't exist here.
        disable_ipv6("default");
        set_up_inside(address, gateway(self.number), reached)?;
        Ok(Link::new(address, port, Inside::new(inside)))
    }

    fn next_number(&self) -> u16 {
        let next = |number| Some((number + 1) % ADDRESSES);
        let number = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        number.unwrap_or(0) + 1
    }
}

/// This machine's end: its address, and where on the switch each sandbox is, so that nobody asks
/// for one that is cut off and hears that it is gone.
fn connect(network: u8) -> io::Result<()> {
    let device = device(network);
    let mut commands = format!("link set {device} up\n");
    commands += &format!("addr add {}/{PREFIX_BITS} dev {device}\n", gateway(network));
    for number in 1..=ADDRESSES {
        let (address, mac) = (address(network, number), mac(network, number));
        commands += &format!("neigh add {address} lladdr {mac} dev {device} nud permanent\n");
    }
    ip(&commands)?;
    disable_ipv6(&device);
    // What comes for 127.0.0.1 is not refused.
    set(&device, "route_localnet", "1")
}

fn set_up_inside(address: Ipv4Addr, gateway: Ipv4Addr, reached: &[SocketAddrV4]) -> io::Result<()> {
    let mac = mac_of(gateway);
    let mut commands = format!(
        "link set lo up\n\
         link set eth0 up\n\
         addr add {address}/{PREFIX_BITS} dev eth0\n\
         neigh add {gateway} lladdr {mac} dev eth0 nud permanent\n\
         route add default via {gateway} dev eth0 src {address} table 100\n\
         rule add pref 1 lookup local\n\
         rule del pref 0\n"
    );
    // Before the rule that keeps 127.0.0.1 here, and for these ports only.
    for reached in reached {
        let (ip, port) = (reached.ip(), reached.port());
        commands += &format!("rule add pref 0 to {ip} ipproto tcp dport {port} lookup 100\n");
    }
    ip(&commands)?;
    set("eth0", "route_localnet", "1")?;
    // The answers come from an address that is also an own one.
    set("eth0", "accept_local", "1")?;
    // What a sandbox that is cut off still wanted to say is given up soon: until then the kernel
    // keeps its namespace.
    fs::write("/proc/sys/net/ipv4/tcp_orphan_retries", "1")
}

fn set(device: &str, what: &str, value: &str) -> io::Result<()> {
    let file = format!("/proc/sys/net/ipv4/conf/{device}/{what}");
    fs::write(&file, value)
        .map_err(|error| io::Error::new(error.kind(), format!("{file}: {error}")))
}

fn disable_ipv6(device: &str) {
    // Not there where the kernel has no IPv6.
    let _ = fs::write(format!("/proc/sys/net/ipv6/conf/{device}/disable_ipv6"), "1");
}

/// Whether another process has the network of this number.
fn is_taken(number: u8) -> bool {
    fs::exists(format!("/proc/sys/net/ipv4/conf/{}", device(number))).unwrap_or(false)
}

/// The name of this machine's end.
fn device(network: u8) -> String {
    format!("lambdafy{network}")
}

/// This machine's address in a network.
fn gateway(network: u8) -> Ipv4Addr {
    address(network, 0)
}

/// The address of a sandbox; 0 is this machine.
fn address(network: u8, number: u16) -> Ipv4Addr {
    let base = u32::from(Ipv4Addr::new(198, 19, 0, 0)) + (u32::from(network) << (32 - PREFIX_BITS));
    Ipv4Addr::from(base + u32::from(number) + 1)
}

fn mac(network: u8, number: u16) -> String {
    mac_of(address(network, number))
}

/// A locally administered one.
fn mac_of(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("02:4c:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sandbox_of_every_network_has_an_address_of_its_own() {
        assert_eq!(gateway(0), Ipv4Addr::new(198, 19, 0, 1));
        assert_eq!(address(0, ADDRESSES), Ipv4Addr::new(198, 19, 15, 254));
        assert_eq!(gateway(1), Ipv4Addr::new(198, 19, 16, 1));
        assert_eq!(address(NETWORKS - 1, ADDRESSES), Ipv4Addr::new(198, 19, 255, 254));
        assert_eq!(mac(0, 1), "02:4c:c6:13:00:02");
    }
}
