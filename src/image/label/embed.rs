//! Putting XMP and EXIF into a file of each format, leaving the rest as it stands.

use std::borrow::Cow;

use crate::document::Kind;
use crate::image::container::{chunks, metadata, segments};
use crate::image::ifd::{Format, Tiff, Value, tag};

use super::small::Small;
use super::{Change, LabelError, thumbnail};

const JPEG_XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const JPEG_EXIF: &[u8] = b"Exif\0\0";
const PNG_XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";
/// Most bytes that a JPEG segment holds beside its length.
const SEGMENT: usize = 0xffff - 2;

/// An EXIF block with the tags that EXIF requires (4.6.8, level of support):
/// 72 dots an inch, which says nothing, and centred chroma.
const MINIMAL: &[u8] = b"II*\0\x08\0\0\0\x04\0\
    \x1a\x01\x05\0\x01\0\0\0\x3e\0\0\0\x1b\x01\x05\0\x01\0\0\0\x46\0\0\0\
    \x28\x01\x03\0\x01\0\0\0\x02\0\0\0\x13\x02\x03\0\x01\0\0\0\x01\0\0\0\
    \0\0\0\0\x48\0\0\0\x01\0\0\0\x48\0\0\0\x01\0\0\0";

/// The first XMP packet of a picture.
pub(crate) fn packet(kind: Kind, bytes: &[u8]) -> Option<Vec<u8>> {
    metadata(kind, bytes).xmp.into_iter().next().map(Cow::into_owned)
}

/// The picture with `packet` in the place of the one that was there.
///
/// # Errors
///
/// [`LabelError`] when the format has no room or no place for it.
pub(crate) fn xmp(kind: Kind, bytes: &[u8], packet: &[u8]) -> Result<Vec<u8>, LabelError> {
    match kind {
        Kind::Jpeg => jpeg(bytes, JPEG_XMP, packet).or_else(|_| jpeg(bytes, JPEG_XMP, &without_padding(packet))),
        Kind::Png => png(bytes, packet).ok_or(LabelError::Unwritable),
        Kind::Webp => webp(bytes, *b"XMP ", packet).ok_or(LabelError::Unwritable),
        Kind::Tiff => tiff(bytes, &[(tag::XMP, Value::bytes(Format::Byte, packet))]).ok_or(LabelError::Unwritable),
        Kind::Gif => gif(bytes, packet).ok_or(LabelError::Unwritable),
        _ => Err(LabelError::Format(kind)),
    }
}

/// The packet without the spaces before its end, which writers leave for others to grow into.
fn without_padding(packet: &[u8]) -> Vec<u8> {
    let Some(end) = memchr::memmem::rfind(packet, b"<?xpacket") else { return packet.to_vec() };
    let (body, end) = packet.split_at(end);
    [body.trim_ascii_end(), end].concat()
}

/// What EXIF is told of the label.
pub(crate) struct Note<'a> {
    /// The label's words, for a picture that has no description yet.
    pub words: &'a str,
    /// The picture's stored size, when a band made it larger.
    pub grown: Option<(usize, usize)>,
    /// A copy that shows the label, for the thumbnail.
    pub small: Option<&'a Small>,
}

/// The picture with the note in its EXIF block. A thumbnail without the label is
/// replaced, or else taken out. A picture without room keeps its EXIF as it was.
pub(crate) fn exif(kind: Kind, bytes: &[u8], note: &Note<'_>) -> (Vec<u8>, Vec<Change>) {
    let block = metadata(kind, bytes).exif.map(Cow::into_owned);
    let block = block.unwrap_or_else(|| MINIMAL.to_vec());
    let put = |block: &[u8]| match kind {
        Kind::Jpeg => jpeg(bytes, JPEG_EXIF, block).ok(),
        Kind::Webp => webp(bytes, *b"EXIF", block),
        Kind::Png => png_exif(bytes, block),
        _ => None,
    };
    let has_thumbnail = has_thumbnail(&block);
    if kind == Kind::Tiff {
        // One with pages is not labelled, so that what follows is a small copy, or a manifest that is written anew.
        let left_out = has_thumbnail.then_some(Change::Thumbnail);
        return (written(bytes, note, false).unwrap_or_else(|| bytes.to_vec()), left_out.into_iter().collect());
    }
    let renewed = thumbnail::renewed(&block, note.small)
        .and_then(|block| written(&block, note, true))
        .and_then(|block| put(&block));
    if let Some(renewed) = renewed {
        return (renewed, Vec::new());
    }
    let left_out = written(&thumbnail::cut(&block), note, false).and_then(|block| put(&block));
    match left_out {
        Some(bytes) => (bytes, if has_thumbnail { vec![Change::Thumbnail] } else { Vec::new() }),
        None => (bytes.to_vec(), Vec::new()),
    }
}

/// Whether a small copy follows the picture; a directory may also hold nothing but a manifest.
fn has_thumbnail(block: &[u8]) -> bool {
    let Some(tiff) = Tiff::new(block) else { return false };
    tiff.directories().iter().skip(1).any(|&directory| tiff.entry(directory, tag::C2PA).is_none())
}

/// The description, where there is none.
fn description(block: &[u8], words: &str) -> Vec<(u16, Value)> {
    let has = Tiff::new(block).and_then(|tiff| tiff.entry(*tiff.directories().first()?, tag::IMAGE_DESCRIPTION));
    let value = [words.as_bytes(), &[0]].concat();
    if has.is_some() { Vec::new() } else { vec![(tag::IMAGE_DESCRIPTION, Value::bytes(Format::Ascii, &value))] }
}

/// The block with its first directory written anew; `chained` keeps the thumbnail's after it.
fn written(block: &[u8], note: &Note<'_>, chained: bool) -> Option<Vec<u8>> {
    let tiff = Tiff::new(block)?;
    let mut written = tiff.rewritten(*tiff.directories().first()?, &description(block, note.words), &[], chained)?;
    if let Some(size) = note.grown {
        resize(&mut written, size);
    }
    Some(written)
}

/// Sets the size that EXIF notes, where it notes one.
fn resize(block: &mut [u8], (width, height): (usize, usize)) {
    for (tag, side) in [(tag::PIXEL_X_DIMENSION, width), (tag::PIXEL_Y_DIMENSION, height)] {
        let Some(tiff) = Tiff::new(block) else { return };
        let child = tiff.directories().first().and_then(|first| tiff.child(*first, tag::EXIF_IFD));
        let place = child.and_then(|child| tiff.place_of(child, tag, side));
        if let Some((range, value)) = place
            && let Some(place) = block.get_mut(range)
        {
            place.copy_from_slice(&value);
        }
    }
}

fn tiff(bytes: &[u8], edits: &[(u16, Value)]) -> Option<Vec<u8>> {
    let tiff = Tiff::new(bytes)?;
    tiff.rewritten(*tiff.directories().first()?, edits, &[], true)
}

/// Replaces the APP1 segment that begins with `name`, or puts one before the
/// first segment that is neither JFIF nor EXIF.
fn jpeg(bytes: &[u8], name: &[u8], content: &[u8]) -> Result<Vec<u8>, LabelError> {
    let length = name.len() + content.len();
    let size = u16::try_from(length + 2).ok().filter(|_| length <= SEGMENT).ok_or(LabelError::NoRoom)?;
    let mut out = Vec::with_capacity(bytes.len() + length + 4);
    out.extend([0xff, 0xd8]);
    let mut written = false;
    let mut at = 2;
    for segment in segments(bytes) {
        let data = &bytes[segment.data.clone()];
        let same = segment.marker == 0xe1 && data.starts_with(name);
        let first = segment.marker == 0xe0 || segment.marker == 0xe1 && data.starts_with(JPEG_EXIF);
        if !written && (same || !first) {
            out.extend([0xff, 0xe1]);
            out.extend(size.to_be_bytes());
            out.extend_from_slice(name);
            out.extend_from_slice(content);
            written = true;
        }
        if !same {
            out.extend_from_slice(&bytes[segment.whole.clone()]);
        }
        at = segment.whole.end;
    }
    out.extend_from_slice(&bytes[at..]);
    Ok(out)
}

fn png(bytes: &[u8], packet: &[u8]) -> Option<Vec<u8>> {
    let data = [PNG_XMP, packet].concat();
    let is_xmp = |name: &[u8; 4], data: &[u8]| {
        matches!(name, b"iTXt" | b"tEXt" | b"zTXt") && data.starts_with(b"XML:com.adobe.xmp\0")
    };
    png_chunk(bytes, *b"iTXt", &data, is_xmp)
}

fn png_exif(bytes: &[u8], block: &[u8]) -> Option<Vec<u8>> {
    png_chunk(bytes, *b"eXIf", block, |name, _| name == b"eXIf")
}

/// Replaces the chunks that `same` names by one that stands after the header.
fn png_chunk(bytes: &[u8], name: [u8; 4], data: &[u8], same: impl Fn(&[u8; 4], &[u8]) -> bool) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len() + data.len() + 12);
    out.extend_from_slice(bytes.get(..8)?);
    let mut end = 8;
    for chunk in chunks(bytes) {
        end = chunk.whole.end;
        if !same(&chunk.name, &bytes[chunk.data.clone()]) {
            out.extend_from_slice(&bytes[chunk.whole.clone()]);
        }
        if &chunk.name == b"IHDR" {
            write_chunk(&mut out, name, data)?;
        }
    }
    out.extend_from_slice(bytes.get(end..)?);
    Some(out)
}

/// Writes a chunk with its checksum.
pub(super) fn write_chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) -> Option<()> {
    out.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    let start = out.len();
    out.extend(name);
    out.extend_from_slice(data);
    let mut sum = flate2::Crc::new();
    sum.update(&out[start..]);
    out.extend(sum.sum().to_be_bytes());
    Some(())
}

/// The flags of VP8X for what a file holds (RFC 9649, section 2.7.1).
fn flag(name: &[u8]) -> u8 {
    match name {
        b"ICCP" => 0x20,
        b"ALPH" => 0x10,
        b"EXIF" => 0x08,
        b"XMP " => 0x04,
        b"ANIM" => 0x02,
        _ => 0,
    }
}

/// Replaces chunk `name` or adds it at the end, with an extended header.
pub(super) fn webp(bytes: &[u8], name: [u8; 4], data: &[u8]) -> Option<Vec<u8>> {
    let mut parts = riff(bytes)?;
    parts.retain(|(other, _)| *other != name);
    parts.push((name, data.to_vec()));
    let size = metadata(Kind::Webp, bytes).size?;
    let alpha = parts.iter().any(|(name, data)| name == b"VP8L" && data.get(4).is_some_and(|byte| byte & 0x10 != 0));
    let mut flags = parts.iter().fold(if alpha { 0x10 } else { 0 }, |flags, (name, _)| flags | flag(name));
    let header = parts.iter().position(|(name, _)| name == b"VP8X");
    if let Some(index) = header {
        flags |= parts.remove(index).1.first()? & 0x12;
    }
    let mut extended = vec![flags, 0, 0, 0];
    extended.extend_from_slice(&(size.0.checked_sub(1)?).to_le_bytes()[..3]);
    extended.extend_from_slice(&(size.1.checked_sub(1)?).to_le_bytes()[..3]);
    parts.insert(0, (*b"VP8X", extended));
    let mut body = b"WEBP".to_vec();
    for (name, data) in parts {
        body.extend(name);
        body.extend(u32::try_from(data.len()).ok()?.to_le_bytes());
        body.extend_from_slice(&data);
        body.resize(body.len().next_multiple_of(2), 0);
    }
    let mut out = b"RIFF".to_vec();
    out.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
    out.extend(body);
    Some(out)
}

/// A chunk's name and content.
pub(super) type Part = ([u8; 4], Vec<u8>);

/// The chunks of a WebP file.
pub(super) fn riff(bytes: &[u8]) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut at = 12;
    while at + 8 <= bytes.len() {
        let name: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
        let length = usize::try_from(crate::image::bytes::le32(bytes, at + 4)?).ok()?;
        parts.push((name, crate::image::bytes::slice(bytes, at + 8, length)?.to_vec()));
        at += 8 + length.checked_next_multiple_of(2)?;
    }
    Some(parts)
}

/// Replaces the XMP extension, or puts one before the first block.
fn gif(bytes: &[u8], packet: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"\x21\xff\x0bXMP DataXMP";
    let table = match *bytes.get(10)? {
        fields if fields & 0x80 != 0 => 3 << ((fields & 7) + 1),
        _ => 0,
    };
    let start = 13 + table;
    let mut out = bytes.get(..start)?.to_vec();
    // XMP needs version 89a of the format.
    out.get_mut(..6)?.copy_from_slice(b"GIF89a");
    out.extend_from_slice(NAME);
    out.extend_from_slice(packet);
    // The magic trailer: however a reader lands in it, it finds the end (XMP part 3, 1.1.2).
    out.push(1);
    out.extend((0..=255u8).rev());
    out.push(0);
    let mut rest = bytes.get(start..)?.to_vec();
    if let Some(at) = memchr::memmem::find(&rest, NAME) {
        let mut end = at + NAME.len();
        loop {
            let length = usize::from(*rest.get(end)?);
            end += 1 + length;
            if length == 0 {
                break;
            }
        }
        rest.drain(at..end);
    }
    out.extend(rest);
    Some(out)
}
