//! The visible label in a JPEG, without loss: only the blocks under the plate change.

use super::blend::{CONTRAST, blend, contrast};
use super::layout::{Band, Layout, Rectangle};
use super::small::Small;
use super::turn::{Mask, Turn};
use super::{Change, LabelError, Lay, Looks, Stamped, Trailing};
use crate::image::hash::Likeness;
use crate::image::jpeg::transform::{coefficients, samples};
use crate::image::jpeg::{Area, At, Growth, JpegError, Picture, Rewritten, Seen, Sequential, decode, encode};

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
pub(crate) fn stamp(source: &[u8], lay: Lay<'_>, trailing: Trailing) -> Result<Stamped, LabelError> {
    if let Some(picture) = Sequential::open(source, PIXELS)? {
        let plan = Plan::new(&picture.picture, lay)?;
        let rewritten = picture.rewritten(&plan.area, plan.growth, &mut |at, block| plan.cover(at, block))?;
        let changes = after_end(source, picture.picture.end, trailing)?;
        // Without a code for one of the label's symbols all must be coded anew.
        if let Some(Rewritten { bytes, digest, means }) = rewritten {
            let looked = Likeness::of_means(&picture.picture, means.of(plan.measured), lay.turn);
            return plan.checked(Unchecked { bytes, digest, looked, changes }, lay.turn);
        }
    }
    in_memory(source, lay, trailing)
}

/// Takes the whole picture apart, as one needs whose coefficients come in several scans.
fn in_memory(source: &[u8], lay: Lay<'_>, trailing: Trailing) -> Result<Stamped, LabelError> {
    let mut picture = decode(source, PIXELS)?;
    let mut changes = after_end(source, picture.end, trailing)?;
    if picture.is_progressive() {
        changes.push(Change::Baseline);
    }
    let plan = Plan::new(&picture, lay)?;
    let measured = picture.components.get(plan.measured);
    let looked = measured.and_then(|component| Likeness::of_means(&picture, &component.means(), lay.turn));
    picture.grow(plan.growth);
    let digest = picture.digest_outside(&plan.area);
    let covered: Vec<_> = picture.components.iter().map(|component| plan.area.blocks(&picture, component)).collect();
    for (index, (component, (across, down))) in picture.components.iter_mut().zip(covered).enumerate() {
        for (x, y) in down.flat_map(|y| across.clone().map(move |x| (x, y))) {
            if let Some(block) = component.block_mut(x, y) {
                plan.cover((index, x, y), block);
            }
        }
    }
    let bytes = encode(&picture, source).ok_or(LabelError::Unwritable)?;
    drop(picture);
    plan.checked(Unchecked { bytes, digest, looked, changes }, lay.turn)
}

/// Padding after the end is common; anything else may be a film or a second picture.
fn after_end(source: &[u8], end: usize, trailing: Trailing) -> Result<Vec<Change>, LabelError> {
    let rest = source.get(end + 2..).unwrap_or_default();
    trailing.judge(rest)
}

/// A file that was written and not yet read again.
struct Unchecked {
    bytes: Vec<u8>,
    /// The number over all that must be the same in it ([`Seen::digest`]).
    digest: u64,
    /// What the picture looked like before.
    looked: Option<Likeness>,
    changes: Vec<Change>,
}

/// The label on this picture.
struct Plan {
    layout: Layout,
    mask: Mask,
    area: Area,
    growth: Growth,
    components: Vec<Part>,
    /// The component that tells light from dark.
    measured: usize,
    /// The picture's size with its band.
    size: (usize, usize),
}

/// What is known of a component.
struct Part {
    paint: Paint,
    table: [u16; 64],
    /// Pixels that one sample stands for.
    step: (usize, usize),
    /// Column and row of the first block under the plate.
    first: (usize, usize),
}

impl Plan {
    fn new(picture: &Picture, lay: Lay<'_>) -> Result<Self, LabelError> {
        let mcu = picture.mcu();
        let (layout, mask) = lay.out((picture.width, picture.height), mcu)?;
        let (growth, size) = match layout.band {
            None => ((0, 0), (picture.width, picture.height)),
            Some(band @ Band::Above(rows)) => ((rows / mcu.1, 0), band.grown((picture.width, picture.height))),
            Some(band @ Band::Before(columns)) => ((0, columns / mcu.0), band.grown((picture.width, picture.height))),
        };
        if size.0.max(size.1) > usize::from(u16::MAX) {
            return Err(LabelError::NoRoom);
        }
        let area = Area { x: layout.plate.x.clone(), y: layout.plate.y.clone() };
        let paints = paints(picture).ok_or(LabelError::Jpeg(JpegError::Rare))?;
        let mut components = Vec::new();
        for (component, paint) in picture.components.iter().zip(paints) {
            let step = (mcu.0 / 8 / component.h.max(1), mcu.1 / 8 / component.v.max(1));
            // Samples that stand for one pixel and a half are in no picture seen.
            if (step.0 * 8 * component.h, step.1 * 8 * component.v) != mcu {
                return Err(LabelError::Jpeg(JpegError::Rare));
            }
            let (across, down) = area.blocks(picture, component);
            components.push(Part { paint, table: *component.table(), step, first: (across.start, down.start) });
        }
        // Of four inks black tells, otherwise the first component.
        let measured = if components.len() == 4 { 3 } else { 0 };
        Ok(Self { layout, mask, area, growth, components, measured, size })
    }

    /// Lays plate and text over a block.
    fn cover(&self, (index, x, y): At, block: &mut [i16; 64]) {
        let Some(part) = self.components.get(index) else { return };
        let origin = ((x - part.first.0) * 8 * part.step.0, (y - part.first.1) * 8 * part.step.1);
        let mut values = samples(block, &part.table);
        for (index, value) in values.iter_mut().enumerate() {
            let at = (origin.0 + index % 8 * part.step.0, origin.1 + index / 8 * part.step.1);
            let (text, plate) = self.mask.mean(at, part.step);
            *value = blend(*value, part.paint.dark, part.paint.light, text, plate);
        }
        *block = coefficients(&values, &part.table);
    }

    /// Reads what was written: the same picture outside the plate, and contrast on it.
    fn checked(self, unchecked: Unchecked, turn: Turn) -> Result<Stamped, LabelError> {
        let Unchecked { bytes, digest, looked, changes } = unchecked;
        let written = Sequential::open(&bytes, 2 * PIXELS)?.ok_or(LabelError::Unverified)?;
        let seen = written.see(&self.area, self.measured)?;
        let contrast = self.contrast(&seen);
        let same = seen.digest == digest && (written.picture.width, written.picture.height) == self.size;
        if !same || contrast < CONTRAST {
            return Err(LabelError::Unverified);
        }
        let small = Small::of_means(&written.picture, &seen.means);
        let after = Likeness::of_means(&written.picture, seen.means.of(self.measured), turn);
        let looks = Looks { before: looked, after };
        Ok(Stamped { bytes, layout: self.layout, size: self.size, contrast, changes, looks, small })
    }

    /// The contrast of the label, on luma, or on black ink where there are four inks.
    fn contrast(&self, seen: &Seen) -> f32 {
        let Some(part) = self.components.get(self.measured) else { return 0.0 };
        let across = self.mask.width / (8 * part.step.0).max(1);
        let mut blocks = vec![[0.0; 64]; across * (self.mask.height / (8 * part.step.1).max(1))];
        for ((x, y), block) in &seen.inside {
            if let Some(place) = blocks.get_mut((y - part.first.1) * across + x - part.first.0) {
                *place = samples(block, &part.table);
            }
        }
        let luma = |x: usize, y: usize| {
            let (x, y) = (x / part.step.0, y / part.step.1);
            let block = blocks.get(y / 8 * across + x / 8);
            (block.map_or(0.0, |block| block[y % 8 * 8 + x % 8]) + 128.0) / 255.0
        };
        contrast(&self.mask, luma).unwrap_or(0.0)
    }
}

impl Mask {
    /// The mean coverage by text and by plate of `step` pixels from `at`, 0 to 1.
    fn mean(&self, at: (usize, usize), step: (usize, usize)) -> (f32, f32) {
        let points = (at.1..at.1 + step.1).flat_map(|y| (at.0..at.0 + step.0).map(move |x| (x, y)));
        let mut sum = (0.0, 0.0, 0.0);
        for (x, y) in points {
            sum = (sum.0 + self.text(x, y), sum.1 + self.plate(x, y), sum.2 + 1.0);
        }
        (sum.0 / sum.2, sum.1 / sum.2)
    }
}

/// How light the pixels of a part of the stored picture are; `None` when it cannot be decoded.
pub(crate) fn grey(source: &[u8], part: &Rectangle) -> Option<Vec<u8>> {
    let mut grey = Vec::new();
    let mut add = |picture: &Picture, index: usize, (x, y): (usize, usize), block: &[i16; 64]| {
        let component = &picture.components[index];
        let mcu = picture.mcu();
        let step = (mcu.0 / 8 / component.h, mcu.1 / 8 / component.v);
        let overlaps = |range: &std::ops::Range<usize>, from: usize, length: usize| {
            from < range.end && from + length > range.start
        };
        if overlaps(&part.x, x * 8 * step.0, 8 * step.0) && overlaps(&part.y, y * 8 * step.1, 8 * step.1) {
            for (index, value) in samples(block, component.table()).iter().enumerate() {
                let at = ((x * 8 + index % 8) * step.0, (y * 8 + index / 8) * step.1);
                if part.x.contains(&at.0) && part.y.contains(&at.1) {
                    grey.push(byte(value + 128.0));
                }
            }
        }
    };
    let measured = |picture: &Picture| if picture.components.len() == 4 { 3 } else { 0 };
    if let Some(sequential) = Sequential::open(source, 2 * PIXELS).ok()? {
        let picture = &sequential.picture;
        let index = measured(picture);
        sequential
            .visit(&mut |(of, x, y), block| {
                if of == index {
                    add(picture, index, (x, y), block);
                }
            })
            .ok()?;
        return Some(grey);
    }
    let picture = decode(source, 2 * PIXELS).ok()?;
    let index = measured(&picture);
    let component = picture.components.get(index)?;
    for (x, y) in (0..component.blocks_down).flat_map(|y| (0..component.blocks_across).map(move |x| (x, y))) {
        add(&picture, index, (x, y), component.block(x, y)?);
    }
    Some(grey)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
fn byte(value: f32) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
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
