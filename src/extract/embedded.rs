//! Files inside files: attachments, embedded objects and members of archives
//! are read as their own kind, at a place that says through what they were reached.

use memchr::memmem;

use super::{extract, sniff};
use crate::document::{Cause, Kind, Part, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

/// Reads `bytes` as what they are, inside `name`. What cannot be read is a gap
/// of the outer file, never an error that ends its reading.
pub(super) fn embedded(name: &str, bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) {
    builder.show(name, bytes);
    builder.within(name, |inner| {
        if inner.depth() > limits.archive_depth {
            unread(Cause::Limit, inner);
            return;
        }
        if is_sealed(bytes) {
            unread(Cause::EmbeddedEncrypted, inner);
            return;
        }
        let kind = sniff(bytes);
        match extract(kind, bytes, limits, inner) {
            Ok(()) | Err(FileError::Empty) => {}
            Err(_) if kind == Kind::Empty => {}
            Err(error) => unread(cause(kind, &error), inner),
        }
    });
}

/// The same for a file whose name stands nowhere else: it says as much as the
/// content, who and about what.
pub(super) fn named(name: &str, bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) {
    builder.within(name, |inner| inner.block(Place::part(Part::Property), name));
    embedded(name, bytes, limits, builder);
}

/// Whether a text holds a part that is encrypted by `OpenPGP` (RFC 9580, 6.2), or sealed or
/// packed by CMS (RFC 7468, 8 and 9).
pub(super) fn is_sealed(text: &[u8]) -> bool {
    let marks = [&b"-----BEGIN PGP MESSAGE-----"[..], b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----"];
    memmem::find(text, b"-----BEGIN ").is_some() && marks.iter().any(|mark| memmem::find(text, mark).is_some())
}

fn unread(cause: Cause, builder: &mut TextBuilder) {
    builder.gap(cause, Place::default());
    builder.unit(false);
}

fn cause(kind: Kind, error: &FileError) -> Cause {
    match error {
        FileError::Encrypted => Cause::EmbeddedEncrypted,
        FileError::Limit(_) => Cause::Limit,
        FileError::Unsupported(_) if kind.is_image() => Cause::ImageOnly,
        FileError::Unsupported(_) => Cause::EmbeddedUnread,
        _ => Cause::PartDamaged,
    }
}
