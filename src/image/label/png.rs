//! PNG: decoded to whole samples, written with every other chunk as it stood.

use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Limits, Transformations};

use super::embed::write_chunk;
use super::pixels::{self, LIGHT, PIXELS, Pixels};
use super::{LabelError, Lay, Stamped, Trailing};
use crate::image::container::chunks;

/// Chunks of the samples' coding, which is written anew.
const CODING: [&[u8; 4]; 6] = [b"IHDR", b"PLTE", b"IDAT", b"tRNS", b"sBIT", b"hIST"];
/// The background names a palette entry or a sample of the old depth.
const BACKGROUND: &[u8; 4] = b"bKGD";

/// Stamps a label that `lay` lays out.
///
/// # Errors
///
/// [`LabelError`].
pub(super) fn stamp(source: &[u8], lay: Lay<'_>, trailing: Trailing) -> Result<Stamped, LabelError> {
    let end = chunks(source).last().filter(|chunk| &chunk.name == b"IEND").ok_or(LabelError::Unreadable)?.whole.end;
    let changes = trailing.judge(source.get(end..).unwrap_or_default())?;
    let stamped = pixels::stamp(source, lay, decode, encode)?;
    Ok(Stamped { changes, ..stamped })
}

/// Palettes and samples of fewer than eight bits become whole samples of the same colours.
pub(super) fn decode(source: &[u8]) -> Result<Pixels, LabelError> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(source), Limits { bytes: 1 << 30 });
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|_| LabelError::Unreadable)?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(LabelError::Unreadable);
    }
    let size = reader.output_buffer_size().ok_or(LabelError::Unreadable)?;
    let mut data = vec![0; size];
    let frame = reader.next_frame(&mut data).map_err(|_| LabelError::Unreadable)?;
    let (colours, alpha) = match frame.color_type {
        ColorType::Grayscale => (1, false),
        ColorType::GrayscaleAlpha => (1, true),
        ColorType::Rgb => (3, false),
        ColorType::Rgba => (3, true),
        ColorType::Indexed => return Err(LabelError::Unreadable),
    };
    let depth = if frame.bit_depth == BitDepth::Sixteen { 2 } else { 1 };
    let (width, height) = (width as usize, height as usize);
    let pixels = Pixels { width, height, data, depth, paints: vec![LIGHT; colours], alpha };
    if pixels.is_whole() { Ok(pixels) } else { Err(LabelError::Unreadable) }
}

pub(super) fn encode(source: &[u8], pixels: &Pixels) -> Result<Vec<u8>, LabelError> {
    let coded = samples(pixels).ok_or(LabelError::Unwritable)?;
    assemble(source, &coded).ok_or(LabelError::Unwritable)
}

/// A PNG of the samples alone.
fn samples(pixels: &Pixels) -> Option<Vec<u8>> {
    let mut coded = Vec::new();
    let mut encoder = Encoder::new(&mut coded, u32::try_from(pixels.width).ok()?, u32::try_from(pixels.height).ok()?);
    encoder.set_color(match (pixels.paints.len(), pixels.alpha) {
        (1, false) => ColorType::Grayscale,
        (1, true) => ColorType::GrayscaleAlpha,
        (_, false) => ColorType::Rgb,
        (_, true) => ColorType::Rgba,
    });
    encoder.set_depth(if pixels.depth == 2 { BitDepth::Sixteen } else { BitDepth::Eight });
    encoder.set_compression(Compression::Fast);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&pixels.data).ok()?;
    writer.finish().ok()?;
    Some(coded)
}

/// The source's chunks around the new samples.
fn assemble(source: &[u8], coded: &[u8]) -> Option<Vec<u8>> {
    let mut out = source.get(..8)?.to_vec();
    let new: Vec<_> = chunks(coded).collect();
    let mut written = false;
    let same_colours = header(source)? == header(coded)?;
    for chunk in chunks(source) {
        match &chunk.name {
            b"IHDR" => out.extend_from_slice(coded.get(new.first()?.whole.clone())?),
            b"IDAT" if !written => {
                for data in new.iter().filter(|chunk| &chunk.name == b"IDAT") {
                    write_chunk(&mut out, *b"IDAT", coded.get(data.data.clone())?)?;
                }
                written = true;
            }
            name if CODING.contains(&name) => {}
            name if name == BACKGROUND && !same_colours => {}
            _ => out.extend_from_slice(source.get(chunk.whole.clone())?),
        }
    }
    Some(out)
}

/// Bit depth and colour type.
fn header(bytes: &[u8]) -> Option<&[u8]> {
    bytes.get(chunks(bytes).next()?.data)?.get(8..10)
}
