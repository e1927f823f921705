//! Office Open XML (ECMA-376, ISO/IEC 29500): documents, workbooks and
//! presentations, strict and transitional, by the relations between their parts.

use std::collections::{HashSet, VecDeque};

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::html::code::is_telling;
use crate::extract::ooxml::package::{Package, Relation, note_damage};
use crate::extract::pictures;
use crate::extract::xml::{Node, Xml};

mod alternative;
mod drawing;
mod package;
mod properties;
mod sheet;
mod slide;
mod word;

pub(super) use sheet::{xlsb, xlsx};
pub(super) use slide::pptx;
pub(super) use word::docx;

/// What a related part is to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Read by the format's own reader, as that part.
    Text(Part),
    /// A chart.
    Chart,
    /// The words of a diagram (`SmartArt`).
    Diagram,
    /// Data bound to the document, in any XML.
    Data,
    /// A file in the file.
    Embedded,
    /// Macros.
    Macros,
    /// A picture.
    Picture,
}

/// Relation kinds that every format knows; each format adds its own.
const ROLES: &[(&str, Role)] = &[
    ("chart", Role::Chart),
    ("chartex", Role::Chart),
    ("diagramdata", Role::Diagram),
    ("customxml", Role::Data),
    ("package", Role::Embedded),
    ("oleobject", Role::Embedded),
    ("afchunk", Role::Embedded),
    ("subdocument", Role::Embedded),
    ("control", Role::Embedded),
    ("vbaproject", Role::Macros),
    ("image", Role::Picture),
];

/// A part that is waiting to be read.
#[derive(Debug)]
struct Waiting {
    name: String,
    role: Role,
}

/// Follows relations from the main part, each part once.
#[derive(Debug)]
struct Walk {
    waiting: VecDeque<Waiting>,
    seen: HashSet<String>,
}

impl Walk {
    /// A walk that begins at part `main`.
    fn new(main: &str, role: Role) -> Self {
        let first = Waiting { name: main.to_owned(), role };
        Self { waiting: VecDeque::from([first]), seen: HashSet::from([main.to_ascii_lowercase()]) }
    }

    /// Queues what `relations` lead to. Addresses outside the file are links.
    fn follow(&mut self, relations: &[Relation], roles: &[(&str, Role)], builder: &mut TextBuilder) {
        for relation in relations {
            if relation.external {
                builder.block(Place::part(Part::Link), &relation.target);
                continue;
            }
            let role = roles.iter().chain(ROLES).find(|(kind, _)| *kind == relation.kind);
            if let Some((_, role)) = role.filter(|_| self.seen.insert(relation.target.to_ascii_lowercase())) {
                self.waiting.push_back(Waiting { name: relation.target.clone(), role: *role });
            }
        }
    }
}

/// The package's relations and the name of its main part.
fn main_part(package: &mut Package, builder: &mut TextBuilder) -> Result<(Vec<Relation>, String), FileError> {
    let relations = package.relations("", builder)?;
    let main = relations.iter().find(|relation| relation.kind == "officedocument" && !relation.external);
    let name = main.map(|relation| relation.target.clone()).ok_or(FileError::Corrupt("no main part is named"))?;
    Ok((relations, name))
}

/// Reads a part that is the same in every format.
fn read_common(package: &mut Package, part: &Waiting, builder: &mut TextBuilder) -> Result<(), FileError> {
    match part.role {
        Role::Chart => drawing::chart(&package.text(&part.name, Part::Chart, builder)?, package.limits(), builder),
        Role::Diagram => {
            let text = package.text(&part.name, Part::Chart, builder)?;
            drawing::shapes(&text, &Place::part(Part::Chart), &mut 0, package.limits(), builder)
        }
        Role::Data => data(&package.text(&part.name, Part::Property, builder)?, package, builder),
        Role::Embedded => embedded(package, &part.name, builder),
        Role::Macros => {
            builder.facts().macros = true;
            Ok(())
        }
        Role::Picture => picture(package, &part.name, builder),
        Role::Text(_) => Ok(()),
    }
}

/// The words of an XML part of unknown vocabulary, such as the case data that
/// document systems bind to templates: one block an element.
fn data(text: &str, package: &Package, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, package.limits());
    let mut value = String::new();
    while let Some(node) = xml.next()? {
        match node {
            Node::Text(text) => value.push_str(&text),
            Node::Open(tag) => {
                builder.block(Place::part(Part::Property), &value);
                value.clear();
                tag.each_attribute(|_, words| {
                    if is_telling(words) {
                        builder.block(Place::part(Part::Property), words);
                    }
                });
            }
            Node::Close(_) => {
                builder.block(Place::part(Part::Property), &value);
                value.clear();
            }
        }
    }
    note_damage(&xml, Part::Property, builder);
    Ok(())
}

/// Reads a file in the file as what it is.
fn embedded(package: &mut Package, name: &str, builder: &mut TextBuilder) -> Result<(), FileError> {
    let bytes = package.bytes(name, Part::Body, builder)?;
    let name = name.rsplit('/').next().unwrap_or_default();
    builder.facts().attachments += 1;
    super::embedded::named(name, &bytes, package.limits(), builder);
    Ok(())
}

/// Reads a picture that looks like a scanned sheet.
fn picture(package: &mut Package, name: &str, builder: &mut TextBuilder) -> Result<(), FileError> {
    if !pictures::is_sheet(&package.head(name, pictures::HEAD, builder)) {
        return Ok(());
    }
    let bytes = package.bytes(name, Part::Body, builder)?;
    super::embedded::embedded(name.rsplit('/').next().unwrap_or_default(), &bytes, package.limits(), builder);
    Ok(())
}

/// Says that a document has pictures and no text of its own.
fn note_pictures(pictures: bool, blocks_before: usize, builder: &mut TextBuilder) {
    if pictures && builder.len() == blocks_before {
        builder.gap(Cause::ImageOnly, Place::default());
    }
}
