//! Charts and diagrams (`DrawingML`), the same in every kind of document.

use crate::document::{Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::package::note_damage;
use crate::extract::xml::{Node, Xml};
use crate::limits::Limits;

/// Reads a chart: its titles, and each series as one block of its name,
/// categories and values.
pub(super) fn chart(text: &str, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    read(text, &["p", "ser", "series", "data"], &["t", "v", "pt", "f"], limits, builder)
}

/// Reads the words of a diagram, one block a paragraph.
pub(super) fn diagram(text: &str, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    read(text, &["p"], &["t"], limits, builder)
}

/// Pushes the text in elements named in `words`, one block for each element
/// named in `blocks`.
fn read(
    text: &str,
    blocks: &[&str],
    words: &[&str],
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let mut xml = Xml::new(text, limits);
    let mut block = String::new();
    let mut open: u32 = 0;
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) if words.contains(&tag.name()) => open += 1,
            Node::Close(tag) if words.contains(&tag.name()) => {
                open = open.saturating_sub(1);
                // Runs of one paragraph are one word's pieces; values are not.
                if tag.name() != "t" {
                    block.push(' ');
                }
            }
            Node::Close(tag) if blocks.contains(&tag.name()) => push(&mut block, builder),
            Node::Text(text) if open > 0 => block.push_str(&text),
            _ => {}
        }
    }
    push(&mut block, builder);
    note_damage(&xml, Part::Chart, builder);
    Ok(())
}

fn push(block: &mut String, builder: &mut TextBuilder) {
    builder.block(Place::part(Part::Chart), block);
    block.clear();
}
