//! Names and texts from files, made safe to show.
//!
//! A file's name is any bytes, and whoever can write to a share can name a file
//! so that a terminal, a spreadsheet or a reader's eye is deceived. Here is the
//! only way from such bytes to something shown.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

/// The bytes of a path as text in which nothing acts and nothing hides.
///
/// Printable characters stay. A byte that is not UTF-8 or is a control becomes
/// `\x1b`, a character that steers direction or cannot be seen becomes
/// `\u{202e}`. A backslash that would read as such an escape becomes `\x5c`, so
/// that two names never look the same and [`bytes`] gives the name back.
#[must_use]
pub fn visible(name: &[u8]) -> String {
    shown(name).into_owned()
}

/// As [`visible`], without a copy of a name that can be shown as it is: nearly every one.
#[must_use]
pub fn shown(name: &[u8]) -> Cow<'_, str> {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'\\';
    let is_plain = |text: &str| text.bytes().all(|b| plain(&b)) || !text.chars().any(|c| c == '\\' || is_deceptive(c));
    match std::str::from_utf8(name) {
        Ok(text) if is_plain(text) => Cow::Borrowed(text),
        _ => Cow::Owned(escaped(name)),
    }
}

fn escaped(name: &[u8]) -> String {
    let mut shown = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let chunk = rest.utf8_chunks().next();
        let (valid, invalid) = chunk.map_or(("", rest), |chunk| (chunk.valid(), chunk.invalid()));
        push_visible(&mut shown, valid);
        for byte in invalid {
            let _ = write!(shown, "\\x{byte:02x}");
        }
        rest = rest.get(valid.len() + invalid.len()..).unwrap_or_default();
    }
    shown
}

/// The bytes that [`visible`] showed as `shown`.
#[must_use]
pub fn bytes(shown: &str) -> Vec<u8> {
    let mut name = Vec::with_capacity(shown.len());
    let mut rest = shown;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        name.extend_from_slice(before.as_bytes());
        match unescape(escape) {
            Some((Escape::Byte(byte), length)) => {
                name.push(byte);
                rest = &escape[length..];
            }
            Some((Escape::Char(c), length)) => {
                name.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &escape[length..];
            }
            None => {
                name.push(b'\\');
                rest = &escape[1..];
            }
        }
    }
    name.extend_from_slice(rest.as_bytes());
    name
}

/// Text for the inside of an HTML element or a quoted attribute.
#[derive(Clone, Copy, Debug)]
pub struct Html<'a>(pub &'a str);

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// Appends a JSON string literal that cannot end the script element it stands in.
pub fn push_json(literals: &mut String, text: &str) {
    literals.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | b'<' | ..=0x1f)) {
        literals.push_str(&rest[..at]);
        // Writing to a string does not fail.
        let _ = write!(literals, "\\u{:04x}", rest.as_bytes()[at]);
        rest = &rest[at + 1..];
    }
    literals.push_str(rest);
    literals.push('"');
}

fn push_visible(shown: &mut String, valid: &str) {
    for (at, c) in valid.char_indices() {
        if c == '\\' && unescape(&valid[at..]).is_some() {
            shown.push_str("\\x5c");
        } else if c.is_control() && c.is_ascii() {
            let _ = write!(shown, "\\x{:02x}", u32::from(c));
        } else if is_deceptive(c) {
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        } else {
            shown.push(c);
        }
    }
}

/// Characters without a form of their own: controls, and those that Unicode
/// calls bidirectional controls (UAX #9), format characters and blank fillers.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

enum Escape {
    Byte(u8),
    Char(char),
}

/// The escape that `text` begins with, and its length in bytes.
fn unescape(text: &str) -> Option<(Escape, usize)> {
    if let Some(digits) = text.strip_prefix("\\x") {
        let byte = digits.get(..2).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()))?;
        return Some((Escape::Byte(u8::from_str_radix(byte, 16).ok()?), 4));
    }
    let (digits, _) = text.strip_prefix("\\u{")?.split_once('}')?;
    let valid = digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let c = valid.then(|| u32::from_str_radix(digits, 16).ok().and_then(char::from_u32))??;
    Some((Escape::Char(c), digits.len() + 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shows_what_would_act_or_hide() {
        for (name, shown) in [
            (&b"Protokoll \xc3\xa5r 2025.pdf"[..], "Protokoll år 2025.pdf"),
            (b"a\nb\tc", r"a\x0ab\x09c"),
            (b"\x1b[31mred", r"\x1b[31mred"),
            ("faktura\u{202e}fdp.exe".as_bytes(), r"faktura\u{202e}fdp.exe"),
            ("noll\u{200b}bredd".as_bytes(), r"noll\u{200b}bredd"),
            ("c1 \u{9b}31m".as_bytes(), r"c1 \u{9b}31m"),
            (b"latin \xe5\xe4", r"latin \xe5\xe4"),
            (br"H:\users\xtra", r"H:\users\xtra"),
            (br"H:\xab", r"H:\x5cxab"),
            (br"\u{202e}", r"\x5cu{202e}"),
            ("NFD a\u{30a}".as_bytes(), "NFD a\u{30a}"),
        ] {
            assert_eq!(visible(name), shown);
            assert_eq!(bytes(shown), name, "{shown}");
        }
    }

    #[test]
    fn escapes_for_html_and_scripts() {
        let hostile = "</script><img src=x onerror=\"alert('1')\">&";
        assert_eq!(
            Html(hostile).to_string(),
            "&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;"
        );
        let hostile = format!("{hostile}\n\\\"å\u{7f}");
        let mut literal = String::new();
        push_json(&mut literal, &hostile);
        assert!(!literal.contains('<'));
        assert_eq!(serde_json::from_str::<String>(&literal).unwrap(), hostile);
    }

    proptest! {
        #[test]
        fn every_name_comes_back(name in proptest::collection::vec(any::<u8>(), 0..64)) {
            let shown = visible(&name);
            prop_assert!(!shown.chars().any(is_deceptive));
            prop_assert_eq!(bytes(&shown), name);
        }

        #[test]
        fn every_text_comes_back(name in "(\\\\|x|u|\\{|\\}|[0-9a-f]|[\u{200b}-\u{202f}]){0,12}") {
            prop_assert_eq!(bytes(&visible(name.as_bytes())), name.as_bytes());
        }
    }
}
