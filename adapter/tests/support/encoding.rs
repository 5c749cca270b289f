//! Percent-encoding and base64, written apart from the adapter's own.

use base64_simd::STANDARD;

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    STANDARD.decode_to_vec(text).unwrap_or_else(|error| {
        let start: String = text.chars().take(60).collect();
        panic!("no base64: {error}: {start}")
    })
}

/// `text` without percent-encoding; what is not UTF-8 then becomes U+FFFD, as in any JSON.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let escaped = (byte == b'%')
            .then(|| std::str::from_utf8(tail.get(..2)?).ok())
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(byte));
        if escaped.is_some() {
            rest = &tail[2..];
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// [`percent_decoded`], with `+` for a space.
pub(crate) fn form_decoded(text: &str) -> String {
    percent_decoded(&text.replace('+', " "))
}
