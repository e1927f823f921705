//! What is known of one file after it was examined: plain data that crosses
//! the sandbox's pipe, goes into the ledger and comes out in reports.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Cause, Facts, Gap, Kind};
use crate::finding::{Entity, Finding};
use crate::image::Provenance;

/// A file's suitability for AI use. Ordered: the most restrictive reason wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No obstacle found; a proposal, never a certificate.
    Open,
    /// Not judged: unread, or partly read with nothing found. A file partly read
    /// keeps the verdict of what was found, so anything found stands above this.
    Undetermined,
    /// Internal information.
    Internal,
    /// Personal data.
    Personal,
    /// Sensitive personal data (GDPR art. 9) or personal data that needs special protection.
    Sensitive,
    /// Probably under secrecy (OSL).
    Secret,
}

impl Verdict {
    /// Every verdict, mildest first.
    pub const ALL: [Self; 6] =
        [Self::Open, Self::Undetermined, Self::Internal, Self::Personal, Self::Sensitive, Self::Secret];

    /// The stable identifier.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Internal => "internal",
            Self::Undetermined => "undetermined",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
            Self::Secret => "secret",
        }
    }

    /// The words shown to people, in Swedish.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Open => "Inga hinder funna",
            Self::Internal => "Intern information",
            Self::Undetermined => "Ej bedömd",
            Self::Personal => "Personuppgifter",
            Self::Sensitive => "Känsliga eller särskilt skyddsvärda uppgifter",
            Self::Secret => "Trolig sekretess",
        }
    }
}

impl std::str::FromStr for Verdict {
    type Err = String;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|verdict| verdict.id() == id).ok_or_else(|| format!("no such verdict: {id}"))
    }
}

/// How the reading of a file went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Read whole.
    Ok,
    /// Read in part; [`Record::gaps`] says what is missing.
    Partial,
    /// Could not be read.
    Error,
    /// A limit ended the reading.
    Limit,
    /// Left unopened on purpose (special, offline).
    Skipped,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Ok, Self::Partial, Self::Error, Self::Limit, Self::Skipped];

    /// The stable identifier.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Error => "error",
            Self::Limit => "limit",
            Self::Skipped => "skipped",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = String;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|status| status.id() == id).ok_or_else(|| format!("no such status: {id}"))
    }
}

/// One rule of the policy that speaks about the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's identifier in the policy.
    pub rule: String,
    /// The verdict this reason alone would give.
    pub verdict: Verdict,
    /// Identifiers of the citations it rests on, such as `ale-7-sekretess`.
    pub cites: Vec<String>,
    /// The findings it rests on, most telling first.
    pub findings: Vec<Finding>,
}

/// What is reported beside the verdict; flags never change it.
///
/// The key is the flag's identifier, the value how many findings speak for it.
pub type Flags = BTreeMap<String, u32>;

/// The flag of a file whose extension says another kind than its content.
pub const EXTENSION: &str = "extension-mismatch";

/// How long the steps took, in microseconds of wall time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    /// Reading the bytes and their hash.
    pub read_us: u64,
    /// Kind and text.
    pub extract_us: u64,
    /// Findings.
    pub detect_us: u64,
    /// Verdict.
    pub judge_us: u64,
}

/// What is known of one file's content. Holds no path: the same content has
/// the same record wherever it lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Suitability for AI use.
    pub verdict: Verdict,
    /// How the reading went.
    pub status: Status,
    /// Stable code of what went wrong, see [`crate::error::FileError::code`].
    #[serde(default)]
    pub error: Option<String>,
    /// What the file is, by content.
    pub kind: Kind,
    /// SHA-256 of the content, lower-case hex; `None` when it was not read.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// Why the verdict, most restrictive first.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// Everything found, in reading order, at most [`crate::limits::Limits::findings`] of an entity.
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// How many of each entity were found in all.
    #[serde(default)]
    pub counts: BTreeMap<Entity, u32>,
    /// Distinct persons named or numbered in the file, as far as its findings were judged.
    #[serde(default)]
    pub persons: u32,
    /// Signs reported beside the verdict.
    #[serde(default)]
    pub flags: Flags,
    /// What the file says about itself.
    #[serde(default)]
    pub facts: Facts,
    /// What made the picture; `None` when the file is no picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Provenance>,
    /// What was not read.
    #[serde(default)]
    pub gaps: Vec<Gap>,
    /// Pages, sheets, slides or members there were to read.
    #[serde(default)]
    pub units: u32,
    /// How many of them were read whole.
    #[serde(default)]
    pub units_read: u32,
    /// How long the steps took.
    #[serde(default)]
    pub timings: Timings,
    /// The members of an archive, in its order. Reports show each as an entry
    /// `archive!/name` of its own; counts are of files, and an archive is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
}

impl Record {
    /// Flags a name that says another kind than the content that was read. The
    /// record itself knows no name: whoever shows one with it asks for this.
    pub fn flag_name(&mut self, path: &[u8]) {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let dot = memchr::memrchr(b'.', name).filter(|dot| *dot > 0);
        let extension = dot.and_then(|dot| std::str::from_utf8(name.get(dot + 1..)?).ok()).unwrap_or_default();
        if self.sha256.is_some() && self.kind.is_misnamed(&extension.to_lowercase()) {
            self.flags.insert(EXTENSION.to_owned(), 1);
        }
    }

    /// Whether something in it waits for a later run, which then examines it again.
    #[must_use]
    pub fn is_postponed(&self) -> bool {
        self.gaps.iter().any(|gap| gap.cause == Cause::OcrPostponed)
            || self.members.iter().any(|member| member.record.is_postponed())
    }
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name in the archive, with `/` between folders.
    pub name: String,
    /// What is known of it.
    pub record: Record,
}
