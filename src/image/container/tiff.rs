//! TIFF: the first directory's tags. The file itself is the EXIF block.

use std::borrow::Cow;

use super::Metadata;
use crate::image::ifd::{Tiff, tag};

pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata { frames: 1, ..Metadata::default() };
    let Some(tiff) = Tiff::new(bytes) else { return metadata };
    let directories = tiff.directories();
    let Some(&first) = directories.first() else { return metadata };
    let value = |tag| tiff.entry(first, tag).and_then(|entry| tiff.value(&entry)).map(Cow::Borrowed);
    let number = |tag| tiff.entry(first, tag).and_then(|entry| tiff.number(&entry));
    let pages = directories.iter().filter(|page| is_page(&tiff, **page)).count();
    metadata.frames = u32::try_from(pages).unwrap_or(u32::MAX).max(1);
    metadata.size = number(tag::IMAGE_WIDTH).zip(number(tag::IMAGE_LENGTH));
    metadata.exif = Some(Cow::Borrowed(bytes));
    metadata.xmp = value(tag::XMP).into_iter().collect();
    metadata.iptc = value(tag::IPTC);
    // C2PA 2.2, section A.3.4: in a directory of its own at the end of the chain, in that of the
    // last page, or in the first.
    let manifest = directories.iter().rev().find_map(|&directory| tiff.entry(directory, tag::C2PA));
    metadata.manifest = manifest.and_then(|entry| tiff.value(&entry)).map(Cow::Borrowed);
    metadata.icc = tiff.entry(first, tag::ICC).is_some();
    metadata
}

/// Whether a directory holds a picture, and not a small copy of another (TIFF 6.0, page 36, `NewSubfileType`).
fn is_page(tiff: &Tiff<'_>, directory: usize) -> bool {
    let kind = tiff.entry(directory, tag::SUBFILE_TYPE).and_then(|entry| tiff.number(&entry));
    tiff.entry(directory, tag::IMAGE_WIDTH).is_some() && kind.is_none_or(|kind| kind & 1 == 0)
}
