//! Characters that a text writes as escapes: of JSON (RFC 8259), of XML, and
//! the folded lines of calendars and contacts (RFC 5545, RFC 6350).

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

/// A text with the escapes undone that its form has: what is spelt out in
/// escapes is as readable to who opens the file as any other word.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with(['{', '[']) && text.contains("\\u") {
        return json(text).into();
    }
    if start.starts_with('<') {
        // The declaration speaks of the notation, not of anything in the file.
        let declared = start.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
        let text = declared.map_or(text, |(_, body)| body);
        return if text.contains("&#") { xml(text).into() } else { text.into() };
    }
    if start.get(..8).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:VC")) {
        return unfolded(text).into();
    }
    if start.starts_with("dn:") || start.starts_with("version:") && text.contains("\ndn:") {
        return directory(text).into();
    }
    text.into()
}

/// `\uXXXX` and `\xXX` as the characters they stand for; what is no escape stays.
pub(super) fn json(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        flush(&mut units, before, &mut read);
        let digits = match after.as_bytes().first() {
            Some(b'u') => after.get(1..5),
            Some(b'x') => after.get(1..3),
            _ => None,
        };
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        if let (Some(unit), Some(digits)) = (unit, digits) {
            units.push(unit);
            rest = &after[1 + digits.len()..];
        } else {
            flush(&mut units, "\\", &mut read);
            // The character after a backslash is no second backslash's.
            let length = after.chars().next().map_or(0, char::len_utf8);
            read.push_str(&after[..length]);
            rest = &after[length..];
        }
    }
    flush(&mut units, rest, &mut read);
    read
}

/// Adds the characters that were escaped, and then `plain`.
fn flush(units: &mut Vec<u16>, plain: &str, read: &mut String) {
    if plain.is_empty() {
        return;
    }
    read.extend(char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
    read.push_str(plain);
}

/// `&#229;` and `&#xe5;` as the characters they stand for.
fn xml(text: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        read.push_str(before);
        let end = after.find(';').filter(|end| *end <= 8);
        let character = end.and_then(|end| {
            let digits = &after[..end];
            let number = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => digits.parse(),
            };
            char::from_u32(number.ok()?)
        });
        if let (Some(end), Some(character)) = (end, character) {
            read.push(character);
            rest = &after[end + 1..];
        } else {
            read.push_str("&#");
            rest = after;
        }
    }
    read + rest
}

/// Entries of a directory (RFC 2849): folded lines put together, values after two colons decoded.
fn directory(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace("\n ", "");
    let lines = lines.split('\n').map(|line| {
        let decoded = line.split_once(":: ").and_then(|(name, value)| Some((name, base64_decode(value.as_bytes())?)));
        decoded.map_or_else(|| line.to_owned(), |(name, value)| format!("{name}: {}", String::from_utf8_lossy(&value)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A line with every escape undone that any notation has for a character: `%31`, `=31`, `&#49;`,
/// `\u0031`, `\u{31}`, `\U00000031`, `\x31`, `\'31`. `None` when it has none.
///
/// What the line is meant to be is not known, so the result is only looked at for what nobody
/// would write by chance.
pub(super) fn spelt_out(line: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(line.len());
    let mut rest = line.as_bytes();
    let mut found = false;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'%' | b'=' | b'&' | b'\\')) {
        bytes.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (character, length) = escape(rest).map_or((None, 1), |(c, length)| (Some(c), length));
        match character {
            Some(c) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => bytes.push(rest[0]),
        }
        found |= character.is_some();
        rest = &rest[length..];
    }
    bytes.extend_from_slice(rest);
    found.then(|| String::from_utf8_lossy(&bytes).into_owned())
}

/// The character that an escape stands for, and the escape's length.
fn escape(text: &[u8]) -> Option<(char, usize)> {
    let (digits, base, end): (usize, u32, Option<u8>) = match text {
        [b'%' | b'=', ..] => (1, 16, None),
        [b'&', b'#', b'x' | b'X', ..] => (3, 16, Some(b';')),
        [b'&', b'#', ..] => (2, 10, Some(b';')),
        [b'\\', b'u', b'{', ..] => (3, 16, Some(b'}')),
        [b'\\', b'u' | b'U' | b'x' | b'\'', ..] => (2, 16, None),
        _ => return None,
    };
    let least = match text {
        [b'\\', b'U', ..] => 8,
        [b'\\', b'u', ..] if end.is_none() => 4,
        _ => 2,
    };
    let most = if end.is_some() { 8 } else { least };
    let is_digit = |byte: &&u8| char::from(**byte).is_digit(base);
    let length = text.get(digits..)?.iter().take(most).take_while(is_digit).count();
    let number = std::str::from_utf8(text.get(digits..digits + length)?).ok()?;
    let closed = end.is_none_or(|end| text.get(digits + length) == Some(&end));
    if end.is_none() && length < least || end == Some(b'}') && !closed {
        return None;
    }
    // Browsers read a reference without its semicolon too.
    let character = u32::from_str_radix(number, base).ok().and_then(char::from_u32)?;
    Some((character, digits + length + usize::from(end.is_some() && closed)))
}

/// Lines that were folded put together, and quoted-printable values of old contacts decoded.
fn unfolded(text: &str) -> String {
    let mut lines = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    if lines.to_ascii_uppercase().contains("QUOTED-PRINTABLE") {
        // Such values are folded in their own way.
        lines = lines.replace("=\n", "");
    }
    let lines = lines.split('\n').map(|line| {
        let value = line.split_once(':').filter(|(head, _)| head.to_ascii_uppercase().contains("QUOTED-PRINTABLE"));
        let decoded = value.and_then(|(head, value)| Some((head, quoted_printable_decode(value.as_bytes())?)));
        decoded.map_or_else(|| line.to_owned(), |(head, value)| format!("{head}:{}", String::from_utf8_lossy(&value)))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_has_its_escapes() {
        for (text, expected) in [
            (r#"{"namn": "F\u00f6rs\u00f6k \ud83d\ude00 \\u00e5 \n"}"#, "{\"namn\": \"Försök 😀 \\\\u00e5 \\n\"}"),
            ("<a>F&#246;r &#x41;&#49; &#9999999999; &#</a>", "<a>För A1 &#9999999999; &#</a>"),
            ("BEGIN:VCARD\r\nN:Ek;A\r\n da\r\nNOTE:x", "BEGIN:VCARD\nN:Ek;Ada\nNOTE:x"),
            (
                "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:=C3=96berg\n",
                "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:Öberg\n",
            ),
            (
                "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:Ek;=\nAda\n",
                "BEGIN:VCARD\nN;ENCODING=QUOTED-PRINTABLE:Ek;Ada\n",
            ),
            ("dn: cn=a\nsn: E\n k\ncn:: QWRh\n", "dn: cn=a\nsn: Ek\ncn: Ada\n"),
            ("C:\\users\\u00e5 &#246;", "C:\\users\\u00e5 &#246;"),
        ] {
            assert_eq!(unescaped(text), expected, "{text}");
        }
    }

    #[test]
    fn every_notation_is_undone() {
        for text in [
            "%31990-%32",
            "=31990-=32",
            "&#49;990-&#50;",
            "&#x31;990-&#50",
            "\\u0031990-\\x32",
            "\\u{31}990-\\U00000032",
            "\\'31990-\\'32",
        ] {
            assert_eq!(spelt_out(text).as_deref(), Some("1990-2"), "{text}");
        }
        for text in ["100 % a=b & c \\ d", "%zz =x &#; \\u12 \\u{ \\U0031", "%"] {
            assert_eq!(spelt_out(text), None, "{text}");
        }
    }
}
