//! WebP: RIFF chunks (RFC 9649, section 2).

use std::borrow::Cow;

use super::Metadata;
use crate::image::bytes::{le16, le24, le32, slice};

pub(super) fn metadata(bytes: &[u8]) -> Metadata<'_> {
    let mut metadata = Metadata::default();
    let mut at = 12;
    while let (Some(name), Some(length)) = (slice(bytes, at, 4), le32(bytes, at + 4)) {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let Some(data) = slice(bytes, at + 8, length) else { break };
        match name {
            b"VP8X" => metadata.size = extended(data),
            b"VP8 " => metadata.size = metadata.size.or_else(|| lossy(data)),
            b"VP8L" => metadata.size = metadata.size.or_else(|| lossless(data)),
            b"ANMF" => metadata.frames += 1,
            b"ICCP" => metadata.icc = true,
            b"EXIF" => metadata.exif = Some(Cow::Borrowed(data)),
            b"XMP " => metadata.xmp.push(Cow::Borrowed(data)),
            b"C2PA" => metadata.manifest = Some(Cow::Borrowed(data)),
            _ => {}
        }
        at += 8 + length.next_multiple_of(2);
    }
    metadata.frames = metadata.frames.max(1);
    metadata
}

fn extended(data: &[u8]) -> Option<(u32, u32)> {
    Some((le24(data, 4)? + 1, le24(data, 7)? + 1))
}

/// The key frame header of VP8 (RFC 6386, section 9.1).
fn lossy(data: &[u8]) -> Option<(u32, u32)> {
    Some((u32::from(le16(data, 6)? & 0x3fff), u32::from(le16(data, 8)? & 0x3fff)))
}

/// The header of a lossless stream (RFC 9649, section 3.4): two 14-bit numbers less one.
fn lossless(data: &[u8]) -> Option<(u32, u32)> {
    let bits = le32(data, 1)?;
    Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
}
