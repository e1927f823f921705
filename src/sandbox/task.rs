//! What a worker is asked, file by file, and what it answers beside records.

use std::fs::File;

use serde::{Deserialize, Serialize};

use crate::document::{Kind, Text};
use crate::error::FileError;
use crate::examine::{Examiner, Reading};
use crate::extract::sniff;
use crate::image::{Provenance, provenance};
use crate::limits::Limits;

/// What is asked about a file. It travels as the byte beside the descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// Its record.
    Examine,
    /// Its text.
    Read,
    /// What made the picture in it.
    Look,
}

/// Longest record a worker may give, in bytes.
const ANSWER_BYTES: u64 = 64 << 20;

/// Bytes that a byte of text may become on the pipe, its place beside it.
const TEXT_GROWS: u64 = 4;

impl Task {
    pub(super) fn to_byte(self) -> u8 {
        match self {
            Self::Examine => 0,
            Self::Read => 1,
            Self::Look => 2,
        }
    }

    pub(super) fn of_byte(byte: u8) -> Self {
        match byte {
            1 => Self::Read,
            2 => Self::Look,
            _ => Self::Examine,
        }
    }

    /// Longest answer that is taken, in bytes.
    pub(super) fn answer_bytes(self, limits: &Limits) -> usize {
        let text = if self == Self::Read { limits.text_bytes.saturating_mul(TEXT_GROWS) } else { 0 };
        usize::try_from(text.saturating_add(ANSWER_BYTES)).unwrap_or(usize::MAX)
    }
}

/// Why a file was not read to its end, in words that are the worker's: to be shown, never trusted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The stable code, see [`FileError::code`].
    pub code: String,
    /// The same in English, at most [`Failure::CHARS`] characters.
    pub words: String,
}

impl Failure {
    /// Longest words, and longest code, that a worker is believed, in characters.
    pub const CHARS: usize = 200;
}

impl From<&FileError> for Failure {
    fn from(error: &FileError) -> Self {
        Self { code: error.code().to_owned(), words: error.to_string() }
    }
}

/// The text of a file, read apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// What the file is.
    pub kind: Kind,
    /// What was read.
    pub text: Text,
    /// What ended the reading before the end.
    pub error: Option<Failure>,
}

impl Told {
    /// A file of which nothing could be read.
    #[must_use]
    pub fn failed(error: &FileError) -> Self {
        Self { kind: Kind::Unknown, text: Text::default(), error: Some(error.into()) }
    }
}

impl From<Reading> for Told {
    fn from(Reading { kind, text, error }: Reading) -> Self {
        Self { kind, text, error: error.as_ref().map(Failure::from) }
    }
}

/// What is known of a file as a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// What the file is.
    pub kind: Kind,
    /// What made it; `None` when it is no picture.
    pub image: Option<Provenance>,
    /// Why it was not looked at.
    pub error: Option<Failure>,
}

impl Look {
    /// A file that could not be looked at.
    #[must_use]
    pub fn failed(error: &FileError) -> Self {
        Self { kind: Kind::Unknown, image: None, error: Some(error.into()) }
    }
}

/// Looks at the bytes of a file as a picture.
#[must_use]
pub fn look(bytes: &[u8]) -> Look {
    let kind = sniff(bytes);
    Look { kind, image: kind.is_image().then(|| provenance::inspect(kind, bytes)), error: None }
}

/// A worker's answer to `task`, as bytes. Answers are plain data and always have a JSON form.
pub(super) fn answer(task: Task, examiner: &Examiner, file: &File) -> serde_json::Result<Vec<u8>> {
    let bytes = super::worker::read(file, &examiner.limits);
    match task {
        Task::Look => serde_json::to_vec(&bytes.map_or_else(|error| Look::failed(&error), |bytes| look(&bytes))),
        _ => serde_json::to_vec(&bytes.map_or_else(|e| Told::failed(&e), |bytes| examiner.read(&bytes).into())),
    }
}
