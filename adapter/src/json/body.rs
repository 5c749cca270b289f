//! Bodies, which may be megabytes of base64 or of text.

use super::scan::NO_CONTROL;
use super::special;
use super::unescape::{self, Fault};
use super::{Kind, Scanner, Value};
use crate::Error;

/// The value of a body.
pub(crate) enum Body {
    /// A string without escapes; what it says is still to be checked.
    Unchecked(Value),
    /// A string with escapes, and what it says.
    Text(Vec<u8>),
    /// A value of another type.
    Other(Value),
}

impl Scanner<'_> {
    /// The next value, which may be megabytes of base64 or of text: a string without escapes is
    /// only looked through for its end, one with escapes is unescaped at once.
    pub(crate) fn body(&mut self) -> Result<Body, Error> {
        if self.peek() != Some(b'"') {
            return self.value().map(Body::Other);
        }
        let start = self.pos + 1;
        let rest = self.buf.get(start..).unwrap_or_default();
        match memchr::memchr2(b'"', b'\\', rest) {
            Some(length) if rest[length] == b'"' => {
                self.pos = start + length + 1;
                Ok(Body::Unchecked(Value::new(Kind::String, start, start + length)))
            }
            Some(_) => {
                let (text, length) = unescape_body(rest).map_err(|fault| match fault {
                    Fault::Escape(at) => self.wrong_at(start + at, "a valid escape sequence"),
                    Fault::Control(at) => self.wrong_at(start + at, NO_CONTROL),
                    Fault::NoEnd => self.unterminated(),
                })?;
                if simdutf8::basic::from_utf8(&text).is_err() {
                    return Err(self.wrong_at(start, "valid UTF-8"));
                }
                self.pos = start + length + 1;
                Ok(Body::Text(text))
            }
            None => Err(self.unterminated()),
        }
    }
}

/// What the string at the start of `rest` says, and how long it is. A short one does not take
/// memory for all that follows it.
fn unescape_body(rest: &[u8]) -> Result<(Vec<u8>, usize), Fault> {
    const SHORT: usize = 4096;
    let start = rest.get(..SHORT).unwrap_or(rest);
    if let Ok(short) = unescape::unescape(start) {
        return Ok(short);
    }
    let (mut text, length) = unescape::unescape(rest)?;
    if text.capacity() / 2 > text.len() {
        text.shrink_to_fit();
    }
    Ok((text, length))
}

/// Checks the content of a string without escapes that begins at byte `start` of the event.
///
/// # Errors
///
/// An unescaped control character, or bytes that are not UTF-8.
pub(crate) fn check_text(text: &[u8], start: usize) -> Result<(), Error> {
    let wrong = match simdutf8::basic::from_utf8(text) {
        Ok(_) => special::run(text, 0).end,
        Err(_) => std::str::from_utf8(text).map_or_else(|error| error.valid_up_to(), str::len),
    };
    if wrong == text.len() {
        return Ok(());
    }
    Err(Error::event(format!(
        "the event is not valid JSON: '{}' at byte {} cannot stand in a string",
        text[wrong].escape_ascii(),
        start + wrong
    )))
}
