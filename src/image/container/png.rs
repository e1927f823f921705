//! PNG: chunks (W3C PNG, third edition), with text inflated within bounds.

use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;

use flate2::read::ZlibDecoder;

use super::{Metadata, text};
use crate::image::bytes::{be32, slice, split_nul};

/// The eight bytes a PNG begins with.
pub(crate) const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
/// The key of an iTXt chunk with XMP; some writers use it on a tEXt chunk.
const XMP_KEY: &str = "XML:com.adobe.xmp";
/// Most bytes that the compressed text of one file may become.
const TEXT_BYTES: u64 = 16 << 20;

/// A chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Its four letters.
    pub name: [u8; 4],
    /// The whole chunk, with length and checksum.
    pub whole: Range<usize>,
    /// Its content.
    pub data: Range<usize>,
}

/// The chunks in order, as far as they are whole, up to and including `IEND`.
pub(crate) fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk> {
    let mut next = Some(SIGNATURE.len());
    std::iter::from_fn(move || {
        let at = next.take()?;
        let length = usize::try_from(be32(bytes, at)?).ok()?;
        let name: [u8; 4] = slice(bytes, at + 4, 4)?.try_into().ok()?;
        let end = at.checked_add(12)?.checked_add(length)?;
        if end > bytes.len() {
            return None;
        }
        next = (&name != b"IEND").then_some(end);
        Some(Chunk { name, whole: at..end, data: at + 8..end - 4 })
    })
}

pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata { frames: 1, ..Metadata::default() };
    let mut room = TEXT_BYTES;
    for chunk in chunks(bytes) {
        let data = &bytes[chunk.data];
        match &chunk.name {
            b"IHDR" => metadata.size = be32(data, 0).zip(be32(data, 4)),
            b"acTL" => metadata.frames = be32(data, 0).unwrap_or(1).max(1),
            b"iCCP" => metadata.icc = true,
            b"eXIf" => metadata.exif = Some(Cow::Borrowed(data)),
            b"caBX" => metadata.manifest = Some(Cow::Borrowed(data)),
            b"tEXt" => add(&mut metadata, split_nul(data).map(|(key, value)| (text(key), value.to_vec()))),
            b"zTXt" => add(&mut metadata, compressed(data, &mut room)),
            b"iTXt" => add(&mut metadata, international(data, &mut room)),
            _ => {}
        }
    }
    metadata
}

fn add(metadata: &mut Metadata<'_>, field: Option<(String, Vec<u8>)>) {
    let Some((key, value)) = field else { return };
    match key.as_str() {
        XMP_KEY => metadata.xmp.push(Cow::Owned(value)),
        "Raw profile type exif" | "Raw profile type APP1" => profile(metadata, &value),
        "Raw profile type xmp" => metadata.xmp.extend(unhex(&value).map(Cow::Owned)),
        "Raw profile type iptc" => metadata.iptc = unhex(&value).map(Cow::Owned),
        _ => metadata.texts.push((key, text(&value))),
    }
}

/// `ImageMagick`'s hexadecimal copy of a JPEG's APP1 segment: EXIF or XMP.
fn profile(metadata: &mut Metadata<'_>, value: &[u8]) {
    let Some(data) = unhex(value) else { return };
    match data.strip_prefix(b"http://ns.adobe.com/xap/1.0/\0") {
        Some(xmp) => metadata.xmp.push(Cow::Owned(xmp.to_vec())),
        None => {
            metadata.exif.get_or_insert(Cow::Owned(data));
        }
    }
}

/// A "raw profile": a line with its name, one with its length, then hexadecimal.
fn unhex(value: &[u8]) -> Option<Vec<u8>> {
    let value = std::str::from_utf8(value).ok()?.trim_start();
    let (_, rest) = value.split_once('\n')?;
    let (_, digits) = rest.trim_start().split_once('\n')?;
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks_exact(2).map(|pair| u8::try_from(pair[0] << 4 | pair[1]).ok()).collect()
}

/// zTXt: key, zero, compression method, zlib stream.
fn compressed(data: &[u8], room: &mut u64) -> Option<(String, Vec<u8>)> {
    let (key, rest) = split_nul(data)?;
    Some((text(key), inflate(rest.get(1..)?, room)))
}

/// iTXt: key, zero, compressed?, method, language, zero, translated key, zero, UTF-8.
fn international(data: &[u8], room: &mut u64) -> Option<(String, Vec<u8>)> {
    let (key, rest) = split_nul(data)?;
    let deflated = *rest.first()? == 1;
    let (_, rest) = split_nul(rest.get(2..)?)?;
    let (_, value) = split_nul(rest)?;
    Some((text(key), if deflated { inflate(value, room) } else { value.to_vec() }))
}

/// As much of a zlib stream as is sound and fits.
fn inflate(stream: &[u8], room: &mut u64) -> Vec<u8> {
    let mut inflated = Vec::new();
    // A damaged stream keeps what came out before the damage.
    let _ = ZlibDecoder::new(stream).take(*room).read_to_end(&mut inflated);
    *room -= inflated.len() as u64;
    inflated
}
