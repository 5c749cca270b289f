//! Identifiers that are unique, not secret: request ids, trace ids.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Random hexadecimal digits.
pub(crate) fn hexadecimal(digits: usize) -> String {
    let mut text = String::with_capacity(digits + 16);
    while text.len() < digits {
        text.push_str(&format!("{:016x}", random()));
    }
    text.truncate(digits);
    text
}

/// A version 4 UUID, the form of Lambda's request ids.
pub(crate) fn uuid() -> String {
    let hex = hexadecimal(30);
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30])
}

/// The root of a trace, as API Gateway and the load balancer give it to a request.
pub(crate) fn trace_root() -> String {
    format!("Root=1-{:08x}-{}", epoch_ms() / 1000, hexadecimal(24))
}

/// What Lambda makes of a trace for a function that is not traced; one that says more stays as it is.
pub(crate) fn trace(root: &str) -> String {
    if root.contains(';') {
        return root.to_owned();
    }
    format!("{root};Parent={};Sampled=0", hexadecimal(16))
}

/// Milliseconds since 1970.
pub(crate) fn epoch_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Random enough: the keyed hash of a counter, its keys from the system.
pub(crate) fn random() -> u64 {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    KEYS.hash_one(COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_ids_have_the_form_of_a_uuid_and_differ() {
        let (one, other) = (uuid(), uuid());
        assert_ne!(one, other);
        let lengths: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }

    #[test]
    fn trace_roots_have_the_form_of_the_platform() {
        let root = trace_root();
        assert_eq!(root.len(), "Root=1-66f0aa01-0c1d2e3f405162738495a6b7".len());
    }
}
