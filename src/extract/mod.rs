//! From bytes to [`Text`](crate::document::Text): one file per format, and the table of them.

use crate::document::{Kind, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

mod kind;
mod pdf;
mod plain;

pub use kind::sniff;

/// Reads one format.
///
/// `run` pushes what it reads to the builder in reading order. What it pushed
/// before an error is kept; what it could not read it notes as a gap.
#[derive(Clone, Copy, Debug)]
pub struct Extractor {
    /// The kind it reads.
    pub kind: Kind,
    /// What it reads and what not, in a line, for `aktsam formats`.
    pub reads: &'static str,
    /// The reader.
    pub run: fn(&[u8], &Limits, &mut TextBuilder) -> Result<(), FileError>,
}

/// Every format that is read. A new one is a file and a line here.
pub const EXTRACTORS: &[Extractor] = &[
    Extractor { kind: Kind::Text, reads: "lines, in UTF-8, UTF-16 or Windows-1252", run: plain::text },
    Extractor {
        kind: Kind::Pdf,
        reads: "pages with rows and columns kept apart, annotations, forms, links, attachments; not text in pictures",
        run: pdf::pdf,
    },
    Extractor { kind: Kind::Csv, reads: "rows with their column headers", run: plain::csv },
];

/// Reads `bytes` as `kind` into `builder`.
///
/// # Errors
///
/// [`FileError::Unsupported`] when no extractor reads the kind, otherwise what
/// ended the reading.
pub fn extract(kind: Kind, bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let extractor = EXTRACTORS.iter().find(|e| e.kind == kind).ok_or(FileError::Unsupported(kind))?;
    (extractor.run)(bytes, limits, builder)
}
