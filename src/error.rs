//! What can go wrong with one file. Such an error becomes a row of the report
//! and never stops a scan.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::document::Kind;

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// The file is larger than is read.
    File,
    /// More text than is kept.
    Output,
    /// More bytes after decompression than allowed, or too high a ratio.
    Inflation,
    /// Nested deeper than allowed.
    Depth,
    /// More entries, pages or objects than allowed.
    Count,
    /// More pixels than allowed.
    Pixels,
    /// More CPU time than allowed.
    Cpu,
    /// More wall time than allowed.
    Wall,
    /// More memory than allowed.
    Memory,
}

impl Limit {
    /// The stable code, such as `limit:cpu`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::File => "limit:file",
            Self::Output => "limit:output",
            Self::Inflation => "limit:inflation",
            Self::Depth => "limit:depth",
            Self::Count => "limit:count",
            Self::Pixels => "limit:pixels",
            Self::Cpu => "limit:cpu",
            Self::Wall => "limit:wall",
            Self::Memory => "limit:memory",
        }
    }
}

/// Why a file, or the rest of it, could not be read.
///
/// The detail is a fixed phrase of the program's own: a parser's message may
/// quote the file, and the file's words never leave it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FileError {
    /// Needs a password.
    #[error("the file is encrypted and needs a password")]
    Encrypted,
    /// Not readable as what it claims to be.
    #[error("the file is damaged: {0}")]
    Corrupt(&'static str),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// A kind that is recognised but not read.
    #[error("files of the kind {} are not read", .0.id())]
    Unsupported(Kind),
    /// A limit was reached.
    #[error("the file reached the limit {}", .0.code())]
    Limit(Limit),
    /// The parser failed in a way that was not foreseen.
    #[error("the reader of this kind of file failed")]
    Panic,
    /// The reader tried something that the sandbox forbids.
    #[error("the reader of this file tried something forbidden and was stopped")]
    Violation,
    /// The sandboxed reader's answer was not a valid record.
    #[error("the reader of this file gave an invalid answer")]
    BadReply,
    /// It changed while it was read.
    #[error("the file changed while it was read")]
    Changed,
    /// Its content is not on the disk (offline or recall file).
    #[error("the file's content is offline")]
    Offline,
    /// Not a regular file.
    #[error("not a regular file")]
    Special,
    /// It was gone when it was to be read.
    #[error("the file was gone when it was to be read")]
    Vanished,
    /// The account that runs the program may not read it.
    #[error("permission denied")]
    Denied,
    /// The operating system could not read it.
    #[error("the file could not be read")]
    Io,
}

impl FileError {
    /// The error that a failed call of the operating system is.
    #[must_use]
    pub fn of_io(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Self::Vanished,
            std::io::ErrorKind::PermissionDenied => Self::Denied,
            // A link stands where a file was listed.
            _ if rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP) => Self::Special,
            _ => Self::Io,
        }
    }

    /// The stable code that stands in records, the ledger and reports.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Corrupt(_) => "corrupt",
            Self::Empty => "empty",
            Self::Unsupported(_) => "unsupported",
            Self::Limit(limit) => limit.code(),
            Self::Panic => "parser-failure",
            Self::Violation => "sandbox-violation",
            Self::BadReply => "bad-reply",
            Self::Changed => "changed-while-read",
            Self::Offline => "offline",
            Self::Special => "special-file",
            Self::Vanished => "vanished",
            Self::Denied => "permission-denied",
            Self::Io => "io",
        }
    }
}
