//! Text into JSON strings, written straight into the result.

use bytes::BytesMut;

use super::special;

/// Appends `text` as a JSON string with its quotes.
pub(crate) fn write_string(out: &mut BytesMut, text: &str) {
    out.extend_from_slice(b"\"");
    escape(out, text);
    out.extend_from_slice(b"\"");
}

/// Appends what stands between the quotes of `text` as a JSON string.
pub(crate) fn escape(out: &mut BytesMut, text: &str) {
    let text = text.as_bytes();
    let mut from = 0;
    loop {
        let at = special::find(text, from);
        out.extend_from_slice(&text[from..at]);
        let Some(&byte) = text.get(at) else { return };
        write_escape(out, byte);
        from = at + 1;
    }
}

fn write_escape(out: &mut BytesMut, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        _ => {
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]];
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digits[0], digits[1]]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_serde_json() {
        let all: String = (0..0x250)
            .filter_map(char::from_u32)
            .chain(['😀', '\u{2028}'])
            .collect();
        for text in ["", "plain", "a\"b\\c\nd", &all] {
            let mut out = BytesMut::new();
            write_string(&mut out, text);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), text);
        }
    }
}
