//! Labels on documents: the file itself says that AI wrote its text, to people and to programs.
//!
//! A Word document gets a paragraph above its text and custom properties; a PDF
//! gets XMP. Everything else in the file stays as it was, byte by byte, and the
//! result is read back before it is handed out. Pictures are labelled by
//! [`crate::image::label`].

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::document::Kind;

mod docx;
mod package;
mod pdf;
#[cfg(test)]
mod tests;
mod xml;
mod xmp;

pub use crate::image::label::Language;

/// Source types of the IPTC (`NewsCodes`; with http, as IPTC writes them).
const SOURCE_TYPES: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// Most characters of a label: it is a line, not a text of its own.
const MOST_CHARACTERS: usize = 300;

/// What to write.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Words of one's own; `None` for the standard ones.
    pub text: Option<String>,
    /// AI wrote a part of the text.
    pub edited: bool,
    /// The language of the standard words.
    pub language: Language,
    /// The AI system.
    pub system: Option<String>,
    /// Its version.
    pub version: Option<String>,
}

impl Request {
    /// The label's words.
    #[must_use]
    pub fn words(&self) -> &str {
        match (&self.text, self.edited, self.language) {
            (Some(text), ..) => text.trim(),
            (None, false, Language::Swedish) => "Texten är skapad med AI",
            (None, true, Language::Swedish) => "Texten är delvis skapad med AI",
            (None, false, Language::English) => "This text was created with AI",
            (None, true, Language::English) => "This text was partly created with AI",
        }
    }

    /// The identifier of the source type.
    fn source_type(&self) -> String {
        let name = if self.edited { "compositeWithTrainedAlgorithmicMedia" } else { "trainedAlgorithmicMedia" };
        format!("{SOURCE_TYPES}{name}")
    }
}

/// A label that stands in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Its words.
    pub text: String,
    /// AI wrote a part of the text.
    pub edited: bool,
    /// The AI system, when it is told.
    pub system: Option<String>,
    /// Where it stands.
    pub layers: Vec<Layer>,
}

/// Where in a document its label stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// In its text.
    Visible,
    /// In its custom properties.
    Property,
    /// In its XMP.
    Xmp,
}

impl Layer {
    /// The stable identifier, as in the register and JSON.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Property => "property",
            Self::Xmp => "xmp",
        }
    }
}

/// Why a document was not labelled. The original is untouched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum LabelError {
    /// It carries the label in every layer.
    #[error("the document is already labelled")]
    Already,
    /// A kind of document that is not labelled.
    #[error("files of the kind {} are not labelled", .0.id())]
    Format(Kind),
    /// It needs a password, or has one that forbids changes.
    #[error("the document is encrypted, and a label would need its password")]
    Encrypted,
    /// It is signed, and any change would break the signature.
    #[error("the document is signed, and a label would break the signature")]
    Signed,
    /// It cannot be read safely.
    #[error("the document is damaged or of a rare form: {0}")]
    Damaged(&'static str),
    /// The metadata that is there cannot be read, and is not thrown away.
    #[error("the document's XMP cannot be read, and is not thrown away")]
    Metadata,
    /// The label's words hold controls, or are too many.
    #[error("the label's text holds control characters or is longer than {MOST_CHARACTERS} characters")]
    Text,
    /// It declares an archive format that would no longer hold.
    #[error("the document declares PDF/A, which would no longer hold")]
    Archive,
    /// What was written did not read back as it must.
    #[error("the labelled document did not read back as it should")]
    Unverified,
}

/// A kind of document that is labelled.
struct Labeller {
    kind: Kind,
    label: fn(&[u8], &Request) -> Result<Vec<u8>, LabelError>,
    read: fn(&[u8]) -> Option<Label>,
    layers: &'static [Layer],
}

const LABELLERS: &[Labeller] = &[
    Labeller { kind: Kind::Docx, label: docx::label, read: docx::read, layers: &[Layer::Visible, Layer::Property] },
    Labeller { kind: Kind::Pdf, label: pdf::label, read: pdf::read, layers: &[Layer::Xmp] },
];

fn of_kind(kind: Kind) -> Option<&'static Labeller> {
    LABELLERS.iter().find(|labeller| labeller.kind == kind)
}

/// The layers that a label on a document of this kind has; none when it is not labelled.
///
/// A PDF's pages are finished drawings with no room made for a further line, and
/// in an archived or signed file they may not change: it has no visible layer.
#[must_use]
pub fn layers(kind: Kind) -> &'static [Layer] {
    of_kind(kind).map_or(&[], |labeller| labeller.layers)
}

/// Labels a document.
///
/// # Errors
///
/// [`LabelError`]; the document is then as it was.
pub fn label(kind: Kind, bytes: &[u8], request: &Request) -> Result<Vec<u8>, LabelError> {
    let known = of_kind(kind).ok_or(LabelError::Format(kind))?;
    let words = request.words();
    let told = [Some(words), request.system.as_deref(), request.version.as_deref()];
    // The last two are no characters of XML.
    let is_written = |c: char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    let fits = |text: &str| text.chars().count() <= MOST_CHARACTERS && text.chars().all(is_written);
    if words.is_empty() || !told.into_iter().flatten().all(fits) {
        return Err(LabelError::Text);
    }
    if (known.read)(bytes).is_some_and(|label| label.layers == known.layers) {
        return Err(LabelError::Already);
    }
    let labelled = (known.label)(bytes, request)?;
    let expected = Label {
        text: words.to_owned(),
        edited: request.edited,
        system: request.system.clone(),
        layers: known.layers.to_vec(),
    };
    if (known.read)(&labelled) == Some(expected) { Ok(labelled) } else { Err(LabelError::Unverified) }
}

/// The label that stands in a document; `None` when there is none that this program knows.
#[must_use]
pub fn read(kind: Kind, bytes: &[u8]) -> Option<Label> {
    (of_kind(kind)?.read)(bytes)
}

/// Whether a source type says that AI made it (`false`) or a part of it (`true`).
fn is_edited(source_type: &str) -> Option<bool> {
    match source_type.rsplit('/').next()? {
        "trainedAlgorithmicMedia" => Some(false),
        "compositeWithTrainedAlgorithmicMedia" | "compositeSynthetic" => Some(true),
        _ => None,
    }
}
