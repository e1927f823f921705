//! The visible label in a GIF, animated or not: frames that touch the label, or
//! after which it would be gone, are coded anew; every other block stays.

use std::io::Cursor;
use std::num::NonZeroU64;
use std::ops::Range;

use gif::{ColorOutput, DecodeOptions, Decoder, DisposalMethod, Frame, MemoryLimit};

use super::blend::{CONTRAST, contrast};
use super::layout::{Band, Layout, Rectangle};
use super::palette::{Colour, Palette};
use super::pixels::PIXELS;
use super::turn::Mask;
use super::{Change, LabelError, Lay, Looks, Stamped, Trailing};
use crate::image::bytes::le16;
use crate::image::container::{Block, blocks};

/// Greys of the label, from the plate to the text.
const GREYS: [u8; 5] = [0, 64, 128, 192, 255];

/// Stamps a label that `lay` lays out.
///
/// # Errors
///
/// [`LabelError`]; also when what was written does not read back as it must.
pub(super) fn stamp(source: &[u8], lay: Lay<'_>, trailing: Trailing) -> Result<Stamped, LabelError> {
    let found: Vec<Block> = blocks(source).ok_or(LabelError::Unreadable)?;
    let end = found.last().map_or(0, |block| block.whole.end);
    let mut changes = trailing.judge(source.get(end..).unwrap_or_default())?;
    let size = le16(source, 6).zip(le16(source, 8)).ok_or(LabelError::Unreadable)?;
    let size = (usize::from(size.0), usize::from(size.1));
    let (layout, mask) = lay.out(size, (1, 1))?;
    let size = layout.band.map_or(size, |band| band.grown(size));
    let mut stamping = Stamping::new(source, &layout, &mask)?;
    let bytes = stamping.run(&found, size)?;
    changes.extend(stamping.merged.then_some(Change::Colours));
    let (digest, contrast) = look(&bytes, &layout.plate, &mask)?;
    if digest != stamping.digest.sum() || contrast < CONTRAST {
        return Err(LabelError::Unverified);
    }
    Ok(Stamped { bytes, layout, size, contrast, changes, looks: Looks::default(), small: None })
}

fn decoder(bytes: &[u8]) -> Result<Decoder<Cursor<&[u8]>>, LabelError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.set_memory_limit(MemoryLimit::Bytes(NonZeroU64::new(PIXELS).ok_or(LabelError::Unreadable)?));
    options.read_info(Cursor::new(bytes)).map_err(|_| LabelError::Unreadable)
}

/// Where a frame stands on the canvas.
fn place(frame: &Frame<'_>) -> Rectangle {
    let range = |from: u16, length: u16| usize::from(from)..usize::from(from) + usize::from(length);
    Rectangle { x: range(frame.left, frame.width), y: range(frame.top, frame.height) }
}

/// Whether nothing of a frame stays when the next one comes.
fn is_taken_away(frame: &Frame<'_>) -> bool {
    matches!(frame.dispose, DisposalMethod::Background | DisposalMethod::Previous)
}

/// Writes the file anew, block by block.
struct Stamping<'a> {
    source: &'a [u8],
    decoder: Decoder<Cursor<&'a [u8]>>,
    global: Vec<u8>,
    plate: &'a Rectangle,
    mask: &'a Mask,
    /// Rows that the picture moves down.
    down: usize,
    /// Whether the label stands on the canvas when the next frame comes.
    present: bool,
    /// Whether nothing stands on the canvas when the next frame comes, but for the label.
    bare: bool,
    merged: bool,
    digest: flate2::Crc,
}

impl<'a> Stamping<'a> {
    fn new(source: &'a [u8], layout: &'a Layout, mask: &'a Mask) -> Result<Self, LabelError> {
        let decoder = decoder(source)?;
        let global = decoder.global_palette().map(<[u8]>::to_vec).unwrap_or_default();
        let down = match layout.band {
            Some(Band::Above(rows)) => rows,
            _ => 0,
        };
        let (present, bare, merged, digest) = (false, true, false, flate2::Crc::new());
        Ok(Self { source, decoder, global, plate: &layout.plate, mask, down, present, bare, merged, digest })
    }

    fn run(&mut self, found: &[Block], size: (usize, usize)) -> Result<Vec<u8>, LabelError> {
        let start = found.first().map_or(self.source.len(), |block| block.whole.start);
        let mut out = self.source.get(..start).ok_or(LabelError::Unreadable)?.to_vec();
        // Control extensions need version 89a of the format.
        let height = u16::try_from(size.1).map_err(|_| LabelError::NoRoom)?;
        out.get_mut(..6).ok_or(LabelError::Unreadable)?.copy_from_slice(b"GIF89a");
        out.get_mut(8..10).ok_or(LabelError::Unreadable)?.copy_from_slice(&height.to_le_bytes());
        let mut control: Option<&Block> = None;
        for block in found {
            if block.is_control() {
                control = Some(block);
                continue;
            }
            if block.is_frame() {
                self.frame(control.take(), block, &mut out)?;
                continue;
            }
            // A control block that no frame follows stays before what does.
            let kept = control.take().map(|block| block.whole.clone()).into_iter().chain([block.whole.clone()]);
            for range in kept {
                out.extend_from_slice(self.source.get(range).unwrap_or_default());
            }
        }
        Ok(out)
    }

    fn frame(&mut self, control: Option<&Block>, block: &Block, out: &mut Vec<u8>) -> Result<(), LabelError> {
        let mut frame =
            self.decoder.read_next_frame().map_err(|_| LabelError::Unreadable)?.ok_or(LabelError::Unreadable)?.clone();
        frame.top = u16::try_from(usize::from(frame.top) + self.down).map_err(|_| LabelError::NoRoom)?;
        let before = place(&frame);
        let touches = overlap(&before, self.plate).is_some();
        let palette = frame.palette.as_deref().unwrap_or(&self.global);
        if self.present && !touches {
            digest(&mut self.digest, &frame, palette, self.plate);
            self.bare &= is_taken_away(&frame);
            self.keep(control, block, frame.top, out);
            return Ok(());
        }
        let mut palette = Palette::new(palette, frame.transparent);
        self.draw(&mut frame, &mut palette, &before)?;
        self.merged |= palette.merged;
        digest(&mut self.digest, &frame, &palette.bytes(), self.plate);
        self.present = match frame.dispose {
            DisposalMethod::Background => false,
            DisposalMethod::Previous => self.present,
            DisposalMethod::Any | DisposalMethod::Keep => true,
        };
        self.bare &= is_taken_away(&frame);
        frame.palette = palette.is_changed().then(|| palette.bytes()).or(frame.palette);
        write(frame, out);
        Ok(())
    }

    /// A frame that has nothing to do with the label: as it was, at its place.
    fn keep(&self, control: Option<&Block>, block: &Block, top: u16, out: &mut Vec<u8>) {
        for block in control.into_iter().chain([block]) {
            let start = out.len();
            out.extend_from_slice(self.source.get(block.whole.clone()).unwrap_or_default());
            if let Some(place) = out.get_mut(start + 3..start + 5).filter(|_| block.is_frame()) {
                place.copy_from_slice(&top.to_le_bytes());
            }
        }
    }

    /// Draws the label into a frame, which grows to hold it when the canvas does not show it yet.
    fn draw(&self, frame: &mut Frame<'static>, palette: &mut Palette, before: &Rectangle) -> Result<(), LabelError> {
        if !self.present {
            let grown = union(before, self.plate);
            // Growing a frame that is cleared after it was shown would clear more than it did.
            let clears = grown != *before && frame.dispose == DisposalMethod::Background;
            if clears && !before.y.is_empty() && self.down == 0 && !self.bare {
                return Err(LabelError::Cleared);
            }
            grow(frame, palette, before, &grown)?;
        }
        let now = place(frame);
        let Some(part) = overlap(&now, self.plate) else { return Ok(()) };
        let width = now.width();
        let mut indices = std::mem::take(&mut frame.buffer).into_owned();
        let at = |x: usize, y: usize| (y - now.y.start) * width + x - now.x.start;
        let outside = indices.iter().enumerate().filter(|(index, _)| {
            let (x, y) = (now.x.start + index % width, now.y.start + index / width);
            !(part.x.contains(&x) && part.y.contains(&y))
        });
        palette.count(outside.map(|(_, &index)| index));
        let greys = palette.greys(&GREYS).ok_or(LabelError::Unwritable)?;
        for (from, to) in palette.merges() {
            indices.iter_mut().filter(|index| **index == from).for_each(|index| *index = to);
        }
        for (x, y) in part.y.clone().flat_map(|y| part.x.clone().map(move |x| (x, y))) {
            let text = self.mask.text(x - self.plate.x.start, y - self.plate.y.start);
            if let Some(place) = indices.get_mut(at(x, y)) {
                *place = greys[level(text)];
            }
        }
        frame.transparent = palette.transparent;
        frame.buffer = indices.into();
        Ok(())
    }
}

/// Makes room in a frame, clear where it was not.
fn grow(
    frame: &mut Frame<'static>,
    palette: &mut Palette,
    before: &Rectangle,
    grown: &Rectangle,
) -> Result<(), LabelError> {
    if grown == before {
        return Ok(());
    }
    palette.count(frame.buffer.iter().copied());
    let clear = palette.clear().ok_or(LabelError::Unwritable)?;
    let mut indices = vec![clear; grown.width() * grown.height()];
    let rows = indices.chunks_exact_mut(grown.width()).skip(before.y.start - grown.y.start);
    let left = before.x.start - grown.x.start;
    for (to, from) in rows.zip(frame.buffer.chunks_exact(before.width().max(1))) {
        to[left..left + from.len()].copy_from_slice(from);
    }
    let short = |length: usize| u16::try_from(length).map_err(|_| LabelError::NoRoom);
    (frame.left, frame.top) = (short(grown.x.start)?, short(grown.y.start)?);
    (frame.width, frame.height) = (short(grown.width())?, short(grown.height())?);
    (frame.buffer, frame.interlaced) = (indices.into(), false);
    Ok(())
}

/// The grey for this coverage by the text.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 4")]
fn level(text: f32) -> usize {
    (text * 4.0).round().clamp(0.0, 4.0) as usize
}

/// A control block (`GIF89a`, section 23), an image descriptor (20), a palette and the coded indices (22).
fn write(mut frame: Frame<'static>, out: &mut Vec<u8>) {
    let dispose = frame.dispose as u8;
    let flags = dispose << 2 | u8::from(frame.needs_user_input) << 1 | u8::from(frame.transparent.is_some());
    out.extend([0x21, 0xf9, 4, flags]);
    out.extend(frame.delay.to_le_bytes());
    out.extend([frame.transparent.unwrap_or(0), 0]);
    out.push(0x2c);
    for number in [frame.left, frame.top, frame.width, frame.height] {
        out.extend(number.to_le_bytes());
    }
    let palette = frame.palette.take().unwrap_or_default();
    let colours = (palette.len() / 3).next_power_of_two().max(2);
    // The decoder gave the rows in their order, and so they are written.
    out.push(if palette.is_empty() { 0 } else { 0x7f + u8::try_from(colours.ilog2()).unwrap_or(8) });
    let table = out.len() + if palette.is_empty() { 0 } else { colours * 3 };
    out.extend(palette);
    out.resize(table, 0);
    frame.make_lzw_pre_encoded();
    let (size, coded) = frame.buffer.split_first().map_or((2, &[][..]), |(size, coded)| (*size, coded));
    out.push(size);
    for part in coded.chunks(255) {
        out.push(u8::try_from(part.len()).unwrap_or(255));
        out.extend_from_slice(part);
    }
    out.push(0);
}

/// Adds what a frame shows outside the plate.
fn digest(digest: &mut flate2::Crc, frame: &Frame<'_>, palette: &[u8], plate: &Rectangle) {
    let area = place(frame);
    let mut row = Vec::new();
    for (y, indices) in area.y.zip(frame.buffer.chunks_exact(usize::from(frame.width).max(1))) {
        row.clear();
        for (x, &index) in area.x.clone().zip(indices) {
            // What is clear is the same whether the frame holds it or ends before it.
            if frame.transparent != Some(index) && !(plate.x.contains(&x) && plate.y.contains(&y)) {
                row.extend((x as u64).to_le_bytes());
                row.extend(colour(palette, index));
            }
        }
        if !row.is_empty() {
            digest.update(&(y as u64).to_le_bytes());
            digest.update(&row);
        }
    }
    digest.update(&frame.delay.to_le_bytes());
    digest.update(&[frame.dispose as u8]);
}

fn colour(palette: &[u8], index: u8) -> Colour {
    let first = usize::from(index) * 3;
    palette.get(first..first + 3).and_then(|three| three.try_into().ok()).unwrap_or_default()
}

/// Reads a labelled file: the digest of what is outside the plate, and the least contrast of any frame.
fn look(bytes: &[u8], plate: &Rectangle, mask: &Mask) -> Result<(u32, f32), LabelError> {
    let mut decoder = decoder(bytes)?;
    let global = decoder.global_palette().map(<[u8]>::to_vec).unwrap_or_default();
    let mut sum = flate2::Crc::new();
    let mut canvas = Canvas::new(plate);
    let mut least = f32::MAX;
    while let Some(frame) = decoder.read_next_frame().map_err(|_| LabelError::Unreadable)? {
        let palette = frame.palette.as_deref().unwrap_or(&global);
        digest(&mut sum, frame, palette, plate);
        let kept = canvas.clone();
        canvas.draw(frame, palette);
        least = least.min(contrast(mask, |x, y| canvas.light(x, y)).unwrap_or(0.0));
        canvas.dispose(frame, kept);
    }
    Ok((sum.sum(), least))
}

/// How light the pixels of a part of the first frame are; `None` when it cannot be decoded.
pub(super) fn grey(bytes: &[u8], part: &Rectangle) -> Option<Vec<u8>> {
    let mut decoder = decoder(bytes).ok()?;
    let global = decoder.global_palette().map(<[u8]>::to_vec).unwrap_or_default();
    let frame = decoder.read_next_frame().ok()??;
    let mut canvas = Canvas::new(part);
    canvas.draw(frame, frame.palette.as_deref().unwrap_or(&global));
    Some(canvas.grey.into_iter().map(|grey| grey.unwrap_or(0)).collect())
}

/// What stands on a part of the canvas.
#[derive(Clone)]
struct Canvas {
    part: Rectangle,
    /// How light each pixel is; `None` where nothing is drawn.
    grey: Vec<Option<u8>>,
}

impl Canvas {
    fn new(part: &Rectangle) -> Self {
        Self { part: part.clone(), grey: vec![None; part.width() * part.height()] }
    }

    /// 0 to 1; what is not drawn is the page's, and may be anything.
    fn light(&self, x: usize, y: usize) -> f32 {
        let grey = self.grey.get(y * self.part.width() + x).copied().flatten();
        grey.map_or(0.5, |grey| f32::from(grey) / 255.0)
    }

    fn draw(&mut self, frame: &Frame<'_>, palette: &[u8]) {
        let place = place(frame);
        self.each(&place, |x, y| {
            let index = *frame.buffer.get((y - place.y.start) * place.width() + x - place.x.start)?;
            (frame.transparent != Some(index)).then(|| Some(grey_of(colour(palette, index))))
        });
    }

    /// What follows when the frame was shown (`GIF89a`, section 23, disposal method).
    fn dispose(&mut self, frame: &Frame<'_>, before: Self) {
        match frame.dispose {
            DisposalMethod::Background => self.each(&place(frame), |_, _| Some(None)),
            DisposalMethod::Previous => *self = before,
            DisposalMethod::Any | DisposalMethod::Keep => {}
        }
    }

    /// Sets every pixel of `place` for which `value` has one.
    fn each(&mut self, place: &Rectangle, value: impl Fn(usize, usize) -> Option<Option<u8>>) {
        let Some(part) = overlap(place, &self.part) else { return };
        let width = self.part.width();
        for (x, y) in part.y.clone().flat_map(|y| part.x.clone().map(move |x| (x, y))) {
            let at = (y - self.part.y.start) * width + x - self.part.x.start;
            if let (Some(value), Some(place)) = (value(x, y), self.grey.get_mut(at)) {
                *place = value;
            }
        }
    }
}

/// Luma (ITU-R BT.601), in whole numbers.
fn grey_of([red, green, blue]: Colour) -> u8 {
    let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}

fn overlap(a: &Rectangle, b: &Rectangle) -> Option<Rectangle> {
    let both = |a: &Range<usize>, b: &Range<usize>| a.start.max(b.start)..a.end.min(b.end);
    let part = Rectangle { x: both(&a.x, &b.x), y: both(&a.y, &b.y) };
    (!part.x.is_empty() && !part.y.is_empty()).then_some(part)
}

fn union(a: &Rectangle, b: &Rectangle) -> Rectangle {
    let either = |a: &Range<usize>, b: &Range<usize>| a.start.min(b.start)..a.end.max(b.end);
    Rectangle { x: either(&a.x, &b.x), y: either(&a.y, &b.y) }
}
