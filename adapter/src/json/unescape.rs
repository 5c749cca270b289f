//! JSON strings into what they say.

use std::borrow::Cow;

use memchr::memchr;

use super::{Kind, Value};
use crate::Error;

/// The length of the escape sequence at the start of `bytes`, which begins with a backslash;
/// a surrogate pair is one sequence. `None` if it is not a valid one.
pub(super) fn escape_length(bytes: &[u8]) -> Option<usize> {
    match bytes.get(1)? {
        b'u' => code_point(bytes).map(|(_, length)| length),
        _ => simple_escape(*bytes.get(1)?).map(|_| 2),
    }
}

fn simple_escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' | b'\\' | b'/' => byte,
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'b' => 8,
        b'f' => 12,
        _ => return None,
    })
}

/// The character of the `\uXXXX` at the start of `bytes`, and how many bytes it takes.
fn code_point(bytes: &[u8]) -> Option<(char, usize)> {
    let first = hex4(bytes.get(2..6)?)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first).map(|c| (c, 6));
    }
    if bytes.get(6..8)? != b"\\u" {
        return None;
    }
    let second = hex4(bytes.get(8..12)?)?;
    if !(0xdc00..0xe000).contains(&second) {
        return None;
    }
    char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)).map(|c| (c, 12))
}

fn hex4(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, &digit| {
        Some(number * 16 + char::from(digit).to_digit(16)?)
    })
}

/// What the string `value` of `buf`, already scanned, says.
pub(crate) fn text<'a>(value: Value, buf: &'a [u8]) -> Cow<'a, [u8]> {
    let raw = value.raw(buf);
    if value.kind != Kind::EscapedString {
        return Cow::Borrowed(raw);
    }
    let mut owned = raw.to_vec();
    match unescape_in_place(&mut owned) {
        Ok(length) => owned.truncate(length),
        // The scanner has accepted the string, so this is never taken; it loses nothing.
        Err(_) => return Cow::Borrowed(raw),
    }
    Cow::Owned(owned)
}

/// Replaces the escapes in the content of a JSON string; returns how many bytes are left.
///
/// # Errors
///
/// An escape that is not JSON's, an unescaped control character, or bytes that are not UTF-8.
pub(crate) fn unescape_in_place(bytes: &mut [u8]) -> Result<usize, Error> {
    let mut read = 0;
    let mut write = 0;
    while let Some(run) = memchr(b'\\', &bytes[read..]) {
        bytes.copy_within(read..read + run, write);
        read += run;
        write += run;
        (read, write) = one_escape(bytes, read, write).ok_or_else(invalid_escape)?;
    }
    bytes.copy_within(read.., write);
    Ok(write + bytes.len() - read)
}

/// Reads the escape at `read` and writes what it says at `write`; the places after both.
fn one_escape(bytes: &mut [u8], read: usize, write: usize) -> Option<(usize, usize)> {
    let escaped = *bytes.get(read + 1)?;
    if escaped != b'u' {
        bytes[write] = simple_escape(escaped)?;
        return Some((read + 2, write + 1));
    }
    let (c, length) = code_point(&bytes[read..])?;
    let mut buffer = [0; 4];
    let encoded = c.encode_utf8(&mut buffer).as_bytes();
    bytes
        .get_mut(write..write + encoded.len())?
        .copy_from_slice(encoded);
    Some((read + length, write + encoded.len()))
}

#[cold]
fn invalid_escape() -> Error {
    Error::event("the event is not valid JSON: body has an invalid escape sequence")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str) -> Option<String> {
        let mut bytes = text.as_bytes().to_vec();
        let length = unescape_in_place(&mut bytes).ok()?;
        bytes.truncate(length);
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn agrees_with_serde_json() {
        for text in [
            "",
            "plain",
            r#"\"\\\/\b\f\n\r\t"#,
            r"\u0041\u00e9\u20ac",
            r"\ud83d\ude00!",
            r"a\u0000b",
            r"\u12",
            r"\q",
            r"\",
            r"\ud800x",
            r"\ud800\u0041",
            r"\udc00",
        ] {
            let expected = serde_json::from_str::<String>(&format!("\"{text}\"")).ok();
            assert_eq!(unescaped(text), expected, "{text}");
        }
    }
}
