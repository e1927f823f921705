//! The outcome of a scan in a few calm lines.

use std::fmt::Write as _;

use aktsam::ledger::RunOutcome;
use aktsam::record::Verdict;
use aktsam::scan::Summary;

use crate::args::Lang;

/// What the operator reads when a scan has ended.
pub(crate) fn told(summary: &Summary, lang: Lang) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = match lang {
        Lang::Sv => swedish(summary, &mut text),
        Lang::En => english(summary, &mut text),
    };
    text
}

fn swedish(summary: &Summary, text: &mut String) -> std::fmt::Result {
    let counts = &summary.counts;
    match summary.outcome {
        RunOutcome::Complete => writeln!(text, "Klart: {} filer", counts.seen)?,
        RunOutcome::Failed => writeln!(text, "Ofullständigt: {} filer, och en rot kunde inte läsas", counts.seen)?,
        _ => writeln!(text, "Avbrutet efter {} filer; nästa körning fortsätter", counts.finished)?,
    }
    let (unchanged, reused, gone) = (counts.unchanged, counts.reused, counts.gone);
    writeln!(text, "{unchanged} oförändrade, {reused} med redan känt innehåll, {gone} borta")?;
    for verdict in Verdict::ALL {
        writeln!(text, "{:>10}  {}", counts.verdict(verdict), verdict.swedish())?;
    }
    if counts.faults > 0 {
        writeln!(text, "{} filer kunde inte bedömas på grund av fel", counts.faults)?;
    }
    Ok(())
}

fn english(summary: &Summary, text: &mut String) -> std::fmt::Result {
    let counts = &summary.counts;
    match summary.outcome {
        RunOutcome::Complete => writeln!(text, "Done: {} files", counts.seen)?,
        RunOutcome::Failed => writeln!(text, "Incomplete: {} files, and a root could not be read", counts.seen)?,
        _ => writeln!(text, "Stopped after {} files; the next run goes on", counts.finished)?,
    }
    let (unchanged, reused, gone) = (counts.unchanged, counts.reused, counts.gone);
    writeln!(text, "{unchanged} unchanged, {reused} of known content, {gone} gone")?;
    for verdict in Verdict::ALL {
        writeln!(text, "{:>10}  {}", counts.verdict(verdict), verdict.id())?;
    }
    if counts.faults > 0 {
        writeln!(text, "{} files could not be judged because something failed", counts.faults)?;
    }
    Ok(())
}
