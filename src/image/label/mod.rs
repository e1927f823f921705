//! Marking a picture as AI's: visibly, and in its metadata.
//!
//! The order is pixels, then XMP and EXIF; a signed manifest comes last and is
//! `super::credentials`'s. Every step is read back before the next.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::jpeg::JpegError;
use super::provenance::{self, Exif, Provenance};
use crate::document::Kind;

mod blend;
mod embed;
mod jpeg;
mod layout;
mod pixels;
mod png;
mod raster;
#[cfg(test)]
mod tests;
mod tiff;
mod turn;
mod webp;
pub(crate) mod xmp;

pub use layout::{Rectangle, survival};

pub(crate) use turn::{Mask, Turn};

use layout::{Canvas, Layout};

/// Where the visible label stands, in the picture as shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// The corner that the EU's code of practice on AI labels suggests.
    #[default]
    TopRight,
    /// Top left.
    TopLeft,
    /// Bottom right.
    BottomRight,
    /// Bottom left.
    BottomLeft,
    /// The top right of the part that square, portrait and wide crops leave.
    CropSafe,
}

/// The language of the label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Swedish.
    #[default]
    Swedish,
    /// English.
    English,
}

/// What to write.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Words of one's own; `None` for the standard ones.
    pub text: Option<String>,
    /// AI changed the picture in part.
    pub edited: bool,
    /// The language.
    pub language: Language,
    /// Where.
    pub position: Position,
    /// The AI system, for the metadata.
    pub system: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What it was asked.
    pub prompt: Option<String>,
    /// Who asked.
    pub prompt_writer: Option<String>,
}

impl Request {
    /// The label's words, longest first: the first that fits is used.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        match (&self.text, self.edited, self.language) {
            (Some(text), ..) => vec![text],
            (None, false, Language::Swedish) => vec!["Bilden är skapad av AI", "AI-genererad bild"],
            (None, true, Language::Swedish) => vec!["Bilden är delvis ändrad med AI", "Ändrad med AI"],
            (None, false, Language::English) => vec!["This image was made by AI", "AI-generated image"],
            (None, true, Language::English) => vec!["This image was partly changed with AI", "Changed with AI"],
        }
    }

    /// The identifier of the source type (IPTC NewsCodes; with http, as IPTC writes it).
    #[must_use]
    pub fn source_type(&self) -> &'static str {
        if self.edited {
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
        } else {
            "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
        }
    }
}

/// Why a picture was not labelled. The original is untouched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LabelError {
    /// It carries this program's label.
    #[error("the picture is already labelled")]
    Already,
    /// No text fits at a legible size.
    #[error("the picture is too small for a legible label")]
    TooSmall,
    /// The label's words hold a character that the program's font lacks.
    #[error("the label's text holds a character that cannot be drawn")]
    Glyph,
    /// A kind of picture that cannot be written.
    #[error("pictures of the kind {} are not labelled", .0.id())]
    Format(Kind),
    /// More than one picture that would all need the label.
    #[error("the picture is animated or has several pages, which is not labelled yet")]
    Frames,
    /// Data after the picture's end, such as a film or a second picture.
    #[error("more data follows after the picture, such as a film, which would not be labelled")]
    Trailing,
    /// The JPEG cannot be taken apart.
    #[error(transparent)]
    Jpeg(#[from] JpegError),
    /// The picture cannot be decoded.
    #[error("the picture is damaged or of a rare kind")]
    Unreadable,
    /// The metadata that is there cannot be read, and is not dropped.
    #[error("the picture's XMP cannot be read, and is not thrown away")]
    Metadata,
    /// The metadata would outgrow its place.
    #[error("the picture's metadata leaves no room for the label's")]
    NoRoom,
    /// A manifest would be broken by a change that is not signed.
    #[error("the picture carries content credentials that an unsigned label would break")]
    NeedsSignature,
    /// Signing failed.
    #[error("the label could not be signed")]
    Signing,
    /// The result could not be written in the picture's format.
    #[error("the labelled picture cannot be written in its format")]
    Unwritable,
    /// What was written did not read back as it must.
    #[error("the labelled picture did not read back as it should")]
    Unverified,
}

/// A labelled picture.
#[derive(Clone)]
pub struct Labelled {
    /// The file.
    pub bytes: Vec<u8>,
    /// The label's words, as drawn.
    pub text: String,
    /// The label, in the picture as shown.
    pub area: Rectangle,
    /// The picture's size as shown.
    pub size: (usize, usize),
    /// Contrast of text to plate by WCAG 2.2, measured on the result.
    pub contrast: f32,
    /// Whether a progressive JPEG became a baseline one, with the same coefficients.
    pub became_baseline: bool,
}

/// A picture with its visible label.
pub(crate) struct Stamped {
    pub bytes: Vec<u8>,
    /// The words that fitted.
    pub text: String,
    pub shown: Rectangle,
    /// As stored.
    pub size: (usize, usize),
    pub contrast: f32,
    pub became_baseline: bool,
}

/// Lays out the label for a stored size and a grid.
pub(crate) type Lay<'a> = &'a dyn Fn((usize, usize), (usize, usize)) -> Result<(Layout, Mask), LabelError>;

/// Labels a picture visibly, in XMP and in EXIF. `signed` tells that a
/// manifest follows, which takes an existing one into itself.
///
/// # Errors
///
/// [`LabelError`]; the picture is then as it was.
pub fn label(kind: Kind, bytes: &[u8], request: &Request, signed: bool) -> Result<Labelled, LabelError> {
    let before = provenance::inspect(kind, bytes);
    refuse(&before, signed)?;
    let texts = request.texts();
    if !texts.iter().all(|text| raster::can_draw(text)) {
        return Err(LabelError::Glyph);
    }
    let exif = super::container::metadata(kind, bytes).exif.as_deref().map(Exif::read).unwrap_or_default();
    let turn = Turn(exif.orientation.unwrap_or(1));
    let lay = |size, grid| {
        let layout = layout::layout(Canvas { size, turn, grid }, &texts, request.position)?;
        let upright = turn.size((layout.plate.width(), layout.plate.height()));
        let mask = turn.mask(&raster::draw(&layout.lines, upright.0, upright.1));
        Ok((layout, mask))
    };
    let stamped = match kind {
        Kind::Jpeg => jpeg::stamp(bytes, &lay)?,
        Kind::Png => pixels::stamp(bytes, &lay, png::decode, png::encode)?,
        Kind::Webp => pixels::stamp(bytes, &lay, webp::decode, webp::encode)?,
        Kind::Tiff => pixels::stamp(bytes, &lay, tiff::decode, tiff::encode)?,
        kind => return Err(LabelError::Format(kind)),
    };
    let size = turn.size(stamped.size);
    let bytes = describe(kind, stamped.bytes, request, &stamped.text, &stamped.shown, size)?;
    let labelled = Labelled {
        bytes,
        text: stamped.text,
        area: stamped.shown,
        size,
        contrast: stamped.contrast,
        became_baseline: stamped.became_baseline,
    };
    verify(kind, &before, &labelled)?;
    Ok(labelled)
}

fn refuse(before: &Provenance, signed: bool) -> Result<(), LabelError> {
    if before.labelled.visible {
        return Err(LabelError::Already);
    }
    if before.frames > 1 {
        return Err(LabelError::Frames);
    }
    if before.c2pa.present && !signed {
        return Err(LabelError::NeedsSignature);
    }
    Ok(())
}

/// Writes XMP, and an image description where EXIF has none.
fn describe(
    kind: Kind,
    bytes: Vec<u8>,
    request: &Request,
    text: &str,
    area: &Rectangle,
    size: (usize, usize),
) -> Result<Vec<u8>, LabelError> {
    let share = |part: usize, whole: usize| part * 10_000 / whole.max(1);
    let area = [
        share(area.x.start, size.0),
        share(area.y.start, size.1),
        share(area.width(), size.0),
        share(area.height(), size.1),
    ];
    let fields = xmp::Fields {
        source_type: request.source_type(),
        label: text.to_owned(),
        area: area.map(|number| number.to_string()).join(" "),
        system: request.system.clone(),
        version: request.version.clone(),
        prompt: request.prompt.clone(),
        prompt_writer: request.prompt_writer.clone(),
    };
    let bytes = embed::description(kind, bytes, text);
    let packet = xmp::merge(embed::packet(kind, &bytes).as_deref(), &fields)?;
    embed::xmp(kind, &bytes, &packet)
}

/// Reads the result as a stranger would.
fn verify(kind: Kind, before: &Provenance, labelled: &Labelled) -> Result<(), LabelError> {
    let after = provenance::inspect(kind, &labelled.bytes);
    let kept = after.size == before.size && after.icc == before.icc && after.gps == before.gps;
    let told = after.labelled.visible && after.labelled.xmp && after.origin.is_ai();
    if kept && told { Ok(()) } else { Err(LabelError::Unverified) }
}

/// The contrast of the visible label, where the metadata says it stands.
///
/// `None` when no place is noted, the picture cannot be decoded, or there is
/// no light text on a dark plate: the label was covered, or the picture cropped.
#[must_use]
pub fn visible_contrast(kind: Kind, bytes: &[u8]) -> Option<f32> {
    let metadata = super::container::metadata(kind, bytes);
    let noted =
        metadata.xmp.iter().flat_map(|packet| provenance::properties(packet)).find(|p| p.name == "VisibleLabelArea")?;
    let shares: Vec<usize> = noted.value.split(' ').filter_map(|part| part.parse().ok()).collect();
    let &[left, top, width, height] = shares.as_slice() else { return None };
    let (luma, turn) = grey(kind, bytes)?;
    let stored = (luma.width, luma.height);
    let size = turn.size(stored);
    let x = left * size.0 / 10_000..((left + width) * size.0).div_ceil(10_000).min(size.0);
    let y = top * size.1 / 10_000..((top + height) * size.1).div_ceil(10_000).min(size.1);
    let mut values: Vec<u8> = Vec::with_capacity(x.len() * y.len());
    for row in y {
        for column in x.clone() {
            let (column, row) = turn.stored(stored, (column, row));
            values.push(*luma.coverage.get(row * luma.width + column)?);
        }
    }
    blend::bimodal_contrast(&mut values).filter(|contrast| *contrast >= blend::CONTRAST)
}

/// A picture in grey as stored, and how it is turned to be shown; `None` when it cannot be decoded.
pub(crate) fn grey(kind: Kind, bytes: &[u8]) -> Option<(Mask, Turn)> {
    let luma = match kind {
        Kind::Jpeg => jpeg::luma(bytes)?,
        Kind::Png => png::decode(bytes).ok()?.luma(),
        Kind::Webp => webp::decode(bytes).ok()?.luma(),
        Kind::Tiff => tiff::decode(bytes).ok()?.luma(),
        _ => return None,
    };
    Some((luma, Turn::of(kind, bytes)))
}
