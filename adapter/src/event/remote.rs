//! The client's address.

use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http::HeaderMap;

use super::fields::Field;
use crate::json;

/// The address in a `sourceIp` field; the port is not known and is 0.
///
/// API Gateway's console test sends `test-invoke-source-ip`, which is none.
pub(super) fn from_source_ip(field: Field, event: &Bytes) -> Option<SocketAddr> {
    parse(&json::text(field?, event))
}

/// The last address in `x-forwarded-for`: the peer that the load balancer itself has seen.
///
/// The port is there if the load balancer preserves client ports.
pub(super) fn from_forwarded_for(headers: &HeaderMap) -> Option<SocketAddr> {
    let value = headers.get_all("x-forwarded-for").iter().next_back()?;
    parse(value.as_bytes().rsplit(|&byte| byte == b',').next()?.trim_ascii())
}

fn parse(address: &[u8]) -> Option<SocketAddr> {
    let text = std::str::from_utf8(address).ok()?;
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(SocketAddr::new(ip, 0));
    }
    let bracketed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    match bracketed {
        Some(ip) => ip.parse().ok().map(|ip| SocketAddr::new(ip, 0)),
        None => text.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_with_and_without_port_and_brackets() {
        for (text, expected) in [
            ("203.0.113.7", Some("203.0.113.7:0")),
            ("203.0.113.7:51234", Some("203.0.113.7:51234")),
            ("2001:db8::1", Some("[2001:db8::1]:0")),
            ("[2001:db8::1]", Some("[2001:db8::1]:0")),
            ("[2001:db8::1]:443", Some("[2001:db8::1]:443")),
            ("test-invoke-source-ip", None),
            ("unknown", None),
            ("", None),
        ] {
            let expected = expected.map(|text| text.parse().unwrap());
            assert_eq!(parse(text.as_bytes()), expected, "{text}");
        }
    }
}
