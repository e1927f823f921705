//! GIF: blocks and extensions (GIF89a; XMP specification part 3, section 1.1.2).

use std::borrow::Cow;
use std::ops::Range;

use super::{Metadata, text};
use crate::image::bytes::{le16, slice};

/// A block of the file after its header and palette (GIF89a, appendix A).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Its first byte, and for an extension its second.
    label: (u8, u8),
    /// All of it.
    pub whole: Range<usize>,
}

impl Block {
    /// Whether it is a picture with its descriptor.
    pub(crate) fn is_frame(&self) -> bool {
        self.label.0 == 0x2c
    }

    /// Whether it says how the next frame is shown.
    pub(crate) fn is_control(&self) -> bool {
        self.label == (0x21, 0xf9)
    }
}

/// The blocks up to and including the trailer; `None` when they do not end with one.
pub(crate) fn blocks(bytes: &[u8]) -> Option<Vec<Block>> {
    let mut found = Vec::new();
    let mut at = 13 + color_table(*bytes.get(10)?);
    loop {
        let label = *bytes.get(at)?;
        let (second, end) = match label {
            0x2c => (0, skip(bytes, at + 11 + color_table(*bytes.get(at + 9)?))?),
            0x21 => (*bytes.get(at + 1)?, skip(bytes, at + 2)?),
            0x3b => (0, at + 1),
            _ => return None,
        };
        found.push(Block { label: (label, second), whole: at..end });
        at = end;
        if label == 0x3b {
            return Some(found);
        }
    }
}

pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata =
        Metadata { size: le16(bytes, 6).zip(le16(bytes, 8)).map(|(w, h)| (w.into(), h.into())), ..Metadata::default() };
    // What is cut short keeps what stands before the cut.
    let _ = read(bytes, &mut metadata);
    metadata.frames = metadata.frames.max(1);
    metadata
}

fn read<'a>(bytes: &'a [u8], metadata: &mut Metadata<'a>) -> Option<()> {
    let mut at = 13 + color_table(*bytes.get(10)?);
    loop {
        match *bytes.get(at)? {
            0x2c => {
                metadata.frames += 1;
                at += 10 + color_table(*bytes.get(at + 9)?);
                at = skip(bytes, at + 1)?;
            }
            0x21 => at = extension(bytes, at, metadata)?,
            _ => return None,
        }
    }
}

/// Bytes of the colour table that a packed field announces.
fn color_table(packed: u8) -> usize {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

fn extension<'a>(bytes: &'a [u8], at: usize, metadata: &mut Metadata<'a>) -> Option<usize> {
    let label = *bytes.get(at + 1)?;
    match (label, slice(bytes, at + 3, 11)) {
        (0xfe, _) => {
            let (comment, end) = join(bytes, at + 2)?;
            metadata.texts.push((String::new(), text(&comment)));
            Some(end)
        }
        (0xff, Some(b"XMP DataXMP")) => {
            // The packet stands raw; its magic trailer of 258 bytes reads as sub-blocks.
            let end = skip(bytes, at + 14)?;
            let packet = bytes.get(at + 14..end)?;
            metadata.xmp.push(Cow::Borrowed(packet.get(..packet.len().saturating_sub(258)).unwrap_or_default()));
            Some(end)
        }
        (0xff, Some(b"C2PA_GIF\x01\0\0")) => {
            let (store, end) = join(bytes, at + 14)?;
            metadata.manifest = Some(Cow::Owned(store));
            Some(end)
        }
        (0xff, Some(name)) => {
            metadata.icc |= name == b"ICCRGBG1012";
            skip(bytes, at + 14)
        }
        _ => skip(bytes, at + 2),
    }
}

/// The end of the sub-blocks that begin at `at`.
fn skip(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

/// What the sub-blocks that begin at `at` hold, and their end.
fn join(bytes: &[u8], mut at: usize) -> Option<(Vec<u8>, usize)> {
    let mut joined = Vec::new();
    loop {
        let length = usize::from(*bytes.get(at)?);
        joined.extend_from_slice(slice(bytes, at + 1, length)?);
        at += 1 + length;
        if length == 0 {
            return Some((joined, at));
        }
    }
}
