//! Tables in running text, row by row, with what a cell's paragraphs are.

use crate::document::{Part, Place, TextBuilder};
use crate::extract::table::is_header;

/// Most columns of a row: what Word itself allows.
const MOST_COLUMNS: usize = 63;

/// A table that is being read.
#[derive(Debug)]
pub(super) struct Rows {
    index: usize,
    number: u32,
    row: u32,
    /// Paragraphs of each cell of the row so far, with their numbers.
    cells: Vec<Vec<(u32, String)>>,
    span: usize,
    marked_header: bool,
}

impl Rows {
    /// Begins table `number` (from 1) of the document.
    pub(super) fn new(number: u32, builder: &mut TextBuilder) -> Self {
        Self { index: builder.table(), number, row: 0, cells: Vec::new(), span: 1, marked_header: false }
    }

    /// Begins a row.
    pub(super) fn open_row(&mut self) {
        self.row += 1;
        self.cells.clear();
        self.marked_header = false;
    }

    /// Begins a cell.
    pub(super) fn open_cell(&mut self) {
        self.cells.push(Vec::new());
        self.span = 1;
    }

    /// Lets the cell take the place of `span` columns.
    pub(super) fn span(&mut self, span: usize) {
        self.span = span;
    }

    /// Leaves `count` columns empty before the first cell.
    pub(super) fn skip(&mut self, count: usize) {
        self.fill(count);
    }

    /// Says that the row repeats as a header on every page.
    pub(super) fn mark_header(&mut self) {
        self.marked_header = true;
    }

    /// Ends a cell.
    pub(super) fn close_cell(&mut self) {
        self.fill(self.span.saturating_sub(1));
        self.span = 1;
    }

    /// Adds a paragraph to the cell.
    pub(super) fn paragraph(&mut self, number: u32, text: String) {
        if self.cells.is_empty() {
            self.open_cell();
        }
        if let Some(cell) = self.cells.last_mut() {
            cell.push((number, text));
        }
    }

    /// Where the cell stands.
    pub(super) fn place(&self, part: Part) -> Place {
        let column = u32::try_from(self.cells.len()).ok();
        Place { part, table: Some(self.number), row: Some(self.row), column, ..Place::default() }
    }

    /// Ends the row and hands it on. A row of one cell is layout: its
    /// paragraphs stay apart.
    pub(super) fn close_row(&mut self, part: Part, builder: &mut TextBuilder) {
        let place = Place { column: None, ..self.place(part) };
        let mut cells = std::mem::take(&mut self.cells);
        if let [only] = cells.as_mut_slice() {
            for (number, text) in only.drain(..) {
                builder.block(Place { paragraph: Some(number), ..place.clone() }, &text);
            }
            return;
        }
        let cells: Vec<String> = cells.iter().map(|cell| joined(cell)).collect();
        if self.marked_header || self.row == 1 && is_header(&cells) {
            builder.headers(self.index, cells.clone());
        }
        builder.row(self.index, place, &cells);
    }

    fn fill(&mut self, count: usize) {
        let room = MOST_COLUMNS.saturating_sub(self.cells.len());
        self.cells.extend(std::iter::repeat_n(Vec::new(), count.min(room)));
    }
}

fn joined(cell: &[(u32, String)]) -> String {
    let texts: Vec<&str> = cell.iter().map(|(_, text)| text.trim()).filter(|text| !text.is_empty()).collect();
    texts.join(" ")
}
