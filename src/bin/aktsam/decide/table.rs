//! Decisions from a table: the report's own spreadsheet, saved with four columns filled in.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use aktsam::ledger::{FileId, NewDecision, Reader, RootRow};
use aktsam::record::Verdict;
use aktsam::report::escape::bytes;
use aktsam::report::words::{self, Bilingual, DECISION};
use aktsam::walk::join;
use anyhow::{Context, bail};
use csv::{ReaderBuilder, StringRecord};

use super::{DecideArgs, checked, decidable};
use crate::log;
use crate::output::hinted;

/// Where each thing stands, by the titles that the report gives its columns.
struct Columns {
    root: usize,
    folder: usize,
    file: usize,
    decision: [Option<usize>; 4],
}

/// The decisions of a table, without those that stand already.
///
/// # Errors
///
/// When any line has a mistake; each is named with its number.
pub(super) fn read(reader: &Reader, path: &Path, args: &DecideArgs) -> anyhow::Result<Vec<(FileId, NewDecision)>> {
    let shown = path.display();
    let content = fs::read(path).with_context(|| format!("{shown}: cannot be read"))?;
    let text = decoded(&content);
    let mut table = ReaderBuilder::new().delimiter(delimiter(&text)).flexible(true).from_reader(text.as_bytes());
    let columns = columns(table.headers().with_context(|| shown.to_string())?)
        .ok_or_else(|| hinted(format!("{shown}: not a table of decisions"), hint()))?;
    let roots = reader.roots()?;
    let (mut decisions, mut wrong) = (Vec::new(), 0);
    for (index, line) in table.records().enumerate() {
        let line = line.map_err(anyhow::Error::from);
        match line.and_then(|line| decision(reader, &roots, &columns, &line, args)) {
            Ok(Some((file, new))) if !stands(reader, &file, &new)? => decisions.push((file, new)),
            Ok(_) => {}
            Err(error) => {
                wrong += 1;
                log::error(&format!("{shown}:{}: {error:#}", index + 2), None);
            }
        }
    }
    if wrong > 0 {
        bail!(hinted(
            format!("{shown}: {wrong} lines have mistakes, so no decision was noted"),
            "mend them and run again"
        ));
    }
    Ok(decisions)
}

fn hint() -> String {
    let [decision, by, why, until] = DECISION.map(|title| title.sv);
    format!("take report.csv, with its columns Rot, Mapp and Fil, and add {decision}, {by}, {why} and {until}")
}

/// The decision of a line; `None` when it decides nothing.
fn decision(
    reader: &Reader,
    roots: &[RootRow],
    columns: &Columns,
    line: &StringRecord,
    args: &DecideArgs,
) -> anyhow::Result<Option<(FileId, NewDecision)>> {
    let cell = |column: usize| line.get(column).unwrap_or_default();
    let decided = |column: Option<usize>| column.map_or("", |column| plain(cell(column).trim()));
    let [verdict, by, why, until] = columns.decision.map(decided);
    if verdict.is_empty() {
        return Ok(None);
    }
    let verdict = named(verdict).with_context(|| format!("no such verdict: {verdict}"))?;
    let or = |own: &str, flag: &Option<String>| match own {
        "" => flag.clone().unwrap_or_default(),
        own => own.to_owned(),
    };
    let day = || until.parse().with_context(|| format!("{until}: not a day; write it as 2026-12-31"));
    let until = if until.is_empty() { args.until } else { Some(day()?) };
    let new = checked(NewDecision { verdict, by: or(by, &args.by), why: or(why, &args.why), until })?;
    let root = cell(columns.root);
    let known = |root: &str| roots.iter().find(|known| known.name == root);
    let root = known(root).or_else(|| known(plain(root))).with_context(|| format!("no root is called {root}"))?;
    let file = located(reader, root.id, cell(columns.folder), cell(columns.file))?;
    let file = file.context("the ledger knows no such file")?;
    decidable(reader, &file)?;
    Ok(Some((file, new)))
}

/// The file of a folder and a name, as they stand there or without the mark that was set before them.
fn located(reader: &Reader, root: i64, folder: &str, name: &str) -> anyhow::Result<Option<FileId>> {
    for (folder, name) in [(folder, name), (plain(folder), plain(name)), (folder, plain(name)), (plain(folder), name)] {
        if let Some(file) = reader.find(root, &join(&bytes(folder), &bytes(name)))? {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// Whether this is what was decided already, so that a report read back changes nothing.
fn stands(reader: &Reader, file: &FileId, new: &NewDecision) -> anyhow::Result<bool> {
    let last = reader.decisions_of(file)?.into_iter().next().filter(|decision| decision.standing.holds());
    Ok(last.is_some_and(|last| {
        (last.verdict, &last.by, &last.why, last.until) == (new.verdict, &new.by, &new.why, new.until)
    }))
}

/// A verdict by its identifier or one of its names, in Swedish or English.
fn named(text: &str) -> Option<Verdict> {
    let text = text.to_lowercase();
    let is = |words: Bilingual| words.sv.to_lowercase() == text || words.en.to_lowercase() == text;
    let named = |verdict: &Verdict| is(words::verdict(*verdict)) || is(words::verdict_short(*verdict));
    Verdict::ALL.into_iter().find(|verdict| verdict.id() == text || named(verdict))
}

/// A cell without the mark that keeps a spreadsheet from running it as a formula.
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) => rest,
        _ => cell,
    }
}

fn columns(titles: &StringRecord) -> Option<Columns> {
    let at = |sv: &str, en: &str| titles.iter().position(|title| [sv, en].contains(&title.trim()));
    let decision = DECISION.map(|title| at(title.sv, title.en));
    decision.first().copied().flatten()?;
    Some(Columns { root: at("Rot", "Root")?, folder: at("Mapp", "Folder")?, file: at("Fil", "File")?, decision })
}

/// The text of a table as spreadsheets save it: UTF-8, or else Windows' Western European.
fn decoded(content: &[u8]) -> Cow<'_, str> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    match std::str::from_utf8(content) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(content).0,
    }
}

/// What stands between the columns, from the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |mark: &u8| first.bytes().filter(|byte| byte == mark).count();
    [b';', b'\t', b','].into_iter().max_by_key(count).unwrap_or(b';')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_known_by_every_name() {
        for (text, expected) in [
            ("internal", Some(Verdict::Internal)),
            ("Intern information", Some(Verdict::Internal)),
            ("sekretess", Some(Verdict::Secret)),
            ("No obstacle found", Some(Verdict::Open)),
            ("grön", None),
        ] {
            assert_eq!(named(text), expected, "{text}");
        }
    }

    #[test]
    fn tables_are_read_as_spreadsheets_save_them() {
        assert_eq!(decoded(b"\xef\xbb\xbfR\xc3\xa5d"), "Råd");
        assert_eq!(decoded(b"R\xe5d"), "Råd");
        for (text, expected) in [("Rot;Mapp;Fil", b';'), ("Rot\tMapp", b'\t'), ("Rot,Mapp", b',')] {
            assert_eq!(delimiter(text), expected, "{text}");
        }
        assert_eq!((plain("'=a"), plain("'t Hooft")), ("=a", "'t Hooft"));
    }
}
