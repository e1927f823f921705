//! Where each picture format keeps its metadata: one file per format, and the
//! table of them.

use std::borrow::Cow;

use crate::document::Kind;

mod bmff;
mod gif;
mod jpeg;
mod png;
mod tiff;
mod webp;

pub(crate) use gif::{Block, blocks};
pub(crate) use jpeg::{Segment, segment, segments};
pub(crate) use png::chunks;

/// The metadata of a picture, as its format keeps it, not yet understood.
#[derive(Clone, Debug, Default)]
pub struct Metadata<'a> {
    /// Width and height in pixels, before any orientation is applied.
    pub size: Option<(u32, u32)>,
    /// Pictures or pages in the file; above 1 when it is animated or has pages.
    pub frames: u32,
    /// The EXIF block (a TIFF structure).
    pub exif: Option<Cow<'a, [u8]>>,
    /// XMP packets.
    pub xmp: Vec<Cow<'a, [u8]>>,
    /// IPTC-IIM datasets.
    pub iptc: Option<Cow<'a, [u8]>>,
    /// The C2PA manifest store (a JUMBF box).
    pub manifest: Option<Cow<'a, [u8]>>,
    /// Text fields with their keys; comments have an empty key.
    pub texts: Vec<(String, String)>,
    /// Whether a colour profile is embedded.
    pub icc: bool,
}

/// Reads the metadata of a picture. What is damaged is left out; what stands
/// before the damage is kept.
#[must_use]
pub fn metadata(kind: Kind, bytes: &[u8]) -> Metadata<'_> {
    match kind {
        Kind::Jpeg => jpeg::metadata(bytes),
        Kind::Png => png::metadata(bytes),
        Kind::Webp => webp::metadata(bytes),
        Kind::Gif => gif::metadata(bytes),
        Kind::Tiff => tiff::metadata(bytes),
        Kind::Avif | Kind::Heif => bmff::metadata(bytes),
        Kind::Svg => Metadata { frames: 1, xmp: vec![Cow::Borrowed(bytes)], ..Metadata::default() },
        _ => Metadata { frames: 1, ..Metadata::default() },
    }
}

/// Bytes as text: UTF-8 when they are, otherwise Latin-1.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}
