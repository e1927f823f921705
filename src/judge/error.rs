//! What is wrong with a policy, for who wrote it.

use thiserror::Error;

/// A mistake in a policy: where it stands and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}: {message}")]
pub struct PolicyError {
    /// The file, as it was named to the loader.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; empty when the message says it.
    pub hint: String,
}

impl PolicyError {
    /// A mistake at byte `at` of `text`.
    pub(crate) fn at(file: &str, text: &str, at: usize, message: String, hint: &str) -> Self {
        let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        Self { file: file.to_owned(), line, message, hint: hint.to_owned() }
    }
}
