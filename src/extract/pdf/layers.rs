//! Optional content (ISO 32000-2, 8.11): layers that a viewer hides are in the file all the same.

use hayro_interpret::hayro_syntax::object::{Array, Dict, Name};
use memchr::memmem;

/// The keys by which a viewer finds out which layers it hides, and what they
/// are turned into: unknown keys of the same length, so that no offset moves.
const KEYS: &[(&[u8], &[u8])] = &[(b"/OCProperties", b"/OCpropertieS"), (b"/OCMD", b"/OCmD")];

/// Makes the interpreter draw every layer of the file in `bytes`: it knows no setting for that.
pub(super) fn show_all(bytes: &mut [u8]) {
    for (key, unknown) in KEYS {
        let places: Vec<usize> = memmem::find_iter(bytes, key).collect();
        for at in places {
            if let Some(place) = bytes.get_mut(at..at + unknown.len()) {
                place.copy_from_slice(unknown);
            }
        }
    }
}

/// Whether the document hides layers all the same: its catalog is packed, where no key can be changed.
pub(super) fn are_hidden(catalog: &Dict<'_>) -> bool {
    let Some(config) = catalog.get::<Dict<'_>>("OCProperties").and_then(|layers| layers.get::<Dict<'_>>("D")) else {
        return false;
    };
    let off = config.get::<Array<'_>>("OFF").is_some_and(|off| off.raw_iter().next().is_some());
    off || config.get::<Name<'_>>("BaseState").is_some_and(|state| state.as_ref() == b"OFF")
}

#[cfg(test)]
mod tests {
    use super::show_all;

    #[test]
    fn keys_change_and_lengths_do_not() {
        let mut bytes = b"<</OCProperties 1 0 R/Type/OCMD>>".to_vec();
        show_all(&mut bytes);
        assert_eq!(bytes, b"<</OCpropertieS 1 0 R/Type/OCmD>>");
    }
}
