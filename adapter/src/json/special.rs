//! Finds the bytes of a JSON string that need attention, sixteen at a time.
//!
//! `wide` gives what SSE2 and NEON have in common without a line of `unsafe` here; with words of
//! eight bytes and plain arithmetic instead, a REST event costs a third more.

use wide::u8x16;

/// How many bytes are looked at together.
pub(super) const BLOCK: usize = 16;

/// Sixteen bytes of text.
#[derive(Clone, Copy)]
pub(super) struct Block(u8x16);

impl Block {
    /// The bytes at `at`; behind the end of `bytes` follow zeros, which are special.
    #[inline]
    pub(super) fn at(bytes: &[u8], at: usize) -> Self {
        let rest = bytes.get(at..).unwrap_or_default();
        match rest.first_chunk::<BLOCK>() {
            Some(block) => Self(u8x16::from(*block)),
            None => Self::last(rest),
        }
    }

    #[inline(never)]
    fn last(rest: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        block.iter_mut().zip(rest).for_each(|(place, byte)| *place = *byte);
        Self(u8x16::from(block))
    }

    /// How many bytes stand before the first that is `"`, `\` or below 0x20; 16 if there is none.
    #[inline]
    pub(super) fn plain(self) -> usize {
        let quotes = self.0.simd_eq(u8x16::splat(b'"'));
        let backslashes = self.0.simd_eq(u8x16::splat(b'\\'));
        let controls = self.0.min(u8x16::splat(0x1f)).simd_eq(self.0);
        let special = (quotes | backslashes | controls).to_bitmask();
        (special | 1 << BLOCK).trailing_zeros() as usize
    }

    #[inline]
    pub(super) fn bytes(self) -> [u8; BLOCK] {
        self.0.to_array()
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
    let mut at = from;
    let mut all = u8x16::splat(0);
    while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk::<BLOCK>) {
        let block = Block(u8x16::from(*block));
        all |= block.0;
        let plain = block.plain();
        at += plain;
        if plain < BLOCK {
            return Run { end: at, is_ascii: is_ascii(all) };
        }
    }
    last_run(bytes, at, is_ascii(all))
}

/// The run that reaches into the last few bytes.
#[cold]
#[inline(never)]
fn last_run(bytes: &[u8], at: usize, is_ascii_before: bool) -> Run {
    let block = Block::at(bytes, at);
    Run { end: at + block.plain(), is_ascii: is_ascii_before && is_ascii(block.0) }
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
