//! The words of one part of an `OpenDocument` file, by place, in one pass.
//! Notes, comments, text boxes and tables within paragraphs are kept on
//! stacks, whose height the depth limit bounds.

use std::collections::HashSet;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::odf::sheet::Sheet;
use crate::extract::paragraph::Paragraph;
use crate::extract::text_table::Rows;
use crate::extract::xml::{Node, Tag, Xml};
use crate::limits::Limits;

/// Names of styles under which text, sheets or slides are not shown.
#[derive(Debug, Default)]
pub(super) struct Styles {
    hidden: HashSet<String>,
    open: Option<String>,
}

/// What a part showed or referred to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Whether there are pictures.
    pub(super) pictures: bool,
    /// Names of objects in the package, each once.
    pub(super) objects: Vec<String>,
}

/// Elements that open a text of their own, and what it is.
const FLOWS: &[(&str, Part)] = &[
    ("annotation", Part::Comment),
    ("text-box", Part::TextBox),
    ("tracked-changes", Part::Deleted),
    ("header", Part::Header),
    ("header-left", Part::Header),
    ("header-first", Part::Header),
    ("footer", Part::Footer),
    ("footer-left", Part::Footer),
    ("footer-first", Part::Footer),
    ("notes", Part::SpeakerNotes),
    ("hidden-paragraph", Part::Hidden),
];

/// Elements whose text is read though it stands outside paragraphs.
const CAPTURED: &[(&str, Part)] = &[
    ("title", Part::AltText),
    ("desc", Part::AltText),
    ("creator", Part::Property),
    ("header-decl", Part::Header),
    ("footer-decl", Part::Footer),
    ("mi", Part::Chart),
    ("mtext", Part::Chart),
    ("mn", Part::Chart),
];

/// Attributes that hold words, by element.
const ATTRIBUTES: &[(&str, Part, &[&str])] = &[
    ("hidden-text", Part::Hidden, &["string-value"]),
    ("user-field-decl", Part::Field, &["name", "string-value"]),
    ("named-range", Part::Field, &["name"]),
    ("named-expression", Part::Field, &["name", "expression"]),
    ("content-validation", Part::Field, &["condition"]),
    ("textarea", Part::FormField, &["current-value", "value"]),
    ("formatted-text", Part::FormField, &["current-value", "value"]),
    ("text", Part::FormField, &["current-value", "value"]),
    ("fixed-text", Part::FormField, &["label"]),
    ("button", Part::FormField, &["label"]),
    ("checkbox", Part::FormField, &["label"]),
    ("radio", Part::FormField, &["label"]),
    ("combobox", Part::FormField, &["current-value"]),
    ("option", Part::FormField, &["label"]),
    ("item", Part::FormField, &["label"]),
];

/// Reads one part.
#[derive(Debug)]
pub(super) struct Story<'b> {
    builder: &'b mut TextBuilder,
    styles: &'b mut Styles,
    part: Part,
    sheets: bool,
    flows: Vec<Flow>,
    sheet: Option<Sheet>,
    sheet_count: u32,
    page: Option<u32>,
    page_hidden: bool,
    /// Gaps before the sheet or slide that is open.
    gaps: usize,
    paragraphs: u32,
    tables: u32,
    inserted: u32,
    /// For each open span or section, whether it is hidden.
    hidden: Vec<bool>,
    /// The property or outside text that is being read, by its element's name.
    captured: Option<(Part, String)>,
    in_meta: bool,
    people: HashSet<String>,
    seen: Seen,
}

/// Text that runs on its own.
#[derive(Debug, Default)]
struct Flow {
    /// What it is; `None` for the part's own.
    part: Option<Part>,
    paragraph: Paragraph,
    in_paragraph: bool,
    rows: Vec<Rows>,
}

impl Styles {
    /// Remembers the hidden styles of a part.
    pub(super) fn learn(&mut self, text: &str, limits: &Limits) -> Result<(), FileError> {
        let mut xml = Xml::new(text, limits);
        while let Some(node) = xml.next()? {
            if let Node::Open(tag) = node {
                self.meet(&tag);
            }
        }
        Ok(())
    }

    fn meet(&mut self, tag: &Tag) {
        match tag.name() {
            "style" => self.open = tag.attribute("name"),
            "text-properties" | "table-properties" | "drawing-page-properties" => {
                let display = tag.attribute("display");
                let hidden = matches!(display.as_deref(), Some("none" | "false"))
                    || tag.attribute("visibility").as_deref() == Some("hidden");
                self.hidden.extend(self.open.take_if(|_| hidden));
            }
            _ => {}
        }
    }

    fn hides(&self, tag: &Tag) -> bool {
        tag.attribute("style-name").is_some_and(|name| self.hidden.contains(&name))
    }
}

impl<'b> Story<'b> {
    /// A reader of a part whose text stands in `part`; tables are `sheets` in a spreadsheet.
    pub(super) fn new(part: Part, sheets: bool, styles: &'b mut Styles, builder: &'b mut TextBuilder) -> Self {
        let gaps = builder.gaps();
        Self {
            builder,
            styles,
            part,
            sheets,
            flows: vec![Flow::default()],
            sheet: None,
            sheet_count: 0,
            page: None,
            page_hidden: false,
            gaps,
            paragraphs: 0,
            tables: 0,
            inserted: 0,
            hidden: Vec::new(),
            captured: None,
            in_meta: false,
            people: HashSet::new(),
            seen: Seen::default(),
        }
    }

    /// Reads the part's XML. What stood before damage or a limit is kept.
    pub(super) fn read(mut self, text: &str, limits: &Limits) -> Result<Seen, FileError> {
        let mut xml = Xml::new(text, limits);
        let outcome = self.walk(&mut xml);
        let damaged = xml.is_damaged();
        while self.flows.len() > 1 {
            self.close_flow();
        }
        self.close_paragraph();
        if damaged {
            self.builder.gap(Cause::PartDamaged, Place::part(self.part));
        }
        self.close_sheet();
        if self.page.is_some() {
            self.close_page();
        }
        outcome.map(|()| self.seen)
    }

    fn walk(&mut self, xml: &mut Xml) -> Result<(), FileError> {
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => self.open(&tag),
                Node::Close(end) => self.close(end.name()),
                Node::Text(words) => self.text(&words),
            }
            if self.builder.is_full() {
                break;
            }
        }
        Ok(())
    }

    fn open(&mut self, tag: &Tag) {
        let name = tag.name();
        if let Some((_, part)) = FLOWS.iter().find(|(flow, _)| *flow == name) {
            self.open_flow(*part);
        }
        match name {
            "p" | "h" => self.open_paragraph(tag),
            "span" | "section" => {
                let off = matches!(tag.attribute("display").as_deref(), Some("none" | "condition"));
                self.hidden.push(off || self.styles.hides(tag));
            }
            "s" | "tab" | "line-break" => self.push(" "),
            "note" => {
                let endnote = tag.attribute("note-class").as_deref() == Some("endnote");
                self.open_flow(if endnote { Part::Endnote } else { Part::Footnote });
            }
            "change-start" => self.inserted += 1,
            "change-end" => self.inserted = self.inserted.saturating_sub(1),
            "insertion" | "deletion" | "cell-content-change" => self.builder.facts().tracked_changes += 1,
            "annotation" => self.builder.facts().comments += 1,
            "page" => self.open_page(tag),
            "image" => self.seen.pictures = true,
            "a" | "object" | "object-ole" => self.refer(tag),
            "meta" => self.in_meta = true,
            name if name.starts_with("table") || name == "covered-table-cell" => self.open_table(tag),
            _ => self.other(tag),
        }
    }

    fn close(&mut self, name: &str) {
        if self.captured.is_some() {
            self.end_capture(name);
        }
        match name {
            "p" | "h" => self.close_paragraph(),
            "span" | "section" => drop(self.hidden.pop()),
            "note" => self.close_flow(),
            "meta" => self.in_meta = false,
            "page" => self.close_page(),
            "table-cell" | "covered-table-cell" | "table-row" | "table" => self.close_table(name),
            name if FLOWS.iter().any(|(flow, _)| *flow == name) => self.close_flow(),
            _ => {}
        }
    }

    fn other(&mut self, tag: &Tag) {
        let name = tag.name();
        self.styles.meet(tag);
        let captured = CAPTURED.iter().find(|(captured, _)| *captured == name).map(|(_, part)| *part);
        if self.in_meta {
            let label = tag.attribute("name").unwrap_or_else(|| name.to_owned());
            self.captured = Some((Part::Property, label + ": "));
        } else if let Some(part) = captured {
            let label = if part == Part::Property { "author: " } else { "" };
            self.captured = Some((part, label.to_owned()));
        } else if name == "note-citation" {
            self.captured = Some((Part::Footnote, String::new()));
        }
        if let Some((_, part, names)) = ATTRIBUTES.iter().find(|(element, ..)| *element == name) {
            let words: Vec<String> = names.iter().filter_map(|name| tag.attribute(name)).collect();
            self.builder.block(self.place(*part), &words.join(" = "));
        }
    }

    fn text(&mut self, words: &str) {
        if let Some((_, captured)) = &mut self.captured {
            captured.push_str(words);
        } else {
            self.push(words);
        }
    }

    fn end_capture(&mut self, name: &str) {
        let Some((part, words)) = self.captured.take() else { return };
        // The number of a note is not its text.
        let is_label = name == "note-citation" || words.trim().ends_with(':');
        if is_label || part == Part::Property && !self.people.insert(words.clone()) {
            return;
        }
        let place = self.place(part);
        self.builder.block(place, &words);
    }

    /// Adds words to the paragraph; runs of white space are one space (1.3, part 3, 6.1.2).
    fn push(&mut self, words: &str) {
        let part = match () {
            () if self.hidden.contains(&true) => Part::Hidden,
            () if self.inserted > 0 => Part::Inserted,
            () => Part::Body,
        };
        let flow = self.flow();
        if !flow.in_paragraph {
            // Words that stand where the format has none are shown by no program.
            if words.chars().filter(|c| c.is_alphabetic()).count() >= 3 {
                self.builder.block(Place::part(Part::Hidden), words);
            }
            return;
        }
        let mut spaced = flow.paragraph.text.ends_with(' ');
        let squeeze = |c: char| {
            let space = c.is_whitespace();
            let keep = !(space && spaced);
            spaced = space;
            keep.then_some(if space { ' ' } else { c })
        };
        let words: String = words.chars().filter_map(squeeze).collect();
        flow.paragraph.push(part, &words);
    }

    fn open_paragraph(&mut self, tag: &Tag) {
        self.close_paragraph();
        // A chart's title is a paragraph; a shape's is bare text.
        self.captured = None;
        self.hidden.push(self.styles.hides(tag));
        self.flow().in_paragraph = true;
    }

    fn close_paragraph(&mut self) {
        if !std::mem::take(&mut self.flow().in_paragraph) {
            return;
        }
        self.hidden.pop();
        self.paragraphs += 1;
        let number = self.paragraphs;
        let paragraph = std::mem::take(&mut self.flow().paragraph);
        let part = self.flow().part.unwrap_or(self.part);
        let in_cell = self.flows.len() == 1;
        let mut place = self.place(part);
        if let Some(sheet) = self.sheet.as_mut().filter(|_| in_cell) {
            sheet.paragraph(&paragraph.text);
        } else if let Some(rows) = self.flow().rows.last_mut() {
            let (table, row, column) = {
                let at = rows.place(part);
                (at.table, at.row, at.column)
            };
            rows.paragraph(number, paragraph.text);
            place = Place { table, row, column, ..place };
        } else {
            place.paragraph = Some(number);
            self.builder.block(place.clone(), &paragraph.text);
        }
        for (part, words) in paragraph.asides {
            self.builder.block(Place { part, ..place.clone() }, &words);
        }
    }

    fn open_flow(&mut self, part: Part) {
        // A box in a header is header, one in notes is notes.
        let outer = self.flows.iter().rev().find_map(|flow| flow.part).unwrap_or(self.part);
        let part = if part == Part::TextBox && (outer != Part::Body || self.page.is_some()) { outer } else { part };
        self.flows.push(Flow { part: Some(part), ..Flow::default() });
    }

    fn close_flow(&mut self) {
        self.close_paragraph();
        while let Some(rows) = self.flow().rows.pop() {
            self.end_rows(rows);
        }
        if self.flows.len() > 1 {
            self.flows.pop();
        }
    }

    fn open_table(&mut self, tag: &Tag) {
        let in_sheet = self.flows.len() == 1 && self.sheet.is_some();
        match tag.name() {
            "table" if self.sheets && self.flows.len() == 1 => self.open_sheet(tag),
            "table" => {
                self.tables += 1;
                let rows = Rows::new(self.tables, self.builder);
                self.flow().rows.push(rows);
            }
            "table-column" => self.with_sheet(|sheet| sheet.column(tag)),
            "table-row" if in_sheet => self.with_sheet(|sheet| sheet.open_row(tag)),
            "table-row" => self.with_rows(Rows::open_row),
            "table-cell" | "covered-table-cell" if in_sheet => self.open_sheet_cell(tag),
            "table-cell" | "covered-table-cell" => {
                let repeat = tag.number("number-columns-repeated").unwrap_or(1);
                self.with_rows(|rows| {
                    rows.open_cell();
                    rows.span(repeat);
                });
            }
            _ => self.other(tag),
        }
    }

    fn close_table(&mut self, name: &str) {
        let in_sheet = self.flows.len() == 1 && self.sheet.is_some();
        let builder = &mut *self.builder;
        if let Some(sheet) = self.sheet.as_mut().filter(|_| in_sheet) {
            match name {
                "table-row" => sheet.close_row(builder),
                "table" => self.close_sheet(),
                _ => sheet.close_cell(builder),
            }
            return;
        }
        match name {
            "table-row" => {
                if let Some(mut rows) = self.flow().rows.pop() {
                    rows.close_row(self.table_part(), self.builder);
                    self.flow().rows.push(rows);
                }
            }
            "table" => drop(self.flow().rows.pop()),
            _ => self.with_rows(Rows::close_cell),
        }
    }

    fn open_sheet(&mut self, tag: &Tag) {
        self.close_sheet();
        self.sheet_count += 1;
        self.gaps = self.builder.gaps();
        let sheet = Sheet::new(self.sheet_count, self.styles.hides(tag), self.builder);
        let place = Place { part: Part::Property, ..sheet.place() };
        self.builder.block(place, &tag.attribute("name").unwrap_or_default());
        self.sheet = Some(sheet);
    }

    fn open_sheet_cell(&mut self, tag: &Tag) {
        self.with_sheet(|sheet| sheet.open_cell(tag));
        // Literals in a formula are words that the cell may not show.
        if let Some(formula) = tag.attribute("formula").filter(|formula| formula.contains('"')) {
            let place = self.place(Part::Field);
            self.builder.block(place, &formula);
        }
    }

    fn close_sheet(&mut self) {
        if let Some(mut sheet) = self.sheet.take() {
            sheet.close_row(self.builder);
            self.builder.unit(self.builder.gaps() == self.gaps);
        }
    }

    fn open_page(&mut self, tag: &Tag) {
        // A page outside a presentation's body is a master, as are notes' own pages.
        if self.part != Part::Body || self.flows.len() > 1 {
            return;
        }
        self.page = Some(self.page.unwrap_or(0) + 1);
        self.page_hidden = self.styles.hides(tag);
        self.gaps = self.builder.gaps();
    }

    fn close_page(&mut self) {
        if self.page.is_some() && self.flows.len() == 1 {
            self.builder.unit(self.builder.gaps() == self.gaps);
        }
    }

    /// Notes an address, or an object of the package to read after.
    fn refer(&mut self, tag: &Tag) {
        let Some(target) = tag.attribute("href") else { return };
        let outside = target.starts_with('/') || target.contains(':');
        if tag.name() == "a" || outside {
            if !target.starts_with('#') {
                let place = self.place(Part::Link);
                self.builder.block(place, &target);
            }
            return;
        }
        let name = target.trim_start_matches("./").trim_end_matches('/').to_owned();
        if !name.is_empty() && !self.seen.objects.contains(&name) {
            self.seen.objects.push(name);
        }
    }

    /// Where a block of `part` stands: on the slide, or in the open cell.
    fn place(&self, part: Part) -> Place {
        let hidden = self.page_hidden && part == Part::Body;
        let part = if hidden { Part::Hidden } else { part };
        let at = self.sheet.as_ref().map(Sheet::cell_place).unwrap_or_default();
        let row = at.row.filter(|row| *row > 0);
        let column = at.column.filter(|column| *column > 0);
        Place { part, page: self.page, sheet: at.sheet, row, column, ..Place::default() }
    }

    fn table_part(&mut self) -> Part {
        self.flow().part.unwrap_or(self.part)
    }

    fn end_rows(&mut self, mut rows: Rows) {
        rows.close_row(self.table_part(), self.builder);
    }

    fn flow(&mut self) -> &mut Flow {
        if self.flows.is_empty() {
            self.flows.push(Flow::default());
        }
        let top = self.flows.len() - 1;
        &mut self.flows[top]
    }

    fn with_rows(&mut self, change: impl FnOnce(&mut Rows)) {
        if let Some(rows) = self.flow().rows.last_mut() {
            change(rows);
        }
    }

    fn with_sheet(&mut self, change: impl FnOnce(&mut Sheet)) {
        if let Some(sheet) = &mut self.sheet {
            change(sheet);
        }
    }
}
