//! A run's counts for Prometheus, as a text file that `node_exporter`'s textfile
//! collector picks up (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::{Display, Write as _};
use std::path::{Path, PathBuf};

use aktsam::ledger::{Purged, RunRow};
use aktsam::record::{Status, Verdict};
use aktsam::report::escape::visible;
use aktsam::scan::Counts;
use jiff::Timestamp;

use crate::{log, replace};

/// What a run has to tell.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    /// What it counted; `None` when it did not come so far.
    pub counts: Option<Counts>,
    /// Its roots, and whether each was scanned to its end.
    pub roots: Vec<(String, bool)>,
    /// What it forgot.
    pub purged: Purged,
    /// The runs that the ledger knows, latest first.
    pub runs: Vec<RunRow>,
    /// Bytes that the ledger takes up.
    pub ledger_bytes: u64,
}

impl Metrics {
    /// Writes the file, whole or not at all. That it cannot be written fails no run.
    pub(crate) fn write(&self, path: Option<&PathBuf>, started: Timestamp, code: u8) {
        let Some(path) = path else { return };
        let text = self.text(started, Timestamp::now(), code);
        // Another account's program reads it, and it names no file.
        if let Err(error) = replace::overwrite(Path::new(path), text.as_bytes(), 0o644) {
            log::warning(&format!("{error:#}"), Some("the run itself is not affected; check --metrics"));
        }
    }

    fn text(&self, started: Timestamp, ended: Timestamp, code: u8) -> String {
        let mut text = Exposition::default();
        text.gauge("run_start_time_seconds", "When the last run began", started.as_second());
        text.gauge("run_end_time_seconds", "When the last run ended", ended.as_second());
        text.gauge("run_exit_code", "Exit code of the last run: 0 complete, 75 window ended", code);
        let complete = self.runs.iter().find(|run| run.outcome.as_deref() == Some("complete"));
        if let Some(ended) = complete.and_then(|run| run.ended_ms) {
            text.gauge("complete_run_end_time_seconds", "When the last complete run ended", ended / 1000);
        }
        if let Some(counts) = &self.counts {
            text.counts(counts);
        }
        text.head("root_whole", "Whether the last run scanned the root to its end");
        for (name, whole) in &self.roots {
            text.line("root_whole", Some(("root", name)), u8::from(*whole));
        }
        text.gauge(
            "purged_files",
            "Files that the last run forgot because they were gone long enough",
            self.purged.files,
        );
        text.gauge("ledger_bytes", "Bytes that the ledger takes up", self.ledger_bytes);
        text.0
    }
}

#[derive(Default)]
struct Exposition(String);

impl Exposition {
    fn counts(&mut self, counts: &Counts) {
        self.gauge("run_files_seen", "Files that the last run saw", counts.seen);
        self.gauge("run_files_unchanged", "Files that had not changed", counts.unchanged);
        self.gauge("run_files_reused", "Files whose content was known", counts.reused);
        self.gauge("run_files_gone", "Files that were no longer there", counts.gone);
        self.gauge("run_files_faulty", "Files that could not be judged because something failed", counts.faults);
        self.gauge("run_bytes_read", "Bytes that the last run read", counts.bytes);
        self.head("run_files", "Files of the last run by verdict");
        for (verdict, count) in Verdict::ALL.into_iter().zip(counts.verdicts) {
            self.line("run_files", Some(("verdict", verdict.id())), count);
        }
        self.head("run_files_read", "Files of the last run by how the reading went");
        for (status, count) in Status::ALL.into_iter().zip(counts.statuses) {
            self.line("run_files_read", Some(("status", status.id())), count);
        }
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.head(name, help);
        self.line(name, None, value);
    }

    fn head(&mut self, name: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP aktsam_{name} {help}.\n# TYPE aktsam_{name} gauge");
    }

    fn line(&mut self, name: &str, label: Option<(&str, &str)>, value: impl Display) {
        let label = label.map_or_else(String::new, |(key, said)| {
            let said = visible(said.as_bytes()).replace('\\', "\\\\").replace('"', "\\\"");
            format!("{{{key}=\"{said}\"}}")
        });
        let _ = writeln!(self.0, "aktsam_{name}{label} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_roots_cannot_break_a_line() {
        let roots = vec![("G:\\\"a\"\n".to_owned(), false)];
        let text = Metrics { roots, ..Metrics::default() }.text(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH, 2);
        assert!(text.contains("aktsam_root_whole{root=\"G:\\\\\\\"a\\\"\\\\x0a\"} 0\n"), "{text}");
        let is_line = |line: &str| line.starts_with("# ") || line.starts_with("aktsam_") && line.contains(' ');
        assert!(text.lines().all(is_line), "{text}");
    }
}
