//! The sheets that are counted, not listed: how it is, and the folders.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::super::columns::Cell;
use super::super::escape::shown;
use super::super::words::{self, Bilingual};
use super::super::{Change, Head, Totals, minute};
use super::{Styles, Table, float};
use crate::record::{Status, Verdict};

/// How it is, what is new and what to do, on one page.
pub(super) fn sheet(head: &Head, totals: &Totals, styles: &Styles) -> Result<Worksheet, XlsxError> {
    let mut page = Page { sheet: Worksheet::new(), styles, at: 0 };
    page.sheet.set_name(words::words("Översikt", "Overview").get(head.lang))?;
    page.sheet.set_column_width(0, 46)?;
    page.sheet.set_column_range_width(1, 8, 15)?;
    page.sheet.set_portrait().set_print_fit_to_pages(1, 0);
    top(&mut page, head)?;
    verdicts(&mut page, head, totals)?;
    changes(&mut page, head, totals)?;
    reading(&mut page, head, totals)?;
    roots(&mut page, head, totals)?;
    Ok(page.sheet)
}

/// Every folder that holds something restricted, the heaviest first.
pub(super) fn folders(book: &mut Workbook, head: &Head, totals: &Totals, styles: &Styles) -> Result<Table, XlsxError> {
    let say = |key: &'static str| words::page(key, head.lang).unwrap_or(key);
    let short = |verdict| words::verdict_short(verdict).get(head.lang);
    let titles = [
        (say("root"), 18),
        (say("folder"), 48),
        (say("nav.files"), 9),
        (short(Verdict::Secret), 12),
        (short(Verdict::Sensitive), 12),
        (short(Verdict::Personal), 16),
        (say("persons"), 10),
        (say("aggregated"), 13),
    ];
    let titles = titles.map(|(title, width)| (title.to_owned(), width)).to_vec();
    let mut table = Table::new(say("nav.folders"), titles);
    for (root, path, folder) in totals.worst_folders(usize::MAX) {
        let name = head.roots.get(root).map_or("", |root| root.name.as_str());
        let cells = [
            Cell::Text(shown(name.as_bytes())),
            Cell::Text(shown(path)),
            Cell::Number(folder.files),
            Cell::Number(folder.secret),
            Cell::Number(folder.sensitive),
            Cell::Number(folder.personal - folder.sensitive - folder.secret),
            Cell::Number(folder.persons),
            if folder.is_aggregated() { Cell::Text("x".into()) } else { Cell::Empty },
        ];
        table.row(book, styles, head, cells.into_iter())?;
    }
    Ok(table)
}

/// The page as it is written, downwards.
struct Page<'a> {
    sheet: Worksheet,
    styles: &'a Styles,
    at: u32,
}

impl Page<'_> {
    fn heading(&mut self, text: &str) -> Result<(), XlsxError> {
        self.at += 1;
        self.sheet.write_string_with_format(self.at, 0, text, &self.styles.heading)?;
        self.at += 1;
        Ok(())
    }

    /// A table's titles.
    fn titles(&mut self, titles: &[&str]) -> Result<(), XlsxError> {
        for (column, title) in (0..).zip(titles) {
            self.sheet.write_string_with_format(self.at, column, *title, &self.styles.header)?;
        }
        self.at += 1;
        Ok(())
    }

    /// A name with its counts.
    fn counts(&mut self, name: &str, counts: &[u64]) -> Result<(), XlsxError> {
        self.sheet.write_string(self.at, 0, name)?;
        for (column, count) in (1..).zip(counts) {
            self.sheet.write_number_with_format(self.at, column, float(*count), &self.styles.count)?;
        }
        self.at += 1;
        Ok(())
    }

    fn line(&mut self, text: &str, style: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.at, 0, text, style)?;
        self.at += 1;
        Ok(())
    }
}

fn top(page: &mut Page<'_>, head: &Head) -> Result<(), XlsxError> {
    let say = |key: &'static str| words::page(key, head.lang).unwrap_or(key);
    let (title, wrapped) = (page.styles.title.clone(), page.styles.wrapped.clone());
    page.line(say("heading"), &title)?;
    if let Some(owner) = &head.owner {
        page.line(&format!("{}: {}", say("owner"), shown(owner.as_bytes())), &wrapped)?;
    }
    for left_out in &head.selection {
        page.line(left_out, &wrapped)?;
    }
    let run = head.started.map_or_else(
        || say("run.none").to_owned(),
        |started| format!("{} {}, aktsam {}", say("run.at"), minute(head, started), head.version),
    );
    page.line(&run, &wrapped)?;
    page.line(&format!("{} {} {}", say("by.policy"), head.guideline.name, head.guideline.version), &wrapped)?;
    page.line(say("proposal"), &wrapped)
}

fn verdicts(page: &mut Page<'_>, head: &Head, totals: &Totals) -> Result<(), XlsxError> {
    let say = |key: &'static str| words::page(key, head.lang).unwrap_or(key);
    page.heading(say("how"))?;
    let before = if head.previous.is_some() { say("before") } else { "" };
    page.titles(&[say("verdict"), say("number"), say("share"), before])?;
    for verdict in Verdict::ALL.into_iter().rev() {
        let count = totals.of(verdict);
        let share = if totals.seen == 0 { 0.0 } else { float(count) / float(totals.seen) };
        page.sheet.write_number_with_format(page.at, 2, share, &page.styles.share)?;
        if head.previous.is_some() {
            let before = totals.before.get(&verdict).copied().unwrap_or(0);
            page.sheet.write_number_with_format(page.at, 3, float(before), &page.styles.count)?;
        }
        page.counts(words::verdict(verdict).get(head.lang), &[count])?;
    }
    page.counts(say("files"), &[totals.seen])
}

fn changes(page: &mut Page<'_>, head: &Head, totals: &Totals) -> Result<(), XlsxError> {
    let say = |key: &'static str| words::page(key, head.lang).unwrap_or(key);
    page.heading(say("news"))?;
    if head.previous.is_none() {
        let wrapped = page.styles.wrapped.clone();
        return page.line(say("first.run"), &wrapped);
    }
    page.counts(say("change.raised"), &[totals.raised])?;
    page.counts(say("change.lowered"), &[totals.lowered])?;
    page.counts(say("change.new"), &[totals.changed(Change::New)])?;
    page.counts(say("change.changed"), &[totals.changed(Change::Changed)])?;
    page.counts(say("change.gone"), &[totals.changed(Change::Gone)])
}

/// How the reading went, and why files are not judged.
fn reading(page: &mut Page<'_>, head: &Head, totals: &Totals) -> Result<(), XlsxError> {
    let say = |key: &'static str| words::page(key, head.lang).unwrap_or(key);
    page.heading(say("coverage"))?;
    for status in Status::ALL {
        let count = totals.statuses.get(&status).copied().unwrap_or(0);
        page.counts(words::status(status).get(head.lang), &[count])?;
    }
    if totals.errors.is_empty() && totals.causes.is_empty() {
        return Ok(());
    }
    page.heading(say("unread"))?;
    page.titles(&[say("cause"), say("number"), say("to.do")])?;
    let errors = totals.errors.iter().map(|(code, count)| (code.as_str(), words::error(code), *count));
    let causes = totals.causes.iter().map(|(cause, count)| ("", Some(words::cause(*cause)), *count));
    for (code, advice, count) in errors.chain(causes) {
        let get = |words: Bilingual| words.get(head.lang);
        page.sheet.write_string(page.at, 2, advice.map_or("", |advice| get(advice.todo)))?;
        page.counts(advice.map_or(code, |advice| get(advice.what)), &[count])?;
    }
    Ok(())
}

fn roots(page: &mut Page<'_>, head: &Head, totals: &Totals) -> Result<(), XlsxError> {
    let say = |key: &'static str| words::page(key, head.lang).unwrap_or(key);
    page.heading(say("roots"))?;
    let verdicts = Verdict::ALL.map(|verdict| words::verdict_short(verdict).get(head.lang));
    let titles: Vec<&str> = [say("root"), say("nav.files")].into_iter().chain(verdicts.into_iter().rev()).collect();
    page.titles(&titles)?;
    for (index, root) in head.roots.iter().enumerate() {
        let of = |verdict| totals.roots.get(&index).and_then(|counts| counts.get(&verdict)).copied().unwrap_or(0);
        let counts = Verdict::ALL.map(of);
        let all: Vec<u64> = std::iter::once(counts.iter().sum()).chain(counts.into_iter().rev()).collect();
        page.counts(&shown(root.name.as_bytes()), &all)?;
        if let Some(fault) = &root.fault {
            let wrapped = page.styles.wrapped.clone();
            page.line(&format!("{}: {fault}", say("fault")), &wrapped)?;
        }
    }
    Ok(())
}
