//! A small copy of a labelled JPEG, for the thumbnail in its EXIF block.

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use crate::image::jpeg::{Component, Means, Picture};

/// Quality of the thumbnail, as the IJG's programs count it.
const QUALITY: u8 = 80;

/// A picture at an eighth of its size, as its DC coefficients show it.
#[derive(Clone, Debug)]
pub(super) struct Small {
    width: usize,
    height: usize,
    /// Red, green and blue, row by row.
    data: Vec<u8>,
}

impl Small {
    /// `None` for pictures that are neither grey nor luma and chroma.
    pub(super) fn of_means(picture: &Picture, means: &Means) -> Option<Self> {
        let (width, height) = (picture.width / 8, picture.height / 8);
        let is_colour = picture.components.len() == 3 && !picture.is_rgb() && picture.adobe != Some(0);
        if picture.components.len() != 1 && !is_colour || width == 0 || height == 0 {
            return None;
        }
        let mcu = picture.mcu();
        let sample = |index: usize, x: usize, y: usize| {
            let component: &Component = picture.components.get(index)?;
            let at = (x * 8 * component.h / mcu.0, y * 8 * component.v / mcu.1);
            let mean = *means.of(index).get(at.1 * component.blocks_across + at.0)?;
            // A DC coefficient is eight times the block's mean (T.81, A.3.3).
            Some(f32::from(mean) * f32::from(component.table()[0]) / 8.0)
        };
        let mut data = Vec::with_capacity(width * height * 3);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let luma = sample(0, x, y)? + 128.0;
            let [blue, red] = [1, 2].map(|index| if is_colour { sample(index, x, y).unwrap_or(0.0) } else { 0.0 });
            // JFIF, section 7.
            let colours = [luma + 1.402 * red, luma - 0.344_14 * blue - 0.714_14 * red, luma + 1.772 * blue];
            data.extend(colours.map(byte));
        }
        Some(Self { width, height, data })
    }

    /// As a JPEG within `width` by `height`; `None` when this copy is too small for it.
    pub(super) fn jpeg(&self, width: usize, height: usize) -> Option<Vec<u8>> {
        // Within the same frame as the old thumbnail, and with this picture's proportions.
        let size = if self.width * height > self.height * width {
            (width, (self.height * width).div_ceil(self.width))
        } else {
            ((self.width * height).div_ceil(self.height), height)
        };
        if size.0 == 0 || size.1 == 0 || size.0 > self.width || size.1 > self.height {
            return None;
        }
        let data: Vec<u8> =
            (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))).flat_map(|at| self.mean(at, size)).collect();
        let mut out = Vec::new();
        let (width, height) = (u32::try_from(size.0).ok()?, u32::try_from(size.1).ok()?);
        JpegEncoder::new_with_quality(&mut out, QUALITY).encode(&data, width, height, ExtendedColorType::Rgb8).ok()?;
        Some(out)
    }

    /// The mean of what becomes the pixel at `at` of a picture of `size`.
    fn mean(&self, at: (usize, usize), size: (usize, usize)) -> [u8; 3] {
        let range = |at: usize, to: usize, from: usize| at * from / to..((at + 1) * from / to).max(at * from / to + 1);
        let (across, down) = (range(at.0, size.0, self.width), range(at.1, size.1, self.height));
        let count = across.len() * down.len();
        let mut sums = [0usize; 3];
        for (x, y) in down.flat_map(|y| across.clone().map(move |x| (x, y))) {
            let first = (y * self.width + x) * 3;
            for (sum, &value) in sums.iter_mut().zip(self.data.get(first..first + 3).unwrap_or_default()) {
                *sum += usize::from(value);
            }
        }
        sums.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}
