//! From a job to a judged file: open it, know its content or examine it, and
//! say so when it changed meanwhile.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, Sender};
use sha2::{Digest, Sha256};

use super::{Examine, Job, Message, Pipeline, ScanError};
use crate::document::Kind;
use crate::error::{FileError, Limit};
use crate::examine::{hex, unread};
use crate::ledger::{Content, Done, Reader, Stored};
use crate::record::{Record, Status, Verdict};
use crate::walk::{Entry, Opened, Stat, join, open, state};

/// A file whose content was changed this short before it was read may be
/// changed again without its time telling: file systems keep time in steps of
/// up to two seconds (FAT), and servers' clocks differ.
const RACY_NS: i64 = 3_000_000_000;

/// Bytes that are hashed at a time.
const CHUNK: usize = 128 * 1024;

/// Files that are handed over together at most …
const TOGETHER: usize = 16;

/// … and what is large enough to go last, in bytes.
const SMALL: u64 = 64 << 10;

/// Files with several names that are remembered until all of them have come.
const LINKED: usize = 4096;

/// What is known of a content after it was read.
#[derive(Clone, Debug)]
struct Read {
    record: Record,
    content: Option<Content>,
    stat: Stat,
    /// Set when the content was known before.
    reused: bool,
    /// Set when the file changed while it was read.
    changed: bool,
}

/// What was read of a file with several names, which one of them reads for all.
type Once = Arc<OnceLock<Option<Read>>>;

/// Files with several names that were read in this run, by device and inode,
/// and how many of the names are yet to come.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<HashMap<(u64, u64), (Once, u64)>>);

impl Links {
    /// The place where the file's content is kept, unless there are too many.
    fn of(&self, stat: &Stat) -> Option<Once> {
        let mut links = self.0.lock().ok()?;
        let key = (stat.dev, stat.inode);
        if let Some((once, left)) = links.get_mut(&key) {
            let once = Arc::clone(once);
            *left = left.saturating_sub(1);
            if *left == 0 {
                links.remove(&key);
            }
            return Some(once);
        }
        if links.len() >= LINKED {
            return None;
        }
        let once = Once::default();
        links.insert(key, (Arc::clone(&once), stat.links.saturating_sub(1)));
        Some(once)
    }
}

/// Examines jobs until there are no more. After a stop they are only taken away.
pub(super) fn work(
    pipeline: &Pipeline<'_>,
    reader: &Reader,
    links: &Links,
    examine: &mut Examine<'_>,
    jobs: &Receiver<Job>,
    done: &Sender<Message>,
) -> Result<(), ScanError> {
    let mut worker = Worker { pipeline, reader, links, examine, chunk: vec![0; CHUNK] };
    // Files that are waited for go one by one.
    let together = if pipeline.pace.is_free() { TOGETHER } else { 1 };
    while let Ok(job) = jobs.recv() {
        for message in worker.judge(some(job, jobs, together))? {
            if done.send(message).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// A job, and those that lie there already, up to one that is not small.
fn some(job: Job, jobs: &Receiver<Job>, most: usize) -> Vec<Job> {
    let mut some = vec![job];
    while some.len() < most && some.last().is_some_and(|job| job.stat.size <= SMALL) {
        let Ok(job) = jobs.try_recv() else { break };
        some.push(job);
    }
    some
}

/// A file that was opened and hashed.
struct Opening {
    file: File,
    stat: Stat,
    sha256: [u8; 32],
}

/// What is known of a file before it is examined.
#[expect(clippy::large_enum_variant, reason = "a few at a time")]
enum Begun {
    /// All that there will be.
    Known(Result<Read, FileError>),
    /// It is to be examined.
    New(Opening),
}

/// A job that was begun.
struct Begin {
    dir: Vec<u8>,
    name: Vec<u8>,
    entry: Entry,
    at_ns: i64,
    begun: Begun,
}

struct Worker<'a, 'e> {
    pipeline: &'a Pipeline<'a>,
    reader: &'a Reader,
    links: &'a Links,
    examine: &'a mut Examine<'e>,
    chunk: Vec<u8>,
}

impl Worker<'_, '_> {
    /// Judges files, those that are to be examined together.
    fn judge(&mut self, jobs: Vec<Job>) -> Result<Vec<Message>, ScanError> {
        let mut begun = Vec::with_capacity(jobs.len());
        for job in jobs {
            self.pipeline.pace.wait(job.stat.size, self.pipeline.stop);
            if !self.pipeline.stop.is_set() {
                begun.push(self.begin(job)?);
            }
        }
        let new = begun.iter().filter_map(|begin| match &begin.begun {
            Begun::New(opening) => Some((&opening.file, opening.stat.size)),
            Begun::Known(_) => None,
        });
        let mut records = (self.examine)(&new.collect::<Vec<_>>())?.into_iter();
        begun.into_iter().map(|begin| self.conclude(begin, &mut records)).collect()
    }

    fn begin(&mut self, job: Job) -> Result<Begin, ScanError> {
        let Job { dir, name, stat, fault } = job;
        let entry = Entry { root: self.pipeline.index, path: join(&dir, &name), stat };
        let at_ns = now_ns();
        let linked = entry.stat.regular && entry.stat.links > 1 && self.pipeline.root.trusts_inodes();
        let begun = match fault {
            Some(error) => Begun::Known(Err(error)),
            None if linked => Begun::Known(self.read_once(&entry)?),
            None => self.open(&entry)?,
        };
        Ok(Begin { dir, name, entry, at_ns, begun })
    }

    /// What is said of a file, once the record of each new one has come.
    fn conclude(&mut self, begin: Begin, records: &mut impl Iterator<Item = Record>) -> Result<Message, ScanError> {
        let Begin { dir, name, entry, at_ns, begun } = begin;
        let read = match begun {
            Begun::Known(read) => read,
            Begun::New(opening) => closed(&opening, records.next().ok_or(ScanError::Thread)?, None),
        };
        // It changed meanwhile: once more.
        let read = if is_changed(&read) { self.attempt(&entry)? } else { read };
        Ok(self.message((dir, name), &entry, at_ns, read))
    }

    fn message(
        &self,
        (dir, name): (Vec<u8>, Vec<u8>),
        entry: &Entry,
        at_ns: i64,
        read: Result<Read, FileError>,
    ) -> Message {
        let folder = self.pipeline.root.scope().folder(&entry.path).cloned();
        let mut again = false;
        let (mut record, content, stat, reused) = match read {
            Ok(mut read) => {
                let racy = read.stat.mtime_ns >= at_ns.saturating_sub(RACY_NS);
                again = read.changed || read.record.is_postponed() || racy;
                if read.changed {
                    change(&mut read.record);
                }
                (read.record, read.content, read.stat, read.reused)
            }
            Err(error) => {
                again |= !holds(&error);
                (unread(Kind::Unknown, entry.stat.size, status(&error), &error), None, entry.stat, false)
            }
        };
        if let Some(folder) = &folder {
            folder.raise(&mut record);
        }
        let done = Done {
            root: self.pipeline.id,
            dir,
            name,
            stat,
            kind: record.kind,
            verdict: record.verdict,
            status: record.status,
            error: record.error.clone(),
            folder,
            again,
            content,
        };
        let record = self.pipeline.options.records.then(|| Box::new(record));
        Message::Done { done: Box::new(done), record, reused }
    }

    /// Reads a file with several names, or takes over what was read of it under another.
    fn read_once(&mut self, entry: &Entry) -> Result<Result<Read, FileError>, ScanError> {
        let Some(once) = self.links.of(&entry.stat) else { return self.attempt(entry) };
        let mut own = None;
        let read = once.get_or_init(|| {
            let outcome = self.attempt(entry);
            let read = outcome.as_ref().ok().and_then(|read| read.as_ref().ok()).filter(|read| !read.changed).cloned();
            own = Some(outcome);
            read
        });
        match (own, read) {
            (Some(outcome), _) => outcome,
            (None, Some(read)) => Ok(Ok(Read { reused: true, ..read.clone() })),
            (None, None) => self.attempt(entry),
        }
    }

    /// Reads one file from beginning to end.
    fn attempt(&mut self, entry: &Entry) -> Result<Result<Read, FileError>, ScanError> {
        match self.open(entry)? {
            Begun::Known(read) => Ok(read),
            Begun::New(opening) => {
                let mut records = (self.examine)(&[(&opening.file, opening.stat.size)])?;
                Ok(closed(&opening, records.pop().ok_or(ScanError::Thread)?, None))
            }
        }
    }

    /// Opens and hashes a file, and takes what the ledger knows of such a content.
    fn open(&mut self, entry: &Entry) -> Result<Begun, ScanError> {
        if entry.stat.regular && entry.stat.size > self.pipeline.options.file_bytes {
            return Ok(Begun::Known(Err(FileError::Limit(Limit::File))));
        }
        let opening = open(self.pipeline.root, entry).and_then(|Opened { file, stat }| {
            let sha256 = self.hash(&file)?;
            Ok(Opening { file, stat, sha256 })
        });
        let opening = match opening {
            Ok(opening) => opening,
            Err(error) => return Ok(Begun::Known(Err(error))),
        };
        self.pipeline.progress.read(opening.stat.size);
        let known = if self.pipeline.options.examines_all() {
            None
        } else {
            self.reader.content(&opening.sha256, self.pipeline.run.basis)?
        };
        let known = known.and_then(|stored| Some((stored.record()?, stored)));
        Ok(match known.filter(|(record, _)| !record.is_postponed()) {
            Some((record, stored)) => Begun::Known(closed(&opening, record, Some(stored))),
            None => Begun::New(opening),
        })
    }

    fn hash(&mut self, file: &File) -> Result<[u8; 32], FileError> {
        let (mut hash, mut at) = (Sha256::new(), 0);
        loop {
            let count = file.read_at(&mut self.chunk, at).map_err(|error| FileError::of_io(&error))?;
            let Some(bytes) = self.chunk.get(..count).filter(|bytes| !bytes.is_empty()) else {
                return Ok(hash.finalize().into());
            };
            hash.update(bytes);
            at += count as u64;
            // It grew past the limit since it was listed.
            if at > self.pipeline.options.file_bytes {
                return Err(FileError::Limit(Limit::File));
            }
        }
    }
}

/// What was read of a file, once it is known whether it stayed the same; what is `stored` was known before.
fn closed(opening: &Opening, mut record: Record, stored: Option<Stored>) -> Result<Read, FileError> {
    let Opening { file, stat, sha256 } = opening;
    let after = state(file)?;
    let own = hex(sha256);
    // What was examined may be later than what was hashed: then the record speaks of another content.
    let same = record.sha256.as_ref().is_none_or(|examined| *examined == own);
    let changed = !same || after.differs(stat);
    record.sha256 = Some(own);
    let reused = stored.is_some();
    let stored = stored.unwrap_or_else(|| Stored::of(&mut record));
    let content = same.then_some(Content { sha256: *sha256, record: stored });
    Ok(Read { record, content, stat: after, reused, changed })
}

fn is_changed(read: &Result<Read, FileError>) -> bool {
    read.as_ref().is_ok_and(|read| read.changed)
}

/// Says in a record that the file changed while it was read: what was found holds, what was not found does not.
fn change(record: &mut Record) {
    record.error = Some(FileError::Changed.code().to_owned());
    record.verdict = record.verdict.max(Verdict::Undetermined);
    if record.status == Status::Ok {
        record.status = Status::Partial;
    }
}

/// Whether what kept a file from being read stays until the file itself changes.
fn holds(error: &FileError) -> bool {
    matches!(error, FileError::Special | FileError::Limit(Limit::File))
}

fn status(error: &FileError) -> Status {
    match error {
        FileError::Special | FileError::Offline => Status::Skipped,
        FileError::Limit(_) => Status::Limit,
        _ => Status::Error,
    }
}

fn now_ns() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
