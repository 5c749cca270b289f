//! All files of an image, made once, when it comes.

use data_encoding::HEXLOWER;
use image::DynamicImage;
use sha2::{Digest, Sha256};

use super::decode::{Kind, decode};
use super::{Error, encode, path};
use crate::model::{ImagePath, Millis};

/// Larger originals are made smaller to this width or height: no screen shows more.
const LARGEST: u32 = 2560;

/// An image as it is kept.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) original: File,
    /// Smaller versions, smallest first.
    pub(super) variants: Vec<File>,
}

/// A file of it.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) mime: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Decodes what came, makes it smaller, and encodes it anew. It computes: not for an async task.
pub(super) fn prepare(bytes: &[u8], name: &str, at: Millis) -> Result<Prepared, Error> {
    let (picture, kind) = decode(bytes)?;
    let picture = bounded(picture)?;
    let (width, height) = (picture.width(), picture.height());
    let hash = HEXLOWER.encode(Sha256::digest(bytes).get(..8).unwrap_or_default());
    let (extension, mime) = match kind {
        Kind::Jpeg => ("jpg", "image/jpeg"),
        Kind::Png => ("png", "image/png"),
        Kind::WebP => ("webp", "image/webp"),
    };
    let stem = path::stem(name, &hash, at, width, height);
    let path = format!("{stem}.{extension}");
    let original = File { bytes: encode::original(&picture, kind)?, path, mime, width, height };
    let own = ImagePath::of_url(&format!("/images/{}", original.path)).ok_or(Error::Missing)?;
    let mut variants = Vec::new();
    for smaller in own.widths() {
        variants.push(variant(&picture, own.variant(smaller), smaller)?);
    }
    Ok(Prepared { original, variants })
}

fn variant(picture: &DynamicImage, path: String, width: u32) -> Result<File, Error> {
    let height = scaled(picture.height(), width, picture.width());
    let smaller = encode::resized(picture, width, height)?;
    Ok(File { path, bytes: encode::variant(&smaller)?, mime: "image/webp", width, height })
}

fn bounded(picture: DynamicImage) -> Result<DynamicImage, Error> {
    let (width, height) = (picture.width(), picture.height());
    let longest = width.max(height);
    if longest <= LARGEST {
        return Ok(picture);
    }
    encode::resized(&picture, scaled(width, LARGEST, longest), scaled(height, LARGEST, longest))
}

/// `side` times `to` by `from`, at least 1.
fn scaled(side: u32, to: u32, from: u32) -> u32 {
    let scaled = (u64::from(side) * u64::from(to) + u64::from(from) / 2) / u64::from(from.max(1));
    u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_scaled_to_the_nearest_pixel_and_never_vanishes() {
        assert_eq!(scaled(900, 320, 1600), 180);
        assert_eq!(scaled(1, 320, 4000), 1);
        assert_eq!(scaled(3000, 2560, 4000), 1920);
    }
}
