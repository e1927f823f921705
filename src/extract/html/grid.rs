//! Collects the tables of a web page, cell by cell.

use crate::document::{Part, TextBuilder};
use crate::extract::rows::Rows;

/// Most columns that `colspan` may stretch a row to (WHATWG HTML, 4.9.11).
const COLUMNS: usize = 1000;

/// A table that is open.
#[derive(Debug)]
pub(super) struct Grid {
    rows: Rows,
    row: Vec<String>,
    heads: usize,
    span: usize,
    cell: Option<String>,
}

impl Grid {
    pub(super) fn open(builder: &mut TextBuilder) -> Self {
        Self { rows: Rows::open(builder), row: Vec::new(), heads: 0, span: 1, cell: None }
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
        let columns = self.row.len().saturating_add(self.span.max(1)).min(COLUMNS);
        self.row.push(cell);
        while self.row.len() < columns {
            self.row.push(String::new());
        }
    }

    pub(super) fn close_row(&mut self, builder: &mut TextBuilder) {
        self.close_cell();
        let cells = std::mem::take(&mut self.row);
        let heads = std::mem::take(&mut self.heads);
        self.rows.push(Part::Body, &cells, heads > 0 && heads == cells.len(), builder);
    }
}
