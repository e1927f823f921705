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
    for job in jobs {
        pipeline.pace.wait(job.stat.size, pipeline.stop);
        if pipeline.stop.is_set() {
            continue;
        }
        let message = worker.judge(job)?;
        if done.send(message).is_err() {
            break;
        }
    }
    Ok(())
}

struct Worker<'a, 'e> {
    pipeline: &'a Pipeline<'a>,
    reader: &'a Reader,
    links: &'a Links,
    examine: &'a mut Examine<'e>,
    chunk: Vec<u8>,
}

impl Worker<'_, '_> {
    fn judge(&mut self, job: Job) -> Result<Message, ScanError> {
        let Job { dir, name, stat, fault } = job;
        let path = join(&dir, &name);
        let folder = self.pipeline.root.scope().folder(&path).cloned();
        let entry = Entry { root: self.pipeline.index, path, stat };
        let now = now_ns();
        let read = match fault {
            Some(error) => Err(error),
            None => self.read_once(&entry)?,
        };
        let mut again = false;
        let (mut record, content, stat, reused) = match read {
            Ok(mut read) => {
                again = read.changed || read.record.is_postponed() || read.stat.mtime_ns >= now.saturating_sub(RACY_NS);
                if read.changed {
                    change(&mut read.record);
                }
                (read.record, read.content, read.stat, read.reused)
            }
            Err(error) => {
                again |= !holds(&error);
                (unread(Kind::Unknown, stat.size, status(&error), &error), None, stat, false)
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
        Ok(Message::Done { done: Box::new(done), record, reused })
    }

    /// Reads a file, or takes over what was read of it under another name.
    fn read_once(&mut self, entry: &Entry) -> Result<Result<Read, FileError>, ScanError> {
        let linked = entry.stat.regular && entry.stat.links > 1 && self.pipeline.root.trusts_inodes();
        let Some(once) = linked.then(|| self.links.of(&entry.stat)).flatten() else { return self.read(entry) };
        let mut own = None;
        let read = once.get_or_init(|| {
            let outcome = self.read(entry);
            let read = outcome.as_ref().ok().and_then(|read| read.as_ref().ok()).filter(|read| !read.changed).cloned();
            own = Some(outcome);
            read
        });
        match (own, read) {
            (Some(outcome), _) => outcome,
            (None, Some(read)) => Ok(Ok(Read { reused: true, ..read.clone() })),
            (None, None) => self.read(entry),
        }
    }

    /// Reads a file, and once more when it changed meanwhile.
    fn read(&mut self, entry: &Entry) -> Result<Result<Read, FileError>, ScanError> {
        if entry.stat.regular && entry.stat.size > self.pipeline.options.file_bytes {
            return Ok(Err(FileError::Limit(Limit::File)));
        }
        let first = self.attempt(entry)?;
        if first.as_ref().is_ok_and(|read| read.changed) { self.attempt(entry) } else { Ok(first) }
    }

    fn attempt(&mut self, entry: &Entry) -> Result<Result<Read, FileError>, ScanError> {
        let Opened { file, stat } = match open(self.pipeline.root, entry) {
            Ok(opened) => opened,
            Err(error) => return Ok(Err(error)),
        };
        let sha256 = match self.hash(&file) {
            Ok(sha256) => sha256,
            Err(error) => return Ok(Err(error)),
        };
        self.pipeline.progress.read(stat.size);
        let known = if self.pipeline.options.examines_all() {
            None
        } else {
            self.reader.content(&sha256, self.pipeline.run.basis)?
        };
        let known = known.and_then(|stored| Some((stored.record()?, stored)));
        let known = known.filter(|(record, _)| !record.is_postponed());
        let reused = known.is_some();
        let (mut record, stored) = match known {
            Some((record, stored)) => (record, Some(stored)),
            None => ((self.examine)(&file, stat.size)?, None),
        };
        let after = match state(&file) {
            Ok(after) => after,
            Err(error) => return Ok(Err(error)),
        };
        let own = hex(&sha256);
        // What was examined may be later than what was hashed: then the record speaks of another content.
        let same = record.sha256.as_ref().is_none_or(|examined| *examined == own);
        let changed = !same || after.differs(&stat);
        record.sha256 = Some(own);
        let stored = stored.unwrap_or_else(|| Stored::of(&mut record));
        let content = same.then_some(Content { sha256, record: stored });
        Ok(Ok(Read { record, content, stat: after, reused, changed }))
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
