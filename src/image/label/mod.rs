//! Marking a picture as AI's: visibly, and in its metadata.
//!
//! The order is pixels, then XMP and EXIF; a signed manifest comes last and is
//! `super::credentials`'s. Every step is read back before the next.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::hash::Likeness;
use super::jpeg::JpegError;
use super::provenance::{self, Provenance};
use crate::document::Kind;

mod blend;
mod embed;
mod gif;
mod jpeg;
mod layout;
mod palette;
mod pixels;
mod png;
mod raster;
mod small;
#[cfg(test)]
mod tests;
mod thumbnail;
mod tiff;
mod turn;
mod webp;
pub(crate) mod xmp;

pub use layout::{Rectangle, survival};
pub(crate) use turn::Turn;

use layout::{Canvas, Layout};
use small::Small;
use turn::Mask;

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
    /// On a strip of its own above the picture, or below a turned one.
    Band,
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
    /// The municipality or unit that labels.
    pub by: Option<String>,
    /// What is done with data after the picture's end.
    pub trailing: Trailing,
}

/// What is done with data after the picture's end: a film, a second picture, a
/// program's own notes. A label on the picture is none on them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trailing {
    /// The picture is not labelled.
    #[default]
    Refuse,
    /// The labelled picture ends where the picture ends.
    LeaveOut,
}

impl Trailing {
    /// What becomes of the picture when `rest` follows it. Zeros are padding.
    fn judge(self, rest: &[u8]) -> Result<Vec<Change>, LabelError> {
        match self {
            _ if rest.iter().all(|&byte| byte == 0) => Ok(Vec::new()),
            Self::LeaveOut => Ok(vec![Change::Trailing]),
            Self::Refuse => Err(LabelError::Trailing),
        }
    }
}

macro_rules! changes {
    ($($variant:ident $id:literal $swedish:literal $english:literal;)*) => {
        /// Something beside the label that labelling changed in the file.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Change {
            $(#[doc = $english] #[serde(rename = $id)] $variant,)*
        }

        impl Change {
            /// The stable identifier.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The words shown to people, in Swedish.
            #[must_use]
            pub fn swedish(self) -> &'static str {
                match self { $(Self::$variant => $swedish,)* }
            }

            /// The words shown to people, in English.
            #[must_use]
            pub fn english(self) -> &'static str {
                match self { $(Self::$variant => $english,)* }
            }
        }
    };
}

changes! {
    Baseline "became-baseline"
        "progressiv JPEG skrevs som vanlig; bilden utanför märkningen är lika till sista biten"
        "progressive JPEG written as baseline; the picture outside the label is the same to the last bit";
    Lossless "became-lossless"
        "WebP skrevs utan förlust, så att bilden utanför märkningen är lika; filen kan bli större"
        "WebP written without loss, so that the picture outside the label is the same; the file may grow";
    Colours "colours-merged"
        "märkningen behövde färger som bildens palett saknade; de ovanligaste färgerna slogs ihop med sina närmaste"
        "the label needed colours that the palette lacked; the rarest were merged with their nearest";
    Trailing "trailing-left-out"
        "det som låg efter bilden i filen (film, fler bilder) följde inte med"
        "what followed the picture in the file (a film, more pictures) was left out";
    Thumbnail "thumbnail-left-out"
        "miniatyren utan märkning togs bort"
        "the thumbnail, which had no label, was taken out";
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

    /// The identifier of the source type (IPTC `NewsCodes`; with http, as IPTC writes it).
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
    #[error("the picture is animated or has several pages; of such, only GIF is labelled")]
    Frames,
    /// An animation that clears more of the picture than a label survives.
    #[error("the animation clears its frames so that the label would clear more with them")]
    Cleared,
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
    /// The manifest that is there does not hold, nor would one that keeps it.
    #[error("the picture's own content credentials are broken, and signed ones that keep them would not hold")]
    BrokenManifest,
    /// Signing failed; in the words of the library that signs.
    #[error("the label could not be signed: {0}")]
    Signing(String),
    /// The result could not be written in the picture's format.
    #[error("the labelled picture cannot be written in its format")]
    Unwritable,
    /// What was written did not read back as it must.
    #[error("the labelled picture did not read back as it should")]
    Unverified,
}

/// A labelled picture.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The file.
    pub bytes: Vec<u8>,
    /// The label's words, as drawn.
    pub text: String,
    /// The label, in the picture as shown.
    pub area: Rectangle,
    /// The picture's size as shown, with its band.
    pub size: (usize, usize),
    /// Contrast of text to plate by WCAG 2.2, measured on the result.
    pub contrast: f32,
    /// The narrowest width, in pixels, at which the text can still be read.
    pub legible_from: usize,
    /// What else changed in the file.
    pub changes: Vec<Change>,
    /// SHA-256 of the file that was labelled, in hexadecimal.
    pub original: String,
    /// What the picture looked like before and after, as far as that showed in passing.
    pub looks: Looks,
}

/// What a picture looked like before and after it was labelled. Where there is
/// `None`, [`Likeness::of`] tells, which decodes it once more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Before.
    pub before: Option<Likeness>,
    /// After, from the file that was written.
    pub after: Option<Likeness>,
}

/// A picture with its visible label.
pub(crate) struct Stamped {
    pub bytes: Vec<u8>,
    pub layout: Layout,
    /// As stored, with its band.
    pub size: (usize, usize),
    pub contrast: f32,
    pub changes: Vec<Change>,
    pub looks: Looks,
    /// A copy for its thumbnail.
    small: Option<Small>,
}

/// What a label's layout follows, beside the picture's size.
#[derive(Clone, Copy)]
pub(crate) struct Lay<'a> {
    kind: Kind,
    pub turn: Turn,
    texts: &'a [&'a str],
    position: Position,
}

impl Lay<'_> {
    /// Lays out the label for a stored size and a grid, and draws it.
    fn out(self, size: (usize, usize), grid: (usize, usize)) -> Result<(Layout, Mask), LabelError> {
        let canvas = Canvas { size, turn: self.turn, grid };
        let layout = layout::layout(canvas, self.texts, self.position)?;
        let mask = mask(canvas, &layout, self.kind);
        Ok((layout, mask))
    }
}

/// Labels a picture visibly, in XMP and in EXIF. `signed` tells that a
/// manifest follows, which takes an existing one into itself.
///
/// # Errors
///
/// [`LabelError`]; the picture is then as it was.
pub fn label(kind: Kind, bytes: &[u8], request: &Request, signed: bool) -> Result<Labelled, LabelError> {
    let before = provenance::inspect(kind, bytes);
    refuse(kind, bytes, &before, signed)?;
    let texts = request.texts();
    if !texts.iter().all(|text| raster::can_draw(text)) {
        return Err(LabelError::Glyph);
    }
    let turn = Turn::of(kind, bytes);
    let lay = Lay { kind, turn, texts: &texts, position: request.position };
    let stamped = stamp(kind, bytes, lay, request.trailing)?;
    let size = turn.size(stamped.size);
    let original = digest(bytes);
    let (bytes, mut changes) = describe(kind, &stamped, request, size, original.clone())?;
    changes.splice(0..0, stamped.changes);
    let labelled = Labelled {
        bytes,
        text: stamped.layout.lines.text(),
        area: stamped.layout.shown,
        size,
        contrast: stamped.contrast,
        legible_from: stamped.layout.legible_from,
        changes,
        original,
        looks: stamped.looks,
    };
    verify(kind, &before, &labelled)?;
    Ok(labelled)
}

fn stamp(kind: Kind, bytes: &[u8], lay: Lay<'_>, trailing: Trailing) -> Result<Stamped, LabelError> {
    match kind {
        Kind::Jpeg => jpeg::stamp(bytes, lay, trailing),
        Kind::Png => png::stamp(bytes, lay, trailing),
        Kind::Webp => webp::stamp(bytes, lay, trailing),
        Kind::Gif => gif::stamp(bytes, lay, trailing),
        Kind::Tiff => pixels::stamp(bytes, lay, tiff::decode, tiff::encode),
        kind => Err(LabelError::Format(kind)),
    }
}

/// The label drawn upright, as it stands in the stored picture.
fn mask(canvas: Canvas, layout: &Layout, kind: Kind) -> Mask {
    let size = layout.band.map_or(canvas.size, |band| band.grown(canvas.size));
    let plate = &layout.plate;
    let within = (plate.x.end.min(size.0) - plate.x.start, plate.y.end.min(size.1) - plate.y.start);
    let upright = canvas.turn.size(within);
    let drawn = raster::draw(&layout.lines, upright.0, upright.1);
    // A palette has no room for what would shine through, and a band has nothing under it.
    let opacity = if layout.band.is_some() || kind == Kind::Gif { 1.0 } else { blend::PLATE };
    let corner = if kind == Kind::Gif { 0.0 } else { layout.corner };
    let mask = canvas.turn.mask(&Mask { opacity, corner, ..drawn });
    mask.padded(plate.width(), plate.height())
}

fn refuse(kind: Kind, bytes: &[u8], before: &Provenance, signed: bool) -> Result<(), LabelError> {
    // A label that was cropped away or painted over is written again.
    if before.labelled.visible && visible_contrast(kind, bytes).is_some() {
        return Err(LabelError::Already);
    }
    if before.frames > 1 && kind != Kind::Gif {
        return Err(LabelError::Frames);
    }
    if before.c2pa.present && !signed {
        return Err(LabelError::NeedsSignature);
    }
    Ok(())
}

/// Writes XMP and EXIF.
fn describe(
    kind: Kind,
    stamped: &Stamped,
    request: &Request,
    size: (usize, usize),
    original: String,
) -> Result<(Vec<u8>, Vec<Change>), LabelError> {
    let share = |part: usize, whole: usize| part * 10_000 / whole.max(1);
    let area = &stamped.layout.shown;
    let area = [
        share(area.x.start, size.0),
        share(area.y.start, size.1),
        share(area.width(), size.0),
        share(area.height(), size.1),
    ];
    let text = stamped.layout.lines.text();
    let note =
        embed::Note { words: &text, grown: stamped.layout.band.map(|_| stamped.size), small: stamped.small.as_ref() };
    let is_cut = stamped.changes.contains(&Change::Trailing);
    let (bytes, other_thumbnails) = thumbnail::others_cut(kind, &stamped.bytes, is_cut);
    let (bytes, mut changes) = embed::exif(kind, &bytes, &note);
    if other_thumbnails && changes.is_empty() {
        changes.push(Change::Thumbnail);
    }
    let fields = xmp::Fields {
        source_type: request.source_type(),
        label: text,
        area: area.map(|number| number.to_string()).join(" "),
        original,
        language: request.language,
        by: request.by.clone(),
        system: request.system.clone(),
        version: request.version.clone(),
        prompt: request.prompt.clone(),
        prompt_writer: request.prompt_writer.clone(),
    };
    let packet = xmp::merge(embed::packet(kind, &bytes).as_deref(), &fields)?;
    Ok((embed::xmp(kind, &bytes, &packet)?, changes))
}

/// Reads the result as a stranger would.
fn verify(kind: Kind, before: &Provenance, labelled: &Labelled) -> Result<(), LabelError> {
    let after = provenance::inspect(kind, &labelled.bytes);
    let size = after.size.map(|(width, height)| (width as usize, height as usize));
    let kept = size == Some(labelled.size) && after.icc == before.icc && after.gps == before.gps;
    let told = after.labelled.visible && after.labelled.xmp && after.origin.is_ai();
    if kept && told && after.frames == before.frames { Ok(()) } else { Err(LabelError::Unverified) }
}

/// SHA-256 of the file that was labelled, in hexadecimal, as a labelled picture notes it.
#[must_use]
pub fn labelled_from(kind: Kind, bytes: &[u8]) -> Option<String> {
    let metadata = super::container::metadata(kind, bytes);
    let mut noted = metadata.xmp.iter().flat_map(|packet| provenance::properties(packet));
    noted.find(|property| property.name == "LabelledFrom").map(|property| property.value)
}

/// SHA-256 in hexadecimal.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    crate::examine::hex(&Sha256::digest(bytes))
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
    let turn = Turn::of(kind, bytes);
    let stored = metadata.size.map(|(width, height)| (width as usize, height as usize))?;
    let part = turn.stored_part(stored, &noted_part(&noted.value, turn.size(stored))?);
    let mut grey = grey(kind, bytes, &part)?;
    blend::bimodal_contrast(&mut grey).filter(|contrast| *contrast >= blend::CONTRAST)
}

/// The luma of a part of a picture as stored, row by row; `None` when it cannot be decoded.
pub(crate) fn grey(kind: Kind, bytes: &[u8], part: &Rectangle) -> Option<Vec<u8>> {
    Some(match kind {
        Kind::Jpeg => jpeg::grey(bytes, part)?,
        Kind::Png => png::decode(bytes).ok()?.grey(part),
        Kind::Webp => webp::decode(bytes).ok()?.grey(part),
        Kind::Tiff => tiff::decode(bytes).ok()?.grey(part),
        Kind::Gif => gif::grey(bytes, part)?,
        _ => return None,
    })
}

/// A part of a shown picture of `size`, from ten-thousandths of its sides.
fn noted_part(noted: &str, size: (usize, usize)) -> Option<Rectangle> {
    let shares: Vec<usize> =
        noted.split(' ').filter_map(|part| part.parse().ok()).filter(|share| *share <= 10_000).collect();
    let &[left, top, width, height] = shares.as_slice() else { return None };
    let range = |from: usize, length: usize, side: usize| {
        let end = ((from + length) * side).div_ceil(10_000).min(side);
        (from * side / 10_000).min(end)..end
    };
    let part = Rectangle { x: range(left, width, size.0), y: range(top, height, size.1) };
    (part.width() > 0 && part.height() > 0).then_some(part)
}
