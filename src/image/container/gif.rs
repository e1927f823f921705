//! GIF: blocks and extensions (GIF89a; XMP specification part 3, section 1.1.2).

use std::borrow::Cow;

use super::{Metadata, text};
use crate::image::bytes::{le16, slice};

pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata =
        Metadata { size: le16(bytes, 6).zip(le16(bytes, 8)).map(|(w, h)| (w.into(), h.into())), ..Metadata::default() };
    // What is cut short keeps what stands before the cut.
    let _ = blocks(bytes, &mut metadata);
    metadata.frames = metadata.frames.max(1);
    metadata
}

fn blocks<'a>(bytes: &'a [u8], metadata: &mut Metadata<'a>) -> Option<()> {
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
