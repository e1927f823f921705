//! The vocabulary every part of the program speaks: what a file is ([`Kind`]),
//! what was read in it ([`Text`], [`Block`], [`Place`]) and what was not ([`Gap`]).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::error::Limit;
use crate::limits::Limits;
use crate::ocr::Recogniser;

mod kind;
mod watch;

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

/// Collects what an extractor reads, within the limits.
///
/// What was pushed before an extractor failed is kept: a file that breaks half
/// way is judged on the half that was read.
#[derive(Debug)]
pub struct TextBuilder {
    text: Text,
    within: Vec<String>,
    passages: Vec<String>,
    left: u64,
    inflate_left: u64,
    pushes: u32,
    deadline: Duration,
    spared: Duration,
    stopped: Option<Limit>,
    recogniser: Option<Recogniser>,
    watch: Option<Watch>,
    ocr_left: Duration,
}

/// Most gaps that are noted of one file and what lies in it.
pub(crate) const MOST_GAPS: usize = 1_000;

/// Pushes between two looks at the clock: a look costs as much as a short push.
const PUSHES_PER_LOOK: u32 = 256;

impl TextBuilder {
    /// An empty text that may grow to `limits.text_bytes`.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let deadline = cpu_used() + Duration::from_secs(limits.cpu_seconds);
        let (left, inflate_left) = (limits.text_bytes, limits.inflated_bytes);
        let (text, within, ocr_left) = (Text::default(), Vec::new(), Duration::from_secs(limits.ocr_seconds));
        Self {
            text,
            within,
            passages: Vec::new(),
            left,
            inflate_left,
            pushes: 0,
            deadline,
            spared: Duration::ZERO,
            stopped: None,
            recogniser: None,
            watch: None,
            ocr_left,
        }
    }

    /// Lets pictures be read by `recogniser`.
    #[must_use]
    pub fn with_recogniser(self, recogniser: Option<Recogniser>) -> Self {
        Self { recogniser, ..self }
    }

    /// Lets `watch` look on.
    #[must_use]
    pub fn with_watch(self, watch: Option<Watch>) -> Self {
        Self { watch, ..self }
    }

    /// Shows a file that lies in this one to whoever looks on.
    pub(crate) fn show(&self, name: &str, bytes: &[u8]) {
        if let Some(watch) = &self.watch {
            watch.file(name, bytes);
        }
    }

    /// What reads the words in pictures.
    #[must_use]
    pub fn recogniser(&self) -> Option<&Recogniser> {
        self.recogniser.as_ref()
    }

    /// How long recognition may still take in this file.
    pub fn ocr_left(&mut self) -> &mut Duration {
        &mut self.ocr_left
    }

    /// Leaves CPU time that something with a bound of its own took out of the file's.
    pub fn spare_cpu(&mut self, used: Duration) {
        self.deadline += used;
        self.spared += used;
    }

    /// The CPU time that was left out of the file's.
    #[must_use]
    pub fn spared(&self) -> Duration {
        self.spared
    }

    /// How many blocks were read so far.
    #[must_use]
    pub fn blocks(&self) -> usize {
        self.text.blocks.len()
    }

    /// Where pictures are that were noted as unread since gap `first`, in the file that is read now.
    #[must_use]
    pub fn unread_pictures(&self, first: usize) -> Vec<Place> {
        let gaps = self.text.gaps.iter().skip(first);
        let here = gaps.filter(|gap| gap.cause == Cause::ImageOnly && gap.place.within == self.within);
        here.map(|gap| Place { within: Vec::new(), ..gap.place.clone() }).collect()
    }

    /// Takes back that the picture at `place` is unread; says so when its words are uncertain.
    pub fn picture_was_read(&mut self, place: &Place, sure: bool) {
        let place = self.inside(place.clone());
        let noted = self.text.gaps.iter().position(|gap| gap.cause == Cause::ImageOnly && gap.place == place);
        if let Some(at) = noted {
            self.text.gaps.remove(at);
            self.text.units_read = self.text.units.min(self.text.units_read + u32::from(sure));
        }
        if !sure {
            self.text.gaps.push(Gap { cause: Cause::LowConfidence, place });
        }
    }

    /// Says that the picture at `place` waits for the next run, which has new time to read it.
    pub fn picture_waits(&mut self, place: &Place) {
        let place = self.inside(place.clone());
        let noted = self.text.gaps.iter_mut().find(|gap| gap.cause == Cause::ImageOnly && gap.place == place);
        match noted {
            Some(gap) => gap.cause = Cause::OcrPostponed,
            None => self.text.gaps.push(Gap { cause: Cause::OcrPostponed, place }),
        }
    }

    /// The text of every block from `first` on.
    pub(crate) fn texts(&self, first: usize) -> impl Iterator<Item = &str> {
        self.text.blocks.iter().skip(first).map(|block| &*block.text)
    }

    /// Stretches of a file's own code with a number of a person in it, which its reader may pass by.
    pub(crate) fn passages(&mut self) -> &mut Vec<String> {
        &mut self.passages
    }

    /// Adds a block; white space around it is cut and an empty one left out.
    pub fn block(&mut self, place: Place, text: &str) {
        let text = &*legible(text.trim());
        if let Some(text) = self.admit(text, &place) {
            let place = self.inside(place);
            self.text.blocks.push(Block { place, text, row: None });
        }
    }

    /// Opens a table and returns its index for [`TextBuilder::row`].
    pub fn table(&mut self) -> usize {
        self.text.tables.push(Table::default());
        self.text.tables.len() - 1
    }

    /// Names the columns of `table`.
    pub fn headers(&mut self, table: usize, headers: Vec<String>) {
        if let Some(table) = self.text.tables.get_mut(table) {
            table.headers = headers;
        }
    }

    /// Adds a row of `table`; a row of only empty cells is left out.
    ///
    /// Cells are joined by a tab; tabs and line ends inside a cell become spaces.
    pub fn row(&mut self, table: usize, place: Place, cells: &[String]) {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        let mut text = String::new();
        let mut ranges = Vec::with_capacity(cells.len());
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                text.push('\t');
            }
            let start = text.len();
            let legible = legible(cell.trim());
            text.extend(legible.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
            ranges.push(start..text.len());
        }
        if let Some(text) = self.admit(&text, &place) {
            ranges.retain(|cell| cell.end <= text.len());
            let place = self.inside(place);
            self.text.blocks.push(Block { place, text, row: Some(Row { table, cells: ranges }) });
        }
    }

    /// Notes something that was not read. After a thousand no more are kept:
    /// the file is unread in so many places that one more tells nothing.
    pub fn gap(&mut self, cause: Cause, place: Place) {
        if self.text.gaps.len() < MOST_GAPS {
            let place = self.inside(place);
            self.text.gaps.push(Gap { cause, place });
        }
    }

    /// Notes that a part was read no further than `limit`; what came of it may still be added.
    pub fn cut_short(&mut self, limit: Limit, place: Place) {
        self.stopped.get_or_insert(limit);
        self.gap(Cause::Limit, place);
    }

    /// Counts one page, sheet or member, and whether it was read whole.
    pub fn unit(&mut self, read: bool) {
        self.text.units += 1;
        self.text.units_read += u32::from(read);
    }

    /// What the file says about itself.
    pub fn facts(&mut self) -> &mut Facts {
        &mut self.text.facts
    }

    /// Runs `read` with every place inside attachment `name`.
    pub fn within<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.within.push(name.to_owned());
        let result = read(self);
        self.within.pop();
        result
    }

    /// How many attachments deep the builder stands.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.within.len()
    }

    /// Whether a limit was reached, so that an extractor can stop early.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.left == 0
    }

    /// The limit that was reached, on text or on CPU time.
    #[must_use]
    pub fn stopped(&self) -> Option<Limit> {
        self.stopped
    }

    /// How many blocks were read so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.blocks.len()
    }

    /// Whether nothing was read so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.blocks.is_empty()
    }

    /// How many gaps were noted so far.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.text.gaps.len()
    }

    /// How many pages, sheets or members were counted so far.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.text.units
    }

    /// How many bytes compressed parts may still become: one budget for the
    /// file and everything embedded in it.
    pub fn inflate_left(&mut self) -> &mut u64 {
        &mut self.inflate_left
    }

    /// What was read.
    #[must_use]
    pub fn finish(self) -> Text {
        self.text
    }

    fn inside(&self, mut place: Place) -> Place {
        place.within.clone_from(&self.within);
        place
    }

    /// `text` as far as the limit allows; notes the gap once when it is reached.
    fn admit(&mut self, text: &str, place: &Place) -> Option<String> {
        self.look_at_clock(place);
        if text.is_empty() || self.left == 0 {
            return None;
        }
        let room = usize::try_from(self.left).unwrap_or(usize::MAX);
        if text.len() <= room {
            self.left -= text.len() as u64;
            return Some(text.to_owned());
        }
        self.stop(Limit::Output, place);
        let end = (0..=room).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
        Some(text[..end].to_owned())
    }

    fn look_at_clock(&mut self, place: &Place) {
        self.pushes = self.pushes.wrapping_add(1);
        if self.pushes.is_multiple_of(PUSHES_PER_LOOK) && self.left > 0 && cpu_used() > self.deadline {
            self.stop(Limit::Cpu, place);
        }
    }

    fn stop(&mut self, limit: Limit, place: &Place) {
        self.left = 0;
        self.stopped = Some(limit);
        self.gap(Cause::Limit, place.clone());
    }
}

/// `text` as people see it: without characters and terminal codes that show nothing and would
/// split a number or a name, with what is turned by an override also in the order in which it
/// is shown, and with letters of full width (U+FF01–FF5E) and digits of other scripts as the plain ones.
fn legible(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    let odd = |c: char| c == ESCAPE || shows_nothing(c) || plain(c) != c;
    if !text.contains(odd) {
        return Cow::Borrowed(text);
    }
    let text = turned(text);
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c == ESCAPE && characters.next_if_eq(&'[').is_some() {
            // A control sequence ends with its first letter (ECMA-48, 5.4).
            characters.by_ref().take(32).find(char::is_ascii_alphabetic);
        } else if !shows_nothing(c) {
            shown.push(plain(c));
        }
    }
    Cow::Owned(shown)
}

const ESCAPE: char = '\u{1b}';

/// Joiners, selectors, marks of direction and the like: no letter, and no room for one.
fn shows_nothing(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// The zeros of scripts whose digits stand in a row from it on (Unicode 16, general category Nd).
const ZEROS: &[char] = &[
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1d7ce}',
    '\u{1d7d8}',
    '\u{1d7e2}',
    '\u{1d7ec}',
    '\u{1d7f6}',
    '\u{1fbf0}',
];

/// The plain character that people take `c` for; symbol fonts have ASCII in a private area from U+F020 on.
fn plain(c: char) -> char {
    let code = u32::from(c);
    let ascii = match c {
        '\u{ff01}'..='\u{ff5e}' => Some(code - 0xfee0),
        '\u{fe58}' | '\u{fe63}' => Some(u32::from('-')),
        '\u{f02b}' | '\u{f02d}' | '\u{f030}'..='\u{f039}' => Some(code - 0xf000),
        '\0'..='\u{65f}' => None,
        _ => {
            let zero = ZEROS.iter().map(|zero| u32::from(*zero)).find(|zero| (*zero..*zero + 10).contains(&code));
            zero.map(|zero| code - zero + u32::from('0'))
        }
    };
    ascii.and_then(char::from_u32).unwrap_or(c)
}

/// What stands between an override (U+202E) and its end is shown from its last character to its first (UAX 9),
/// and copied as it stands: both are there.
fn turned(text: &str) -> Cow<'_, str> {
    if !text.contains('\u{202e}') {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for (index, stretch) in text.split('\u{202e}').enumerate() {
        let end = stretch.find(['\u{202c}', '\n']).unwrap_or(stretch.len());
        let (inner, after) = stretch.split_at(if index == 0 { 0 } else { end });
        shown.push_str(inner);
        if inner.contains(char::is_numeric) {
            shown.push(' ');
            shown.extend(inner.chars().rev());
        }
        shown.push_str(after);
    }
    Cow::Owned(shown)
}

/// CPU time this thread has used.
pub(crate) fn cpu_used() -> Duration {
    let used = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(used).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_cells() {
        let mut builder = TextBuilder::new(&Limits::default());
        let table = builder.table();
        builder.headers(table, vec!["Namn".into(), "Betyg".into()]);
        builder.row(table, Place::default(), &["Ada\tB".into(), " C ".into()]);
        let text = builder.finish();
        let block = &text.blocks[0];
        let row = block.row.as_ref().unwrap();
        assert_eq!(block.text, "Ada B\tC");
        assert_eq!(&block.text[row.cells[1].clone()], "C");
        assert_eq!(text.header(row, 1), Some("Betyg"));
    }

    #[test]
    fn text_over_the_limit_is_cut_and_said() {
        let limits = Limits { text_bytes: 5, ..Limits::default() };
        let mut builder = TextBuilder::new(&limits);
        builder.block(Place::page(1), "åäö");
        builder.block(Place::page(2), "mer");
        assert!(builder.is_full());
        let text = builder.finish();
        assert_eq!(text.blocks[0].text, "åä");
        assert_eq!(text.blocks.len(), 1);
        assert_eq!(text.gaps, vec![Gap { cause: Cause::Limit, place: Place::page(1) }]);
    }

    #[test]
    fn cpu_time_over_the_limit_ends_the_reading_and_keeps_what_was_read() {
        let mut builder = TextBuilder::new(&Limits { cpu_seconds: 0, ..Limits::default() });
        let pushed = (1..1_000_000).take_while(|_| !builder_is_full_after_push(&mut builder)).count();
        assert!(pushed > 0);
        assert_eq!(builder.stopped(), Some(Limit::Cpu));
        assert!(!builder.finish().blocks.is_empty());
    }

    fn builder_is_full_after_push(builder: &mut TextBuilder) -> bool {
        builder.block(Place::default(), "x");
        builder.is_full()
    }

    #[test]
    fn what_shows_nothing_splits_nothing() {
        let mut builder = TextBuilder::new(&Limits::default());
        builder.block(Place::default(), "19900101\u{200b}-\u{2060}2385 sam\u{ad}hälle");
        let table = builder.table();
        builder.row(table, Place::default(), &["１９９０".into(), "\u{feff}Ｅva".into()]);
        let text = builder.finish();
        assert_eq!(text.blocks[0].text, "19900101-2385 samhälle");
        assert_eq!(text.blocks[1].text, "1990\tEva");
        assert_eq!(&text.blocks[1].text[text.blocks[1].row.as_ref().unwrap().cells[1].clone()], "Eva");
    }

    #[test]
    fn a_number_reads_the_same_however_it_is_spelt() {
        for text in [
            "1\u{200d}9\u{200c}90\u{61c}01\u{fe0f}0\u{34f}1-\u{2062}2385",
            "١٩٩٠٠١٠١-٢٣٨٥",
            "۱۹۹۰۰۱۰۱-۲۳۸۵",
            "१९९००१०१\u{fe63}२३८५",
            "\u{1d7cf}\u{1d7d7}900101-2385",
            "\u{f031}\u{f039}900101\u{f02d}2385",
            "1990\u{1b}[1m0101\u{1b}[0;31m-2385",
        ] {
            assert_eq!(legible(text), "19900101-2385", "{text}");
        }
        assert_eq!(legible("\u{202e}5832-10100991\u{202c} x"), "5832-10100991 19900101-2385 x");
        for text in ["Ål à la 12 ½ ² ①", "\u{202e}"] {
            assert_eq!(legible(text), text.trim_start_matches('\u{202e}'), "{text}");
        }
    }

    #[test]
    fn places_say_what_they_pass_through() {
        let mut builder = TextBuilder::new(&Limits::default());
        builder.within("lista.xlsx", |inner| inner.block(Place::part(Part::HiddenSheet), "x"));
        assert_eq!(builder.finish().blocks[0].place.to_string(), "attachment lista.xlsx > hidden-sheet");
    }
}
