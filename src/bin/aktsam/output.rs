//! Messages to people, on standard error.

use std::fmt;
use std::io;

/// An error that says what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Hinted {
    pub message: String,
    pub hint: String,
}

/// An error with a hint, for [`anyhow::Error`].
pub(crate) fn hinted(message: impl fmt::Display, hint: impl fmt::Display) -> anyhow::Error {
    Hinted { message: message.to_string(), hint: hint.to_string() }.into()
}

/// Prints `error:` with its causes, and the `hint:` when there is one.
pub(crate) fn error(error: &anyhow::Error) {
    eprintln!("error: {error:#}");
    if let Some(hinted) = error.downcast_ref::<Hinted>() {
        eprintln!("hint: {}", hinted.hint);
    }
}

/// Whether the reader of our output went away, which is no failure of ours.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
