//! TIFF: new samples and a new directory after the old file, which stays in
//! its place, so that every other tag and offset remains right.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tiff::ColorType;
use tiff::decoder::{Decoder, DecodingResult, Limits};

use super::LabelError;
use super::pixels::{INK, LIGHT, NO_INK, PIXELS, Pixels};
use crate::image::ifd::{Tiff, Value, tag};

const COMPRESSION: u16 = 0x0103;
const PHOTOMETRIC: u16 = 0x0106;
const STRIP_OFFSETS: u16 = 0x0111;
const ROWS_PER_STRIP: u16 = 0x0116;
const STRIP_BYTE_COUNTS: u16 = 0x0117;
const PLANAR: u16 = 0x011c;
const PREDICTOR: u16 = 0x013d;
/// Tags of tiles, JPEG tables and old samples' coding.
const DROPPED: &[u16] = &[0x0142, 0x0143, 0x0144, 0x0145, 0x015b, 0x0124, 0x0125, 0x0211, 0x0212, 0x0213, 0x0214];
/// Deflate, as Adobe numbers it (TIFF Technical Note 2).
const DEFLATE: u16 = 8;
const BLACK_IS_ZERO: u16 = 1;
const RGB: u16 = 2;
const ROWS: usize = 64;

pub(super) fn decode(source: &[u8]) -> Result<Pixels, LabelError> {
    // A BigTIFF could be decoded, but not written.
    if Tiff::new(source).is_none() {
        return Err(LabelError::Unreadable);
    }
    let mut decoder = Decoder::new(Cursor::new(source)).map_err(|_| LabelError::Unreadable)?;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = 1 << 30;
    decoder = decoder.with_limits(limits);
    let (width, height) = decoder.dimensions().map_err(|_| LabelError::Unreadable)?;
    if u64::from(width) * u64::from(height) > PIXELS {
        return Err(LabelError::Unreadable);
    }
    let (paints, alpha, bits) = match decoder.colortype().map_err(|_| LabelError::Unreadable)? {
        // Also where white is zero, which the decoder turns round.
        ColorType::Gray(bits) => (vec![LIGHT], false, bits),
        ColorType::GrayA(bits) => (vec![LIGHT], true, bits),
        ColorType::RGB(bits) => (vec![LIGHT; 3], false, bits),
        ColorType::RGBA(bits) => (vec![LIGHT; 3], true, bits),
        ColorType::CMYK(bits) => (vec![NO_INK, NO_INK, NO_INK, INK], false, bits),
        _ => return Err(LabelError::Unreadable),
    };
    let (data, depth) = match decoder.read_image().map_err(|_| LabelError::Unreadable)? {
        DecodingResult::U8(data) if bits == 8 => (data, 1),
        DecodingResult::U16(data) => (data.into_iter().flat_map(u16::to_be_bytes).collect(), 2),
        _ => return Err(LabelError::Unreadable),
    };
    let pixels = Pixels { width: width as usize, height: height as usize, data, depth, paints, alpha };
    if pixels.is_whole() { Ok(pixels) } else { Err(LabelError::Unreadable) }
}

pub(super) fn encode(source: &[u8], pixels: &Pixels) -> Result<Vec<u8>, LabelError> {
    write(source, pixels).ok_or(LabelError::Unwritable)
}

fn write(source: &[u8], pixels: &Pixels) -> Option<Vec<u8>> {
    let little = Tiff::new(source)?.little;
    let mut out = source.to_vec();
    out.resize(out.len().next_multiple_of(2), 0);
    let (mut offsets, mut counts) = (Vec::new(), Vec::new());
    let row = pixels.data.len() / pixels.height.max(1);
    for strip in pixels.data.chunks(row * ROWS) {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        if little && pixels.depth == 2 {
            let swapped: Vec<u8> = strip.chunks_exact(2).flat_map(|pair| [pair[1], pair[0]]).collect();
            encoder.write_all(&swapped).ok()?;
        } else {
            encoder.write_all(strip).ok()?;
        }
        let strip = encoder.finish().ok()?;
        offsets.push(u32::try_from(out.len()).ok()?);
        counts.push(u32::try_from(strip.len()).ok()?);
        out.extend(strip);
    }
    out.resize(out.len().next_multiple_of(2), 0);
    let side = |length: usize| u32::try_from(length).ok().map(|length| Value::Numbers(vec![length]));
    let mut edits = vec![
        (tag::IMAGE_WIDTH, side(pixels.width)?),
        (tag::IMAGE_LENGTH, side(pixels.height)?),
        (COMPRESSION, Value::Short(DEFLATE)),
        (STRIP_OFFSETS, Value::Numbers(offsets)),
        (ROWS_PER_STRIP, Value::Short(u16::try_from(ROWS).ok()?)),
        (STRIP_BYTE_COUNTS, Value::Numbers(counts)),
        (PLANAR, Value::Short(1)),
        (PREDICTOR, Value::Short(1)),
    ];
    let photometric = [(1, BLACK_IS_ZERO), (3, RGB)].into_iter().find(|(colours, _)| *colours == pixels.paints.len());
    edits.extend(photometric.map(|(_, number)| (PHOTOMETRIC, Value::Short(number))));
    let tiff = Tiff::new(&out)?;
    tiff.rewritten(*tiff.directories().first()?, &edits, DROPPED, true)
}
