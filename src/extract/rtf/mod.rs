//! Rich Text (RTF 1.9.1), as word processors, mail programs and case systems
//! write it. Groups are followed on a stack of small states, so that hostile
//! nesting costs neither the program's stack nor more than linear time.

use std::collections::HashMap;

use crate::document::{Cause, Kind, Part, Place, TextBuilder};
use crate::error::{FileError, Limit};
use crate::limits::Limits;

use super::codepage::CodePage;
use super::embedded::embedded;
use super::kind::sniff;
use super::stream::{Run, Stream, field};
use super::zipfile::Archive;
use super::{leftovers, unsaid, wrapped};

mod destination;
#[cfg(test)]
mod tests;
mod token;

use destination::{Destination, character, destination};
use token::{Token, Tokens};

/// Deepest nesting of groups that is followed. Word itself stops far earlier.
const GROUPS: usize = 10_000;

/// Reads a Rich Text file.
pub(super) fn rtf(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    unsaid::look(bytes, builder);
    for packed in wrapped::packed(bytes) {
        look_into(&packed, limits, builder);
    }
    let mut reader = Reader::new(limits, builder);
    let mut tokens = Tokens::new(bytes);
    while let Some(token) = tokens.next() {
        reader.token(token)?;
        if let Token::Word("bin", Some(length)) = token {
            if length > 0 && reader.takes_text() {
                // Binary data where words run: what it is, no one says.
                reader.builder.gap(Cause::EmbeddedUnread, Place::default());
            }
            tokens.pass_over(usize::try_from(length).unwrap_or(0));
        }
        if reader.builder.is_full() {
            break;
        }
    }
    reader.finish();
    Ok(())
}

/// Reads what stands in digits outside objects: themes, data of forms, pictures that are none.
fn look_into(packed: &[u8], limits: &Limits, builder: &mut TextBuilder) {
    match sniff(packed) {
        // A theme and its like: what people wrote in it, not its code.
        Kind::Zip => match Archive::open(packed, limits).and_then(|mut all| leftovers::read(&mut all, limits, builder))
        {
            Ok(()) => {}
            Err(_) => builder.gap(Cause::PartDamaged, Place::part(Part::Hidden)),
        },
        Kind::Docx | Kind::Xlsx | Kind::Pptx | Kind::Text | Kind::Html => embedded("data", packed, limits, builder),
        _ => unsaid::look_binary(packed, builder),
    }
}

/// Most bytes that a writer puts behind a Unicode character for readers that know none;
/// whoever says more hides a text there.
const MOST_FALLBACK: u32 = 8;

/// What a group changes and its end restores.
#[derive(Clone, Copy, Debug)]
struct State {
    destination: Destination,
    /// Bytes that follow a Unicode character for readers that know none.
    fallback: u32,
    page: CodePage,
    run: Run,
    in_table: bool,
    /// How many streams were open when the group began.
    streams: usize,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the file")]
struct Reader<'a> {
    builder: &'a mut TextBuilder,
    limits: &'a Limits,
    state: State,
    stack: Vec<State>,
    streams: Vec<Stream>,
    /// A group was just opened, and whether it is starred.
    fresh: bool,
    starred: bool,
    document_page: CodePage,
    fonts: HashMap<i32, CodePage>,
    font: i32,
    default_font: i32,
    /// Bytes of text that are not yet decoded.
    pending: Vec<u8>,
    /// The first half of a character outside the basic plane.
    high: Option<u16>,
    /// Fallback bytes still to be passed over.
    skip: u32,
    /// The name of the property whose value comes next.
    name: String,
    object: Vec<u8>,
    objects: u32,
    pictures: bool,
    lossy: bool,
    said: bool,
}

impl<'a> Reader<'a> {
    fn new(limits: &'a Limits, builder: &'a mut TextBuilder) -> Self {
        let state = State {
            destination: Destination::Inline,
            fallback: 1,
            page: CodePage::WESTERN,
            run: Run::default(),
            in_table: false,
            streams: 1,
        };
        Self {
            builder,
            limits,
            state,
            stack: Vec::new(),
            streams: vec![Stream::new(Part::Body)],
            fresh: false,
            starred: false,
            document_page: CodePage::WESTERN,
            fonts: HashMap::new(),
            font: 0,
            default_font: 0,
            pending: Vec::new(),
            high: None,
            skip: 0,
            name: String::new(),
            object: Vec::new(),
            objects: 0,
            pictures: false,
            lossy: false,
            said: false,
        }
    }

    fn token(&mut self, token: Token) -> Result<(), FileError> {
        if let Token::Byte(byte) = token {
            self.byte(byte);
            return Ok(());
        }
        self.decode_pending();
        match token {
            Token::Open => self.open()?,
            Token::Close => self.close(),
            Token::Word(word, number) => self.word(word, number),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Byte(_) => {}
        }
        Ok(())
    }

    fn byte(&mut self, byte: u8) {
        self.fresh = false;
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.state.destination == Destination::Object {
            self.object.push(byte);
        } else if self.takes_text() {
            self.pending.push(byte);
        }
    }

    fn open(&mut self) -> Result<(), FileError> {
        if self.stack.len() >= GROUPS {
            return Err(FileError::Limit(Limit::Depth));
        }
        self.stack.push(self.state);
        self.state.streams = self.streams.len();
        self.skip = 0;
        self.fresh = true;
        self.starred = false;
        Ok(())
    }

    fn close(&mut self) {
        self.skip = 0;
        self.fresh = false;
        let ended = self.state;
        let Some(outer) = self.stack.pop() else { return };
        self.state = outer;
        if ended.destination == Destination::Object && outer.destination != Destination::Object {
            self.read_object();
        }
        if ended.destination == Destination::Fonts && outer.destination != Destination::Fonts {
            self.state.page = self.page_of(self.default_font);
        }
        while self.streams.len() > ended.streams.max(1) {
            let Some(stream) = self.streams.pop() else { return };
            self.end_stream(stream, ended.destination);
        }
    }

    /// Opens what the first word of a group says. Returns false when it says nothing.
    fn begins(&mut self, word: &str) -> bool {
        let Some(opened) = destination(word, self.starred) else { return false };
        let outer = self.state.destination;
        let closed = matches!(outer, Destination::Left | Destination::Fonts | Destination::Object);
        if closed || (outer == Destination::Twice && word != "ud") {
            return true;
        }
        self.pictures |= word == "pict";
        self.state.destination = opened;
        let part = match opened {
            Destination::Own(part) => part,
            Destination::Field => Part::Field,
            Destination::Name | Destination::Value | Destination::ShapeValue => Part::Property,
            _ => return true,
        };
        self.streams.push(Stream::new(part));
        self.state.run = Run::default();
        self.state.in_table = false;
        if word == "annotation" {
            self.builder.facts().comments += 1;
        }
        true
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let fresh = std::mem::take(&mut self.fresh);
        if fresh && self.begins(word) {
            return;
        }
        match word {
            "u" => self.unicode(number.unwrap_or(0)),
            "uc" => {
                let bytes = number.and_then(|n| u32::try_from(n).ok());
                self.state.fallback = bytes.filter(|bytes| *bytes <= MOST_FALLBACK).unwrap_or(1);
            }
            "ansicpg" => self.set_document_page(number.and_then(|n| u32::try_from(n).ok())),
            "mac" => self.set_document_page(Some(10_000)),
            "pc" | "pca" => self.set_document_page(Some(850)),
            "deff" => self.default_font = number.unwrap_or(0),
            "f" => self.set_font(number.unwrap_or(0)),
            "fcharset" | "cpg" => self.set_charset(word, number.unwrap_or(0)),
            "plain" => {
                self.state.run = Run { nested: self.state.run.nested, ..Run::default() };
                self.set_font(self.default_font);
            }
            "v" => self.state.run.hidden = number != Some(0),
            "deleted" => self.track_deletion(number != Some(0)),
            "revised" if number != Some(0) => self.builder.facts().tracked_changes += 1,
            "pard" => {
                self.state.in_table = false;
                self.state.run.nested = false;
            }
            "itap" => self.state.run.nested = number > Some(1),
            "intbl" => self.state.in_table = true,
            "ftnalt" => self.turn_endnote(),
            _ if self.takes_text() => self.layout(word),
            _ => {}
        }
    }

    /// Words that end something, or stand for a character.
    fn layout(&mut self, word: &str) {
        let in_table = self.state.in_table;
        let Some(stream) = self.streams.last_mut() else { return };
        match word {
            "par" | "sect" | "page" => stream.end_paragraph(in_table, self.state.run, self.builder),
            "cell" => stream.end_cell(Run::default()),
            "row" => stream.end_row(self.builder),
            "nestcell" => stream.end_cell(Run { nested: true, ..Run::default() }),
            "nestrow" => stream.end_inner_row(self.builder),
            _ => {
                if let Some(character) = character(word) {
                    stream.push(character.encode_utf8(&mut [0; 4]), self.state.run);
                }
            }
        }
    }

    fn symbol(&mut self, symbol: u8) {
        if symbol == b'*' {
            self.starred = self.fresh;
            return;
        }
        self.fresh = false;
        match symbol {
            b'~' => self.push("\u{A0}"),
            b'_' => self.push("\u{2011}"),
            b'\\' | b'{' | b'}' if self.takes_text() => self.pending.push(symbol),
            b'\r' | b'\n' if self.takes_text() => self.layout("par"),
            b'\t' => self.push("\t"),
            _ => {}
        }
    }

    fn unicode(&mut self, number: i32) {
        self.skip = self.state.fallback;
        // Numbers above 32767 are written as negative ones; some writers do not.
        let Ok(unit) = u16::try_from(number & 0xFFFF) else { return };
        let units: Vec<u16> = match self.high.take() {
            Some(high) => vec![high, unit],
            None if (0xD800..0xDC00).contains(&unit) => {
                self.high = Some(unit);
                return;
            }
            None => vec![unit],
        };
        let text = String::from_utf16_lossy(&units);
        self.push(&text);
    }

    fn push(&mut self, text: &str) {
        if !self.takes_text() {
            return;
        }
        self.said |= self.streams.len() == 1 && !text.trim().is_empty();
        if let Some(stream) = self.streams.last_mut() {
            stream.push(text, self.state.run);
        }
    }

    fn decode_pending(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let (text, lossy) = self.state.page.decode(&pending);
        self.lossy |= lossy;
        self.push(&text);
    }

    fn takes_text(&self) -> bool {
        !matches!(
            self.state.destination,
            Destination::Left | Destination::Fonts | Destination::Object | Destination::Twice
        )
    }

    fn set_document_page(&mut self, number: Option<u32>) {
        if let Some(page) = number.and_then(CodePage::of_number) {
            self.document_page = page;
            self.state.page = page;
        }
    }

    fn set_font(&mut self, font: i32) {
        self.font = font;
        self.state.page = self.page_of(font);
    }

    fn page_of(&self, font: i32) -> CodePage {
        self.fonts.get(&font).copied().unwrap_or(self.document_page)
    }

    /// Notes the code page of the font that the table describes.
    fn set_charset(&mut self, word: &str, number: i32) {
        if self.state.destination != Destination::Fonts {
            return;
        }
        let page = match word {
            "cpg" => u32::try_from(number).ok().and_then(CodePage::of_number),
            _ => CodePage::of_charset(number),
        };
        if let Some(page) = page {
            self.fonts.insert(self.font, page);
        }
    }

    fn track_deletion(&mut self, deleted: bool) {
        self.builder.facts().tracked_changes += u32::from(deleted && !self.state.run.deleted);
        self.state.run.deleted = deleted;
    }

    /// `\ftnalt` at the start of a footnote makes it an endnote.
    fn turn_endnote(&mut self) {
        if self.state.destination == Destination::Own(Part::Footnote) {
            self.state.destination = Destination::Own(Part::Endnote);
            self.streams.pop();
            self.streams.push(Stream::new(Part::Endnote));
        }
    }

    fn end_stream(&mut self, mut stream: Stream, destination: Destination) {
        match destination {
            Destination::Name => self.name = stream.take(),
            Destination::Value => self.property(&stream.take()),
            Destination::ShapeValue => self.shape(&stream.take()),
            Destination::Field => field(&stream.take(), self.builder),
            _ => stream.finish(self.builder),
        }
    }

    /// A property that the user made.
    fn property(&mut self, value: &str) {
        let name = std::mem::take(&mut self.name);
        if let Some(label) = super::mail::label(&name).filter(|_| name.trim().ends_with("_Enabled")) {
            self.builder.facts().sensitivity_label = Some(label);
        }
        self.builder.block(Place::part(Part::Property), value);
    }

    /// Words set as a picture, or a picture's description. Other properties of shapes are measures.
    fn shape(&mut self, value: &str) {
        let part = match std::mem::take(&mut self.name).trim() {
            "gtextUNICODE" => Part::TextBox,
            "wzDescription" => Part::AltText,
            "pihlShape" => Part::Link,
            _ => return,
        };
        self.builder.block(Place::part(part), value);
    }

    fn read_object(&mut self) {
        let digits = std::mem::take(&mut self.object);
        self.objects += 1;
        self.builder.facts().attachments += 1;
        let bytes = from_hex(&digits);
        let name = format!("object {}", self.objects);
        match embedded_data(&bytes) {
            Some(data) => embedded(&name, data, self.limits, self.builder),
            None => self.builder.within(&name, |inner| inner.gap(Cause::EmbeddedUnread, Place::default())),
        }
    }

    fn finish(mut self) {
        self.decode_pending();
        let cut = !self.stack.is_empty() && !self.builder.is_full();
        while let Some(stream) = self.streams.pop() {
            stream.finish(self.builder);
        }
        if self.lossy {
            self.builder.gap(Cause::Encoding, Place::default());
        }
        if cut {
            self.builder.gap(Cause::PartDamaged, Place::default());
        }
        if self.pictures && !self.said {
            self.builder.gap(Cause::ImageOnly, Place::default());
        }
        self.builder.unit(!cut && !self.lossy && (self.said || !self.pictures));
    }
}

fn from_hex(digits: &[u8]) -> Vec<u8> {
    let nibbles: Vec<u8> = digits
        .iter()
        .filter_map(|digit| char::from(*digit).to_digit(16))
        .filter_map(|n| u8::try_from(n).ok())
        .collect();
    nibbles.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, nibble| byte << 4 | nibble)).collect()
}

/// The data of an OLE 1 embedded object ([MS-OLEDS] 2.2.5).
fn embedded_data(object: &[u8]) -> Option<&[u8]> {
    const EMBEDDED: u32 = 2;
    let number = |at: usize| Some(u32::from_le_bytes(object.get(at..at.checked_add(4)?)?.try_into().ok()?));
    if number(4)? != EMBEDDED {
        return None;
    }
    let mut at: usize = 8;
    for _ in ["class", "topic", "item"] {
        at = at.checked_add(4)?.checked_add(usize::try_from(number(at)?).ok()?)?;
    }
    let length = usize::try_from(number(at)?).ok()?;
    let data = object.get(at.checked_add(4)?..)?;
    Some(data.get(..length).unwrap_or(data))
}
