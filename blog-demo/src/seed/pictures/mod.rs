//! Pictures that are painted by the program: six kinds of scenes in eight palettes.

mod canvas;
mod scenes;

use image::RgbImage;

use super::random::Random;
use canvas::{Canvas, Colour};

/// A picture, and what it shows.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) image: RgbImage,
    pub(super) alt: String,
    /// A short name for its file.
    pub(super) name: &'static str,
}

/// From light to dark, with a strong colour last.
struct Palette {
    mood: &'static str,
    colours: [u32; 5],
}

const PALETTES: [Palette; 8] = [
    Palette { mood: "at dawn", colours: [0xffe8d6, 0xffb997, 0xf67e7d, 0x843b62, 0x0b032d] },
    Palette {
        mood: "in a cool morning",
        colours: [0xe0fbfc, 0xa9d6e5, 0x61a5c2, 0x2a6f97, 0x012a4a],
    },
    Palette { mood: "in late summer", colours: [0xfefae0, 0xe9c46a, 0xf4a261, 0xbc6c25, 0x283618] },
    Palette { mood: "in the woods", colours: [0xf1faee, 0xb7d5b0, 0x74a57f, 0x2f6650, 0x12302b] },
    Palette { mood: "at dusk", colours: [0xffcdb2, 0xe5989b, 0xb5838d, 0x6d597a, 0x2b2d42] },
    Palette { mood: "by the sea", colours: [0xf8f7f0, 0x9fd8cb, 0x4fa8a0, 0x20706f, 0x0d3b4c] },
    Palette { mood: "in the desert", colours: [0xfff1d0, 0xf6c28b, 0xe07a5f, 0x9c4a3c, 0x3d2b3d] },
    Palette { mood: "at night", colours: [0xcdb4f0, 0x8e7cc3, 0x5a4fa2, 0x2e2a63, 0x12122d] },
];

/// Paints the picture of that number.
pub(super) fn paint(random: &Random, number: usize, width: u32, height: u32) -> Picture {
    let mut own = random.part(number as u64);
    let palette = PALETTES.get(own.below(PALETTES.len())).unwrap_or(&PALETTES[0]);
    let colours = palette.colours.map(Colour::hex);
    let mut canvas = Canvas::new(width, height);
    // In turn, so that neighbours in a list differ.
    let (name, what) = match number % 6 {
        0 => scenes::hills(&mut canvas, &mut own, colours),
        1 => scenes::water(&mut canvas, &mut own, colours),
        2 => scenes::tiles(&mut canvas, &mut own, colours),
        3 => scenes::town(&mut canvas, &mut own, colours),
        4 => scenes::discs(&mut canvas, &mut own, colours),
        _ => scenes::bands(&mut canvas, &mut own, colours),
    };
    Picture { image: canvas.finish(), alt: format!("{what} {}", palette.mood), name }
}

/// Paints a portrait: a face as plain as a pictogram.
pub(super) fn portrait(random: &Random, number: usize, side: u32) -> Picture {
    let mut own = random.part(1_000 + number as u64);
    let palette = PALETTES.get((number * 3 + 1) % PALETTES.len()).unwrap_or(&PALETTES[0]);
    let mut canvas = Canvas::new(side, side);
    scenes::person(&mut canvas, &mut own, palette.colours.map(Colour::hex));
    Picture { image: canvas.finish(), alt: String::new(), name: "portrait" }
}
