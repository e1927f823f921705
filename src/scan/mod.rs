//! The main job: walk → skip unchanged → examine → ledger.
//!
//! Each root is a line of threads with bounded channels between them, so that
//! memory stays flat however many files there are and a slow stage slows the
//! others instead of filling queues:
//!
//! ```text
//! walk ─ names ─► stat pool ─► decide ─ jobs ─► examine (one thread a job) ─► write ─► acknowledge
//!                                 └──────────── unchanged ────────────────────►┘
//! ```
//!
//! A file is acknowledged, counted as finished and handed to the caller, when
//! the transaction that holds its verdict is on the disk. Whatever ends the
//! process after that loses nothing of it, and the next run passes it by.

use std::fs::File;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use thiserror::Error;

use crate::error::FileError;
use crate::ledger::{Basis, Done, Ledger, LedgerError, Reader, RootId, Run, RunCounts, RunOutcome};
use crate::record::Record;
use crate::sandbox::SandboxError;
use crate::walk::{Root, Stat, WalkEnd, stat, walk};

mod decide;
mod gone;
mod pace;
mod progress;
mod stop;
mod work;

pub use progress::{Counts, Progress};
pub use stop::Stop;

use decide::{Decided, decide};
use pace::Pace;
use work::{Links, work};

/// Batches of names between two stages.
const BATCHES: usize = 32;

/// Files between two stages.
const FILES: usize = 256;

/// A transaction is committed at the latest after so many files …
const COMMIT_FILES: usize = 1000;

/// … so many bytes of records …
const COMMIT_BYTES: usize = 8 << 20;

/// … or so much time.
const COMMIT_AFTER: Duration = Duration::from_millis(500);

/// Threads that ask a local disk, and a share, for files.
const STAT_THREADS: (usize, usize) = (2, 16);

/// Stack of an examining thread: parsers may nest deep before a limit ends them.
const STACK_BYTES: usize = 64 << 20;

/// Examines open files, each with its size. Total: whatever they are, a record of each comes back, in their order.
pub type Examine<'a> = Box<dyn FnMut(&[(&File, u64)]) -> Result<Vec<Record>, ScanError> + 'a>;

/// Makes an [`Examine`] for a thread.
pub type MakeExamine<'a> = dyn Fn() -> Result<Examine<'a>, ScanError> + Sync + 'a;

/// How to scan.
#[derive(Clone, Debug)]
pub struct Options {
    /// Files examined at the same time, at least 1.
    pub jobs: usize,
    /// Examine every file again, whatever is known of it.
    pub full: bool,
    /// Give the caller each file's record, of unchanged files too.
    pub records: bool,
    /// Records carry matched values, which the ledger does not have: every file is read.
    pub reveal: bool,
    /// Largest file that is opened, in bytes.
    pub file_bytes: u64,
}

impl Options {
    fn examines_all(&self) -> bool {
        self.full || self.reveal
    }
}

/// Why a run could not go on.
#[derive(Debug, Error)]
pub enum ScanError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// No isolated worker can be had.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The caller could not take a file's record.
    #[error("the records cannot be written: {0}")]
    Output(#[source] io::Error),
    /// A thread could not be started, or broke off.
    #[error("a part of the scan broke off")]
    Thread,
}

/// A file whose verdict is on the disk.
#[derive(Debug)]
pub struct Finished<'a> {
    /// The root it lies in.
    pub root: &'a Root,
    /// The path below the root.
    pub path: &'a [u8],
    /// What was found.
    pub record: &'a Record,
    /// Whether the record is an earlier run's, the file being unchanged.
    pub unchanged: bool,
}

/// A root that was not walked to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootFault {
    /// Index of the root in the run.
    pub root: usize,
    /// Why.
    pub fault: Fault,
}

/// Why a root was not walked to its end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// It could not be read.
    #[error("{0}")]
    Unreadable(FileError),
    /// It is empty, though files were known in it: most likely it is not mounted.
    #[error("it is empty, but {known} files were found in it before")]
    Empty {
        /// Files that the ledger knows in it.
        known: u64,
    },
}

/// How a run ended.
#[derive(Debug)]
pub struct Summary {
    /// How it ended.
    pub outcome: RunOutcome,
    /// What it counted.
    pub counts: Counts,
    /// Roots that failed.
    pub faults: Vec<RootFault>,
    /// The run's number in the ledger.
    pub run: i64,
    /// The numbers of the roots in the ledger, in the order they were given.
    pub roots: Vec<i64>,
}

/// What the stages of a root's line share.
struct Pipeline<'a> {
    run: Run,
    id: RootId,
    index: usize,
    root: &'a Root,
    options: &'a Options,
    progress: &'a Progress,
    stop: &'a Stop,
    pace: Pace,
}

/// A file that is to be examined.
struct Job {
    dir: Vec<u8>,
    name: Vec<u8>,
    stat: Stat,
    fault: Option<FileError>,
}

/// What reaches the writer.
enum Message {
    /// A judged file; the record for the caller when it wants one.
    Done { done: Box<Done>, record: Option<Box<Record>>, reused: bool },
    /// A file whose record is the ledger's.
    Unchanged { dir: Vec<u8>, name: Vec<u8> },
}

/// A run over roots.
pub struct Scan<'a> {
    /// How to scan.
    pub options: &'a Options,
    /// How files are examined.
    pub basis: &'a Basis,
    /// Level of the sandbox, for the ledger.
    pub isolation: &'a str,
    /// Makes what examines, once for each thread.
    pub examine: &'a MakeExamine<'a>,
    /// Counters that others may read.
    pub progress: &'a Progress,
    /// What may end the run.
    pub stop: &'a Stop,
}

impl Scan<'_> {
    /// Scans the roots and hands on each file when it is acknowledged.
    ///
    /// `missing` are roots that could not be opened, by their absolute path and the cause.
    ///
    /// # Errors
    ///
    /// [`ScanError`] when the ledger, the sandbox or `finished` fails; what was acknowledged is kept.
    pub fn run(
        &self,
        ledger: &mut Ledger,
        roots: &[Root],
        missing: &[(Vec<u8>, String)],
        finished: &mut dyn FnMut(&Finished<'_>) -> io::Result<()>,
    ) -> Result<Summary, ScanError> {
        let run = ledger.begin(self.basis, self.isolation)?;
        let outcome = self.roots(ledger, run, roots, missing, finished);
        let counts = self.progress.counts();
        let ended = match &outcome {
            Err(_) => RunOutcome::Failed,
            Ok((_, faults)) => match self.stop.outcome() {
                Some(outcome) => outcome,
                None if faults.is_empty() && missing.is_empty() => RunOutcome::Complete,
                None => RunOutcome::Failed,
            },
        };
        let in_ledger = RunCounts {
            seen: counts.seen,
            unchanged: counts.unchanged,
            reused: counts.reused,
            gone: counts.gone,
            bytes: counts.bytes,
        };
        let noted = ledger.end(run, ended, &in_ledger);
        let (roots, faults) = outcome?;
        noted?;
        Ok(Summary { outcome: ended, counts, faults, run: run.id, roots })
    }

    fn roots(
        &self,
        ledger: &mut Ledger,
        run: Run,
        roots: &[Root],
        missing: &[(Vec<u8>, String)],
        finished: &mut dyn FnMut(&Finished<'_>) -> io::Result<()>,
    ) -> Result<(Vec<i64>, Vec<RootFault>), ScanError> {
        for (path, fault) in missing {
            ledger.missing(run, path, fault)?;
        }
        let mut ids = Vec::with_capacity(roots.len());
        for root in roots {
            ids.push(ledger.root(run, crate::walk::bytes(root.path()), root.name())?);
        }
        self.progress.expect(ids.iter().map(|id| id.files).sum());
        let mut faults = Vec::new();
        for (index, (root, id)) in roots.iter().zip(&ids).enumerate() {
            if self.stop.is_set() {
                break;
            }
            let (options, progress, stop) = (self.options, self.progress, self.stop);
            let pace = Pace::of(root.rate());
            let pipeline = Pipeline { run, id: *id, index, root, options, progress, stop, pace };
            let (whole, fault) = self.root(ledger, &pipeline, finished)?;
            ledger.walked(run, *id, whole, fault.as_ref().map(ToString::to_string).as_deref())?;
            faults.extend(fault.map(|fault| RootFault { root: index, fault }));
        }
        Ok((ids.iter().map(|id| id.id).collect(), faults))
    }

    /// Scans a root; says whether it was walked to its end, and if not, why.
    fn root(
        &self,
        ledger: &mut Ledger,
        pipeline: &Pipeline<'_>,
        finished: &mut dyn FnMut(&Finished<'_>) -> io::Result<()>,
    ) -> Result<(bool, Option<Fault>), ScanError> {
        let (end, decided) = self.line(ledger, pipeline, finished)?;
        self.progress.left(end.links, end.excluded);
        if let Some(fault) = end.fault {
            return Ok((false, Some(Fault::Unreadable(fault))));
        }
        if !end.whole {
            return Ok((false, None));
        }
        let known = pipeline.id.files;
        if decided.seen == 0 && known > 0 && !pipeline.root.is_file() {
            return Ok((false, Some(Fault::Empty { known })));
        }
        gone::mark(ledger, pipeline, &end.unread, &decided)?;
        Ok((true, None))
    }

    /// The line of threads for a root, with the writer on this one.
    fn line(
        &self,
        ledger: &mut Ledger,
        pipeline: &Pipeline<'_>,
        finished: &mut dyn FnMut(&Finished<'_>) -> io::Result<()>,
    ) -> Result<(WalkEnd, Decided), ScanError> {
        let (names, listings) = bounded(BATCHES);
        let (answers, stated) = bounded(BATCHES);
        let (orders, jobs) = bounded(FILES);
        let (results, done) = bounded(FILES);
        let links = Links::default();
        let (root, stop) = (pipeline.root, pipeline.stop);
        let deciding = ledger.reader()?;
        let mut knowing = Vec::new();
        for _ in 0..self.options.jobs.max(1) {
            knowing.push(ledger.reader()?);
        }
        let reading = ledger.reader()?;
        thread::scope(|scope| {
            let walker = scope.spawn(move || walk(root, &names, &|| stop.is_set()));
            let threads = if root.is_network() { STAT_THREADS.1 } else { STAT_THREADS.0 };
            for _ in 0..threads {
                let (listings, answers) = (listings.clone(), answers.clone());
                scope.spawn(move || listings.iter().all(|listing| answers.send(stat(root, listing)).is_ok()));
            }
            drop((listings, answers));
            let decider = {
                let results = results.clone();
                scope.spawn(move || halting(stop, decide(pipeline, &deciding, &stated, &orders, &results)))
            };
            let mut workers = Vec::new();
            for reader in knowing {
                let (jobs, results, links) = (jobs.clone(), results.clone(), &links);
                let body = move || {
                    halting(
                        stop,
                        (self.examine)().and_then(|mut e| work(pipeline, &reader, links, &mut e, &jobs, &results)),
                    )
                };
                let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, body);
                workers.push(worker.map_err(|_| ScanError::Thread));
            }
            drop((jobs, results));
            let written = halting(stop, write(ledger, pipeline, &reading, &done, finished));
            drop(done);
            let mut outcome = written;
            for worker in workers {
                let ended = worker.and_then(|worker| worker.join().map_err(|_| ScanError::Thread)?);
                outcome = outcome.and(ended);
            }
            let sorted = decider.join().map_err(|_| ScanError::Thread)?;
            let end = walker.join().map_err(|_| ScanError::Thread)?;
            outcome?;
            Ok((end, sorted?))
        })
    }
}

/// Takes judged files, commits them by the hundreds and acknowledges them.
fn write(
    ledger: &mut Ledger,
    pipeline: &Pipeline<'_>,
    reader: &Reader,
    messages: &Receiver<Message>,
    finished: &mut dyn FnMut(&Finished<'_>) -> io::Result<()>,
) -> Result<(), ScanError> {
    let mut writer = ledger.writer(pipeline.run);
    let mut waiting: Vec<Message> = Vec::new();
    let (mut bytes, mut due) = (0, Instant::now() + COMMIT_AFTER);
    loop {
        let message = match messages.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(message) => Some(message),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => break,
        };
        if let Some(message) = message {
            if let Message::Done { done, .. } = &message {
                writer.file(done)?;
                bytes += done.content.as_ref().map_or(0, |content| content.record.size());
            }
            waiting.push(message);
        }
        if waiting.len() >= COMMIT_FILES || bytes >= COMMIT_BYTES || Instant::now() >= due {
            writer.commit()?;
            acknowledge(pipeline, reader, &mut waiting, finished)?;
            (bytes, due) = (0, Instant::now() + COMMIT_AFTER);
        }
    }
    writer.commit()?;
    acknowledge(pipeline, reader, &mut waiting, finished)
}

/// Hands on the files whose transaction is on the disk.
fn acknowledge(
    pipeline: &Pipeline<'_>,
    reader: &Reader,
    waiting: &mut Vec<Message>,
    finished: &mut dyn FnMut(&Finished<'_>) -> io::Result<()>,
) -> Result<(), ScanError> {
    for message in waiting.drain(..) {
        let (dir, name, record, unchanged) = match message {
            Message::Done { done, record, reused } => {
                pipeline.progress.finish(done.verdict, done.status, done.error.as_deref());
                if reused {
                    pipeline.progress.knew();
                }
                (done.dir, done.name, record.map(|record| *record), false)
            }
            Message::Unchanged { dir, name } => {
                let record = reader.record(pipeline.id, &dir, &name)?;
                (dir, name, record, true)
            }
        };
        if let Some(record) = &record {
            let path = &crate::walk::join(&dir, &name);
            finished(&Finished { root: pipeline.root, path, record, unchanged }).map_err(ScanError::Output)?;
        }
    }
    Ok(())
}

/// Ends the run when a part of it fails, so that the others do not work for nothing.
fn halting<T, E: Into<ScanError>>(stop: &Stop, outcome: Result<T, E>) -> Result<T, ScanError> {
    outcome.map_err(|error| {
        stop.fail();
        error.into()
    })
}
