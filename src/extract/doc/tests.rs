use super::*;
use crate::document::Text;
use crate::extract::ole::compound;
use crate::extract::testing::{lines, read};

/// Where the text of a test document begins.
const TEXT: usize = 0x400;

/// A Word 97 document: its text, and how many characters each part has.
fn document(text: &str, counts: &[(usize, u32)], flags: u16) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut stream = vec![0; TEXT];
    let mut put = |at: usize, bytes: &[u8]| stream[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &IDENT.to_le_bytes());
    put(2, &0xC1_u16.to_le_bytes());
    put(FLAGS, &flags.to_le_bytes());
    for (at, count) in counts {
        put(*at, &count.to_le_bytes());
    }
    let mut pieces = vec![2];
    pieces.extend(16_u32.to_le_bytes());
    pieces.extend(0_u32.to_le_bytes());
    pieces.extend(u32::try_from(units.len() / 2).unwrap().to_le_bytes());
    pieces.extend([0, 0]);
    pieces.extend(u32::try_from(TEXT).unwrap().to_le_bytes());
    pieces.extend([0, 0]);
    put(PIECES + 4, &u32::try_from(pieces.len()).unwrap().to_le_bytes());
    stream.extend(units);
    compound(&[("WordDocument", &stream), ("0Table", &pieces)])
}

fn text(bytes: &[u8]) -> Text {
    let limits = Limits::default();
    let mut builder = TextBuilder::new(&limits);
    doc(bytes, &limits, &mut builder).unwrap();
    builder.finish()
}

#[test]
fn text_is_read_in_the_part_it_stands_in() {
    let words = "Räk\rsmörgås\rnot\rhuvud\rsvar\rruta\r";
    let bytes = document(words, &[(0x4C, 12), (0x50, 4), (0x54, 6), (0x5C, 5), (0x64, 5)], 0);
    assert_eq!(
        lines(&text(&bytes)),
        [
            "body paragraph 1: Räk",
            "body paragraph 2: smörgås",
            "footnote: not",
            "header: huvud",
            "comment: svar",
            "text-box: ruta",
        ]
    );
}

#[test]
fn fields_and_tables_are_told_apart_from_text() {
    let words = "\u{13}HYPERLINK \"http://a.se\"\u{14}länk\u{15} x\rNamn\u{7}Betyg\u{7}\u{7}Eva\u{7}B\u{7}\u{7}slut\r";
    let text = text(&document(words, &[(0x4C, 100)], 0));
    assert_eq!(
        lines(&text),
        [
            "link: http://a.se",
            "body paragraph 1: länk x",
            "body table 1 row 1: Namn | Betyg",
            "body table 1 row 2: Eva | B",
            "body paragraph 2: slut",
        ]
    );
    assert_eq!(text.header(text.blocks[3].row.as_ref().unwrap(), 1), Some("Betyg"));
}

#[test]
fn an_old_document_is_read_in_western_windows() {
    let mut stream = vec![0; 0x100];
    stream[..2].copy_from_slice(&OLD_IDENT.to_le_bytes());
    stream[0x18] = 0xF0;
    stream[0x1C] = 0xF8;
    stream[0x34] = 8;
    stream[0xF0..0xF8].copy_from_slice(b"R\xE4ka \xE5r\r");
    let bytes = compound(&[("WordDocument", &stream)]);
    assert_eq!(lines(&text(&bytes)), ["body paragraph 1: Räka år"]);
}

#[test]
fn formatting_tells_where_rows_end() {
    let mut page = vec![0; 512];
    page[511] = 2;
    for (index, at) in [10_u32, 20, 30].into_iter().enumerate() {
        page[4 * index..4 * index + 4].copy_from_slice(&at.to_le_bytes());
    }
    page[12] = 100;
    page[12 + 13] = 120;
    page[200..209].copy_from_slice(&[5, 0, 0, 0x16, 0x24, 1, 0x17, 0x24, 1]);
    page[240..246].copy_from_slice(&[3, 0, 0, 0x16, 0x24, 1]);
    let document = [vec![0; 512], page].concat();
    let mut header = document;
    header[0x106] = 12;
    let tables: Vec<u8> = [10_u32, 30, 1].iter().flat_map(|number| number.to_le_bytes()).collect();
    let paragraphs = Paragraphs::read(&header, &tables);
    let at = |place| paragraphs.at(place).map(|paragraph| (paragraph.in_table, paragraph.ends_row));
    assert_eq!(
        [at(9), at(10), at(19), at(20), at(30)],
        [None, Some((true, true)), Some((true, true)), Some((true, false)), None]
    );
}

#[test]
fn what_is_not_read_is_said() {
    let limits = Limits::default();
    let sealed = document("x", &[(0x4C, 1)], ENCRYPTED);
    assert_eq!(doc(&sealed, &limits, &mut TextBuilder::new(&limits)), Err(FileError::Encrypted));
    assert_eq!(text(&document("\u{1}\r", &[(0x4C, 2)], 0)).gaps[0].cause, Cause::ImageOnly);
}

#[test]
fn a_cut_or_damaged_document_is_survived() {
    let bytes = document(&"Räksmörgås\r".repeat(400), &[(0x4C, 5_000)], 0);
    for end in (0..bytes.len()).step_by(61) {
        let reading = read(&bytes[..end]);
        assert_ne!(reading.error, Some(FileError::Panic), "{end}");
        let said = reading.error.is_some() || !reading.text.gaps.is_empty();
        assert!(said || reading.text.blocks.len() == 400 || reading.kind != crate::document::Kind::Doc, "{end}");
    }
}
