//! Comments on cells, notes and threads alike.

use crate::document::{Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::package::note_damage;
use crate::extract::ooxml::sheet::cells::reference;
use crate::extract::xml::{Node, Xml};
use crate::limits::Limits;

/// Reads a part of comments on the cells of the sheet at `place`.
pub(super) fn read(text: &str, place: &Place, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, limits);
    let mut at = place.clone();
    let mut words = String::new();
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) if matches!(tag.name(), "comment" | "threadedComment") => {
                let cell = tag.attribute("ref").and_then(|name| reference(&name));
                at.column = cell.map(|(column, _)| column);
                at.row = cell.map(|(_, row)| row);
                words.clear();
            }
            Node::Open(tag) if tag.name() == "author" => words.clear(),
            Node::Open(_) => {}
            Node::Text(text) => words.push_str(&text),
            Node::Close(end) => match end.name() {
                "author" => {
                    builder.block(Place { part: Part::Property, ..place.clone() }, &format!("author: {words}"));
                    words.clear();
                }
                "comment" | "threadedComment" => {
                    builder.facts().comments += 1;
                    builder.block(at.clone(), &words);
                    words.clear();
                }
                _ => {}
            },
        }
    }
    note_damage(&xml, place.part, builder);
    Ok(())
}
