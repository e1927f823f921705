//! Reading EXIF (CIPA DC-008): who made the picture, with what.

use crate::image::ifd::{Entry, Tiff, tag};

/// What the EXIF block says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exif {
    /// Text fields, by tag.
    pub texts: Vec<(u16, String)>,
    /// Whether an exposure (time, aperture, sensitivity or focal length) is noted.
    pub exposure: bool,
    /// Whether a position is noted.
    pub gps: bool,
    /// How the picture is to be turned, 1 to 8 (EXIF 4.6.5.1, Orientation).
    pub orientation: Option<u8>,
}

/// Text fields that are looked at.
const TEXTS: &[u16] = &[
    tag::DOCUMENT_NAME,
    tag::IMAGE_DESCRIPTION,
    tag::MAKE,
    tag::MODEL,
    tag::SOFTWARE,
    tag::ARTIST,
    tag::HOST_COMPUTER,
    tag::COPYRIGHT,
    tag::USER_COMMENT,
    tag::XP_TITLE,
    tag::XP_COMMENT,
    tag::XP_KEYWORDS,
];

impl Exif {
    /// Reads the first directory and the EXIF and GPS directories it points to.
    pub(crate) fn read(block: &[u8]) -> Self {
        let mut exif = Self::default();
        let Some(tiff) = Tiff::new(block) else { return exif };
        let Some(&first) = tiff.directories().first() else { return exif };
        exif.directory(&tiff, first);
        if let Some(child) = tiff.child(first, tag::EXIF_IFD) {
            exif.directory(&tiff, child);
        }
        exif.gps = tiff.child(first, tag::GPS_IFD).is_some_and(|gps| has_position(&tiff, gps));
        exif
    }

    /// The first field of a tag.
    pub(crate) fn text(&self, tag: u16) -> Option<&str> {
        self.texts.iter().find(|(found, _)| *found == tag).map(|(_, text)| text.as_str())
    }

    fn directory(&mut self, tiff: &Tiff<'_>, at: usize) {
        for entry in tiff.entries(at) {
            match entry.tag {
                tag::EXPOSURE_TIME | tag::F_NUMBER | tag::ISO | tag::FOCAL_LENGTH => self.exposure = true,
                tag::ORIENTATION => {
                    let value = tiff.number(&entry).and_then(|number| u8::try_from(number).ok());
                    self.orientation = value.filter(|value| (1..=8).contains(value));
                }
                tag if TEXTS.contains(&tag) => self.texts.extend(text(tiff, &entry).map(|text| (tag, text))),
                _ => {}
            }
        }
    }
}

/// A latitude that is noted and not all zero, as programs write that know none.
fn has_position(tiff: &Tiff<'_>, gps: usize) -> bool {
    let latitude = tiff.entry(gps, tag::GPS_LATITUDE).and_then(|entry| tiff.value(&entry));
    let Some(latitude) = latitude else { return false };
    // Three fractions: only the numerators tell.
    latitude.chunks(8).any(|fraction| fraction.iter().take(4).any(|&byte| byte != 0))
}

fn text(tiff: &Tiff<'_>, entry: &Entry) -> Option<String> {
    let bytes = tiff.value(entry)?;
    let text = match entry.tag {
        tag::USER_COMMENT => user_comment(bytes),
        tag::XP_TITLE | tag::XP_COMMENT | tag::XP_KEYWORDS => encoding_rs::UTF_16LE.decode(bytes).0.into_owned(),
        _ => latin(bytes),
    };
    let text = text.trim_matches(['\0', ' ', '\n']).to_owned();
    (!text.is_empty()).then_some(text)
}

/// The comment with its character code (EXIF 4.6.6.4, `UserComment`). Writers
/// that say Unicode differ in byte order: the one with more zero high bytes is it.
fn user_comment(bytes: &[u8]) -> String {
    if let Some(wide) = bytes.strip_prefix(b"UNICODE\0") {
        let zeros = |from: usize| wide.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
        let encoding = if zeros(0) >= zeros(1) { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE };
        return encoding.decode(wide).0.into_owned();
    }
    let plain = bytes.strip_prefix(b"ASCII\0\0\0").or_else(|| bytes.strip_prefix(&[0; 8])).unwrap_or(bytes);
    latin(plain)
}

fn latin(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}
