//! WebP: written without loss, so that a lossy picture's pixels are kept as they were shown.

use std::io::Cursor;

use image_webp::{ColorType, WebPDecoder, WebPEncoder};

use super::embed::{riff, webp};
use super::pixels::{self, LIGHT, PIXELS, Pixels};
use super::{Change, LabelError, Lay, Stamped, Trailing};
use crate::image::bytes::le32;

/// Stamps a label that `lay` lays out.
///
/// # Errors
///
/// [`LabelError`].
pub(super) fn stamp(source: &[u8], lay: Lay<'_>, trailing: Trailing) -> Result<Stamped, LabelError> {
    let end = le32(source, 4).and_then(|length| usize::try_from(length).ok()).ok_or(LabelError::Unreadable)?;
    let mut changes = trailing.judge(source.get(end.saturating_add(8).next_multiple_of(2)..).unwrap_or_default())?;
    let stamped = pixels::stamp(source, lay, decode, encode)?;
    let is_lossy = riff(source).is_some_and(|parts| parts.iter().any(|(name, _)| name == b"VP8 "));
    changes.extend(is_lossy.then_some(Change::Lossless));
    Ok(Stamped { changes, ..stamped })
}

pub(super) fn decode(source: &[u8]) -> Result<Pixels, LabelError> {
    let mut decoder = WebPDecoder::new(Cursor::new(source)).map_err(|_| LabelError::Unreadable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(LabelError::Unreadable);
    }
    let size = decoder.output_buffer_size().ok_or(LabelError::Unreadable)?;
    let mut data = vec![0; size];
    decoder.read_image(&mut data).map_err(|_| LabelError::Unreadable)?;
    let (width, height) = (width as usize, height as usize);
    let pixels = Pixels { width, height, data, depth: 1, paints: vec![LIGHT; 3], alpha: decoder.has_alpha() };
    if pixels.is_whole() { Ok(pixels) } else { Err(LabelError::Unreadable) }
}

pub(super) fn encode(source: &[u8], pixels: &Pixels) -> Result<Vec<u8>, LabelError> {
    let mut coded = Vec::new();
    let colour = if pixels.alpha { ColorType::Rgba8 } else { ColorType::Rgb8 };
    let size = (u32::try_from(pixels.width).unwrap_or(0), u32::try_from(pixels.height).unwrap_or(0));
    WebPEncoder::new(&mut coded).encode(&pixels.data, size.0, size.1, colour).map_err(|_| LabelError::Unwritable)?;
    let mut out = coded;
    for (name, data) in riff(source).ok_or(LabelError::Unreadable)? {
        if !matches!(&name, b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH") {
            out = webp(&out, name, &data).ok_or(LabelError::Unwritable)?;
        }
    }
    Ok(out)
}
