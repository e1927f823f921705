//! The cells of one sheet and what stands around them.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::extract::numbers::Format;
use crate::extract::table::{Grid, Line, without_codes};
use crate::extract::xls::records::{Cursor, Record, Records, characters};
use crate::extract::xls::{Book, id};

/// Kind of an object that is the box of a comment ([MS-XLS] 2.5.143).
const NOTE_OBJECT: u16 = 0x19;

/// Words of errors, by code ([MS-XLS] 2.5.10).
const ERRORS: &[(u8, &str)] = &[
    (0x00, "#NULL!"),
    (0x07, "#DIV/0!"),
    (0x0F, "#VALUE!"),
    (0x17, "#REF!"),
    (0x1D, "#NAME?"),
    (0x24, "#NUM!"),
    (0x2A, "#N/A"),
];

/// Reads the records of the sheet at `place`, which `stream` begins with.
pub(super) fn read(stream: &[u8], book: &Book, place: &Place, builder: &mut TextBuilder) {
    let grid = Grid::new(builder);
    let mut sheet = Sheet {
        builder,
        book,
        place,
        grid,
        row: 0,
        line: Line::default(),
        hidden_rows: HashSet::new(),
        hidden_columns: Vec::new(),
        pending: None,
        object: (0, 0),
        notes: HashMap::new(),
    };
    let mut depth = 0_u32;
    for record in Records::new(stream) {
        match record.id {
            id::BEGIN => depth += 1,
            id::EOF => depth = depth.saturating_sub(1),
            // A record that is cut tells nothing, and the next one may. Charts
            // are sheets in the sheet, whose cells are copies.
            _ => drop(if depth == 1 { sheet.meet(&record) } else { sheet.meet_chart(&record) }),
        }
        if depth == 0 || sheet.builder.is_full() {
            break;
        }
    }
    sheet.close_row();
    if depth > 0 && !sheet.builder.is_full() {
        sheet.builder.gap(Cause::PartDamaged, place.clone());
    }
}

struct Sheet<'a> {
    builder: &'a mut TextBuilder,
    book: &'a Book,
    place: &'a Place,
    grid: Grid,
    /// Number of the open row, from 1; 0 before the first.
    row: u32,
    line: Line,
    hidden_rows: HashSet<u32>,
    hidden_columns: Vec<RangeInclusive<u32>>,
    /// The cell whose formula gave the string that the next record holds.
    pending: Option<(u32, u32)>,
    /// Kind and number of the object whose text the next record holds.
    object: (u16, u16),
    /// Texts of comments, by the number of their object.
    notes: HashMap<u16, String>,
}

impl Sheet<'_> {
    fn meet(&mut self, record: &Record) -> Option<()> {
        let mut cursor = Cursor::new(record);
        match record.id {
            id::ROW => {
                let row = u32::from(cursor.u16()?) + 1;
                cursor.skip(10)?;
                if cursor.u16()? & 0x20 != 0 {
                    self.hidden_rows.insert(row);
                }
            }
            id::COLUMNS => {
                let (first, last) = (u32::from(cursor.u16()?) + 1, u32::from(cursor.u16()?) + 1);
                cursor.skip(4)?;
                if cursor.u16()? & 1 != 0 {
                    self.hidden_columns.push(first..=last);
                }
            }
            id::HEADER | id::FOOTER => {
                let length = self.book.text.length(&mut cursor, !self.book.text.wide)?;
                let words = self.book.text.read(&mut cursor, length)?;
                let part = if record.id == id::HEADER { Part::Header } else { Part::Footer };
                self.around(part, &without_codes(&words));
            }
            id::STRING => {
                let (row, column) = self.pending.take()?;
                let length = cursor.u16()?;
                let words = self.book.text.read(&mut cursor, length.into())?;
                self.cell(row, column, words);
            }
            id::OBJECT => {
                cursor.skip(4)?;
                self.object = (cursor.u16()?, cursor.u16()?);
            }
            id::OBJECT_TEXT => self.object_text(&mut cursor)?,
            id::NOTE => self.note(&mut cursor)?,
            id::LINK => self.link(record),
            id::MULTIPLE_RK => self.multiple(record, &mut cursor)?,
            id::FORMULA | id::RICH_STRING | id::SHARED_STRING | id::NUMBER | id::LABEL | id::BOOL_OR_ERROR | id::RK => {
                self.single(record.id, &mut cursor)?;
            }
            _ => {}
        }
        Some(())
    }

    fn meet_chart(&mut self, record: &Record) -> Option<()> {
        if record.id == id::SERIES_TEXT {
            let mut cursor = Cursor::new(record);
            cursor.skip(2)?;
            let length = cursor.u8()?;
            let words = self.book.text.read(&mut cursor, length.into())?;
            self.around(Part::Chart, &words);
        }
        Some(())
    }

    /// A record of one cell.
    fn single(&mut self, kind: u16, cursor: &mut Cursor) -> Option<()> {
        let (row, column) = (u32::from(cursor.u16()?) + 1, u32::from(cursor.u16()?) + 1);
        let format = cursor.u16()?;
        let value = match kind {
            id::SHARED_STRING => {
                let index = usize::try_from(cursor.u32()?).ok()?;
                self.book.strings.get(index)?.clone()
            }
            id::LABEL | id::RICH_STRING => {
                let length = cursor.u16()?;
                self.book.text.read(cursor, length.into())?
            }
            id::NUMBER => self.number(cursor.f64()?, format),
            id::RK => self.number(from_rk(cursor.u32()?), format),
            id::BOOL_OR_ERROR => {
                let (value, is_error) = (cursor.u8()?, cursor.u8()? != 0);
                if is_error { error(value) } else { boolean(value) }
            }
            _ => self.formula(row, column, format, cursor)?,
        };
        self.cell(row, column, value);
        Some(())
    }

    /// The value that a formula gave ([MS-XLS] 2.5.133).
    fn formula(&mut self, row: u32, column: u32, format: u16, cursor: &mut Cursor) -> Option<String> {
        let bits = cursor.f64()?.to_bits();
        if bits >> 48 != 0xFFFF {
            return Some(self.number(f64::from_bits(bits), format));
        }
        let [kind, _, value, ..] = bits.to_le_bytes();
        match kind {
            0 => self.pending = Some((row, column)),
            1 => return Some(boolean(value)),
            2 => return Some(error(value)),
            _ => {}
        }
        None
    }

    /// A record of several numbers beside each other.
    fn multiple(&mut self, record: &Record, cursor: &mut Cursor) -> Option<()> {
        let (row, first) = (u32::from(cursor.u16()?) + 1, u32::from(cursor.u16()?) + 1);
        let bytes: usize = record.parts.iter().map(|part| part.len()).sum();
        let count = u32::try_from(bytes.checked_sub(6)? / 6).ok()?;
        for column in first..first + count {
            let format = cursor.u16()?;
            let value = self.number(from_rk(cursor.u32()?), format);
            self.cell(row, column, value);
        }
        Some(())
    }

    fn object_text(&mut self, cursor: &mut Cursor) -> Option<()> {
        cursor.skip(10)?;
        let length = cursor.u16()?;
        cursor.skip(cursor.rest().len())?;
        let wide = cursor.u8()? & 1 != 0;
        let words = characters(cursor, length.into(), wide)?;
        let (kind, number) = self.object;
        if kind == NOTE_OBJECT {
            self.notes.insert(number, words);
        } else {
            self.around(Part::TextBox, &words);
        }
        Some(())
    }

    fn note(&mut self, cursor: &mut Cursor) -> Option<()> {
        let (row, column) = (u32::from(cursor.u16()?) + 1, u32::from(cursor.u16()?) + 1);
        cursor.skip(2)?;
        let place = Place { row: Some(row), column: Some(column), ..self.place.clone() };
        self.builder.facts().comments += 1;
        if !self.book.text.wide {
            // Before BIFF8 the words stand in the note itself, in Windows-1252 or the code page.
            let words = self.book.text.encoding.decode_without_bom_handling(cursor.rest()).0;
            self.builder.block(Place { part: Part::Comment, ..place }, &words);
            return Some(());
        }
        let number = cursor.u16()?;
        let length = cursor.u16()?;
        let author = self.book.text.read(cursor, length.into()).unwrap_or_default();
        if let Some(words) = self.notes.remove(&number) {
            self.builder.block(Place { part: Part::Comment, ..place }, &words);
        }
        if !author.is_empty() {
            self.around(Part::Property, &format!("author: {author}"));
        }
        Some(())
    }

    /// The words of a hyperlink: its runs of UTF-16 text ([MS-OSHARED] 2.3.7.1).
    fn link(&mut self, record: &Record) {
        let bytes = record.parts.concat();
        let units = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
        let mut word = String::new();
        for unit in units.chain([0]) {
            if let Some(c) = char::from_u32(unit.into()).filter(|c| !c.is_control() && unit < 0x2000) {
                word.push(c);
                continue;
            }
            if word.chars().count() > 3 {
                self.around(Part::Link, &word);
            }
            word.clear();
        }
    }

    fn number(&self, value: f64, format: u16) -> String {
        let format: &Format = self.book.format(format);
        format.show(&value.to_string(), self.book.since_1904)
    }

    fn cell(&mut self, row: u32, column: u32, value: String) {
        if row != self.row {
            self.close_row();
            self.row = row;
        }
        if value.trim().is_empty() {
            return;
        }
        if let Err(stray) = self.line.put(column, value) {
            let place = Place { row: Some(row), column: Some(column), ..self.place.clone() };
            self.builder.block(place, &stray);
        }
    }

    fn close_row(&mut self) {
        let hidden = self.hidden_rows.contains(&self.row) || self.line.reaches(&self.hidden_columns);
        let part = if hidden { Part::HiddenSheet } else { self.place.part };
        let place = Place { part, row: Some(self.row), ..self.place.clone() };
        self.grid.row(place, &self.line.take(), self.builder);
    }

    fn around(&mut self, part: Part, words: &str) {
        self.builder.block(Place { part, ..self.place.clone() }, words);
    }
}

/// A number in four bytes ([MS-XLS] 2.5.217): a whole one, or the upper half
/// of a double; and perhaps a hundredth.
pub(in crate::extract) fn from_rk(rk: u32) -> f64 {
    let value = if rk & 2 != 0 { f64::from(rk.cast_signed() >> 2) } else { f64::from_bits(u64::from(rk & !3) << 32) };
    if rk & 1 != 0 { value / 100.0 } else { value }
}

fn boolean(value: u8) -> String {
    (if value == 0 { "FALSE" } else { "TRUE" }).to_owned()
}

/// The words of an error code.
pub(in crate::extract) fn error(code: u8) -> String {
    ERRORS.iter().find(|(known, _)| *known == code).map_or("#ERROR", |(_, words)| words).to_owned()
}
