//! Images inside content streams: their dictionaries, read apart from their data, which may be
//! compressed in ways that the reader of content does not undo.

use std::sync::LazyLock;

use lopdf::content::Content;
use lopdf::{Dictionary, Object};
use regex::bytes::Regex;

use super::content::is_intent;

/// The dictionaries of a content stream's inline images, in order.
pub(super) fn dictionaries(content: &[u8]) -> Vec<Dictionary> {
    static IMAGE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?s-u)(?:\A|[\s\]>)])BI[\s/](.*?[\s\]>)])ID[\s]").expect("a literal pattern"));
    static END: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s-u)[\s]EI(?:[\s]|\z)").expect("a literal pattern"));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(image) = IMAGE.captures_at(content, at) {
        let keys = &content[image.get(0).map_or(at, |all| all.start())..image.get(1).map_or(at, |keys| keys.end())];
        let keys = keys.iter().position(|byte| *byte == b'I').map_or(keys, |start| &keys[start + 1..]);
        found.extend(dictionary(keys));
        at = image.get(0).map_or(content.len(), |all| all.end());
        at = END.find_at(content, at).map_or(content.len(), |end| end.start() + 3);
    }
    found
}

/// The keys between `BI` and `ID` as a dictionary: as the properties of a mark, which are written alike.
fn dictionary(keys: &[u8]) -> Option<Dictionary> {
    let marked = [b"/Image <<", keys, b">> DP"].concat();
    let mark = Content::decode(&marked).ok()?.operations.into_iter().next()?;
    match mark.operands.into_iter().nth(1)? {
        Object::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }
}

/// The value of a key in its short or its long form.
pub(super) fn either<'d>(image: &'d Dictionary, short: &[u8], long: &[u8]) -> Option<&'d Object> {
    image.get(short).or_else(|_| image.get(long)).ok()
}

pub(super) fn is(image: &Dictionary, short: &[u8], long: &[u8]) -> bool {
    matches!(either(image, short, long), Some(Object::Boolean(true)))
}

pub(super) fn has_unknown_intent(image: &Dictionary) -> bool {
    image.get(b"Intent").is_ok_and(|intent| !is_intent(intent))
}

/// Whether it is packed with a filter that is not allowed.
pub(super) fn has_forbidden_filter(image: &Dictionary) -> bool {
    let forbidden =
        |filter: &Object| filter.as_name().is_ok_and(|name| matches!(name, b"LZW" | b"LZWDecode" | b"Crypt"));
    match either(image, b"F", b"Filter") {
        Some(Object::Array(filters)) => filters.iter().any(forbidden),
        Some(filter) => forbidden(filter),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_keys_of_images_whose_data_is_packed() {
        let content =
            b"q BI /W 1/H 1/CS /RGB /I true /F/LZW ID \x80\x0b\x60 BI \x50 EI Q\nBI/Width 2 /IM true\nID\nx\nEI";
        let found = dictionaries(content);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(has_forbidden_filter(&found[0]) && is(&found[0], b"I", b"Interpolate"));
        assert!(!has_forbidden_filter(&found[1]) && is(&found[1], b"IM", b"ImageMask"));
        assert!(dictionaries(b"(BI is a word) Tj").is_empty());
    }
}
