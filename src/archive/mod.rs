//! The archivist's check of a folder before it is handed over, and the package
//! that is handed over: "granskning, inte validering".
//!
//! [`survey`] is what is asked of one file's bytes, in the sandbox; [`check`]
//! asks it of every file in a folder; [`assess`] makes findings of the answers,
//! with the archive's [`policy`], the [`diary`] and the plan; [`report`] shows
//! them; [`package`] writes and verifies what is handed over.

pub mod assess;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod check;
pub mod codes;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod diary;
pub mod finding;
pub mod names;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod package;
pub mod pdfa;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod policy;
pub mod puid;
pub mod report;
pub mod similar;
pub mod survey;

/// What the check is, wherever it speaks of itself, in Swedish and in English.
pub const WHAT_IT_IS: crate::report::Bilingual =
    crate::report::words::words("Granskning, inte validering", "An examination, not a validation");
