//! The cells of one worksheet, row by row (ECMA-376 part 1, 18.3), and what
//! else its part says: header and footer, prompts, links.

use std::ops::RangeInclusive;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::ooxml::package::note_damage;
use crate::extract::ooxml::sheet::book::Book;
use crate::extract::table::{Grid, Line, without_codes};
use crate::extract::xml::{Node, Tag, Xml};
use crate::limits::Limits;

/// Reads a worksheet whose cells stand at `place`.
pub(super) fn read(
    text: &str,
    book: &Book,
    place: &Place,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    let grid = Grid::new(builder);
    let mut sheet = Reading {
        builder,
        book,
        place,
        grid,
        row: 0,
        row_hidden: false,
        hidden_columns: Vec::new(),
        line: Line::default(),
        cell: Cell::default(),
        text: None,
        buffer: String::new(),
        formula: String::new(),
    };
    let mut xml = Xml::new(text, limits);
    let outcome = sheet.walk(&mut xml);
    sheet.close_row();
    note_damage(&xml, place.part, builder);
    outcome
}

struct Reading<'a> {
    builder: &'a mut TextBuilder,
    book: &'a Book,
    place: &'a Place,
    grid: Grid,
    row: u32,
    row_hidden: bool,
    hidden_columns: Vec<RangeInclusive<u32>>,
    line: Line,
    cell: Cell,
    /// What the text that comes next is.
    text: Option<Field>,
    buffer: String,
    formula: String,
}

/// The cell that is open.
#[derive(Debug, Default)]
struct Cell {
    column: u32,
    kind: String,
    style: usize,
    value: String,
}

/// An element whose text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Value,
    Formula,
    /// Header, footer or a prompt's list, which stand outside cells.
    Other(Part),
}

impl Reading<'_> {
    fn walk(&mut self, xml: &mut Xml) -> Result<(), FileError> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => self.open(&tag),
                Node::Close(end) => self.close(end.name()),
                Node::Text(text) => match self.text {
                    Some(Field::Value) => self.cell.value.push_str(&text),
                    Some(Field::Formula) => self.formula.push_str(&text),
                    Some(Field::Other(_)) => self.buffer.push_str(&text),
                    None => {}
                },
            }
            if self.builder.is_full() {
                break;
            }
        }
        Ok(())
    }

    fn open(&mut self, tag: &Tag) {
        match tag.name() {
            "row" => self.open_row(tag),
            "c" => self.open_cell(tag),
            "v" | "t" => self.text = Some(Field::Value),
            // Rules of Excel 2010 wrap their formula once more (`x14:formula1`, `xm:f`).
            "f" if matches!(self.text, Some(Field::Other(_))) => {}
            "f" => self.text = Some(Field::Formula),
            "col" if is_set(tag, "hidden") => {
                let from = tag.number("min").unwrap_or(1);
                self.hidden_columns.push(from..=tag.number("max").unwrap_or(from));
            }
            "oddHeader" | "evenHeader" | "firstHeader" => self.text = Some(Field::Other(Part::Header)),
            "oddFooter" | "evenFooter" | "firstFooter" => self.text = Some(Field::Other(Part::Footer)),
            "formula1" | "formula2" | "formula" => self.text = Some(Field::Other(Part::Field)),
            "hyperlink" => self.attributes(tag, Part::Link, &["location", "tooltip", "display"]),
            "filter" | "customFilter" | "inputCells" => self.attributes(tag, Part::Field, &["val"]),
            "scenario" => self.attributes(tag, Part::Field, &["name", "user", "comment"]),
            "dataValidation" => {
                self.attributes(tag, Part::FormField, &["promptTitle", "prompt", "errorTitle", "error"]);
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "row" => self.close_row(),
            "c" => self.close_cell(),
            "v" | "t" | "f" if !matches!(self.text, Some(Field::Other(_))) => self.text = None,
            _ => {
                if let Some(Field::Other(part)) = self.text {
                    let words = if part == Part::Field { self.buffer.clone() } else { without_codes(&self.buffer) };
                    self.builder.block(Place { part, ..self.place.clone() }, &words);
                    self.buffer.clear();
                    self.text = None;
                }
            }
        }
    }

    fn open_row(&mut self, tag: &Tag) {
        self.row = tag.number("r").unwrap_or(self.row.saturating_add(1));
        self.row_hidden = is_set(tag, "hidden");
        self.cell.column = 0;
    }

    fn open_cell(&mut self, tag: &Tag) {
        let (mut column, mut style) = (self.cell.column.saturating_add(1), 0);
        self.cell.kind.clear();
        tag.each_attribute(|name, value| match name {
            "r" => column = reference(value).map_or(column, |(column, _)| column),
            "s" => style = value.parse().unwrap_or(0),
            "t" => self.cell.kind.push_str(value),
            _ => {}
        });
        self.cell.column = column;
        self.cell.style = style;
        self.cell.value.clear();
        self.formula.clear();
    }

    fn close_cell(&mut self) {
        // Literals in a formula are words that the cell may not show.
        if self.formula.contains('"') {
            let place = Place { part: Part::Field, ..self.cell_place() };
            self.builder.block(place, &self.formula);
        }
        let value = self.shown();
        if value.trim().is_empty() {
            return;
        }
        if let Err(stray) = self.line.put(self.cell.column, value) {
            self.builder.block(self.cell_place(), &stray);
        }
    }

    /// The open cell as it reads.
    fn shown(&mut self) -> String {
        let value = &self.cell.value;
        match self.cell.kind.as_str() {
            "s" => {
                let string = value.trim().parse().ok().and_then(|index| self.book.string(index));
                if string.is_none() && !value.trim().is_empty() {
                    self.builder.gap(Cause::PartMissing, self.cell_place());
                }
                string.unwrap_or_default().to_owned()
            }
            "b" => (if value.trim() == "1" { "TRUE" } else { "FALSE" }).to_owned(),
            "" | "n" => self.book.format(self.cell.style).show(value, self.book.since_1904),
            _ => value.clone(),
        }
    }

    fn close_row(&mut self) {
        // A row with a cell in a hidden column is one row still: its cells belong together.
        let hidden = self.row_hidden || self.line.reaches(&self.hidden_columns);
        let part = if hidden { Part::HiddenSheet } else { self.place.part };
        let place = Place { part, row: Some(self.row), ..self.place.clone() };
        self.grid.row(place, &self.line.take(), self.builder);
    }

    fn cell_place(&self) -> Place {
        Place { row: Some(self.row), column: Some(self.cell.column), ..self.place.clone() }
    }

    fn attributes(&mut self, tag: &Tag, part: Part, names: &[&str]) {
        for name in names {
            if let Some(words) = tag.attribute(name) {
                self.builder.block(Place { part, ..self.place.clone() }, &words);
            }
        }
    }
}

/// Column and row, from 1, of a reference such as `B2`.
pub(super) fn reference(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = name.split_at_checked(letters)?;
    let digit = |column: u32, letter: u8| {
        column.checked_mul(26)?.checked_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    };
    let column = column.bytes().try_fold(0, digit).filter(|column| (1..=16_384).contains(column))?;
    Some((column, row.parse().ok()?))
}

fn is_set(tag: &Tag, name: &str) -> bool {
    matches!(tag.attribute(name).as_deref(), Some("1" | "true"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_name_columns_and_rows() {
        for (name, expected) in [
            ("A1", Some((1, 1))),
            ("XFD1048576", Some((16_384, 1_048_576))),
            ("aa10", Some((27, 10))),
            ("XFE1", None),
            ("ZZZZZZZZZZ1", None),
            ("12", None),
            ("å1", None),
        ] {
            assert_eq!(reference(name), expected, "{name}");
        }
    }
}
