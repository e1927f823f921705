//! What a PDF says where no page shows it: literals of scripts, captions and
//! explanations of fields, labels of pages.

use hayro_interpret::hayro_syntax::object::dict::keys::{NAMES, S};
use hayro_interpret::hayro_syntax::object::{Dict, Name, Object};

use super::objects::{self, actions, decode, text};
use crate::extract::html::code::literals;

/// What the document says so as a whole.
pub(super) fn of_document(catalog: &Dict<'_>) -> Vec<String> {
    let names = catalog.get::<Dict<'_>>(NAMES).and_then(|names| names.get::<Dict<'_>>("JavaScript"));
    let scripts = names.map(|root| objects::tree(root, NAMES)).unwrap_or_default();
    let labels = catalog.get::<Dict<'_>>("PageLabels").map(|root| objects::tree(root, b"Nums")).unwrap_or_default();
    let mut said: Vec<String> = scripts.iter().chain(&actions(catalog)).flat_map(script).collect();
    said.extend(labels.iter().filter_map(|label| text(label, b"P")));
    said
}

/// What a page, a field or a mark on a page says so.
pub(super) fn of_part(part: &Dict<'_>) -> Vec<String> {
    let mut said: Vec<String> = actions(part).iter().flat_map(script).collect();
    if let Some(look) = part.get::<Dict<'_>>("MK") {
        said.extend([&b"CA"[..], b"RC", b"AC"].iter().filter_map(|key| text(&look, key)));
    }
    // What a filled-in field is explained by stands beside its value.
    if !part.contains_key("V") {
        said.extend(text(part, b"TU"));
    }
    said
}

/// The words in a script: its code is none.
fn script(action: &Dict<'_>) -> Vec<String> {
    if action.get::<Name<'_>>(S).is_none_or(|kind| kind.as_ref() != b"JavaScript") {
        return Vec::new();
    }
    let code = match action.get::<Object<'_>>("JS") {
        Some(Object::String(string)) => decode(string.as_bytes()),
        Some(Object::Stream(stream)) => decode(&stream.decoded_data().unwrap_or_default()),
        _ => return Vec::new(),
    };
    literals(&code)
}
