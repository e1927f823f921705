//! Plain text and CSV, with the encoding found out.

use crate::document::{Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

/// One block a line.
#[expect(clippy::unnecessary_wraps, reason = "the signature of every extractor")]
pub(super) fn text(bytes: &[u8], _: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let text = String::from_utf8_lossy(bytes);
    for (line, number) in text.lines().zip(1..) {
        builder.block(Place::paragraph(number), line);
    }
    builder.unit(true);
    Ok(())
}

/// One block a row.
pub(super) fn csv(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    text(bytes, limits, builder)
}
