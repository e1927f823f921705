//! Every file of a folder, hashed and surveyed: what the check's findings are made of.
//!
//! One thread walks, one a job hashes and surveys, and what comes back is a
//! [`Seen`] for each name that was met: a file that cannot be read is one too.

use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::survey::{Depth, Surveyed};
use crate::document::{Facts, Gap, Kind};
use crate::error::FileError;
use crate::examine::hex;
use crate::image::Provenance;
use crate::record::{Flags, Record, Status, Verdict};
use crate::sandbox::SandboxError;
use crate::walk::{Entry, Listing, Opened, Root, Stat, join, open, stat, state, walk_with_links};

/// A name that was met in the folder.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The path below the folder: bytes, with `/` between folders.
    pub path: Vec<u8>,
    /// What the file system says of it.
    pub stat: Stat,
    /// What was read, or why nothing was.
    pub read: Result<Read, FileError>,
    /// What bears the name.
    pub what: What,
}

/// What bears a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A file, or something that is none and lies where one would.
    File,
    /// A symbolic link.
    Link,
    /// A folder that could not be read, or not to its end.
    Folder,
}

/// What was read of a file.
#[derive(Clone, Debug)]
pub struct Read {
    /// SHA-256 of the content, lower-case hex, counted outside the sandbox.
    pub sha256: String,
    /// Size in bytes, as hashed.
    pub size: u64,
    /// Whether it changed meanwhile.
    pub changed: bool,
    /// The survey.
    pub survey: super::survey::Survey,
    /// What the scan's own examination says; `None` when only formats were asked for.
    pub examined: Option<Examined>,
}

/// What is kept of a record.
#[derive(Clone, Debug)]
pub struct Examined {
    /// What the file is.
    pub kind: Kind,
    /// How the reading went.
    pub status: Status,
    /// The code of what ended it.
    pub error: Option<String>,
    /// Suitability for AI use.
    pub verdict: Verdict,
    /// Signs beside the verdict.
    pub flags: Flags,
    /// What the file says about itself.
    pub facts: Facts,
    /// What made the picture.
    pub image: Option<Provenance>,
    /// What was not read.
    pub gaps: Vec<Gap>,
}

impl From<Record> for Examined {
    fn from(record: Record) -> Self {
        let Record { kind, status, error, verdict, flags, facts, image, mut gaps, .. } = record;
        gaps.truncate(100);
        Self { kind, status, error, verdict, flags, facts, image, gaps }
    }
}

/// Everything that was met in a folder.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Files, links and what could not be read, by path.
    pub files: Vec<Seen>,
    /// Folders that hold nothing.
    pub empty_folders: Vec<Vec<u8>>,
}

/// How a folder is checked.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Files read at the same time, at least 1.
    pub jobs: usize,
    /// How much is asked of each: [`Depth::Whole`] or [`Depth::Format`].
    pub depth: Depth,
    /// Whether it is asked, too, what pictures look like: there is a register to look them up in.
    pub looks: bool,
}

/// Why a check could not go on.
#[derive(Debug, Error)]
pub enum CheckError {
    /// No isolated worker can be had.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The folder itself could not be read.
    #[error("the folder cannot be read: {0}")]
    Folder(FileError),
    /// A thread broke off.
    #[error("a part of the check broke off")]
    Thread,
}

/// Surveys an open file of a size.
pub type SurveyFile<'a> = Box<dyn FnMut(&File, u64, Depth) -> Result<Surveyed, SandboxError> + 'a>;

/// Makes a [`SurveyFile`] for a thread.
pub type MakeSurvey<'a> = dyn Fn() -> Result<SurveyFile<'a>, SandboxError> + Sync + 'a;

/// Bytes that are hashed at a time.
const CHUNK: usize = 128 * 1024;

/// Names between the walk and the jobs.
const NAMES: usize = 1024;

/// Stack of a job's thread: parsers may nest deep before a limit ends them.
const STACK_BYTES: usize = 64 << 20;

/// Checks every file in `root`; `seen` is called for each as it is read.
///
/// # Errors
///
/// [`CheckError`] when the folder or a worker failed; a file's error is a [`Seen`].
pub fn check(
    root: &Root,
    options: Options,
    make: &MakeSurvey<'_>,
    seen: &(dyn Fn(&Seen) + Sync),
) -> Result<Found, CheckError> {
    let (listings, from_walk) = bounded::<Listing>(32);
    let (names, jobs) = bounded::<Job>(NAMES);
    let (done, results) = unbounded::<Seen>();
    thread::scope(|scope| {
        let walked = scope.spawn(move || walk_with_links(root, &listings, &|| false));
        let folders = scope.spawn(move || hand_out(root, from_walk, &names));
        let workers: Vec<_> = (0..options.jobs)
            .map(|_| {
                let (jobs, done) = (jobs.clone(), done.clone());
                let work = move || work(root, options, make, seen, &jobs, &done);
                thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work).map_err(|_| CheckError::Thread)
            })
            .collect();
        drop((jobs, done));
        let outcomes: Vec<Result<(), CheckError>> =
            workers.into_iter().map(|worker| worker?.join().map_err(|_| CheckError::Thread)?).collect();
        let end = walked.join().map_err(|_| CheckError::Thread)?;
        let folders = folders.join().map_err(|_| CheckError::Thread)?;
        outcomes.into_iter().collect::<Result<(), _>>()?;
        if let Some(fault) = end.fault {
            return Err(CheckError::Folder(fault));
        }
        let mut files: Vec<Seen> = results.iter().collect();
        unread(&mut files, end.unread);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Found { empty_folders: empty(folders, &files), files })
    })
}

struct Job {
    entry: Entry,
    fault: Option<FileError>,
    what: What,
}

/// Turns listings into jobs; returns the folders that were met.
#[expect(clippy::needless_pass_by_value, reason = "the walk stops when no one holds the receiver")]
fn hand_out(root: &Root, listings: Receiver<Listing>, names: &Sender<Job>) -> Vec<Vec<u8>> {
    let mut folders = Vec::new();
    for listing in &listings {
        if listing.end.is_some_and(|end| end.whole) && !listing.dir.is_empty() {
            folders.push(listing.dir.clone());
        }
        let what: Vec<What> = listing.names.iter().map(|name| what(name.fault.as_ref())).collect();
        let stated = stat(root, listing);
        for ((name, stat, fault), what) in stated.files.into_iter().zip(what) {
            let entry = Entry { root: 0, path: join(&stated.dir, &name), stat };
            if names.send(Job { entry, fault, what }).is_err() {
                return folders;
            }
        }
    }
    folders
}

/// Adds the folders that broke off while they were listed and that no name stands for.
fn unread(files: &mut Vec<Seen>, folders: Vec<Vec<u8>>) {
    let named: HashSet<Vec<u8>> =
        files.iter().filter(|seen| seen.what == What::Folder).map(|seen| seen.path.clone()).collect();
    for folder in folders.into_iter().filter(|folder| !named.contains(folder)) {
        let path = if folder.is_empty() { b".".to_vec() } else { folder };
        files.push(Seen { path, stat: Stat::default(), read: Err(FileError::Io), what: What::Folder });
    }
}

/// The walk itself names only links and folders that did not open as faulty.
fn what(fault: Option<&FileError>) -> What {
    match fault {
        None => What::File,
        Some(FileError::Special) => What::Link,
        Some(_) => What::Folder,
    }
}

/// The folders below which no file lies and no other folder.
fn empty(mut folders: Vec<Vec<u8>>, files: &[Seen]) -> Vec<Vec<u8>> {
    folders.sort();
    let holds = |folder: &[u8], path: &[u8]| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"));
    let is_empty = |index: usize, folder: &Vec<u8>| {
        let slash = [folder.as_slice(), b"/"].concat();
        let file = files.partition_point(|file| file.path < slash);
        let below = folders.iter().skip(index + 1).take_while(|other| other.starts_with(folder));
        let mut below = below.filter(|other| holds(folder, other));
        !files.get(file).is_some_and(|file| holds(folder, &file.path)) && below.next().is_none()
    };
    folders.iter().enumerate().filter(|(index, folder)| is_empty(*index, folder)).map(|(_, f)| f.clone()).collect()
}

fn work(
    root: &Root,
    options: Options,
    make: &MakeSurvey<'_>,
    seen: &(dyn Fn(&Seen) + Sync),
    jobs: &Receiver<Job>,
    done: &Sender<Seen>,
) -> Result<(), CheckError> {
    let mut survey = make()?;
    let mut chunk = vec![0; CHUNK];
    for Job { entry, fault, what } in jobs {
        let read = match fault {
            Some(error) => Err(error),
            None => read(root, &entry, options, &mut survey, &mut chunk)?,
        };
        let one = Seen { path: entry.path, stat: entry.stat, read, what };
        seen(&one);
        if done.send(one).is_err() {
            break;
        }
    }
    Ok(())
}

fn read(
    root: &Root,
    entry: &Entry,
    options: Options,
    ask: &mut SurveyFile<'_>,
    chunk: &mut [u8],
) -> Result<Result<Read, FileError>, CheckError> {
    let Opened { file, stat } = match open(root, entry) {
        Ok(opened) => opened,
        Err(error) => return Ok(Err(error)),
    };
    let (sha256, size) = match hash(&file, chunk) {
        Ok(hashed) => hashed,
        Err(error) => return Ok(Err(error)),
    };
    let Surveyed { record, mut survey } = ask(&file, size, options.depth)?;
    if options.looks && record.as_ref().is_some_and(|record| record.kind.is_image()) {
        survey.likeness = ask(&file, size, Depth::Likeness)?.survey.likeness;
    }
    let after = match state(&file) {
        Ok(after) => after,
        Err(error) => return Ok(Err(error)),
    };
    // What was surveyed may be later than what was hashed, and what was opened later than what was met.
    let other = record.as_ref().and_then(|record| record.sha256.as_ref()).is_some_and(|own| *own != sha256);
    let changed = other || stat.differs(&entry.stat) || after.differs(&stat) || size != after.size;
    Ok(Ok(Read { sha256, size, changed, survey, examined: record.map(Examined::from) }))
}

/// SHA-256 in lower-case hex and size of an open file, read by position.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn hash(file: &File, chunk: &mut [u8]) -> Result<(String, u64), FileError> {
    let (mut hash, mut at) = (Sha256::new(), 0);
    loop {
        let count = match file.read_at(chunk, at) {
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(FileError::of_io(&error)),
        };
        let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok((hex(&hash.finalize()), at));
        };
        hash.update(bytes);
        at += count as u64;
    }
}

/// SHA-256 of the file at `path` below a folder, lower-case hex.
///
/// # Errors
///
/// Why it cannot be read.
pub fn checksum(root: &Root, path: &[u8]) -> Result<String, FileError> {
    let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let file = File::from(root.reach(path, flags).map_err(|error| FileError::of_io(&error))?);
    if !state(&file)?.regular {
        return Err(FileError::Special);
    }
    hash(&file, &mut vec![0; CHUNK]).map(|(sha256, _)| sha256)
}
