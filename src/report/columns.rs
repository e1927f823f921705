//! The columns that spreadsheets show of a file: one table for every format of them.

use std::borrow::Cow;

use jiff::Timestamp;

use super::escape::shown;
use super::words::{self, Bilingual};
use super::{Head, Row};
use crate::decision::Decision;

/// What stands in a column of a file.
pub(super) enum Cell<'a> {
    /// Words, already safe to show.
    Text(Cow<'a, str>),
    /// A count.
    Number(u64),
    /// A moment, shown on the clocks of the report's zone.
    Moment(Timestamp),
    /// Nothing.
    Empty,
}

/// A column: its title, how wide it is in characters, and what stands in it.
pub(super) struct Column {
    pub title: Bilingual,
    pub width: u8,
    pub cell: for<'a> fn(&'a Head, &'a Row) -> Cell<'a>,
}

const fn column(
    sv: &'static str,
    en: &'static str,
    width: u8,
    cell: for<'a> fn(&'a Head, &'a Row) -> Cell<'a>,
) -> Column {
    Column { title: words::words(sv, en), width, cell }
}

/// Everything that is known of a file, in order.
pub(super) const COLUMNS: &[Column] = &[
    column("Rot", "Root", 14, root),
    column("Mapp", "Folder", 32, folder),
    column("Fil", "File", 40, file),
    column("Ägare", "Owner", 22, owner),
    column("Bedömning", "Verdict", 24, verdict),
    column("Kod", "Code", 12, |_, row| said(row.record.verdict.id())),
    Column {
        title: words::DECISION[0],
        width: 24,
        cell: |head, row| {
            holding(row).map_or(Cell::Empty, |decision| said(words::verdict(decision.verdict).get(head.lang)))
        },
    },
    Column {
        title: words::DECISION[1],
        width: 18,
        cell: |_, row| optional(holding(row).map(|decision| decision.by.as_str())),
    },
    Column {
        title: words::DECISION[2],
        width: 30,
        cell: |_, row| optional(holding(row).map(|decision| decision.why.as_str())),
    },
    Column {
        title: words::DECISION[3],
        width: 12,
        cell: |_, row| {
            holding(row)
                .and_then(|decision| decision.until)
                .map_or(Cell::Empty, |day| Cell::Text(day.to_string().into()))
        },
    },
    column("Tidigare beslut", "Lapsed decision", 24, lapsed),
    column("Skäl", "Reasons", 36, |head, row| {
        joined(row.record.reasons.iter().map(|reason| head.guideline.title(&reason.rule).into()))
    }),
    column("Fynd", "Findings", 36, findings),
    column("Personer", "Persons", 9, |_, row| Cell::Number(row.record.persons.into())),
    column("Sedan förra körningen", "Since last run", 14, |head, row| said(row.change.words().get(head.lang))),
    column("Tidigare bedömning", "Verdict before", 18, |head, row| {
        row.previous.map_or(Cell::Empty, |before| said(words::verdict(before).get(head.lang)))
    }),
    column("Läsning", "Reading", 18, |head, row| said(words::status(row.record.status).get(head.lang))),
    column("Inte läst", "Not read", 28, |head, row| {
        joined(advice(row).map(|advice| advice.what.get(head.lang).into()))
    }),
    column("Att göra", "To do", 50, to_do),
    column("Flaggor", "Flags", 36, |head, row| joined(row.flags().map(|id| head.flag(id).into()))),
    column("Filslag", "Kind", 16, kind),
    column("Storlek (byte)", "Size (bytes)", 13, size),
    column("Ändrad", "Modified", 17, modified),
    column("Först sedd", "First seen", 17, |_, row| moment(row.first_seen)),
    column("PDF/A enligt filen", "Declared PDF/A", 10, pdfa),
    column("SHA-256", "SHA-256", 20, hash),
];

/// What an archivist asks of a file; the flags of [`words::ARCHIVE`] follow, a column each.
pub(super) const ARCHIVE: &[Column] = &[
    column("Rot", "Root", 14, root),
    column("Mapp", "Folder", 32, folder),
    column("Fil", "File", 40, file),
    column("Ägare", "Owner", 22, owner),
    column("Filslag", "Kind", 16, kind),
    column("Bedömning", "Verdict", 24, verdict),
    column("Ändrad", "Modified", 17, modified),
    column("Storlek (byte)", "Size (bytes)", 13, size),
    column("PDF/A enligt filen", "Declared PDF/A", 10, pdfa),
    column("SHA-256", "SHA-256", 20, hash),
];

fn root<'a>(head: &'a Head, row: &'a Row) -> Cell<'a> {
    head.roots.get(row.root).map_or(Cell::Empty, |root| Cell::Text(shown(root.name.as_bytes())))
}

fn folder<'a>(_: &'a Head, row: &'a Row) -> Cell<'a> {
    Cell::Text(shown(row.split().0))
}

fn file<'a>(_: &'a Head, row: &'a Row) -> Cell<'a> {
    Cell::Text(shown(row.split().1))
}

fn owner<'a>(_: &'a Head, row: &'a Row) -> Cell<'a> {
    optional(row.owner.as_deref())
}

fn verdict<'a>(head: &'a Head, row: &'a Row) -> Cell<'a> {
    said(words::verdict(row.record.verdict).get(head.lang))
}

/// The decision that speaks about the file as it is now.
fn holding(row: &Row) -> Option<&Decision> {
    row.decision.as_ref().filter(|decision| decision.standing.holds())
}

/// A decision that no longer holds, and why. It has a column of its own, so that
/// a spreadsheet that is read back renews none by mistake.
fn lapsed<'a>(head: &'a Head, row: &'a Row) -> Cell<'a> {
    let Some(decision) = row.decision.as_ref().filter(|decision| !decision.standing.holds()) else {
        return Cell::Empty;
    };
    let (verdict, standing) = (words::verdict(decision.verdict), words::standing(decision.standing));
    Cell::Text(format!("{} ({})", verdict.get(head.lang), standing.get(head.lang)).into())
}

/// How many of each entity: `personnummer 3, e-postadress 1`.
fn findings<'a>(head: &'a Head, row: &'a Row) -> Cell<'a> {
    let counts = row.record.counts.iter();
    joined(counts.map(|(entity, count)| format!("{} {count}", words::entity(*entity, head.lang)).into()))
}

fn to_do<'a>(head: &'a Head, row: &'a Row) -> Cell<'a> {
    let rules = row.record.reasons.iter().filter_map(|reason| head.guideline.rule(&reason.rule));
    let mut steps: Vec<&str> = Vec::new();
    for step in rules.map(|rule| rule.remedy.as_str()).chain(advice(row).map(|advice| advice.todo.get(head.lang))) {
        if !step.is_empty() && !steps.contains(&step) {
            steps.push(step);
        }
    }
    match steps[..] {
        [] => Cell::Empty,
        [step] => said(step),
        _ => Cell::Text(steps.join(" ").into()),
    }
}

fn kind<'a>(head: &'a Head, row: &'a Row) -> Cell<'a> {
    said(words::kind(row.record.kind, head.lang))
}

fn size<'a>(_: &'a Head, row: &'a Row) -> Cell<'a> {
    Cell::Number(row.record.size)
}

fn modified<'a>(_: &'a Head, row: &'a Row) -> Cell<'a> {
    moment(row.modified)
}

fn pdfa<'a>(_: &'a Head, row: &'a Row) -> Cell<'a> {
    optional(row.record.facts.declares_pdfa.as_deref())
}

fn hash<'a>(_: &'a Head, row: &'a Row) -> Cell<'a> {
    optional(row.record.sha256.as_deref())
}

/// What is known of everything that was not read in the file.
fn advice(row: &Row) -> impl Iterator<Item = words::Advice> {
    let error = row.record.error.as_deref().and_then(words::error);
    error.into_iter().chain(super::causes(&row.record.gaps).into_keys().map(words::cause))
}

fn said(words: &str) -> Cell<'_> {
    Cell::Text(words.into())
}

fn optional(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Empty, |text| Cell::Text(shown(text.as_bytes())))
}

fn moment<'a>(moment: Option<Timestamp>) -> Cell<'a> {
    moment.map_or(Cell::Empty, Cell::Moment)
}

fn joined<'a>(mut parts: impl Iterator<Item = Cow<'a, str>>) -> Cell<'a> {
    let Some(mut all) = parts.next() else { return Cell::Empty };
    for part in parts {
        let all = all.to_mut();
        all.push_str(", ");
        all.push_str(&part);
    }
    Cell::Text(all)
}
