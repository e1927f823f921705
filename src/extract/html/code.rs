//! Words that stand in a page's code: string literals of scripts, data in
//! JSON, `content` of styles. A page may show them, or only carry them.

use crate::extract::unescape::json;

/// Longer literals are packed data.
const LONGEST: usize = 4_000;

/// Literals of one element that are kept; programs have thousands and say nothing.
const MOST: usize = 2_000;

/// The literals in `code` that may be words about someone, escapes undone.
pub(in crate::extract) fn literals(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let quote = rest.as_bytes()[at];
        let inner = &rest[at + 1..];
        let Some(end) = closing(inner, quote) else { break };
        let literal = &inner[..end];
        if literal.len() <= LONGEST && is_telling(literal) {
            found.push(json(literal));
            if found.len() == MOST {
                break;
            }
        }
        rest = &inner[end + 1..];
    }
    found
}

/// Where the literal ends that begins `inner`; one in other quotes than backticks ends with its line.
fn closing(inner: &str, quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\n' if quote != b'`' => return Some(at),
            byte if byte == quote => return Some(at),
            _ => {}
        }
    }
    None
}

/// Whether a value is words, an address or a number of a person's: not a key, a class or a path.
pub(in crate::extract) fn is_telling(value: &str) -> bool {
    let numeric = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+' | ' '));
    if numeric {
        return (10..=16).contains(&value.chars().filter(char::is_ascii_digit).count());
    }
    let is_word = |word: &&str| word.chars().filter(|c| c.is_alphabetic()).count() >= 2;
    let capital = |word: &&str| is_word(word) && word.starts_with(char::is_uppercase);
    value.contains('@')
        || value.split_whitespace().filter(is_word).count() >= 4
        || value.split_whitespace().filter(capital).count() >= 2
        || value.contains(' ') && value.chars().filter(char::is_ascii_digit).count() >= 6
        || value.contains("\\u00")
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[test]
    fn words_are_kept_and_code_is_left() {
        for (code, expected) in [
            (r#"{"namn":"Ada Ek","nr":"19900101-2385","id":"a1"}"#, &["Ada Ek", "19900101-2385"][..]),
            (r"var a='Eleven har f\u00e5tt ett \x4fK av skolan';b=`x`", &["Eleven har fått ett OK av skolan"]),
            ("a::after{content:'Ring 070-123 45 67'}", &["Ring 070-123 45 67"]),
            ("'use strict';c='btn btn-primary';d=\"a/b c\";e='12345'", &[]),
            ("x='unclosed\ny='Ada Ek'", &["Ada Ek"]),
        ] {
            assert_eq!(literals(code), expected, "{code}");
        }
    }
}
