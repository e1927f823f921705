//! PDF: text by position, page for page, and what the file holds beside its pages.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::{InterpreterCache, RenderContent};

use crate::document::{Cause, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

mod glyphs;
mod lines;

/// Reads a PDF.
pub(super) fn pdf(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let pdf = Pdf::new(bytes.to_vec()).map_err(unreadable)?;
    let pages = pdf.pages();
    let cache = InterpreterCache::new();
    for (page, number) in pages.iter().zip(1..).take(limits.pages) {
        let drawn = catch_unwind(AssertUnwindSafe(|| glyphs::draw(page, pdf.xref(), &cache, RenderContent::PAGE)));
        let Ok(canvas) = drawn else {
            builder.gap(Cause::PartDamaged, Place::page(number));
            builder.unit(false);
            continue;
        };
        for line in lines::lines(&canvas) {
            builder.block(Place::page(number), &line.text);
        }
        builder.unit(true);
    }
    Ok(())
}

fn unreadable(error: LoadPdfError) -> FileError {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => FileError::Encrypted,
        LoadPdfError::Decryption(_) => FileError::Corrupt("its encryption cannot be undone"),
        LoadPdfError::Invalid => FileError::Corrupt("it has no readable page tree"),
    }
}
