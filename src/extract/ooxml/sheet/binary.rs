//! Binary workbooks ([MS-XLSB]): the same package, with records for XML in
//! the workbook, strings, styles and sheets.

use std::ops::RangeInclusive;

use crate::document::{Cause, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::numbers::Format;
use crate::extract::ooxml::package::{Package, Relation};
use crate::extract::ooxml::sheet::book::{Book, Sheet};
use crate::extract::ooxml::sheet::target;
use crate::extract::table::{Grid, Line};
use crate::extract::xls::{error, from_rk};

/// Numbers of the records that are read ([MS-XLSB] 2.3).
mod id {
    pub(super) const ROW: u16 = 0;
    pub(super) const RK: u16 = 2;
    pub(super) const ERROR: u16 = 3;
    pub(super) const BOOL: u16 = 4;
    pub(super) const REAL: u16 = 5;
    pub(super) const STRING: u16 = 6;
    pub(super) const SHARED: u16 = 7;
    pub(super) const FORMULA_STRING: u16 = 8;
    pub(super) const FORMULA_NUMBER: u16 = 9;
    pub(super) const FORMULA_BOOL: u16 = 10;
    pub(super) const FORMULA_ERROR: u16 = 11;
    pub(super) const STRING_ITEM: u16 = 19;
    pub(super) const NAME: u16 = 39;
    pub(super) const NUMBER_FORMAT: u16 = 44;
    pub(super) const CELL_FORMAT: u16 = 47;
    pub(super) const COLUMNS: u16 = 60;
    pub(super) const BOOK_PROPERTIES: u16 = 153;
    pub(super) const SHEET: u16 = 156;
    pub(super) const BEGIN_CELL_FORMATS: u16 = 617;
    pub(super) const END_CELL_FORMATS: u16 = 618;
    pub(super) const COMMENT_AUTHOR: u16 = 632;
    pub(super) const COMMENT: u16 = 635;
    pub(super) const COMMENT_TEXT: u16 = 637;
}

/// Reads the workbook's main part, strings and styles.
pub(super) fn book(
    package: &mut Package,
    main: &str,
    related: &[Relation],
    builder: &mut TextBuilder,
) -> Result<Book, FileError> {
    let mut book = Book::default();
    let mut names = Vec::new();
    let bytes = package.bytes(main, Part::Body, builder)?;
    each(&bytes, builder, |id, mut data| {
        match id {
            id::BOOK_PROPERTIES => book.since_1904 = data.u32()? & 1 != 0,
            id::SHEET => {
                let hidden = data.u32()? & 3 != 0;
                data.u32()?;
                let part = target(related, &data.string()?);
                book.sheets.push(Sheet { name: data.string()?, hidden, part });
            }
            id::NAME => {
                let built_in = data.u32()? & 0x20 != 0;
                data.skip(5)?;
                names.extend(Some(data.string()?).filter(|_| !built_in));
            }
            _ => {}
        }
        Some(())
    });
    for name in &names {
        builder.block(Place::part(Part::Field), name);
    }
    for relation in related.iter().filter(|relation| !relation.external) {
        match relation.kind.as_str() {
            "sharedstrings" => {
                let bytes = package.bytes(&relation.target, Part::Body, builder)?;
                each(&bytes, builder, |id, mut data| {
                    if id == id::STRING_ITEM {
                        data.u8()?;
                        book.push_string(&data.string()?);
                    }
                    Some(())
                });
            }
            "styles" => {
                let bytes = package.bytes(&relation.target, Part::Body, builder)?;
                formats(&bytes, &mut book, builder);
            }
            _ => {}
        }
    }
    Ok(book)
}

fn formats(bytes: &[u8], book: &mut Book, builder: &mut TextBuilder) {
    let mut custom: Vec<(u16, Format)> = Vec::new();
    let mut in_cells = false;
    each(bytes, builder, |id, mut data| {
        match id {
            id::NUMBER_FORMAT => custom.push((data.u16()?, Format::of_code(&data.string()?))),
            id::BEGIN_CELL_FORMATS => in_cells = true,
            id::END_CELL_FORMATS => in_cells = false,
            id::CELL_FORMAT if in_cells => {
                data.u16()?;
                let number = data.u16()?;
                let own = custom.iter().find(|(id, _)| *id == number).map(|(_, format)| format.clone());
                book.push_format(own.unwrap_or_else(|| Format::of_id(number.into())));
            }
            _ => {}
        }
        Some(())
    });
}

/// Reads a worksheet whose cells stand at `place`.
pub(super) fn cells(bytes: &[u8], book: &Book, place: &Place, builder: &mut TextBuilder) {
    let mut grid = Grid::new(builder);
    let mut line = Line::default();
    let mut strays: Vec<(Place, String)> = Vec::new();
    let mut rows: Vec<(Place, Vec<String>)> = Vec::new();
    let (mut row, mut row_hidden) = (0_u32, false);
    let mut hidden_columns: Vec<RangeInclusive<u32>> = Vec::new();
    let mut end_row = |line: &mut Line, row: u32, row_hidden: bool, hidden: &[RangeInclusive<u32>]| {
        let part = if row_hidden || line.reaches(hidden) { Part::HiddenSheet } else { place.part };
        rows.push((Place { part, row: Some(row), ..place.clone() }, line.take()));
    };
    let whole = walk(bytes, |id, mut data| {
        match id {
            id::ROW => {
                end_row(&mut line, row, row_hidden, &hidden_columns);
                row = data.u32()?.saturating_add(1);
                data.skip(7)?;
                row_hidden = data.u8()? & 0x10 != 0;
            }
            id::COLUMNS => {
                let (first, last) = (data.u32()?.saturating_add(1), data.u32()?.saturating_add(1));
                data.skip(8)?;
                if data.u16()? & 1 != 0 {
                    hidden_columns.push(first..=last);
                }
            }
            id::RK..=id::FORMULA_ERROR => {
                let column = data.u32()?.saturating_add(1);
                let value = value(id, &mut data, book)?;
                if let Err(stray) = line.put(column, value) {
                    strays.push((Place { row: Some(row), column: Some(column), ..place.clone() }, stray));
                }
            }
            _ => {}
        }
        Some(())
    });
    end_row(&mut line, row, row_hidden, &hidden_columns);
    for (place, cells) in rows {
        grid.row(place, &cells, builder);
    }
    for (place, stray) in strays {
        builder.block(place, &stray);
    }
    if !whole {
        builder.gap(Cause::PartDamaged, place.clone());
    }
}

/// Reads a part of comments on the cells of the sheet at `place`.
pub(super) fn comments(bytes: &[u8], place: &Place, builder: &mut TextBuilder) {
    let mut at = place.clone();
    let mut said: Vec<(Place, String)> = Vec::new();
    let mut count = 0;
    let whole = walk(bytes, |id, mut data| {
        match id {
            id::COMMENT_AUTHOR => {
                said.push((Place { part: Part::Property, ..place.clone() }, format!("author: {}", data.string()?)));
            }
            id::COMMENT => {
                data.u32()?;
                at.row = Some(data.u32()?.saturating_add(1));
                data.u32()?;
                at.column = Some(data.u32()?.saturating_add(1));
            }
            id::COMMENT_TEXT => {
                data.u8()?;
                count += 1;
                said.push((at.clone(), data.string()?));
            }
            _ => {}
        }
        Some(())
    });
    builder.facts().comments += count;
    for (place, words) in said {
        builder.block(place, &words);
    }
    if !whole {
        builder.gap(Cause::PartDamaged, place.clone());
    }
}

/// The value of a cell as it reads.
fn value(id: u16, data: &mut Data, book: &Book) -> Option<String> {
    let format = data.u32()? & 0x00FF_FFFF;
    let number = |value: f64| {
        let format = book.format(usize::try_from(format).unwrap_or(usize::MAX));
        format.show(&value.to_string(), book.since_1904)
    };
    Some(match id {
        id::RK => number(from_rk(data.u32()?)),
        id::REAL | id::FORMULA_NUMBER => number(data.f64()?),
        id::STRING | id::FORMULA_STRING => data.string()?,
        id::SHARED => book.string(usize::try_from(data.u32()?).ok()?)?.to_owned(),
        id::BOOL | id::FORMULA_BOOL => (if data.u8()? == 0 { "FALSE" } else { "TRUE" }).to_owned(),
        id::ERROR | id::FORMULA_ERROR => error(data.u8()?),
        _ => return None,
    })
}

/// Hands on every record, and notes when the part breaks off.
fn each(bytes: &[u8], builder: &mut TextBuilder, read: impl FnMut(u16, Data) -> Option<()>) {
    if !walk(bytes, read) {
        builder.gap(Cause::PartDamaged, Place::default());
    }
}

/// Hands on every record; `false` when the part breaks off. A record that is
/// shorter than it should be tells nothing, and the next one may.
fn walk(bytes: &[u8], mut read: impl FnMut(u16, Data) -> Option<()>) -> bool {
    let mut rest = Data(bytes);
    while !rest.0.is_empty() {
        let Some((id, data)) = rest.record() else { return false };
        let _ = read(id, data);
    }
    true
}

/// The bytes of a record that are not read yet.
struct Data<'a>(&'a [u8]);

impl<'a> Data<'a> {
    /// A record: its number in one or two bytes of seven bits, its length in up to four.
    fn record(&mut self) -> Option<(u16, Self)> {
        let first = u16::from(self.u8()?);
        let id = if first & 0x80 == 0 { first } else { first & 0x7F | (u16::from(self.u8()?) & 0x7F) << 7 };
        let mut length = 0_usize;
        for shift in [0, 7, 14, 21] {
            let byte = usize::from(self.u8()?);
            length |= (byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some((id, Self(self.take(length)?)))
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.take(count).map(drop)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn f64(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    /// A length in characters and as many in UTF-16; no string is all ones.
    fn string(&mut self) -> Option<String> {
        let length = self.u32()?;
        if length == u32::MAX {
            return Some(String::new());
        }
        let bytes = self.take(usize::try_from(length).ok()?.checked_mul(2)?)?;
        let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
        Some(String::from_utf16_lossy(&units))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{ZipPart, lines, package, read, read_whole, with_part};

    fn record(id: u16, data: &[u8]) -> Vec<u8> {
        let [low, high] = [id & 0x7F, id >> 7].map(|part| u8::try_from(part).unwrap());
        let number = if id < 0x80 { vec![low] } else { vec![low | 0x80, high] };
        [number, vec![u8::try_from(data.len()).unwrap()], data.to_vec()].concat()
    }

    fn text(words: &str) -> Vec<u8> {
        let units: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [u32::try_from(words.chars().count()).unwrap().to_le_bytes().to_vec(), units].concat()
    }

    fn cell(id: u16, column: u32, value: &[u8]) -> Vec<u8> {
        record(id, &[&column.to_le_bytes()[..], &[0; 4], value].concat())
    }

    fn row(number: u32, hidden: bool) -> Vec<u8> {
        record(id::ROW, &[&number.to_le_bytes()[..], &[0; 7], &[u8::from(hidden) << 4]].concat())
    }

    fn workbook(sheet: &[u8]) -> Vec<u8> {
        let main = record(id::SHEET, &[vec![0; 8], text("rId1"), text("Elever")].concat());
        let strings = record(id::STRING_ITEM, &[vec![0], text("Namn")].concat());
        let bytes = package(
            ("xl/workbook.bin", ""),
            &[("worksheet", "xl/a.bin", "x"), ("sharedStrings", "xl/strings.bin", "x")],
        );
        let bytes = with_part(&bytes, ZipPart::bytes("xl/workbook.bin", &main));
        let bytes = with_part(&bytes, ZipPart::bytes("xl/strings.bin", &strings));
        with_part(&bytes, ZipPart::bytes("xl/a.bin", sheet))
    }

    #[test]
    fn names_and_comments_are_read() {
        let name =
            |flags: u32, name: &str| record(id::NAME, &[&flags.to_le_bytes()[..], &[0; 5], &text(name)].concat());
        let sheet = record(id::SHEET, &[vec![0; 8], text("rId1"), text("Elever")].concat());
        let main = [sheet, name(0, "Klasslista"), name(0x20, "_xlnm.Print_Area")].concat();
        let place = [[0_u32, 1, 1, 2, 2].map(u32::to_le_bytes).concat(), vec![0; 16]].concat();
        let comments = [
            record(id::COMMENT_AUTHOR, &text("Berit Exempel")),
            record(id::COMMENT, &place),
            record(id::COMMENT_TEXT, &[vec![0], text("Har slutat")].concat()),
        ];
        let bytes = with_part(&workbook(&row(0, false)), ZipPart::bytes("xl/workbook.bin", &main));
        let relations =
            r#"<Relationships><Relationship Id="rId1" Type="x/comments" Target="/xl/c.bin"/></Relationships>"#;
        let bytes = with_part(&bytes, ZipPart::text("xl/_rels/a.bin.rels", relations));
        let read = read_whole(&with_part(&bytes, ZipPart::bytes("xl/c.bin", &comments.concat())));
        let expected = [
            "field: Klasslista",
            "property sheet 1: Elever",
            "property sheet 1: author: Berit Exempel",
            "comment sheet 1 row 2 column 3: Har slutat",
            "hidden: Namn",
        ];
        assert_eq!(lines(&read), expected);
        assert_eq!(read.facts.comments, 1);
    }

    #[test]
    fn cells_of_every_kind_are_read() {
        let sheet = [
            row(0, false),
            cell(id::SHARED, 0, &[0; 4]),
            cell(id::STRING, 1, &text("Betyg")),
            row(1, true),
            cell(id::FORMULA_STRING, 0, &text("Åsa")),
            cell(id::REAL, 1, &199_001_012_385_f64.to_le_bytes()),
            cell(id::RK, 2, &[6, 0, 0, 0]),
            cell(id::BOOL, 3, &[1]),
            cell(id::ERROR, 4, &[0x2A]),
        ]
        .concat();
        assert_eq!(
            lines(&read_whole(&workbook(&sheet))),
            [
                "property sheet 1: Elever",
                "body sheet 1 row 1: Namn | Betyg",
                "hidden-sheet sheet 1 row 2: Åsa | 199001012385 | 1 | TRUE | #N/A",
            ]
        );
        let mut cut = sheet.clone();
        cut.pop();
        assert_eq!(read(&workbook(&cut)).text.gaps[0].cause, Cause::PartDamaged);
    }
}
