//! A picture for each hiker: a cairn whose stones follow from the name.
//!
//! A PNG of three colours, written by hand: the pixels are few, so they are not compressed.

#![allow(clippy::cast_possible_truncation, reason = "the sizes in a small picture are small")]

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::{assets, pages};

const SIDE: usize = 128;
/// Two bits a pixel, and the byte in front of each row that says that it is not filtered.
const ROW_BYTES: usize = SIDE / 4 + 1;

/// `/cairns/Ana.png`; the same name has the same picture for ever.
pub(crate) async fn image(Path(name): Path<String>) -> Response {
    let Some(name) = name.strip_suffix(".png") else {
        return pages::not_found().await.into_response();
    };
    let headers =
        [(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    (headers, png(name)).into_response()
}

/// An ellipse that lies on the one below.
struct Stone {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

fn stones(mut hash: u64) -> Vec<Stone> {
    let mut next = |below: i32| {
        hash = hash.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        i32::try_from((hash >> 33) % u64::from(below.unsigned_abs())).unwrap_or(0)
    };
    let mut bottom = 118;
    let mut width = 44 + next(12);
    let mut stones = Vec::new();
    for _ in 0..3 + next(3) {
        let height = (9 + next(6)).min(width);
        stones.push(Stone { x: 64 + next(13) - 6, y: bottom - height, width, height });
        bottom -= 2 * height - 3;
        width = width * (58 + next(22)) / 100;
    }
    stones
}

/// The colour at a point: nothing, a stone's lit top, its side, or its shade.
fn colour(stones: &[Stone], x: i32, y: i32) -> u8 {
    let mut colour = 0;
    for stone in stones {
        let (dx, dy) = (x - stone.x, y - stone.y);
        let (w, h) = (stone.width, stone.height);
        if dx * dx * h * h + dy * dy * w * w <= w * w * h * h {
            colour = match dy * 4 + dx * h * 2 / w {
                shade if shade < -h => 1,
                shade if shade < 2 * h => 2,
                _ => 3,
            };
        }
    }
    colour
}

fn png(name: &str) -> Vec<u8> {
    const PALETTES: [[u8; 9]; 5] = [
        [0xc9, 0xc2, 0xb4, 0x9b, 0x93, 0x85, 0x6d, 0x66, 0x5c],
        [0xb7, 0xc4, 0xcc, 0x85, 0x95, 0xa0, 0x5b, 0x69, 0x75],
        [0xd9, 0xb4, 0x97, 0xb5, 0x87, 0x66, 0x85, 0x5d, 0x44],
        [0xbd, 0xc7, 0xa8, 0x8f, 0x9c, 0x78, 0x64, 0x70, 0x53],
        [0xc6, 0xb3, 0xc4, 0x9b, 0x85, 0x9a, 0x6f, 0x5b, 0x70],
    ];
    let hash = assets::hash(name.as_bytes());
    let mut palette = vec![0; 3];
    palette.extend_from_slice(&PALETTES[(hash % 5) as usize]);
    let side = (SIDE as u32).to_be_bytes();
    // Two bits a pixel, each an index into the palette; no interlacing.
    let header = [&side[..], &side[..], &[2, 3, 0, 0, 0]].concat();

    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"PLTE", &palette);
    chunk(&mut out, b"tRNS", &[0]);
    chunk(&mut out, b"IDAT", &zlib(&pixels(&stones(hash))));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn pixels(stones: &[Stone]) -> Vec<u8> {
    let mut pixels = vec![0; ROW_BYTES * SIDE];
    for (row, y) in pixels.chunks_exact_mut(ROW_BYTES).zip(0..) {
        for (byte, x) in row[1..].iter_mut().zip((0..).step_by(4)) {
            *byte = (x..x + 4).fold(0, |bits, x| bits << 2 | colour(stones, x, y));
        }
    }
    pixels
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], data: &[u8]) {
    let start = out.len() + 4;
    out.extend_from_slice(&(data.len() as u32).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(data);
    let sum = crc32(&out[start..]);
    out.extend_from_slice(&sum.to_be_bytes());
}

/// A zlib stream of one stored block, which holds up to 64 KiB.
fn zlib(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(data);
    out.extend_from_slice(&adler32(data).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 * (sum & 1)))
    })
}

fn adler32(data: &[u8]) -> u32 {
    let (a, b) = data.iter().fold((1, 0), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_known_ones() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }
}
