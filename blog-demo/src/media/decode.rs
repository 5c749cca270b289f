//! From a file that anybody may have made to pixels.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageResult, Limits};

use super::{Error, MAX_BYTES, MAX_PIXELS};

/// What an image came as, and is kept as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Jpeg,
    Png,
    WebP,
}

impl Kind {
    /// By the first bytes of the content: names and announced types are not asked.
    fn of(bytes: &[u8]) -> Option<Self> {
        match image::guess_format(bytes).ok()? {
            ImageFormat::Jpeg => Some(Self::Jpeg),
            ImageFormat::Png => Some(Self::Png),
            ImageFormat::WebP => Some(Self::WebP),
            _ => None,
        }
    }
}

/// The picture, upright, of 8 bits a channel; with transparency only where there is some.
pub(super) fn decode(bytes: &[u8]) -> Result<(DynamicImage, Kind), Error> {
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    let kind = Kind::of(bytes).ok_or(Error::Unsupported)?;
    let file = Cursor::new(bytes);
    let picture = match kind {
        Kind::Jpeg => upright(JpegDecoder::new(file))?,
        Kind::Png => {
            let decoder = PngDecoder::with_limits(file, limits()).map_err(damaged)?;
            if decoder.is_apng().map_err(damaged)? {
                return Err(Error::Moving);
            }
            upright(Ok(decoder))?
        }
        Kind::WebP => {
            let decoder = WebPDecoder::new(file).map_err(damaged)?;
            if decoder.has_animation() {
                return Err(Error::Moving);
            }
            upright(Ok(decoder))?
        }
    };
    Ok((plain(picture), kind))
}

/// Decodes, after a look at what the header says of the size, and turns as a camera asks.
fn upright(decoder: ImageResult<impl ImageDecoder>) -> Result<DynamicImage, Error> {
    let mut decoder = decoder.map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::TooManyPixels { width, height });
    }
    decoder.set_limits(limits()).map_err(damaged)?;
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn plain(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.into_rgb8());
    }
    let picture = picture.into_rgba8();
    if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        return DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(picture).into_rgb8());
    }
    DynamicImage::ImageRgba8(picture)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    // 8 bytes a pixel: four channels of 16 bits.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    limits
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn damaged(error: image::ImageError) -> Error {
    Error::Damaged(error.to_string())
}
