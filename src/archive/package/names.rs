//! File names in a package: every system can keep them, every name comes back.

use std::fmt::Write as _;

/// The path under which a file lies in a package.
///
/// Bytes that are not UTF-8, controls, what Windows does not allow and `%`,
/// which readers of bags disagree on, become `=` and two digits in upper case,
/// as in quoted-printable (RFC 2045, 6.7). So does an `=` that would read as
/// such an escape, and [`original`] gives the path back.
#[must_use]
pub fn stored(path: &[u8]) -> String {
    let parts: Vec<String> = path.split(|byte| *byte == b'/').map(stored_part).collect();
    parts.join("/")
}

fn stored_part(part: &[u8]) -> String {
    let mut name = String::with_capacity(part.len());
    let mut at = 0;
    for chunk in part.utf8_chunks() {
        for (index, c) in chunk.valid().char_indices() {
            let here = at + index;
            let last = here + c.len_utf8() == part.len();
            let escapes = match c {
                '=' => part.get(here + 1..here + 3).is_some_and(is_hex),
                '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*' | '%' => true,
                '.' | ' ' => last,
                _ => c.is_control(),
            };
            if escapes {
                c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| escape(&mut name, byte));
            } else {
                name.push(c);
            }
        }
        chunk.invalid().iter().for_each(|byte| escape(&mut name, *byte));
        at += chunk.valid().len() + chunk.invalid().len();
    }
    name
}

fn escape(name: &mut String, byte: u8) {
    let _ = write!(name, "={byte:02X}");
}

fn is_hex(digits: &[u8]) -> bool {
    digits.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'))
}

/// The path that [`stored`] wrote as `name`.
#[must_use]
pub fn original(name: &str) -> Vec<u8> {
    decoded(name, b'=')
}

/// A path as the path of a URI (RFC 3986, 3.3).
pub(super) fn href(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// The path that a relative URI refers to.
pub(super) fn from_href(uri: &str) -> Vec<u8> {
    let mut path = decoded(uri, b'%');
    while path.starts_with(b"./") {
        path.drain(..2);
    }
    path
}

fn decoded(text: &str, mark: u8) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        // `from_str_radix` would take a sign for a digit, and what `stored` writes has capitals.
        let is_escape =
            |digits: &&[u8]| if mark == b'=' { is_hex(digits) } else { digits.iter().all(u8::is_ascii_hexdigit) };
        let digits = tail.get(..2).filter(|_| first == mark).filter(is_escape);
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_what_every_system_keeps() {
        for (path, expected) in [
            (&b"Bygg/Beslut \xc3\xa5 2025.pdf"[..], "Bygg/Beslut å 2025.pdf"),
            (b"latin \xe5.txt", "latin =E5.txt"),
            (b"50 %.pdf", "50 =25.pdf"),
            (b"a=1.txt", "a=1.txt"),
            (b"a=10.txt", "a=3D10.txt"),
            (b"a:b?.txt", "a=3Ab=3F.txt"),
            (b"a=+0.txt", "a=+0.txt"),
            (b"a=ab.txt", "a=ab.txt"),
            (b"slut./a.", "slut=2E/a=2E"),
            (b"a\nb", "a=0Ab"),
        ] {
            assert_eq!(stored(path), expected);
            assert_eq!(original(expected), path);
        }
    }

    #[test]
    fn references_are_uris() {
        assert_eq!(href("data/Beslut å #1.pdf"), "data/Beslut%20%C3%A5%20%231.pdf");
        assert_eq!(from_href("./data/Beslut%20%C3%A5.pdf"), "data/Beslut å.pdf".as_bytes());
    }

    proptest! {
        #[test]
        fn every_path_comes_back(path in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(original(&stored(&path)), path.clone());
            let name = stored(&path);
            prop_assert_eq!(from_href(&href(&name)), name.into_bytes());
        }

        #[test]
        fn every_escape_like_path_comes_back(path in "(=|%|[0-9A-F]|/|\\.| ){0,16}") {
            prop_assert_eq!(original(&stored(path.as_bytes())), path.as_bytes());
        }
    }
}
