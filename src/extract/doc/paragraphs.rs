//! Which stretches of a Word file are table paragraphs: only the formatting
//! tells where a row ends ([MS-DOC] 2.8.6, 2.9.175).

use super::{long, short};

const PAGE: usize = 512;
const PAGES: usize = 0x102;
/// Bytes of a reference to a paragraph's formatting ([MS-DOC] 2.9.23).
const REFERENCE: usize = 13;
const IN_TABLE: u16 = 0x2416;
const ENDS_ROW: u16 = 0x2417;

/// A paragraph, by where its bytes lie in the stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paragraph {
    start: usize,
    end: usize,
    pub(super) in_table: bool,
    pub(super) ends_row: bool,
}

/// Every paragraph that stands in a table, in the order of their bytes.
#[derive(Debug, Default)]
pub(super) struct Paragraphs(Vec<Paragraph>);

impl Paragraphs {
    /// Reads the formatting pages that the header names.
    pub(super) fn read(document: &[u8], tables: &[u8]) -> Self {
        let list = place(document, PAGES).and_then(|(start, length)| tables.get(start..start.checked_add(length)?));
        let list = list.unwrap_or_default();
        let count = list.len().saturating_sub(4) / 8;
        let numbers = (0..count).filter_map(|index| long(list, 4 * (count + 1) + 4 * index));
        let pages = numbers.filter_map(|number| document.get((number & 0x3F_FFFF) * PAGE..)?.get(..PAGE));
        // A damaged list may name one page many times; there are no more pages than fit in the stream.
        let mut all: Vec<Paragraph> = pages.take(document.len() / PAGE).flat_map(formatted).collect();
        all.sort_by_key(|paragraph| paragraph.start);
        Self(all)
    }

    /// The paragraph whose bytes lie at `at`, when it stands in a table.
    pub(super) fn at(&self, at: usize) -> Option<Paragraph> {
        let after = self.0.partition_point(|paragraph| paragraph.start <= at);
        self.0.get(after.checked_sub(1)?).copied().filter(|paragraph| at < paragraph.end)
    }
}

fn place(document: &[u8], at: usize) -> Option<(usize, usize)> {
    Some((long(document, at)?, long(document, at + 4)?))
}

/// The table paragraphs of one page.
fn formatted(page: &[u8]) -> Vec<Paragraph> {
    let count = usize::from(page.last().copied().unwrap_or(0));
    let paragraph = |index: usize| {
        let (start, end) = (long(page, 4 * index)?, long(page, 4 * index + 4)?);
        let offset = usize::from(*page.get(4 * (count + 1) + REFERENCE * index)?) * 2;
        let properties = properties(page, offset)?;
        let (in_table, ends_row) = (is_set(properties, IN_TABLE), is_set(properties, ENDS_ROW));
        (in_table || ends_row).then_some(Paragraph { start, end, in_table, ends_row })
    };
    (0..count).filter_map(paragraph).collect()
}

/// The list of properties at `offset`, behind its length and style ([MS-DOC] 2.9.176).
fn properties(page: &[u8], offset: usize) -> Option<&[u8]> {
    let words = usize::from(*page.get(offset).filter(|_| offset > 0)?);
    let (start, length) = match words {
        0 => (offset + 2, usize::from(*page.get(offset + 1)?) * 2),
        words => (offset + 1, 2 * words - 1),
    };
    page.get(start..start + length)?.get(2..)
}

/// Whether the list sets a property ([MS-DOC] 2.6, `Prl` and `Sprm`).
fn is_set(mut list: &[u8], property: u16) -> bool {
    while let Some(code) = short(list, 0) {
        if code == property {
            return list.get(2) == Some(&1);
        }
        let length = match code >> 13 {
            0 | 1 => 1,
            3 => 4,
            6 if code == 0xD608 => usize::from(short(list, 2).unwrap_or(0)) + 1,
            6 => usize::from(list.get(2).copied().unwrap_or(0)) + 1,
            7 => 3,
            _ => 2,
        };
        list = list.get(2 + length..).unwrap_or_default();
    }
    false
}
