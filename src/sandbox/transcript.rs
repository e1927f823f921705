//! The text of a file that was read apart, for the commands that are asked for it.

use serde::{Deserialize, Serialize};

use crate::document::{Kind, Text};
use crate::error::FileError;
use crate::examine::Reading;
use crate::limits::Limits;

/// Bytes that a byte of text may become on the pipe, its place beside it.
const GROWS: u64 = 4;

/// Why a file was not read to its end, in words that are the worker's: to be shown, never trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The stable code, see [`FileError::code`].
    pub code: String,
    /// The same in English, at most [`Failure::BYTES`] long.
    pub words: String,
}

impl Failure {
    /// Longest words, and longest code, that a worker is believed, in bytes.
    pub const BYTES: usize = 200;
}

impl From<&FileError> for Failure {
    fn from(error: &FileError) -> Self {
        Self { code: error.code().to_owned(), words: error.to_string() }
    }
}

/// What was read of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// What the file is.
    pub kind: Kind,
    /// What was read.
    pub text: Text,
    /// What ended the reading before the end.
    pub error: Option<Failure>,
}

impl Transcript {
    /// A file of which nothing could be read.
    #[must_use]
    pub fn failed(error: &FileError) -> Self {
        Self { kind: Kind::Unknown, text: Text::default(), error: Some(error.into()) }
    }

    /// Most bytes that one may take on the pipe beside what any answer may.
    pub(super) fn most_bytes(limits: &Limits) -> usize {
        usize::try_from(limits.text_bytes.saturating_mul(GROWS)).unwrap_or(usize::MAX)
    }

    /// Whether what points into the text points at something: every row belongs
    /// to a table, and every cell is a stretch of its row.
    pub(super) fn is_sound(&self) -> bool {
        let rows = self.text.blocks.iter().filter_map(|block| Some((&block.text, block.row.as_ref()?)));
        let tables = self.text.tables.len();
        let brief = |failure: &Failure| failure.code.len() <= Failure::BYTES && failure.words.len() <= Failure::BYTES;
        self.error.as_ref().is_none_or(brief)
            && rows
                .into_iter()
                .all(|(text, row)| row.table < tables && row.cells.iter().all(|cell| text.get(cell.clone()).is_some()))
    }
}

impl From<Reading> for Transcript {
    fn from(Reading { kind, text, error, .. }: Reading) -> Self {
        Self { kind, text, error: error.as_ref().map(Failure::from) }
    }
}
