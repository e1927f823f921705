//! A run of paragraphs and table rows of one part of the document.

use super::rows::{PARAGRAPH, Rows};
use crate::document::{Part, Place, TextBuilder};

/// How a run of text stands in its paragraph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// Formatted as hidden.
    pub(super) hidden: bool,
    /// Tracked as deleted.
    pub(super) deleted: bool,
    /// In a table inside a cell.
    pub(super) nested: bool,
}

/// A text that is being read.
#[derive(Debug)]
pub(super) struct Stream {
    part: Part,
    paragraph: u32,
    outer: Level,
    inner: Level,
    hidden: String,
    deleted: String,
}

/// The text, and the table it may stand in: in the page, or in a cell.
#[derive(Debug, Default)]
struct Level {
    text: String,
    cells: Vec<String>,
    rows: Option<Rows>,
}

impl Level {
    fn end_cell(&mut self) {
        self.cells.push(std::mem::take(&mut self.text));
    }

    fn end_row(&mut self, part: Part, builder: &mut TextBuilder) {
        if !self.text.trim().is_empty() {
            self.end_cell();
        }
        let cells = std::mem::take(&mut self.cells);
        let rows = self.rows.get_or_insert_with(|| Rows::open(builder));
        rows.push(part, &cells, false, builder);
    }
}

impl Stream {
    pub(super) fn new(part: Part) -> Self {
        let (hidden, deleted) = (String::new(), String::new());
        Self { part, paragraph: 0, outer: Level::default(), inner: Level::default(), hidden, deleted }
    }

    /// Takes the text of the last paragraph out, for what is no running text.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.outer.text)
    }

    pub(super) fn push(&mut self, text: &str, run: Run) {
        let target = match run {
            Run { deleted: true, .. } => &mut self.deleted,
            Run { hidden: true, .. } => &mut self.hidden,
            Run { nested: true, .. } => &mut self.inner.text,
            Run { .. } => &mut self.outer.text,
        };
        target.push_str(text);
    }

    /// Ends a paragraph; inside a table it belongs to the cell.
    pub(super) fn end_paragraph(&mut self, in_table: bool, run: Run, builder: &mut TextBuilder) {
        if in_table {
            self.level(run).text.push(PARAGRAPH);
            return self.say_asides(builder);
        }
        if !self.outer.cells.is_empty() {
            self.end_row(builder);
        }
        self.outer.rows = None;
        let text = self.take();
        if self.part == Part::Body && !text.trim().is_empty() {
            self.paragraph = self.paragraph.saturating_add(1);
        }
        for line in text.split(PARAGRAPH) {
            builder.block(self.place(self.part), line);
        }
        self.say_asides(builder);
    }

    pub(super) fn end_cell(&mut self, run: Run) {
        self.level(run).end_cell();
    }

    pub(super) fn end_row(&mut self, builder: &mut TextBuilder) {
        self.inner.rows = None;
        self.outer.end_row(self.part, builder);
        self.say_asides(builder);
    }

    /// Ends a row of a table inside a cell.
    pub(super) fn end_inner_row(&mut self, builder: &mut TextBuilder) {
        self.inner.end_row(self.part, builder);
    }

    fn level(&mut self, run: Run) -> &mut Level {
        if run.nested { &mut self.inner } else { &mut self.outer }
    }

    /// Says what is left at the end of the part.
    pub(super) fn finish(mut self, builder: &mut TextBuilder) {
        self.inner.end_row(self.part, builder);
        self.end_paragraph(false, Run::default(), builder);
    }

    /// Hidden and deleted text, after the paragraph or row it stands in.
    fn say_asides(&mut self, builder: &mut TextBuilder) {
        let asides =
            [(Part::Hidden, std::mem::take(&mut self.hidden)), (Part::Deleted, std::mem::take(&mut self.deleted))];
        for (part, text) in asides {
            builder.block(self.place(part), &text);
        }
    }

    fn place(&self, part: Part) -> Place {
        let numbered = self.part == Part::Body && self.paragraph > 0;
        Place { part, paragraph: numbered.then_some(self.paragraph), ..Place::default() }
    }
}

/// Says the instruction of a field: for a hyperlink where it leads.
pub(super) fn field(instruction: &str, builder: &mut TextBuilder) {
    let trimmed = instruction.trim();
    let target = trimmed.strip_prefix("HYPERLINK").and_then(|rest| rest.split('"').nth(1));
    match target {
        Some(target) => builder.block(Place::part(Part::Link), target),
        None => builder.block(Place::part(Part::Field), trimmed),
    }
}
