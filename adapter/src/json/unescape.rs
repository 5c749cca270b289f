//! JSON strings into what they say.

use std::borrow::Cow;

use super::special::{BLOCK, Block};
use super::{Kind, Value};

/// Why a string is none, and how many bytes after its beginning.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Escape(usize),
    Control(usize),
    NoEnd,
}

/// What the string that begins at the start of `input`, behind its quote, says, and how many
/// bytes of `input` stand before the quote that ends it. That it is UTF-8 is for the caller to
/// check; no escape stands for anything else.
pub(super) fn unescape(input: &[u8]) -> Result<(Vec<u8>, usize), Fault> {
    // A string never says more bytes than it takes; a block is stored whole before its end counts.
    let mut out = vec![0; input.len() + 2 * BLOCK];
    let mut read = 0;
    let mut written = 0;
    loop {
        if input.len() - read >= 2 * BLOCK {
            let (from, to) = unescape_blocks(&input[read..], &mut out[written..]);
            read += from;
            written += to;
        }
        match input.get(read) {
            Some(b'"') => break,
            Some(b'\\') => {
                let (c, length) = escape(&input[read..]).ok_or(Fault::Escape(read))?;
                read += length;
                written += c.encode_utf8(&mut out[written..]).len();
            }
            Some(&byte) if byte >= 0x20 => {
                out[written] = byte;
                read += 1;
                written += 1;
            }
            Some(_) => return Err(Fault::Control(read)),
            None => return Err(Fault::NoEnd),
        }
    }
    out.truncate(written);
    Ok((out, read))
}

/// Unescapes up to the first byte that is neither plain nor a part of an escape of two bytes,
/// or that stands among the last few; how many bytes that reads and writes.
fn unescape_blocks(input: &[u8], out: &mut [u8]) -> (usize, usize) {
    let mut read = 0;
    let mut written = 0;
    while let (Some(window), Some(place)) = (
        input.get(read..).and_then(<[u8]>::first_chunk::<{ 2 * BLOCK }>),
        out.get_mut(written..).and_then(<[u8]>::first_chunk_mut::<{ 2 * BLOCK }>),
    ) {
        let (from, to, is_stopped) = unescape_block(window, place);
        read += from;
        written += to;
        if is_stopped {
            break;
        }
    }
    (read, written)
}

const MASK: usize = BLOCK - 1;

/// Unescapes the first half of `window`; how many bytes that reads and writes, and whether it
/// has stopped at a byte that it cannot handle. After each escape a whole block is stored, of
/// which the next escape writes over what does not count.
#[inline(always)]
fn unescape_block(window: &[u8; 2 * BLOCK], place: &mut [u8; 2 * BLOCK]) -> (usize, usize, bool) {
    let Some(block) = window.first_chunk::<BLOCK>() else { return (0, 0, true) };
    let mut special = Block::new(*block).special();
    let mut from = 0;
    let mut to = 0;
    while from < BLOCK {
        // `to` never overtakes `from`; the masks only spare the checks of that.
        place[to & MASK..(to & MASK) + BLOCK].copy_from_slice(&window[from..from + BLOCK]);
        if special == 0 {
            return (BLOCK, to + BLOCK - from, false);
        }
        let at = special.trailing_zeros() as usize & MASK;
        to += at - from;
        from = at;
        let simple = SIMPLE[usize::from(window[at + 1])];
        if window[at] != b'\\' || simple == 0 {
            return (from, to, true);
        }
        place[to & MASK] = simple;
        to += 1;
        from += 2;
        special &= u32::MAX << from;
    }
    (from, to, false)
}

/// What the byte after a backslash stands for; 0 if the two are no escape of two bytes.
const SIMPLE: [u8; 256] = {
    let mut table = [0; 256];
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table[b'/' as usize] = b'/';
    table[b'n' as usize] = b'\n';
    table[b't' as usize] = b'\t';
    table[b'r' as usize] = b'\r';
    table[b'b' as usize] = 8;
    table[b'f' as usize] = 12;
    table
};

/// The length of the escape sequence at the start of `bytes`, which begins with a backslash;
/// a surrogate pair is one sequence. `None` if it is not a valid one.
pub(super) fn escape_length(bytes: &[u8]) -> Option<usize> {
    escape(bytes).map(|(_, length)| length)
}

/// The character of the escape sequence at the start of `bytes`, and how many bytes it takes.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    match SIMPLE[usize::from(*bytes.get(1)?)] {
        0 => code_point(bytes),
        simple => Some((char::from(simple), 2)),
    }
}

/// The character of the `\uXXXX` at the start of `bytes`, and how many bytes it takes.
fn code_point(bytes: &[u8]) -> Option<(char, usize)> {
    let first = hex4(bytes.get(..6)?.strip_prefix(b"\\u")?)?;
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
    digits.iter().try_fold(0, |number, &digit| Some(number * 16 + char::from(digit).to_digit(16)?))
}

/// What the string `value` of `buf`, already scanned, says.
pub(crate) fn text<'a>(value: Value, buf: &'a [u8]) -> Cow<'a, [u8]> {
    let raw = value.raw(buf);
    if value.kind != Kind::EscapedString {
        return Cow::Borrowed(raw);
    }
    // The scanner has accepted the string up to the quote behind it.
    let quoted = buf.get(value.start()..=value.end()).unwrap_or_default();
    unescape(quoted).map_or(Cow::Borrowed(raw), |(text, _)| Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            r"\ud800x",
            r"\ud800\u0041",
            r"\udc00",
            "żółw\\n",
            "a\nb",
            "12345678\\n1234567\\t",
        ] {
            let quoted = format!("\"{text}\"");
            let expected = serde_json::from_str::<String>(&quoted).ok();
            let found = unescape(&quoted.as_bytes()[1..]).ok();
            let end = found.as_ref().map(|(_, end)| *end);
            let found = found.map(|(text, _)| String::from_utf8(text).unwrap());
            assert_eq!(found, expected, "{text}");
            assert!(end.is_none_or(|end| end == text.len()), "{text}");
        }
        assert_eq!(unescape(b"abc"), Err(Fault::NoEnd));
        assert_eq!(unescape(b"abc\\"), Err(Fault::Escape(3)));
    }
}
