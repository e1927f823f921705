//! Messages to people, on standard error.

use std::env;
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;

use aktsam::report::escape::visible;
use aktsam::report::terminal::Layout;

use aktsam::config::ConfigError;
use aktsam::ledger::LedgerError;
use aktsam::mistake::{Mistake, Unusable};
use aktsam::scan::ScanError;

use crate::log;

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
    let of_file = mistake(error).map(|mistake| mistake.hint.as_str()).filter(|hint| !hint.is_empty());
    let hint = error.downcast_ref::<Hinted>().map(|hinted| hinted.hint.as_str()).or(of_file);
    let of_ledger = error.downcast_ref::<LedgerError>().or_else(|| match error.downcast_ref() {
        Some(ScanError::Ledger(error)) => Some(error),
        _ => None,
    });
    log::error(&format!("{error:#}"), hint.or(of_ledger.map(LedgerError::hint)));
}

/// What is wrong in a file that the user wrote.
fn mistake(error: &anyhow::Error) -> Option<&Mistake> {
    let of_config = error.downcast_ref().and_then(|error| match error {
        ConfigError::File(unusable) => Some(unusable),
        _ => None,
    });
    let unusable = error.downcast_ref::<Unusable>().or(of_config);
    error.downcast_ref::<Mistake>().or_else(|| match unusable? {
        Unusable::Mistake(mistake) => Some(mistake),
        Unusable::Read { .. } => None,
    })
}

/// The name of a file, safe to print.
pub(crate) fn name(path: &Path) -> String {
    visible(path.as_os_str().as_encoded_bytes())
}

/// How text for people is laid out on standard output: as wide as the terminal,
/// bold only on one, and never under `NO_COLOR` (<https://no-color.org>).
pub(crate) fn layout() -> Layout {
    let is_terminal = io::stdout().is_terminal();
    let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let width = rustix::termios::tcgetwinsize(io::stdout()).map_or(80, |size| usize::from(size.ws_col));
    Layout { width: if width == 0 { 80 } else { width }, bold: is_terminal && !plain }
}

/// Whether the reader of our output went away, which is no failure of ours.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let output = match error.downcast_ref() {
        Some(ScanError::Output(error)) => Some(error),
        _ => error.downcast_ref::<io::Error>(),
    };
    output.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
