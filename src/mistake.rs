//! What is wrong with a file that its user wrote, a policy or a configuration, for who wrote it.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A mistake in a file in TOML: where it stands and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}: {message}")]
pub struct Mistake {
    /// The file, as it was named to the loader.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; empty when the message says it.
    pub hint: String,
}

impl Mistake {
    /// A mistake at byte `at` of `text`.
    pub(crate) fn at(file: &str, text: &str, at: usize, message: String, hint: &str) -> Self {
        Self { file: file.to_owned(), line: line(text, at), message, hint: hint.to_owned() }
    }

    /// What a parser says of `text`.
    pub(crate) fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start);
        let unknown = error.message().starts_with("unknown field");
        let hint = if unknown { "keys are case-sensitive; compare the file that ships with the program" } else { "" };
        Self::at(file, text, at, error.message().replace('\n', " "), hint)
    }
}

/// The line, from 1, that byte `at` of a text lies on.
pub(crate) fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    1 + memchr::memchr_iter(b'\n', before).count()
}

/// Why a file that its user wrote cannot be used.
#[derive(Debug, Error)]
pub enum Unusable {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It holds a mistake.
    #[error(transparent)]
    Mistake(#[from] Mistake),
}

impl Unusable {
    /// The text of a file.
    #[allow(clippy::disallowed_methods, reason = "reads what its user wrote")]
    pub(crate) fn read(path: &Path) -> Result<String, Self> {
        std::fs::read_to_string(path).map_err(|source| Self::Read { path: path.to_owned(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_counted_from_one_and_never_past_the_end() {
        for (at, expected) in [(0, 1), (1, 1), (2, 2), (4, 3), (99, 3)] {
            assert_eq!(line("a\nb\nc", at), expected, "{at}");
        }
    }
}
