//! Personnummer, samordningsnummer and interim numbers.
//!
//! Form and check digit: Skatteverket SKV 704 (personnummer) and SKV 707
//! (samordningsnummer), folkbokföringslagen (1991:481) 18 and 18 a §§. A check
//! digit lets one number in ten through, so the words around decide what a
//! number without a hyphen is, and its neighbours whether it is one of a series.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use memchr::memmem::Finder;

use super::context::{Around, Lexicon, Words};
use super::digits;
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

mod shape;

use shape::{Separator, Shape, shapes};

/// Words that say a personnummer follows or stands below.
static LABELS: Lexicon = Lexicon::new(&[
    "personnummer*",
    "personnr",
    "persnr",
    "pers nr",
    "person nr",
    "pnr",
    "p nr",
    "samordningsnummer*",
    "samordningsnr",
    "samordn nr",
    "interimspersonnummer*",
    "interimsnummer*",
    "födelsenummer",
    "född",
    "födda",
    "födelsedatum",
    "*personnummer",
    "*personnr",
    "person och organisationsnummer",
    "personbeteckning",
    "folkbokförd*",
]);

/// Words that say a number of another kind follows.
static OTHER_LABELS: Lexicon = Lexicon::new(&[
    "ocr",
    "ocrnummer",
    "ocrnr",
    "referens*",
    "ref",
    "ref nr",
    "order",
    "order nr",
    "orderid",
    "ordernummer*",
    "ordernr",
    "best nr",
    "beställningsnummer*",
    "beställningsnr",
    "faktura nr",
    "fakturanummer*",
    "fakturanr",
    "artikel*",
    "art nr",
    "artnr",
    "varunummer",
    "produkt*",
    "ärendenummer*",
    "ärendenr",
    "ärende nr",
    "ärende id",
    "ärendeid",
    "kundnummer*",
    "kundnr",
    "kund nr",
    "avtalsnummer*",
    "avtalsnr",
    "serienummer*",
    "serienr",
    "anläggnings*",
    "mätar*",
    "inventarie*",
    "koordinat*",
    "sweref*",
    "tidsstämpel*",
    "isbn",
    "issn",
    "ean",
    "gtin",
    "konto*",
    "kontonr",
    "*konto",
    "bankgiro*",
    "plusgiro*",
    "iban",
    "telefon*",
    "tel",
    "mobil*",
    "fax",
    "löpnummer*",
    "kolli*",
    "sändning*",
    "transaktion*",
    "verifikation*",
]);

/// Words that say a number is made up, wherever they stand near it.
static EXAMPLE: Lexicon = Lexicon::new(&[
    "testperson*",
    "testnummer*",
    "testpersonnummer*",
    "testdata*",
    "testuppgift*",
    "exempelnummer*",
    "exempeldata*",
    "exempelperson*",
    "fiktiv*",
    "påhitt*",
    "fingerad*",
    "platshållar*",
    "dummy*",
    "demodata",
]);

/// Words that say so only right before it.
static EXAMPLE_BEFORE: Lexicon = Lexicon::new(&[
    "exempel",
    "exempelvis",
    "t ex",
    "tex",
    "ex",
    "formen",
    "formatet",
    "format",
    "skrivs",
    "anges",
    "ifyllt",
]);

/// Words that take the made-up back.
static REAL: Lexicon = Lexicon::new(&["riktig*", "verklig*", "äkta", "skarp*", "inte fiktiv*", "ej fiktiv*"]);

/// The number of "Tolvan Tolvansson", printed as the example everywhere.
const TOLVAN: [u8; 10] = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2];

/// Bytes before a number within which a label is its own.
const NEAR: usize = 28;

/// Finds every personnummer, samordningsnummer and interim number, and the examples of them.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (index, block) in text.blocks.iter().enumerate() {
        candidates.extend(shapes(&block.text).map(|shape| Candidate::new(text, index, shape)));
        placeholders(text, index, findings);
    }
    let series = Series::of(&candidates);
    let mut above = Introductions { first_rows: text.first_rows(), ..Introductions::default() };
    for candidate in &candidates {
        let Some(entity) = candidate.shape.entity() else { continue };
        let around = Around::of(text, candidate.block, &candidate.shape.range);
        let at = (candidate.block, candidate.shape.range.clone());
        if is_example(text, candidate, &around, &mut above) {
            let example = Entity::PersonnummerExample;
            findings.push(super::finding("personnummer", example, Confidence::Medium, text, at));
        } else if let Some(confidence) = confidence(candidate, &around, &series) {
            findings.push(super::finding("personnummer", entity, confidence, text, at));
        }
    }
}

/// Whether the number says its bearer is born after `today`.
///
/// Only a number with its century can; with ten digits the past is meant.
pub(super) fn born_after(finding: &Finding, today: Date) -> bool {
    let number = matches!(finding.entity, Entity::Personnummer | Entity::Samordningsnummer);
    let Some(value) = finding.value.as_deref().filter(|_| number) else { return false };
    shapes(value).next().and_then(|shape| shape.born()).is_some_and(|born| born > today)
}

/// Something that has the shape, before its date and check digit are known.
struct Candidate {
    block: usize,
    shape: Shape,
    /// Table and column, when it stands in a table.
    column: Option<(usize, usize)>,
}

impl Candidate {
    fn new(text: &Text, block: usize, shape: Shape) -> Self {
        let row = text.blocks.get(block).and_then(|b| b.row.as_ref());
        let column = row.and_then(|row| {
            let cell = |cell: &std::ops::Range<usize>| cell.start <= shape.range.start && shape.range.end <= cell.end;
            Some((row.table, row.cells.iter().position(cell)?))
        });
        Self { block, shape, column }
    }
}

/// How the look-alikes of a file fare together: article numbers that share
/// their first digits, or a column where most fail, are no personnummer.
struct Series {
    columns: HashMap<((usize, usize), bool), Share>,
    prefixes: HashMap<[u8; 6], Share>,
    bare: Share,
}

/// How many of a group are valid.
#[derive(Clone, Copy, Default)]
struct Share {
    valid: u32,
    all: u32,
}

impl Share {
    fn count(&mut self, valid: bool) {
        self.all += 1;
        self.valid += u32::from(valid);
    }

    fn mostly_fails(self) -> bool {
        self.all - self.valid >= 2 && self.valid * 2 < self.all
    }

    /// So many valid ones do not come together by chance (one in ten would).
    fn cannot_be_chance(self) -> bool {
        self.valid >= 3 && self.valid * 10 >= self.all * 9
    }
}

impl Series {
    fn of(candidates: &[Candidate]) -> Self {
        let mut series = Self { columns: HashMap::new(), prefixes: HashMap::new(), bare: Share::default() };
        for candidate in candidates.iter().filter(|c| !c.shape.is_organisation()) {
            let valid = candidate.shape.entity().is_some();
            let bare = candidate.shape.separator == Separator::None;
            series.prefixes.entry(candidate.shape.date_digits()).or_default().count(valid);
            if let Some(column) = candidate.column {
                series.columns.entry((column, bare)).or_default().count(valid);
            } else if bare {
                series.bare.count(valid);
            }
        }
        series
    }

    fn group(&self, candidate: &Candidate) -> Share {
        let bare = candidate.shape.separator == Separator::None;
        match candidate.column {
            Some(column) => self.columns.get(&(column, bare)).copied().unwrap_or_default(),
            None if bare => self.bare,
            None => Share::default(),
        }
    }

    fn refutes(&self, candidate: &Candidate) -> bool {
        let prefix = self.prefixes.get(&candidate.shape.date_digits()).copied().unwrap_or_default();
        prefix.mostly_fails() || self.group(candidate).mostly_fails()
    }
}

fn confidence(candidate: &Candidate, around: &Around, series: &Series) -> Option<Confidence> {
    let shape = &candidate.shape;
    let labelled = around.rather(&LABELS, &OTHER_LABELS)
        || (around.after.has(&LABELS) && !other_label(around))
        || (around.label.has(&LABELS) && !other_label(around));
    if labelled {
        let bare_ten = shape.century.is_none() && shape.separator == Separator::None;
        return Some(if bare_ten { Confidence::Medium } else { Confidence::High });
    }
    if other_label(around) || series.refutes(candidate) {
        return None;
    }
    let together = series.group(candidate).cannot_be_chance();
    match shape.separator {
        Separator::Hyphen => Some(Confidence::Medium),
        Separator::None | Separator::FixedSpace if shape.century.is_some() => {
            Some(if shape.looks_like_time() && !together { Confidence::Low } else { Confidence::Medium })
        }
        Separator::None if together => Some(Confidence::Medium),
        _ => None,
    }
}

fn other_label(around: &Around) -> bool {
    around.before.nearest(&OTHER_LABELS).is_some_and(|at| at <= NEAR) || around.label.has(&OTHER_LABELS)
}

fn is_example(text: &Text, candidate: &Candidate, around: &Around, above: &mut Introductions) -> bool {
    if candidate.shape.ten_digits() == TOLVAN && candidate.shape.century != Some(20) {
        return true;
    }
    if around.says(&REAL) {
        return false;
    }
    around.says(&EXAMPLE)
        || around.before.nearest(&EXAMPLE_BEFORE).is_some_and(|at| at <= NEAR / 2)
        || above.say_example(text, candidate)
}

/// Whether the text above a list or table says that its numbers are made up,
/// remembered so that each text is read once.
#[derive(Default)]
struct Introductions {
    /// Where each table begins.
    first_rows: Vec<Option<usize>>,
    tables: HashMap<usize, bool>,
    blocks: HashMap<usize, bool>,
}

impl Introductions {
    /// Whether one of the three blocks above `candidate`, or above its table, says so.
    fn say_example(&mut self, text: &Text, candidate: &Candidate) -> bool {
        let Some((table, _)) = candidate.column else { return self.above(text, candidate.block) };
        if let Some(&known) = self.tables.get(&table) {
            return known;
        }
        let first = self.first_rows.get(table).copied().flatten();
        let says = self.above(text, first.unwrap_or(candidate.block));
        self.tables.insert(table, says);
        says
    }

    fn above(&mut self, text: &Text, block: usize) -> bool {
        (block.saturating_sub(3)..block).any(|at| self.says(text, at))
    }

    fn says(&mut self, text: &Text, at: usize) -> bool {
        *self.blocks.entry(at).or_insert_with(|| {
            let block = text.blocks.get(at).map_or("", |block| block.text.as_str());
            let words = Words::of(block.get(..super::context::floor(block, 160)).unwrap_or_default());
            words.has(&EXAMPLE) && !words.has(&REAL)
        })
    }
}

/// Forms such as `ÅÅÅÅMMDD-XXXX`, which instructions and blank forms print.
fn placeholders(text: &Text, index: usize, findings: &mut Vec<Finding>) {
    static MIDDLE: LazyLock<[Finder; 2]> = LazyLock::new(|| ["MMDD", "mmdd"].map(Finder::new));
    let block = &text.blocks[index].text;
    for middle in MIDDLE.iter().flat_map(|middle| middle.find_iter(block.as_bytes())) {
        let year = |c: &char| matches!(c, 'Å' | 'å' | 'Y' | 'y' | 'A' | 'a');
        let head: usize = block[..middle].chars().rev().take_while(year).take(4).map(char::len_utf8).sum();
        let tail: &str = &block[middle + 4..];
        let skip = tail.chars().next().filter(|&c| digits::is_hyphen(c)).map_or(0, char::len_utf8);
        let serial = tail[skip..].bytes().take_while(|b| b"XxNnKk".contains(b)).take(4).count();
        if head >= 2 && serial >= 3 {
            let at = (index, middle - head..middle + 4 + skip + serial);
            findings.push(super::finding("personnummer", Entity::PersonnummerExample, Confidence::Low, text, at));
        }
    }
}

#[cfg(test)]
mod tests;
