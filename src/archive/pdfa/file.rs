//! What the bytes of the file must be: header, trailer, cross-reference table, strings, streams, objects.

use std::sync::LazyLock;

use lopdf::Object;
use memchr::memmem;
use regex::bytes::Regex;

use super::Context;

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a literal pattern")
}

/// `%PDF-1.n` (in part 1 any version) at the first byte, then a comment of at least four bytes above 127.
pub(super) fn header_holds(context: &Context) -> bool {
    static FIRST: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)\A%PDF-[0-9]\.[0-9](\r\n|\r|\n)%[\x80-\xff]{4}"));
    static LATER: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)\A%PDF-1\.[0-7](\r\n|\r|\n)%[\x80-\xff]{4}"));
    if context.is_first() { FIRST.is_match(context.bytes) } else { LATER.is_match(context.bytes) }
}

/// The trailer names the file with two identifiers.
pub(super) fn has_id(context: &Context) -> bool {
    let id = context.document.trailer.get(b"ID").and_then(Object::as_array);
    id.is_ok_and(|id| id.len() == 2 && id.iter().all(|part| part.as_str().is_ok_and(|part| !part.is_empty())))
        && (!context.is_first() || linearised_ids_agree(context.bytes))
}

/// A linearised file has two trailers, whose first identifier is the same (ISO 19005-1, 6.1.3).
fn linearised_ids_agree(bytes: &[u8]) -> bool {
    static ID: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)/ID\s*\[\s*<([0-9A-Fa-f\s]*)>"));
    let head = &bytes[..bytes.len().min(1_024)];
    if memmem::find(head, b"/Linearized").is_none() {
        return true;
    }
    let mut first = ID.captures_iter(bytes).map(|found| found[1].to_ascii_lowercase());
    let id = first.next();
    first.all(|other| Some(other) == id)
}

pub(super) fn is_plain(context: &Context) -> bool {
    !context.document.trailer.has(b"Encrypt") && !context.document.was_encrypted()
}

/// Nothing but one line end follows the last `%%EOF`.
pub(super) fn ends_at_marker(context: &Context) -> bool {
    let Some(at) = memmem::rfind(context.bytes, b"%%EOF") else { return false };
    matches!(&context.bytes[at + 5..], b"" | b"\n" | b"\r" | b"\r\n")
}

/// `xref`, one line end, then two numbers with one space between.
pub(super) fn xref_holds(context: &Context) -> bool {
    static TABLE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)(?:^|[\r\n])xref([^0-9]*)[0-9]+([^0-9]+)[0-9]+"));
    TABLE.captures_iter(context.bytes).all(|found| {
        let one_line_end = matches!(&found[1], b"\n" | b"\r" | b"\r\n");
        one_line_end && (!context.is_first() || &found[2] == b" ")
    })
}

pub(super) fn has_no_xref_stream(context: &Context) -> bool {
    // The reader takes the stream that it went by for itself.
    static XREF: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)/Type[ \t\r\n]*/XRef[^A-Za-z]"));
    context
        .document
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .all(|stream| !stream.dict.get(b"Type").is_ok_and(|kind| kind.as_name().is_ok_and(|name| name == b"XRef")))
        && !context.document.trailer.has(b"W")
        && !XREF.is_match(context.bytes)
}

/// Hexadecimal strings hold hexadecimal digits, an even number of them.
pub(super) fn hex_strings_hold(context: &Context) -> bool {
    let mut holds = !context.used.wrong_hex;
    outside_streams(context.bytes, |part| holds &= hex_in(&without_unused(context, part)));
    holds
}

/// A part of the file without the objects that no table leads to: they are not of the document.
fn without_unused(context: &Context, part: &[u8]) -> Vec<u8> {
    static OBJECT: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?s-u)\b([0-9]{1,10})[ \t\r\n]+([0-9]{1,5})[ \t\r\n]+obj(.*?)endobj"));
    let number = |bytes: &[u8]| std::str::from_utf8(bytes).ok().and_then(|text| text.parse::<u32>().ok());
    let is_used = |found: &regex::bytes::Captures<'_>| {
        let generation = number(&found[2]).and_then(|generation| u16::try_from(generation).ok());
        number(&found[1]).zip(generation).is_none_or(|id| context.document.objects.contains_key(&id))
    };
    let kept = |found: &regex::bytes::Captures<'_>| if is_used(found) { found[0].to_vec() } else { Vec::new() };
    OBJECT.replace_all(part, kept).into_owned()
}

pub(super) fn hex_in(part: &[u8]) -> bool {
    let mut at = 0;
    while let Some(byte) = part.get(at) {
        match byte {
            b'(' => at = after_literal(part, at),
            b'%' => at += memchr::memchr2(b'\n', b'\r', &part[at..]).unwrap_or(part.len() - at),
            b'<' if part.get(at + 1) == Some(&b'<') => at += 2,
            b'<' => {
                let Some(end) = memchr::memchr(b'>', &part[at..]) else { return false };
                let digits = part[at + 1..at + end].iter().filter(|byte| !is_space(**byte));
                if !digits.clone().all(u8::is_ascii_hexdigit) || digits.count() % 2 == 1 {
                    return false;
                }
                at += end + 1;
            }
            _ => at += 1,
        }
    }
    true
}

/// Where a literal string that opens at `at` has closed.
fn after_literal(part: &[u8], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(byte) = part.get(at) {
        match byte {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    at
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 0x0c)
}

/// Hands over the parts of the file between streams.
fn outside_streams(bytes: &[u8], mut look: impl FnMut(&[u8])) {
    let mut from = 0;
    while let Some(start) = next_stream(bytes, from) {
        look(&bytes[from..start]);
        from = memmem::find(&bytes[start..], b"endstream").map_or(bytes.len(), |at| start + at + 9);
    }
    look(&bytes[from..]);
}

/// Where the next `stream` keyword stands: after a dictionary, not in a text.
fn next_stream(bytes: &[u8], from: usize) -> Option<usize> {
    static KEYWORD: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)>>[ \t\r\n\x00\x0c]*stream"));
    Some(KEYWORD.find_at(bytes, from)?.end() - 6)
}

/// `stream` ends its line as it must, `endstream` begins one, and `Length` is the bytes between.
pub(super) fn stream_keywords_hold(context: &Context) -> bool {
    static HEAD: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?-u)/Length[ \r\n]+([0-9]+)(?:[ \r\n]+([0-9]+)[ \r\n]+R)?"));
    let bytes = context.bytes;
    let mut from = 0;
    while let Some(start) = next_stream(bytes, from) {
        let body = match &bytes[start + 6..] {
            [b'\r', b'\n', ..] => start + 8,
            [b'\n', ..] => start + 7,
            _ => return false,
        };
        let Some(end) = memmem::find(&bytes[body..], b"endstream").map(|at| body + at) else { return false };
        let head = &bytes[from..start];
        let length = HEAD.captures_iter(head).last().and_then(|found| length(context, &found));
        if let Some(length) = length
            && !ends_after(&bytes[body..end], length)
        {
            return false;
        }
        from = end + 9;
    }
    true
}

fn length(context: &Context, found: &regex::bytes::Captures<'_>) -> Option<usize> {
    let number = |at| std::str::from_utf8(found.get(at)?.as_bytes()).ok()?.parse::<u32>().ok();
    let first = number(1)?;
    if found.get(2).is_none() {
        return usize::try_from(first).ok();
    }
    let id = (first, u16::try_from(number(2)?).ok()?);
    usize::try_from(context.document.objects.get(&id)?.as_i64().ok()?).ok()
}

/// The data is `length` bytes and then one line end.
fn ends_after(data: &[u8], length: usize) -> bool {
    // An `endstream` inside binary data ends the search early; the length then says more than is there.
    length > data.len() && data.len() > 64 || matches!(data.get(length..), Some(b"\n" | b"\r" | b"\r\n"))
}

/// `N G obj` and `endobj` stand on lines of their own with single spaces.
pub(super) fn objects_hold(context: &Context) -> bool {
    static HEAD: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?s-u)(.?)\b[0-9]+([ \t\r\n\x00\x0c]+)[0-9]+([ \t\r\n\x00\x0c]+)obj(.)"));
    static END: LazyLock<Regex> = LazyLock::new(|| regex(r"(?s-u)(.)endobj(.)"));
    let line_end = |part: &[u8]| part.is_empty() || matches!(part, b"\n" | b"\r");
    let mut holds = true;
    outside_streams(context.bytes, |part| {
        let body = part.strip_suffix(b"\n").unwrap_or(part);
        holds &= heads(&HEAD, body) && END.captures_iter(body).all(|found| line_end(&found[1]) && line_end(&found[2]));
    });
    holds
}

fn heads(head: &Regex, part: &[u8]) -> bool {
    head.captures_iter(part)
        .all(|found| found[2].len() == 1 && found[3].len() == 1 && matches!(&found[4], b"\n" | b"\r"))
}
