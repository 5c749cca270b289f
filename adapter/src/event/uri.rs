//! An event's path and query into an origin-form URI.
//!
//! Paths and queries that the platform hands over as the client sent them stay as they are,
//! byte for byte: nothing is decoded, no dot segment removed, no slash merged. Only what can
//! never stand in a URI is percent-encoded.

use bytes::Bytes;
use http::Uri;

use super::fields::wrong_type;
use crate::Error;
use crate::json::{Kind, Scanner, Value};

/// A URI in the making: the path is complete, the query grows pair by pair.
pub(super) struct Target {
    text: Vec<u8>,
    in_query: bool,
}

/// Where a query came from, which decides how it is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// The platform has decoded it: every reserved character is encoded again.
    Decoded,
    /// As the client sent it.
    AsSent,
}

impl Target {
    /// Begins with `path`, as the client sent it or decoded: a `%` stays where two hexadecimal
    /// digits follow it and is encoded elsewhere.
    pub(super) fn new(path: &[u8]) -> Self {
        let mut text = Vec::with_capacity(path.len() + 128);
        if path.first() != Some(&b'/') {
            text.push(b'/');
        }
        for (at, &byte) in path.iter().enumerate() {
            let keep = match byte {
                b'%' => is_escape(&path[at..]),
                b'?' => false,
                _ => stands_in_path(byte),
            };
            push(&mut text, byte, keep);
        }
        Self { text, in_query: false }
    }

    /// Adds a whole query as the client sent it.
    pub(super) fn add_query(&mut self, query: &[u8]) {
        if !query.is_empty() {
            self.text.push(if self.in_query { b'&' } else { b'?' });
            self.in_query = true;
            self.push_as_sent(query);
        }
    }

    /// Adds the pairs of `map`, an object of strings or of lists of strings; `field` is its name.
    pub(super) fn add_map(
        &mut self,
        map: Value,
        field: &str,
        spelling: Spelling,
        event: &[u8],
    ) -> Result<(), Error> {
        if map.kind != Kind::Object {
            return Err(wrong_type(field, "an object", map));
        }
        Scanner::new(event, map.start()).object(|scanner, key| {
            if scanner.peek() == Some(b'[') {
                return scanner.array(|scanner| {
                    let value = scanner.value()?;
                    self.add_pair(key, value, field, spelling, event)
                });
            }
            let value = scanner.value()?;
            self.add_pair(key, value, field, spelling, event)
        })
    }

    fn add_pair(
        &mut self,
        key: Value,
        value: Value,
        field: &str,
        spelling: Spelling,
        event: &[u8],
    ) -> Result<(), Error> {
        if matches!(value.kind, Kind::Array | Kind::Object) {
            let key = String::from_utf8_lossy(key.raw(event)).into_owned();
            return Err(wrong_type(&format!("{field}.{key}"), "a string", value));
        }
        self.text.push(if self.in_query { b'&' } else { b'?' });
        self.in_query = true;
        self.push_part(&crate::json::text(key, event), spelling);
        self.text.push(b'=');
        if value.kind != Kind::Null {
            self.push_part(&crate::json::text(value, event), spelling);
        }
        Ok(())
    }

    fn push_part(&mut self, part: &[u8], spelling: Spelling) {
        match spelling {
            Spelling::AsSent => self.push_as_sent(part),
            Spelling::Decoded => {
                for &byte in part {
                    push(&mut self.text, byte, is_unreserved(byte));
                }
            }
        }
    }

    fn push_as_sent(&mut self, query: &[u8]) {
        for &byte in query {
            push(&mut self.text, byte, stands_in_query(byte));
        }
    }

    /// The URI.
    pub(super) fn finish(self) -> Result<Uri, Error> {
        let length = self.text.len();
        Uri::from_maybe_shared(Bytes::from(self.text)).map_err(|error| {
            Error::event(format!("the event's path and query ({length} bytes) make no URI"))
                .with_source(error)
        })
    }
}

fn push(text: &mut Vec<u8>, byte: u8, keep: bool) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if keep {
        text.push(byte);
    } else {
        text.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
}

fn is_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'%', a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
}

/// RFC 3986 section 2.3.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// All but the path percent-encode set of the URL standard, which is what clients encode.
const fn stands_in_path(byte: u8) -> bool {
    stands_in_query(byte) && !matches!(byte, b'?' | b'^' | b'`' | b'{' | b'}' | b'\\')
}

/// All but the query percent-encode set of the URL standard.
const fn stands_in_query(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'#' | b'<' | b'>')
}

/// The path without the prefix `base`, which must end at a segment boundary; else as it is.
pub(crate) fn strip<'a>(path: &'a [u8], base: &[u8]) -> &'a [u8] {
    match path.strip_prefix(base) {
        Some([]) => b"/",
        Some(rest) if rest[0] == b'/' && !base.is_empty() => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_is_stripped_once_and_at_a_segment_boundary() {
        assert_eq!(strip(b"/billing/1", b"/billing"), b"/1");
        assert_eq!(strip(b"/billing", b"/billing"), b"/");
        assert_eq!(strip(b"/billingx/1", b"/billing"), b"/billingx/1");
        assert_eq!(strip(b"/billing/billing/1", b"/billing"), b"/billing/1");
        assert_eq!(strip(b"/a", b""), b"/a");
    }

    #[test]
    fn a_path_keeps_what_can_stand_in_it() {
        let kept = "/a%2Fb/../;v=1/(x)!$&'*,=@~//[0]|:";
        assert_eq!(Target::new(kept.as_bytes()).finish().unwrap(), kept);
        let encoded = Target::new("50%/ż ?#\"<>\\^`{}".as_bytes()).finish().unwrap();
        assert_eq!(encoded, "/50%25/%C5%BC%20%3F%23%22%3C%3E%5C%5E%60%7B%7D");
    }

    #[test]
    fn two_slashes_are_no_authority() {
        let uri = Target::new(b"//host/x").finish().unwrap();
        assert_eq!((uri.authority(), uri.path()), (None, "//host/x"));
    }

    #[test]
    fn a_uri_longer_than_a_server_accepts_is_an_error() {
        let error = Target::new(&[b'a'; 70_000]).finish().unwrap_err();
        assert!(error.to_string().contains("70001 bytes"), "{error}");
    }
}
