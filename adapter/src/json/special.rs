//! Finds the bytes of a JSON string that need attention, sixteen at a time.
//!
//! `wide` gives what SSE2 and NEON have in common without a line of `unsafe` here; with words of
//! eight bytes and plain arithmetic instead, a REST event costs a quarter more.

use wide::u8x16;

/// How many bytes are looked at together.
pub(super) const BLOCK: usize = 16;

/// Sixteen bytes of text.
#[derive(Clone, Copy)]
pub(super) struct Block(u8x16);

impl Block {
    #[inline]
    pub(super) fn new(bytes: [u8; BLOCK]) -> Self {
        Self(u8x16::from(bytes))
    }

    /// A bit for each byte that is `"`, `\` or below 0x20.
    #[inline]
    pub(super) fn special(self) -> u32 {
        let quotes = self.0.simd_eq(u8x16::splat(b'"'));
        let backslashes = self.0.simd_eq(u8x16::splat(b'\\'));
        let controls = self.0.min(u8x16::splat(0x1f)).simd_eq(self.0);
        (quotes | backslashes | controls).to_bitmask()
    }
}

/// Where a run of plain bytes ends.
pub(super) struct Run {
    /// The position of the first special byte, or the end of the bytes.
    pub(super) end: usize,
    /// Whether a byte up to the end, or a few after it, is not ASCII.
    pub(super) is_ascii: bool,
}

/// The run of plain bytes from `from` on.
#[inline(always)]
pub(super) fn run(bytes: &[u8], from: usize) -> Run {
    let mut rest = bytes.get(from..).unwrap_or_default();
    let mut all = u8x16::splat(0);
    while let Some((block, tail)) = rest.split_first_chunk::<BLOCK>() {
        let block = Block::new(*block);
        all |= block.0;
        let special = block.special();
        if special != 0 {
            let end = bytes.len() - rest.len() + special.trailing_zeros() as usize;
            return Run { end, is_ascii: is_ascii(all) };
        }
        rest = tail;
    }
    last_run(bytes, bytes.len() - rest.len(), is_ascii(all))
}

/// The run that reaches into the last few bytes.
#[cold]
#[inline(never)]
fn last_run(bytes: &[u8], at: usize, is_ascii_before: bool) -> Run {
    let rest = bytes.get(at..).unwrap_or_default();
    // Behind the end follow zeros, which are special.
    let mut block = [0; BLOCK];
    block.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
    let block = Block::new(block);
    let end = at + block.special().trailing_zeros() as usize;
    Run { end, is_ascii: is_ascii_before && is_ascii(block.0) }
}

/// The mask is of the bits 7, which ASCII does not have.
fn is_ascii(block: u8x16) -> bool {
    block.to_bitmask() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_special(byte: u8) -> bool {
        byte == b'"' || byte == b'\\' || byte < 0x20
    }

    #[test]
    fn every_byte_is_found_at_every_place() {
        for byte in 0..=255u8 {
            for place in 0..100 {
                for filler in [0xc3, b'a', 0x80, 0x7f] {
                    let mut bytes = vec![filler; 100];
                    bytes[place] = byte;
                    let expected = if is_special(byte) { place } else { 100 };
                    assert_eq!(run(&bytes, 0).end, expected, "byte {byte:#x} at {place}");
                }
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
            assert_eq!(run(&bytes, 0).end, first);
            assert_eq!(run(&bytes, first + 1).end, first + 2);
        }
    }

    #[test]
    fn what_is_not_ascii_is_seen() {
        for place in 0..100 {
            let mut bytes = vec![b'a'; 100];
            bytes[place] = 0xc3;
            assert!(!run(&bytes, 0).is_ascii, "{place}");
        }
        assert!(run(&[b'a'; 100], 0).is_ascii);
    }
}
