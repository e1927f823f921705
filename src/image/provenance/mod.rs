//! What made a picture, as far as its bytes tell it.
//!
//! Three things are told apart: the **origin** with its evidence, the
//! **integrity** of a C2PA manifest and the **trust** in its signer. A manifest
//! that no longer holds still says what made the picture, and a picture
//! without any marker is of unknown origin, never "made by a human".

use serde::{Deserialize, Serialize};

use super::container::{Metadata, metadata};
use super::ifd::tag;
use crate::document::Kind;

mod exif;
mod manifest;
mod markers;
mod prose;
#[cfg(test)]
mod tests;
mod xmp;

pub(crate) use exif::Exif;
pub use markers::{Marker, Says};
pub(crate) use xmp::{Property, properties};

use manifest::Store;
use markers::{FILE_NAMES, denies, named, source_type};
use prose::{generation, is_aigc, is_uuid};

/// What made the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Nothing in the file tells.
    #[default]
    Unknown,
    /// A camera.
    Camera,
    /// AI made or changed a part of it.
    AiEdited,
    /// AI made it.
    Ai,
}

impl Origin {
    /// Whether the municipality's guideline asks for a label.
    #[must_use]
    pub fn is_ai(self) -> bool {
        self >= Self::AiEdited
    }
}

/// Where in the file a piece of evidence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The C2PA manifest store.
    C2pa,
    /// XMP.
    Xmp,
    /// IPTC-IIM.
    Iptc,
    /// EXIF.
    Exif,
    /// A text field of the format (PNG text, a comment).
    Text,
    /// The file's name.
    FileName,
}

/// One thing in the file that tells of the picture's origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where it stands.
    pub source: Source,
    /// What kind of sign it is.
    pub marker: Marker,
    /// What it says.
    pub says: Says,
    /// The source type's or the generator's name; `None` when the sign names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Whether a manifest still matches the picture and is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Integrity {
    /// It was not checked.
    Unchecked,
    /// It matches, and its signature holds.
    Valid,
    /// It does not match, or its signature does not hold.
    Invalid,
}

/// Why a manifest does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Broken {
    /// The picture or the manifest was changed after it was signed.
    Changed,
    /// The certificate was not one to sign with, or not valid then. Files of
    /// real generators often carry such.
    Certificate,
    /// It is incomplete, damaged or against the rules in another way.
    Other,
}

/// Whether a manifest's signer is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// It was not checked.
    Unchecked,
    /// The signer is on the list of trust.
    Trusted,
    /// The signer is not on it.
    Untrusted,
}

/// The C2PA manifest of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct C2pa {
    /// Whether there is one. Cameras and editors sign too: this alone says nothing of AI.
    pub present: bool,
    /// Whether it holds.
    pub integrity: Integrity,
    /// Whether its signer is known.
    pub trust: Trust,
    /// Why it does not hold; `None` when it holds or was not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
}

/// The layers in which a picture says that it is AI's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    /// A visible label that this program noted when it wrote it. Another
    /// program's visible label cannot be seen in the bytes.
    pub visible: bool,
    /// The source type in XMP.
    pub xmp: bool,
    /// The source type in the C2PA manifest.
    pub c2pa: bool,
}

/// What a title says that a generator wrote, beside its name; any other title tells what the
/// picture shows, which may be a generator's own mark or window.
const MADE: &str = "generated";

/// What is known of a picture's making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// What made it.
    pub origin: Origin,
    /// The program or service that made it, when it is named.
    #[serde(default)]
    pub generator: Option<String>,
    /// What the origin rests on, strongest first.
    pub evidence: Vec<Evidence>,
    /// Its C2PA manifest.
    pub c2pa: C2pa,
    /// How it is labelled.
    pub labelled: Labelled,
    /// The camera's maker and model; `None` when none is noted.
    #[serde(default)]
    pub camera: Option<String>,
    /// Whether a position is noted.
    pub gps: bool,
    /// Whether persons in the picture are named.
    pub persons: bool,
    /// Width and height in pixels as stored; `None` when the format does not tell.
    #[serde(default)]
    pub size: Option<(u32, u32)>,
    /// Whether a colour profile is embedded.
    pub icc: bool,
    /// Frames or pages; above 1 for an animation.
    pub frames: u32,
}

impl Provenance {
    /// Whether the picture is AI's and nothing shows that it carries a visible label.
    #[must_use]
    pub fn lacks_label(&self) -> bool {
        self.origin.is_ai() && !self.labelled.visible
    }

    /// The names that come from the file as they stand there: of generators, models and cameras.
    pub(crate) fn named(&self) -> impl Iterator<Item = &str> {
        let details = self.evidence.iter().filter_map(|evidence| evidence.detail.as_deref());
        details.chain(self.generator.as_deref()).chain(self.camera.as_deref())
    }

    /// The same, to be changed.
    pub(crate) fn named_mut(&mut self) -> impl Iterator<Item = &mut String> {
        let details = self.evidence.iter_mut().filter_map(|evidence| evidence.detail.as_mut());
        details.chain(&mut self.generator).chain(&mut self.camera)
    }
}

/// Tells what made the picture, by its bytes alone.
#[must_use]
pub fn inspect(kind: Kind, bytes: &[u8]) -> Provenance {
    let metadata = metadata(kind, bytes);
    let mut witness = Witness::default();
    witness.manifest(&metadata);
    witness.xmp(&metadata);
    witness.iptc(&metadata);
    witness.texts(&metadata);
    let exif = metadata.exif.as_deref().map(Exif::read).unwrap_or_default();
    witness.exif(&exif);
    witness.verdict(&metadata, &exif)
}

/// What a file's name hints at; never decides the origin.
#[must_use]
pub fn file_name_hint(name: &str) -> Option<Evidence> {
    let name = name.to_lowercase();
    let (_, generator) = FILE_NAMES.iter().find(|(start, _)| name.starts_with(start))?;
    Some(Evidence {
        source: Source::FileName,
        marker: Marker::FileName,
        says: Says::Hint,
        detail: Some((*generator).to_owned()),
    })
}

/// Collects what each part of the file says.
#[derive(Default)]
struct Witness {
    evidence: Vec<Evidence>,
    labelled: Labelled,
    camera: Option<String>,
    generator: Option<String>,
    gps: bool,
    persons: bool,
}

impl Witness {
    fn add(&mut self, source: Source, marker: Marker, says: Says, detail: &str) {
        let detail = Some(clean(detail)).filter(|detail| !detail.is_empty());
        let evidence = Evidence { source, marker, says, detail };
        if !self.evidence.contains(&evidence) {
            self.evidence.push(evidence);
        }
    }

    fn made_by(&mut self, generator: &str) {
        let generator = clean(generator);
        if self.generator.is_none() && !generator.is_empty() {
            self.generator = Some(generator);
        }
    }

    fn manifest(&mut self, metadata: &Metadata<'_>) {
        let Some(bytes) = &metadata.manifest else { return };
        let store = Store::read(bytes);
        let statement = store.statement();
        let Some(says) = statement.says else { return };
        let marker = if statement.by_ingredient { Marker::Ingredient } else { Marker::SourceType };
        match statement.source_type {
            Some(name) => self.add(Source::C2pa, marker, says, name),
            None => self.add(Source::C2pa, Marker::Generator, says, statement.generator.as_deref().unwrap_or_default()),
        }
        self.labelled.c2pa = says >= Says::AiEdited;
        if says >= Says::AiEdited {
            let claimed = store.active().and_then(|manifest| manifest.generator.clone());
            self.made_by(statement.generator.or(claimed).as_deref().unwrap_or_default());
        }
    }

    fn xmp(&mut self, metadata: &Metadata<'_>) {
        for property in metadata.xmp.iter().flat_map(|packet| properties(packet)) {
            self.property(&property);
        }
    }

    fn property(&mut self, Property { name, value }: &Property) {
        match *name {
            "DigitalSourceType" | "DigitalSourcefileType" => {
                if let Some((name, says)) = source_type(value) {
                    self.labelled.xmp |= says >= Says::AiEdited;
                    self.add(Source::Xmp, Marker::SourceType, says, name);
                }
            }
            // Whether it made the picture or changed it is the source type's to say.
            "AISystemUsed" if !is_none(value) => {
                self.made_by(value);
                self.add(Source::Xmp, Marker::AiSystem, Says::AiEdited, value);
            }
            "AIPromptInformation" if !is_none(value) => self.add(Source::Xmp, Marker::AiSystem, Says::AiEdited, ""),
            "AIGC" if is_aigc(value) => self.add(Source::Xmp, Marker::AigcLabel, Says::Ai, ""),
            "CreatorTool" | "Software" | "softwareAgent" => self.software(Source::Xmp, Marker::Generator, value),
            "Credit" => self.credit(Source::Xmp, value),
            "description" | "UserComment" | "ImageDescription" | "Make" | "Model" => self.prose(Source::Xmp, "", value),
            "GPSLatitude" => self.gps = true,
            "PersonInImage" => self.persons = true,
            "VisibleLabel" => self.labelled.visible = true,
            _ => {}
        }
    }

    /// Credit, source, byline and program among IPTC-IIM's datasets (IIM 4.2, record 2).
    fn iptc(&mut self, metadata: &Metadata<'_>) {
        let mut rest = metadata.iptc.as_deref().unwrap_or_default();
        while let [0x1c, record, dataset, high, low, tail @ ..] = rest {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let Some(value) = tail.get(..length) else { return };
            let value = String::from_utf8_lossy(value);
            match (*record, *dataset) {
                (2, 65) => self.software(Source::Iptc, Marker::Generator, &value),
                (2, 80 | 110 | 115 | 116) => self.credit(Source::Iptc, &value),
                (2, 40 | 120) => self.prose(Source::Iptc, "", &value),
                _ => {}
            }
            rest = tail.get(length..).unwrap_or_default();
        }
    }

    fn texts(&mut self, metadata: &Metadata<'_>) {
        for (key, value) in &metadata.texts {
            self.prose(Source::Text, key, value);
            let key = key.to_lowercase();
            if ["software", "source", "creator", "author", "generator"].contains(&key.as_str()) {
                self.software(Source::Text, Marker::Generator, value);
            } else if key == "title" {
                self.title(Source::Text, value);
            }
        }
    }

    fn exif(&mut self, exif: &Exif) {
        for (tag, value) in &exif.texts {
            match *tag {
                tag::SOFTWARE | tag::HOST_COMPUTER => self.software(Source::Exif, Marker::Generator, value),
                tag::DOCUMENT_NAME => self.title(Source::Exif, value),
                tag::ARTIST | tag::COPYRIGHT => self.credit(Source::Exif, value),
                _ => {}
            }
            self.prose(Source::Exif, "", value);
        }
        let artist = exif.text(tag::ARTIST).unwrap_or_default();
        let description = exif.text(tag::IMAGE_DESCRIPTION).unwrap_or_default();
        if description.starts_with("Signature: ") && is_uuid(artist) {
            self.add(Source::Exif, Marker::Signature, Says::Ai, "Grok");
            self.made_by("Grok");
        }
        if artist.eq_ignore_ascii_case("ai") {
            self.add(Source::Exif, Marker::Credit, Says::Ai, "");
        }
        self.gps |= exif.gps;
        self.camera = camera(exif);
        if let (Some(camera), true) = (self.camera.clone(), exif.exposure) {
            self.add(Source::Exif, Marker::Exposure, Says::Camera, &camera);
        }
    }

    /// The name of a program, credit line or the like.
    /// Who is to be named. Photographers write there what AI must not do with a picture, and that it had no part in it.
    fn credit(&mut self, source: Source, value: &str) {
        if !denies(value) {
            self.software(source, Marker::Credit, value);
        }
    }

    fn title(&mut self, source: Source, value: &str) {
        if value.to_lowercase().contains(MADE) {
            self.software(source, Marker::Generator, value);
        }
    }

    fn software(&mut self, source: Source, marker: Marker, value: &str) {
        if let Some((name, says)) = named(value) {
            self.add(source, marker, says, name);
            self.made_by(name);
        }
    }

    /// A field of free text.
    fn prose(&mut self, source: Source, key: &str, value: &str) {
        if key.eq_ignore_ascii_case("aigc") && !is_aigc(value) {
            return;
        }
        if let Some((marker, generator)) = generation(key, value) {
            self.add(source, marker, Says::Ai, generator);
            self.made_by(generator);
        }
    }

    fn verdict(mut self, metadata: &Metadata<'_>, exif: &Exif) -> Provenance {
        self.evidence.sort_by_key(|evidence| std::cmp::Reverse(evidence.says));
        let origin = match self.evidence.first().map(|evidence| evidence.says) {
            Some(Says::Ai) => Origin::Ai,
            Some(Says::AiEdited) => Origin::AiEdited,
            Some(Says::Camera) => Origin::Camera,
            _ => Origin::Unknown,
        };
        let turned = exif.orientation.is_some_and(|orientation| orientation >= 5);
        Provenance {
            origin,
            generator: self.generator,
            evidence: self.evidence,
            c2pa: C2pa {
                present: metadata.manifest.is_some(),
                integrity: Integrity::Unchecked,
                trust: Trust::Unchecked,
                broken: None,
            },
            labelled: self.labelled,
            camera: self.camera,
            gps: self.gps,
            persons: self.persons,
            size: metadata.size.map(|(width, height)| if turned { (height, width) } else { (width, height) }),
            icc: metadata.icc,
            frames: metadata.frames,
        }
    }
}

/// Maker and model, when they are a camera's and not something a generator put there.
fn camera(exif: &Exif) -> Option<String> {
    let make = exif.text(tag::MAKE)?;
    let model = exif.text(tag::MODEL).unwrap_or_default();
    let plausible = |value: &str| value.len() <= 64 && !value.contains(['{', ':']) && named(value).is_none();
    // Some makers begin the model with their name.
    let name = if model.starts_with(make) { model.to_owned() } else { format!("{make} {model}") };
    (plausible(make) && plausible(model)).then(|| clean(&name))
}

/// Whether a field is filled in to say that nothing is.
fn is_none(value: &str) -> bool {
    ["none", "no", "n/a", "nej", "ingen", "inget", "-", "false", "0"].contains(&value.trim().to_lowercase().as_str())
}

/// A name from a file as it may be shown and stored: short, of plain characters.
fn clean(name: &str) -> String {
    let plain = |c: &char| c.is_alphanumeric() || " ._-/·()+".contains(*c);
    name.chars().filter(plain).take(60).collect::<String>().trim().to_owned()
}
