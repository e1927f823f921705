//! The visible label in a JPEG, without loss: only the blocks under the plate change.

use super::blend::{CONTRAST, PLATE, blend, contrast};
use super::turn::Mask;
use super::{LabelError, Lay, Stamped};
use crate::image::jpeg::transform::{coefficients, samples};
use crate::image::jpeg::{Area, JpegError, Picture, decode, encode};

/// Most pixels of a JPEG that is labelled.
const PIXELS: u64 = 120_000_000;

/// What a component's samples mean, and so what plate and text are in it.
#[derive(Clone, Copy)]
struct Paint {
    dark: f32,
    light: f32,
}

/// Light is a high sample, as in luma and in inverted inks.
const LIGHT: Paint = Paint { dark: -128.0, light: 127.0 };
/// Without colour.
const NEUTRAL: Paint = Paint { dark: 0.0, light: 0.0 };
/// An ink of a plate that is printed with black alone.
const NO_INK: Paint = Paint { dark: 127.0, light: 127.0 };

/// Stamps a label that `lay` lays out for the picture's size and MCU.
///
/// # Errors
///
/// [`LabelError`]; also when what was written does not read back as it must.
pub(crate) fn stamp(source: &[u8], lay: Lay<'_>) -> Result<Stamped, LabelError> {
    let mut picture = decode(source, PIXELS)?;
    // Padding after the end is common; anything else may be a film or a second picture.
    if source.get(picture.end + 2..).is_some_and(|rest| rest.iter().any(|&byte| byte != 0)) {
        return Err(LabelError::Trailing);
    }
    let (layout, mask) = lay((picture.width, picture.height), picture.mcu())?;
    let area = Area { x: layout.plate.x.clone(), y: layout.plate.y.clone() };
    let paints = paints(&picture).ok_or(LabelError::Jpeg(JpegError::Rare))?;
    let before = picture.digest_outside(&area);
    let (width, height, progressive) = (picture.width, picture.height, picture.is_progressive());
    cover(&mut picture, &area, &mask, &paints);
    let bytes = encode(&picture, source).ok_or(LabelError::Unwritable)?;
    drop(picture);
    let written = decode(&bytes, PIXELS)?;
    let contrast = measured(&written, &area, &mask);
    let same = written.digest_outside(&area) == before && (written.width, written.height) == (width, height);
    if !same || contrast < CONTRAST {
        return Err(LabelError::Unverified);
    }
    Ok(Stamped {
        bytes,
        text: layout.lines.text(),
        shown: layout.shown,
        size: (width, height),
        contrast,
        became_baseline: progressive,
    })
}

fn cover(picture: &mut Picture, area: &Area, mask: &Mask, paints: &[Paint]) {
    let mcu = picture.mcu();
    let ranges: Vec<_> = picture.components.iter().map(|component| area.blocks(picture, component)).collect();
    for ((component, (across, down)), paint) in picture.components.iter_mut().zip(ranges).zip(paints) {
        // Pixels that one sample stands for.
        let step = (mcu.0 / 8 / component.h.max(1), mcu.1 / 8 / component.v.max(1));
        let table = component.table;
        for y in down.clone() {
            for x in across.clone() {
                let origin = ((x - across.start) * 8 * step.0, (y - down.start) * 8 * step.1);
                let Some(block) = component.block_mut(x, y) else { continue };
                let mut values = samples(block, &table);
                for (index, value) in values.iter_mut().enumerate() {
                    let at = (origin.0 + index % 8 * step.0, origin.1 + index / 8 * step.1);
                    *value = blend(*value, paint.dark, paint.light, mask.mean(at, step), PLATE);
                }
                *block = coefficients(&values, &table);
            }
        }
    }
}

impl Mask {
    /// The mean coverage of `step` pixels from `at`, 0 to 1.
    fn mean(&self, at: (usize, usize), step: (usize, usize)) -> f32 {
        let rows = (at.1..at.1 + step.1).flat_map(|y| (at.0..at.0 + step.0).map(move |x| (x, y)));
        let sum: f32 = rows.map(|(x, y)| f32::from(self.coverage.get(y * self.width + x).copied().unwrap_or(0))).sum();
        sum / (255.0 * (step.0 * step.1) as f32)
    }
}

/// The contrast of the label, on luma, or on black ink where there are four inks.
fn measured(picture: &Picture, area: &Area, mask: &Mask) -> f32 {
    let component = if picture.components.len() == 4 { picture.components.last() } else { picture.components.first() };
    let Some(component) = component else { return 0.0 };
    let (across, down) = area.blocks(picture, component);
    let step = (mask.width / (across.len() * 8).max(1), mask.height / (down.len() * 8).max(1));
    let blocks: Vec<_> = down
        .clone()
        .flat_map(|y| across.clone().map(move |x| (x, y)))
        .map(|(x, y)| component.block(x, y).map_or([0.0; 64], |block| samples(block, &component.table)))
        .collect();
    let luma = |x: usize, y: usize| {
        let (x, y) = (x / step.0.max(1), y / step.1.max(1));
        let block = blocks.get(y / 8 * across.len() + x / 8);
        (block.map_or(0.0, |block| block[y % 8 * 8 + x % 8]) + 128.0) / 255.0
    };
    contrast(mask, luma).unwrap_or(0.0)
}

/// The picture in grey; `None` when it cannot be decoded.
pub(crate) fn luma(source: &[u8]) -> Option<Mask> {
    let picture = decode(source, PIXELS).ok()?;
    let component = if picture.components.len() == 4 { picture.components.last() } else { picture.components.first() }?;
    let mcu = picture.mcu();
    let step = (mcu.0 / 8 / component.h, mcu.1 / 8 / component.v);
    let mut grey =
        Mask { width: picture.width, height: picture.height, coverage: vec![0; picture.width * picture.height] };
    let row = component.blocks_across * 8;
    let mut rows = vec![0u8; row * 8];
    for block_row in 0..component.blocks_down {
        for column in 0..component.blocks_across {
            let values = samples(component.block(column, block_row)?, &component.table);
            for (index, value) in values.iter().enumerate() {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
                let value = (value + 128.0).round().clamp(0.0, 255.0) as u8;
                rows[index / 8 * row + column * 8 + index % 8] = value;
            }
        }
        for y in block_row * 8 * step.1..((block_row + 1) * 8 * step.1).min(picture.height) {
            let from = (y / step.1 - block_row * 8) * row;
            for x in 0..picture.width {
                grey.coverage[y * picture.width + x] = rows[from + x / step.0];
            }
        }
    }
    Some(grey)
}

/// What each component means; `None` when the file does not tell.
fn paints(picture: &Picture) -> Option<Vec<Paint>> {
    match (picture.components.len(), picture.adobe) {
        (1, _) => Some(vec![LIGHT]),
        (3, Some(0)) => Some(vec![LIGHT; 3]),
        (3, _) if picture.is_rgb() => Some(vec![LIGHT; 3]),
        (3, _) => Some(vec![LIGHT, NEUTRAL, NEUTRAL]),
        // Adobe's files hold inks inverted: 255 is none.
        (4, Some(0)) => Some(vec![NO_INK, NO_INK, NO_INK, LIGHT]),
        (4, Some(2)) => Some(vec![NO_INK, NEUTRAL, NEUTRAL, LIGHT]),
        _ => None,
    }
}
