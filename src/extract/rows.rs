//! Rows of a table as formats meet them while they stream: cells first, and
//! only at the end of the row what it is.

use super::table::is_header;
use crate::document::{Part, Place, TextBuilder};

/// Ends a paragraph inside a cell, where no block can be pushed yet.
pub(super) const PARAGRAPH: char = '\u{2029}';

/// A table whose rows come one by one.
#[derive(Debug)]
pub(super) struct Rows {
    table: usize,
    number: u32,
    count: u32,
}

impl Rows {
    pub(super) fn open(builder: &mut TextBuilder) -> Self {
        let table = builder.table();
        Self { table, number: u32::try_from(table).unwrap_or(u32::MAX).saturating_add(1), count: 0 }
    }

    /// Adds a row. Cells side by side are a row of the table; a single cell is
    /// only layout and becomes the paragraphs it holds. `heads` says that the
    /// file marks the row as column headers.
    pub(super) fn push(&mut self, part: Part, cells: &[String], heads: bool, builder: &mut TextBuilder) {
        let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
        let (Some(first), second) = (filled.next(), filled.next()) else { return };
        self.count = self.count.saturating_add(1);
        let place = Place { part, table: Some(self.number), row: Some(self.count), ..Place::default() };
        if second.is_none() {
            return first.split(PARAGRAPH).for_each(|paragraph| builder.block(place.clone(), paragraph));
        }
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace(PARAGRAPH, " ")).collect();
        if self.count == 1 && (heads || is_header(&cells)) {
            builder.headers(self.table, cells.iter().map(|cell| cell.trim().to_owned()).collect());
        }
        builder.row(self.table, place, &cells);
    }
}
