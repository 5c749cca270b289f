//! Text into JSON strings, written straight into the result.

use super::special::{self, BLOCK, Block};

/// Appends `text` as a JSON string with its quotes.
pub(crate) fn write_string(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(b"\"");
    escape(out, text);
    out.extend_from_slice(b"\"");
}

/// Appends what stands between the quotes of `text` as a JSON string.
pub(crate) fn escape(out: &mut Vec<u8>, text: &str) {
    let text = text.as_bytes();
    let plain = special::run(text, 0).end;
    let (plain, rest) = text.split_at_checked(plain).unwrap_or((text, &[]));
    out.extend_from_slice(plain);
    let rest = escape_blocks(out, rest);
    escape_runs(out, rest);
}

/// Appends all but the last few bytes of a text with many escapes, by way of a small buffer;
/// what is left.
fn escape_blocks<'a>(out: &mut Vec<u8>, text: &'a [u8]) -> &'a [u8] {
    /// Below this, to set up the buffer costs more than it saves.
    const LEAST: usize = 8 * BLOCK;
    if text.len() < LEAST {
        return text;
    }
    let mut buffer = [0; 1024];
    let mut filled = 0;
    let mut rest = text;
    while let Some(window) = rest.first_chunk() {
        let Some(place) = buffer[filled..].first_chunk_mut() else {
            out.extend_from_slice(&buffer[..filled]);
            filled = 0;
            continue;
        };
        filled += escape_block(window, place);
        rest = &rest[BLOCK..];
    }
    out.extend_from_slice(&buffer[..filled]);
    rest
}

/// Appends a short text, run by run.
fn escape_runs(out: &mut Vec<u8>, text: &[u8]) {
    let mut from = 0;
    while from < text.len() {
        let at = special::run(text, from).end;
        out.extend_from_slice(&text[from..at]);
        if let Some(&byte) = text.get(at) {
            let escape = ESCAPES[usize::from(byte)];
            out.extend_from_slice(&[b'\\', escape]);
            if escape == b'u' {
                out.extend_from_slice(&code(byte));
            }
        }
        from = at + 1;
    }
}

/// Room for a block, of which each byte takes at most six, and one more that does not count.
const ESCAPED_BLOCK: usize = 8 * BLOCK + BLOCK;

/// Escapes the first half of `window`; how many bytes that writes. After each escape a whole
/// block is stored, of which the next escape writes over what does not count.
#[inline(always)]
fn escape_block(window: &[u8; 2 * BLOCK], out: &mut [u8; ESCAPED_BLOCK]) -> usize {
    // No place is ever beyond the masks; they only spare the checks of that.
    const MASK: usize = 8 * BLOCK - 1;
    let Some(block) = window.first_chunk::<BLOCK>() else { return 0 };
    let mut special = Block::new(*block).special();
    let mut from = 0;
    let mut to = 0;
    while from < BLOCK {
        out[to & MASK..(to & MASK) + BLOCK].copy_from_slice(&window[from..from + BLOCK]);
        if special == 0 {
            return to + BLOCK - from;
        }
        let at = special.trailing_zeros() as usize & (BLOCK - 1);
        to += at - from;
        let escape = ESCAPES[usize::from(window[at])];
        out[to & MASK] = b'\\';
        out[(to & MASK) + 1] = escape;
        to += 2;
        if escape == b'u' {
            out[to & MASK..(to & MASK) + 4].copy_from_slice(&code(window[at]));
            to += 4;
        }
        from = at + 1;
        special &= special - 1;
    }
    to
}

/// What follows the backslash in the escape of each byte; 0 if it stands for itself.
const ESCAPES: [u8; 256] = {
    let mut table = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        table[control] = b'u';
        control += 1;
    }
    table[8] = b'b';
    table[b'\t' as usize] = b't';
    table[b'\n' as usize] = b'n';
    table[12] = b'f';
    table[b'\r' as usize] = b'r';
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table
};

/// The four digits of the `\uXXXX` that stands for `byte`.
#[cold]
fn code(byte: u8) -> [u8; 4] {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    [b'0', b'0', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_serde_json() {
        let all: String = (0..0x250).filter_map(char::from_u32).chain(['😀', '\u{2028}']).collect();
        let dense = "\u{1}\"".repeat(2000);
        for text in ["", "plain", "a\"b\\c\nd", "\"", &all, &dense] {
            for start in 0..17.min(text.len()) {
                let Some(text) = text.get(start..) else {
                    continue;
                };
                let mut out = Vec::new();
                write_string(&mut out, text);
                assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
            }
        }
    }
}
