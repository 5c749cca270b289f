//! Which of a response's headers reach the front door, and how they are written.

use http::StatusCode;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::response::Parts;

use crate::json;

/// The headers that are sent on: all but the hop-by-hop ones (RFC 9110 section 7.6.1), those
/// that `connection` names, and a content length that the body has not.
pub(super) struct Forwarded<'a> {
    headers: &'a HeaderMap,
    has_connection: bool,
    length: Length,
}

/// Which content length is sent on.
enum Length {
    /// Any: the body is streamed, or left out because the request was a HEAD.
    Any,
    /// The one that the body has.
    Exactly(usize),
    /// None (RFC 9110 section 8.6).
    Forbidden,
}

impl<'a> Forwarded<'a> {
    /// The headers of an answer whose body, if it is known and sent, has `body_length` bytes.
    pub(super) fn new(parts: &'a Parts, body_length: Option<usize>) -> Self {
        let headers = &parts.headers;
        let length = match body_length {
            _ if forbids_length(parts.status) => Length::Forbidden,
            Some(length) => Length::Exactly(length),
            None => Length::Any,
        };
        Self { headers, has_connection: headers.contains_key(header::CONNECTION), length }
    }

    /// The headers in order; the values of one name follow one another.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)> + '_ {
        self.headers.iter().filter(|(name, value)| self.is_forwarded(name, value))
    }

    fn is_forwarded(&self, name: &HeaderName, value: &HeaderValue) -> bool {
        if self.has_connection && self.is_named_in_connection(name) {
            return false;
        }
        match name.as_str() {
            "connection" | "keep-alive" | "proxy-connection" | "te" | "trailer"
            | "transfer-encoding" | "upgrade" => false,
            "content-length" => match self.length {
                Length::Any => true,
                Length::Exactly(length) => value.as_bytes() == length.to_string().as_bytes(),
                Length::Forbidden => false,
            },
            _ => true,
        }
    }

    fn is_named_in_connection(&self, name: &HeaderName) -> bool {
        self.headers.get_all(header::CONNECTION).iter().any(|value| {
            let mut names = value.as_bytes().split(|&byte| byte == b',');
            names.any(|listed| listed.trim_ascii().eq_ignore_ascii_case(name.as_str().as_bytes()))
        })
    }
}

/// hyper leaves the length out of these, too.
fn forbids_length(status: StatusCode) -> bool {
    status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

/// Appends `{"name":["value", ...], ...}`.
pub(super) fn write_lists(headers: &Forwarded<'_>, out: &mut Vec<u8>) {
    write_grouped(headers.iter(), out, |_, value, out| write_value(value, out));
}

/// Appends `{"name":[item, ...], ...}`, each item as `write` writes it.
pub(super) fn write_grouped<'a>(
    headers: impl Iterator<Item = (&'a HeaderName, &'a HeaderValue)>,
    out: &mut Vec<u8>,
    write: impl Fn(&HeaderName, &HeaderValue, &mut Vec<u8>),
) {
    out.extend_from_slice(b"{");
    let mut last = None;
    for (name, value) in headers {
        if last == Some(name) {
            out.extend_from_slice(b",");
        } else {
            out.extend_from_slice(if last.is_some() { b"],\"" } else { b"\"" });
            out.extend_from_slice(name.as_str().as_bytes());
            out.extend_from_slice(b"\":[");
        }
        write(name, value, out);
        last = Some(name);
    }
    out.extend_from_slice(if last.is_some() { b"]}" } else { b"}" });
}

/// Appends `{"name":"value, value", ...}` without cookies, which stand elsewhere.
pub(super) fn write_joined(headers: &Forwarded<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{");
    write_members(headers, out);
    out.extend_from_slice(b"}");
}

/// [`write_joined`] with each cookie under a case variant of `set-cookie` of its own: the front
/// door knows one value a name, and joining cookies with commas would break them.
pub(super) fn write_joined_with_cookies(headers: &Forwarded<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{");
    let mut is_first = !write_members(headers, out);
    for (number, cookie) in cookies(headers).enumerate() {
        if number >= 1 << COOKIE_LETTERS {
            tracing::warn!("left out a Set-Cookie: there are more than names for them");
            break;
        }
        out.extend_from_slice(if is_first { b"\"" } else { b",\"" });
        out.extend_from_slice(&cookie_name(number));
        out.extend_from_slice(b"\":");
        write_value(cookie, out);
        is_first = false;
    }
    out.extend_from_slice(b"}");
}

/// Appends the members of a map of joined values; whether there are any.
fn write_members(headers: &Forwarded<'_>, out: &mut Vec<u8>) -> bool {
    let mut last = None;
    for (name, value) in headers.iter().filter(|(name, _)| *name != header::SET_COOKIE) {
        if last == Some(name) {
            out.extend_from_slice(b", ");
        } else {
            out.extend_from_slice(if last.is_some() { b"\",\"" } else { b"\"" });
            out.extend_from_slice(name.as_str().as_bytes());
            out.extend_from_slice(b"\":\"");
        }
        escape_value(value, out);
        last = Some(name);
    }
    if last.is_some() {
        out.extend_from_slice(b"\"");
    }
    last.is_some()
}

/// Appends `["a=1", ...]`, the values of `set-cookie`.
pub(super) fn write_cookies(headers: &Forwarded<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"[");
    for (number, cookie) in cookies(headers).enumerate() {
        if number > 0 {
            out.extend_from_slice(b",");
        }
        write_value(cookie, out);
    }
    out.extend_from_slice(b"]");
}

fn cookies<'a>(headers: &Forwarded<'a>) -> impl Iterator<Item = &'a HeaderValue> {
    headers.headers.get_all(header::SET_COOKIE).iter()
}

/// Appends the value as a JSON string.
pub(super) fn write_value(value: &HeaderValue, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"");
    escape_value(value, out);
    out.extend_from_slice(b"\"");
}

/// Appends what stands between the quotes; bytes that are not UTF-8 are read as ISO 8859-1, the
/// charset that HTTP once gave header values.
fn escape_value(value: &HeaderValue, out: &mut Vec<u8>) {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => json::escape(out, text),
        Err(_) => {
            let text: String = value.as_bytes().iter().map(|&byte| char::from(byte)).collect();
            json::escape(out, &text);
        }
    }
}

const COOKIE_LETTERS: usize = 9;

/// `set-cookie` with the letters of the bits of `number` in upper case, the last letter first.
fn cookie_name(number: usize) -> [u8; 10] {
    let mut name = *b"set-cookie";
    let letters = name.iter_mut().rev().filter(|byte| byte.is_ascii_lowercase());
    for (bit, letter) in letters.enumerate() {
        if number >> bit & 1 == 1 {
            letter.make_ascii_uppercase();
        }
    }
    name
}
