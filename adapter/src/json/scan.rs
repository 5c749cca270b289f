//! A validating scanner: every byte is checked, nothing is built.

use super::special::{self, Run};
use super::unescape;
use super::{Kind, Value};
use crate::Error;

/// Arrays and objects that may stand in one another; serde_json's limit, so that what the app
/// parses again is what was accepted here.
const MAX_DEPTH: u8 = 127;

/// What a string may not have.
pub(super) const NO_CONTROL: &str = "no raw control character";

/// Walks over JSON text from `pos` on.
pub(crate) struct Scanner<'a> {
    pub(super) buf: &'a [u8],
    pub(super) pos: usize,
    depth: u8,
}

impl<'a> Scanner<'a> {
    /// Starts at byte `pos` of `buf`.
    pub(crate) fn new(buf: &'a [u8], pos: usize) -> Self {
        // An empty buffer is refused by whatever comes next.
        let buf = if u32::try_from(buf.len()).is_ok() { buf } else { &[] };
        Self { buf, pos, depth: 0 }
    }

    /// Where the scanner stands.
    pub(crate) fn position(&self) -> usize {
        self.pos
    }

    /// What it scans.
    pub(crate) fn buffer(&self) -> &'a [u8] {
        self.buf
    }

    /// The first byte of the next value, not consumed.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        match self.byte() {
            Some(byte) if byte > b' ' => Some(byte),
            _ => {
                self.skip_whitespace();
                self.byte()
            }
        }
    }

    /// Ensures that nothing but white space follows.
    pub(crate) fn end(&mut self) -> Result<(), Error> {
        self.skip_whitespace();
        if self.pos == self.buf.len() { Ok(()) } else { Err(self.expected("the end")) }
    }

    /// The next value, checked to its last byte.
    #[inline(always)]
    pub(crate) fn value(&mut self) -> Result<Value, Error> {
        if self.peek() == Some(b'"') { self.string() } else { self.other_value() }
    }

    #[inline(never)]
    fn other_value(&mut self) -> Result<Value, Error> {
        let start = self.pos;
        let Some(&first) = self.buf.get(start) else { return Err(self.expected("a value")) };
        let kind = match first {
            b'{' => {
                self.object(|scanner, _| scanner.value().map(drop))?;
                Kind::Object
            }
            b'[' => {
                self.array(|scanner| scanner.value().map(drop))?;
                Kind::Array
            }
            b't' => self.literal(b"true", Kind::True)?,
            b'f' => self.literal(b"false", Kind::False)?,
            b'n' => self.literal(b"null", Kind::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return Err(self.expected("a value")),
        };
        Ok(Value::new(kind, start, self.pos))
    }

    /// Walks over the object that comes next. `field` gets each key, as it stands between its
    /// quotes, and must consume the value.
    pub(crate) fn object(
        &mut self,
        mut field: impl FnMut(&mut Self, Value) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.open(b'{', "an object")?;
        if self.peek() == Some(b'}') {
            return self.close();
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key"));
            }
            let key = self.string()?;
            if self.peek() != Some(b':') {
                return Err(self.expected("':'"));
            }
            self.pos += 1;
            field(self, key)?;
            match self.peek() {
                Some(b',') => self.pos += 1,
                Some(b'}') => return self.close(),
                _ => return Err(self.expected("',' or '}'")),
            }
        }
    }

    /// Walks over the array that comes next; `item` must consume each item.
    pub(crate) fn array(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.open(b'[', "an array")?;
        if self.peek() == Some(b']') {
            return self.close();
        }
        loop {
            item(self)?;
            match self.peek() {
                Some(b',') => self.pos += 1,
                Some(b']') => return self.close(),
                _ => return Err(self.expected("',' or ']'")),
            }
        }
    }

    #[inline(always)]
    fn string(&mut self) -> Result<Value, Error> {
        let start = self.pos + 1;
        let run = special::run(self.buf, start);
        if self.buf.get(run.end) == Some(&b'"') && run.is_ascii {
            self.pos = run.end + 1;
            return Ok(Value::new(Kind::String, start, run.end));
        }
        self.unusual_string(start, run)
    }

    /// The rest of a string that has escapes or characters beyond ASCII; the first byte that
    /// needs attention is the end of `run`.
    #[cold]
    #[inline(never)]
    fn unusual_string(&mut self, start: usize, mut run: Run) -> Result<Value, Error> {
        let mut kind = Kind::String;
        let mut is_ascii = run.is_ascii;
        loop {
            let at = run.end;
            match self.buf.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    kind = Kind::EscapedString;
                    let length = unescape::escape_length(&self.buf[at..])
                        .ok_or_else(|| self.wrong_at(at, "a valid escape sequence"))?;
                    run = special::run(self.buf, at + length);
                    is_ascii &= run.is_ascii;
                }
                Some(_) => return Err(self.wrong_at(at, NO_CONTROL)),
                None => return Err(self.unterminated()),
            }
        }
        if !is_ascii && std::str::from_utf8(&self.buf[start..run.end]).is_err() {
            return Err(self.wrong_at(start, "valid UTF-8"));
        }
        self.pos = run.end + 1;
        Ok(Value::new(kind, start, run.end))
    }

    fn number(&mut self) -> Result<Kind, Error> {
        if self.byte() == Some(b'-') {
            self.pos += 1;
        }
        match self.byte() {
            Some(b'0') => self.pos += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.expected("a digit")),
        }
        if self.byte() == Some(b'.') {
            self.pos += 1;
            self.digits()?;
        }
        if matches!(self.byte(), Some(b'e' | b'E')) {
            self.pos += 1;
            if matches!(self.byte(), Some(b'+' | b'-')) {
                self.pos += 1;
            }
            self.digits()?;
        }
        Ok(Kind::Number)
    }

    fn digits(&mut self) -> Result<(), Error> {
        let first = self.pos;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.pos += 1;
        }
        if self.pos == first { Err(self.expected("a digit")) } else { Ok(()) }
    }

    fn literal(&mut self, word: &[u8], kind: Kind) -> Result<Kind, Error> {
        if !self.buf[self.pos..].starts_with(word) {
            return Err(self.expected("a value"));
        }
        self.pos += word.len();
        Ok(kind)
    }

    fn open(&mut self, bracket: u8, what: &'static str) -> Result<(), Error> {
        if self.peek() != Some(bracket) {
            return Err(self.expected(what));
        }
        if self.depth == MAX_DEPTH {
            return Err(self.too_deep());
        }
        self.depth += 1;
        self.pos += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        self.depth -= 1;
        self.pos += 1;
        Ok(())
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.buf.get(self.pos).copied()
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.pos += 1;
        }
    }

    #[cold]
    fn expected(&self, what: &str) -> Error {
        match self.byte() {
            Some(_) => self.wrong_at(self.pos, what),
            None => Error::event(format!(
                "the event is not valid JSON: it ends at byte {}, {what} was expected",
                self.pos
            )),
        }
    }

    #[cold]
    pub(super) fn wrong_at(&self, at: usize, what: &str) -> Error {
        let found = self.buf.get(at).copied().unwrap_or_default().escape_ascii();
        Error::event(format!(
            "the event is not valid JSON: '{found}' at byte {at}, {what} was expected"
        ))
    }

    #[cold]
    pub(super) fn unterminated(&self) -> Error {
        Error::event(format!(
            "the event is not valid JSON: the string that begins at byte {} has no end",
            self.pos
        ))
    }

    #[cold]
    fn too_deep(&self) -> Error {
        Error::event(format!(
            "the event is nested deeper than {MAX_DEPTH} levels at byte {}",
            self.pos
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(text: &[u8]) -> bool {
        let mut scanner = Scanner::new(text, 0);
        scanner.value().and_then(|_| scanner.end()).is_ok()
    }

    #[test]
    fn accepts_what_json_allows() {
        for text in [
            "null",
            " true ",
            "false",
            "0",
            "-0.5e+10",
            "1E3",
            "\"\"",
            "\"\\u00e9\\n\\\"\"",
            "[]",
            "[1,[2],{}]",
            "{\"a\":{\"b\":[]},\"\":0}",
            "\t\r\n {}",
            "\"\u{7f}ż\"",
        ] {
            assert!(accepts(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn refuses_what_json_forbids() {
        for text in [
            "",
            "nul",
            "nulls",
            "01",
            "1.",
            ".5",
            "-",
            "1e",
            "+1",
            "\"",
            "\"\\\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\n\"",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1}}",
            "[",
            "{",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "'a'",
            "NaN",
        ] {
            assert!(!accepts(text.as_bytes()), "{text}");
        }
        assert!(!accepts(b"\"\xff\""));
        assert!(!accepts(b"\"\xed\xa0\x80\""));
    }

    #[test]
    fn nesting_has_a_limit_and_no_stack_overflow() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(accepts(nested(127).as_bytes()));
        assert!(!accepts(nested(128).as_bytes()));
        assert!(!accepts("[".repeat(1_000_000).as_bytes()));
    }
}
