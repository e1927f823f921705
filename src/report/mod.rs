//! What people read of a scan: rows in, bytes out.
//!
//! Every format takes the same [`Head`] and then one [`Row`] at a time, so that
//! several reports of a hundred thousand files are written in one pass and hold
//! no more than one file each.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};
use std::{iter, vec};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::decision::Decision;
use crate::document::{Cause, Gap};
use crate::judge::explain::Language;
use crate::judge::flags::AI_SYSTEM_OF;
use crate::record::{Member, Record, Verdict};

mod columns;
mod csv;
pub mod escape;
mod explain;
mod folders;
mod guideline;
mod html;
mod jsonl;
pub mod mail;
mod parquet;
pub mod register;
mod systems;
pub mod terminal;
mod totals;
pub mod words;
mod xlsx;

pub(crate) use csv::push_quoted;
pub use explain::Explanation;
pub use guideline::{Citation, Guideline, Rule};
pub(crate) use html::integrity;
pub use systems::Systems;
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
    /// The level of the sandbox that readers were confined in, such as `full`; `None` before the first run.
    pub isolation: Option<String>,
    /// The guideline that files were judged by.
    pub guideline: Guideline,
    /// Whose files alone it is about; `None` for everyone's.
    pub owner: Option<String>,
    /// What else it leaves out, in words, such as `bara sekretess`; empty when it is about every file.
    pub selection: Vec<String>,
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
    /// What a person decided about it; shown beside the verdict, never in its place.
    pub decision: Option<Decision>,
    /// Whether it is a member of an archive, whose own row counts for it in [`Totals`].
    pub member: bool,
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

    /// The stable identifier.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }

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
    /// The row and, after that of an archive, one for each member: `archive.zip!/letter.docx`.
    /// Names that contradict the content are flagged.
    pub fn entries(mut self) -> iter::Chain<iter::Once<Self>, vec::IntoIter<Self>> {
        self.record.flag_name(&self.path);
        let members = std::mem::take(&mut self.record.members);
        let inside = |member: Member| Self {
            path: [&self.path, &b"!/"[..], member.name.as_bytes()].concat(),
            record: member.record,
            owner: self.owner.clone(),
            previous: None,
            decision: None,
            member: true,
            ..self
        };
        let inside: Vec<Self> = members.into_iter().map(inside).flat_map(Self::entries).collect();
        iter::once(self).chain(inside)
    }

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

/// Where a report goes.
pub type Out<'a> = Box<dyn Write + Send + 'a>;

/// A report under way, which takes the files one at a time.
pub trait Report {
    /// Takes the next file.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn row(&mut self, row: &Row) -> io::Result<()>;

    /// Writes what stands after the last file; the report is not whole before.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    fn end(self: Box<Self>, totals: &Totals) -> io::Result<()>;
}

/// A format that a report can be written in.
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name on the command line, and the file's extension.
    pub id: &'static str,
    /// Begins a report.
    pub begin: for<'a> fn(&'a Head, Out<'a>) -> io::Result<Box<dyn Report + 'a>>,
}

/// Every format. A new one is a file and a line here.
pub const FORMATS: &[Format] = &[
    Format { id: "html", begin: html::begin },
    Format { id: "csv", begin: csv::begin },
    Format { id: "xlsx", begin: xlsx::begin },
    Format { id: "jsonl", begin: jsonl::begin },
    Format { id: "parquet", begin: parquet::begin },
];

impl Format {
    /// The format of that name; `None` when there is none.
    #[must_use]
    pub fn named(id: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.id == id)
    }

    /// Writes a whole report and says what it counted on the way.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(
        &self,
        head: &Head,
        rows: &mut dyn Iterator<Item = Row>,
        out: &mut (dyn Write + Send),
    ) -> io::Result<Totals> {
        let mut totals = Totals::default();
        let mut writer = (self.begin)(head, Box::new(out))?;
        for row in rows {
            totals.add(&row);
            writer.row(&row)?;
        }
        writer.end(&totals)?;
        Ok(totals)
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
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
    // Which AI products are named is a list of its own, see [`systems`].
    let flags = record.flags.keys().map(String::as_str).filter(|id| !id.starts_with(AI_SYSTEM_OF));
    flags.chain(own)
}

/// The causes of a record's gaps, each once, with how often it occurs.
fn causes(gaps: &[Gap]) -> BTreeMap<Cause, u32> {
    let mut causes = BTreeMap::new();
    for gap in gaps {
        *causes.entry(gap.cause).or_default() += 1;
    }
    causes
}

/// A moment on the clocks of the report's zone.
fn local(head: &Head, moment: Timestamp) -> DateTime {
    head.zone.to_offset(moment).to_datetime(moment)
}

/// A moment as `2026-11-24 02:00` in the report's zone.
fn minute(head: &Head, moment: Timestamp) -> String {
    local(head, moment).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A number with its thousands apart: `12 438` in Swedish, `12,438` in English.
pub(crate) fn number(count: u64, lang: Language) -> String {
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
