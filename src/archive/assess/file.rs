//! One file's row: what its name, its bytes and its dates tell.

use jiff::Timestamp;

use super::super::check::{Examined, Read, Seen, What};
use super::super::finding::Finding;
use super::super::names;
use super::super::pdfa::Screen;
use super::super::survey::{Day, Survey};
use super::{Ai, Context, DiaryEntry, Row, add, ai, format, registry};
use crate::document::{Cause, Kind};
use crate::error::FileError;
use crate::report::escape::visible;

pub(super) fn row(seen: &Seen, context: &Context<'_>) -> Row {
    let path = visible(&seen.path);
    let mut row = Row {
        path: seen.path.clone(),
        format: None,
        format_name: String::new(),
        sha256: None,
        size: seen.stat.size,
        modified: Timestamp::from_nanosecond(i128::from(seen.stat.mtime_ns)).ok(),
        kind: Kind::Unknown,
        verdict: None,
        pdfa: None,
        verapdf: context.verapdf.get(&seen.path).copied().flatten(),
        inside: Vec::new(),
        findings: Vec::new(),
        diary: DiaryEntry::default(),
        ai: Ai::default(),
        same_as: None,
    };
    for code in names::faults(&seen.path) {
        add(&mut row.findings, code, None);
    }
    let survey = match &seen.read {
        Ok(read) => take_read(&mut row, &path, read, context),
        Err(error) => {
            add(&mut row.findings, code_of(error, seen.what), None);
            &Survey::default()
        }
    };
    dates(&mut row, survey, context.now);
    let official = seen.read.as_ref().ok().and_then(|read| read.examined.as_ref()).is_some_and(registry::is_official);
    registry::registry(&mut row, &path, survey, official, context);
    row
}

fn code_of(error: &FileError, what: What) -> &'static str {
    match (what, error) {
        (What::Link, _) => "link",
        (What::Folder, _) => "folder-unread",
        (_, FileError::Special) => "special-file",
        (_, FileError::Offline) => "offline",
        (_, FileError::Vanished) => "vanished",
        (_, FileError::Changed) => "changed-while-read",
        (_, FileError::Limit(_)) => "limit",
        _ => "unreadable",
    }
}

fn take_read<'r>(row: &mut Row, path: &str, read: &'r Read, context: &Context<'_>) -> &'r Survey {
    let survey = &read.survey;
    row.sha256 = Some(read.sha256.clone());
    row.size = read.size;
    row.pdfa.clone_from(&survey.pdfa);
    row.inside.clone_from(&survey.inside);
    if read.changed {
        add(&mut row.findings, "changed-while-read", None);
    }
    if read.size == 0 {
        add(&mut row.findings, "empty-file", None);
        return survey;
    }
    if let Some(examined) = &read.examined {
        row.kind = examined.kind;
        row.verdict = Some(examined.verdict);
        reading(&mut row.findings, examined);
        content(&mut row.findings, examined, survey);
    } else {
        add(&mut row.findings, "formats-only", None);
    }
    ai::take_ai(row, read, context);
    format::format(row, path, survey, context);
    pdfa(row, context);
    survey
}

/// What the reading itself tells.
fn reading(findings: &mut Vec<Finding>, examined: &Examined) {
    match examined.error.as_deref() {
        Some("encrypted") => add(findings, "encrypted", None),
        Some("corrupt") => add(findings, "broken", None),
        Some("limit:file") => add(findings, "too-large", None),
        Some("limit:wall" | "limit:cpu" | "limit:memory" | "limit:inflation" | "limit:depth" | "limit:count") => {
            add(findings, "limit", examined.error.clone());
        }
        Some("parser-failure" | "sandbox-violation" | "bad-reply") => add(findings, "reader-failed", None),
        Some("changed-while-read") => add(findings, "changed-while-read", None),
        Some("unsupported") => add(findings, "text-unread", None),
        Some(other) => add(findings, "partly-read", Some(other.to_owned())),
        None => {}
    }
    for cause in examined.gaps.iter().map(|gap| gap.cause) {
        match cause {
            Cause::EmbeddedEncrypted => add(findings, "encrypted", None),
            Cause::PartDamaged => add(findings, "broken", None),
            Cause::Limit if examined.error.is_none() => add(findings, "limit", None),
            Cause::ImageOnly | Cause::NoText => add(findings, "text-unread", None),
            Cause::Limit => {}
            _ => add(findings, "partly-read", None),
        }
    }
}

fn content(findings: &mut Vec<Finding>, examined: &Examined, survey: &Survey) {
    let facts = &examined.facts;
    let is_mail = matches!(examined.kind, Kind::Eml | Kind::Msg);
    let is_archive = matches!(examined.kind, Kind::Zip | Kind::Tar | Kind::Gzip);
    let inside = (!survey.inside.is_empty() || facts.attachments > 0) && !is_archive;
    let winmail = survey.inside.iter().any(|inside| {
        inside.name.to_lowercase().ends_with("winmail.dat") || inside.puids.iter().any(|puid| puid == TNEF)
    });
    let found = [
        ("restricted", facts.owner_encrypted),
        ("macros", facts.macros),
        ("active-content", facts.active_content),
        ("mail-attachments", inside && is_mail),
        ("embedded-files", inside && !is_mail),
        ("winmail", winmail),
        ("links-outside", survey.file_links > 0),
        ("links-web", survey.web_links > 0),
        ("tracked-changes", facts.tracked_changes > 0),
        ("comments", facts.comments > 0),
        ("draft", !survey.drafts.is_empty()),
    ];
    for (code, _) in found.into_iter().filter(|(_, is)| *is) {
        let detail = (code == "draft").then(|| survey.drafts.join(", "));
        add(findings, code, detail);
    }
}

/// Transport Neutral Encapsulation Format.
const TNEF: &str = "x-fmt/430";

fn pdfa(row: &mut Row, context: &Context<'_>) {
    if let Some(Screen { declared: Some(declared), passed: 0, .. }) = &row.pdfa {
        let detail = format!("PDF/A-{declared}");
        add(&mut row.findings, "pdfa-unscreened", Some(detail));
    }
    if let Some(screen) = &row.pdfa
        && !screen.findings.is_empty()
        && let Some(declared) = &screen.declared
    {
        let named = screen.findings.iter().map(|found| format!("{} {}", found.check, found.clause));
        let detail = format!("PDF/A-{declared}: {}", named.collect::<Vec<_>>().join(", "));
        add(&mut row.findings, "pdfa-findings", Some(detail));
    }
    let outside = row.pdfa.iter().flat_map(|screen| &screen.findings).any(|found| found.check == "font-embedded");
    if outside {
        add(&mut row.findings, "fonts-outside", None);
    }
    match context.verapdf.get(&row.path) {
        Some(Some(true)) => add(&mut row.findings, "verapdf-pass", None),
        Some(Some(false)) => add(&mut row.findings, "verapdf-fail", None),
        Some(None) => add(&mut row.findings, "verapdf-silent", None),
        None => {}
    }
}

/// Dates that cannot be true: of the future, before files had dates, changed before made.
fn dates(row: &mut Row, survey: &Survey, now: Timestamp) {
    let tomorrow = day_of(now.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap_or(now));
    let modified = row.modified.map(day_of);
    let first = (1980, 1, 2);
    let of_document = survey.created.into_iter().chain(survey.modified);
    let found = [
        ("date-future", modified.into_iter().chain(of_document).any(|day| day > tomorrow)),
        ("date-early", modified.is_some_and(|day| day < first) && row.sha256.is_some()),
        ("date-order", survey.created.zip(survey.modified).is_some_and(|(made, changed)| changed < made)),
    ];
    for (code, _) in found.into_iter().filter(|(_, is)| *is) {
        add(&mut row.findings, code, None);
    }
}

fn day_of(moment: Timestamp) -> Day {
    let day = moment.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    (day.year(), day.month(), day.day())
}
