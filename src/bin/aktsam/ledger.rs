//! `aktsam ledger`: whether the ledger is whole, and a copy of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::ledger::register::Register;
use aktsam::ledger::{self, Reader};
use aktsam::report::escape::visible;
use aktsam::report::words;
use clap::{Args, Subcommand};

use crate::args::Common;
use crate::output::hinted;
use crate::{Outcome, log, scan};

#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    #[command(subcommand)]
    pub command: LedgerCommand,
    /// The ledger
    #[arg(long, value_name = "FILE", global = true)]
    pub ledger: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LedgerCommand {
    /// Read every page, reference and record, walk the register's chain, and say what is wrong
    Check,
    /// Write a copy of one moment to a new file, also while a run goes on
    Export {
        /// The copy; it is made, and no file is written over
        file: PathBuf,
    },
}

pub(crate) fn run(common: &Common, args: &LedgerArgs) -> Outcome {
    // A copy is no more for other accounts to read than the ledger is.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let config = scan::configuration(common)?;
    let path = scan::ledger_path(args.ledger.as_ref(), &config)?;
    match &args.command {
        LedgerCommand::Check => check(common, &path),
        LedgerCommand::Export { file } => export(&path, file),
    }
}

fn check(common: &Common, path: &Path) -> Outcome {
    let reader = Reader::open(path)?;
    let faults = reader.check()?;
    for fault in &faults {
        log::error(&format!("{}: {fault}", path.display()), None);
    }
    if !faults.is_empty() {
        return Err(hinted(
            format!("{}: {} faults", path.display(), faults.len()),
            "restore it from a backup, or move it away and scan anew; then check the disk",
        ));
    }
    check_chain(path)?;
    let runs = reader.runs()?.len();
    let bytes = fs::metadata(path).map_or(0, |file| file.len());
    let say = |key| words::command(key, common.lang.language());
    let shown = visible(path.as_os_str().as_encoded_bytes());
    writeln!(io::stdout(), "{shown}: {} ({runs} {}, {bytes} byte)", say("ledger.whole"), say("runs"))?;
    Ok(ExitCode::SUCCESS)
}

/// Walks the register of labels, when the ledger holds one.
fn check_chain(path: &Path) -> anyhow::Result<()> {
    let Some(register) = Register::read(path)? else { return Ok(()) };
    match register.check(None)?.breaks.len() {
        0 => Ok(()),
        breaks => Err(hinted(
            format!("{}: the register's chain does not hold in {breaks} places", path.display()),
            "`aktsam register check` names the entries; compare them with a backup",
        )),
    }
}

fn export(from: &Path, to: &Path) -> Outcome {
    ledger::export(from, to)?;
    writeln!(io::stdout(), "{}", visible(to.as_os_str().as_encoded_bytes()))?;
    Ok(ExitCode::SUCCESS)
}
