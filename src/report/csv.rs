//! Comma-separated values as Swedish Excel opens them: `;` between columns, a
//! byte order mark, CRLF, and no cell that can run as a formula.

use std::io::{self, Write};

use jiff::Timestamp;

use super::escape::visible;
use super::words::{self, Bilingual};
use super::{Head, Report, Row, Totals};

/// The heading; then one line a file.
pub(super) fn begin<'a>(head: &'a Head, out: &'a mut dyn Write) -> io::Result<Box<dyn Report + 'a>> {
    let mut csv = Csv { head, out, line: String::new() };
    csv.out.write_all("\u{feff}".as_bytes())?;
    csv.line(|head, (title, _)| title.get(head.lang).to_owned())?;
    Ok(Box::new(csv))
}

struct Csv<'a> {
    head: &'a Head,
    out: &'a mut dyn Write,
    line: String,
}

impl Report for Csv<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.line(|head, (_, value)| value(head, row))
    }

    fn end(self: Box<Self>, _: &Totals) -> io::Result<()> {
        Ok(())
    }
}

impl Csv<'_> {
    fn line(&mut self, cell: impl Fn(&Head, &Column) -> String) -> io::Result<()> {
        self.line.clear();
        for (index, column) in COLUMNS.iter().enumerate() {
            if index > 0 {
                self.line.push(';');
            }
            push_quoted(&mut self.line, &cell(self.head, column));
        }
        self.line.push_str("\r\n");
        self.out.write_all(self.line.as_bytes())
    }
}

type Column = (Bilingual, fn(&Head, &Row) -> String);

/// Every column, in order: its title and what stands in it.
const COLUMNS: &[Column] = &[
    (words::words("Rot", "Root"), |head, row| head.roots.get(row.root).map_or_else(String::new, |r| r.name.clone())),
    (words::words("Mapp", "Folder"), |_, row| visible(row.split().0)),
    (words::words("Fil", "File"), |_, row| visible(row.split().1)),
    (words::words("Ägare", "Owner"), |_, row| row.owner.clone().unwrap_or_default()),
    (words::words("Bedömning", "Verdict"), |head, row| words::verdict(row.record.verdict).get(head.lang).to_owned()),
    (words::words("Kod", "Code"), |_, row| row.record.verdict.id().to_owned()),
    (words::words("Skäl", "Reasons"), reasons),
    (words::words("Fynd", "Findings"), findings),
    (words::words("Personer", "Persons"), |_, row| row.record.persons.to_string()),
    (words::words("Sedan förra körningen", "Since last run"), |head, row| {
        row.change.words().get(head.lang).to_owned()
    }),
    (words::words("Tidigare bedömning", "Verdict before"), |head, row| {
        row.previous.map_or_else(String::new, |before| words::verdict(before).get(head.lang).to_owned())
    }),
    (words::words("Läsning", "Reading"), |head, row| words::status(row.record.status).get(head.lang).to_owned()),
    (words::words("Inte läst", "Not read"), unread),
    (words::words("Att göra", "To do"), to_do),
    (words::words("Flaggor", "Flags"), flags),
    (words::words("Filslag", "Kind"), |head, row| words::kind(row.record.kind, head.lang).to_owned()),
    (words::words("Storlek (byte)", "Size (bytes)"), |_, row| row.record.size.to_string()),
    (words::words("Ändrad", "Modified"), |head, row| second(head, row.modified)),
    (words::words("Först sedd", "First seen"), |head, row| second(head, row.first_seen)),
    (words::words("PDF/A enligt filen", "Declared PDF/A"), |_, row| {
        row.record.facts.declares_pdfa.clone().unwrap_or_default()
    }),
    (words::words("SHA-256", "SHA-256"), |_, row| row.record.sha256.clone().unwrap_or_default()),
];

fn reasons(head: &Head, row: &Row) -> String {
    join(row.record.reasons.iter().map(|reason| head.guideline.title(&reason.rule).to_owned()))
}

/// How many of each entity: `personnummer 3, e-postadress 1`.
fn findings(head: &Head, row: &Row) -> String {
    join(row.record.counts.iter().map(|(entity, count)| format!("{} {count}", words::entity(*entity, head.lang))))
}

fn unread(head: &Head, row: &Row) -> String {
    join(advice(row).map(|advice| advice.what.get(head.lang).to_owned()))
}

fn to_do(head: &Head, row: &Row) -> String {
    let remedies = row.record.reasons.iter().filter_map(|reason| head.guideline.rule(&reason.rule));
    let remedies = remedies.map(|rule| rule.remedy.clone());
    let mut steps: Vec<String> = remedies.chain(advice(row).map(|a| a.todo.get(head.lang).to_owned())).collect();
    steps.dedup();
    steps.join(" ")
}

fn flags(head: &Head, row: &Row) -> String {
    join(row.flags().map(|id| head.flag(id).to_owned()))
}

/// What is known of everything that was not read in the file.
fn advice(row: &Row) -> impl Iterator<Item = words::Advice> {
    let error = row.record.error.as_deref().and_then(words::error);
    error.into_iter().chain(super::causes(&row.record.gaps).into_keys().map(words::cause))
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// A moment as Excel reads it: `2026-11-24 02:00:00` in the report's zone.
fn second(head: &Head, moment: Option<Timestamp>) -> String {
    let zoned = moment.map(|moment| moment.to_zoned_datetime(head.zone.clone()));
    zoned.map_or_else(String::new, |moment| moment.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

/// A cell that is text wherever it is opened.
///
/// Excel and `LibreOffice` run a cell that begins with one of these as a formula,
/// also when it is quoted; an apostrophe in front makes it text (OWASP, "CSV
/// Injection"). The full-width signs count in Asian editions.
fn push_quoted(line: &mut String, cell: &str) {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let breaks = |byte: u8| matches!(byte, b';' | b',' | b'"' | b'\n' | b'\r' | b'\t' | b'\'');
    if !runs && !cell.bytes().any(breaks) && !cell.starts_with(' ') && !cell.ends_with(' ') {
        line.push_str(cell);
        return;
    }
    line.push_str(if runs { "\"'" } else { "\"" });
    line.push_str(&cell.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_runs_or_breaks_out() {
        for (cell, written) in [
            ("Protokoll.pdf", "Protokoll.pdf"),
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+46", "\"'+46\""),
            ("-1", "\"'-1\""),
            ("@sum", "\"'@sum\""),
            ("\tx", "\"'\tx\""),
            ("a;b", "\"a;b\""),
            ("\"", "\"\"\"\""),
            ("＝1", "\"'＝1\""),
            ("", ""),
        ] {
            let mut line = String::new();
            push_quoted(&mut line, cell);
            assert_eq!(line, written);
        }
    }
}
