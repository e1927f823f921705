//! What people and programs read of a check: one page, a table for Excel, a line a file.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::assess::{Assessment, Row, name_of};
use super::finding::{Finding, Level, Readiness};
use super::policy::{ArchivePolicy, Reception};
use super::puid::Signatures;
use super::survey::Depth;
use super::{codes, pdfa};
use crate::judge::explain::Language;

mod csv;
mod html;
mod jsonl;
mod terminal;
mod words;

pub use terminal::terminal;

/// What a report says before its first file.
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that was asked or not")]
pub struct Head<'a> {
    /// The language it is written in.
    pub lang: Language,
    /// The program's version.
    pub version: &'a str,
    /// The folder, as it was given.
    pub folder: String,
    /// When the check began.
    pub started: Timestamp,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// What the archive receives.
    pub policy: &'a ArchivePolicy,
    /// The signatures formats were named by.
    pub signatures: &'a Signatures,
    /// Their release, such as `PRONOM 118`.
    pub pronom: &'a str,
    /// How far readers were confined, such as `full`.
    pub isolation: &'a str,
    /// How much was asked of each file.
    pub depth: Depth,
    /// Whether a diary was given.
    pub diary: bool,
    /// Whether a plan was given.
    pub plan: bool,
    /// Whether veraPDF was asked.
    pub verapdf: bool,
    /// Whether files were looked up in the register of labels.
    pub register: bool,
}

/// What a check counted.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Files seen; the counts of `worst` sum to it.
    pub files: usize,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// Files by their gravest finding that no one accepted; `None` for files without any.
    pub worst: BTreeMap<Option<Level>, usize>,
    /// Findings by code, accepted ones apart: how many stand, how many are accepted.
    pub codes: BTreeMap<String, (usize, usize)>,
    /// Files by format.
    pub formats: Vec<FormatCount>,
    /// Whether the folder can be handed over.
    pub readiness: Readiness,
}

/// How many files are of a format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatCount {
    /// PRONOM identifiers with a comma between, empty when unknown.
    pub puid: String,
    /// The format's name; empty when unknown or in doubt.
    pub name: String,
    /// Files.
    pub files: usize,
    /// Whether the archive receives it; `None` when unknown.
    pub reception: Option<Reception>,
}

impl Summary {
    /// Counts an assessment.
    #[must_use]
    pub fn of(assessment: &Assessment, policy: &ArchivePolicy, signatures: &Signatures) -> Self {
        let mut worst = BTreeMap::new();
        let mut formats: BTreeMap<String, usize> = BTreeMap::new();
        for row in &assessment.rows {
            *worst.entry(worst_of(row)).or_default() += 1;
            *formats.entry(puid(row).unwrap_or_default()).or_default() += 1;
        }
        let mut codes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for finding in assessment.findings() {
            let count = codes.entry(finding.code.clone()).or_default();
            *(if finding.accepted.is_none() { &mut count.0 } else { &mut count.1 }) += 1;
        }
        let mut formats: Vec<FormatCount> =
            formats.into_iter().map(|(puid, files)| counted(puid, files, policy, signatures)).collect();
        formats.sort_by(|a, b| b.files.cmp(&a.files).then_with(|| a.puid.cmp(&b.puid)));
        Self {
            files: assessment.rows.len(),
            bytes: assessment.rows.iter().map(|row| row.size).sum(),
            worst,
            codes,
            formats,
            readiness: Readiness::of(assessment.findings()),
        }
    }

    /// How many findings of a code stand.
    #[must_use]
    pub fn standing(&self, code: &str) -> usize {
        self.codes.get(code).map_or(0, |count| count.0)
    }

    /// How many findings are accepted.
    #[must_use]
    pub fn accepted(&self) -> usize {
        self.codes.values().map(|count| count.1).sum()
    }
}

fn counted(puid: String, files: usize, policy: &ArchivePolicy, signatures: &Signatures) -> FormatCount {
    let reception = puid.split(',').filter(|puid| !puid.is_empty()).map(|puid| policy.receives(puid));
    let reception = reception.max_by_key(|reception| match reception {
        Reception::Accepted => 0,
        Reception::Unlisted => 1,
        Reception::Refused => 2,
    });
    FormatCount { name: name_of(signatures, &puid), puid, files, reception }
}

/// A file's gravest finding that no one accepted.
#[must_use]
pub fn worst_of(row: &Row) -> Option<Level> {
    row.findings.iter().filter(|finding| finding.accepted.is_none()).map(|finding| finding.level).max()
}

/// A file's PRONOM identifiers with a comma between; `None` when unknown.
#[must_use]
pub fn puid(row: &Row) -> Option<String> {
    row.format.as_ref().map(|format| format.puids.join(",")).filter(|puids| !puids.is_empty())
}

/// A report that is a file.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The file's name.
    pub file: &'static str,
    /// Writes it.
    pub write: fn(&Head<'_>, &Assessment, &Summary, &mut dyn Write) -> io::Result<()>,
}

/// Every report. A new one is a file and a line here.
pub const FORMATS: &[Format] = &[
    Format { file: "granskning.html", write: html::write },
    Format { file: "granskning.csv", write: csv::write },
    Format { file: "granskning.jsonl", write: jsonl::write },
];

/// Writes one line of JSON a file; see [`FORMATS`].
///
/// # Errors
///
/// When `out` cannot be written.
pub fn json_lines(head: &Head<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    jsonl::rows(head, assessment, out)
}

/// Whether a folder can be handed over, in the words that are always used.
#[must_use]
pub fn readiness(readiness: Readiness, lang: Language) -> &'static str {
    words::readiness(readiness).get(lang)
}

/// What a finding says, with what it is about.
fn said(finding: &Finding, lang: Language) -> String {
    let what = codes::find(&finding.code).map_or(finding.code.as_str(), |code| code.what.get(lang));
    let accepted = match (&finding.accepted, lang) {
        (None, _) => String::new(),
        (Some(accepted), Language::Swedish) => format!(" – godtaget av {}: {}", accepted.by, accepted.reason),
        (Some(accepted), Language::English) => format!(" – accepted by {}: {}", accepted.by, accepted.reason),
    };
    match &finding.detail {
        Some(detail) => format!("{what} ({detail}){accepted}"),
        None => format!("{what}{accepted}"),
    }
}

/// What the screen of a PDF came to, in the words that are always used.
fn screened(screen: &pdfa::Screen, lang: Language) -> String {
    let count = screen.findings.len();
    match (&screen.declared, lang) {
        (Some(declared), Language::Swedish) if screen.passed == 0 => {
            format!("uppger PDF/A-{declared}, som granskningen inte känner")
        }
        (Some(declared), Language::English) if screen.passed == 0 => {
            format!("declares PDF/A-{declared}, which this check does not know")
        }
        (Some(declared), Language::Swedish) => {
            format!("uppger PDF/A-{declared}; {} kontroller utan anmärkning, {count} med", screen.passed)
        }
        (Some(declared), Language::English) => {
            format!("declares PDF/A-{declared}; {} checks passed, {count} findings", screen.passed)
        }
        (None, Language::Swedish) => "uppger inte PDF/A".to_owned(),
        (None, Language::English) => "does not declare PDF/A".to_owned(),
    }
}
