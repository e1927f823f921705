//! One JSON object a line: every file with everything found, for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::super::assess::{Ai, Assessment, DiaryEntry, Row};
use super::super::finding::Finding;
use super::super::pdfa::ScreenFinding;
use super::super::puid::Basis;
use super::super::survey::Inside;
use super::{Head, Summary};
use crate::document::Kind;
use crate::record::Verdict;
use crate::report::escape::visible;

pub(super) fn write(
    head: &Head<'_>,
    assessment: &Assessment,
    _summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    rows(head, assessment, out)
}

/// Writes a line a file, and then a line each for what is no file's.
pub(super) fn rows(_head: &Head<'_>, assessment: &Assessment, out: &mut dyn Write) -> io::Result<()> {
    for row in &assessment.rows {
        serde_json::to_writer(&mut *out, &Line::of(row, &assessment.rows))?;
        out.write_all(b"\n")?;
    }
    for beside in &assessment.beside {
        serde_json::to_writer(&mut *out, &Other { about: &beside.about, findings: [&beside.finding] })?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'a> {
    /// As [`visible`] shows it: every name fits in JSON and can be turned back.
    path: String,
    puid: Option<String>,
    format: &'a str,
    basis: Option<Basis>,
    sha256: Option<&'a str>,
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    pdfa: Option<Pdfa<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    inside: &'a [Inside],
    findings: &'a [Finding],
    diary: &'a DiaryEntry,
    ai: &'a Ai,
    #[serde(skip_serializing_if = "Option::is_none")]
    same_as: Option<String>,
}

#[derive(Serialize)]
struct Pdfa<'a> {
    declared: Option<&'a str>,
    passed: u32,
    findings: &'a [ScreenFinding],
    #[serde(skip_serializing_if = "Option::is_none")]
    verapdf: Option<bool>,
}

#[derive(Serialize)]
struct Other<'a> {
    about: &'a str,
    findings: [&'a Finding; 1],
}

impl<'a> Line<'a> {
    fn of(row: &'a Row, rows: &[Row]) -> Self {
        Self {
            path: visible(&row.path),
            puid: super::puid(row),
            format: &row.format_name,
            basis: row.format.as_ref().map(|format| format.basis),
            sha256: row.sha256.as_deref(),
            size: row.size,
            modified: row.modified.map(|moment| moment.to_string()),
            kind: row.kind,
            verdict: row.verdict,
            pdfa: row.pdfa.as_ref().map(|screen| Pdfa {
                declared: screen.declared.as_deref(),
                passed: screen.passed,
                findings: &screen.findings,
                verapdf: row.verapdf,
            }),
            inside: &row.inside,
            findings: &row.findings,
            diary: &row.diary,
            ai: &row.ai,
            same_as: row.same_as.and_then(|other| rows.get(other)).map(|other| visible(&other.path)),
        }
    }
}
