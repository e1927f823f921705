//! Excel workbooks: every sheet with its cells as they read, and what stands
//! around them.

use std::collections::VecDeque;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::package::{Package, Relation, decode, note_damage};
use crate::extract::ooxml::sheet::book::{Book, Sheet};
use crate::extract::ooxml::{Role, Waiting, Walk, drawing, main_part, properties, read_common};
use crate::extract::xml::{Node, Xml};
use crate::limits::Limits;

mod binary;
mod book;
mod cells;
mod comments;
#[cfg(test)]
mod tests;

/// Relations that lead to text of a workbook beside its sheets.
const ROLES: &[(&str, Role)] = &[
    ("comments", Role::Text(Part::Comment)),
    ("threadedcomment", Role::Text(Part::Comment)),
    ("drawing", Role::Text(Part::TextBox)),
    ("chartusershapes", Role::Text(Part::TextBox)),
    ("externallink", Role::Text(Part::Link)),
    ("pivotcachedefinition", Role::Text(Part::Hidden)),
    ("pivotcacherecords", Role::Text(Part::Hidden)),
    ("connections", Role::Text(Part::Link)),
    ("person", Role::Text(Part::Property)),
];

/// Reads a workbook.
///
/// # Errors
///
/// [`FileError::Corrupt`] when it has no main part, or a limit.
pub(in crate::extract) fn xlsx(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    read(bytes, false, limits, builder)
}

/// Reads a binary workbook.
///
/// # Errors
///
/// As [`xlsx`].
pub(in crate::extract) fn xlsb(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    read(bytes, true, limits, builder)
}

fn read(bytes: &[u8], binary: bool, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut package = Package::open(bytes, limits, builder)?;
    let (relations, main) = main_part(&mut package, builder)?;
    let related = package.relations(&main, builder)?;
    let book = if binary {
        binary::book(&mut package, &main, &related, builder)?
    } else {
        Book::read(&mut package, &main, &related, builder)?
    };
    let mut walk = Walk::new(&main, Role::Text(Part::Body));
    for (sheet, number) in book.sheets.iter().zip(1..) {
        read_sheet(&mut package, &book, sheet, number, &mut walk, builder)?;
    }
    walk.follow(&related, ROLES, builder);
    read_waiting(&mut package, &mut walk, None, builder)?;
    properties::read(&mut package, &relations, builder)?;
    for string in book.unused() {
        builder.block(Place::part(Part::Hidden), string);
    }
    package.leftovers(builder)
}

/// Reads a sheet and what only it refers to.
fn read_sheet(
    package: &mut Package,
    book: &Book,
    sheet: &Sheet,
    number: u32,
    walk: &mut Walk,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let gaps = builder.gaps();
    let place = Place { sheet: Some(number), ..Place::part(if sheet.hidden { Part::HiddenSheet } else { Part::Body }) };
    builder.block(Place { part: Part::Property, ..place.clone() }, &sheet.name);
    if let Some(part) = &sheet.part {
        walk.seen.insert(part.to_ascii_lowercase());
        let bytes = package.bytes(part, place.part, builder)?;
        if is_xml(&bytes) {
            let text = decode(bytes, place.part, builder);
            cells::read(&text, book, &place, package.limits(), builder)?;
        } else {
            binary::cells(&bytes, book, &place, builder);
        }
        let related = package.relations(part, builder)?;
        walk.waiting = VecDeque::new();
        walk.follow(&related, ROLES, builder);
        read_waiting(package, walk, Some(number), builder)?;
    } else {
        builder.gap(Cause::PartMissing, place);
    }
    builder.unit(builder.gaps() == gaps);
    Ok(())
}

fn read_waiting(
    package: &mut Package,
    walk: &mut Walk,
    sheet: Option<u32>,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    while let Some(part) = walk.waiting.pop_front() {
        read_part(package, &part, sheet, builder)?;
        if part.role != Role::Picture && !builder.is_full() {
            let related = package.relations(&part.name, builder)?;
            walk.follow(&related, ROLES, builder);
        }
    }
    Ok(())
}

fn read_part(
    package: &mut Package,
    part: &Waiting,
    sheet: Option<u32>,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let Role::Text(place) = part.role else { return read_common(package, part, builder) };
    let bytes = package.bytes(&part.name, place, builder)?;
    let place = Place { sheet, ..Place::part(place) };
    if !is_xml(&bytes) {
        if place.part == Part::Comment {
            binary::comments(&bytes, &place, builder);
            return Ok(());
        }
        // Pivot caches of binary workbooks.
        builder.gap(Cause::EmbeddedUnread, place);
        return Ok(());
    }
    let text = decode(bytes, place.part, builder);
    match place.part {
        Part::Comment => comments::read(&text, &place, package.limits(), builder),
        Part::TextBox => drawing::shapes(&text, &place, &mut 0, package.limits(), builder),
        _ => values(&text, &place, package.limits(), builder),
    }
}

/// Values that a part keeps in attributes and elements: copies of a pivot
/// table's source, cached cells of another workbook, sources of data.
fn values(text: &str, place: &Place, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, limits);
    let mut value = String::new();
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) => {
                value.clear();
                for name in ["v", "displayName", "connection", "command", "sourceFile", "url"] {
                    if let Some(value) = tag.attribute(name).filter(|v| v.chars().any(char::is_alphanumeric)) {
                        builder.block(place.clone(), &value);
                    }
                }
            }
            Node::Text(text) => value.push_str(&text),
            Node::Close(_) => {
                builder.block(place.clone(), &value);
                value.clear();
            }
        }
    }
    note_damage(&xml, place.part, builder);
    Ok(())
}

/// Whether a part is XML and not records; a part that could not be read is neither.
fn is_xml(bytes: &[u8]) -> bool {
    bytes.iter().take(8).any(|byte| *byte == b'<') || bytes.is_empty()
}

/// The part that relation `id` leads to.
fn target(related: &[Relation], id: &str) -> Option<String> {
    related.iter().find(|relation| relation.id == id && !relation.external).map(|relation| relation.target.clone())
}
