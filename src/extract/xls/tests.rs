//! Workbooks of literal records.

use crate::document::Cause;
use crate::error::FileError;
use crate::extract::ole::compound;
use crate::extract::testing::{lines, read, read_whole};
use crate::extract::xls::id;

fn record(id: u16, data: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}

fn cell(row: u16, column: u16, format: u16, value: &[u8]) -> Vec<u8> {
    [&row.to_le_bytes()[..], &column.to_le_bytes(), &format.to_le_bytes(), value].concat()
}

fn text(words: &str) -> Vec<u8> {
    let units: Vec<u8> = words.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&u16::try_from(words.chars().count()).unwrap().to_le_bytes()[..], &[1], &units].concat()
}

/// A workbook of one sheet with those records; `state` hides it.
fn workbook(globals: &[Vec<u8>], state: u8, sheet: &[Vec<u8>]) -> Vec<u8> {
    let begin = record(id::BEGIN, &[0, 6, 5, 0]);
    let sheet = [begin.clone(), sheet.concat(), record(id::EOF, &[])].concat();
    let head = |start: usize| {
        let start = u32::try_from(start).unwrap().to_le_bytes();
        record(id::SHEET, &[&start[..], &[state, 0, 3, 0], b"Ett"].concat())
    };
    let before = [begin, globals.concat()].concat();
    let start = before.len() + head(0).len() + 4;
    let stream = [before, head(start), record(id::EOF, &[]), sheet].concat();
    compound(&[("Workbook", &stream)])
}

#[test]
fn cells_of_every_kind_read_as_shown() {
    let globals = [
        record(id::NUMBER_FORMAT, &[&164_u16.to_le_bytes()[..], &text("000000-0000")].concat()),
        record(id::CELL_FORMAT, &[0; 20]),
        record(id::CELL_FORMAT, &[&[0, 0, 164, 0][..], &[0; 16]].concat()),
        record(id::CELL_FORMAT, &[&[0, 0, 14, 0][..], &[0; 16]].concat()),
        // The second string goes on in another record, narrow from there.
        record(id::STRINGS, &[&[2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0][..], b"Namn", &[5, 0, 1, b'B', 0, b'e', 0]].concat()),
        record(id::CONTINUE, &[&[0][..], b"tyg"].concat()),
    ];
    let string_formula = cell(1, 4, 0, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0]);
    let sheet = [
        record(id::ROW, &[&[2, 0][..], &[0; 10], &[0x20, 0, 0, 0]].concat()),
        record(id::SHARED_STRING, &cell(0, 0, 0, &0_u32.to_le_bytes())),
        record(id::SHARED_STRING, &cell(0, 1, 0, &1_u32.to_le_bytes())),
        record(id::LABEL, &cell(1, 0, 0, &text("Åsa"))),
        record(id::NUMBER, &cell(1, 1, 0, &199_001_012_385_f64.to_le_bytes())),
        record(id::NUMBER, &cell(1, 2, 1, &101_012_385_f64.to_le_bytes())),
        record(id::RK, &cell(1, 3, 2, &((32_874_u32 << 2) | 2).to_le_bytes())),
        record(id::FORMULA, &string_formula),
        record(id::STRING, &text("svar")),
        record(id::MULTIPLE_RK, &[&[2, 0, 0, 0][..], &[0, 0, 6, 0, 0, 0], &[0, 0, 11, 0, 0, 0], &[1, 0]].concat()),
        record(id::BOOL_OR_ERROR, &cell(2, 2, 0, &[0x2A, 1])),
        record(id::HEADER, &text("&CSekretess")),
    ];
    let text = read_whole(&workbook(&globals, 0, &sheet));
    assert_eq!(
        lines(&text),
        [
            "property sheet 1: Ett",
            "body sheet 1 row 1: Namn | Betyg",
            "body sheet 1 row 2: Åsa | 199001012385 | 010101-2385 | 1990-01-01 | svar",
            "header sheet 1: Sekretess",
            "hidden-sheet sheet 1 row 3: 1 | 0.02 | #N/A",
        ]
    );
    assert_eq!(text.header(text.blocks[2].row.as_ref().unwrap(), 1), Some("Betyg"));
}

#[test]
fn comments_and_boxes_are_read() {
    let object = |kind: u16, number: u16| {
        record(id::OBJECT, &[&[0x15, 0, 0x12, 0][..], &kind.to_le_bytes(), &number.to_le_bytes()].concat())
    };
    let object_text = |words: &str| {
        let length = u16::try_from(words.len()).unwrap().to_le_bytes();
        let head = record(id::OBJECT_TEXT, &[&[0; 10][..], &length, &[0; 6]].concat());
        [head, record(id::CONTINUE, &[&[0], words.as_bytes()].concat())].concat()
    };
    let sheet = [
        object(0x19, 7),
        object_text("Se journal"),
        object(6, 8),
        object_text("I rutan"),
        record(id::NOTE, &[&[1, 0, 2, 0, 0, 0, 7, 0][..], &text("Bo")].concat()),
    ];
    assert_eq!(
        lines(&read_whole(&workbook(&[], 1, &sheet))),
        [
            "property sheet 1: Ett",
            "text-box sheet 1: I rutan",
            "comment sheet 1 row 2 column 3: Se journal",
            "property sheet 1: author: Bo",
        ]
    );
}

#[test]
fn encryption_damage_and_cuts_are_said() {
    let encrypted = workbook(&[record(0x002F, &[1, 0])], 0, &[]);
    assert_eq!(read(&encrypted).error, Some(FileError::Encrypted));
    let label = record(id::LABEL, &cell(0, 0, 0, &text("Hel")));
    let whole = workbook(&[], 0, &[label.clone(), record(id::LABEL, &[0; 4])]);
    assert_eq!(lines(&read_whole(&whole))[1..], ["body sheet 1 row 1: Hel"]);
    let stream_end = memchr::memmem::rfind(&whole, &record(id::EOF, &[])).unwrap();
    let mut cut = whole.clone();
    cut[stream_end..stream_end + 4].copy_from_slice(&[1, 2, 0xFF, 0xFF]);
    let reading = read(&cut);
    assert_eq!(lines(&reading.text)[1..], ["body sheet 1 row 1: Hel"]);
    assert_eq!(reading.text.gaps[0].cause, Cause::PartDamaged);
    for end in (0..whole.len()).step_by(31) {
        assert_ne!(read(&whole[..end]).error, Some(FileError::Panic), "panic at {end}");
    }
}
