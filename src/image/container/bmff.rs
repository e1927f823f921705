//! AVIF and HEIF: boxes of the ISO base media file format (ISO/IEC 14496-12),
//! with the items of a `meta` box (ISO/IEC 23008-12).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::Metadata;
use crate::image::bytes::{be16, be32, be64, slice, split_nul};

/// The `uuid` box of a C2PA manifest store (C2PA 2.2, section A.5).
const C2PA: [u8; 16] = [0xd8, 0xfe, 0xc3, 0xd6, 0x1b, 0x0e, 0x48, 0x3c, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7e, 0xc4, 0x81];
/// The `uuid` box of XMP in files of this family (XMP specification part 3).
const XMP: [u8; 16] = [0xbe, 0x7a, 0xcf, 0xcb, 0x97, 0xa9, 0x42, 0xe8, 0x9c, 0x71, 0x99, 0x94, 0x91, 0xe3, 0xaf, 0xac];
/// Most items and extents read of a file.
const MAX_ITEMS: usize = 10_000;

pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata { frames: 1, ..Metadata::default() };
    for (name, range) in boxes(bytes, 0..bytes.len()) {
        let data = &bytes[range.clone()];
        match &name {
            b"meta" => meta(bytes, range.start + 4..range.end, &mut metadata),
            b"uuid" if data.starts_with(&C2PA) => metadata.manifest = manifest(data).map(Cow::Borrowed),
            b"uuid" if data.starts_with(&XMP) => metadata.xmp.extend(data.get(16..).map(Cow::Borrowed)),
            _ => {}
        }
    }
    metadata
}

/// User type, version and flags, purpose, offset of a Merkle box, then the store.
fn manifest(data: &[u8]) -> Option<&[u8]> {
    let (purpose, rest) = split_nul(data.get(20..)?)?;
    (purpose == b"manifest").then(|| rest.get(8..))?
}

/// The boxes in `within`, by name, with the range of their content.
fn boxes(bytes: &[u8], within: Range<usize>) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = within.start;
    std::iter::from_fn(move || {
        if at >= within.end {
            return None;
        }
        let name: [u8; 4] = slice(bytes, at + 4, 4)?.try_into().ok()?;
        let (header, length) = match be32(bytes, at)? {
            0 => (8, within.end - at),
            1 => (16, usize::try_from(be64(bytes, at + 8)?).ok()?),
            length => (8, usize::try_from(length).ok()?),
        };
        let end = at.checked_add(length)?;
        if length < header || end > within.end {
            return None;
        }
        let content = at + header..end;
        at = end;
        Some((name, content))
    })
}

fn meta<'a>(bytes: &'a [u8], within: Range<usize>, metadata: &mut Metadata<'a>) {
    let mut kinds = BTreeMap::new();
    let mut places = BTreeMap::new();
    let mut data = 0..0;
    for (name, range) in boxes(bytes, within) {
        match &name {
            b"iinf" => kinds = items(bytes, range).unwrap_or_default(),
            b"iloc" => places = locations(&bytes[range]).unwrap_or_default(),
            b"idat" => data = range,
            b"iprp" => properties(bytes, range, metadata),
            _ => {}
        }
    }
    for (id, kind) in kinds {
        let Some(content) = places.get(&id).and_then(|place| place.content(bytes, &data)) else { continue };
        match kind {
            Item::Exif => metadata.exif = exif(&content),
            Item::Xmp => metadata.xmp.push(Cow::Owned(content)),
        }
    }
}

/// Size and colour profile among the item properties.
fn properties(bytes: &[u8], within: Range<usize>, metadata: &mut Metadata<'_>) {
    for (_, container) in boxes(bytes, within).filter(|(name, _)| name == b"ipco") {
        for (name, range) in boxes(bytes, container) {
            let data = &bytes[range];
            match &name {
                b"ispe" => {
                    let size = be32(data, 4).zip(be32(data, 8));
                    metadata.size = metadata.size.max(size);
                }
                b"colr" => metadata.icc |= data.starts_with(b"prof") || data.starts_with(b"rICC"),
                _ => {}
            }
        }
    }
}

/// An item that holds metadata.
#[derive(Clone, Copy)]
enum Item {
    Exif,
    Xmp,
}

/// The metadata items of an `iinf` box, by their identifiers.
fn items(bytes: &[u8], within: Range<usize>) -> Option<BTreeMap<u32, Item>> {
    let header = if *bytes.get(within.start)? == 0 { 6 } else { 8 };
    let entries = boxes(bytes, within.start + header..within.end).take(MAX_ITEMS);
    Some(entries.filter_map(|(name, range)| (&name == b"infe").then(|| item(&bytes[range]))?).collect())
}

fn item(entry: &[u8]) -> Option<(u32, Item)> {
    let (id, rest) = match *entry.first()? {
        2 => (u32::from(be16(entry, 4)?), entry.get(8..)?),
        3 => (be32(entry, 4)?, entry.get(10..)?),
        _ => return None,
    };
    match rest.get(..4)? {
        b"Exif" => Some((id, Item::Exif)),
        b"mime" => {
            let (_, mime) = split_nul(rest.get(4..)?)?;
            mime.starts_with(b"application/rdf+xml").then_some((id, Item::Xmp))
        }
        _ => None,
    }
}

/// The EXIF block of an item: an offset to the TIFF header, then the block.
fn exif(content: &[u8]) -> Option<Cow<'static, [u8]>> {
    let start = usize::try_from(be32(content, 0)?).ok()?.checked_add(4)?;
    Some(Cow::Owned(content.get(start..)?.to_vec()))
}

/// Where an item's bytes lie.
struct Location {
    /// 0: the file, 1: the `idat` box.
    method: u16,
    extents: Vec<(u64, u64)>,
}

impl Location {
    fn content(&self, bytes: &[u8], data: &Range<usize>) -> Option<Vec<u8>> {
        let within = match self.method {
            0 => bytes,
            1 => bytes.get(data.clone())?,
            _ => return None,
        };
        let mut content = Vec::new();
        for &(offset, length) in &self.extents {
            content.extend_from_slice(slice(within, usize::try_from(offset).ok()?, usize::try_from(length).ok()?)?);
            // Extents of hostile files may all name the same bytes.
            if content.len() > bytes.len() {
                return None;
            }
        }
        Some(content)
    }
}

/// The items of an `iloc` box (ISO/IEC 14496-12, section 8.11.3).
fn locations(data: &[u8]) -> Option<BTreeMap<u32, Location>> {
    let mut reader = Reader { data, at: 0 };
    let version = reader.number(1)?;
    reader.at = 4;
    let sizes = reader.number(2)?;
    let [offset, length, base, index] = [12, 8, 4, 0].map(|shift| usize::try_from(sizes >> shift & 15).unwrap_or(0));
    let index = if version == 0 { 0 } else { index };
    let wide = if version < 2 { 2 } else { 4 };
    let count = reader.number(wide)?;
    let mut found = BTreeMap::new();
    for _ in 0..count.min(MAX_ITEMS as u64) {
        let id = u32::try_from(reader.number(wide)?).ok()?;
        let method = if version == 0 { 0 } else { u16::try_from(reader.number(2)? & 15).ok()? };
        reader.number(2)?;
        let base = reader.number(base)?;
        let mut extents = Vec::new();
        for _ in 0..reader.number(2)? {
            reader.number(index)?;
            extents.push((base.checked_add(reader.number(offset)?)?, reader.number(length)?));
        }
        found.insert(id, Location { method, extents });
    }
    Some(found)
}

/// Reads big-endian numbers of any width one after the other.
struct Reader<'a> {
    data: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn number(&mut self, width: usize) -> Option<u64> {
        let bytes = slice(self.data, self.at, width)?;
        self.at += width;
        Some(bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}
