//! Plain text and CSV, with the encoding found out.

use crate::document::{Cause, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::embedded::is_sealed;
use crate::extract::encoding::decode;
use crate::extract::kind::delimiter;
use crate::extract::table::is_header;
use crate::extract::unescape::unescaped;
use crate::extract::{leftovers, wrapped};
use crate::limits::Limits;

/// Width from which lines can be wrapped prose, in characters. Addresses and
/// lists are narrower.
const LEAST_WIDTH: usize = 40;
/// Width above which a line is a whole paragraph, in characters.
const MOST_WIDTH: usize = 160;

/// One block a paragraph: lines of wrapped prose are put together, others stay apart.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every extractor")]
pub(super) fn text(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let decoded = decode(bytes);
    let text = unescaped(&decoded.text);
    paragraphs(&text, builder);
    wrapped::read(&text, limits, builder);
    if is_sealed(bytes) {
        builder.gap(Cause::EmbeddedEncrypted, Place::default());
    }
    if text.trim_start().starts_with('<') {
        leftovers::look(&text, limits, builder);
    }
    end(decoded.lossy || is_garbled(&decoded.text), builder);
    Ok(())
}

/// One block a row, with the first row as headers when it looks like one.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every extractor")]
pub(super) fn csv(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let decoded = decode(bytes);
    let text = decoded.text.trim_start_matches('\u{feff}');
    let delimiter = delimiter(text.trim_start()).unwrap_or(';');
    let table = builder.table();
    let mut first = true;
    for (line, cells) in Records::new(text, delimiter) {
        if std::mem::take(&mut first) && is_header(&cells) {
            builder.headers(table, cells.clone());
        }
        let place = Place { row: Some(line), table: Some(1), ..Place::default() };
        builder.row(table, place, &cells);
    }
    wrapped::read(text, limits, builder);
    end(decoded.lossy || is_garbled(text), builder);
    Ok(())
}

/// Pushes the paragraphs of a text, each at its first line.
pub(super) fn paragraphs(text: &str, builder: &mut TextBuilder) {
    let mut run: Vec<(u32, &str)> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if !line.trim().is_empty() {
            run.push((number, line));
            continue;
        }
        push_run(&run, builder);
        run.clear();
    }
    push_run(&run, builder);
}

/// Pushes lines between two empty ones, those that wrap put together.
fn push_run(lines: &[(u32, &str)], builder: &mut TextBuilder) {
    let width = lines.iter().map(|(_, line)| width(line)).max().unwrap_or(0);
    let mut block = String::new();
    let mut start = 0;
    let mut before: Option<&str> = None;
    for (number, line) in lines {
        match before {
            Some(before) if wraps(before, line, width) => join(&mut block, line),
            _ => {
                builder.block(Place::paragraph(start), &block);
                block.clear();
                block.push_str(line.trim());
                start = *number;
            }
        }
        before = Some(line);
    }
    builder.block(Place::paragraph(start), &block);
}

/// Whether `next` goes on with the sentence of `line`: its first word had no
/// room on a line of this width, and neither line is an item of a list.
fn wraps(line: &str, next: &str, most: usize) -> bool {
    if breaks_number(line, next) {
        return true;
    }
    if !(LEAST_WIDTH..=MOST_WIDTH).contains(&most) || is_item(next) || line.trim_end().ends_with(':') {
        return false;
    }
    let word = next.split_whitespace().next().unwrap_or_default();
    let goes_on = word.starts_with(char::is_lowercase) && !line.trim_end().ends_with(['.', '!', '?']);
    let broken = line.trim_end().ends_with('-') && word.starts_with(char::is_alphanumeric);
    broken || width(line) + 1 + width(word) > most || goes_on && width(line) * 3 >= most * 2
}

/// Whether a line ends after the hyphen of a personnummer, and the next begins with its last four digits.
fn breaks_number(line: &str, next: &str) -> bool {
    let digits = |text: &str, reverse: bool| {
        let count = |digits: &mut dyn Iterator<Item = char>| digits.take_while(char::is_ascii_digit).count();
        if reverse { count(&mut text.chars().rev()) } else { count(&mut text.chars()) }
    };
    let before = line.trim_end().strip_suffix('-').map(|line| digits(line, true));
    matches!(before, Some(6 | 8)) && digits(next.trim_start(), false) == 4
}

/// Whether a line begins an item: a bullet, a number, a table's bar, or `Label: value`.
fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let mark = line.split_whitespace().next().unwrap_or_default();
    let bullet = matches!(mark, "-" | "*" | "+" | "•" | "–" | "—" | "·" | "o" | "▪" | "#" | "##" | "###" | ">");
    let numbered = mark.ends_with(['.', ')']) && mark.len() <= 4 && !mark.starts_with(char::is_lowercase);
    let label = line.split_once(':').is_some_and(|(label, _)| label.split_whitespace().count() <= 3);
    bullet || numbered || label || line.starts_with(['|', '<', '{', '[']) || line.contains('\t')
}

/// Adds a line, undoing a hyphen that broke a word or a number.
fn join(block: &mut String, line: &str) {
    let line = line.trim();
    let tail: Vec<char> = block.chars().rev().take(2).collect();
    let next = line.chars().next();
    match (tail.as_slice(), next) {
        (['-', before, ..], Some(next)) if before.is_ascii_digit() && next.is_ascii_digit() => {}
        (['-', before, ..], Some(next)) if before.is_alphabetic() && next.is_lowercase() && !is_coordinated(line) => {
            block.pop();
        }
        _ => block.push(' '),
    }
    block.push_str(line);
}

/// Whether a hyphen before this line stands for a shared ending: "hälso-" and "och sjukvård".
fn is_coordinated(line: &str) -> bool {
    matches!(line.split_whitespace().next(), Some("och" | "eller" | "samt" | "respektive"))
}

fn width(line: &str) -> usize {
    line.trim().chars().count()
}

/// Whether a text turns into something else after what was looked at to tell
/// its kind, or was never one: binary data behind a page of words, an encoding that is not known.
fn is_garbled(text: &str) -> bool {
    let (mut all, mut controls, mut foreign) = (0_usize, 0_usize, 0_usize);
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        all += 1;
        controls += usize::from(c.is_control() && !matches!(c, '\u{1a}' | '\u{1b}'));
        foreign += usize::from(matches!(c, '\u{80}'..='\u{ff}'));
    }
    // Western text has hardly one letter in ten beyond ASCII; other scripts have other characters.
    text.contains('\0') || controls * 100 > all || all >= 16 && foreign * 2 > all
}

fn end(lossy: bool, builder: &mut TextBuilder) {
    if lossy {
        builder.gap(Cause::Encoding, Place::default());
    }
    builder.unit(!lossy);
}

/// The records of a CSV text (RFC 4180), each with its first line from 1.
///
/// A quote that is never closed ends with its line: one stray mark must not
/// make a single cell of the rest of the file.
pub(crate) struct Records<'a> {
    rest: &'a str,
    delimiter: char,
    line: u32,
}

impl<'a> Records<'a> {
    pub(crate) fn new(text: &'a str, delimiter: char) -> Self {
        Self { rest: text, delimiter, line: 1 }
    }

    fn cell(&self) -> (String, &'a str) {
        let plain = |rest: &'a str| {
            let end = rest.find([self.delimiter, '\n']).unwrap_or(rest.len());
            (rest[..end].trim_end_matches('\r').to_owned(), &rest[end..])
        };
        let Some(inner) = self.rest.trim_start_matches(' ').strip_prefix('"') else { return plain(self.rest) };
        match quoted(inner, self.delimiter) {
            Some(cell) => cell,
            None => plain(self.rest),
        }
    }
}

impl Iterator for Records<'_> {
    type Item = (u32, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, before) = (self.line, self.rest);
        let mut cells = Vec::new();
        loop {
            let (cell, rest) = self.cell();
            cells.push(cell);
            let Some(next) = rest.strip_prefix(self.delimiter) else {
                self.rest = rest.strip_prefix('\n').unwrap_or(rest);
                break;
            };
            self.rest = next;
        }
        let read = &before[..before.len() - self.rest.len()];
        self.line += u32::try_from(memchr::memchr_iter(b'\n', read.as_bytes()).count()).unwrap_or(0);
        Some((line, cells))
    }
}

/// The cell whose opening quote stands before `inner`, and what follows it;
/// `None` when no quote closes it before a delimiter or line end.
fn quoted(inner: &str, delimiter: char) -> Option<(String, &str)> {
    /// A cell longer than this is one whose quote was never closed.
    const LONGEST: usize = 32 << 10;
    let mut cell = String::new();
    let mut rest = inner;
    loop {
        let at = rest.find('"').filter(|at| cell.len() + at <= LONGEST)?;
        cell.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('"') {
            cell.push('"');
            rest = after;
            continue;
        }
        let after = rest.trim_start_matches([' ', '\r']);
        return (after.is_empty() || after.starts_with([delimiter, '\n'])).then_some((cell, after));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{lines, read_whole};

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines(&read_whole(text.as_bytes())), expected);
    }

    #[test]
    fn wrapped_prose_is_put_together() {
        check(
            "Nämnden beslutade att bevilja Ada Ek den\nsökta insatsen enligt socialtjänst-\nlagen. Beslutet avser 900101-\n2385 och gäller hälso-\noch sjukvård.\n\nNästa stycke.\n",
            &[
                "body paragraph 1: Nämnden beslutade att bevilja Ada Ek den sökta insatsen enligt socialtjänstlagen. Beslutet avser 900101-2385 och gäller hälso- och sjukvård.",
                "body paragraph 7: Nästa stycke.",
            ],
        );
    }

    #[test]
    fn lists_and_labels_stay_apart() {
        check(
            "Namn: Ada Ek i den kommun där hon bor nu\nAdress: Storgatan 1\n- ett som är ganska långt och når kanten\n- två\n1. första\nAda Ek\nBo Ek\n",
            &[
                "body paragraph 1: Namn: Ada Ek i den kommun där hon bor nu",
                "body paragraph 2: Adress: Storgatan 1",
                "body paragraph 3: - ett som är ganska långt och når kanten",
                "body paragraph 4: - två",
                "body paragraph 5: 1. första",
                "body paragraph 6: Ada Ek",
                "body paragraph 7: Bo Ek",
            ],
        );
    }

    #[test]
    fn rows_have_headers_and_quotes() {
        let text = read_whole(
            "Namn;Omdöme\r\nAda;\"bra; \"\"mycket\"\"\r\noch flitig\"\r\nBo;\"öppet\r\nCia;x\r\n".as_bytes(),
        );
        assert_eq!(
            lines(&text),
            [
                "body table 1 row 1: Namn | Omdöme",
                "body table 1 row 2: Ada | bra; \"mycket\"  och flitig",
                "body table 1 row 4: Bo | \"öppet",
                "body table 1 row 5: Cia | x",
            ]
        );
        let row = text.blocks[1].row.as_ref().unwrap();
        assert_eq!(text.header(row, 1), Some("Omdöme"));
    }

    #[test]
    fn a_cut_text_says_so() {
        let reading = crate::extract::testing::read("Räksmörgås å".as_bytes().split_last().unwrap().1);
        assert_eq!(reading.text.gaps[0].cause, Cause::Encoding);
    }
}
