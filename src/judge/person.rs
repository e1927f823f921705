//! The persons of a text: where they are named, numbered or labelled, how many
//! there are, and whether the file is about one of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::described::described;
use super::quasi;
use crate::detect::terms::{self, Cue, Hit, Meaning};
use crate::document::{Block, Table, Text};
use crate::finding::{Confidence, Entity, Finding};

/// How a person is pointed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// By a personnummer or samordningsnummer.
    Number,
    /// By the name of a private person.
    Private,
    /// By the name of someone in office.
    Official,
    /// As the value after a label such as "Elev:".
    Label,
    /// Without a name, by pointers that fit no one else.
    Described,
}

impl Anchor {
    /// Whether it points out a private person by name, number or label.
    pub(super) fn is_private(self) -> bool {
        !matches!(self, Self::Official | Self::Described)
    }
}

/// Every place where a person is pointed out.
#[derive(Debug, Default)]
pub(super) struct Persons {
    anchors: BTreeMap<usize, Vec<(Range<usize>, Anchor)>>,
    names: BTreeSet<Vec<String>>,
    private: BTreeSet<Vec<String>>,
    numbers: BTreeSet<String>,
    labels: usize,
    /// Values of labels that no detector took for a name.
    unnamed: Vec<(usize, Range<usize>)>,
    /// Words for persons who are known without a name.
    described: Vec<(usize, Range<usize>)>,
    /// Rows whose facts fit one person only.
    singled: Vec<(usize, Range<usize>)>,
    cues: Cues,
    columns: Vec<Columns>,
    /// The text is so short that whom it names it is about.
    is_note: bool,
}

/// Most blocks of a note.
const NOTE: usize = 25;

/// Most names of a note that is about those it names.
const NOTE_PERSONS: usize = 4;

/// What the headers of a table say of its columns.
#[derive(Debug, Default)]
struct Columns {
    /// Whether a column holds the persons of cases: "Vårdtagare", "Elev".
    cases: bool,
    /// Whether each column holds persons.
    names: Vec<bool>,
    /// Whether a column gives titles, parties or functions: a list of people in office.
    offices: bool,
}

impl Columns {
    fn new(table: &Table) -> Self {
        let names = table.headers.iter().map(|header| is_name_header(header)).collect();
        let offices = table.headers.iter().any(|header| {
            let header = header.to_lowercase();
            OFFICES.iter().any(|office| header.starts_with(office))
        });
        let cases = table.headers.iter().any(|header| is_case_header(header));
        Self { cases, names, offices }
    }
}

/// Headers of columns that stand beside people in office.
const OFFICES: &[&str] =
    &["titel", "befattning", "roll", "funktion", "uppdrag", "parti", "tjänst", "ansvar", "avdelning", "enhet"];

/// "Namn", "Elev", "Barnets namn (för- och efternamn)".
fn is_name_header(header: &str) -> bool {
    let hits = terms::scan_str(header);
    hits.iter().any(|hit| hit.group().meaning == Meaning::Cue(Cue::NameColumn) && hit.range.start == 0)
}

/// "Vårdtagare", "Elev": what also stands before the person of a case.
fn is_case_header(header: &str) -> bool {
    let whole = |hit: &Hit| hit.range.start == 0 && hit.range.end == header.trim_end().len();
    terms::scan_str(header)
        .iter()
        .any(|hit| hit.group().meaning == Meaning::Cue(Cue::Label) && hit.group().weight >= 2 && whole(hit))
}

/// How often the text speaks of someone without a name.
#[derive(Debug, Default)]
struct Cues {
    pronouns: usize,
    roles: usize,
    events: usize,
    firsts: usize,
    relatives: usize,
}

impl Persons {
    pub(super) fn new(text: &Text, findings: &[Finding], hits: &[Hit]) -> Self {
        let mut persons = Self::default();
        for finding in findings.iter().filter(|f| f.confidence >= Confidence::Medium) {
            persons.add(finding);
        }
        for hit in hits {
            persons.cue(text, hit);
        }
        persons.is_note = text.blocks.len() <= NOTE;
        persons.described = described(text, hits);
        persons.singled = quasi::rows(text);
        for (block, range) in persons.described.iter().chain(&persons.singled) {
            persons.anchors.entry(*block).or_default().push((range.clone(), Anchor::Described));
        }
        persons.columns = text.tables.iter().map(Columns::new).collect();
        for (index, block) in text.blocks.iter().enumerate() {
            persons.row(index, block, findings);
        }
        for list in persons.anchors.values_mut() {
            list.sort_by_key(|(range, _)| (range.start, range.end));
        }
        persons
    }

    fn add(&mut self, finding: &Finding) {
        let value = finding.value.as_deref().unwrap_or_default();
        let anchor = match finding.entity {
            Entity::Personnummer | Entity::Samordningsnummer => {
                self.numbers.insert(last_ten(value));
                Anchor::Number
            }
            Entity::PersonPrivate => {
                self.private.insert(name_words(value));
                self.names.insert(name_words(value));
                Anchor::Private
            }
            Entity::PersonOfficial => {
                self.names.insert(name_words(value));
                Anchor::Official
            }
            _ => return,
        };
        self.anchors.entry(finding.at.0).or_default().push((finding.at.1.clone(), anchor));
    }

    fn cue(&mut self, text: &Text, hit: &Hit) {
        match hit.group().meaning {
            Meaning::Cue(Cue::Pronoun) => self.cues.pronouns += 1,
            Meaning::Cue(Cue::Role) => self.cues.roles += 1,
            Meaning::Cue(Cue::Event) => self.cues.events += 1,
            Meaning::Cue(Cue::Relative) => self.cues.relatives += 1,
            Meaning::Cue(Cue::First) => self.cues.firsts += 1,
            Meaning::Cue(Cue::Label) => self.label(text, hit),
            _ => {}
        }
    }

    /// Takes the value after "Elev:" for a person, when there is one.
    fn label(&mut self, text: &Text, hit: &Hit) {
        let Some(value) = label_value(text, hit) else { return };
        let named = self.anchors.get(&hit.block).is_some_and(|list| {
            list.iter().any(|(range, anchor)| anchor.is_private() && range.start < value.end && range.end > value.start)
        });
        let block = text.blocks.get(hit.block).map_or("", |block| block.text.as_str());
        let words = block.get(value.clone()).unwrap_or_default();
        let strong = hit.group().weight >= 2;
        if named || is_initials(words) || (strong && is_name_like(words)) {
            self.labels += usize::from(strong || named);
            if !named {
                self.unnamed.push((hit.block, value.start..value.start + name_length(words)));
            }
            self.anchors.entry(hit.block).or_default().push((value, Anchor::Label));
        }
    }

    /// Takes what looks like a name in a column of names for a person, also when it is not known for one.
    fn row(&mut self, index: usize, block: &Block, findings: &[Finding]) {
        let Some(row) = &block.row else { return };
        let Some(columns) = self.columns.get(row.table) else { return };
        if columns.offices || !columns.names.contains(&true) {
            return;
        }
        let first = findings.partition_point(|finding| finding.at.0 < index);
        let known = |cell: &Range<usize>| {
            let here = findings.get(first..).unwrap_or_default().iter().take_while(|finding| finding.at.0 == index);
            here.clone().any(|f| {
                matches!(f.entity, Entity::PersonPrivate | Entity::PersonOfficial)
                    && f.at.1.start < cell.end
                    && f.at.1.end > cell.start
            })
        };
        if columns.cases {
            let filled = row.cells.iter().zip(&columns.names).find(|(_, names)| **names);
            let value = filled.and_then(|(cell, _)| block.text.get(cell.clone())).unwrap_or_default();
            self.labels += usize::from(value.chars().filter(|c| c.is_alphabetic()).count() >= 3);
        }
        for (cell, _) in row.cells.iter().zip(&columns.names).filter(|(_, names)| **names) {
            let value = block.text.get(cell.clone()).unwrap_or_default();
            if value.contains(' ') && is_name_like(value) && !known(cell) {
                self.private.insert(name_words(value));
                self.names.insert(name_words(value));
                self.unnamed.push((index, cell.clone()));
                self.anchors.entry(index).or_default().push((cell.clone(), Anchor::Label));
            }
        }
    }

    /// Whether column `column` (from 0) of a table holds persons.
    pub(super) fn is_name_column(&self, table: usize, column: usize) -> bool {
        self.columns.get(table).and_then(|columns| columns.names.get(column)).is_some_and(|names| *names)
    }

    /// The persons pointed out in `range` of block `index`.
    pub(super) fn within(&self, index: usize, range: &Range<usize>) -> impl Iterator<Item = Anchor> + '_ {
        let range = range.clone();
        let list = self.anchors.get(&index).map(Vec::as_slice).unwrap_or_default();
        list.iter().filter(move |(at, _)| at.start < range.end && at.end > range.start).map(|(_, anchor)| *anchor)
    }

    /// Whether block `index` points out a private person.
    pub(super) fn in_block(&self, index: usize) -> bool {
        self.anchors.get(&index).is_some_and(|list| list.iter().any(|(_, anchor)| anchor.is_private()))
    }

    /// Whether block `index` begins with a private person: an entry about that person.
    pub(super) fn begins(&self, index: usize) -> bool {
        let list = self.anchors.get(&index).map(Vec::as_slice).unwrap_or_default();
        list.first().is_some_and(|(range, anchor)| anchor.is_private() && range.start <= 2)
    }

    /// Whether a label such as "Elev:" has someone as its value.
    pub(super) fn has_label(&self) -> bool {
        self.labels > 0
    }

    /// Where someone stands after a label and no detector found a name.
    pub(super) fn labelled(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        self.unnamed.iter().cloned()
    }

    /// Where someone is pointed out without a name.
    pub(super) fn described(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        self.described.iter().cloned()
    }

    /// Rows whose facts fit one person only.
    pub(super) fn singled(&self) -> impl Iterator<Item = (usize, Range<usize>)> + '_ {
        self.singled.iter().cloned()
    }

    /// Private persons pointed out: by label, number or name.
    pub(super) fn subjects(&self) -> usize {
        self.labels + self.numbers.len() + self.private.len()
    }

    /// Whether the file is about someone who can be identified: labelled, numbered,
    /// or named and then told of, or told of so closely that no name is needed.
    pub(super) fn has_subject(&self) -> bool {
        let told = self.cues.pronouns + self.cues.roles + self.cues.firsts + self.cues.relatives;
        self.labels > 0
            || !self.numbers.is_empty()
            || (!self.private.is_empty() && (told >= 1 || self.cues.events >= 1))
            || (self.is_note && (1..=NOTE_PERSONS).contains(&self.private.len()))
            || (!self.described.is_empty() && self.cues.pronouns + self.cues.events + self.cues.relatives >= 1)
            || (self.cues.roles >= 2 && self.cues.pronouns >= 2 && self.cues.events >= 1)
    }

    /// Whether the file is about someone, whom at least those who work with the matter know.
    pub(super) fn is_about_someone(&self) -> bool {
        self.has_subject() || self.is_told_of()
    }

    /// Whether the text is a note that goes on about someone without a name: "min dotter … hon", "han … honom".
    pub(super) fn is_told_of(&self) -> bool {
        let own = usize::from(self.cues.firsts + self.cues.relatives + self.cues.roles > 0);
        self.is_note && self.cues.pronouns + own >= 2 && self.cues.pronouns >= 1
    }

    /// Whether the text is a note that names one private person and no more.
    pub(super) fn is_of_one(&self) -> bool {
        self.is_note && self.private() == 1 && self.distinct() == 1
    }

    /// Whether the text is a note in the first person with one private person in it.
    pub(super) fn writes_alone(&self) -> bool {
        self.is_of_one() && self.cues.firsts > 0
    }

    /// Whether no one is numbered or stands after a label.
    pub(super) fn is_unlabelled(&self) -> bool {
        self.labels == 0 && self.numbers.is_empty()
    }

    /// Whether anyone at all is named or numbered.
    pub(super) fn any(&self) -> bool {
        !self.names.is_empty() || !self.numbers.is_empty() || self.labels > 0
    }

    /// Distinct private persons.
    pub(super) fn private(&self) -> usize {
        distinct(&self.private).max(self.numbers.len()).max(self.singled.len())
    }

    /// Distinct persons, whatever their role. One who is named and numbered counts once.
    pub(super) fn distinct(&self) -> usize {
        distinct(&self.names).max(self.numbers.len()).max(self.singled.len())
    }
}

/// Names that are not part of a longer one: "Eva" is "Eva Ek" when both are there.
fn distinct(names: &BTreeSet<Vec<String>>) -> usize {
    let longer: BTreeSet<&String> = names.iter().filter(|name| name.len() > 1).flatten().collect();
    names.iter().filter(|name| name.len() > 1 || name.first().is_some_and(|word| !longer.contains(word))).count()
}

fn name_words(value: &str) -> Vec<String> {
    value.split_whitespace().map(|word| word.trim_end_matches(['s', '.', ',']).to_lowercase()).collect()
}

/// The ten digits that are the same with and without the century.
fn last_ten(value: &str) -> String {
    let digits: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    digits.get(digits.len().saturating_sub(10)..).unwrap_or_default().to_owned()
}

/// The range of what stands after a label, when the label begins its line or cell.
fn label_value(text: &Text, hit: &Hit) -> Option<Range<usize>> {
    let block = text.blocks.get(hit.block)?;
    let before = block.text.get(..hit.range.start)?.trim_end_matches(' ');
    if !(before.is_empty() || before.ends_with(['\t', '\n', '|', ';', '.', ',', '(', ':', '–', '-'])) {
        return None;
    }
    let after = block.text.get(hit.range.end..)?;
    let colon = after.trim_start_matches([' ', '*']);
    let marked = colon.starts_with([':', '\t', '–']);
    if !marked && hit.group().weight >= 2 {
        return None;
    }
    let value = colon.trim_start_matches([':', '\t', '–', ' ', '*']);
    let start = block.text.len() - value.len();
    let end = value.find(['\t', '\n', ';', '|']).map_or(block.text.len(), |end| start + end);
    let end = end.min(floor_boundary(&block.text, start + LABEL_BYTES));
    (start < end).then_some(start..end)
}

/// Longest value of a label that can hold a name, in bytes.
const LABEL_BYTES: usize = 60;

fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// `N.N.`, `E.B`, `A B`: a person known to who reads the file.
fn is_initials(value: &str) -> bool {
    let first = value.split([',', '(']).next().unwrap_or_default().trim();
    let letters: Vec<char> = first.chars().filter(|c| c.is_alphabetic()).collect();
    let rest = first.chars().all(|c| c.is_alphabetic() || matches!(c, '.' | ' '));
    rest && (2..=3).contains(&letters.len()) && letters.iter().all(|c| c.is_uppercase()) && !is_organisation(first)
}

/// How much of a label's value is the name: up to a comma, a parenthesis or a number.
fn name_length(value: &str) -> usize {
    let end = value.find([',', '(', '/', '0', '1', '2']).unwrap_or(value.len());
    value.get(..end).map_or(0, |name| name.trim_end().len())
}

/// One to four words that begin with a capital, and no organisation.
fn is_name_like(value: &str) -> bool {
    let first = value.split([',', '(', '.', '/', '0', '1', '2']).next().unwrap_or_default().trim();
    let words: Vec<&str> = first.split_whitespace().collect();
    let capital = |word: &&str| {
        let mut chars = word.chars();
        chars.next().is_some_and(char::is_uppercase) && chars.next().is_some_and(char::is_lowercase)
    };
    // `Roine K`: a surname may be its first letter.
    let initial = |word: &&str| word.chars().count() == 1 && word.starts_with(char::is_uppercase);
    let names = match words.split_last() {
        Some((last, first)) => first.iter().all(capital) && (capital(last) || (!first.is_empty() && initial(last))),
        None => false,
    };
    (1..=4).contains(&words.len()) && names && !is_organisation(first)
}

fn is_organisation(value: &str) -> bool {
    let lower = value.to_lowercase();
    let ends = [
        "kommun",
        "ab",
        "hb",
        "kb",
        "förening",
        "nämnden",
        "nämnd",
        "skolan",
        "skola",
        "enheten",
        "förvaltningen",
        "klubb",
        "stiftelsen",
    ];
    lower.split_whitespace().any(|word| ends.iter().any(|end| word == *end || (end.len() > 3 && word.ends_with(end))))
        || ["ej", "inga", "alla", "samtliga", "namn", "ange", "se", "ja", "nej"]
            .iter()
            .any(|w| lower.split_whitespace().next() == Some(w))
}
