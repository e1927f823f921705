//! What a file is, by its first bytes and, for containers, by what lies in them.
//! A name or extension never decides: files are renamed, and renamed on purpose.

use memchr::memmem;

use crate::document::Kind;

mod container;
mod words;

pub(super) use words::delimiter;

/// How far into a file a PDF header may stand (PDF 1.7, implementation note 13).
const PDF_HEADER_WITHIN: usize = 1024;

/// Bytes that tell a kind, at an offset.
struct Magic {
    kind: Kind,
    at: usize,
    bytes: &'static [u8],
}

const fn magic(kind: Kind, at: usize, bytes: &'static [u8]) -> Magic {
    Magic { kind, at, bytes }
}

/// Kinds told by fixed bytes; the first line that fits decides.
const MAGICS: &[Magic] = &[
    magic(Kind::Pdf, 0, b"%PDF-"),
    magic(Kind::Rtf, 0, b"{\\rtf"),
    magic(Kind::Png, 0, b"\x89PNG\r\n\x1a\n"),
    magic(Kind::Jpeg, 0, b"\xff\xd8\xff"),
    magic(Kind::Gif, 0, b"GIF87a"),
    magic(Kind::Gif, 0, b"GIF89a"),
    magic(Kind::Tiff, 0, b"II*\0"),
    magic(Kind::Tiff, 0, b"MM\0*"),
    magic(Kind::Tiff, 0, b"II+\0"),
    magic(Kind::Tiff, 0, b"MM\0+"),
    magic(Kind::Gzip, 0, b"\x1f\x8b\x08"),
    magic(Kind::SevenZip, 0, b"7z\xbc\xaf\x27\x1c"),
    magic(Kind::Tar, 257, b"ustar"),
    magic(Kind::Audio, 0, b"ID3"),
    magic(Kind::Audio, 0, b"\xff\xfb"),
    magic(Kind::Audio, 0, b"\xff\xf3"),
    magic(Kind::Audio, 0, b"\xff\xf2"),
    magic(Kind::Audio, 0, b"\xff\xf1"),
    magic(Kind::Audio, 0, b"\xff\xf9"),
    magic(Kind::Audio, 0, b"fLaC"),
    magic(Kind::Audio, 0, b"OggS"),
    magic(Kind::Audio, 0, b"#!AMR"),
    magic(Kind::Audio, 0, b"MThd"),
    magic(Kind::Video, 0, b"\x1a\x45\xdf\xa3"),
    magic(Kind::Video, 0, b"FLV\x01"),
    magic(Kind::Video, 0, b"\0\0\x01\xba"),
    magic(Kind::Video, 0, b"\0\0\x01\xb3"),
    magic(Kind::Video, 0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
];

/// Forms of a RIFF container, by the four letters after its size.
const RIFF: &[(&[u8], Kind)] = &[(b"WEBP", Kind::Webp), (b"WAVE", Kind::Audio), (b"AVI ", Kind::Video)];

/// Brands of an ISO base media file (ISO/IEC 14496-12) that are not film.
const BRANDS: &[(&[u8], Kind)] = &[
    (b"avif", Kind::Avif),
    (b"avis", Kind::Avif),
    (b"heic", Kind::Heif),
    (b"heix", Kind::Heif),
    (b"heim", Kind::Heif),
    (b"heis", Kind::Heif),
    (b"hevc", Kind::Heif),
    (b"hevx", Kind::Heif),
    (b"mif1", Kind::Heif),
    (b"msf1", Kind::Heif),
    (b"M4A ", Kind::Audio),
    (b"M4B ", Kind::Audio),
];

/// The kind of a file, by its content alone.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Empty;
    }
    let fixed = MAGICS.iter().find(|m| bytes.get(m.at..).is_some_and(|rest| rest.starts_with(m.bytes)));
    if let Some(magic) = fixed {
        return magic.kind;
    }
    boxed(bytes)
        .or_else(|| container::zip(bytes))
        .or_else(|| container::ole(bytes))
        .or_else(|| pdf_behind_junk(bytes))
        .or_else(|| words::sniff(bytes))
        .unwrap_or(Kind::Unknown)
}

/// Pictures, sound and film in RIFF, ISO base media and BMP files.
fn boxed(bytes: &[u8]) -> Option<Kind> {
    let form = bytes.get(8..12)?;
    if bytes.starts_with(b"RIFF") {
        return RIFF.iter().find(|(name, _)| *name == form).map(|(_, kind)| *kind);
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Some(BRANDS.iter().find(|(brand, _)| *brand == form).map_or(Kind::Video, |(_, kind)| *kind));
    }
    // "BM" alone begins many texts: the size in the header and the reserved zeros must fit too.
    let header = bytes.get(14..18)?;
    let is_bmp = bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]) && header[1..] == [0; 3];
    is_bmp.then_some(Kind::Bmp)
}

fn pdf_behind_junk(bytes: &[u8]) -> Option<Kind> {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
    let at = memmem::find(head, b"%PDF-")?;
    // A text that speaks of the header has it in a line; a PDF begins one with it and a version.
    let begins_line = at == 0 || matches!(head[at - 1], b'\n' | b'\r' | 0) || head[..at].iter().any(|b| *b >= 0x80);
    (begins_line && memmem::find(bytes, b" obj").is_some()).then_some(Kind::Pdf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_bytes_tell_the_kind() {
        let tar = [vec![b'a'; 257], b"ustar\x0000".to_vec()].concat();
        for (bytes, kind) in [
            (&b""[..], Kind::Empty),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"\x00\x00junk\n%PDF-1.4\n1 0 obj", Kind::Pdf),
            (b"Huvudet heter %PDF-1.4 och s\xc3\xa5", Kind::Text),
            (b"{\\rtf1\\ansi", Kind::Rtf),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Kind::Png),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Kind::Jpeg),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Kind::Webp),
            (b"RIFF\x10\0\0\0WAVEfmt ", Kind::Audio),
            (b"\0\0\0\x20ftypavif\0\0", Kind::Avif),
            (b"\0\0\0\x20ftypheic\0\0", Kind::Heif),
            (b"\0\0\0\x20ftypisom\0\0", Kind::Video),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Kind::Bmp),
            (b"BMW st\xc3\xa5r i garaget och ska lagas", Kind::Text),
            (b"MM\0*\0\0\0\x08", Kind::Tiff),
            (b"\x1f\x8b\x08\0", Kind::Gzip),
            (b"7z\xbc\xaf\x27\x1c\0\x04", Kind::SevenZip),
            (&tar, Kind::Tar),
            (b"ID3\x04\0\0", Kind::Audio),
        ] {
            assert_eq!(sniff(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
