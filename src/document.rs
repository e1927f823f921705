//! The vocabulary every part of the program speaks: what a file is ([`Kind`]),
//! what was read in it ([`Text`], [`Block`], [`Place`]) and what was not ([`Gap`]).

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

mod builder;
mod kind;
mod legible;
mod watch;

pub use builder::TextBuilder;
pub(crate) use builder::{MOST_GAPS, cpu_used};
pub use kind::Kind;
pub use watch::Watch;

/// The part of a document that a block stands in.
///
/// The part decides how a finding is weighed: a secrecy stamp in a header is a
/// marking, the same word in the body is often only a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Running text, and anything that has no place of its own.
    #[default]
    Body,
    /// Page header.
    Header,
    /// Page footer.
    Footer,
    /// Footnote.
    Footnote,
    /// Endnote.
    Endnote,
    /// Review comment.
    Comment,
    /// Text box, drawing or word art.
    TextBox,
    /// Tracked insertion that is not yet accepted.
    Inserted,
    /// Tracked deletion: gone from print, still in the file.
    Deleted,
    /// Text formatted as hidden.
    Hidden,
    /// Alternative text of a picture.
    AltText,
    /// Chart or diagram text.
    Chart,
    /// Field instruction, formula or defined name.
    Field,
    /// Document property (title, author, sensitivity label …).
    Property,
    /// PDF annotation.
    Annotation,
    /// Form field value.
    FormField,
    /// Hyperlink target or other external reference.
    Link,
    /// Speaker notes of a slide.
    SpeakerNotes,
    /// Mail header (sender, recipients, subject).
    MailHeader,
    /// Cell of a hidden worksheet, row or column.
    HiddenSheet,
    /// Text recognised in an image.
    Ocr,
    /// Text field of an image's metadata.
    ImageMetadata,
}

/// Where in a file something stands, without any of the file's own words
/// except the names of attachments and archive members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The part of the document.
    pub part: Part,
    /// Page or slide, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Worksheet, from 1 in workbook order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<u32>,
    /// Paragraph (or line, in plain text), from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// Table in the document, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<u32>,
    /// Row of the table or sheet, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Column of the table or sheet, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Attachments or members passed through to get here, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
}

impl Place {
    /// A place in `part`, with nothing more known.
    #[must_use]
    pub fn part(part: Part) -> Self {
        Self { part, ..Self::default() }
    }

    /// A place in the body of page or slide `page` (from 1).
    #[must_use]
    pub fn page(page: u32) -> Self {
        Self { page: Some(page), ..Self::default() }
    }

    /// A place in paragraph or line `paragraph` (from 1) of the body.
    #[must_use]
    pub fn paragraph(paragraph: u32) -> Self {
        Self { paragraph: Some(paragraph), ..Self::default() }
    }
}

impl fmt::Display for Place {
    /// English, for logs and `--lang en`; reports have their own words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.within {
            write!(f, "attachment {name} > ")?;
        }
        let part = serde_json::to_value(self.part).unwrap_or_default();
        f.write_str(part.as_str().unwrap_or("body"))?;
        let numbers = [
            ("page", self.page),
            ("sheet", self.sheet),
            ("table", self.table),
            ("row", self.row),
            ("column", self.column),
            ("paragraph", self.paragraph),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                write!(f, " {name} {number}")?;
            }
        }
        Ok(())
    }
}

/// A stretch of text that belongs together: a paragraph, a line, a table row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Where it stands.
    pub place: Place,
    /// Its words. Cells of a row are joined by a tab.
    pub text: String,
    /// Set when the block is a row of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<Row>,
}

/// The cells of a block that is a table row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Index into [`Text::tables`].
    pub table: usize,
    /// Byte ranges of the cells in the block's text, in column order.
    pub cells: Vec<Range<usize>>,
}

/// A table's column headers, which are context for every cell below them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The header of each column; empty when no row looked like a header.
    pub headers: Vec<String>,
}

/// Why something in a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A page or image holds a picture and no text.
    ImageOnly,
    /// Glyphs were drawn whose characters are unknown.
    NoUnicode,
    /// A part that the file refers to is missing.
    PartMissing,
    /// A part is damaged; what stood before the damage was read.
    PartDamaged,
    /// An embedded file or attachment of a kind that is not read.
    EmbeddedUnread,
    /// An embedded file or member is encrypted.
    EmbeddedEncrypted,
    /// A limit was reached; what was found before it is kept.
    Limit,
    /// Characters could not be decoded with any encoding that fits.
    Encoding,
    /// The text was recognised with low confidence.
    LowConfidence,
    /// A picture that the run had no more time to recognise; the next run takes it up.
    OcrPostponed,
    /// A file that is not empty gave no text at all.
    NoText,
}

/// Something in a file that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Why.
    pub cause: Cause,
    /// Where.
    pub place: Place,
}

/// What a file says about itself, outside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// PDF/A part and conformance that the file declares, such as `2b`. A claim, not a validation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declares_pdfa: Option<String>,
    /// Encrypted in a way that still lets anyone read (a PDF with only an owner password).
    #[serde(default, skip_serializing_if = "is_false")]
    pub owner_encrypted: bool,
    /// Holds JavaScript or another active action.
    #[serde(default, skip_serializing_if = "is_false")]
    pub active_content: bool,
    /// Holds macros.
    #[serde(default, skip_serializing_if = "is_false")]
    pub macros: bool,
    /// Number of embedded files or attachments.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attachments: u32,
    /// Number of tracked insertions and deletions.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tracked_changes: u32,
    /// Number of review comments or annotations with text.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub comments: u32,
    /// A sensitivity label (MIP) set on the file, by its identifier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity_label: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

/// What was read in a file, in reading order, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The text, in reading order.
    pub blocks: Vec<Block>,
    /// The tables that rows belong to.
    pub tables: Vec<Table>,
    /// What was not read.
    pub gaps: Vec<Gap>,
    /// What the file says about itself.
    pub facts: Facts,
    /// Pages, sheets, slides or members there were to read.
    pub units: u32,
    /// How many of them were read whole.
    pub units_read: u32,
}

impl Text {
    /// The column header above cell `column` (from 0) of `row`, when there is one.
    #[must_use]
    pub fn header(&self, row: &Row, column: usize) -> Option<&str> {
        let header = self.tables.get(row.table)?.headers.get(column)?;
        (!header.is_empty()).then_some(header.as_str())
    }

    /// The block of each table's first row; `None` for a table without rows.
    #[must_use]
    pub fn first_rows(&self) -> Vec<Option<usize>> {
        let mut first = vec![None; self.tables.len()];
        for (index, block) in self.blocks.iter().enumerate() {
            if let Some(first) = block.row.as_ref().and_then(|row| first.get_mut(row.table)) {
                first.get_or_insert(index);
            }
        }
        first
    }

    /// All text with a line feed after each block.
    #[must_use]
    pub fn to_plain(&self) -> String {
        self.plain(|_| true)
    }

    /// What the pages show, marks and form values on them included, with a line
    /// feed after each block: no properties, link targets, descriptions, scripts or
    /// attachments.
    #[must_use]
    pub fn to_plain_pages(&self) -> String {
        let beside = |place: &Place| {
            matches!(place.part, Part::Property | Part::Link | Part::AltText | Part::Hidden) || !place.within.is_empty()
        };
        self.plain(|place| !beside(place))
    }

    fn plain(&self, holds: impl Fn(&Place) -> bool) -> String {
        let mut plain = String::with_capacity(self.blocks.iter().map(|b| b.text.len() + 1).sum());
        for block in self.blocks.iter().filter(|block| holds(&block.place)) {
            plain.push_str(&block.text);
            plain.push('\n');
        }
        plain
    }
}
