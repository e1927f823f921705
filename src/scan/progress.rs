//! What a run has done so far, counted where it happens and read by who draws it.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::record::{Status, Verdict};

/// Counters of a run under way; any thread may read them at any time.
#[derive(Debug, Default)]
pub struct Progress {
    seen: AtomicU64,
    unchanged: AtomicU64,
    reused: AtomicU64,
    finished: AtomicU64,
    expected: AtomicU64,
    bytes: AtomicU64,
    gone: AtomicU64,
    links: AtomicU64,
    excluded: AtomicU64,
    faults: AtomicU64,
    verdicts: [AtomicU64; Verdict::ALL.len()],
    statuses: [AtomicU64; Status::ALL.len()],
    folder: Mutex<PathBuf>,
}

/// The counters at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files seen by the walk.
    pub seen: u64,
    /// Files that had not changed since an earlier run.
    pub unchanged: u64,
    /// Files whose content was known.
    pub reused: u64,
    /// Files whose verdict is on the disk.
    pub finished: u64,
    /// Files that earlier runs knew in these roots; 0 when they are scanned for the first time.
    pub expected: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Files that are no longer there.
    pub gone: u64,
    /// Symbolic links that were not followed.
    pub links: u64,
    /// Files and folders that the configuration leaves out.
    pub excluded: u64,
    /// Files that could not be judged because something failed.
    pub faults: u64,
    /// Finished files by verdict, in the order of [`Verdict::ALL`].
    pub verdicts: [u64; Verdict::ALL.len()],
    /// Finished files by status, in the order of [`Status::ALL`].
    pub statuses: [u64; Status::ALL.len()],
}

impl Counts {
    /// Files with a verdict.
    #[must_use]
    pub fn verdict(&self, verdict: Verdict) -> u64 {
        Verdict::ALL.iter().zip(self.verdicts).filter(|(v, _)| **v == verdict).map(|(_, count)| count).sum()
    }

    /// The most restrictive verdict of any file.
    #[must_use]
    pub fn worst(&self) -> Option<Verdict> {
        Verdict::ALL.into_iter().rev().find(|verdict| self.verdict(*verdict) > 0)
    }
}

impl Progress {
    /// The counters now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            seen: read(&self.seen),
            unchanged: read(&self.unchanged),
            reused: read(&self.reused),
            finished: read(&self.finished),
            expected: read(&self.expected),
            bytes: read(&self.bytes),
            gone: read(&self.gone),
            links: read(&self.links),
            excluded: read(&self.excluded),
            faults: read(&self.faults),
            verdicts: std::array::from_fn(|index| self.verdicts.get(index).map_or(0, read)),
            statuses: std::array::from_fn(|index| self.statuses.get(index).map_or(0, read)),
        }
    }

    /// The folder that was last taken up.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.lock().map(|folder| folder.clone()).unwrap_or_default()
    }

    pub(super) fn enter(&self, folder: &Path) {
        if let Ok(mut current) = self.folder.lock() {
            folder.clone_into(&mut current);
        }
    }

    pub(super) fn expect(&self, files: u64) {
        self.expected.fetch_add(files, Ordering::Relaxed);
    }

    pub(super) fn saw(&self, files: u64) {
        self.seen.fetch_add(files, Ordering::Relaxed);
    }

    pub(super) fn read(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn lost(&self, files: u64) {
        self.gone.fetch_add(files, Ordering::Relaxed);
    }

    pub(super) fn left(&self, links: u64, excluded: u64) {
        self.links.fetch_add(links, Ordering::Relaxed);
        self.excluded.fetch_add(excluded, Ordering::Relaxed);
    }

    pub(super) fn kept(&self) {
        self.unchanged.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn knew(&self) {
        self.reused.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn finish(&self, verdict: Verdict, status: Status, error: Option<&str>) {
        let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
        count(&self.finished);
        if let Some(counter) = Verdict::ALL.iter().position(|v| *v == verdict).and_then(|at| self.verdicts.get(at)) {
            count(counter);
        }
        if let Some(counter) = Status::ALL.iter().position(|s| *s == status).and_then(|at| self.statuses.get(at)) {
            count(counter);
        }
        if is_fault(verdict, status, error) {
            count(&self.faults);
        }
    }
}

/// Whether a file could not be judged because something failed, which someone
/// may want to mend: damaged, encrypted, not allowed, over a limit. That a file
/// is empty, special, offline, gone again or of a kind that is not read is no fault.
fn is_fault(verdict: Verdict, status: Status, error: Option<&str>) -> bool {
    match status {
        Status::Error => !matches!(error, Some("unsupported" | "empty" | "vanished")),
        Status::Limit => verdict == Verdict::Undetermined,
        Status::Ok | Status::Partial | Status::Skipped => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_faults_from_what_is_so_by_nature() {
        for (verdict, status, error, expected) in [
            (Verdict::Open, Status::Ok, None, false),
            (Verdict::Undetermined, Status::Error, Some("corrupt"), true),
            (Verdict::Secret, Status::Error, Some("permission-denied"), true),
            (Verdict::Undetermined, Status::Error, Some("unsupported"), false),
            (Verdict::Undetermined, Status::Limit, Some("limit:file"), true),
            (Verdict::Sensitive, Status::Limit, Some("limit:output"), false),
            (Verdict::Undetermined, Status::Skipped, Some("offline"), false),
        ] {
            assert_eq!(is_fault(verdict, status, error), expected, "{status:?} {error:?}");
        }
    }

    #[test]
    fn counts_what_finished() {
        let progress = Progress::default();
        progress.finish(Verdict::Open, Status::Ok, None);
        progress.finish(Verdict::Personal, Status::Ok, None);
        let counts = progress.counts();
        assert_eq!((counts.finished, counts.verdict(Verdict::Personal)), (2, 1));
        assert_eq!(counts.worst(), Some(Verdict::Personal));
    }
}
