//! One JSON object a line: the whole record of each file, for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::visible;
use super::{Change, Head, Report, Row, Totals};
use crate::record::{Record, Verdict};

/// Nothing stands before the first file; then one line a file.
#[expect(clippy::unnecessary_wraps, reason = "as every format begins")]
pub(super) fn begin<'a>(head: &'a Head, out: &'a mut dyn Write) -> io::Result<Box<dyn Report + 'a>> {
    Ok(Box::new(Lines { head, out }))
}

struct Lines<'a> {
    head: &'a Head,
    out: &'a mut dyn Write,
}

impl Report for Lines<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut *self.out, &Line::of(self.head, row))?;
        self.out.write_all(b"\n")
    }

    fn end(self: Box<Self>, _: &Totals) -> io::Result<()> {
        Ok(())
    }
}

/// A row as it stands in the file; the record's own fields follow.
#[derive(Serialize)]
struct Line<'a> {
    root: &'a str,
    /// As [`visible`] shows it: every name fits in JSON and can be turned back.
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(flatten)]
    record: &'a Record,
}

impl<'a> Line<'a> {
    fn of(head: &'a Head, row: &'a Row) -> Self {
        let change = match row.change {
            Change::Same => "same",
            Change::New => "new",
            Change::Changed => "changed",
            Change::Gone => "gone",
        };
        Self {
            root: head.roots.get(row.root).map_or("", |root| root.name.as_str()),
            path: visible(&row.path),
            owner: row.owner.as_deref(),
            change,
            previous: row.previous,
            modified: row.modified.map(|moment| moment.to_string()),
            first_seen: row.first_seen.map(|moment| moment.to_string()),
            record: &row.record,
        }
    }
}
