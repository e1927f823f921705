//! Characters that a text writes as escapes: of JSON (RFC 8259), of XML, and
//! the folded lines of calendars and contacts (RFC 5545, RFC 6350).

use std::borrow::Cow;

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

/// Lines that were folded put together, and quoted-printable values of old contacts decoded.
fn unfolded(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
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
            ("C:\\users\\u00e5 &#246;", "C:\\users\\u00e5 &#246;"),
        ] {
            assert_eq!(unescaped(text), expected, "{text}");
        }
    }
}
