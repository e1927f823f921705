//! `aktsam purge`, and what a run forgets when it ends.

use std::io::{self, Write};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use aktsam::ledger::{Forget, Ledger, LedgerError, Purged, Reader};
use aktsam::report::words;
use clap::Args;
use serde_json::{Value, json};

use crate::args::Common;
use crate::output::hinted;
use crate::{Outcome, log, scan};

/// Forgets files that have been gone, and what was said of files, for longer than the set time.
#[derive(Debug, Args)]
pub(crate) struct PurgeArgs {
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// Count what would be forgotten, and forget nothing
    #[arg(long)]
    pub dry_run: bool,
    /// What is older than so many days [default: the configuration's, or 90]
    #[arg(long, value_name = "DAYS")]
    pub older_than: Option<NonZeroU32>,
    /// Everything of a root instead, by its name, such as one that is no longer scanned
    #[arg(long, value_name = "NAME", conflicts_with = "older_than")]
    pub root: Option<String>,
}

pub(crate) fn run(common: &Common, args: &PurgeArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let path = scan::ledger_path(args.ledger.as_ref(), &config)?;
    let days = args.older_than.map_or_else(|| config.retention(), NonZeroU32::get);
    let what = match &args.root {
        Some(name) => Forget::Root(root_named(&Reader::open(&path)?, name)?),
        None => Forget::Days(days),
    };
    // Asked first, so that no ledger is made where there is none.
    drop(Reader::open(&path)?);
    let mut ledger = Ledger::open(&path, &[])?;
    if is_behind(&mut ledger)? && args.root.is_none() {
        return Ok(ExitCode::from(2));
    }
    let purged = ledger.purge(what, args.dry_run)?;
    if !args.dry_run {
        ledger.pack(true)?;
        log::event("purged", counts(&purged));
    }
    let language = common.lang.language();
    let mut out = io::stdout().lock();
    if args.dry_run {
        writeln!(out, "{}", words::command("purge.dry", language))?;
    }
    for (key, count) in lines(&purged) {
        writeln!(out, "{count:>9} {}", words::command(key, language))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The number of the root of this name.
fn root_named(reader: &Reader, name: &str) -> anyhow::Result<i64> {
    let roots = reader.roots()?;
    let known: Vec<&str> = roots.iter().map(|root| root.name.as_str()).collect();
    let unknown = || hinted(format!("no root is called {name}"), format!("the ledger knows {}", known.join(", ")));
    roots.iter().find(|root| root.name == name).map(|root| root.id).ok_or_else(unknown)
}

/// Forgets at the end of a run what has been kept long enough; says what was forgotten.
pub(crate) fn after_run(ledger: &mut Ledger, days: u32) -> Result<Purged, LedgerError> {
    if is_behind(ledger)? {
        return Ok(Purged::default());
    }
    let purged = ledger.purge(Forget::Days(days), false)?;
    if !purged.is_empty() {
        log::event("purged", counts(&purged));
        ledger.pack(false)?;
    }
    Ok(purged)
}

/// Whether the clock is behind the ledger, by which nothing can be told to be old. Says so.
fn is_behind(ledger: &mut Ledger) -> Result<bool, LedgerError> {
    let behind = ledger.is_ahead()?;
    if behind {
        log::warning(
            "the clock is behind the last run's: nothing is forgotten, since nothing can be told to be old",
            Some("set the clock; when a run noted a time that is yet to come, wait for it or keep the ledger as it is"),
        );
    }
    Ok(behind)
}

fn lines(purged: &Purged) -> [(&'static str, u64); 6] {
    [
        ("purged.files", purged.files),
        ("purged.contents", purged.contents),
        ("purged.history", purged.history),
        ("purged.decisions", purged.decisions),
        ("purged.folders", purged.folders),
        ("purged.runs", purged.runs),
    ]
}

fn counts(purged: &Purged) -> Value {
    let counts = lines(purged).map(|(key, count)| (key.rsplit('.').next().unwrap_or(key).to_owned(), json!(count)));
    Value::Object(counts.into_iter().collect())
}
