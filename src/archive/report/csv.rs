//! A row a file, as Swedish Excel opens it; see the scan's own table for how cells are kept from running.

use std::io::{self, Write};

use super::super::assess::{Assessment, Row};
use super::super::finding::Level;
use super::super::{codes, pdfa};
use super::{Head, Summary, puid, said, screened, words as own};
use crate::judge::explain::Language;
use crate::report::escape::visible;
use crate::report::words::{self, words};
use crate::report::{Bilingual, push_quoted};

pub(super) fn write(
    head: &Head<'_>,
    assessment: &Assessment,
    _summary: &Summary,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    line(out, COLUMNS.iter().map(|(title, _)| title.get(head.lang).to_owned()))?;
    let table = Table { head, rows: &assessment.rows };
    for row in &assessment.rows {
        line(out, COLUMNS.iter().map(|(_, value)| value(&table, row)))?;
    }
    Ok(())
}

struct Table<'a> {
    head: &'a Head<'a>,
    rows: &'a [Row],
}

type Column = (Bilingual, fn(&Table<'_>, &Row) -> String);

const COLUMNS: &[Column] = &[
    (words("Fil", "File"), |_, row| visible(&row.path)),
    (words("Tyngsta fynd", "Gravest finding"), |t, row| own::level(super::worst_of(row)).get(t.head.lang).to_owned()),
    (words("Blockerar", "Blocks"), |t, row| of_level(t, row, Level::Block)),
    (words("Varningar", "Warnings"), |t, row| of_level(t, row, Level::Warn)),
    (words("Se över", "Review"), |t, row| of_level(t, row, Level::Review)),
    (words("Upplysningar", "Information"), |t, row| of_level(t, row, Level::Info)),
    (words("Att göra", "To do"), to_do),
    (words("PUID", "PUID"), |_, row| puid(row).unwrap_or_default()),
    (words("Format", "Format"), |_, row| row.format_name.clone()),
    (words("Grund", "Basis"), |t, row| {
        row.format.as_ref().map_or_else(String::new, |format| own::basis(format.basis).get(t.head.lang).to_owned())
    }),
    (words("PDF/A", "PDF/A"), |t, row| {
        row.pdfa.as_ref().map_or_else(String::new, |screen| screened(screen, t.head.lang))
    }),
    (words("PDF/A-avvikelser", "PDF/A deviations"), |t, row| deviations(row, t.head.lang)),
    (words("Filer i filen", "Files inside"), |_, row| {
        join(row.inside.iter().map(|inside| format!("{} {}", visible(inside.name.as_bytes()), inside.puids.join("/"))))
    }),
    (words("Diarienummer", "Diarienummer"), |_, row| row.diary.numbers.join(", ")),
    (words("I diariet", "In the diary"), |_, row| row.diary.registered.clone().unwrap_or_default()),
    (words("Ärende", "Matter"), |_, row| row.diary.matter.clone().unwrap_or_default()),
    (words("Klass", "Class"), |_, row| row.diary.class.clone().unwrap_or_default()),
    (words("Bevara eller gallra", "Keep or dispose"), |_, row| {
        let action = row.diary.action.map(|action| format!("{action:?}").to_lowercase()).unwrap_or_default();
        format!("{action} {}", row.diary.period.as_deref().unwrap_or_default()).trim().to_owned()
    }),
    (words("AI", "AI"), |t, row| ai(row, t.head.lang)),
    (words("Bedömning för AI-bruk", "Verdict for AI use"), |t, row| {
        row.verdict.map_or_else(String::new, |verdict| words::verdict(verdict).get(t.head.lang).to_owned())
    }),
    (words("Samma innehåll som", "Same content as"), |t, row| {
        row.same_as.and_then(|other| t.rows.get(other)).map_or_else(String::new, |other| visible(&other.path))
    }),
    (words("Storlek (byte)", "Size (bytes)"), |_, row| row.size.to_string()),
    (words("Ändrad", "Modified"), |t, row| {
        let zoned = row.modified.map(|moment| moment.to_zoned_datetime(t.head.zone.clone()));
        zoned.map_or_else(String::new, |moment| moment.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }),
    (words("SHA-256", "SHA-256"), |_, row| row.sha256.clone().unwrap_or_default()),
];

/// What the screen found in a file that declares PDF/A, with the clauses of ISO 19005.
pub(super) fn deviations(row: &Row, lang: Language) -> String {
    let declares = row.pdfa.iter().filter(|screen| screen.declared.is_some());
    let named = |check: &str| pdfa::words::of(check).map_or(check.to_owned(), |words| words.get(lang).to_owned());
    join(
        declares.flat_map(|screen| &screen.findings).map(|found| format!("{} ({})", named(&found.check), found.clause)),
    )
}

fn of_level(table: &Table<'_>, row: &Row, level: Level) -> String {
    join(row.findings.iter().filter(|finding| finding.level == level).map(|finding| said(finding, table.head.lang)))
}

fn to_do(table: &Table<'_>, row: &Row) -> String {
    let open = row.findings.iter().filter(|finding| finding.accepted.is_none());
    let mut steps: Vec<&str> =
        open.filter_map(|finding| codes::find(&finding.code)).map(|code| code.todo.get(table.head.lang)).collect();
    steps.retain(|step| !step.is_empty());
    steps.dedup();
    steps.join(" ")
}

/// What is known of AI's part, in words.
pub(super) fn ai(row: &Row, lang: Language) -> String {
    let mut parts = vec![own::origin(row.ai.origin).get(lang).to_owned()];
    parts.extend(row.ai.system.clone());
    if let Some(labelled) = &row.ai.labelled {
        let layers = [
            (labelled.visible, words("synligt", "visibly")),
            (labelled.xmp, words("XMP", "XMP")),
            (labelled.c2pa, words("C2PA", "C2PA")),
        ];
        let named: Vec<&str> = layers.iter().filter(|(is, _)| *is).map(|(_, name)| name.get(lang)).collect();
        let none = words("ej märkt", "not labelled").get(lang).to_owned();
        let marked = words("märkt", "labelled").get(lang);
        parts.push(if named.is_empty() { none } else { format!("{marked}: {}", named.join(" + ")) });
    }
    if row.ai.disclosed {
        parts.push(words("upplyser om AI", "says that AI was used").get(lang).to_owned());
    } else if row.ai.traces {
        parts.push(words("tecken på AI i texten", "signs of AI in the text").get(lang).to_owned());
    }
    parts.extend(row.ai.register.map(|known| own::registered(known, lang)));
    if row.ai.from_ledger {
        parts.push(words("enligt en tidigare genomsökning", "by an earlier scan").get(lang).to_owned());
    }
    if let Some(original) = &row.ai.original {
        parts.push(format!("{} {original}", words("original:", "original:").get(lang)));
    }
    parts.join(", ")
}

fn line(out: &mut dyn Write, cells: impl Iterator<Item = String>) -> io::Result<()> {
    let mut line = String::new();
    for (index, cell) in cells.enumerate() {
        if index > 0 {
            line.push(';');
        }
        push_quoted(&mut line, &cell);
    }
    line.push_str("\r\n");
    out.write_all(line.as_bytes())
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
