//! What people read of a scan: rows in, bytes out.
//!
//! Every format takes the same [`Head`] and the same stream of [`Row`]s, so that
//! a report of a hundred thousand files holds no more than one of them at a time.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::document::{Cause, Gap};
use crate::judge::explain::Language;
use crate::record::{Record, Verdict};

mod csv;
pub mod escape;
mod explain;
mod guideline;
mod html;
mod jsonl;
pub mod terminal;
mod totals;
pub mod words;

pub use explain::Explanation;
pub use guideline::{Citation, Guideline, Rule};
pub use totals::{Folder, Totals};
pub use words::Bilingual;

/// What a report says before its first file.
#[derive(Clone, Debug)]
pub struct Head {
    /// The language it is written in.
    pub lang: Language,
    /// The program's version.
    pub version: String,
    /// When the run that it shows began; `None` when there has been none.
    pub started: Option<Timestamp>,
    /// When that run ended; `None` when it was interrupted.
    pub ended: Option<Timestamp>,
    /// When the run before it began; `None` at the first.
    pub previous: Option<Timestamp>,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// The folders that were scanned.
    pub roots: Vec<Root>,
    /// The level of the sandbox that readers were confined in, such as `full`; `None` when there was none.
    pub isolation: Option<String>,
    /// The guideline that files were judged by.
    pub guideline: Guideline,
}

/// A folder that was scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Root {
    /// Its name in the configuration, or the path as given.
    pub name: String,
    /// Why it could not be scanned whole; `None` when it was.
    pub fault: Option<String>,
}

impl Head {
    /// A flag's name, or its identifier when it has no words.
    fn flag<'a>(&self, id: &'a str) -> &'a str {
        words::flag(id).map_or(id, |advice| advice.what.get(self.lang))
    }
}

/// One file, as reports show it.
#[derive(Clone, Debug)]
pub struct Row {
    /// Index into [`Head::roots`].
    pub root: usize,
    /// The path below the root: bytes, with `/` between folders.
    pub path: Vec<u8>,
    /// Who answers for it, from the configuration.
    pub owner: Option<String>,
    /// What was found in it; of a file that is gone, what was last found.
    pub record: Record,
    /// When its content was last changed.
    pub modified: Option<Timestamp>,
    /// When a run first saw it.
    pub first_seen: Option<Timestamp>,
    /// What became of it since the run before.
    pub change: Change,
    /// Its verdict in the run before; `None` when it had none then or the same.
    pub previous: Option<Verdict>,
}

/// What became of a file since the run before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// The same content.
    #[default]
    Same,
    /// Not seen before.
    New,
    /// Other content.
    Changed,
    /// No longer there.
    Gone,
}

impl Change {
    /// Every change, in the order that reports list them.
    pub const ALL: [Self; 4] = [Self::Same, Self::New, Self::Changed, Self::Gone];

    /// The words shown to people.
    #[must_use]
    pub fn words(self) -> Bilingual {
        match self {
            Self::Same => words::words("oförändrad", "unchanged"),
            Self::New => words::words("ny", "new"),
            Self::Changed => words::words("ändrad", "changed"),
            Self::Gone => words::words("borta", "gone"),
        }
    }
}

impl Row {
    /// The folder below the root, without a slash at its end, and the name.
    #[must_use]
    pub fn split(&self) -> (&[u8], &[u8]) {
        match self.path.iter().rposition(|byte| *byte == b'/') {
            Some(slash) => (&self.path[..slash], &self.path[slash + 1..]),
            None => (&[], &self.path),
        }
    }

    /// Everything reported beside the verdict: the record's flags, and what the
    /// file says about itself that an archivist asks for. See [`words::FLAGS`].
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        flags(&self.record)
    }

    /// Whether its verdict is more restrictive than in the run before.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.change != Change::Gone && self.previous.is_some_and(|before| before < self.record.verdict)
    }

    /// Whether its verdict is less restrictive than in the run before.
    #[must_use]
    pub fn is_lowered(&self) -> bool {
        self.change != Change::Gone && self.previous.is_some_and(|before| before > self.record.verdict)
    }
}

/// A report under way, which takes the files one at a time.
pub trait Report {
    /// Writes a file.
    ///
    /// # Errors
    ///
    /// What the writing gave; the report is then of no use.
    fn row(&mut self, row: &Row) -> io::Result<()>;

    /// Writes what stands after the last file; `totals` counts them all.
    ///
    /// # Errors
    ///
    /// What the writing gave; the report is then of no use.
    fn end(self: Box<Self>, totals: &Totals) -> io::Result<()>;
}

/// A format that a report can be written in.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name on the command line, and the file's extension.
    pub id: &'static str,
    /// Writes what stands before the first file.
    pub begin: for<'a> fn(&'a Head, &'a mut dyn Write) -> io::Result<Box<dyn Report + 'a>>,
}

/// Every format. A new one is a file and a line here.
pub const FORMATS: &[Format] = &[
    Format { id: "html", begin: html::begin },
    Format { id: "csv", begin: csv::begin },
    Format { id: "jsonl", begin: jsonl::begin },
];

/// Writes every report in one pass over the files, and says what was counted on the way.
///
/// # Errors
///
/// What the first report that could not be written gave; none of them is then of use.
pub fn write(
    head: &Head,
    outs: &mut [(Format, &mut dyn Write)],
    rows: impl Iterator<Item = Row>,
) -> io::Result<Totals> {
    let mut reports = Vec::with_capacity(outs.len());
    for (format, out) in outs {
        reports.push((format.begin)(head, *out)?);
    }
    let mut totals = Totals::default();
    for row in rows {
        totals.add(&row);
        for report in &mut reports {
            report.row(&row)?;
        }
    }
    for report in reports {
        report.end(&totals)?;
    }
    Ok(totals)
}

/// See [`Row::flags`].
fn flags(record: &Record) -> impl Iterator<Item = &str> {
    let facts = &record.facts;
    let encrypted = facts.owner_encrypted || record.error.as_deref() == Some("encrypted");
    let own = [
        ("declared-pdfa", facts.declares_pdfa.is_some()),
        ("encrypted", encrypted),
        ("active-content", facts.active_content || facts.macros),
        ("tracked-changes", facts.tracked_changes > 0 || facts.comments > 0),
        ("sensitivity-label", facts.sensitivity_label.is_some()),
    ];
    let own = own.into_iter().filter_map(|(id, is_so)| is_so.then_some(id));
    record.flags.keys().map(String::as_str).chain(own)
}

/// The causes of a record's gaps, each once, with how often it occurs.
fn causes(gaps: &[Gap]) -> BTreeMap<Cause, u32> {
    let mut causes = BTreeMap::new();
    for gap in gaps {
        *causes.entry(gap.cause).or_default() += 1;
    }
    causes
}

/// A moment as `2026-11-24 02:00` in the report's zone.
fn minute(head: &Head, moment: Timestamp) -> String {
    moment.to_zoned_datetime(head.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A number with its thousands apart: `12 438` in Swedish, `12,438` in English.
fn number(count: u64, lang: Language) -> String {
    let digits = count.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(if lang == Language::Swedish { '\u{a0}' } else { ',' });
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_thousands() {
        for (count, swedish) in [(0, "0"), (999, "999"), (1000, "1\u{a0}000"), (12_438_000, "12\u{a0}438\u{a0}000")] {
            assert_eq!(number(count, Language::Swedish), swedish);
        }
    }
}
