//! The municipality's own lists: the diary's export, and the plan of what is kept and what is disposed of.
//!
//! Both are CSV as the registry's system or Excel writes it: any of `;`, tab and
//! `,` between columns, UTF-8 or Windows-1252, columns known by their titles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use globset::{Glob, GlobMatcher};
use regex::Regex;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::extract::Records;

/// A list that cannot be used.
#[derive(Debug, Error)]
pub enum ListError {
    /// The file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The list.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A column that is needed has no title.
    #[error("{}:1: no column is called {wanted}", path.display())]
    Column {
        /// The list.
        path: PathBuf,
        /// The titles that are looked for.
        wanted: String,
    },
    /// A line says something that is not understood.
    #[error("{}:{line}: {message}", path.display())]
    Line {
        /// The list.
        path: PathBuf,
        /// Line, from 1.
        line: u32,
        /// What is wrong.
        message: String,
    },
}

/// A diarienummer without the ways it is written: `KS 2026/0123` and `2026-KS-123` are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Number {
    prefix: String,
    year: u16,
    serial: u32,
}

impl Number {
    /// Reads a diarienummer; `None` when there is no year and number in it.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let letters: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_uppercase).collect();
        let mut groups = text.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
        let (year, serial) = (groups.next()?, groups.next()?);
        let year = match (year.len(), year.parse::<u16>().ok()?) {
            (4, year @ 1900..=2099) => year,
            // No diary of the last century is kept in files of this one under two digits.
            (2, year) => 2000 + year,
            _ => return None,
        };
        let prefix = letters.strip_prefix("DNR").unwrap_or(&letters);
        (serial.len() <= 7).then_some(())?;
        Some(Self { prefix: prefix.chars().take(8).collect(), year, serial: serial.parse().ok()? })
    }

    /// The same number, where one of the two may lack its prefix.
    fn is(&self, other: &Self) -> bool {
        let same_prefix = self.prefix == other.prefix || self.prefix.is_empty() || other.prefix.is_empty();
        (self.year, self.serial) == (other.year, other.serial) && same_prefix
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let space = if self.prefix.is_empty() { "" } else { " " };
        write!(f, "{}{space}{}/{}", self.prefix, self.year, self.serial)
    }
}

/// The diarienummer in a path, where `/` cannot stand and people write `-` or `_`.
#[must_use]
pub fn in_path(path: &str) -> Vec<Number> {
    static SHAPE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?:^|[^\p{L}\d])((?:[A-ZÅÄÖ]{2,6}[ _./-]?(?:19|20)\d{2}[ _./-]+\d{1,6})|(?:(?:19|20)\d{2}[ _./-][A-ZÅÄÖ]{2,6}[ _./-]\d{1,6}))(?:$|[^\p{L}\d])",
        )
        .expect("a fixed pattern")
    });
    let mut numbers: Vec<Number> = Vec::new();
    for part in path.split('/') {
        for found in SHAPE.captures_iter(part).filter_map(|found| Number::read(found.get(1)?.as_str())) {
            if !numbers.contains(&found) {
                numbers.push(found);
            }
        }
    }
    numbers
}

/// A matter of the diary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// Its number.
    pub number: Number,
    /// The number as the diary writes it.
    pub written: String,
    /// When it came in or was drawn up.
    pub date: String,
    /// Who sent it, or to whom it went.
    pub party: String,
    /// What it is about, in short.
    pub matter: String,
    /// Line of the export, from 1.
    pub line: u32,
}

impl Matter {
    /// What OSL 5 kap. 2 § asks for and the diary lacks. A sender is asked for only where there is one
    /// to give, so a missing one is told as the others are and weighed by a person.
    #[must_use]
    pub fn lacks(&self) -> Vec<&'static str> {
        let asked = [("datum", &self.date), ("avsändare eller mottagare", &self.party), ("ärendemening", &self.matter)];
        asked.into_iter().filter_map(|(what, value)| value.is_empty().then_some(what)).collect()
    }
}

/// The diary's export.
#[derive(Clone, Debug, Default)]
pub struct Diary {
    matters: Vec<Matter>,
}

const NUMBER: &[&str] = &["dnr", "diarienummer", "diarienr", "ärendenummer", "ärendenr", "diarieenhet"];
const DATE: &[&str] = &["datum", "inkommen", "inkom", "upprättad", "registrerad", "registreringsdatum", "ärendedatum"];
const PARTY: &[&str] = &["avsändare", "mottagare", "motpart", "från", "till", "avsändare/mottagare", "part"];
const MATTER: &[&str] = &["ärendemening", "ärende", "rubrik", "ärenderubrik", "beskrivning", "mening"];

impl Diary {
    /// Reads an export.
    ///
    /// # Errors
    ///
    /// [`ListError`] names the file, the line and what is wrong.
    pub fn load(path: &Path) -> Result<Self, ListError> {
        let table = Table::load(path)?;
        let number = table.column(NUMBER)?;
        let [date, party, matter] = [DATE, PARTY, MATTER].map(|titles| table.columns(titles));
        let mut matters = Vec::new();
        for (line, cells) in &table.rows {
            let written = cells.get(number).cloned().unwrap_or_default();
            if written.is_empty() {
                continue;
            }
            let message = || format!("{written:?} is not a diarienummer, such as KS 2026/123");
            let number = Number::read(&written);
            let number =
                number.ok_or_else(|| ListError::Line { path: path.to_owned(), line: *line, message: message() })?;
            let first = |columns: &[usize]| {
                let filled = columns.iter().filter_map(|at| cells.get(*at)).find(|cell| !cell.is_empty());
                filled.cloned().unwrap_or_default()
            };
            let (date, party, matter) = (first(&date), first(&party), first(&matter));
            matters.push(Matter { number, written, date, party, matter, line: *line });
        }
        Ok(Self { matters })
    }

    /// The matter of that number.
    #[must_use]
    pub fn find(&self, number: &Number) -> Option<&Matter> {
        self.matters.iter().find(|matter| matter.number.is(number))
    }

    /// Every matter, in the order of the export.
    #[must_use]
    pub fn matters(&self) -> &[Matter] {
        &self.matters
    }

    /// The matters that none of `numbers` names.
    #[must_use]
    pub fn without(&self, numbers: &BTreeSet<Number>) -> Vec<&Matter> {
        let named: BTreeMap<(u16, u32), Vec<&Number>> = numbers.iter().fold(BTreeMap::new(), |mut all, number| {
            all.entry((number.year, number.serial)).or_insert_with(Vec::new).push(number);
            all
        });
        let has = |matter: &&Matter| {
            let alike = named.get(&(matter.number.year, matter.number.serial));
            !alike.is_some_and(|numbers| numbers.iter().any(|number| matter.number.is(number)))
        };
        self.matters.iter().filter(has).collect()
    }
}

/// What the plan says of a sort of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Kept for ever.
    Bevara,
    /// Disposed of after a time. The program only says so.
    Gallra,
}

/// A line of the plan.
#[derive(Clone, Debug)]
pub struct PlanLine {
    /// The class, such as `2.3.1`.
    pub class: String,
    /// The sort of record.
    pub kind: String,
    /// What becomes of it.
    pub action: Action,
    /// When it is disposed of, in the plan's words; empty when it is kept.
    pub period: String,
    folder: Option<GlobMatcher>,
}

/// The plan of information: what is kept and what is disposed of.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    lines: Vec<PlanLine>,
}

const CLASS: &[&str] = &["klass", "klassificering", "process", "processnummer", "punktnotation"];
const KIND: &[&str] = &["handlingstyp", "handling", "handlingsslag", "typ"];
const FOLDER: &[&str] = &["mapp", "sökväg", "mönster"];
const ACTION: &[&str] = &["åtgärd", "bevara/gallra", "bevara eller gallra", "gallring", "bevarande", "värdering"];
const PERIOD: &[&str] = &["frist", "gallringsfrist", "gallras efter"];

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    ///
    /// [`ListError`] names the file, the line and what is wrong.
    pub fn load(path: &Path) -> Result<Self, ListError> {
        let table = Table::load(path)?;
        let action = table.column(ACTION)?;
        let [class, kind, folder, period] = [CLASS, KIND, FOLDER, PERIOD].map(|t| table.columns(t).first().copied());
        let mut lines = Vec::new();
        for (line, cells) in &table.rows {
            let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).cloned().unwrap_or_default();
            let wrong = |message| ListError::Line { path: path.to_owned(), line: *line, message };
            let said = cell(Some(action));
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let action = action_of(&said).ok_or_else(|| wrong(format!("{said:?} is neither bevara nor gallra")))?;
            let folder = cell(folder);
            let folder = match folder.as_str() {
                "" => None,
                glob => Some(Glob::new(glob).map_err(|error| wrong(error.kind().to_string()))?.compile_matcher()),
            };
            let own = cell(period);
            let period = if own.is_empty() && action == Action::Gallra { said } else { own };
            lines.push(PlanLine { class: cell(class), kind: cell(kind), action, period, folder });
        }
        Ok(Self { lines })
    }

    /// The line that speaks about the file at `path`: the first whose pattern
    /// fits, otherwise the one whose class is the longest at the head of a folder's name.
    #[must_use]
    pub fn line(&self, path: &str) -> Option<&PlanLine> {
        let by_folder = self.lines.iter().find(|line| line.folder.as_ref().is_some_and(|glob| glob.is_match(path)));
        let by_class = || {
            let heads = self.lines.iter().filter(|line| path.split('/').any(|part| is_headed(part, &line.class)));
            heads.max_by_key(|line| line.class.len())
        };
        by_folder.or_else(by_class)
    }
}

fn action_of(said: &str) -> Option<Action> {
    let said = said.to_lowercase();
    if said.starts_with("bevara") || said == "b" {
        return Some(Action::Bevara);
    }
    (said.starts_with("gallra") || said == "g").then_some(Action::Gallra)
}

/// Whether a folder's name begins with a class: `2.3.1 Bygglov` with `2.3.1`, not with `2.3`.
fn is_headed(part: &str, class: &str) -> bool {
    let rest = if class.is_empty() { None } else { part.strip_prefix(class) };
    rest.is_some_and(|rest| !rest.trim_start_matches('.').starts_with(|c: char| c.is_ascii_digit()))
}

/// A CSV file with its titles.
struct Table {
    path: PathBuf,
    titles: Vec<String>,
    /// Each row with its line, from 1.
    rows: Vec<(u32, Vec<String>)>,
}

impl Table {
    fn load(path: &Path) -> Result<Self, ListError> {
        let bytes = std::fs::read(path).map_err(|source| ListError::Read { path: path.to_owned(), source })?;
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
            Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned(),
        };
        let first = text.lines().next().unwrap_or_default();
        let delimiter = [',', '\t', ';'].into_iter().max_by_key(|mark| first.matches(*mark).count()).unwrap_or(';');
        let trimmed = |cells: Vec<String>| cells.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let mut records = Records::new(&text, delimiter).map(|(line, cells)| (line, trimmed(cells)));
        let titles = records.next().map_or_else(Vec::new, |(_, cells)| cells);
        let titles = titles.iter().map(|title| title.to_lowercase()).collect();
        Ok(Self { path: path.to_owned(), titles, rows: records.collect() })
    }

    fn columns(&self, titles: &[&str]) -> Vec<usize> {
        let known = |title: &&str| self.titles.iter().position(|own| own == title);
        titles.iter().filter_map(|title| known(title)).collect()
    }

    fn column(&self, titles: &[&str]) -> Result<usize, ListError> {
        let missing = || ListError::Column { path: self.path.clone(), wanted: titles.join(", ") };
        self.columns(titles).first().copied().ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::TempDir::new().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (dir, path)
    }

    #[test]
    fn a_number_is_one_however_it_is_written() {
        let expected = Number::read("KS 2026/123");
        for text in ["KS-2026-0123", "ks2026/123", "2026-KS-0123", "KS 26/123", "Dnr KS 2026/123", "KS 2026:123"] {
            assert_eq!(Number::read(text), expected, "{text}");
        }
        for text in ["", "KS", "2026", "KS 2026", "1234/5"] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }

    #[test]
    fn finds_numbers_in_paths() {
        for (path, expected) in [
            ("Bygg/KS-2026-0123_beslut.pdf", &["KS 2026/123"][..]),
            ("BMN 2025-17/Beslut KS_2025_4.pdf", &["BMN 2025/17", "KS 2025/4"]),
            ("2026-KS-12/a.pdf", &["KS 2026/12"]),
            ("Protokoll 2025-06-17.pdf", &[]),
            ("AFS 1.pdf", &[]),
        ] {
            let found: Vec<String> = in_path(path).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{path}");
        }
    }

    #[test]
    fn reads_a_diary_as_excel_writes_it() {
        let text = "Dnr;Datum;Avsändare;Ärendemening\r\nKS 2026/0001;2026-01-02;Eva Ek;Ansökan\r\nKS 2026/2;;;\r\n";
        for bytes in [text.as_bytes().to_vec(), encoding_rs::WINDOWS_1252.encode(text).0.into_owned()] {
            let (_dir, path) = written("diarium.csv", &bytes);
            let diary = Diary::load(&path).unwrap();
            assert_eq!(diary.matters().len(), 2);
            assert_eq!(diary.matters()[1].lacks(), ["datum", "avsändare eller mottagare", "ärendemening"]);
            let number = Number::read("2026/1").unwrap();
            assert_eq!(diary.find(&number).map(|matter| matter.matter.as_str()), Some("Ansökan"));
            let without = diary.without(&BTreeSet::from([number]));
            assert_eq!(without.iter().map(|matter| matter.written.as_str()).collect::<Vec<_>>(), ["KS 2026/2"]);
        }
    }

    #[test]
    fn names_the_line_of_an_error() {
        for (text, expected) in [
            ("Nummer\n1\n", "d.csv:1: no column is called dnr, diarienummer"),
            ("dnr\nKS 2026/1\nabc\n", "d.csv:3: \"abc\" is not a diarienummer"),
        ] {
            let (dir, path) = written("d.csv", text.as_bytes());
            let error = Diary::load(&path).unwrap_err().to_string();
            let error = error.strip_prefix(&format!("{}/", dir.path().display())).unwrap();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn the_plan_speaks_by_folder_and_by_class() {
        let text = "klass;handlingstyp;mapp;åtgärd;frist\n2.3;Bygglov;;bevara;\n2.3.1;Ritning;;bevara;\n;Minnesanteckning;**/Möten/**;gallra;2 år\n";
        let (_dir, path) = written("plan.csv", text.as_bytes());
        let plan = Plan::load(&path).unwrap();
        for (path, expected) in [
            ("2.3 Bygglov/a.pdf", Some(("Bygglov", Action::Bevara, ""))),
            ("2.3.1 Ritningar/a.pdf", Some(("Ritning", Action::Bevara, ""))),
            ("2.34/a.pdf", None),
            ("x/Möten/a.docx", Some(("Minnesanteckning", Action::Gallra, "2 år"))),
            ("a.pdf", None),
        ] {
            let line = plan.line(path).map(|line| (line.kind.as_str(), line.action, line.period.as_str()));
            assert_eq!(line, expected, "{path}");
        }
    }
}
