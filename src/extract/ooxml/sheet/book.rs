//! What all sheets of a workbook share: their order, strings and formats.

use std::cell::RefCell;

use crate::document::{Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::numbers::Format;
use crate::extract::ooxml::package::{Package, Relation, note_damage};
use crate::extract::ooxml::sheet::target;
use crate::extract::xml::{Node, Tag, Xml};
use crate::limits::Limits;

/// A workbook without its cells.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// In the order that is shown.
    pub(super) sheets: Vec<Sheet>,
    /// Whether days are counted from 1904.
    pub(super) since_1904: bool,
    strings: Strings,
    /// The format of each cell style.
    formats: Vec<Format>,
}

/// A sheet's name and where its cells are.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// `None` when no part is related by its identifier.
    pub(super) part: Option<String>,
}

/// The shared strings, in one allocation: a workbook may have a million.
#[derive(Debug, Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
    /// Whether a cell shows the string.
    used: RefCell<Vec<bool>>,
}

impl Book {
    /// Reads the workbook's main part, shared strings and styles.
    ///
    /// # Errors
    ///
    /// A limit.
    pub(super) fn read(
        package: &mut Package,
        main: &str,
        related: &[Relation],
        builder: &mut TextBuilder,
    ) -> Result<Self, FileError> {
        let mut book = Self::default();
        let text = package.text(main, Part::Body, builder)?;
        book.workbook(&text, related, package.limits(), builder)?;
        for relation in related.iter().filter(|relation| !relation.external) {
            match relation.kind.as_str() {
                "sharedstrings" => {
                    let text = package.text(&relation.target, Part::Body, builder)?;
                    book.strings = Strings::read(&text, package.limits(), builder)?;
                }
                "styles" => {
                    let text = package.text(&relation.target, Part::Body, builder)?;
                    book.formats = formats(&text, package.limits())?;
                }
                _ => {}
            }
        }
        Ok(book)
    }

    /// Shared string `index`; `None` when there is none.
    pub(super) fn string(&self, index: usize) -> Option<&str> {
        let mut used = self.strings.used.borrow_mut();
        used.resize(self.strings.ends.len(), false);
        *used.get_mut(index)? = true;
        self.strings.get(index)
    }

    /// The shared strings that no cell shows, which a workbook keeps when a program left them there.
    pub(super) fn unused(&self) -> Vec<&str> {
        let used = self.strings.used.borrow();
        let is_unused = |index: &usize| !used.get(*index).copied().unwrap_or(false);
        (0..self.strings.ends.len()).filter(is_unused).filter_map(|index| self.strings.get(index)).collect()
    }

    /// The format of cell style `index`.
    pub(super) fn format(&self, index: usize) -> &Format {
        self.formats.get(index).unwrap_or(&Format::Plain)
    }

    /// Adds a shared string.
    pub(super) fn push_string(&mut self, string: &str) {
        self.strings.text.push_str(string);
        self.strings.ends.push(self.strings.text.len());
    }

    /// Adds the format of the next cell style.
    pub(super) fn push_format(&mut self, format: Format) {
        self.formats.push(format);
    }

    fn workbook(
        &mut self,
        text: &str,
        related: &[Relation],
        limits: &Limits,
        builder: &mut TextBuilder,
    ) -> Result<(), FileError> {
        let mut xml = Xml::new(text, limits);
        let mut defined = None;
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => match tag.name() {
                    "sheet" => self.sheet(&tag, related),
                    "workbookPr" => {
                        self.since_1904 = matches!(tag.attribute("date1904").as_deref(), Some("1" | "true"));
                    }
                    "definedName" => {
                        defined = tag.attribute("name");
                        for name in ["comment", "description"] {
                            if let Some(words) = tag.attribute(name) {
                                builder.block(Place::part(Part::Field), &words);
                            }
                        }
                    }
                    _ => {}
                },
                Node::Text(formula) => {
                    if let Some(name) = defined.take() {
                        builder.block(Place::part(Part::Field), &format!("{name} = {formula}"));
                    }
                }
                Node::Close(_) => defined = None,
            }
        }
        note_damage(&xml, Part::Body, builder);
        Ok(())
    }

    fn sheet(&mut self, tag: &Tag, related: &[Relation]) {
        let part = tag.attribute("id").and_then(|id| target(related, &id));
        let hidden = tag.attribute("state").is_some_and(|state| state != "visible");
        self.sheets.push(Sheet { name: tag.attribute("name").unwrap_or_default(), hidden, part });
    }
}

impl Strings {
    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..end)
    }

    fn read(text: &str, limits: &Limits, builder: &mut TextBuilder) -> Result<Self, FileError> {
        let mut strings = Self::default();
        let mut xml = Xml::new(text, limits);
        let mut in_text = false;
        let mut phonetic = false;
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => match tag.name() {
                    "t" => in_text = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Node::Text(text) if in_text => strings.text.push_str(&text),
                // How a word is spoken, in scripts that do not tell; shown above it or not at all.
                Node::Text(text) if phonetic && text.trim().len() > 2 => {
                    builder.block(Place::part(Part::Hidden), &text);
                }
                Node::Text(_) => {}
                Node::Close(end) => match end.name() {
                    "t" => in_text = false,
                    "rPh" => phonetic = false,
                    "si" => strings.ends.push(strings.text.len()),
                    _ => {}
                },
            }
        }
        note_damage(&xml, Part::Body, builder);
        Ok(strings)
    }
}

/// The format of each entry of `cellXfs` in a styles part.
fn formats(text: &str, limits: &Limits) -> Result<Vec<Format>, FileError> {
    let mut xml = Xml::new(text, limits);
    let mut custom: Vec<(u32, Format)> = Vec::new();
    let mut formats = Vec::new();
    let mut in_cells = false;
    while let Some(node) = xml.next()? {
        match node {
            Node::Open(tag) => match tag.name() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (tag.number("numFmtId"), tag.attribute("formatCode")) {
                        custom.push((id, Format::of_code(&code)));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = tag.number("numFmtId").unwrap_or(0);
                    let own = custom.iter().find(|(custom, _)| *custom == id).map(|(_, format)| format.clone());
                    formats.push(own.unwrap_or_else(|| Format::of_id(id)));
                }
                _ => {}
            },
            Node::Close(end) if end.name() == "cellXfs" => in_cells = false,
            _ => {}
        }
    }
    Ok(formats)
}
