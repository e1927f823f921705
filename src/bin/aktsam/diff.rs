//! `aktsam diff`: what is otherwise after a run than after another.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use aktsam::judge::explain::Language;
use aktsam::ledger::{Change, Difference, Reader};
use aktsam::record::Verdict;
use aktsam::report::escape::visible;
use aktsam::report::words;
use clap::Args;
use serde_json::json;

use crate::args::Common;
use crate::history::{Format, verdict};
use crate::output::hinted;
use crate::{Outcome, scan};

#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The earlier run, by number as in `aktsam history` [default: the one before the later]
    pub from: Option<i64>,
    /// The later run [default: the last]
    pub to: Option<i64>,
    /// The ledger
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value = "human")]
    pub format: Format,
}

pub(crate) fn run(common: &Common, args: &DiffArgs) -> Outcome {
    let config = scan::configuration(common)?;
    let reader = Reader::open(&scan::ledger_path(args.ledger.as_ref(), &config)?)?;
    let (from, to) = runs(&reader, args)?;
    let roots: HashMap<i64, String> = reader.roots()?.into_iter().map(|root| (root.id, root.name)).collect();
    let language = common.lang.language();
    let mut out = io::stdout().lock();
    let mut totals: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut written = Ok(());
    reader.differences(from, to, |difference| {
        *totals.entry(kind(&difference)).or_default() += 1;
        let root = roots.get(&difference.root).map_or("", String::as_str);
        let jsonl = args.format == Format::Jsonl;
        let line = if jsonl { line(root, &difference) } else { in_words(root, &difference, language) };
        if written.is_ok() {
            written = writeln!(out, "{line}");
        }
        Ok(())
    })?;
    written?;
    if args.format == Format::Human {
        let counts =
            KINDS.map(|(kind, key)| format!("{} {}", totals.get(kind).unwrap_or(&0), words::command(key, language)));
        writeln!(out, "{} {from} → {to}: {}", words::command("run", language), counts.join(", "))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What may have become of a file, with the key of its words.
const KINDS: [(&str, &str); 5] = [
    ("new", "diff.new"),
    ("changed", "diff.changed"),
    ("gone", "diff.gone"),
    ("raised", "diff.raised"),
    ("lowered", "diff.lowered"),
];

fn runs(reader: &Reader, args: &DiffArgs) -> anyhow::Result<(i64, i64)> {
    let runs: Vec<i64> = reader.runs()?.iter().map(|run| run.id).collect();
    let hint = "`aktsam history` lists the runs";
    let known = |run: i64| runs.contains(&run).then_some(run).ok_or_else(|| hinted(format!("no run {run}"), hint));
    let to = args.to.or(runs.first().copied()).ok_or_else(|| hinted("there has been no run", "scan first"))?;
    let before = runs.iter().copied().find(|run| *run < to);
    let from = args.from.or(before).ok_or_else(|| hinted("there is no run to compare with", hint))?;
    let (from, to) = (known(from)?, known(to)?);
    if from >= to {
        return Err(hinted(format!("run {from} is not before run {to}"), "give the earlier run first"));
    }
    Ok((from, to))
}

/// What became of a file: of one whose content changed, that its verdict did comes first.
fn kind(difference: &Difference) -> &'static str {
    match (difference.change, difference.before, difference.after) {
        (Change::New, ..) => "new",
        (Change::Gone, ..) => "gone",
        (_, Some(before), Some(after)) if before < after => "raised",
        (_, Some(before), Some(after)) if before > after => "lowered",
        _ => "changed",
    }
}

fn in_words(root: &str, difference: &Difference, language: Language) -> String {
    let key = KINDS.iter().find(|(known, _)| *known == kind(difference)).map_or("", |(_, key)| key);
    let verdicts: Vec<String> =
        [difference.before, difference.after].into_iter().flatten().map(|one| verdict(one, language)).collect();
    let mut verdicts = verdicts;
    verdicts.dedup();
    let path = format!("{}/{}", visible(root.as_bytes()), visible(&difference.path));
    let reason = words::reason(difference.reason).get(language);
    format!("{:9}  {path}  {} ({reason})", words::command(key, language), verdicts.join(" → "))
}

fn line(root: &str, difference: &Difference) -> String {
    json!({
        "root": root,
        "path": visible(&difference.path),
        "change": kind(difference),
        "content": difference.change == Change::Changed,
        "before": difference.before.map(Verdict::id),
        "after": difference.after.map(Verdict::id),
        "reason": difference.reason.id(),
    })
    .to_string()
}
