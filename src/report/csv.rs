//! Comma-separated values as Swedish Excel opens them: `;` between columns, a
//! byte order mark, CRLF, and no cell that can run as a formula.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use super::columns::{COLUMNS, Cell};
use super::{Head, Out, Report, Row, Totals, local};

/// Begins a report of one line a file.
pub(super) fn begin<'a>(head: &'a Head, mut out: Out<'a>) -> io::Result<Box<dyn Report + 'a>> {
    let titles = COLUMNS.iter().map(|column| Cell::Text(column.title.get(head.lang).into()));
    let mut line = "\u{feff}".to_owned();
    cells(head, titles, &mut line);
    out.write_all(line.as_bytes())?;
    Ok(Box::new(Csv { head, out, line }))
}

struct Csv<'a> {
    head: &'a Head,
    out: Out<'a>,
    line: String,
}

impl Report for Csv<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        self.line.clear();
        cells(self.head, COLUMNS.iter().map(|column| (column.cell)(self.head, row)), &mut self.line);
        self.out.write_all(self.line.as_bytes())
    }

    fn end(mut self: Box<Self>, _: &Totals) -> io::Result<()> {
        self.out.flush()
    }
}

fn cells<'a>(head: &Head, cells: impl Iterator<Item = Cell<'a>>, line: &mut String) {
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            line.push(';');
        }
        // Writing to a string does not fail.
        let _ = match cell {
            Cell::Text(text) => {
                push_quoted(line, &text);
                Ok(())
            }
            Cell::Number(number) => write!(line, "{number}"),
            Cell::Moment(moment) => {
                let at = local(head, moment);
                let (date, time) = (at.date(), at.time());
                write!(line, "{date} {:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
            }
            Cell::Empty => Ok(()),
        };
    }
    line.push_str("\r\n");
}

/// A cell that is text wherever it is opened.
///
/// Excel and `LibreOffice` run a cell that begins with one of these as a formula,
/// also when it is quoted; an apostrophe in front makes it text (OWASP, "CSV
/// Injection"). The full-width signs count in Asian editions.
pub(crate) fn push_quoted(line: &mut String, cell: &str) {
    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let breaks = |byte| matches!(byte, b';' | b',' | b'"' | b'\n' | b'\r' | b'\t' | b'\'');
    if !runs && !cell.bytes().any(breaks) && !cell.starts_with(' ') && !cell.ends_with(' ') {
        return line.push_str(cell);
    }
    line.push_str(if runs { "\"'" } else { "\"" });
    for (index, part) in cell.split('"').enumerate() {
        line.push_str(if index == 0 { "" } else { "\"\"" });
        line.push_str(part);
    }
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
