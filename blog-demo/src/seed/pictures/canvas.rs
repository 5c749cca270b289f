//! A picture that is painted layer by layer, with soft edges.

use image::RgbImage;

/// Red, green and blue, 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Colour(pub(super) [f32; 3]);

impl Colour {
    /// From `0xrrggbb`.
    pub(super) fn hex(hex: u32) -> Self {
        let [_, red, green, blue] = hex.to_be_bytes();
        Self([red, green, blue].map(|part| f32::from(part) / 255.0))
    }

    /// So far on the way to another one.
    pub(super) fn towards(self, other: Self, part: f32) -> Self {
        let part = part.clamp(0.0, 1.0);
        let mut mixed = self;
        for (own, theirs) in mixed.0.iter_mut().zip(other.0) {
            *own += (theirs - *own) * part;
        }
        mixed
    }
}

/// The picture. Places are in units of its height: y from 0 at the top to 1, x from 0 to its
/// [`ratio`](Self::ratio).
#[derive(Debug)]
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

#[allow(clippy::cast_precision_loss, reason = "sides are a few thousand pixels")]
impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1) as usize, height.max(1) as usize);
        Self { width, height, pixels: vec![Colour::default(); width * height] }
    }

    pub(super) fn ratio(&self) -> f32 {
        self.width as f32 / self.height as f32
    }

    /// Paints each pixel: `paint` gets x, y and what is there.
    pub(super) fn paint(&mut self, paint: impl Fn(f32, f32, Colour) -> Colour) {
        let unit = 1.0 / self.height as f32;
        for (row, line) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let y = (row as f32 + 0.5) * unit;
            for (column, pixel) in line.iter_mut().enumerate() {
                *pixel = paint((column as f32 + 0.5) * unit, y, *pixel);
            }
        }
    }

    /// Paints a disc.
    pub(super) fn disc(&mut self, at: (f32, f32), radius: f32, colour: Colour, strength: f32) {
        let height = self.height as f32;
        self.paint_within(at, radius + 2.0 / height, |x, y, below| {
            let distance = (x - at.0).hypot(y - at.1) - radius;
            let inside = (0.5 - distance * height).clamp(0.0, 1.0);
            below.towards(colour, inside * strength)
        });
    }

    /// Paints light around a point, weaker with the distance.
    pub(super) fn glow(&mut self, at: (f32, f32), radius: f32, colour: Colour, strength: f32) {
        self.paint_within(at, radius, |x, y, below| {
            let near = 1.0 - (x - at.0).hypot(y - at.1) / radius;
            below.towards(colour, near.max(0.0).powi(2) * strength)
        });
    }

    /// Paints a rectangle.
    pub(super) fn rectangle(&mut self, from: (f32, f32), to: (f32, f32), colour: Colour) {
        let height = self.height as f32;
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let half = ((to.0 - from.0) / 2.0, (to.1 - from.1) / 2.0);
        self.paint_within(middle, half.0.max(half.1) + 1.0 / height, |x, y, below| {
            let distance = ((x - middle.0).abs() - half.0).max((y - middle.1).abs() - half.1);
            below.towards(colour, (0.5 - distance * height).clamp(0.0, 1.0))
        });
    }

    /// Paints all below a line, whose height is asked for each column.
    pub(super) fn below(&mut self, line: impl Fn(f32) -> f32, colour: impl Fn(f32, f32) -> Colour) {
        let unit = 1.0 / self.height as f32;
        let line: Vec<f32> =
            (0..self.width).map(|column| line((column as f32 + 0.5) * unit)).collect();
        for (row, pixels) in self.pixels.chunks_exact_mut(self.width).enumerate() {
            let y = (row as f32 + 0.5) * unit;
            for (column, (pixel, edge)) in pixels.iter_mut().zip(&line).enumerate() {
                let inside = (0.5 - (edge - y) * self.height as f32).clamp(0.0, 1.0);
                if inside > 0.0 {
                    let x = (column as f32 + 0.5) * unit;
                    *pixel = pixel.towards(colour(x, y - edge), inside);
                }
            }
        }
    }

    fn paint_within(
        &mut self,
        at: (f32, f32),
        radius: f32,
        paint: impl Fn(f32, f32, Colour) -> Colour,
    ) {
        let (unit, width) = (1.0 / self.height as f32, self.width);
        let columns = range(at.0 - radius, at.0 + radius, unit, width);
        for row in range(at.1 - radius, at.1 + radius, unit, self.height) {
            let y = (row as f32 + 0.5) * unit;
            for column in columns.clone() {
                if let Some(pixel) = self.pixels.get_mut(row * width + column) {
                    *pixel = paint((column as f32 + 0.5) * unit, y, *pixel);
                }
            }
        }
    }

    /// The picture in 8 bits a channel.
    pub(super) fn finish(self) -> RgbImage {
        let (width, height) = (self.width, self.height);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to what fits"
        )]
        let bytes = self
            .pixels
            .iter()
            .flat_map(|pixel| pixel.0.map(|part| (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8));
        let mut picture =
            RgbImage::new(u32::try_from(width).unwrap_or(1), u32::try_from(height).unwrap_or(1));
        picture.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        picture
    }
}

/// The pixels between two places.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "negative places become 0"
)]
fn range(from: f32, to: f32, unit: f32, end: usize) -> std::ops::Range<usize> {
    let pixel = |place: f32| (place / unit).max(0.0) as usize;
    pixel(from).min(end)..(pixel(to) + 1).min(end)
}
