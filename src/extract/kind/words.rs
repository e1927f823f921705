//! What a text is: a web page, a mail, a table, or only text.

use memchr::memmem;

use crate::document::Kind;
use crate::extract::encoding::{decode_head, is_text};

/// Lines that are looked at to find a delimiter.
const LINES: usize = 200;
/// Delimiters of CSV; earlier ones win where two fit.
const DELIMITERS: &[char] = &['\t', ';', ','];

/// Roots of XML texts that are a kind of their own.
const ROOTS: &[(&str, Kind)] = &[("svg", Kind::Svg), ("html", Kind::Html)];

/// Media types that tell a flat `OpenDocument` file (1.3, part 3, 3.1.2).
const FLAT: &[(&str, Kind)] = &[
    ("application/vnd.oasis.opendocument.text", Kind::Odt),
    ("application/vnd.oasis.opendocument.spreadsheet", Kind::Ods),
    ("application/vnd.oasis.opendocument.presentation", Kind::Odp),
];

/// Tags that a web page without a doctype opens with.
const TAGS: &[&str] =
    &["!doctype html", "html", "head", "body", "title", "meta", "div", "table", "p", "h1", "span", "script", "style"];

/// Fields that a mail begins with (RFC 5322, 3.6) and that other texts hardly do.
const MAIL_FIELDS: &[&str] = &[
    "received",
    "return-path",
    "delivered-to",
    "message-id",
    "mime-version",
    "from",
    "to",
    "subject",
    "date",
    "cc",
    "bcc",
    "reply-to",
    "sender",
    "content-type",
    "dkim-signature",
    "authentication-results",
    "references",
    "in-reply-to",
    "x-mailer",
    "content-transfer-encoding",
    "list-id",
    "x-priority",
    "importance",
    "thread-topic",
    "thread-index",
    "user-agent",
];

/// The kind of a text; `None` when the bytes are no text.
pub(super) fn sniff(bytes: &[u8]) -> Option<Kind> {
    if !is_text(bytes) {
        return None;
    }
    let head = decode_head(bytes);
    let text = head.trim_start();
    let kind = markup(text).or_else(|| is_mail(text).then_some(Kind::Eml));
    Some(kind.unwrap_or_else(|| if delimiter(text).is_some() { Kind::Csv } else { Kind::Text }))
}

/// The character that parts the columns, when the lines agree on one.
///
/// At least two lines, nine in ten of them with as many columns as most have.
pub(in crate::extract) fn delimiter(text: &str) -> Option<char> {
    if let Some(named) = text.strip_prefix("sep=") {
        return named.chars().next();
    }
    DELIMITERS.iter().copied().find(|delimiter| parts_columns(text, *delimiter))
}

fn parts_columns(text: &str, delimiter: char) -> bool {
    let mut counts = Vec::new();
    let mut quoted = false;
    let mut here = 0;
    let mut spaced = 0;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => counts.push(std::mem::take(&mut here)),
            _ if c == delimiter && !quoted => {
                here += 1;
                spaced += usize::from(characters.peek() == Some(&' '));
            }
            _ => {}
        }
        if counts.len() == LINES {
            break;
        }
    }
    if here > 0 && counts.len() < LINES {
        counts.push(here);
    }
    agree(&counts, spaced)
}

/// Whether line counts of a delimiter are those of a table. A comma that is
/// mostly followed by a space is one of prose.
fn agree(counts: &[usize], spaced: usize) -> bool {
    let with_any: Vec<usize> = counts.iter().copied().filter(|count| *count > 0).collect();
    let total: usize = with_any.iter().sum();
    if with_any.len() < 2 || with_any.len() * 10 < counts.len() * 8 || spaced * 2 > total {
        return false;
    }
    let most_common = with_any.iter().max_by_key(|count| with_any.iter().filter(|c| c == count).count());
    let same = with_any.iter().filter(|count| Some(*count) == most_common).count();
    same * 10 >= with_any.len() * 9
}

fn markup(text: &str) -> Option<Kind> {
    if !text.starts_with('<') {
        return None;
    }
    let start: String = text.chars().take(4096).collect::<String>().to_lowercase();
    let is_xml = start.starts_with("<?xml");
    if memmem::find(start.as_bytes(), b"opendocument").is_some() {
        let flat = FLAT.iter().find(|(media, _)| start.contains(&format!("office:mimetype=\"{media}\"")));
        if let Some((_, kind)) = flat {
            return Some(*kind);
        }
    }
    let tag = first_tag(&start)?;
    let name = tag.split([' ', '\t', '\r', '\n', '>', '/']).next().unwrap_or_default();
    if is_xml && name != "!doctype" {
        let local = name.rsplit(':').next().unwrap_or_default();
        return ROOTS.iter().find(|(root, _)| *root == local).map(|(_, kind)| *kind);
    }
    if name == "svg" {
        return Some(Kind::Svg);
    }
    TAGS.iter()
        .any(|known| name == *known || tag.starts_with(&format!("{known} ")) || tag.starts_with(&format!("{known}>")))
        .then_some(Kind::Html)
}

/// What follows the first `<` that opens an element or a doctype of HTML.
fn first_tag(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let tag = &rest[rest.find('<')? + 1..];
        let other_doctype = tag.starts_with("!doctype") && !tag.starts_with("!doctype html");
        let end = match tag {
            _ if tag.starts_with("!--") => "-->",
            _ if tag.starts_with('?') || other_doctype => ">",
            _ => return Some(tag),
        };
        rest = tag.get(tag.find(end)? + end.len()..)?;
    }
}

/// Whether the text begins with the header of a mail: lines `Field: value`,
/// folded ones indented, until an empty line; two known fields at the least,
/// or one that only the mail system writes.
fn is_mail(text: &str) -> bool {
    // Unix mailboxes open a mail with a line of their own.
    let text = if text.starts_with("From ") { text.split_once('\n').map_or("", |(_, rest)| rest) } else { text };
    let mut known = Vec::new();
    for line in text.lines().take(60).take_while(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) && !known.is_empty() {
            continue;
        }
        let Some((field, _)) = line.split_once(':') else { return false };
        if field.is_empty() || !field.bytes().all(|b| b.is_ascii_graphic()) {
            return false;
        }
        let field = field.to_ascii_lowercase();
        known.extend(MAIL_FIELDS.iter().find(|name| **name == field));
    }
    let by_system = ["received", "return-path", "message-id", "mime-version", "delivered-to"];
    known.len() >= 3 || known.iter().any(|field| by_system.contains(field)) && known.len() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart() {
        for (text, kind) in [
            ("Hej på dig.\nVi ses, kanske.\n", Kind::Text),
            ("Hej Anna,\nVi ses, kanske, på torsdag.\nMvh, Bo\n", Kind::Text),
            ("namn;betyg\nAda;A\nBo;B\n", Kind::Csv),
            ("namn,betyg\nAda,A\nBo,B\n", Kind::Csv),
            ("namn\tbetyg\nAda\tA\n", Kind::Csv),
            ("sep=;\nAda;A\n", Kind::Csv),
            ("namn;\"text; med\nrad\"\nAda;\"x;y\"\n", Kind::Csv),
            ("namn;betyg\n", Kind::Text),
            ("# Rubrik\n\n| a | b |\n", Kind::Text),
            ("{\"a\": 1,\n \"b\": 2}\n", Kind::Text),
            ("<!DOCTYPE html>\n<html>", Kind::Html),
            ("\u{feff}  <!-- x --><HTML lang=sv>", Kind::Html),
            ("<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"x\">\n<html xmlns=\"y\">", Kind::Html),
            ("<?xml version=\"1.0\"?><svg:svg xmlns:svg=\"y\"/>", Kind::Svg),
            ("<svg xmlns=\"y\"/>", Kind::Svg),
            ("<?xml version=\"1.0\"?><note>hej</note>", Kind::Text),
            ("<b>obs</b> kom ihåg", Kind::Text),
            ("<office:document office:mimetype=\"application/vnd.oasis.opendocument.text\">opendocument", Kind::Odt),
            ("From: a@exempel.se\r\nTo: b@exempel.se\r\nSubject: Hej\r\n\r\nText", Kind::Eml),
            ("Received: from x\r\n by y\r\nMIME-Version: 1.0\r\n\r\n", Kind::Eml),
            ("Till: Anna\nFrom: Bo\nHej hej\n", Kind::Text),
            ("Date: 3 maj\nPlats: Alafors\n\nMöte", Kind::Text),
        ] {
            assert_eq!(sniff(text.as_bytes()), Some(kind), "{text}");
        }
        assert_eq!(sniff(b"\x00\x01\x02\x03\x04"), None);
    }
}
