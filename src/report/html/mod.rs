//! The report as one page that loads nothing: what the security officer opens
//! in the morning.
//!
//! `page.html` has slots in the order they are filled. The files come first, as
//! a data island, so that everything counted on the way can stand as plain HTML
//! below: only the list of files needs the script.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::escape::Html;
use super::words;
use super::{Head, Out, Report, Row, Totals};

mod island;
mod overview;
mod reference;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Begins the page, up to its first file.
pub(super) fn begin<'a>(head: &'a Head, out: Out<'a>) -> io::Result<Box<dyn Report + 'a>> {
    let mut page = Page { head, out, rest: PAGE, rows: island::Rows::default() };
    page.write_until_rows(&Totals::default())?;
    Ok(Box::new(page))
}

struct Page<'a> {
    head: &'a Head,
    out: Out<'a>,
    /// What is left of the page's frame.
    rest: &'static str,
    rows: island::Rows,
}

impl Page<'_> {
    /// Fills slots up to where the files stand, or to the end.
    fn write_until_rows(&mut self, totals: &Totals) -> io::Result<()> {
        while let Some((before, after)) = self.rest.split_once("{{") {
            self.out.write_all(before.as_bytes())?;
            let (slot, after) = after.split_once("}}").unwrap_or((after, ""));
            self.rest = after;
            match slot {
                "rows" => return Ok(()),
                "tables" => self.rows.write_tables(self.head, &mut self.out)?,
                _ => fill(slot, self.head, totals, &mut self.out)?,
            }
        }
        self.out.write_all(self.rest.as_bytes())
    }
}

impl Report for Page<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.out.write_all(self.rows.row(row, self.head.lang).as_bytes())
    }

    fn end(mut self: Box<Self>, totals: &Totals) -> io::Result<()> {
        self.write_until_rows(totals)?;
        self.out.flush()
    }
}

fn fill(slot: &str, head: &Head, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
    match slot {
        "policy" => out.write_all(content_security_policy().as_bytes()),
        "version" => write!(out, "{}", Html(&head.version)),
        "style" => out.write_all(STYLE.as_bytes()),
        "script" => out.write_all(SCRIPT.as_bytes()),
        "about" => overview::about(head, out),
        "verdicts" => overview::verdicts(head, totals, out),
        "changes" => overview::changes(head, totals, out),
        "steps" => overview::steps(head, totals, out),
        "coverage" => overview::coverage(head, totals, out),
        "roots" => overview::roots(head, totals, out),
        "worst" => overview::worst_folders(head, totals, out),
        "causes" => overview::causes(head, totals, out),
        "archive.table" => reference::archive(head, totals, out),
        "meanings" => reference::meanings(head, out),
        "rules.list" => reference::rules(head, totals, out),
        key => write!(out, "{}", Html(word(head, key))),
    }
}

/// The page's word for `key`, or the key itself, which a test forbids.
fn word<'a>(head: &Head, key: &'a str) -> &'a str {
    words::page(key, head.lang).unwrap_or(key)
}

/// Nothing may load or run but this page's own style and script.
fn content_security_policy() -> String {
    let (style, script) = (integrity(STYLE), integrity(SCRIPT));
    format!("default-src 'none'; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'")
}

/// The hash of an inline element as CSP level 3 writes it.
pub(crate) fn integrity(source: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(source.as_bytes())))
}

/// RFC 4648 base64, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let value = (word >> (18 - 6 * digit) & 63) as usize;
            encoded.push(if digit <= chunk.len() { char::from(ALPHABET[value]) } else { '=' });
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Language;

    #[test]
    fn hashes_as_browsers_do() {
        for (bytes, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(bytes.as_bytes()), encoded);
        }
    }

    #[test]
    fn every_word_of_the_page_exists() {
        let filled = [
            "rows",
            "tables",
            "policy",
            "version",
            "style",
            "script",
            "about",
            "verdicts",
            "changes",
            "steps",
            "coverage",
            "roots",
            "worst",
            "causes",
            "archive.table",
            "meanings",
            "rules.list",
        ];
        for slot in PAGE.split("{{").skip(1).filter_map(|part| part.split_once("}}")).map(|(slot, _)| slot) {
            assert!(filled.contains(&slot) || words::page(slot, Language::English).is_some(), "{slot}");
        }
        for key in SCRIPT.split("say.").skip(1) {
            let key: String = key.chars().take_while(char::is_ascii_alphanumeric).collect();
            assert!(words::page(&format!("js.{key}"), Language::English).is_some(), "{key}");
        }
    }

    #[test]
    fn the_page_refers_to_nothing_outside() {
        for source in [PAGE, STYLE, SCRIPT] {
            for reference in ["http:", "https:", "//cdn", "@import", "url(", "src=", "innerHTML", "eval("] {
                assert!(!source.contains(reference), "{reference}");
            }
        }
    }
}
