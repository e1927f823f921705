//! Word documents before 2007 ([MS-DOC]): the pieces of the text, in the parts
//! of the document they belong to.

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

use super::codepage::CodePage;
use super::ole::{ROOT, Streams, objects, summary};
use super::stream::{Run, Stream, field};

mod paragraphs;
#[cfg(test)]
mod tests;

use paragraphs::Paragraphs;

/// The identity of Word 97 and later, and of Word 6 and 95.
const IDENT: u16 = 0xA5EC;
const OLD_IDENT: u16 = 0xA5DC;
/// The first version with a piece table in a stream of its own.
const WORD_97: u16 = 0x00C1 - 20;
const FLAGS: usize = 0x0A;
const ENCRYPTED: u16 = 0x0100;
const SECOND_TABLE: u16 = 0x0200;
const PIECES: usize = 0x1A2;

/// The parts of the document in the order of their characters, by where the
/// header says how many there are ([MS-DOC] 2.5.4); Word 6 kept them at other places.
const PARTS: [(usize, usize, Part); 8] = [
    (0x4C, 0x34, Part::Body),
    (0x50, 0x38, Part::Footnote),
    (0x54, 0x3C, Part::Header),
    (0x58, 0x40, Part::Field),
    (0x5C, 0x44, Part::Comment),
    (0x60, 0x48, Part::Endnote),
    (0x64, 0x4C, Part::TextBox),
    (0x68, 0x50, Part::TextBox),
];

/// Reads a Word document.
pub(super) fn doc(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let streams = Streams::open(bytes, limits)?;
    let id = streams.find(ROOT, "WordDocument").ok_or(FileError::Corrupt("there is no document stream"))?;
    let document = streams.read(id, builder.inflate_left())?;
    let flags = short(&document.bytes, FLAGS).ok_or(FileError::Corrupt("the document stream has no header"))?;
    if flags & ENCRYPTED != 0 {
        return Err(FileError::Encrypted);
    }
    summary(&streams, builder)?;
    if !document.whole {
        builder.gap(Cause::PartDamaged, Place::default());
    }
    let whole = text(&streams, &document.bytes, flags, builder)? && document.whole;
    builder.unit(whole);
    builder.facts().macros |= streams.find(ROOT, "Macros").is_some();
    match streams.find(ROOT, "ObjectPool") {
        Some(pool) => objects(&streams, pool, limits, builder),
        None => Ok(()),
    }
}

/// Reads the text; false, with a gap, when pieces of it are missing.
fn text(streams: &Streams, document: &[u8], flags: u16, builder: &mut TextBuilder) -> Result<bool, FileError> {
    let version = short(document, 2).unwrap_or(0);
    let old = match short(document, 0) {
        Some(IDENT) => version < WORD_97,
        Some(OLD_IDENT) => true,
        _ => return Err(FileError::Corrupt("the document stream has no header")),
    };
    if old {
        return Ok(old_text(document, builder));
    }
    let name = if flags & SECOND_TABLE == 0 { "0Table" } else { "1Table" };
    let id = streams.find(ROOT, name).ok_or(FileError::Corrupt("there is no table stream"))?;
    let tables = streams.read(id, builder.inflate_left())?.bytes;
    let pieces = pieces(document, &tables).ok_or(FileError::Corrupt("there is no piece table"))?;
    let mut reader = Reader::new(document, Paragraphs::read(document, &tables), false, builder);
    let mut whole = true;
    for piece in pieces {
        whole &= reader.piece(&piece);
    }
    reader.finish();
    Ok(damaged_unless(whole, builder))
}

/// Word 6 and 95: one run of bytes in Western Windows.
fn old_text(document: &[u8], builder: &mut TextBuilder) -> bool {
    let (start, end) = (long(document, 0x18).unwrap_or(0), long(document, 0x1C).unwrap_or(0));
    let piece = Piece { first: 0, count: end.saturating_sub(start), at: start, wide: false };
    let mut reader = Reader::new(document, Paragraphs::default(), true, builder);
    let whole = reader.piece(&piece);
    reader.finish();
    damaged_unless(whole, builder)
}

fn damaged_unless(whole: bool, builder: &mut TextBuilder) -> bool {
    if !whole {
        builder.gap(Cause::PartDamaged, Place::default());
    }
    whole
}

/// A run of characters that lie together.
#[derive(Debug)]
struct Piece {
    /// The first one's number in the document.
    first: usize,
    count: usize,
    /// Where its bytes begin.
    at: usize,
    /// Two bytes a character.
    wide: bool,
}

/// The piece table ([MS-DOC] 2.4.1).
fn pieces(document: &[u8], tables: &[u8]) -> Option<Vec<Piece>> {
    let (start, length) = (long(document, PIECES)?, long(document, PIECES + 4)?);
    let list = tables.get(start..start.checked_add(length)?)?;
    let mut at = 0;
    while list.get(at) == Some(&1) {
        at += 3 + usize::from(short(list, at + 1)?);
    }
    let length = long(list, at + 1).filter(|_| list.get(at) == Some(&2))?;
    let list = list.get(at + 5..)?;
    let list = list.get(..length).unwrap_or(list);
    let count = list.len().saturating_sub(4) / 12;
    let piece = |index: usize| {
        let (first, end) = (long(list, 4 * index)?, long(list, 4 * index + 4)?);
        let place = long(list, 4 * (count + 1) + 8 * index + 2)?;
        let (wide, place) = (place & 0x4000_0000 == 0, place & 0x3FFF_FFFF);
        Some(Piece { first, count: end.checked_sub(first)?, at: if wide { place } else { place / 2 }, wide })
    };
    Some((0..count).filter_map(piece).collect())
}

#[derive(Debug)]
struct Reader<'a> {
    document: &'a [u8],
    builder: &'a mut TextBuilder,
    paragraphs: Paragraphs,
    /// Where each part ends.
    ends: Vec<(usize, Part)>,
    part: usize,
    stream: Stream,
    /// The instructions of the fields that are open, and whether each has come to its result.
    fields: Vec<(String, bool)>,
    /// The last character was the end of a cell, where no formatting tells rows.
    after_cell: bool,
    pictures: bool,
    said: bool,
    /// Characters that may still be read: pieces of a damaged file can share their bytes.
    left: usize,
}

impl<'a> Reader<'a> {
    fn new(document: &'a [u8], paragraphs: Paragraphs, old: bool, builder: &'a mut TextBuilder) -> Self {
        let mut end = 0_usize;
        let part = |(at, old_at, part): &(usize, usize, Part)| {
            end = end.saturating_add(long(document, if old { *old_at } else { *at }).unwrap_or(0));
            (end, *part)
        };
        let ends = PARTS.iter().map(part).collect();
        let (stream, left) = (Stream::new(Part::Body), document.len().saturating_mul(2));
        Self {
            document,
            builder,
            paragraphs,
            ends,
            part: 0,
            stream,
            fields: Vec::new(),
            after_cell: false,
            pictures: false,
            said: false,
            left,
        }
    }

    /// Reads a piece; false when its bytes are not all there.
    fn piece(&mut self, piece: &Piece) -> bool {
        let width = if piece.wide { 2 } else { 1 };
        let there = self.document.get(piece.at..).unwrap_or_default();
        let most = (there.len() / width).min(self.left);
        let bytes = there.get(..width * piece.count.min(most)).unwrap_or_default();
        self.left -= piece.count.min(most);
        let characters: Vec<char> = if piece.wide {
            let units = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        } else {
            CodePage::WESTERN.decode(bytes).0.chars().collect()
        };
        let (mut number, mut at) = (piece.first, piece.at);
        for character in characters {
            self.enter(number);
            self.character(character, at);
            let units = if piece.wide { character.len_utf16() } else { 1 };
            number += units;
            at += width * units;
        }
        piece.count <= most
    }

    /// Goes on to the part that character `number` belongs to.
    fn enter(&mut self, number: usize) {
        while self.ends.get(self.part).is_some_and(|(end, _)| number >= *end) && self.part + 1 < self.ends.len() {
            self.part += 1;
            let part = self.ends.get(self.part).map_or(Part::Body, |(_, part)| *part);
            std::mem::replace(&mut self.stream, Stream::new(part)).finish(self.builder);
            self.fields.clear();
        }
    }

    fn character(&mut self, character: char, at: usize) {
        let after_cell = std::mem::take(&mut self.after_cell);
        match character {
            '\u{7}' => self.end_cell(at, after_cell),
            '\r' | '\u{c}' => {
                let in_table = self.paragraphs.at(at).is_some_and(|paragraph| paragraph.in_table);
                self.stream.end_paragraph(in_table, Run::default(), self.builder);
            }
            '\u{b}' => self.push('\n'),
            '\u{1e}' => self.push('\u{2011}'),
            '\u{13}' => self.fields.push((String::new(), false)),
            '\u{14}' => {
                if let Some((_, result)) = self.fields.last_mut() {
                    *result = true;
                }
            }
            '\u{15}' => {
                if let Some((instruction, _)) = self.fields.pop() {
                    field(&instruction, self.builder);
                }
            }
            '\u{5}' => self.builder.facts().comments += u32::from(self.part == 0),
            '\u{1}' | '\u{8}' => self.pictures = true,
            '\t' => self.push('\t'),
            character if u32::from(character) < 0x20 => {}
            character => self.push(character),
        }
    }

    fn push(&mut self, character: char) {
        if let Some((instruction, false)) = self.fields.last_mut() {
            return instruction.push(character);
        }
        self.said |= !character.is_whitespace();
        self.stream.push(character.encode_utf8(&mut [0; 4]), Run::default());
    }

    fn end_cell(&mut self, at: usize, after_cell: bool) {
        let ends_row = self.paragraphs.at(at).map_or(after_cell, |paragraph| paragraph.ends_row);
        if ends_row {
            self.stream.end_row(self.builder);
        } else {
            self.stream.end_cell(Run::default());
            self.after_cell = true;
        }
    }

    fn finish(self) {
        for (instruction, _) in &self.fields {
            field(instruction, self.builder);
        }
        self.stream.finish(self.builder);
        if self.pictures && !self.said {
            self.builder.gap(Cause::ImageOnly, Place::default());
        }
    }
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?)).ok()
}
