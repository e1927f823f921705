//! Text in `DrawingML` (ECMA-376 part 1, 21): shapes, slides, charts and
//! diagrams, the same in every kind of document.

use crate::document::{Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::alternative::Alternatives;
use crate::extract::ooxml::package::note_damage;
use crate::extract::table::is_header;
use crate::extract::xml::{Node, Tag, Xml};
use crate::limits::Limits;

/// Reads a chart: its titles, and each series as one block of its name,
/// categories and values.
pub(super) fn chart(text: &str, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let mut xml = Xml::new(text, limits);
    let mut block = String::new();
    let mut open: u32 = 0;
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) if matches!(tag.name(), "t" | "v" | "pt") => open += 1,
            Node::Close(end) if matches!(end.name(), "t" | "v" | "pt") => {
                open = open.saturating_sub(1);
                // Runs of a title are pieces of words; values are words.
                if end.name() != "t" {
                    block.push(' ');
                }
            }
            Node::Close(end) if matches!(end.name(), "p" | "ser" | "series" | "data") => {
                builder.block(Place::part(Part::Chart), &block);
                block.clear();
            }
            Node::Text(text) if open > 0 => block.push_str(&text),
            _ => {}
        }
    }
    builder.block(Place::part(Part::Chart), &block);
    note_damage(&xml, Part::Chart, builder);
    Ok(())
}

/// Reads paragraphs, tables and alternative texts of shapes; `place` says
/// where they stand, `tables` is the number of the document's last table.
pub(super) fn shapes(
    text: &str,
    place: &Place,
    tables: &mut u32,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let mut shapes = Shapes {
        builder,
        place,
        tables,
        paragraph: String::new(),
        paragraphs: 0,
        in_text: false,
        table: None,
        alternatives: Alternatives::default(),
    };
    let mut xml = Xml::new(text, limits);
    let outcome = shapes.walk(&mut xml);
    shapes.close_paragraph();
    note_damage(&xml, place.part, builder);
    outcome
}

struct Shapes<'a> {
    builder: &'a mut TextBuilder,
    place: &'a Place,
    tables: &'a mut u32,
    paragraph: String,
    paragraphs: u32,
    in_text: bool,
    table: Option<Rows>,
    alternatives: Alternatives,
}

/// A table of a slide. Such tables do not nest.
struct Rows {
    index: usize,
    row: u32,
    cells: Vec<String>,
}

impl Shapes<'_> {
    fn walk(&mut self, xml: &mut Xml) -> Result<(), FileError> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => self.open(&tag),
                Node::Close(end) => self.close(end.name()),
                Node::Text(words) if self.in_text => self.paragraph.push_str(&words),
                Node::Text(_) => {}
            }
            if self.builder.is_full() {
                break;
            }
        }
        Ok(())
    }

    fn open(&mut self, tag: &Tag) {
        match tag.name() {
            "t" => self.in_text = true,
            "br" => self.paragraph.push(' '),
            "tbl" => {
                *self.tables += 1;
                self.table = Some(Rows { index: self.builder.table(), row: 0, cells: Vec::new() });
            }
            "tr" => {
                if let Some(table) = &mut self.table {
                    table.row += 1;
                    table.cells.clear();
                }
            }
            "tc" => {
                if let Some(table) = &mut self.table {
                    table.cells.push(String::new());
                }
            }
            "cNvPr" | "docPr" => self.alternative_text(tag),
            name => self.alternatives.open(name),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "t" => self.in_text = false,
            "p" => self.close_paragraph(),
            "tr" => self.close_row(),
            "tbl" => self.table = None,
            name => self.alternatives.close(name),
        }
    }

    fn alternative_text(&mut self, tag: &Tag) {
        for name in ["title", "descr"] {
            if let Some(words) = tag.attribute(name).filter(|words| !self.alternatives.is_repeated(words)) {
                self.builder.block(Place { part: Part::AltText, ..self.place.clone() }, &words);
            }
        }
    }

    fn close_paragraph(&mut self) {
        let words = std::mem::take(&mut self.paragraph);
        if words.trim().is_empty() {
            return;
        }
        self.paragraphs += 1;
        if let Some(cell) = self.table.as_mut().and_then(|table| table.cells.last_mut()) {
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&words);
        } else if !self.alternatives.is_repeated(&words) {
            let place = Place { paragraph: Some(self.paragraphs), ..self.place.clone() };
            self.builder.block(place, &words);
        }
    }

    fn close_row(&mut self) {
        let Some(table) = &mut self.table else { return };
        let cells = std::mem::take(&mut table.cells);
        if table.row == 1 && is_header(&cells) {
            self.builder.headers(table.index, cells.clone());
        }
        let place = Place { table: Some(*self.tables), row: Some(table.row), ..self.place.clone() };
        self.builder.row(table.index, place, &cells);
    }
}
