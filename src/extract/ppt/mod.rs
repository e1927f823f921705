//! Presentations before 2007 ([MS-PPT]): slides with their notes and comments,
//! what a master says once, and what earlier saves left in the file.

use std::collections::HashSet;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::{FileError, Limit};
use crate::limits::Limits;

use super::embedded::embedded;
use super::ole::{ROOT, Streams, summary};

mod live;
mod records;
#[cfg(test)]
mod tests;

use live::Live;
use records::{Record, long, records, short, wide};

// Kinds of records ([MS-PPT] 2.13.24, [MS-ODRAW] 2.2).
const SLIDE: u16 = 0x03EE;
const NOTES: u16 = 0x03F0;
const NOTES_ATOM: u16 = 0x03F1;
const SLIDE_PERSIST: u16 = 0x03F3;
const MAIN_MASTER: u16 = 0x03F8;
const PLACEHOLDER: u16 = 0x0BC3;
const TEXT_WIDE: u16 = 0x0FA0;
const TEXT_NARROW: u16 = 0x0FA8;
const STRING: u16 = 0x0FBA;
const HYPERLINK: u16 = 0x0FD7;
const HEADERS_FOOTERS: u16 = 0x0FD9;
const HANDOUT: u16 = 0x0FC9;
const SLIDE_LIST: u16 = 0x0FF0;
const OBJECT: u16 = 0x1011;
const COMMENT: u16 = 0x2EE0;
const SEALED: u16 = 0x2F14;
const SHAPE: u16 = 0xF004;
const SHAPE_PROPERTIES: u16 = 0xF00B;
const TAGS: u16 = 0x1388;
const TAG_DATA: u16 = 0x138B;

/// What the stream "Current User" begins its token with when the file is encrypted ([MS-PPT] 2.3.2).
const ENCRYPTED_TOKEN: u32 = 0xF3D1_C4DF;

/// Reads a presentation.
pub(super) fn ppt(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let streams = Streams::open(bytes, limits)?;
    let user = match streams.find(ROOT, "Current User") {
        Some(id) => streams.read(id, builder.inflate_left())?.bytes,
        None => Vec::new(),
    };
    let id = streams.find(ROOT, "PowerPoint Document").ok_or(FileError::Corrupt("there is no document stream"))?;
    let document = streams.read(id, builder.inflate_left())?;
    if long(&user, 12) == Some(ENCRYPTED_TOKEN) || records(&document.bytes).any(|record| record.kind == SEALED) {
        return Err(FileError::Encrypted);
    }
    summary(&streams, builder)?;
    let edit = long(&user, 16).and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    let mut reader = Reader {
        live: Live::follow(&document.bytes, edit),
        limits,
        whole: document.whole,
        said: HashSet::new(),
        objects: 0,
        left: Vec::new(),
        builder,
    };
    reader.stream(&document.bytes)
}

/// Where a text stands.
#[derive(Clone, Copy, Debug, Default)]
struct Context {
    part: Part,
    page: Option<u32>,
    /// In a master, whose placeholders only say that one may write there.
    master: bool,
    /// In a shape that is a placeholder.
    placeholder: bool,
    /// In the part of the file that an earlier save left.
    left: bool,
}

#[derive(Debug)]
struct Reader<'a> {
    live: Live,
    limits: &'a Limits,
    whole: bool,
    /// Texts that were read, so that earlier saves only add what is gone.
    said: HashSet<String>,
    objects: u32,
    /// Where records begin that are not in use; they are read last.
    left: Vec<usize>,
    builder: &'a mut TextBuilder,
}

impl Reader<'_> {
    fn stream(&mut self, stream: &[u8]) -> Result<(), FileError> {
        let mut at = 0;
        while let Some(record) = records::record(stream, at) {
            if self.live.uses(at) {
                self.whole &= record.whole;
                self.top(&record, at, false)?;
            } else {
                self.left.push(at);
            }
            at += 8 + record.body.len();
        }
        for at in std::mem::take(&mut self.left) {
            let Some(record) = records::record(stream, at) else { continue };
            self.top(&record, at, true)?;
        }
        if !self.whole {
            self.builder.gap(Cause::PartDamaged, Place::default());
            self.builder.unit(false);
        }
        Ok(())
    }

    /// Reads a record that stands by itself: the document, a slide, a master, an object.
    fn top(&mut self, record: &Record, at: usize, left: bool) -> Result<(), FileError> {
        let mut context = Context { left, page: self.live.page(at), ..Context::default() };
        match record.kind {
            SLIDE if !left => self.builder.unit(record.whole),
            NOTES => {
                let slide = records(record.body).find(|record| record.kind == NOTES_ATOM);
                let slide = slide.and_then(|atom| long(atom.body, 0));
                context.page = slide.and_then(|id| self.live.by_slide_id.get(&id).copied());
                context.part = Part::SpeakerNotes;
            }
            MAIN_MASTER | HANDOUT => context.master = true,
            OBJECT if !left => return self.object(record),
            OBJECT => return Ok(()),
            _ => {}
        }
        self.read(record, context, 0)
    }

    fn read(&mut self, record: &Record, context: Context, depth: usize) -> Result<(), FileError> {
        match record.kind {
            TEXT_WIDE => self.text(&wide(record.body), context),
            // One byte a character, the upper half of each being zero.
            TEXT_NARROW => self.text(&record.body.iter().map(|byte| char::from(*byte)).collect::<String>(), context),
            SHAPE_PROPERTIES => self.shape_properties(record, context),
            TAGS => self.tagged_comments(record, context),
            HEADERS_FOOTERS | HYPERLINK | COMMENT => self.strings(record, context),
            SLIDE_LIST => self.slide_list(record, context, depth)?,
            _ if record.container => self.container(record, context, depth)?,
            _ => {}
        }
        Ok(())
    }

    fn container(&mut self, record: &Record, mut context: Context, depth: usize) -> Result<(), FileError> {
        if depth >= self.limits.depth {
            return Err(FileError::Limit(Limit::Depth));
        }
        if record.kind == SHAPE {
            context.placeholder = is_placeholder(record.body);
        }
        for inner in records(record.body) {
            self.read(&inner, context, depth + 1)?;
        }
        Ok(())
    }

    /// The text of the placeholders of all slides, each behind a record that begins its slide.
    fn slide_list(&mut self, list: &Record, mut context: Context, depth: usize) -> Result<(), FileError> {
        context.master = list.instance == 1;
        context.part = if list.instance == 2 { Part::SpeakerNotes } else { Part::Body };
        let mut number = 0;
        for record in records(list.body) {
            if record.kind == SLIDE_PERSIST {
                number += 1;
                context.page = (list.instance == 0).then_some(number);
            }
            self.read(&record, context, depth + 1)?;
        }
        Ok(())
    }

    fn text(&mut self, text: &str, context: Context) {
        if context.master && context.placeholder {
            return;
        }
        for paragraph in text.split('\r') {
            let paragraph = paragraph.replace('\u{b}', "\n");
            self.say(context.part, &paragraph, context);
        }
    }

    fn say(&mut self, part: Part, text: &str, context: Context) {
        // Marks of fields such as the slide's number.
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '*' || c == '\0');
        if context.left && self.said.contains(text) {
            return;
        }
        self.said.insert(text.to_owned());
        let part = if context.left { Part::Deleted } else { part };
        self.builder.block(Place { part, page: context.page, ..Place::default() }, text);
    }

    /// Headers and footers, targets of links, and comments with their authors.
    fn strings(&mut self, record: &Record, context: Context) {
        if record.kind == COMMENT && !context.left {
            self.builder.facts().comments += 1;
        }
        for string in records(record.body).filter(|inner| inner.kind == STRING) {
            let part = match (record.kind, string.instance) {
                (COMMENT, _) => Part::Comment,
                (HYPERLINK, _) => Part::Link,
                (_, 1) => Part::Header,
                _ => Part::Footer,
            };
            self.say(part, &wide(string.body), context);
        }
    }

    /// Comments, which lie in data that programs tag slides with ([MS-PPT] 2.5.20).
    fn tagged_comments(&mut self, tags: &Record, context: Context) {
        let data = records(tags.body).flat_map(|tag| records(tag.body)).filter(|inner| inner.kind == TAG_DATA);
        for comment in data.flat_map(|data| records(data.body)).filter(|inner| inner.kind == COMMENT) {
            self.strings(&comment, context);
        }
    }

    /// Words set as a picture, and descriptions of pictures ([MS-ODRAW] 2.3.22.1, 2.3.4.2).
    fn shape_properties(&mut self, record: &Record, context: Context) {
        let count = usize::from(record.instance);
        let mut at = 6 * count;
        for index in 0..count {
            let (Some(id), Some(length)) = (short(record.body, 6 * index), long(record.body, 6 * index + 2)) else {
                return;
            };
            if id & 0x8000 == 0 {
                continue;
            }
            let end = at.saturating_add(length as usize);
            let value = record.body.get(at..end).unwrap_or_default();
            at = end;
            match id & 0x3FFF {
                0x00C0 => self.say(Part::TextBox, &wide(value), context),
                0x0381 => self.say(Part::AltText, &wide(value), context),
                _ => {}
            }
        }
    }

    /// An embedded object, often compressed ([MS-PPT] 2.10.34).
    fn object(&mut self, record: &Record) -> Result<(), FileError> {
        let inflated = match record.instance {
            0 => record.body.to_vec(),
            _ => self.inflate(record.body.get(4..).unwrap_or_default())?,
        };
        let parts = Streams::open(&inflated, self.limits).ok();
        if parts.as_ref().is_some_and(|parts| parts.find(ROOT, "VBA").is_some()) {
            self.builder.facts().macros = true;
            return Ok(());
        }
        self.objects += 1;
        self.builder.facts().attachments += 1;
        embedded(&format!("object {}", self.objects), &inflated, self.limits, self.builder);
        Ok(())
    }

    /// What comes out before damage is read.
    fn inflate(&mut self, packed: &[u8]) -> Result<Vec<u8>, FileError> {
        let most = *self.builder.inflate_left();
        let mut inflated = Vec::new();
        let outcome = ZlibDecoder::new(packed).take(most.saturating_add(1)).read_to_end(&mut inflated);
        let length = inflated.len() as u64;
        *self.builder.inflate_left() = most.checked_sub(length).ok_or(FileError::Limit(Limit::Inflation))?;
        self.whole &= outcome.is_ok();
        Ok(inflated)
    }
}

/// Whether a shape is one that a layout asks to be filled.
fn is_placeholder(shape: &[u8]) -> bool {
    records(shape).any(|inner| inner.container && records(inner.body).any(|atom| atom.kind == PLACEHOLDER))
}
