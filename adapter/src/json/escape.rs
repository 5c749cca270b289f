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
    if !rest.is_empty() {
        escape_densely(out, rest);
    }
}

/// Appends text with many escapes, by way of a small buffer: a block is stored whole, then what
/// does not count of it is written over.
fn escape_densely(out: &mut Vec<u8>, text: &[u8]) {
    const SIZE: usize = 1024;
    /// An escape takes at most six bytes.
    const ROOM: usize = BLOCK + 6;
    let mut buffer = [0; SIZE];
    let mut filled = 0;
    let mut at = 0;
    while at < text.len() {
        let block = Block::at(text, at);
        buffer[filled..filled + BLOCK].copy_from_slice(&block.bytes());
        let plain = block.plain();
        at += plain;
        filled += plain;
        // Characters that need an escape often follow one another.
        while let Some(&byte) = text.get(at)
            && ESCAPES[usize::from(byte)] != 0
            && filled < SIZE - ROOM
        {
            filled += write_escape(&mut buffer[filled..], byte);
            at += 1;
        }
        if filled >= SIZE - ROOM {
            out.extend_from_slice(&buffer[..filled]);
            filled = 0;
        }
    }
    out.extend_from_slice(&buffer[..filled]);
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

/// Writes the escape of `byte` to the start of `out`; how many bytes it takes.
#[inline]
fn write_escape(out: &mut [u8], byte: u8) -> usize {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let letter = ESCAPES[usize::from(byte)];
    out[..2].copy_from_slice(&[b'\\', letter]);
    if letter != b'u' {
        return 2;
    }
    let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
    out[2..6].copy_from_slice(&[b'0', b'0', digits[0], digits[1]]);
    6
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
