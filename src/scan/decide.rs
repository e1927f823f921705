//! Which files are examined: what the walk sees, laid beside what the ledger
//! knows, folder by folder. An unchanged file costs a comparison and no write.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use crossbeam_channel::{Receiver, Sender};

use super::{Job, Message, Pipeline};
use crate::error::FileError;
use crate::ledger::{Known, LedgerError, Reader};
use crate::walk::{FolderEnd, Stat, Stated, join};

/// Listings read on one state of the ledger: long enough to spare locks, short
/// enough that the log does not grow behind it.
const LISTINGS_HELD: u32 = 64;

/// What the walk of a root showed, beside the files.
#[derive(Debug, Default)]
pub(super) struct Decided {
    /// Files seen.
    pub seen: u64,
    /// Folders, by number, that were listed.
    pub visited: Bits,
    /// Folders, by number, that were listed whole and lack files that the ledger knows.
    pub lacking: HashSet<i64>,
}

/// Sorts the files of a root into unchanged ones and jobs.
pub(super) fn decide(
    pipeline: &Pipeline<'_>,
    reader: &Reader,
    stated: &Receiver<Stated>,
    jobs: &Sender<Job>,
    done: &Sender<Message>,
) -> Result<Decided, LedgerError> {
    let mut desk = Desk { pipeline, reader, jobs, done, open: HashMap::new(), decided: Decided::default() };
    let mut held = 0;
    for stated in stated {
        if pipeline.stop.is_set() {
            continue;
        }
        if held == 0 {
            reader.hold()?;
        }
        desk.take(stated)?;
        held += 1;
        if held == LISTINGS_HELD {
            reader.release()?;
            held = 0;
        }
    }
    reader.release()?;
    Ok(desk.decided)
}

struct Desk<'a> {
    pipeline: &'a Pipeline<'a>,
    reader: &'a Reader,
    jobs: &'a Sender<Job>,
    done: &'a Sender<Message>,
    /// Folders that come in several batches, of which some are outstanding.
    open: HashMap<u64, Batches>,
    decided: Decided,
}

#[derive(Default)]
struct Batches {
    came: u32,
    matched: u64,
    end: Option<FolderEnd>,
}

impl Desk<'_> {
    fn take(&mut self, stated: Stated) -> Result<(), LedgerError> {
        let Stated { dir, folder, files, end } = stated;
        self.decided.seen += files.len() as u64;
        self.pipeline.progress.saw(files.len() as u64);
        self.pipeline.progress.enter(&self.pipeline.root.display(&dir));
        let id = self.reader.dir(self.pipeline.id, &dir)?;
        if let Some(id) = id {
            self.decided.visited.insert(id);
        }
        let alone = end.is_some_and(|end| end.batches == 1);
        let (matched, known) = match id {
            None => (self.all_new(&dir, files), 0),
            Some(id) if alone => self.merge(id, &dir, files)?,
            Some(id) => (self.look_up(id, &dir, files)?, 0),
        };
        if alone {
            if let Some(id) = id.filter(|_| matched < known && end.is_some_and(|end| end.whole)) {
                self.decided.lacking.insert(id);
            }
            return Ok(());
        }
        self.batch(folder, id, matched, end)
    }

    /// Counts a batch of a large folder and, when all have come, whether files are missing.
    fn batch(&mut self, folder: u64, id: Option<i64>, matched: u64, end: Option<FolderEnd>) -> Result<(), LedgerError> {
        let batches = self.open.entry(folder).or_default();
        batches.came += 1;
        batches.matched += matched;
        batches.end = batches.end.or(end);
        let Some(end) = batches.end.filter(|end| end.batches == batches.came) else { return Ok(()) };
        let matched = batches.matched;
        self.open.remove(&folder);
        if let Some(id) = id.filter(|_| end.whole)
            && matched < self.reader.count(id)?
        {
            self.decided.lacking.insert(id);
        }
        Ok(())
    }

    fn all_new(&self, dir: &[u8], files: Vec<File>) -> u64 {
        for file in files {
            self.job(dir, file);
        }
        0
    }

    /// A folder that came in one batch: both lists in the order of the names.
    ///
    /// Returns how many files were known, and how many the ledger knows.
    fn merge(&self, id: i64, dir: &[u8], mut files: Vec<File>) -> Result<(u64, u64), LedgerError> {
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut files = files.into_iter().peekable();
        let (mut matched, mut known_files) = (0, 0);
        self.reader.files(id, |name, known| {
            known_files += 1;
            while let Some(file) = files.next_if(|file| file.0.as_slice() < name) {
                self.job(dir, file);
            }
            if let Some(file) = files.next_if(|file| file.0.as_slice().cmp(name) == Ordering::Equal) {
                matched += 1;
                self.compare(dir, file, &known);
            }
            Ok(())
        })?;
        for file in files {
            self.job(dir, file);
        }
        Ok((matched, known_files))
    }

    /// A batch of a large folder: each file is looked up. Returns how many were known.
    fn look_up(&self, id: i64, dir: &[u8], mut files: Vec<File>) -> Result<u64, LedgerError> {
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        let mut matched = 0;
        for file in files {
            match self.reader.file(id, &file.0)? {
                Some(known) => {
                    matched += 1;
                    self.compare(dir, file, &known);
                }
                None => self.job(dir, file),
            }
        }
        Ok(matched)
    }

    fn compare(&self, dir: &[u8], file: File, known: &Known) {
        if file.2.is_some() || self.pipeline.options.examines_all() || !self.is_unchanged(dir, &file, known) {
            return self.job(dir, file);
        }
        let progress = self.pipeline.progress;
        progress.kept();
        progress.finish(known.verdict, known.status, known.error.as_deref());
        if self.pipeline.options.records {
            // An unheard message means that the run is ending.
            let _ = self.done.send(Message::Unchanged { dir: dir.to_owned(), name: file.0 });
        }
    }

    fn is_unchanged(&self, dir: &[u8], (name, stat, _): &File, known: &Known) -> bool {
        let pipeline = self.pipeline;
        let same = (stat.size, stat.mtime_ns, stat.ctime_ns) == (known.size, known.mtime_ns, known.ctime_ns);
        same && known.basis == Some(pipeline.run.basis)
            && (!pipeline.root.trusts_inodes() || stat.inode == known.inode)
            && self.folder_rule_holds(dir, name, known)
    }

    /// Whether the configuration says of the file's folder what it said then.
    fn folder_rule_holds(&self, dir: &[u8], name: &[u8], known: &Known) -> bool {
        let scope = self.pipeline.root.scope();
        match (&known.folder, scope.has_folders()) {
            (None, false) => true,
            (known, _) => scope.folder(&join(dir, name)) == known.as_ref(),
        }
    }

    fn job(&self, dir: &[u8], (name, stat, fault): File) {
        // An unheard job means that the run is ending.
        let _ = self.jobs.send(Job { dir: dir.to_owned(), name, stat, fault });
    }
}

type File = (Vec<u8>, Stat, Option<FileError>);

/// A set of small numbers, a bit each.
#[derive(Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    fn insert(&mut self, number: i64) {
        let Ok(number) = usize::try_from(number) else { return };
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        if let Some(word) = self.0.get_mut(number / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(super) fn contains(&self, number: i64) -> bool {
        let Ok(number) = usize::try_from(number) else { return false };
        self.0.get(number / 64).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }
}

/// Whether `dir` is one of `folders` or lies below one.
pub(super) fn is_below(dir: &[u8], folders: &[Vec<u8>]) -> bool {
    folders.iter().any(|folder| Path::starts_with(path(dir), path(folder)))
}

fn path(below: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_numbers() {
        let mut bits = Bits::default();
        for number in [0, 1, 63, 64, 1000] {
            bits.insert(number);
        }
        let kept: Vec<i64> = (-1..2000).filter(|number| bits.contains(*number)).collect();
        assert_eq!(kept, [0, 1, 63, 64, 1000]);
    }

    #[test]
    fn knows_what_lies_below_a_folder() {
        for (dir, expected) in [("a", true), ("a/b", true), ("ab", false), ("", false)] {
            assert_eq!(is_below(dir.as_bytes(), &[b"a".to_vec()]), expected, "{dir}");
        }
        assert!(is_below(b"anything", &[b"".to_vec()]));
    }
}
