//! E-books (EPUB 3.3): the chapters in the order of reading, and what the
//! package says of the book.

use std::collections::HashMap;

use super::html;
use super::xml::{Node, Xml, decode};
use super::zipfile::Archive;
use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

const DAMAGED: FileError = FileError::Corrupt("the book's package is missing or damaged");

/// Reads a book.
pub(super) fn epub(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut archive = Archive::open(bytes, limits)?;
    if archive.doubled || archive.cut {
        builder.gap(Cause::PartDamaged, Place::default());
    }
    if archive.find("META-INF/rights.xml").is_some() {
        return Err(FileError::Encrypted);
    }
    for chapter in chapters(&mut archive, limits, builder)? {
        let Some(page) = part(&mut archive, &chapter, builder)? else {
            builder.gap(Cause::PartMissing, Place::default());
            builder.unit(false);
            continue;
        };
        html::html(&page, limits, builder)?;
        if builder.is_full() {
            break;
        }
    }
    super::leftovers::read(&mut archive, limits, builder)
}

/// The chapters' names in the order of reading; says the book's metadata on the way.
fn chapters(archive: &mut Archive, limits: &Limits, builder: &mut TextBuilder) -> Result<Vec<String>, FileError> {
    let container = part(archive, "META-INF/container.xml", builder)?.ok_or(DAMAGED)?;
    let container = decode(container).0;
    let mut xml = Xml::new(&container, limits);
    let mut package = None;
    while let Some(node) = xml.next()? {
        if let Node::Open(tag) = node {
            package = package.or_else(|| tag.attribute("full-path"));
        }
    }
    let name = package.ok_or(DAMAGED)?;
    let package = decode(part(archive, &name, builder)?.ok_or(DAMAGED)?).0;
    let folder = name.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
    spine(&package, &folder, limits, builder)
}

fn spine(package: &str, folder: &str, limits: &Limits, builder: &mut TextBuilder) -> Result<Vec<String>, FileError> {
    let mut xml = Xml::new(package, limits);
    let mut items = HashMap::new();
    let mut chapters = Vec::new();
    let mut metadata = false;
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) if tag.name() == "item" => {
                items.extend(tag.attribute("id").zip(tag.attribute("href")));
            }
            Node::Open(tag) if tag.name() == "itemref" => {
                let href = tag.attribute("idref").and_then(|id| items.get(&id).cloned());
                chapters.push(format!("{folder}{}", unescaped(&href.unwrap_or_default())));
            }
            Node::Open(tag) if tag.name() == "metadata" => metadata = true,
            Node::Close(end) if end.name() == "metadata" => metadata = false,
            Node::Text(text) if metadata => builder.block(Place::part(Part::Property), &text),
            _ => {}
        }
    }
    Ok(chapters)
}

/// A part of the book; a flaw in it is noted.
fn part(archive: &mut Archive, name: &str, builder: &mut TextBuilder) -> Result<Option<Vec<u8>>, FileError> {
    let Some(index) = archive.find(name) else { return Ok(None) };
    let content = archive.read(index, builder.inflate_left())?;
    Ok(Some(content.noted(Place::default(), builder)))
}

/// A reference with its `%hh` as the bytes they stand for (RFC 3986, 2.1).
fn unescaped(reference: &str) -> String {
    let path = reference.split('#').next().unwrap_or_default();
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{ZipPart, lines, read, truncate_everywhere, zip};

    fn book(extra: &[ZipPart]) -> Vec<u8> {
        let container = r#"<container><rootfiles><rootfile full-path="OPS/bok.opf"/></rootfiles></container>"#;
        let package = r#"<package xmlns:dc="d"><metadata><dc:title>Boken</dc:title><dc:creator>Eva Ek</dc:creator></metadata>
            <manifest><item id="b" href="tv%C3%A5.xhtml"/><item id="a" href="ett.xhtml"/><item id="c" href="borta.xhtml"/></manifest>
            <spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine></package>"#;
        let mut parts = vec![
            ZipPart::stored("mimetype", b"application/epub+zip"),
            ZipPart::text("META-INF/container.xml", container),
            ZipPart::text("OPS/bok.opf", package),
            ZipPart::text("OPS/två.xhtml", "<html><p>Andra</p></html>"),
            ZipPart::text("OPS/ett.xhtml", "<html><p>Första</p></html>"),
        ];
        parts.extend(extra.iter().cloned());
        zip(&parts)
    }

    #[test]
    fn chapters_are_read_in_order_and_missing_ones_said() {
        let reading = read(&book(&[]));
        assert_eq!(reading.error, None);
        assert_eq!(
            lines(&reading.text),
            ["property: Boken", "property: Eva Ek", "body paragraph 1: Första", "body paragraph 1: Andra"]
        );
        assert_eq!((reading.text.units, reading.text.units_read), (3, 2));
        assert_eq!(reading.text.gaps[0].cause, Cause::PartMissing);
    }

    #[test]
    fn a_book_with_rights_is_encrypted() {
        assert_eq!(read(&book(&[ZipPart::text("META-INF/rights.xml", "x")])).error, Some(FileError::Encrypted));
    }

    #[test]
    fn a_cut_book_says_so() {
        truncate_everywhere(&book(&[]));
    }
}
