//! An Office Open XML package (ISO/IEC 29500-2): parts that name each other
//! by relationships. File names mean nothing and are never relied on.

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::leftovers;
use crate::extract::unsaid;
use crate::extract::xml::{self, Node, Xml};
use crate::extract::zipfile::Archive;
use crate::limits::Limits;

/// An open package.
#[derive(Debug)]
pub(super) struct Package<'a> {
    archive: Archive<'a>,
    limits: &'a Limits,
}

/// What one part says of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// The identifier by which the part refers to it.
    pub(super) id: String,
    /// The last word of its type in lower case, without hyphens: strict and
    /// transitional documents agree on no more than that.
    pub(super) kind: String,
    /// The other part's name, or an address outside the file.
    pub(super) target: String,
    /// Whether the target lies outside the file.
    pub(super) external: bool,
}

impl<'a> Package<'a> {
    /// Opens the package in `bytes`.
    ///
    /// # Errors
    ///
    /// As [`Archive::open`].
    pub(super) fn open(bytes: &'a [u8], limits: &'a Limits, builder: &mut TextBuilder) -> Result<Self, FileError> {
        let archive = Archive::open(bytes, limits)?;
        if archive.doubled || archive.cut || archive.strays {
            builder.gap(Cause::PartDamaged, Place::default());
        }
        Ok(Self { archive, limits })
    }

    /// The limits that hold for every part.
    pub(super) fn limits(&self) -> &'a Limits {
        self.limits
    }

    /// Reads what no relation led to.
    ///
    /// # Errors
    ///
    /// A limit on inflated bytes or depth.
    pub(super) fn leftovers(&mut self, builder: &mut TextBuilder) -> Result<(), FileError> {
        leftovers::read(&mut self.archive, self.limits, builder)
    }

    /// The bytes of a part, as far as they can be read; what cannot is a gap at `place`.
    ///
    /// # Errors
    ///
    /// A limit on inflated bytes.
    pub(super) fn bytes(&mut self, name: &str, place: Part, builder: &mut TextBuilder) -> Result<Vec<u8>, FileError> {
        let Some(index) = self.archive.find(name) else {
            builder.gap(Cause::PartMissing, Place::part(place));
            return Ok(Vec::new());
        };
        let content = self.archive.read(index, builder.inflate_left())?;
        unsaid::look_binary(&content.bytes, builder);
        Ok(content.noted(Place::part(place), builder))
    }

    /// The first `most` bytes of a part; none when it is not there.
    pub(super) fn head(&mut self, name: &str, most: u64, builder: &mut TextBuilder) -> Vec<u8> {
        let left = builder.inflate_left();
        let head = self.archive.peek(name, most.min(*left)).unwrap_or_default();
        *left = left.saturating_sub(head.len() as u64);
        head
    }

    /// The characters of an XML part.
    ///
    /// # Errors
    ///
    /// A limit on inflated bytes.
    pub(super) fn text(&mut self, name: &str, place: Part, builder: &mut TextBuilder) -> Result<String, FileError> {
        Ok(decode(self.bytes(name, place, builder)?, place, builder))
    }

    /// The relations of part `name`, or of the package when it is empty. A
    /// part without any has none.
    ///
    /// # Errors
    ///
    /// A limit on inflated bytes or depth.
    pub(super) fn relations(&mut self, name: &str, builder: &mut TextBuilder) -> Result<Vec<Relation>, FileError> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let slash = if folder.is_empty() { "" } else { "/" };
        let list = format!("{folder}{slash}_rels/{file}.rels");
        if self.archive.find(&list).is_none() {
            return Ok(Vec::new());
        }
        let text = self.text(&list, Part::Body, builder)?;
        let mut relations = Vec::new();
        let mut xml = Xml::new(&text, self.limits);
        while let Some(node) = xml.next()? {
            let Node::Open(tag) = node else { continue };
            if let (Some(kind), Some(target)) = (tag.attribute("Type"), tag.attribute("Target")) {
                let external = tag.attribute("TargetMode").as_deref() == Some("External");
                let target = if external { target } else { resolve(folder, &target) };
                let id = tag.attribute("Id").unwrap_or_default();
                relations.push(Relation { id, kind: last_word(&kind), target, external });
            }
        }
        note_damage(&xml, Part::Body, builder);
        Ok(relations)
    }
}

/// The characters of an XML part that was read.
pub(super) fn decode(bytes: Vec<u8>, place: Part, builder: &mut TextBuilder) -> String {
    let (text, lossy) = xml::decode(bytes);
    if lossy {
        builder.gap(Cause::Encoding, Place::part(place));
    }
    text
}

/// Notes a gap when `xml` could not be walked to its end.
pub(super) fn note_damage(xml: &Xml, place: Part, builder: &mut TextBuilder) {
    if xml.is_damaged() {
        builder.gap(Cause::PartDamaged, Place::part(place));
    }
}

fn last_word(kind: &str) -> String {
    let word = kind.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    word.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect()
}

/// The part that `target` names from `folder`.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.split(['#', '?']).next().unwrap_or_default().replace('\\', "/");
    let from_root = target.starts_with('/');
    let mut path: Vec<&str> =
        if from_root { Vec::new() } else { folder.split('/').filter(|s| !s.is_empty()).collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    unescape_percent(&path.join("/"))
}

/// Part names are URIs: a space in them is written `%20`.
fn unescape_percent(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let hex = (*byte == b'%').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(value) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(value);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*byte);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_from_their_part() {
        for (folder, target, name) in [
            ("word", "header1.xml", "word/header1.xml"),
            ("ppt/slides", "../notesSlides/notesSlide1.xml", "ppt/notesSlides/notesSlide1.xml"),
            ("word", "/customXml/item1.xml", "customXml/item1.xml"),
            ("", "./word/document.xml", "word/document.xml"),
            ("word", "embeddings/Blad%201.xlsx", "word/embeddings/Blad 1.xlsx"),
            ("word", "../../../x.xml", "x.xml"),
            ("word", "50%25%.xml#a", "word/50%%.xml"),
        ] {
            assert_eq!(resolve(folder, target), name, "{target}");
        }
    }

    #[test]
    fn strict_and_transitional_types_are_one() {
        for kind in [
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties",
            "http://purl.oclc.org/ooxml/officeDocument/relationships/extendedProperties",
        ] {
            assert_eq!(last_word(kind), "extendedproperties");
        }
    }
}
