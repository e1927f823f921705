//! `aktsam report`: what the ledger knows, for people and programs.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::judge::explain::Language;
use aktsam::ledger::{self, Filter, Reader};
use aktsam::record::Verdict;
use aktsam::report::{self, Change, FORMATS, Format, Guideline, Head, Root, Row, Totals};
use anyhow::Context;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Outcome;
use crate::args::{Common, ReportArgs};
use crate::output::hinted;
use crate::{policy, scan};

/// Which files a report is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// Numbers of their roots in the ledger; empty for all.
    pub roots: Vec<i64>,
    /// Their verdicts; empty for all.
    pub verdicts: Vec<Verdict>,
    /// Flags of which each has one; empty for all.
    pub flags: Vec<String>,
    /// Only what is otherwise than in the run before.
    pub news: bool,
}

pub(crate) fn run(common: &Common, args: &ReportArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let reader = Reader::open(&scan::ledger_path(args.ledger.as_ref(), &config)?)?;
    let files = Files {
        roots: named_roots(&reader, &args.root)?,
        verdicts: args.verdict.clone(),
        flags: args.flags.clone(),
        news: args.since.is_some(),
    };
    let language = common.lang.language();
    let head = head(&reader, &files, Guideline::of(&policy::load(common, &config)?.policy, language), language)?;
    let formats: Vec<&str> = args.format.iter().map(String::as_str).collect();
    let out = args.out.as_ref().or(config.out.as_ref());
    let (_, written) = write(&reader, &head, &files, &formats, out.map_or(Path::new("."), |out| out.as_path()))?;
    for path in written {
        writeln!(io::stdout(), "{path}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The numbers of the roots of these names; none for all.
fn named_roots(reader: &Reader, names: &[String]) -> anyhow::Result<Vec<i64>> {
    let roots = reader.roots()?;
    let number = |name: &String| {
        let found = roots.iter().find(|root| root.name == *name).map(|root| root.id);
        let known: Vec<&str> = roots.iter().map(|root| root.name.as_str()).collect();
        let hint = format!("the ledger knows {}", known.join(", "));
        found.ok_or_else(|| hinted(format!("no root is called {name}"), hint))
    };
    names.iter().map(number).collect()
}

/// What a report says before its first file.
pub(crate) fn head(reader: &Reader, files: &Files, guideline: Guideline, language: Language) -> anyhow::Result<Head> {
    let runs = reader.runs()?;
    let moment = |milliseconds: i64| Timestamp::from_millisecond(milliseconds).ok();
    let last = runs.first();
    let whole = last.filter(|run| matches!(run.outcome.as_deref(), Some("complete" | "failed")));
    let roots = taken_roots(reader, files)?;
    Ok(Head {
        lang: language,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: last.and_then(|run| moment(run.started_ms)),
        ended: whole.and_then(|run| moment(run.ended_ms?)),
        previous: runs.get(1).and_then(|run| moment(run.started_ms)),
        zone: TimeZone::system(),
        roots: roots.into_iter().map(|root| Root { name: root.name, fault: root.fault }).collect(),
        isolation: last.map(|run| run.isolation.clone()).filter(|level| level != "off"),
        guideline,
    })
}

/// Writes a file of each format in `folder`, in one pass over the ledger; says
/// what was counted and where they lie.
///
/// Each is written under another name, made safe on the disk and then renamed:
/// who opens a report finds the old one or the new one, whole.
pub(crate) fn write(
    reader: &Reader,
    head: &Head,
    files: &Files,
    formats: &[&str],
    folder: &Path,
) -> anyhow::Result<(Totals, Vec<String>)> {
    fs::create_dir_all(folder).with_context(|| format!("{}: cannot be made", folder.display()))?;
    let formats = FORMATS.iter().filter(|format| formats.contains(&format.id));
    let mut drafts = formats.map(|format| Draft::begin(*format, folder)).collect::<anyhow::Result<Vec<_>>>()?;
    let numbers: Vec<i64> = taken_roots(reader, files)?.into_iter().map(|root| root.id).collect();
    let filter = Filter { roots: files.roots.clone(), gone: true };
    let totals = reader.rows(&filter, |rows| {
        let rows = rows.map(|row| shown(&numbers, row)).filter(|row| is_taken(files, row));
        let mut outs: Vec<(Format, &mut dyn Write)> =
            drafts.iter_mut().map(|draft| (draft.format, &mut draft.out as &mut dyn Write)).collect();
        report::write(head, &mut outs, rows)
    })?;
    let totals = totals.with_context(|| format!("{}: the reports cannot be written", folder.display()))?;
    let written = drafts.into_iter().map(Draft::finish).collect::<anyhow::Result<_>>()?;
    Ok((totals, written))
}

/// A report that is being written, under a name of its own until it is whole.
struct Draft {
    format: Format,
    path: PathBuf,
    partial: PathBuf,
    out: BufWriter<File>,
}

impl Draft {
    fn begin(format: Format, folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join(format!("report.{}", format.id));
        let partial = folder.join(format!(".report.{}.{}", format.id, std::process::id()));
        let file = File::create(&partial).with_context(|| format!("{}: cannot be written", path.display()))?;
        Ok(Self { format, path, partial, out: BufWriter::with_capacity(1 << 18, file) })
    }

    fn finish(mut self) -> anyhow::Result<String> {
        let whole = self.out.flush().and_then(|()| self.out.get_ref().sync_all());
        whole
            .and_then(|()| fs::rename(&self.partial, &self.path))
            .with_context(|| format!("{}: the report cannot be written", self.path.display()))?;
        Ok(self.path.display().to_string())
    }
}

impl Drop for Draft {
    /// What is half written is of no use; once renamed there is nothing to remove.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.partial);
    }
}

fn taken_roots(reader: &Reader, files: &Files) -> anyhow::Result<Vec<ledger::RootRow>> {
    let mut roots = reader.roots()?;
    roots.retain(|root| files.roots.is_empty() || files.roots.contains(&root.id));
    Ok(roots)
}

fn is_taken(files: &Files, row: &Row) -> bool {
    let is_news = row.change != Change::Same || row.is_raised() || row.is_lowered();
    (files.verdicts.is_empty() || files.verdicts.contains(&row.record.verdict))
        && (files.flags.is_empty() || row.flags().any(|flag| files.flags.iter().any(|wanted| wanted == flag)))
        && (!files.news || is_news)
}

fn shown(roots: &[i64], row: ledger::Row) -> Row {
    let change = match row.change {
        ledger::Change::Same => Change::Same,
        ledger::Change::New => Change::New,
        ledger::Change::Changed => Change::Changed,
        ledger::Change::Gone => Change::Gone,
    };
    Row {
        root: roots.iter().position(|id| *id == row.root).unwrap_or(usize::MAX),
        path: row.path,
        owner: None,
        record: row.record,
        modified: Timestamp::from_nanosecond(i128::from(row.mtime_ns)).ok(),
        first_seen: Timestamp::from_millisecond(row.first_seen_ms).ok(),
        change,
        previous: row.previous,
    }
}
