//! What a file is, by its first bytes and, for containers, by what lies in them.

use crate::document::Kind;

/// The kind of a file, by its content alone.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Empty;
    }
    if bytes.starts_with(b"%PDF-") {
        return Kind::Pdf;
    }
    Kind::Text
}
