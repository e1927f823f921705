//! Sheets of a spreadsheet, which repeat rows and cells by count: a count is
//! never followed cell by cell.

use std::ops::RangeInclusive;

use crate::document::{Part, Place, TextBuilder};
use crate::extract::numbers::Format;
use crate::extract::table::{Grid, Line};
use crate::extract::xml::Tag;

/// A sheet that is being read.
#[derive(Debug)]
pub(super) struct Sheet {
    grid: Grid,
    number: u32,
    hidden: bool,
    hidden_columns: Vec<RangeInclusive<u32>>,
    /// Columns that were declared so far.
    declared: u32,
    row: u32,
    row_repeat: u32,
    row_hidden: bool,
    column: u32,
    column_repeat: u32,
    /// The number that the open cell stands for.
    value: Option<String>,
    text: String,
    line: Line,
}

impl Sheet {
    /// Begins sheet `number` (from 1).
    pub(super) fn new(number: u32, hidden: bool, builder: &mut TextBuilder) -> Self {
        Self {
            grid: Grid::new(builder),
            number,
            hidden,
            hidden_columns: Vec::new(),
            declared: 0,
            row: 0,
            row_repeat: 1,
            row_hidden: false,
            column: 0,
            column_repeat: 1,
            value: None,
            text: String::new(),
            line: Line::default(),
        }
    }

    /// Where the sheet stands.
    pub(super) fn place(&self) -> Place {
        let part = if self.hidden { Part::HiddenSheet } else { Part::Body };
        Place { sheet: Some(self.number), ..Place::part(part) }
    }

    /// Where the open cell stands.
    pub(super) fn cell_place(&self) -> Place {
        Place { row: Some(self.row), column: Some(self.column), ..self.place() }
    }

    /// Meets a declaration of columns.
    pub(super) fn column(&mut self, tag: &Tag) {
        let first = self.declared.saturating_add(1);
        self.declared = self.declared.saturating_add(tag.number("number-columns-repeated").unwrap_or(1));
        if is_collapsed(tag) {
            self.hidden_columns.push(first..=self.declared);
        }
    }

    /// Begins a row, or as many equal ones as it says.
    pub(super) fn open_row(&mut self, tag: &Tag) {
        self.row = self.row.saturating_add(1);
        self.row_repeat = tag.number("number-rows-repeated").unwrap_or(1);
        self.row_hidden = is_collapsed(tag);
        self.column = 0;
    }

    /// Begins a cell, or as many equal ones as it says.
    pub(super) fn open_cell(&mut self, tag: &Tag) {
        self.column = self.column.saturating_add(1);
        self.column_repeat = tag.number("number-columns-repeated").unwrap_or(1);
        self.value = tag.attribute("value");
        self.text.clear();
    }

    /// Adds a paragraph to the open cell.
    pub(super) fn paragraph(&mut self, words: &str) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(words.trim());
    }

    /// Ends the cell.
    pub(super) fn close_cell(&mut self, builder: &mut TextBuilder) {
        let place = self.cell_place();
        let text = self.shown();
        if !text.trim().is_empty()
            && let Err(stray) = self.line.put(self.column, text)
        {
            builder.block(place, &stray);
        }
        self.column = self.column.saturating_add(self.column_repeat.saturating_sub(1));
    }

    /// Ends the row.
    pub(super) fn close_row(&mut self, builder: &mut TextBuilder) {
        let hidden = self.row_hidden || self.line.reaches(&self.hidden_columns);
        let place = Place { row: Some(self.row), ..self.place() };
        let part = if hidden { Part::HiddenSheet } else { place.part };
        self.grid.row(Place { part, ..place }, &self.line.take(), builder);
        self.row = self.row.saturating_add(self.row_repeat.saturating_sub(1));
    }

    /// The cell as it reads. A number too wide for its column was written with
    /// an exponent or as hashes: its digits are read then.
    fn shown(&mut self) -> String {
        let text = std::mem::take(&mut self.text);
        let unreadable = text.chars().all(|c| c == '#') || text.contains("E+");
        match self.value.take() {
            Some(value) if unreadable => Format::Plain.show(&value, false),
            _ => text,
        }
    }
}

fn is_collapsed(tag: &Tag) -> bool {
    matches!(tag.attribute("visibility").as_deref(), Some("collapse" | "filter"))
}
