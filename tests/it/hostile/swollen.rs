//! Files that are small or plain and cost much: so much of one thing that the
//! time or the memory of a reader that weighs each against each other runs out.

use std::fmt::Write as _;

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::office::{docx, paragraph, zip};
use super::office_hidden::workbook_of_many_sheets;
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = texts();
    cases.extend(packages());
    cases.extend(seven_zips());
    cases
}

fn texts() -> Vec<Case> {
    let lines = format!("{PLANTED}\n").repeat(600_000);
    let register = format!("Namn;Personnummer\n{}", format!("Ada;{PLANTED}\n").repeat(500_000));
    vec![case("600000-numbers.txt", lines, Found), case("500000-persons.csv", register, Found)]
}

fn packages() -> Vec<Case> {
    let long = format!("{}<w:p><w:r><w:t>{}</w:t></w:r></w:p>", paragraph(), "a".repeat(200 << 20));
    let mut fan = zip(&[("a.txt", format!("Elev: {PLANTED}").as_bytes())]);
    for _ in 0..9 {
        let names: Vec<String> = (0..10).map(|n| format!("{n}.zip")).collect();
        fan = zip(&names.iter().map(|name| (name.as_str(), fan.as_slice())).collect::<Vec<_>>());
    }
    vec![
        case("run-of-200-mb.docx", docx(&long), Found),
        case("sheets-40000-of-one-part.xlsx", workbook_of_many_sheets(40_000), Found),
        case("ten-in-ten-nine-deep.zip", fan, FoundOrSaid),
        case("empty-members.zip", empties(9_000), Any),
    ]
}

fn empties(count: usize) -> Vec<u8> {
    let names: Vec<String> = (0..count).map(|n| format!("{n}.txt")).collect();
    zip(&names.iter().map(|name| (name.as_str(), &b""[..])).collect::<Vec<_>>())
}

/// 7-Zip archives whose headers promise more than any memory holds.
fn seven_zips() -> Vec<Case> {
    let number = |n: u64| [&[0xff][..], &n.to_le_bytes()].concat();
    let files = [&[1, 5][..], &number(1 << 40), &[0, 0]].concat();
    let some = [&[1, 5][..], &number(100_000_000), &[0x0e], &number(12_500_001), &[0xff; 100], &[0, 0]].concat();
    let streams = [&[1, 4, 6][..], &number(0), &number(1 << 31), &[9], &[1; 50]].concat();
    let folders = [&[1, 4, 7, 0x0b][..], &number(1 << 32), &[0], &[1; 50]].concat();
    let coders = [&[1, 4, 7, 0x0b, 1, 0][..], &number(1 << 31), &[0x21; 200]].concat();
    let headers = [("files", files), ("some", some), ("streams", streams), ("folders", folders), ("coders", coders)];
    headers.into_iter().map(|(name, header)| case(format!("too-many-{name}.7z"), seven_zip(&header), Said)).collect()
}

/// A 7-Zip archive of nothing but `header`, whose sums are right.
fn seven_zip(header: &[u8]) -> Vec<u8> {
    let length = header.len() as u64;
    let start = [&0_u64.to_le_bytes()[..], &length.to_le_bytes(), &crc32fast::hash(header).to_le_bytes()].concat();
    [b"7z\xbc\xaf\x27\x1c\0\x04", &crc32fast::hash(&start).to_le_bytes()[..], &start, header].concat()
}

/// The relations of a workbook to `count` sheets that are all the same part.
pub(super) fn sheets(count: usize) -> String {
    (1..=count).fold(String::new(), |mut sheets, n| {
        let _ = write!(sheets, "<sheet name=\"s{n}\" sheetId=\"{n}\" r:id=\"r1\"/>");
        sheets
    })
}
