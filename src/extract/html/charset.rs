//! The encoding of a web page: what it declares is often wrong, its bytes seldom.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};

use crate::extract::encoding;

/// How far into the file a declaration is looked for (WHATWG HTML, 13.2.3.2).
const PRESCAN: usize = 1024;

/// The page as text, and whether every byte of it could be decoded.
///
/// In order of trust: a byte order mark, bytes that are valid UTF-8 with more
/// than ASCII in them, the page's own declaration, a guess from the bytes.
pub(in crate::extract) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let declared = declared(bytes.get(..PRESCAN).unwrap_or(bytes));
    let unmarked = Encoding::for_bom(bytes).is_none();
    let fits = |encoding: &&Encoding| match std::str::from_utf8(bytes) {
        Ok(_) => *encoding == ISO_2022_JP && bytes.is_ascii(),
        Err(_) => *encoding != UTF_8,
    };
    if let Some(encoding) = declared.filter(fits).filter(|_| unmarked) {
        let (text, damaged) = encoding.decode_without_bom_handling(bytes);
        return (text, !damaged);
    }
    let decoded = encoding::decode(bytes);
    (decoded.text, !decoded.lossy)
}

/// Whether the page says itself what encoding it is in.
pub(in crate::extract) fn declares(bytes: &[u8]) -> bool {
    Encoding::for_bom(bytes).is_some() || declared(bytes.get(..PRESCAN).unwrap_or(bytes)).is_some()
}

/// The label after `charset=` or an XML declaration's `encoding=`.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let after = ["charset", "encoding"].iter().find_map(|key| {
        let (_, rest) = head.split_once(key)?;
        rest.trim_start().strip_prefix('=')
    })?;
    let after = after.trim_start().trim_start_matches(['"', '\'']);
    let label = after.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.')).next()?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page whose declaration could be read byte by byte is not in UTF-16 (WHATWG HTML, 13.2.3.2).
    Some(if encoding.output_encoding() == encoding { encoding } else { UTF_8 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_encoding_that_the_bytes_are_in() {
        for (bytes, expected) in [
            (&b"<p>\xC3\xA5r"[..], "<p>år"),
            (b"<p>b\xE4ttre f\xF6r \xE5r", "<p>bättre för år"),
            (b"\xFF\xFE<\0p\0>\0\xE5\0", "<p>å"),
            (b"<meta charset=iso-8859-1><p>\xC3\xA5", "<meta charset=iso-8859-1><p>å"),
            (b"<meta charset='windows-1251'>\xEF\xF0\xE8", "<meta charset='windows-1251'>при"),
            (b"<?xml version='1.0' encoding=\"iso-8859-2\"?>\xB1", "<?xml version='1.0' encoding=\"iso-8859-2\"?>ą"),
            (b"<meta charset = utf-16><p>\xE5ret", "<meta charset = utf-16><p>året"),
            (
                b"<meta content='text/html; charset=utf-8'>p\xE5 v\xE4g",
                "<meta content='text/html; charset=utf-8'>på väg",
            ),
        ] {
            assert_eq!(decode(bytes), (expected.into(), true), "{bytes:?}");
        }
    }
}
