//! `aktsam history`: why a file's verdict is what it is, or the runs that there were.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use aktsam::decision::Decision;
use aktsam::judge::explain::Language;
use aktsam::ledger::{Event, FileId, Reader, RunRow};
use aktsam::record::Verdict;
use aktsam::report::escape::visible;
use aktsam::report::{terminal, words};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::args::Common;
use crate::output::hinted;
use crate::{Outcome, scan};

#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The file [default: list the runs]
    pub file: Option<PathBuf>,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Jsonl,
}

pub(crate) fn run(common: &Common, args: &HistoryArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let reader = Reader::open(&scan::ledger_path(args.ledger.as_ref(), &config)?)?;
    let language = common.lang.language();
    let mut out = io::stdout().lock();
    let Some(file) = &args.file else {
        for run in reader.runs()?.iter().rev() {
            writeln!(out, "{}", if args.format == Format::Jsonl { run_line(run) } else { run_words(run, language) })?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let id = located(&reader, file)?;
    let mut steps: Vec<(i64, String)> = Vec::new();
    for event in reader.history(&id)? {
        let line = if args.format == Format::Jsonl { event_line(&event) } else { event_words(&event, language) };
        steps.push((event.started_ms, line));
    }
    for decision in reader.decisions_of(&id)?.iter().rev() {
        let jsonl = args.format == Format::Jsonl;
        let line = if jsonl { decision_line(decision) } else { decision_words(decision, language) };
        steps.push((decision.made.as_millisecond(), line));
    }
    steps.sort_by_key(|(when, _)| *when);
    for (_, line) in steps {
        writeln!(out, "{line}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The file that is named, as the ledger knows it.
pub(crate) fn located(reader: &Reader, file: &Path) -> anyhow::Result<FileId> {
    let unknown = || {
        hinted(
            format!("{}: the ledger knows no such file", file.display()),
            "give its path as it lies below a scanned folder; a new file is known after the next scan",
        )
    };
    reader.locate(file)?.ok_or_else(unknown)
}

/// A moment as people here write it.
pub(crate) fn moment(milliseconds: i64) -> String {
    let moment = Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A verdict with its mark.
pub(crate) fn verdict(verdict: Verdict, language: Language) -> String {
    format!("{} {}", terminal::mark(verdict), words::verdict_short(verdict).get(language))
}

/// A decision in words, without its number and time.
pub(crate) fn said(decision: &Decision, language: Language) -> String {
    let (by, why) = (visible(decision.by.as_bytes()), visible(decision.why.as_bytes()));
    let until = decision.until.map_or_else(String::new, |day| format!(", {} {day}", words::command("until", language)));
    let standing = words::standing(decision.standing).get(language);
    format!("{} – {by}: {why}{until} [{standing}]", verdict(decision.verdict, language))
}

fn event_words(event: &Event, language: Language) -> String {
    let run = format!("{} {}", words::command("run", language), event.run);
    let reason = words::reason(event.reason).get(language);
    let verdicts = match event.before {
        Some(before) if before != event.verdict => {
            format!("{} → {}", verdict(before, language), verdict(event.verdict, language))
        }
        _ => verdict(event.verdict, language),
    };
    let by = format!("{}, aktsam {}", event.policy, event.tool);
    format!("{}  {run:12}  {reason:32}  {verdicts}  ({by})", moment(event.started_ms))
}

fn decision_words(decision: &Decision, language: Language) -> String {
    let number = format!("{} {}", words::command("decision", language), decision.id);
    format!("{}  {number:12}  {}", moment(decision.made.as_millisecond()), said(decision, language))
}

fn event_line(event: &Event) -> String {
    json!({
        "run": event.run,
        "time": Timestamp::from_millisecond(event.started_ms).ok().map(|moment| moment.to_string()),
        "reason": event.reason.id(),
        "before": event.before.map(Verdict::id),
        "verdict": event.verdict.id(),
        "sha256": event.sha256,
        "policy": event.policy,
        "tool": event.tool,
    })
    .to_string()
}

/// A decision as a line of JSON.
pub(crate) fn decision_line(decision: &Decision) -> String {
    json!({
        "decision": decision.id,
        "time": decision.made.to_string(),
        "verdict": decision.verdict.id(),
        "seen": decision.seen.id(),
        "by": decision.by,
        "why": decision.why,
        "until": decision.until.map(|day| day.to_string()),
        "standing": decision.standing.id(),
    })
    .to_string()
}

fn run_words(run: &RunRow, language: Language) -> String {
    let outcome = words::command(run.outcome.as_deref().map_or("outcome.none", outcome), language);
    let counts = [("seen", run.counts.seen), ("unchanged", run.counts.unchanged), ("gone", run.counts.gone)];
    let counts = counts.map(|(key, count)| format!("{count} {}", words::command(key, language))).join(", ");
    format!("{:>5}  {}  {outcome:12}  {counts}  ({}, aktsam {})", run.id, moment(run.started_ms), run.policy, run.tool)
}

fn outcome(id: &str) -> &'static str {
    match id {
        "complete" => "outcome.complete",
        "interrupted" => "outcome.interrupted",
        "window" => "outcome.window",
        "failed" => "outcome.failed",
        _ => "outcome.killed",
    }
}

fn run_line(run: &RunRow) -> String {
    let time = |milliseconds| Timestamp::from_millisecond(milliseconds).ok().map(|moment| moment.to_string());
    json!({
        "run": run.id,
        "started": time(run.started_ms),
        "ended": run.ended_ms.and_then(time),
        "outcome": run.outcome,
        "policy": run.policy,
        "tool": run.tool,
        "isolation": run.isolation,
        "seen": run.counts.seen,
        "unchanged": run.counts.unchanged,
        "reused": run.counts.reused,
        "gone": run.counts.gone,
        "bytes": run.counts.bytes,
    })
    .to_string()
}
