//! One JSON object a line: the whole record of each file, for programs.

use std::io::{self, Write as _};

use serde::Serialize;

use super::escape::visible;
use super::{Head, Out, Report, Row, Totals};
use crate::decision::Decision;
use crate::record::{Record, Verdict};

/// Begins a report of one line a file.
pub(super) fn begin<'a>(head: &'a Head, out: Out<'a>) -> io::Result<Box<dyn Report + 'a>> {
    Ok(Box::new(Lines { head, out }))
}

struct Lines<'a> {
    head: &'a Head,
    out: Out<'a>,
}

impl Report for Lines<'_> {
    fn row(&mut self, row: &Row) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, &Line::of(self.head, row))?;
        self.out.write_all(b"\n")
    }

    fn end(mut self: Box<Self>, _: &Totals) -> io::Result<()> {
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
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<Decided<'a>>,
    #[serde(flatten)]
    record: &'a Record,
}

/// What a person decided.
#[derive(Serialize)]
struct Decided<'a> {
    verdict: Verdict,
    by: &'a str,
    why: &'a str,
    made: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    standing: &'static str,
}

impl<'a> Decided<'a> {
    fn of(decision: &'a Decision) -> Self {
        let Decision { verdict, by, why, made, until, standing, .. } = decision;
        let until = until.map(|day| day.to_string());
        Self { verdict: *verdict, by, why, made: made.to_string(), until, standing: standing.id() }
    }
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
            decision: row.decision.as_ref().map(Decided::of),
            record: &row.record,
        }
    }
}
