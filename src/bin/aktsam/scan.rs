//! `aktsam scan`: crawl, judge, remember, report.

use std::fs;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use aktsam::config::{Config, Owners, Rate, RootConfig};
use aktsam::examine::hex;
use aktsam::judge::explain::Language;
use aktsam::ledger::{Basis, Ledger, Reader, RunOutcome, home, place};
use aktsam::limits::Limits;
use aktsam::ocr::Pages;
use aktsam::record::{Member, Record, Verdict};
use aktsam::report::Guideline;
use aktsam::report::escape::visible;
use aktsam::report::terminal::{self, Ended};
use aktsam::sandbox::Setup;
use aktsam::scan::{Counts, Finished, Options, Progress, Scan, Stop, Summary};
use aktsam::walk::{Root, Scope};
use jiff::Timestamp;
use rustix::fs::Access;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::args::{Common, SandboxMode, ScanArgs, ScanFormat};
use crate::isolation::Isolation;
use crate::metrics::Metrics;
use crate::output::{self, hinted};
use crate::{config, log, ocr, policy, progress, purge, report, window};

pub(crate) fn run(common: &Common, args: &ScanArgs) -> Outcome {
    // Nothing that a scan writes is for other accounts to read.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let config = configuration(common)?;
    let (started, mut metrics) = (Timestamp::now(), Metrics::default());
    let outcome = scan(common, args, &config, &mut metrics);
    let code = *outcome.as_ref().unwrap_or(&2);
    metrics.write(args.metrics.as_ref().or(config.metrics.as_ref()), started, code);
    outcome.map(ExitCode::from)
}

/// Scans, reports and forgets; returns the exit code.
fn scan(common: &Common, args: &ScanArgs, config: &Config, metrics: &mut Metrics) -> anyhow::Result<u8> {
    let policy = policy::load(common, config)?;
    let (roots, missing) = open_roots(config, args)?;
    if roots.is_empty() {
        return Ok(2);
    }
    window::step_back(args.nice.or(config.nice))?;
    let mut ledger = open_ledger(args, config, &roots)?;
    let out = args.out.as_ref().or(config.out.as_ref());
    let folder = reports_folder(out, &roots, ledger.path())?;
    let reports = args.format == ScanFormat::Human || out.is_some();
    if reports {
        make_writable(&folder)?;
    }
    let language = common.lang.language();
    let stop = Stop::new(args.until.or(config.until).map(window::next).transpose()?);
    window::listen(&stop)?;
    let recogniser = ocr::recogniser(args.ocr, &config.ocr, args.sandbox != Some(SandboxMode::Off))?;
    let pages = recogniser.as_ref().map_or(Pages::None, |recogniser| recogniser.pages);
    let setup = Setup { policy: policy.text.clone(), limits: config.limits.clone(), reveal: args.reveal, pages };
    let basis = basis(&policy, &config.limits, pages);
    let isolation = Isolation::of(args.sandbox, setup, recogniser)?;
    let progress = Progress::default();
    let started = Instant::now();
    let scan = Scan {
        options: &options(args, config)?,
        basis: &basis,
        isolation: isolation.level().id(),
        examine: &|| isolation.examine(),
        progress: &progress,
        stop: &stop,
    };
    log::event("run-began", json!({ "policy": basis.policy, "tool": basis.tool, "isolation": scan.isolation }));
    let summary = progress::show(&progress, language, || scan.run(&mut ledger, &roots, &missing, &mut print))?;
    for fault in &summary.faults {
        let name = roots.get(fault.root).map(Root::name).unwrap_or_default();
        let hint = "nothing in it was marked as gone; check that it is mounted and readable";
        log::error(&format!("{name}: {}", fault.fault), Some(hint));
    }
    if reports {
        let guideline = Guideline::of(&policy.policy, language);
        let answering = Owners::new(config)?;
        let files = report::Files { roots: summary.roots.clone(), answering, ..report::Files::default() };
        tell(args, &ledger.reader()?, guideline, (&files, &summary), (&folder, started.elapsed(), language))?;
    }
    let code = exit_code(&summary, !missing.is_empty(), args.fail_on);
    log::event("run-ended", counts(&summary, started.elapsed().as_secs(), code));
    // After the reports, so that what is forgotten stands in the last one.
    if matches!(summary.outcome, RunOutcome::Complete | RunOutcome::Failed) {
        metrics.purged = purge::after_run(&mut ledger, config.retention())?;
    }
    measure(metrics, &ledger, &roots, &missing, summary)?;
    Ok(code)
}

/// Writes the reports of a run into a folder, and the summary for people.
fn tell(
    args: &ScanArgs,
    reader: &Reader,
    guideline: Guideline,
    (files, summary): (&report::Files, &Summary),
    (folder, took, language): (&Path, Duration, Language),
) -> anyhow::Result<()> {
    let head = report::head(reader, files, guideline, language)?;
    let (totals, reports) = report::write(reader, &head, files, &["html", "csv"], folder)?;
    if args.format == ScanFormat::Human {
        let Counts { unchanged, reused, .. } = summary.counts;
        let ended = Ended { took, unchanged, reused, reports };
        let text = terminal::summary(&head, &totals, &ended, output::layout());
        io::stdout().write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Takes what a run counted and what the ledger knows into its metrics.
fn measure(
    metrics: &mut Metrics,
    ledger: &Ledger,
    roots: &[Root],
    missing: &[Missing],
    summary: Summary,
) -> anyhow::Result<()> {
    let is_whole = |index| summary.faults.iter().all(|fault| fault.root != index);
    let opened = roots.iter().enumerate().map(|(index, root)| (root.name().to_owned(), is_whole(index)));
    metrics.roots = opened.chain(missing.iter().map(|(path, _)| (visible(path), false))).collect();
    metrics.counts = Some(summary.counts);
    metrics.runs = ledger.reader()?.runs()?;
    metrics.ledger_bytes = fs::metadata(ledger.path()).map_or(0, |file| file.len());
    Ok(())
}

/// The configuration with the environment and the command line over it.
pub(crate) fn configuration(common: &Common) -> anyhow::Result<Config> {
    Ok(config::load(common)?.config)
}

/// What a run counted, for the log.
fn counts(summary: &Summary, seconds: u64, code: u8) -> serde_json::Value {
    let counts = &summary.counts;
    let verdicts =
        Verdict::ALL.iter().zip(counts.verdicts).map(|(verdict, count)| (verdict.id().to_owned(), count.into()));
    json!({
        "run": summary.run,
        "outcome": summary.outcome.id(),
        "exit": code,
        "seconds": seconds,
        "seen": counts.seen,
        "unchanged": counts.unchanged,
        "reused": counts.reused,
        "gone": counts.gone,
        "faults": counts.faults,
        "bytes": counts.bytes,
        "verdicts": verdicts.collect::<serde_json::Map<_, _>>(),
    })
}

fn basis(policy: &policy::Source, limits: &Limits, pages: Pages) -> Basis {
    let mut hash = Sha256::new();
    hash.update(&policy.text);
    hash.update([0]);
    // Limits are numbers, which always have a JSON form.
    hash.update(serde_json::to_vec(limits).unwrap_or_default());
    // What was left unread for want of a recogniser is read when there is one.
    hash.update(format!("{pages:?}"));
    Basis {
        tool: aktsam::BUILD.to_owned(),
        policy: policy.policy.name().to_owned(),
        digest: hex(&hash.finalize()),
        policy_digest: policy.policy.digest().to_owned(),
    }
}

type Missing = (Vec<u8>, String);

/// Opens the roots that are named, or those of the configuration; says which cannot be.
fn open_roots(config: &Config, args: &ScanArgs) -> anyhow::Result<(Vec<Root>, Vec<Missing>)> {
    let named: Vec<RootConfig> = match &args.paths[..] {
        [] => config.roots.clone(),
        paths => paths.iter().map(|path| settings(config, path)).collect(),
    };
    if named.is_empty() {
        return Err(hinted("nothing to scan", "name a folder, or a [[root]] in aktsam.toml"));
    }
    let asked = Rate { files_per_second: args.files_per_second, megabytes_per_second: args.megabytes_per_second };
    let (mut roots, mut missing): (Vec<Root>, _) = (Vec::new(), Vec::new());
    for root in named {
        let scope = Scope::new(&root, &config.folders)?;
        match Root::open(&root.path, root.name.as_deref(), scope, root.inodes) {
            Ok(open) if roots.iter().any(|other| other.path() == open.path()) => {}
            Ok(open) => roots.push(open.paced(asked.or(config.rate_of(&root)))),
            Err(error) => {
                let hint = "check that it is mounted and that this account may read it; nothing was marked as gone";
                log::error(&error.to_string(), Some(hint));
                let path = std::path::absolute(&root.path).unwrap_or(root.path);
                missing.push((path.into_os_string().into_encoded_bytes(), error.to_string()));
            }
        }
    }
    Ok((roots, missing))
}

/// The configured settings of a path on the command line, when it is a configured root.
fn settings(config: &Config, path: &Path) -> RootConfig {
    let real = fs::canonicalize(path).ok();
    let same = |root: &&RootConfig| real.is_some() && fs::canonicalize(&root.path).ok() == real;
    let configured = config.roots.iter().find(same).cloned();
    RootConfig { path: path.to_owned(), ..configured.unwrap_or_else(|| RootConfig::of(path.to_owned())) }
}

/// The ledger that is named, the configuration's, or the account's own.
pub(crate) fn ledger_path(named: Option<&PathBuf>, config: &Config) -> anyhow::Result<PathBuf> {
    let path = named.or(config.ledger.as_ref()).cloned().or_else(home);
    path.ok_or_else(|| hinted("this account has no home for a ledger", "name one with --ledger"))
}

fn open_ledger(args: &ScanArgs, config: &Config, roots: &[Root]) -> anyhow::Result<Ledger> {
    let path = ledger_path(args.ledger.as_ref(), config)?;
    let scanned: Vec<&Path> = roots.iter().map(Root::path).collect();
    Ok(Ledger::open(&path, &scanned)?)
}

/// Where the reports go: as asked, otherwise here, and never into what is scanned.
///
/// Standing in a scanned folder without saying where, one finds them beside the ledger.
fn reports_folder(out: Option<&PathBuf>, roots: &[Root], ledger: &Path) -> anyhow::Result<PathBuf> {
    let folder = out.map_or(Path::new("."), PathBuf::as_path);
    let scanned = roots.iter().find(|root| place(folder).starts_with(root.path()));
    match (scanned, out, ledger.parent()) {
        (None, _, _) => Ok(folder.to_owned()),
        (Some(_), None, Some(beside)) => Ok(beside.to_owned()),
        (Some(root), _, _) => Err(hinted(
            format!("{}: lies inside the scanned folder {}", folder.display(), root.path().display()),
            "name another place for the reports with --out",
        )),
    }
}

/// Makes a folder for reports: that it cannot be written to is better said before the night than after it.
fn make_writable(folder: &Path) -> anyhow::Result<()> {
    let made = fs::create_dir_all(folder).and_then(|()| Ok(rustix::fs::access(folder, Access::WRITE_OK)?));
    let hint = "this account needs to write there; name another place for the reports with --out";
    made.map_err(|error| hinted(format!("{}: {error}", folder.display()), hint))
}

fn options(args: &ScanArgs, config: &Config) -> anyhow::Result<Options> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if args.jobs == Some(0) {
        return Err(hinted("--jobs 0 examines nothing", "give 1 or more"));
    }
    Ok(Options {
        jobs: args.jobs.or(config.jobs.map(NonZero::get)).unwrap_or(cores),
        full: args.full,
        records: args.format == ScanFormat::Jsonl,
        reveal: args.reveal,
        file_bytes: config.limits.file_bytes,
    })
}

/// A record as a line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    /// The path's bytes in hex, when they are not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    unchanged: bool,
    #[serde(flatten)]
    record: &'a Record,
}

/// Prints the file's record, and after an archive's those of its members.
fn print(finished: &Finished<'_>) -> io::Result<()> {
    let path = finished.root.display(finished.path);
    print_record(path.as_os_str().as_encoded_bytes(), finished.record, finished.unchanged)
}

fn print_record(path: &[u8], record: &Record, unchanged: bool) -> io::Result<()> {
    let text = String::from_utf8_lossy(path);
    let path_bytes = std::str::from_utf8(path).is_err().then(|| hex(path));
    let mut shown = Record { members: Vec::new(), ..record.clone() };
    shown.flag_name(path);
    let mut line = serde_json::to_vec(&Line { path: &text, path_bytes, unchanged, record: &shown })?;
    line.push(b'\n');
    io::stdout().write_all(&line)?;
    let inside = |member: &Member| [path, &b"!/"[..], member.name.as_bytes()].concat();
    record.members.iter().try_for_each(|member| print_record(&inside(member), &member.record, unchanged))
}

/// The contract with scripts; what ended the run early comes before what it found.
fn exit_code(summary: &Summary, missing: bool, fail_on: Option<Verdict>) -> u8 {
    match summary.outcome {
        RunOutcome::Interrupted => return 130,
        RunOutcome::Window => return 75,
        _ if missing || !summary.faults.is_empty() => return 2,
        _ => {}
    }
    if fail_on.is_some_and(|least| summary.counts.worst() >= Some(least)) {
        return 1;
    }
    if summary.counts.faults > 0 { 3 } else { 0 }
}
