//! `aktsam scan`: crawl, judge, remember, report.

use std::fs;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Instant;

use aktsam::config::{Config, Owners, RootConfig};
use aktsam::ledger::{Basis, Ledger, RunOutcome, home, place};
use aktsam::limits::Limits;
use aktsam::ocr::Pages;
use aktsam::record::{Record, Verdict};
use aktsam::report::Guideline;
use aktsam::report::terminal::{self, Ended};
use aktsam::sandbox::Setup;
use aktsam::scan::{Counts, Finished, Options, Progress, Scan, Stop, Summary};
use aktsam::walk::{Root, Scope};
use jiff::ZonedDateTime;
use jiff::civil::Time;
use serde::Serialize;
use sha2::{Digest, Sha256};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;

use crate::Outcome;
use crate::args::{Common, ScanArgs, ScanFormat};
use crate::isolation::Isolation;
use crate::output::{self, hinted};
use crate::{ocr, policy, progress, report};

pub(crate) fn run(common: &Common, args: &ScanArgs) -> Outcome {
    // Nothing that a scan writes is for other accounts to read.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let config = configuration(common)?;
    let policy = policy::load(common, &config)?;
    let (roots, missing) = open_roots(&config, &args.paths)?;
    if roots.is_empty() {
        return Ok(ExitCode::from(2));
    }
    let mut ledger = open_ledger(args, &config, &roots)?;
    let out = args.out.as_ref().or(config.out.as_ref());
    let folder = reports_folder(out, &roots, ledger.path())?;
    let language = common.lang.language();
    let stop = Stop::new(args.until.as_deref().map(until).transpose()?);
    listen(&stop)?;
    let recogniser = ocr::recogniser(args.ocr)?;
    let pages = recogniser.as_ref().map_or(Pages::None, |recogniser| recogniser.pages);
    let setup = Setup { policy: policy.text.clone(), limits: config.limits.clone(), reveal: args.reveal, pages };
    let basis = basis(&policy, &config.limits, pages);
    let isolation = Isolation::of(args.sandbox, setup, recogniser)?;
    let progress = Progress::default();
    let started = Instant::now();
    let scan = Scan {
        options: &options(args, &config.limits)?,
        basis: &basis,
        isolation: isolation.level().id(),
        examine: &|| isolation.examine(),
        progress: &progress,
        stop: &stop,
    };
    let summary = progress::show(&progress, language, || scan.run(&mut ledger, &roots, &missing, &mut print))?;
    for fault in &summary.faults {
        let name = roots.get(fault.root).map(Root::name).unwrap_or_default();
        eprintln!("error: {name}: {}", fault.fault);
        eprintln!("hint: nothing in it was marked as gone; check that it is mounted and readable");
    }
    if args.format == ScanFormat::Human || out.is_some() {
        let reader = ledger.reader()?;
        let files = report::Files {
            roots: summary.roots.clone(),
            answering: Owners::new(&config)?,
            ..report::Files::default()
        };
        let head = report::head(&reader, &files, Guideline::of(&policy.policy, language), language)?;
        let (totals, reports) = report::write(&reader, &head, &files, &["html", "csv"], &folder)?;
        if args.format == ScanFormat::Human {
            let Counts { unchanged, reused, .. } = summary.counts;
            let ended = Ended { took: started.elapsed(), unchanged, reused, reports };
            let text = terminal::summary(&head, &totals, &ended, output::layout());
            io::stdout().write_all(text.as_bytes())?;
        }
    }
    Ok(ExitCode::from(exit_code(&summary, !missing.is_empty(), args.fail_on)))
}

/// The configuration that is named, or that lies where one is looked for.
pub(crate) fn configuration(common: &Common) -> anyhow::Result<Config> {
    let named = common.config.clone();
    let usual = || [PathBuf::from("aktsam.toml"), "/etc/aktsam/aktsam.toml".into()].into_iter().find(|p| p.exists());
    match named.or_else(usual) {
        Some(path) => Ok(Config::load(&path)?),
        None => Ok(Config::default()),
    }
}

fn basis(policy: &policy::Source, limits: &Limits, pages: Pages) -> Basis {
    let mut hash = Sha256::new();
    hash.update(&policy.text);
    hash.update([0]);
    // Limits are numbers, which always have a JSON form.
    hash.update(serde_json::to_vec(limits).unwrap_or_default());
    // What was left unread for want of a recogniser is read when there is one.
    hash.update(format!("{pages:?}"));
    let digest = hash.finalize().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    Basis {
        tool: aktsam::BUILD.to_owned(),
        policy: policy.policy.name().to_owned(),
        digest,
        policy_digest: policy.policy.digest().to_owned(),
    }
}

type Missing = (Vec<u8>, String);

/// Opens the roots that are named, or those of the configuration; says which cannot be.
fn open_roots(config: &Config, paths: &[PathBuf]) -> anyhow::Result<(Vec<Root>, Vec<Missing>)> {
    let named: Vec<RootConfig> = match paths {
        [] => config.roots.clone(),
        paths => paths.iter().map(|path| settings(config, path)).collect(),
    };
    if named.is_empty() {
        return Err(hinted("nothing to scan", "name a folder, or a [[root]] in aktsam.toml"));
    }
    let (mut roots, mut missing): (Vec<Root>, _) = (Vec::new(), Vec::new());
    for root in named {
        let scope = Scope::new(&root, &config.folders)?;
        match Root::open(&root.path, root.name.as_deref(), scope, root.inodes) {
            Ok(open) if roots.iter().any(|other| other.path() == open.path()) => {}
            Ok(open) => roots.push(open),
            Err(error) => {
                eprintln!("error: {error}");
                eprintln!(
                    "hint: check that it is mounted and that this account may read it; nothing was marked as gone"
                );
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

fn options(args: &ScanArgs, limits: &Limits) -> anyhow::Result<Options> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    if args.jobs == Some(0) {
        return Err(hinted("--jobs 0 examines nothing", "give 1 or more"));
    }
    Ok(Options {
        jobs: args.jobs.unwrap_or(cores),
        full: args.full,
        records: args.format == ScanFormat::Jsonl,
        reveal: args.reveal,
        file_bytes: limits.file_bytes,
    })
}

/// The next time it is `HH:MM` here.
fn until(text: &str) -> anyhow::Result<Instant> {
    let wrong = || hinted(format!("--until {text}: not a time of day"), "write it as HH:MM, such as 05:30");
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let (hour, minute) = (hour.parse().map_err(|_| wrong())?, minute.parse().map_err(|_| wrong())?);
    let time = Time::new(hour, minute, 0, 0).map_err(|_| wrong())?;
    let now = ZonedDateTime::now();
    let today = now.with().time(time).build()?;
    let next = if today > now { today } else { now.tomorrow()?.with().time(time).build()? };
    Ok(Instant::now() + next.duration_since(&now).unsigned_abs())
}

/// Lets signals end the run in good order; the second of a kind ends it at once.
fn listen(stop: &Stop) -> io::Result<()> {
    for (signal, wish, code) in
        [(SIGINT, Stop::INTERRUPT, 130), (SIGHUP, Stop::INTERRUPT, 130), (SIGTERM, Stop::WINDOW, 75)]
    {
        let again = Arc::new(AtomicBool::new(false));
        flag::register_conditional_shutdown(signal, code, Arc::clone(&again))?;
        flag::register(signal, again)?;
        flag::register_usize(signal, stop.wish(), wish)?;
    }
    Ok(())
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

fn print(finished: &Finished<'_>) -> io::Result<()> {
    let path = finished.root.display(finished.path);
    let path_bytes = path.to_str().is_none().then(|| {
        path.as_os_str().as_encoded_bytes().iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
    });
    let text = path.to_string_lossy();
    let line = Line { path: &text, path_bytes, unchanged: finished.unchanged, record: finished.record };
    let mut line = serde_json::to_vec(&line)?;
    line.push(b'\n');
    io::stdout().write_all(&line)
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
