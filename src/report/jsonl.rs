//! One JSON object a line: the whole record of each file, for programs.

use std::io::{self, Write as _};

use serde::Serialize;

use super::escape::visible;
use super::{Head, Out, Row, Totals, Writer};
use crate::record::{Record, Verdict};

/// Begins a report of one line a file.
pub(super) fn open<'a>(head: &'a Head, out: Out<'a>) -> io::Result<Box<dyn Writer + 'a>> {
    Ok(Box::new(Lines { head, out }))
}

struct Lines<'a> {
    head: &'a Head,
    out: Out<'a>,
}

impl Writer for Lines<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &Line::of(self.head, row))?;
        self.out.write_all(b"\n")
    }

    fn finish(mut self: Box<Self>, _: &Totals) -> io::Result<()> {
        self.out.flush()
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
        Self {
            root: head.roots.get(row.root).map_or("", |root| root.name.as_str()),
            path: visible(&row.path),
            owner: row.owner.as_deref(),
            change: row.change.id(),
            previous: row.previous,
            modified: row.modified.map(|moment| moment.to_string()),
            first_seen: row.first_seen.map(|moment| moment.to_string()),
            record: &row.record,
        }
    }
}
