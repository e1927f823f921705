//! Says, with reasons, which of a municipality's files may meet AI.
//!
//! The library reads a file's text, finds what it holds and judges it by a
//! policy that quotes the municipality's guideline:
//!
//! ```
//! use aktsam::examine::Examiner;
//! use aktsam::record::Verdict;
//!
//! let examiner = Examiner::default();
//! let record = examiner.examine("Elev: 19900101-2385".as_bytes());
//! assert_eq!(record.verdict, Verdict::Sensitive);
//! assert_eq!(record.reasons[0].findings[0].masked, "••••••••-••••");
//! ```
//!
//! The modules `document`, `extract`, `detect`, `judge` and `examine` are pure:
//! bytes in, a [`record::Record`] out, whatever the bytes. ARCHITECTURE.md shows
//! how they fit together.

pub mod archive;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod config;
pub mod decision;
pub mod detect;
pub mod document;
pub mod error;
pub mod examine;
pub mod extract;
pub mod finding;
pub mod image;
pub mod judge;
pub mod label;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod ledger;
pub mod limits;
pub mod mistake;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod ocr;
pub mod record;
pub mod report;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod sandbox;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod scan;
#[allow(clippy::disallowed_methods, reason = "does I/O")]
pub mod walk;

/// The version of the program and the fingerprint of what it judges with, as
/// the ledger keeps it: records of another build are made anew.
pub const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "+", env!("AKTSAM_BUILD"));
