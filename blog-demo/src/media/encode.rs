//! From pixels to a file.

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;

use super::Error;
use super::decode::Kind;

/// Of the original, which others are made from.
const JPEG_QUALITY: u8 = 86;
const WEBP_ORIGINAL_QUALITY: f32 = 88.0;
/// Of the smaller versions, which readers get.
const WEBP_QUALITY: f32 = 80.0;

/// The original in the format that it came in.
pub(super) fn original(picture: &DynamicImage, kind: Kind) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    match kind {
        Kind::Jpeg => picture
            .write_with_encoder(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY))
            .map_err(failed)?,
        Kind::Png => picture
            .write_with_encoder(image::codecs::png::PngEncoder::new(&mut out))
            .map_err(failed)?,
        Kind::WebP => out = webp(picture, WEBP_ORIGINAL_QUALITY)?,
    }
    Ok(out)
}

/// A smaller version as WebP.
pub(super) fn variant(picture: &DynamicImage) -> Result<Vec<u8>, Error> {
    webp(picture, WEBP_QUALITY)
}

/// Lossy WebP by libwebp: the `image` crate writes only lossless WebP, several times as large.
fn webp(picture: &DynamicImage, quality: f32) -> Result<Vec<u8>, Error> {
    let (width, height) = (picture.width(), picture.height());
    let encoder = match picture {
        DynamicImage::ImageRgba8(pixels) => webp::Encoder::from_rgba(pixels, width, height),
        DynamicImage::ImageRgb8(pixels) => webp::Encoder::from_rgb(pixels, width, height),
        _ => return Err(Error::Failed("a picture of another depth than 8 bits".into())),
    };
    let file = encoder
        .encode_simple(false, quality)
        .map_err(|error| Error::Failed(format!("libwebp: {error:?}").into()))?;
    Ok(file.to_vec())
}

/// The picture in another size.
pub(super) fn resized(
    picture: &DynamicImage,
    width: u32,
    height: u32,
) -> Result<DynamicImage, Error> {
    let pixel_type = match picture {
        DynamicImage::ImageRgba8(_) => PixelType::U8x4,
        _ => PixelType::U8x3,
    };
    let pixels = picture.as_bytes().to_vec();
    let from = Image::from_vec_u8(picture.width(), picture.height(), pixels, pixel_type);
    let from = from.map_err(failed)?;
    let mut to = Image::new(width, height, pixel_type);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new().resize(&from, &mut to, &options).map_err(failed)?;
    let pixels = to.into_vec();
    let resized = match pixel_type {
        PixelType::U8x4 => image::RgbaImage::from_raw(width, height, pixels).map(Into::into),
        _ => image::RgbImage::from_raw(width, height, pixels).map(Into::into),
    };
    resized.ok_or_else(|| Error::Failed("a picture of the wrong size".into()))
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Failed(Box::new(error))
}
