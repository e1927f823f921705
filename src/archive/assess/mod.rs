//! From what was seen to what is found: one row a file, with what the policy,
//! the diary, the plan and the other files say of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::check::{Found, Seen};
use super::diary::{Action, Diary, Plan};
use super::finding::{Acceptance, Finding, Level};
use super::pdfa::Screen;
use super::policy::ArchivePolicy;
use super::puid::{Identification, Signatures};
use super::survey::Inside;
use super::{names, similar};
use crate::document::Kind;
use crate::image::Origin;
use crate::image::provenance::Labelled;
use crate::ledger::register::{self, Side};
use crate::record::Verdict;
use crate::report::escape::{self, visible};

mod ai;
mod alike;
mod file;
mod format;
mod registry;

pub use ai::{Remembered, Signs};
pub use format::name_of;

/// A file with everything that the check says of it.
#[derive(Clone, Debug)]
pub struct Row {
    /// The path below the folder: bytes, with `/` between folders.
    pub path: Vec<u8>,
    /// Its format; `None` when nothing was read.
    pub format: Option<Identification>,
    /// The format's name and version in PRONOM; empty when unknown or in doubt.
    pub format_name: String,
    /// SHA-256 of the content; `None` when it was not read.
    pub sha256: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// When its content was last changed, as the file system says.
    pub modified: Option<Timestamp>,
    /// What the program takes it for.
    pub kind: Kind,
    /// Suitability for AI use; `None` when only formats were asked for.
    pub verdict: Option<Verdict>,
    /// What the PDF/A screen found; `None` when the file is no PDF.
    pub pdfa: Option<Screen>,
    /// Whether veraPDF passes it; `None` when it was not asked, or said nothing.
    pub verapdf: Option<bool>,
    /// Files in it.
    pub inside: Vec<Inside>,
    /// What was found, the gravest first.
    pub findings: Vec<Finding>,
    /// What the diary and the plan say of it.
    pub diary: DiaryEntry,
    /// What is known of AI's part in it.
    pub ai: Ai,
    /// Index of the first file with the same content; `None` when there is no earlier one.
    pub same_as: Option<usize>,
}

/// What the diary and the plan say of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DiaryEntry {
    /// Diarienummer in its path, text and properties, those in the path first.
    pub numbers: Vec<String>,
    /// The number under which the diary has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<String>,
    /// The matter, in the diary's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<String>,
    /// The plan's class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// What the plan says: kept or disposed of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// When it is disposed of, in the plan's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
}

/// What is known of AI's part in a file: from itself, from the register of labels and from the
/// ledger. What is not known stays unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ai {
    /// What made it; unknown for everything but pictures and what the register knows.
    pub origin: Origin,
    /// The IPTC source type that it states, such as `trainedAlgorithmicMedia`; `None` when it states none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// The system that made it, when it is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    /// The layers in which a picture says that it is AI's; `None` when it is no picture by AI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labelled: Option<Labelled>,
    /// Whether there is a C2PA manifest; `None` when the file is no picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c2pa: Option<bool>,
    /// Whether the text says that AI was used.
    pub disclosed: bool,
    /// Whether the text bears traces of a chat assistant.
    pub traces: bool,
    /// The original of a labelled copy, by its path; `None` when there is none or it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<String>,
    /// What the register of labels says of it; `None` when it says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<Registered>,
    /// Whether a scan's record in the ledger told some of this, and not the file as it was read now.
    #[serde(skip_serializing_if = "is_false")]
    pub from_ledger: bool,
}

/// What the register of labels says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Registered {
    /// The entry's number.
    pub number: i64,
    /// Which of the entry's files it is, or looks like.
    pub of: Side,
    /// It only looks like that file, and may be a copy without its label; a person must compare them.
    #[serde(skip_serializing_if = "is_false")]
    pub candidate: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(is: &bool) -> bool {
    !is
}

/// Something found that is no file's: an empty folder, a matter without files.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The folder, or the matter's number.
    pub about: String,
    /// What.
    pub finding: Finding,
}

/// Everything the check says of a folder.
#[derive(Clone, Debug, Default)]
pub struct Assessment {
    /// One row a name that was met, by path.
    pub rows: Vec<Row>,
    /// What is no file's.
    pub beside: Vec<Beside>,
}

impl Assessment {
    /// Every finding, of files and beside them.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.rows.iter().flat_map(|row| &row.findings).chain(self.beside.iter().map(|beside| &beside.finding))
    }

    /// Whether something was found that is not accepted and weighs `level` or more.
    #[must_use]
    pub fn stands(&self, level: Level) -> bool {
        self.findings().any(|finding| finding.stands(level))
    }
}

/// Tells who accepted a finding: of a path, a content and a code.
pub type Accepted<'a> = dyn Fn(&[u8], Option<&str>, &str) -> Option<Acceptance> + 'a;

/// What files are held against.
pub struct Context<'a> {
    /// What the archive receives.
    pub policy: &'a ArchivePolicy,
    /// The signatures formats were named by.
    pub signatures: &'a Signatures,
    /// The diary's export, when there is one.
    pub diary: Option<&'a Diary>,
    /// The plan, when there is one.
    pub plan: Option<&'a Plan>,
    /// What veraPDF says, by path; `None` when it was asked and said nothing.
    pub verapdf: &'a BTreeMap<Vec<u8>, Option<bool>>,
    /// The register of labels, when there is one.
    pub register: Option<&'a register::Known>,
    /// What the ledger remembers of files, by path.
    pub remembered: &'a BTreeMap<Vec<u8>, Remembered>,
    /// Who accepted what.
    pub accepted: &'a Accepted<'a>,
    /// Now: dates after it are out of order.
    pub now: Timestamp,
}

/// Makes rows and findings of what was seen.
#[must_use]
pub fn assess(found: &Found, context: &Context<'_>) -> Assessment {
    let sketches: Vec<_> = found.files.iter().map(sketch).collect();
    let alike_texts = similar::nearly_same(&sketches);
    let mut rows: Vec<Row> = found.files.iter().map(|seen| file::row(seen, context)).collect();
    alike::duplicates(&mut rows, &alike_texts);
    alike::versions(&mut rows);
    ai::originals(&mut rows, &found.files, context.register);
    for (index, earlier) in names::clashes(found.files.iter().map(|seen| seen.path.as_slice())) {
        add(&mut rows[index].findings, "name-case", Some(earlier));
    }
    let mut beside: Vec<Beside> = found.empty_folders.iter().map(|folder| empty_folder(folder)).collect();
    beside.extend(context.diary.into_iter().flat_map(|diary| registry::diary_findings(diary, &rows)));
    for row in &mut rows {
        weigh(&mut row.findings, &row.path, row.sha256.as_deref(), context);
    }
    for one in &mut beside {
        let about = escape::bytes(&one.about);
        weigh(std::slice::from_mut(&mut one.finding), &about, None, context);
    }
    Assessment { rows, beside }
}

fn sketch(seen: &Seen) -> Option<&similar::Sketch> {
    seen.read.as_ref().ok()?.survey.sketch.as_ref()
}

/// Adds a finding; its weight comes last, from the policy.
fn add(findings: &mut Vec<Finding>, code: &str, detail: Option<String>) {
    if !findings.iter().any(|finding| finding.code == code && finding.detail == detail) {
        findings.push(Finding { code: code.to_owned(), level: Level::Info, detail, accepted: None });
    }
}

fn weigh(findings: &mut [Finding], path: &[u8], sha256: Option<&str>, context: &Context<'_>) {
    for finding in &mut *findings {
        finding.level = context.policy.level(&finding.code);
        finding.accepted = (context.accepted)(path, sha256, &finding.code);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
}

fn empty_folder(folder: &[u8]) -> Beside {
    beside(visible(folder), "empty-folder", None)
}

fn beside(about: String, code: &str, detail: Option<String>) -> Beside {
    Beside { about, finding: Finding { code: code.to_owned(), level: Level::Info, detail, accepted: None } }
}
