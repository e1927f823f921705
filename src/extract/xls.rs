//! Excel workbooks of the years before 2007 ([MS-XLS], and BIFF5 with 8-bit
//! text), record by record: nothing is laid out as a grid in memory.

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::numbers::Format;
use crate::extract::ole::{ROOT, Streams, object};
use crate::extract::password::book;
use crate::extract::xls::records::{Cursor, Record, Records, Strings};
use crate::limits::Limits;

pub(super) use sheet::{error, from_rk};

mod records;
mod sheet;
#[cfg(test)]
mod tests;

/// Numbers of the records that are read ([MS-XLS] 2.3.1).
mod id {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const HEADER: u16 = 0x0014;
    pub(super) const FOOTER: u16 = 0x0015;
    pub(super) const NAME: u16 = 0x0018;
    pub(super) const NOTE: u16 = 0x001C;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const OBJECT: u16 = 0x005D;
    pub(super) const COLUMNS: u16 = 0x007D;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const MULTIPLE_RK: u16 = 0x00BD;
    pub(super) const RICH_STRING: u16 = 0x00D6;
    pub(super) const CELL_FORMAT: u16 = 0x00E0;
    pub(super) const STRINGS: u16 = 0x00FC;
    pub(super) const SHARED_STRING: u16 = 0x00FD;
    pub(super) const OBJECT_TEXT: u16 = 0x01B6;
    pub(super) const LINK: u16 = 0x01B8;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOL_OR_ERROR: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const ROW: u16 = 0x0208;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const NUMBER_FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
    pub(super) const SERIES_TEXT: u16 = 0x100D;
}

/// What all sheets of a workbook share.
#[derive(Debug)]
struct Book {
    sheets: Vec<SheetHead>,
    strings: Vec<String>,
    formats: Vec<Format>,
    since_1904: bool,
    text: Strings,
}

/// A sheet's name and where its records begin.
#[derive(Debug)]
struct SheetHead {
    name: String,
    hidden: bool,
    start: usize,
}

/// Reads a workbook.
///
/// # Errors
///
/// [`FileError::Encrypted`], or [`FileError::Corrupt`] when no workbook is found.
pub(super) fn xls(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let streams = Streams::open(bytes, limits)?;
    let id = ["Workbook", "Book"].iter().find_map(|name| streams.find(ROOT, name));
    let id = id.ok_or(FileError::Corrupt("the workbook's stream is missing"))?;
    let mut stream = streams.read(id, builder.inflate_left())?.bytes;
    book::unlock(&mut stream)?;
    let book = Book::read(&stream, builder)?;
    for (head, number) in book.sheets.iter().zip(1..) {
        let gaps = builder.gaps();
        let part = if head.hidden { Part::HiddenSheet } else { Part::Body };
        let place = Place { sheet: Some(number), ..Place::part(part) };
        builder.block(Place { part: Part::Property, ..place.clone() }, &head.name);
        match stream.get(head.start..) {
            Some(records) => sheet::read(records, &book, &place, builder),
            None => builder.gap(Cause::PartMissing, place),
        }
        builder.unit(builder.gaps() == gaps);
    }
    read_storages(&streams, limits, builder)
}

/// Macros and embedded documents are storages beside the workbook.
fn read_storages(streams: &Streams, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    for id in streams.children(ROOT) {
        let name = streams.name(*id);
        builder.facts().macros |= name.starts_with("_VBA_PROJECT");
        if name.starts_with("MBD") {
            object(streams, *id, limits, builder)?;
        }
    }
    Ok(())
}

impl Book {
    fn read(stream: &[u8], builder: &mut TextBuilder) -> Result<Self, FileError> {
        let mut records = Records::new(stream);
        let begin = records.next().filter(|record| record.id == id::BEGIN);
        let begin = begin.ok_or(FileError::Corrupt("the workbook has no beginning"))?;
        let wide = Cursor::new(&begin).u16() == Some(0x0600);
        let mut book = Self {
            sheets: Vec::new(),
            strings: Vec::new(),
            formats: Vec::new(),
            since_1904: false,
            text: Strings { wide, encoding: encoding_rs::WINDOWS_1252 },
        };
        let mut custom: Vec<(u16, Format)> = Vec::new();
        let mut ended = false;
        for record in records.by_ref() {
            if record.id == id::EOF {
                ended = true;
                break;
            }
            // A record that is shorter than it should be tells nothing, and the next one may.
            let _ = book.meet(&record, &mut custom, builder);
        }
        if !ended {
            builder.gap(Cause::PartDamaged, Place::default());
        }
        Ok(book)
    }

    /// Takes what a record of the globals tells; `None` when it is cut.
    fn meet(&mut self, record: &Record, custom: &mut Vec<(u16, Format)>, builder: &mut TextBuilder) -> Option<()> {
        let mut cursor = Cursor::new(record);
        match record.id {
            id::CODE_PAGE => self.text.use_code_page(cursor.u16()?),
            id::DATE_MODE => self.since_1904 = cursor.u16()? == 1,
            id::NUMBER_FORMAT => {
                let format = cursor.u16()?;
                let length = self.text.length(&mut cursor, !self.text.wide)?;
                custom.push((format, Format::of_code(&self.text.read(&mut cursor, length)?)));
            }
            id::CELL_FORMAT => {
                cursor.skip(2)?;
                let number = cursor.u16()?;
                let own = custom.iter().find(|(id, _)| *id == number).map(|(_, format)| format.clone());
                self.formats.push(own.unwrap_or_else(|| Format::of_id(number.into())));
            }
            id::SHEET => {
                let start = usize::try_from(cursor.u32()?).ok()?;
                let hidden = cursor.u8()? & 3 != 0;
                let is_module = cursor.u8()? == 6;
                let length = cursor.u8()?;
                let name = self.text.read(&mut cursor, length.into())?;
                builder.facts().macros |= is_module;
                if !is_module {
                    self.sheets.push(SheetHead { name, hidden, start });
                }
            }
            id::STRINGS => {
                cursor.skip(8)?;
                while let Some(string) = self.text.read_rich(&mut cursor) {
                    self.strings.push(string);
                }
            }
            id::NAME => {
                let built_in = cursor.u16()? & 0x20 != 0;
                cursor.skip(1)?;
                let length = cursor.u8()?;
                cursor.skip(10)?;
                let name = self.text.read(&mut cursor, length.into())?;
                if !built_in {
                    builder.block(Place::part(Part::Field), &name);
                }
            }
            _ => {}
        }
        Some(())
    }

    fn format(&self, index: u16) -> &Format {
        self.formats.get(usize::from(index)).unwrap_or(&Format::Plain)
    }
}
