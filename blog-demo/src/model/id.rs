//! Identifiers and secrets.

use data_encoding::HEXLOWER;

use super::now;

/// A new id: 24 hexadecimal digits, the first 8 of them the time in seconds.
///
/// The form that Ghost's exports have, so that imported and new ones look alike.
#[must_use]
pub fn new_id() -> String {
    let seconds = u32::try_from(now() / 1000).unwrap_or(u32::MAX);
    HEXLOWER.encode(&seconds.to_be_bytes()) + &HEXLOWER.encode(&random::<8>())
}

/// A new random UUID (version 4).
#[must_use]
pub fn new_uuid() -> String {
    let mut bytes = random::<16>();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = HEXLOWER.encode(&bytes);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
}

/// A new secret of 256 bits, as 64 hexadecimal digits.
#[must_use]
pub fn new_secret() -> String {
    HEXLOWER.encode(&random::<32>())
}

/// Bytes of the system's generator.
///
/// It does not fail on any system that the blog runs on; if it did, going on with known bytes
/// would make every secret guessable.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if getrandom::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_24_hexadecimal_digits_and_differ() {
        let (one, other) = (new_id(), new_id());
        assert_eq!(one.len(), 24);
        assert!(one.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(one, other);
    }

    #[test]
    fn uuids_say_their_version_and_variant() {
        let uuid = new_uuid();
        assert_eq!(uuid.len(), 36);
        assert_eq!(uuid.as_bytes()[14], b'4');
        assert!(matches!(uuid.as_bytes()[19], b'8' | b'9' | b'a' | b'b'));
    }
}
