//! `aktsam decide`: what a person decides about a file, beside what the program says.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use aktsam::decision::Decision;
use aktsam::judge::explain::Language;
use aktsam::ledger::{Decided, FileId, Ledger, NewDecision, Reader, Undecidable};
use aktsam::record::Verdict;
use aktsam::report::escape::visible;
use aktsam::report::words;
use clap::{Args, Subcommand};
use jiff::ZonedDateTime;
use jiff::civil::Date;

use crate::args::Common;
use crate::history::{Format, decision_line, located, said};
use crate::output::hinted;
use crate::{Outcome, log, scan};

mod table;

/// Notes what a person decides about files. It stands beside the program's verdict, and
/// holds as long as content and policy stay and the verdict is not raised.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct DecideArgs {
    #[command(subcommand)]
    pub command: Option<DecideCommand>,
    /// The file
    #[arg(required_unless_present = "from", conflicts_with = "from")]
    pub file: Option<PathBuf>,
    /// A table of decisions instead: report.csv with the columns Beslut, Beslutat av,
    /// Motivering and Gäller till och med filled in
    #[arg(long, value_name = "CSV")]
    pub from: Option<PathBuf>,
    /// What the file is decided to be; of a table, where the column is empty it decides nothing
    #[arg(long, value_name = "VERDICT", required_unless_present = "from", conflicts_with = "from")]
    pub verdict: Option<Verdict>,
    /// Who decides
    #[arg(long, value_name = "NAME", required_unless_present = "from")]
    pub by: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT", required_unless_present = "from")]
    pub why: Option<String>,
    /// The last day it holds
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub until: Option<Date>,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DecideCommand {
    /// Every decision, and whether it holds
    List {
        /// Only those that hold no longer
        #[arg(long)]
        lapsed: bool,
        /// What to print
        #[arg(long, value_enum, default_value = "human")]
        format: Format,
        /// The ledger
        #[arg(long, value_name = "FILE")]
        ledger: Option<PathBuf>,
    },
    /// Take a decision back
    Withdraw {
        /// Its number, as in `decide list`
        id: i64,
        /// Who takes it back
        #[arg(long, value_name = "NAME")]
        by: String,
        /// The ledger
        #[arg(long, value_name = "FILE")]
        ledger: Option<PathBuf>,
    },
}

pub(crate) fn run(common: &Common, args: &DecideArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let language = common.lang.language();
    let at = |ledger: &Option<PathBuf>| scan::ledger_path(ledger.as_ref(), &config);
    match &args.command {
        Some(DecideCommand::List { lapsed, format, ledger }) => {
            list(&Reader::open(&at(ledger)?)?, *lapsed, *format, language)
        }
        Some(DecideCommand::Withdraw { id, by, ledger }) => {
            let path = at(ledger)?;
            drop(Reader::open(&path)?);
            withdraw(&mut Ledger::open(&path, &[])?, *id, by, language)
        }
        None => decide(args, &at(&args.ledger)?, language),
    }
}

/// Notes all of the decisions or none: a table with a mistake changes nothing.
fn decide(args: &DecideArgs, ledger: &std::path::Path, language: Language) -> Outcome {
    let reader = Reader::open(ledger)?;
    let decisions = match (&args.from, &args.file, args.verdict) {
        (Some(table), ..) => table::read(&reader, table, args)?,
        (None, Some(file), Some(verdict)) => {
            let (by, why) = (args.by.clone().unwrap_or_default(), args.why.clone().unwrap_or_default());
            let decision = checked(NewDecision { verdict, by, why, until: args.until })?;
            let id = located(&reader, file)?;
            decidable(&reader, &id)?;
            vec![(id, decision)]
        }
        _ => Vec::new(),
    };
    let noted = Ledger::open(ledger, &[])?.decide(&decisions)?;
    let mut out = io::stdout().lock();
    for (file, _) in &decisions {
        if let Some(decision) = reader.decisions_of(file)?.first() {
            writeln!(out, "{}", line(&shown(&reader, file.root, &file.path)?, decision, language))?;
        }
    }
    writeln!(out, "{noted} {}", words::command("decide.noted", language))?;
    Ok(ExitCode::SUCCESS)
}

/// A decision that can be noted: someone's, for a reason, not over already, and one.
fn checked(decision: NewDecision) -> anyhow::Result<NewDecision> {
    if decision.by.trim().is_empty() {
        return Err(hinted("no one is named as deciding", "name who decides with --by"));
    }
    if decision.why.trim().is_empty() {
        return Err(hinted("no reason is given", "say why with --why"));
    }
    if decision.verdict == Verdict::Undetermined {
        return Err(hinted("undetermined is no decision", "decide what the file is, or withdraw a decision"));
    }
    if let Some(day) = decision.until.filter(|day| *day < ZonedDateTime::now().date()) {
        return Err(hinted(format!("{day} has passed"), "give the last day on which the decision is to hold"));
    }
    Ok(decision)
}

fn decidable(reader: &Reader, file: &FileId) -> anyhow::Result<()> {
    let (why, hint) = match reader.undecidable(file)? {
        None => return Ok(()),
        Some(Undecidable::Gone) => ("the file is gone", "scan again if it is back"),
        Some(Undecidable::Unread) => (
            "its content was not read, so there is nothing a decision could hold for",
            "make it readable and scan again; `aktsam explain FILE` says why it was not read",
        ),
        Some(Undecidable::Old) => ("it was last judged by an older version of aktsam", "scan again, then decide"),
    };
    Err(hinted(format!("{}: {why}", visible(&file.path)), hint))
}

fn list(reader: &Reader, lapsed: bool, format: Format, language: Language) -> Outcome {
    let mut out = io::stdout().lock();
    for Decided { root, path, decision } in reader.decisions()? {
        if lapsed && decision.standing.holds() {
            continue;
        }
        let path = shown(reader, root, &path)?;
        match format {
            Format::Human => writeln!(out, "{}", line(&path, &decision, language))?,
            Format::Jsonl => {
                let mut object: serde_json::Value = serde_json::from_str(&decision_line(&decision))?;
                object["file"] = path.into();
                writeln!(out, "{object}")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn withdraw(ledger: &mut Ledger, id: i64, by: &str, language: Language) -> Outcome {
    if !ledger.withdraw(id, by)? {
        return Err(hinted(format!("no decision {id} stands"), "`aktsam decide list` numbers them"));
    }
    log::event("decision-withdrawn", serde_json::json!({ "decision": id }));
    writeln!(io::stdout(), "{id} {}", words::standing(aktsam::decision::Standing::Withdrawn).get(language))?;
    Ok(ExitCode::SUCCESS)
}

fn line(path: &str, decision: &Decision, language: Language) -> String {
    format!("{:>5}  {path}  {}", decision.id, said(decision, language))
}

/// A file as reports name it: its root's name and the path below it.
fn shown(reader: &Reader, root: i64, path: &[u8]) -> anyhow::Result<String> {
    let name = reader.roots()?.into_iter().find(|known| known.id == root).map(|root| root.name).unwrap_or_default();
    let slash = if path.is_empty() { "" } else { "/" };
    Ok(format!("{}{slash}{}", visible(name.as_bytes()), visible(path)))
}
