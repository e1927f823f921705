//! The visible label in formats that hold pixels: outside the plate every
//! sample stays as it was.

use super::blend::{CONTRAST, PLATE, blend, contrast};
use super::layout::{Band, Rectangle};
use super::turn::Mask;
use super::{LabelError, Lay, Looks, Stamped, Turn};
use crate::image::hash::Likeness;

/// Most pixels of a picture that is labelled.
pub(super) const PIXELS: u64 = 100_000_000;

/// A channel's values of black and of white, 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub dark: f32,
    pub light: f32,
}

/// Light is a high value.
pub(super) const LIGHT: Paint = Paint { dark: 0.0, light: 1.0 };
/// Light is a low value: ink.
pub(super) const INK: Paint = Paint { dark: 1.0, light: 0.0 };
/// An ink that black does not need.
pub(super) const NO_INK: Paint = Paint { dark: 0.0, light: 0.0 };

/// A picture's samples, row by row, channels beside each other.
#[derive(Clone, Debug)]
pub(super) struct Pixels {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
    /// Bytes of a sample: 1, or 2 with the higher byte first.
    pub depth: usize,
    /// What each channel's values mean, without the opacity.
    pub paints: Vec<Paint>,
    /// Whether a channel of opacity follows.
    pub alpha: bool,
}

/// Stamps a label, with the format's decoder and encoder.
///
/// # Errors
///
/// [`LabelError`]; also when what was written does not read back as it must.
pub(super) fn stamp(
    source: &[u8],
    lay: Lay<'_>,
    decode: fn(&[u8]) -> Result<Pixels, LabelError>,
    encode: fn(&[u8], &Pixels) -> Result<Vec<u8>, LabelError>,
) -> Result<Stamped, LabelError> {
    let mut pixels = decode(source)?;
    let looked = pixels.likeness(lay.turn);
    let (layout, mask) = lay.out((pixels.width, pixels.height), (1, 1))?;
    if let Some(band) = layout.band {
        pixels.grow(band);
    }
    let size = (pixels.width, pixels.height);
    let before = pixels.digest_outside(&layout.plate);
    pixels.cover(&layout.plate, &mask);
    let bytes = encode(source, &pixels)?;
    drop(pixels);
    let written = decode(&bytes)?;
    let contrast = written.contrast(&layout.plate, &mask);
    let same = (written.width, written.height) == size && written.digest_outside(&layout.plate) == before;
    if !same || contrast < CONTRAST {
        return Err(LabelError::Unverified);
    }
    let looks = Looks { before: looked, after: written.likeness(lay.turn) };
    Ok(Stamped { bytes, layout, size, contrast, changes: Vec::new(), looks, small: None })
}

impl Pixels {
    /// Adds a strip of zeros, which the plate then fills.
    fn grow(&mut self, band: Band) {
        let pixel = self.channels() * self.depth;
        let (width, height) = band.grown((self.width, self.height));
        match band {
            Band::Above(rows) => {
                let strip = rows * width * pixel;
                self.data.resize(self.data.len() + strip, 0);
                self.data.rotate_right(strip);
                if let Some(strip) = self.data.get_mut(..strip) {
                    strip.fill(0);
                }
            }
            Band::Before(columns) => {
                let mut grown = vec![0; width * height * pixel];
                let rows = self.data.chunks_exact((self.width * pixel).max(1));
                for (to, from) in grown.chunks_exact_mut(width * pixel).zip(rows) {
                    to[columns * pixel..].copy_from_slice(from);
                }
                self.data = grown;
            }
        }
        (self.width, self.height) = (width, height);
    }

    fn channels(&self) -> usize {
        self.paints.len() + usize::from(self.alpha)
    }

    /// Whether the data is as long as the size says.
    pub(super) fn is_whole(&self) -> bool {
        self.data.len() == self.width * self.height * self.channels() * self.depth
    }

    fn cover(&mut self, plate: &Rectangle, mask: &Mask) {
        for y in plate.y.clone() {
            for x in plate.x.clone() {
                let at = (x - plate.x.start, y - plate.y.start);
                self.cover_pixel(y * self.width + x, mask.text(at.0, at.1), mask.plate(at.0, at.1));
            }
        }
    }

    /// Blends one pixel, and makes it opaque: what shines through is the page's, not the picture's.
    fn cover_pixel(&mut self, index: usize, text: f32, plate: f32) {
        if plate <= 0.0 {
            return;
        }
        let colours = self.paints.len();
        let first = index * self.channels();
        let opacity = if self.alpha { self.sample(first + colours) } else { 1.0 };
        // Where the page shines through, the plate hides it whole.
        let plate = if opacity < 1.0 { plate.max((plate / PLATE).min(1.0)) } else { plate };
        for channel in 0..colours {
            let Paint { dark, light } = self.paints[channel];
            let value = blend(self.sample(first + channel), dark, light, text, plate);
            self.set(first + channel, value);
        }
        if self.alpha {
            self.set(first + colours, opacity.max((plate / PLATE).min(1.0)));
        }
    }

    /// A sample, 0 to 1.
    fn sample(&self, index: usize) -> f32 {
        let at = index * self.depth;
        match self.data.get(at..at + self.depth) {
            Some([value]) => f32::from(*value) / 255.0,
            Some([high, low]) => f32::from(u16::from_be_bytes([*high, *low])) / 65535.0,
            _ => 0.0,
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the sample's range")]
    fn set(&mut self, index: usize, value: f32) {
        let at = index * self.depth;
        let value = value.clamp(0.0, 1.0);
        match self.data.get_mut(at..at + self.depth) {
            Some([place]) => *place = (value * 255.0).round() as u8,
            Some(place) => place.copy_from_slice(&((value * 65535.0).round() as u16).to_be_bytes()),
            None => {}
        }
    }

    /// How light the pixels of a part of the picture are.
    pub(super) fn grey(&self, part: &Rectangle) -> Vec<u8> {
        let points = part.y.clone().flat_map(|y| part.x.clone().map(move |x| y * self.width + x));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let byte = |index: usize| (self.light(index * self.channels()) * 255.0).round() as u8;
        points.map(byte).collect()
    }

    fn likeness(&self, turn: Turn) -> Option<Likeness> {
        let row = |y: usize| self.grey(&Rectangle { x: 0..self.width, y: y..y + 1 });
        Likeness::of_rows((0..self.height).map(row), (self.width, self.height), turn)
    }

    /// How light the pixel is whose first sample is `first`, 0 to 1.
    fn light(&self, first: usize) -> f32 {
        let light = |channel: usize| {
            let Paint { dark, light } = self.paints[channel];
            let value = self.sample(first + channel);
            if light > dark { value } else { 1.0 - value }
        };
        match self.paints.len() {
            3 => 0.299 * light(0) + 0.587 * light(1) + 0.114 * light(2),
            // Inks: black alone makes the plate, any ink dims the text.
            4 => (0..4).map(light).fold(1.0, f32::min),
            _ => light(0),
        }
    }

    fn contrast(&self, plate: &Rectangle, mask: &Mask) -> f32 {
        let luma =
            |x: usize, y: usize| self.light(((plate.y.start + y) * self.width + plate.x.start + x) * self.channels());
        contrast(mask, luma).unwrap_or(0.0)
    }

    /// A number over all samples outside the plate: equal numbers, equal pictures.
    fn digest_outside(&self, plate: &Rectangle) -> u64 {
        let pixel = self.channels() * self.depth;
        let mut digest = crc();
        for (y, row) in self.data.chunks_exact((self.width * pixel).max(1)).enumerate() {
            if plate.y.contains(&y) {
                digest.update(row.get(..plate.x.start * pixel).unwrap_or_default());
                digest.update(row.get(plate.x.end * pixel..).unwrap_or_default());
            } else {
                digest.update(row);
            }
        }
        u64::from(digest.sum()) << 32 | u64::from(digest.amount())
    }
}

fn crc() -> flate2::Crc {
    flate2::Crc::new()
}
