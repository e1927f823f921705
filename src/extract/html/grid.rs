//! Collects the tables of a web page, cell by cell.

use crate::document::{Place, TextBuilder};
use crate::extract::table::is_header;

/// Ends a paragraph inside a cell or a hidden stretch, where no block can be pushed yet.
pub(super) const PARAGRAPH: char = '\u{2029}';

/// Most columns that `colspan` may stretch a row to (WHATWG HTML, 4.9.11).
const COLUMNS: usize = 1000;

/// A table that is open.
#[derive(Debug)]
pub(super) struct Grid {
    table: usize,
    number: u32,
    rows: u32,
    row: Vec<String>,
    heads: usize,
    span: usize,
    cell: Option<String>,
}

impl Grid {
    pub(super) fn open(builder: &mut TextBuilder) -> Self {
        let table = builder.table();
        let number = u32::try_from(table).unwrap_or(u32::MAX).saturating_add(1);
        Self { table, number, rows: 0, row: Vec::new(), heads: 0, span: 1, cell: None }
    }

    /// The text of the open cell.
    pub(super) fn cell(&mut self) -> Option<&mut String> {
        self.cell.as_mut()
    }

    /// Opens a cell, `span` columns wide, and ends the one before it.
    pub(super) fn open_cell(&mut self, head: bool, span: usize) {
        self.close_cell();
        self.heads += usize::from(head);
        self.span = span;
        self.cell = Some(String::new());
    }

    pub(super) fn close_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let columns = (self.row.len() + self.span.max(1)).min(COLUMNS);
        self.row.push(cell);
        while self.row.len() < columns {
            self.row.push(String::new());
        }
    }

    /// Ends the row: cells side by side become a row of the table, a single
    /// cell is only layout and becomes the paragraphs it holds.
    pub(super) fn close_row(&mut self, builder: &mut TextBuilder) {
        self.close_cell();
        let cells = std::mem::take(&mut self.row);
        let heads = std::mem::take(&mut self.heads);
        let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
        let (Some(first), second) = (filled.next(), filled.next()) else { return };
        self.rows += 1;
        let place = Place { table: Some(self.number), row: Some(self.rows), ..Place::default() };
        if second.is_none() {
            return first.split(PARAGRAPH).for_each(|paragraph| builder.block(place.clone(), paragraph));
        }
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace(PARAGRAPH, " ")).collect();
        if self.rows == 1 && (heads == cells.len() || is_header(&cells)) {
            builder.headers(self.table, cells.iter().map(|cell| cell.trim().to_owned()).collect());
        }
        builder.row(self.table, place, &cells);
    }
}
