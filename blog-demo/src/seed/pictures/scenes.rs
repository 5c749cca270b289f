//! What the pictures show.

use super::canvas::{Canvas, Colour};
use crate::seed::random::Random;

/// Name of the file, and what is to be seen.
type Shown = (&'static str, &'static str);
type Colours = [Colour; 5];

/// Rows of hills under a low sun.
pub(super) fn hills(canvas: &mut Canvas, random: &mut Random, colours: Colours) -> Shown {
    let [light, pale, middle, deep, dark] = colours;
    canvas.paint(|_, y, _| pale.towards(light, y * 1.6));
    let sun = (random.between(0.25, 0.75) * canvas.ratio(), random.between(0.25, 0.4));
    canvas.glow(sun, 0.6, light, 0.9);
    canvas.disc(sun, random.between(0.07, 0.11), light.towards(Colour([1.0; 3]), 0.6), 1.0);
    let rows = 6_u8;
    for row in 0..rows {
        let near = f32::from(row) / f32::from(rows - 1);
        let line = ridge(random, 0.46 + 0.1 * f32::from(row), 0.05 + 0.03 * near);
        let colour = if near < 0.5 {
            pale.towards(middle, 0.35 + near * 1.3)
        } else {
            middle.towards(deep, near * 2.0 - 1.0).towards(dark, (near - 0.6).max(0.0) * 1.6)
        };
        // Mist lies in the valleys.
        canvas.below(line, |_, depth| colour.towards(light, (depth * 1.5 - 0.1).clamp(0.0, 0.28)));
    }
    ("hills", "Rows of hills under a low sun")
}

/// Water with the reflection of a moon.
pub(super) fn water(canvas: &mut Canvas, random: &mut Random, colours: Colours) -> Shown {
    let [light, pale, middle, deep, dark] = colours;
    let horizon = random.between(0.5, 0.6);
    canvas.paint(|_, y, _| deep.towards(pale, (y / horizon).powi(2)));
    let moon = (random.between(0.3, 0.7) * canvas.ratio(), horizon - random.between(0.18, 0.3));
    canvas.glow(moon, 0.5, light, 0.5);
    canvas.disc(moon, 0.085, light, 1.0);
    let far = ridge(random, horizon - 0.02, 0.018);
    canvas.below(far, |_, _| deep);
    canvas.below(|_| horizon, |_, depth| middle.towards(dark, depth * 2.2));
    for wave in 0..46_u8 {
        let y = horizon + 0.008 + (f32::from(wave) / 46.0).powf(1.6) * (1.0 - horizon);
        let width = random.between(0.03, 0.16) * (0.4 + (y - horizon) * 3.0);
        let x = moon.0 + random.between(-0.5, 0.5) * (0.12 + (y - horizon) * 1.1);
        let thick = 0.0016 + (y - horizon) * 0.008;
        let near = 1.0 - ((x - moon.0).abs() / 0.6).min(1.0);
        let colour = middle.towards(light, 0.25 + near * 0.6);
        canvas.rectangle((x - width, y), (x + width, y + thick), colour);
    }
    ("water", "A moon and its path on still water")
}

/// A wall of tiles with quarter discs.
pub(super) fn tiles(canvas: &mut Canvas, random: &mut Random, colours: Colours) -> Shown {
    let rows = 4_u8;
    let side = 1.0 / f32::from(rows);
    let columns = 9_u8;
    let mut tiles = Vec::new();
    for _ in 0..usize::from(rows) * usize::from(columns) {
        let ground = random.below(colours.len());
        let figure = (ground + 1 + random.below(colours.len() - 1)) % colours.len();
        tiles.push((ground, figure, random.below(5)));
    }
    let inside = |distance: f32| (0.5 - distance * 900.0).clamp(0.0, 1.0);
    canvas.paint(|x, y, _| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
        let at = (y / side) as usize * usize::from(columns) + (x / side) as usize;
        let (ground, figure, kind) = tiles.get(at).copied().unwrap_or_default();
        let (u, v) = ((x % side) / side, (y % side) / side);
        let corner = |cx: f32, cy: f32| ((u - cx).hypot(v - cy) - 0.98) * side;
        let distance = match kind {
            0 => corner(0.0, 0.0),
            1 => corner(1.0, 1.0),
            2 => corner(0.0, 1.0),
            3 => ((u - 0.5).hypot(v - 0.5) - 0.36) * side,
            _ => (u - v) * side * 0.7,
        };
        let pick = |index: usize| colours.get(index).copied().unwrap_or_default();
        pick(ground).towards(pick(figure), inside(distance))
    });
    ("tiles", "A wall of patterned tiles")
}

/// Roofs and lit windows.
pub(super) fn town(canvas: &mut Canvas, random: &mut Random, colours: Colours) -> Shown {
    let [light, pale, middle, deep, dark] = colours;
    canvas.paint(|_, y, _| middle.towards(pale, y * 1.1).towards(light, (y - 0.5).max(0.0)));
    for row in 0..3_u8 {
        let near = f32::from(row) / 2.0;
        let wall = middle.towards(deep, 0.35 + near * 0.65).towards(dark, near * 0.55);
        let mut x = -0.05;
        while x < canvas.ratio() {
            let width = random.between(0.09, 0.2);
            let top = 0.34 + 0.17 * f32::from(row) + random.between(-0.1, 0.12);
            canvas.rectangle((x, top), (x + width, 1.1), wall);
            if random.chance(35) {
                let middle = x + width * 0.5;
                canvas.rectangle((middle - 0.004, top - 0.07), (middle + 0.004, top), wall);
            }
            windows(canvas, random, (x, top, width), light.towards(Colour::hex(0x00ff_d98a), 0.6));
            x += width + random.between(0.0, 0.03);
        }
    }
    ("town", "A town with lit windows")
}

fn windows(canvas: &mut Canvas, random: &mut Random, house: (f32, f32, f32), lit: Colour) {
    let (left, top, width) = house;
    let mut y = top + 0.025;
    while y < 1.0 {
        let mut x = left + 0.016;
        while x + 0.016 < left + width - 0.01 {
            if random.chance(26) {
                canvas.rectangle((x, y), (x + 0.013, y + 0.019), lit);
            }
            x += 0.026;
        }
        y += 0.038;
    }
}

/// Discs that shine through each other.
pub(super) fn discs(canvas: &mut Canvas, random: &mut Random, colours: Colours) -> Shown {
    let [light, pale, middle, deep, dark] = colours;
    canvas.paint(|x, y, _| light.towards(pale, (x * 0.3 + y) * 0.5));
    let ratio = canvas.ratio();
    for number in 0..16_usize {
        let at = (random.between(0.0, 1.0) * ratio, random.between(0.05, 0.95));
        let radius = random.between(0.06, 0.34);
        let colour = [pale, middle, deep, dark].get(number % 4).copied().unwrap_or(middle);
        canvas.disc(at, radius, colour, random.between(0.35, 0.75));
        if random.chance(40) {
            canvas.disc(at, radius * random.between(0.3, 0.6), light, 0.55);
        }
    }
    ("discs", "Overlapping discs of paper")
}

/// Flowing bands.
pub(super) fn bands(canvas: &mut Canvas, random: &mut Random, colours: Colours) -> Shown {
    let [light, pale, middle, deep, dark] = colours;
    canvas.paint(|x, _, _| light.towards(pale, x * 0.5));
    let count = 9_u8;
    for band in 0..count {
        let part = f32::from(band) / f32::from(count - 1);
        let line = ridge(random, 0.1 + part * 0.85, 0.09);
        let scale = [light, pale, middle, deep, dark];
        let place = part * 4.0;
        let floor = place.floor().min(3.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 3")]
        let step = floor as usize;
        let pick = |index: usize| scale.get(index).copied().unwrap_or(dark);
        let colour = pick(step).towards(pick(step + 1), place - floor);
        canvas.below(line, move |x, depth| {
            colour.towards(light, (0.16 - depth * 2.0).clamp(0.0, 0.16)).towards(dark, x * 0.08)
        });
    }
    ("bands", "Flowing bands of colour")
}

/// A head and shoulders.
pub(super) fn person(canvas: &mut Canvas, random: &mut Random, colours: Colours) {
    let [light, pale, middle, deep, dark] = colours;
    canvas.paint(|x, y, _| pale.towards(middle, (x + y) * 0.4));
    let skin = random.pick(&[0x00f1_c9a5, 0x00c6_8a5f, 0x008d_5a3b, 0x00e0_ac7e]);
    let skin = Colour::hex(skin);
    canvas.disc((0.5, 1.12), 0.42, deep, 1.0);
    canvas.disc((0.5, 0.4), 0.235, dark, 1.0);
    canvas.rectangle((0.43, 0.55), (0.57, 0.74), skin.towards(dark, 0.12));
    canvas.disc((0.5, 0.46), 0.2, skin, 1.0);
    canvas.disc((0.5 + random.between(-0.06, 0.06), 0.27), 0.16, dark, 1.0);
    for x in [0.43, 0.57] {
        canvas.disc((x, 0.47), 0.017, dark, 1.0);
    }
    canvas.disc((0.5, 0.555), 0.045, light.towards(skin, 0.3), 1.0);
    canvas.rectangle((0.45, 0.5), (0.55, 0.555), skin);
}

/// A line of soft waves around a height.
fn ridge(random: &mut Random, height: f32, swing: f32) -> impl Fn(f32) -> f32 + use<> {
    let waves: Vec<(f32, f32, f32)> = [1.3_f32, 2.9, 6.1, 13.0]
        .iter()
        .map(|frequency| {
            let frequency = frequency * random.between(0.8, 1.25);
            (frequency, random.between(0.0, std::f32::consts::TAU), swing / frequency.sqrt())
        })
        .collect();
    move |x| {
        height + waves.iter().map(|(f, phase, swing)| (x * f + phase).sin() * swing).sum::<f32>()
    }
}
