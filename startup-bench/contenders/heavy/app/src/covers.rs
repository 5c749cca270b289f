//! The cover, in three sizes.

use std::io::Cursor;

use image::ImageFormat;
use image::imageops::FilterType;

use crate::Error;

/// The widths.
pub const WIDTHS: [u32; 3] = [64, 128, 240];

/// PNG files by their widths.
pub struct Covers(Vec<(u32, Vec<u8>)>);

/// Decodes the cover and makes it smaller.
///
/// # Errors
/// If it is no PNG.
pub fn thumbnails() -> Result<Covers, Error> {
    let cover = image::load_from_memory_with_format(
        include_bytes!("../assets/cover.png"),
        ImageFormat::Png,
    )?;
    let covers = WIDTHS.map(|width| {
        let small = cover.resize(width, width, FilterType::Triangle);
        let mut file = Cursor::new(Vec::new());
        small.write_to(&mut file, ImageFormat::Png)?;
        Ok::<_, Error>((width, file.into_inner()))
    });
    covers.into_iter().collect::<Result<_, _>>().map(Covers)
}

impl Covers {
    /// The one of this width.
    pub fn of_width(&self, width: u32) -> Option<&[u8]> {
        self.0.iter().find(|(other, _)| *other == width).map(|(_, file)| &file[..])
    }
}
