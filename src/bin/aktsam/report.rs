//! `aktsam report`: what the ledger knows, for people and programs.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use aktsam::config::{Config, FolderConfig, Owners};
use aktsam::judge::explain::Language;
use aktsam::ledger::{self, Filter, Reader};
use aktsam::record::Verdict;
use aktsam::report::{Change, Guideline, Head, Root, Row, Systems, Totals, words};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::Outcome;
use crate::args::{Common, ReportArgs, Since};
use crate::news::News;
use crate::output::hinted;
use crate::reports::Reports;
use crate::{per_owner, policy, scan};

/// Which files a report is about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Files {
    /// Numbers of their roots in the ledger; empty for all.
    pub roots: Vec<i64>,
    /// Their verdicts; empty for all.
    pub verdicts: Vec<Verdict>,
    /// Flags of which each has one; empty for all.
    pub flags: Vec<String>,
    /// Who answers for them; empty for everyone's.
    pub owners: Vec<String>,
    /// Only what is otherwise than after this run; `None` for everything.
    pub since: Option<i64>,
    /// Who answers for files, by their place.
    pub answering: Owners,
}

impl Files {
    /// What is left out, in words; nothing when every file is asked for. Roots are
    /// not said here: the report lists those it is about.
    fn words(&self, language: Language) -> Vec<String> {
        let page = |key: &'static str| words::page(key, language).unwrap_or(key);
        let verdicts = self.verdicts.iter().map(|verdict| words::verdict(*verdict).get(language)).collect();
        let flags = self.flags.iter().map(|id| words::flag(id).map_or(id.as_str(), |flag| flag.what.get(language)));
        let owners = self.owners.iter().map(String::as_str).collect();
        let lists: [(_, Vec<&str>); 3] = [("verdict", verdicts), ("flag", flags.collect()), ("owner", owners)];
        let lists = lists.into_iter().filter(|(_, names)| !names.is_empty());
        let mut said: Vec<String> = lists.map(|(key, names)| format!("{}: {}", page(key), names.join(", "))).collect();
        if self.since.is_some() {
            said.push(page("selection.news").to_owned());
        }
        said
    }
}

pub(crate) fn run(common: &Common, args: &ReportArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let reader = Reader::open(&scan::ledger_path(args.ledger.as_ref(), &config)?)?;
    let files = Files {
        roots: named_roots(&reader, &args.root)?,
        verdicts: args.verdict.clone(),
        flags: args.flags.clone(),
        owners: named_owners(&config, &args.owner)?,
        since: args.since.map(|since| run_before(&reader, since)).transpose()?,
        answering: Owners::new(&config)?,
    };
    let language = common.lang.language();
    if args.systems {
        return systems(&reader, &files, language);
    }
    let head = head(&reader, &files, Guideline::of(&policy::load(common, &config)?.policy, language), language)?;
    let formats: Vec<&str> = args.format.iter().map(String::as_str).collect();
    let written = if let Some(folder) = &args.per_owner {
        per_owner::write(&reader, &head, &files, &owners(&config), &formats, folder)?
    } else {
        let out = args.out.as_ref().or(config.out.as_ref());
        write(&reader, &head, &files, &formats, out.map_or(Path::new("."), |out| out.as_path()))?.1
    };
    for path in written {
        writeln!(io::stdout(), "{path}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the AI products that the files name.
fn systems(reader: &Reader, files: &Files, language: Language) -> Outcome {
    let mut systems = Systems::default();
    each_row(reader, files, |row| {
        systems.add(row);
        Ok(())
    })?;
    io::stdout().write_all(systems.to_text(language).as_bytes())?;
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

/// The number of the run that changes are told from.
fn run_before(reader: &Reader, since: Since) -> anyhow::Result<i64> {
    let runs: Vec<i64> = reader.runs()?.into_iter().map(|run| run.id).collect();
    match since {
        // Before the first run nothing was known.
        Since::Last => Ok(runs.get(1).copied().unwrap_or(0)),
        Since::Run(run) if runs.contains(&run) => Ok(run),
        Since::Run(run) => {
            let (first, last) = (runs.last().copied().unwrap_or(0), runs.first().copied().unwrap_or(0));
            Err(hinted(format!("there is no run {run}"), format!("the ledger knows runs {first} to {last}")))
        }
    }
}

/// The owners of these names, which the configuration must know.
fn named_owners(config: &Config, names: &[String]) -> anyhow::Result<Vec<String>> {
    let known = owners(config);
    match names.iter().find(|name| !known.contains(name)) {
        None => Ok(names.to_vec()),
        Some(name) if known.is_empty() => {
            Err(hinted(format!("no owner is called {name}"), "the configuration names none: give roots an owner"))
        }
        Some(name) => {
            Err(hinted(format!("no owner is called {name}"), format!("the configuration knows {}", known.join(", "))))
        }
    }
}

/// Everyone that the configuration says answers for files, each once, by name.
fn owners(config: &Config) -> Vec<String> {
    let of_folders = |folders: &[FolderConfig]| folders.iter().filter_map(|folder| folder.owner.clone()).collect();
    let mut owners: Vec<String> = of_folders(&config.folders);
    for root in &config.roots {
        owners.extend(root.owner.clone());
        owners.extend::<Vec<_>>(of_folders(&root.folders));
    }
    owners.sort();
    owners.dedup();
    owners
}

/// What a report says before its first file.
pub(crate) fn head(reader: &Reader, files: &Files, guideline: Guideline, language: Language) -> anyhow::Result<Head> {
    let runs = reader.runs()?;
    let moment = |milliseconds: i64| Timestamp::from_millisecond(milliseconds).ok();
    let last = runs.first();
    let whole = last.filter(|run| matches!(run.outcome.as_deref(), Some("complete" | "failed")));
    let before = runs.iter().skip(1).find(|run| files.since.is_none_or(|since| run.id <= since));
    let roots = taken_roots(reader, files)?;
    Ok(Head {
        lang: language,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: last.and_then(|run| moment(run.started_ms)),
        ended: whole.and_then(|run| moment(run.ended_ms?)),
        previous: before.and_then(|run| moment(run.started_ms)),
        zone: TimeZone::system(),
        roots: roots.into_iter().map(|root| Root { name: root.name, fault: root.fault }).collect(),
        isolation: last.map(|run| run.isolation.clone()),
        guideline,
        owner: None,
        selection: files.words(language),
    })
}

/// Writes a file of each format in `folder`; says what was counted and where they lie.
pub(crate) fn write(
    reader: &Reader,
    head: &Head,
    files: &Files,
    formats: &[&str],
    folder: &Path,
) -> anyhow::Result<(Totals, Vec<String>)> {
    let mut reports = Reports::begin(head, formats, folder)?;
    each_row(reader, files, |row| reports.row(row))?;
    reports.finish()
}

/// Gives every file that is asked for, in the ledger's order.
pub(crate) fn each_row(
    reader: &Reader,
    files: &Files,
    mut take: impl FnMut(&Row) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let roots = taken_roots(reader, files)?;
    let filter = Filter { roots: files.roots.clone(), gone: true, gone_after: files.since };
    let news = files.since.map(|run| News::since(reader, run)).transpose()?;
    reader.rows(&filter, |rows| {
        let rows = rows.filter_map(|row| match &news {
            Some(news) => news.told(row),
            None => Some(row),
        });
        let entries = rows.flat_map(|row| shown(&roots, &files.answering, row).entries());
        let mut taken = entries.filter(|row| is_taken(files, row));
        taken.try_for_each(|row| take(&row))
    })?
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
        && (files.owners.is_empty() || row.owner.as_ref().is_some_and(|owner| files.owners.contains(owner)))
        && (files.since.is_none() || is_news)
}

fn shown(roots: &[ledger::RootRow], answering: &Owners, row: ledger::Row) -> Row {
    let root = roots.iter().position(|root| root.id == row.root);
    let owner = root.and_then(|root| answering.of(&roots[root].path, &row.path)).map(ToOwned::to_owned);

    let change = match row.change {
        ledger::Change::Same => Change::Same,
        ledger::Change::New => Change::New,
        ledger::Change::Changed => Change::Changed,
        ledger::Change::Gone => Change::Gone,
    };
    Row {
        root: root.unwrap_or(usize::MAX),
        path: row.path,
        owner,
        record: row.record,
        modified: Timestamp::from_nanosecond(i128::from(row.mtime_ns)).ok(),
        first_seen: Timestamp::from_millisecond(row.first_seen_ms).ok(),
        change,
        previous: row.previous,
        decision: row.decision,
        member: false,
    }
}
