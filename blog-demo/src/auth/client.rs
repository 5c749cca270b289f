//! Where a request comes from, for limits.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;

use crate::Config;

/// The network that a request comes from: an IPv4 address, or the /64 of an IPv6 address, of which
/// one subscriber has all.
pub(crate) fn network(parts: &Parts, config: &Config) -> String {
    let address = match &config.client_header {
        // The last one is what the proxy itself has seen; whatever is before it the sender may have
        // made up.
        Some(name) => parts
            .headers
            .get_all(name)
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()),
        None => parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()),
    };
    match address.map(|address: IpAddr| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, Request};

    use super::*;

    fn parts(peer: &str, forwarded: &str) -> Parts {
        let request = Request::builder()
            .header("x-forwarded-for", forwarded)
            .extension(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_header_counts_only_where_it_was_configured() {
        let parts = parts("192.0.2.1", "198.51.100.7, 203.0.113.9");
        assert_eq!(network(&parts, &Config::default()), "192.0.2.1");
        let header = HeaderName::from_static("x-forwarded-for");
        let config = Config { client_header: Some(header), ..Config::default() };
        assert_eq!(network(&parts, &config), "203.0.113.9");
    }

    #[test]
    fn addresses_of_one_subscriber_are_one_network() {
        let network_of = |peer: &str| network(&parts(peer, ""), &Config::default());
        assert_eq!(network_of("2001:db8:1:2:3::1"), network_of("2001:db8:1:2:ffff::9"));
        assert_ne!(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
        assert_eq!(network_of("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
