//! The small copies of a picture inside its file, which must not go on showing it without its label.

use std::ops::Range;

use super::small::Small;
use crate::document::Kind;
use crate::image::bytes::{be16, be32, slice};
use crate::image::container::{metadata, segments};
use crate::image::ifd::{Tiff, tag};

/// Photoshop's image resources that hold thumbnails (Adobe Photoshop File Formats, 0x0409 and 0x040c).
const PHOTOSHOP: [u16; 2] = [1033, 1036];
const PHOTOSHOP_NAME: &[u8] = b"Photoshop 3.0\0";

/// An EXIF block with a thumbnail made of `small` in the place of its own.
/// `None` when it has none, or `small` is too small for it.
pub(super) fn renewed(block: &[u8], small: Option<&Small>) -> Option<Vec<u8>> {
    let tiff = Tiff::new(block)?;
    let second = *tiff.directories().get(1)?;
    let old = range(&tiff, second)?;
    let (width, height) = metadata(Kind::Jpeg, block.get(old.clone())?).size?;
    let new = small?.jpeg(usize::try_from(width).ok()?, usize::try_from(height).ok()?)?;
    let mut renewed = tiff.bytes.to_vec();
    // At the end of the block the old one need not be kept.
    if old.end == renewed.len() {
        renewed.truncate(old.start);
    }
    let at = renewed.len();
    renewed.extend(&new);
    for (tag, value) in [(tag::THUMBNAIL_OFFSET, at), (tag::THUMBNAIL_LENGTH, new.len())] {
        let (place, value) = tiff.place_of(second, tag, value)?;
        renewed.get_mut(place)?.copy_from_slice(&value);
    }
    Some(renewed)
}

/// An EXIF block without its thumbnail's data, when that stands at its end.
pub(super) fn cut(block: &[u8]) -> Vec<u8> {
    let start = || {
        let tiff = Tiff::new(block)?;
        let range = range(&tiff, *tiff.directories().get(1)?)?;
        (range.end == tiff.bytes.len()).then_some(range.start)
    };
    block.get(..start().unwrap_or(block.len())).unwrap_or(block).to_vec()
}

/// Where the thumbnail of a directory stands.
fn range(tiff: &Tiff<'_>, directory: usize) -> Option<Range<usize>> {
    let number = |tag| tiff.number(&tiff.entry(directory, tag)?).and_then(|number| usize::try_from(number).ok());
    let start = number(tag::THUMBNAIL_OFFSET)?;
    let end = start.checked_add(number(tag::THUMBNAIL_LENGTH)?)?;
    (start > directory && end <= tiff.bytes.len()).then_some(start..end)
}

/// A JPEG without the thumbnails of JFIF and Photoshop, and without the index of
/// further pictures when these `are_cut`; and whether it had a thumbnail.
pub(super) fn others_cut(kind: Kind, bytes: &[u8], are_cut: bool) -> (Vec<u8>, bool) {
    let mut out = Vec::with_capacity(bytes.len());
    let mut found = false;
    let mut at = 0;
    for segment in segments(bytes).into_iter().filter(|_| kind == Kind::Jpeg) {
        let data = &bytes[segment.data.clone()];
        let kept = match segment.marker {
            0xe0 if data.starts_with(b"JFXX\0") => Some(Vec::new()),
            0xe2 if are_cut && data.starts_with(b"MPF\0") => Some(Vec::new()),
            0xed => photoshop(data).and_then(|data| with_header(segment.marker, &data)),
            _ => None,
        };
        if let Some(kept) = kept {
            out.extend_from_slice(&bytes[at..segment.whole.start]);
            out.extend(kept);
            found |= segment.marker != 0xe2;
            at = segment.whole.end;
        }
    }
    out.extend_from_slice(&bytes[at..]);
    (out, found)
}

fn with_header(marker: u8, data: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(data.len() + 2).ok()?;
    Some([&[0xff, marker], &length.to_be_bytes()[..], data].concat())
}

/// Photoshop's resources without thumbnails; `None` when there are none, or the resources go on in another segment.
fn photoshop(data: &[u8]) -> Option<Vec<u8>> {
    let resources = data.strip_prefix(PHOTOSHOP_NAME)?;
    let mut out = PHOTOSHOP_NAME.to_vec();
    let (mut at, mut found) = (0, false);
    while at < resources.len() {
        if slice(resources, at, 4)? != b"8BIM" {
            return None;
        }
        let name = usize::from(*resources.get(at + 6)?) + 1;
        let content = at + 6 + name.next_multiple_of(2) + 4;
        let length = usize::try_from(be32(resources, content - 4)?).ok()?;
        let end = content.checked_add(length)?.checked_next_multiple_of(2)?.min(resources.len());
        if content.checked_add(length)? > resources.len() {
            return None;
        }
        if PHOTOSHOP.contains(&be16(resources, at + 4)?) {
            found = true;
        } else {
            out.extend_from_slice(resources.get(at..end)?);
        }
        at = end;
    }
    found.then_some(out)
}
