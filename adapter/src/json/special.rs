//! Finds the bytes of a JSON string that need attention, eight at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The bit 7 of each byte that is `"`, `\` or below 0x20; exact up to the first one.
const fn special_bits(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let quotes = quote.wrapping_sub(ONES) & !quote;
    let backslashes = backslash.wrapping_sub(ONES) & !backslash;
    let controls = word.wrapping_sub(ONES * 0x20) & !word;
    (quotes | backslashes | controls) & HIGH
}

const fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

/// Bytes of a block that the compiler compares at once.
const BLOCK: usize = 32;

fn block_has_special(block: &[u8; BLOCK]) -> bool {
    block
        .iter()
        .fold(false, |any, &byte| any | is_special(byte))
}

/// The position, from `from` on, of the first `"`, `\` or control character; the end if none.
pub(super) fn find(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut rest = bytes.get(from..).unwrap_or_default();
    let mut words = 0;
    while let Some((word, tail)) = rest.split_first_chunk::<8>() {
        let bits = special_bits(u64::from_le_bytes(*word));
        if bits != 0 {
            return at + (bits.trailing_zeros() / 8) as usize;
        }
        at += 8;
        rest = tail;
        words += 1;
        // A long run: whole blocks first, then words again to find the place in the last one.
        if words == 4 {
            while let Some((block, tail)) = rest.split_first_chunk::<BLOCK>() {
                if block_has_special(block) {
                    break;
                }
                at += BLOCK;
                rest = tail;
            }
            words = 5;
        }
    }
    at + rest
        .iter()
        .position(|&byte| is_special(byte))
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_found_at_every_place() {
        for byte in 0..=255u8 {
            for place in 0..100 {
                let mut bytes = vec![0xc3; 100];
                bytes[place] = byte;
                let expected = if is_special(byte) { place } else { 100 };
                assert_eq!(find(&bytes, 0), expected, "byte {byte:#x} at {place}");
            }
        }
    }

    #[test]
    fn the_first_of_two_is_found() {
        for first in 0..90 {
            let mut bytes = vec![b'a'; 100];
            bytes[first] = b'"';
            bytes[first + 1] = b'!';
            bytes[first + 2] = b'\\';
            assert_eq!(find(&bytes, 0), first);
            assert_eq!(find(&bytes, first + 1), first + 2);
        }
    }
}
