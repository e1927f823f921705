//! JPEG: marker segments up to the first scan (ITU-T T.81, annex B).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::{Metadata, text};
use crate::image::bytes::{be16, be32, slice};

const EXIF: &[u8] = b"Exif\0\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// XMP specification part 3, section 1.1.3.1: the packet's rest, in parts.
const XMP_EXTENSION: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
/// Image resource of IPTC-IIM datasets.
const IPTC_RESOURCE: u16 = 0x0404;

/// A marker segment before the first scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// The marker's second byte.
    pub marker: u8,
    /// The whole segment, with marker and length.
    pub whole: Range<usize>,
    /// Its content.
    pub data: Range<usize>,
}

/// The segments from the start up to and including the first start of scan.
pub(crate) fn segments(bytes: &[u8]) -> Vec<Segment> {
    let mut found = Vec::new();
    let mut at = 2;
    while let Some(segment) = segment(bytes, at) {
        at = segment.whole.end;
        let last = segment.marker == 0xda;
        found.push(segment);
        if last {
            break;
        }
    }
    found
}

/// The segment at `at`; fill bytes (T.81, B.1.1.2) belong to the one that follows them.
fn segment(bytes: &[u8], start: usize) -> Option<Segment> {
    let mut at = start;
    if *bytes.get(at)? != 0xff {
        return None;
    }
    while *bytes.get(at + 1)? == 0xff {
        at += 1;
    }
    let marker = *bytes.get(at + 1)?;
    if marker == 0xd9 || marker == 0 {
        return None;
    }
    if marker == 0x01 || (0xd0..=0xd8).contains(&marker) {
        return Some(Segment { marker, whole: start..at + 2, data: at + 2..at + 2 });
    }
    let length = usize::from(be16(bytes, at + 2)?);
    let end = at + 2 + length;
    (length >= 2 && end <= bytes.len()).then_some(Segment { marker, whole: start..end, data: at + 4..end })
}

pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata { frames: 1, ..Metadata::default() };
    let mut boxes = Boxes::default();
    let mut extension = BTreeMap::new();
    let mut resources = Vec::new();
    for segment in segments(bytes) {
        let data = &bytes[segment.data];
        match segment.marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => metadata.size = size(data),
            0xe1 => application_1(data, &mut metadata, &mut extension),
            0xe2 => metadata.icc |= data.starts_with(ICC),
            0xeb => boxes.add(data),
            0xed => resources.extend_from_slice(data.strip_prefix(PHOTOSHOP).unwrap_or_default()),
            0xfe => metadata.texts.push((String::new(), text(data))),
            _ => {}
        }
    }
    metadata.iptc = iptc(&resources).map(|iptc| Cow::Owned(iptc.to_vec()));
    metadata.manifest = boxes.manifest().map(Cow::Owned);
    if !extension.is_empty() {
        metadata.xmp.push(Cow::Owned(extension.into_values().flatten().copied().collect()));
    }
    metadata
}

fn size(frame: &[u8]) -> Option<(u32, u32)> {
    Some((be16(frame, 3)?.into(), be16(frame, 1)?.into()))
}

fn application_1<'a>(data: &'a [u8], metadata: &mut Metadata<'a>, extension: &mut BTreeMap<u32, &'a [u8]>) {
    if let Some(exif) = data.strip_prefix(EXIF) {
        metadata.exif.get_or_insert(Cow::Borrowed(exif));
    } else if let Some(xmp) = data.strip_prefix(XMP) {
        metadata.xmp.push(Cow::Borrowed(xmp));
    } else if let Some(part) = data.strip_prefix(XMP_EXTENSION) {
        // 32 bytes digest, 4 length of the whole, 4 offset of this part.
        if let (Some(offset), Some(part)) = (be32(part, 36), part.get(40..)) {
            extension.insert(offset, part);
        }
    }
}

/// The IPTC-IIM datasets among Photoshop's image resources.
fn iptc(resources: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    loop {
        if slice(resources, at, 4)? != b"8BIM" {
            return None;
        }
        let id = be16(resources, at + 4)?;
        let name = usize::from(*resources.get(at + 6)?) + 1;
        let data = at + 6 + name.next_multiple_of(2);
        let length = usize::try_from(be32(resources, data)?).ok()?;
        if id == IPTC_RESOURCE {
            return slice(resources, data + 4, length);
        }
        at = (data + 4).checked_add(length.checked_next_multiple_of(2)?)?;
    }
}

/// JUMBF boxes cut over APP11 segments (ISO/IEC 19566-5, annex D): by box
/// instance, in order of their sequence numbers.
#[derive(Default)]
struct Boxes<'a> {
    parts: BTreeMap<(u16, u32), &'a [u8]>,
}

impl<'a> Boxes<'a> {
    fn add(&mut self, data: &'a [u8]) {
        let Some(b"JP") = data.get(..2) else { return };
        if let (Some(instance), Some(sequence), Some(part)) = (be16(data, 2), be32(data, 4), data.get(8..)) {
            self.parts.entry((instance, sequence)).or_insert(part);
        }
    }

    /// The box that is a C2PA manifest store. Every part repeats the box header.
    fn manifest(&self) -> Option<Vec<u8>> {
        let mut instances: Vec<u16> = self.parts.keys().map(|(instance, _)| *instance).collect();
        instances.dedup();
        instances
            .into_iter()
            .map(|instance| self.whole(instance))
            .find(|bytes| memchr::memmem::find(bytes.get(..64.min(bytes.len())).unwrap_or_default(), b"c2pa").is_some())
    }

    fn whole(&self, instance: u16) -> Vec<u8> {
        let mut whole = Vec::new();
        for (_, part) in self.parts.range((instance, 0)..=(instance, u32::MAX)) {
            let header = match be32(part, 0) {
                _ if whole.is_empty() => 0,
                Some(1) => 16,
                _ => 8,
            };
            whole.extend_from_slice(part.get(header..).unwrap_or_default());
        }
        whole
    }
}
