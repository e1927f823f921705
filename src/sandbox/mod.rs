//! A parser is assumed to be beaten: files are examined in a worker process
//! that can open nothing, connect to nothing and run nothing.
//!
//! The parent opens a file and passes its descriptor; the worker runs the whole
//! of [`Examiner::examine`](crate::examine::Examiner::examine) and answers with
//! a record. No file name goes in, and no text comes out unless a text is what
//! was asked for. The parent trusts no answer: it is bounded, decoded and
//! checked before it counts. A worker that dies, hangs or lies costs its file a
//! named outcome and the run nothing.

use std::fs::File;
use std::path::PathBuf;

use rustix::process::Signal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::archive::survey::{Depth, Pronom, Survey, Surveyed};
use crate::document::Kind;
use crate::error::{FileError, Limit};
use crate::examine::unread;
use crate::limits::Limits;
use crate::ocr::{Pages, Recogniser};
use crate::record::{Record, Status};

pub(crate) mod confine;
mod pictures;
mod process;
mod reply;
mod socket;
mod transcript;
mod worker;

pub use transcript::{Failure, Transcript};
pub use worker::{serve, serve_limited_with, serve_with};

/// How far a worker is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Files are examined in the scanning process itself.
    Off,
    /// A process of its own with resource limits, and nothing more.
    LimitsOnly,
    /// Some of the confinement that was asked for.
    Partial,
    /// No file system, no network, no new program, an allowlist of system calls.
    Full,
}

impl Level {
    /// The stable identifier, as stored with each run.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::LimitsOnly => "limits-only",
            Self::Partial => "partial",
            Self::Full => "full",
        }
    }
}

/// What a worker is told once, before it is confined and sees any file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// The policy's name, or its own TOML text.
    pub policy: String,
    /// The bounds on the work.
    pub limits: Limits,
    /// Whether findings carry the matched value.
    pub reveal: bool,
    /// Which pictures the worker asks its parent to recognise.
    #[serde(default)]
    pub pages: Pages,
}

/// Everything a worker is told once.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Told {
    #[serde(flatten)]
    setup: Setup,
    /// The signatures that surveys name formats by; `None` when none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pronom: Option<Pronom>,
}

/// What a worker is asked of a file: the one byte that goes with the descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Ask {
    /// Its record.
    Record = 0,
    /// Its record and its survey.
    Survey = 1,
    /// Its format alone.
    Format = 2,
    /// Its text.
    Text = 3,
    /// What a picture looks like.
    Likeness = 4,
    /// The record of its beginning.
    Beginning = 5,
}

impl Ask {
    fn of(byte: u8) -> Self {
        [Self::Record, Self::Survey, Self::Format, Self::Text, Self::Likeness, Self::Beginning]
            .into_iter()
            .find(|ask| *ask as u8 == byte)
            .unwrap_or(Self::Record)
    }
}

/// Why no worker could be started.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// The worker program could not be started or spoken to.
    #[error("the sandboxed worker could not be started: {0}")]
    Start(#[source] std::io::Error),
    /// The kernel refused a part of the confinement.
    #[error("the kernel refused to confine the worker ({0})")]
    Confine(&'static str),
    /// The worker could not take the policy it was given.
    #[error("the sandboxed worker refused its set-up")]
    Setup,
    /// The confinement reached is less than required.
    #[error("the sandbox reached only the level {}", .0.id())]
    Level(Level),
}

/// Examines files in a worker process, one at a time. One per scanning thread.
#[derive(Debug)]
pub struct Sandbox {
    program: PathBuf,
    told: Told,
    least: Level,
    worker: Option<process::Worker>,
    recogniser: Option<Recogniser>,
}

/// How an answer is bounded, decoded and checked.
type Decode<T> = fn(&[u8], &Limits, bool) -> Result<T, FileError>;

/// Files a worker examines before it is replaced, so that leaks stay bounded.
const FILES_PER_WORKER: u32 = 5_000;

impl Sandbox {
    /// Starts a worker: `program` run with the single argument `worker`, which must call [`serve`].
    ///
    /// # Errors
    ///
    /// [`SandboxError::Level`] when the worker is confined less than `least`,
    /// otherwise why it could not be started.
    pub fn new(program: PathBuf, setup: Setup, least: Level) -> Result<Self, SandboxError> {
        Self::with(program, Told { setup, pronom: None }, least)
    }

    /// A sandbox that also surveys files, naming their formats by `pronom`.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::new`].
    pub fn surveying(program: PathBuf, setup: Setup, pronom: Pronom, least: Level) -> Result<Self, SandboxError> {
        Self::with(program, Told { setup, pronom: Some(pronom) }, least)
    }

    fn with(program: PathBuf, told: Told, least: Level) -> Result<Self, SandboxError> {
        let mut sandbox = Self { program, told, least, worker: None, recogniser: None };
        sandbox.worker()?;
        Ok(sandbox)
    }

    /// Lets `recogniser` read, in this process, the pictures that the worker renders.
    #[must_use]
    pub fn recognise_with(self, recogniser: Option<Recogniser>) -> Self {
        Self { recogniser, ..self }
    }

    /// How far the worker is confined.
    #[must_use]
    pub fn level(&self) -> Level {
        self.worker.as_ref().map_or(Level::Off, process::Worker::level)
    }

    /// Examines an open file. Total, as [`Sandbox::examine_all`].
    ///
    /// # Errors
    ///
    /// Only when no new worker can be started.
    pub fn examine(&mut self, file: &File, size: u64) -> Result<Record, SandboxError> {
        let mut records = self.examine_all(&[(file, size)])?;
        Ok(records.pop().unwrap_or_else(|| failed(size, &FileError::Panic)))
    }

    /// Examines open files, each with its size. Total: whatever happens to the worker, a record of
    /// each comes back, in their order.
    ///
    /// All are handed over at once, so that the worker need not be woken for each; it still
    /// examines one after the other, each within the limits.
    ///
    /// A file whose worker dies is tried once more in a fresh one, since the
    /// death may have been the machine's and not the file's. What used too much
    /// of anything is then read no further than its beginning, so that what
    /// stands there is found.
    ///
    /// # Errors
    ///
    /// Only when no new worker can be started.
    pub fn examine_all(&mut self, files: &[(&File, u64)]) -> Result<Vec<Record>, SandboxError> {
        let mut records = Vec::with_capacity(files.len());
        while let Some(rest) = files.get(records.len()..).filter(|rest| !rest.is_empty()) {
            let failure = self.answers(rest, &mut records)?;
            if let (Some(failure), Some((file, size))) = (failure, files.get(records.len())) {
                records.push(self.again(file, *size, failure)?);
            }
        }
        Ok(records)
    }

    /// The records that a worker gives of files until one breaks it, and what broke it.
    fn answers(
        &mut self,
        files: &[(&File, u64)],
        records: &mut Vec<Record>,
    ) -> Result<Option<FileError>, SandboxError> {
        self.worker()?;
        for (file, _) in files {
            self.send(file, Ask::Record);
        }
        for _ in files {
            match self.receive(Ask::Record, reply::decode) {
                Ok(record) => records.push(record),
                Err(failure) => return Ok(Some(failure)),
            }
        }
        self.rest();
        Ok(None)
    }

    /// The record of a file that broke a worker.
    fn again(&mut self, file: &File, size: u64, mut failure: FileError) -> Result<Record, SandboxError> {
        let ask = if matches!(failure, FileError::Limit(_)) { Ask::Beginning } else { Ask::Record };
        match self.attempt(file, ask, reply::decode)? {
            Ok(record) => return Ok(named_for(record, &failure)),
            // What the whole file broke says more than what its beginning did.
            Err(error) if ask == Ask::Record => failure = error,
            Err(_) => {}
        }
        let mut record = failed(size, &failure);
        record.sha256 = reply::digest(file, self.told.setup.limits.file_bytes);
        Ok(record)
    }

    /// Surveys an open file, to `depth`. Total, as [`Sandbox::examine`]: the format of a file whose
    /// reading failed is asked for alone, and may be known all the same.
    ///
    /// # Errors
    ///
    /// Only when no new worker can be started.
    pub fn survey(&mut self, file: &File, size: u64, depth: Depth) -> Result<Surveyed, SandboxError> {
        let mut record = None;
        if depth == Depth::Whole {
            let mut failure = FileError::Panic;
            for _ in 0..2 {
                match self.attempt(file, Ask::Survey, reply::decode_survey)? {
                    Ok(surveyed) => return Ok(surveyed),
                    Err(error) => failure = error,
                }
            }
            record = Some(failed(size, &failure));
        }
        let ask = if depth == Depth::Likeness { Ask::Likeness } else { Ask::Format };
        let answer = self.attempt(file, ask, reply::decode_survey)?;
        let survey = answer.map_or_else(|_| Survey::default(), |surveyed| surveyed.survey);
        Ok(Surveyed { record, survey })
    }

    /// The text of an open file, for who asks for it by name. As total as [`Sandbox::examine`].
    ///
    /// # Errors
    ///
    /// Only when no new worker can be started.
    pub fn read(&mut self, file: &File) -> Result<Transcript, SandboxError> {
        let mut failure = FileError::Panic;
        for _ in 0..2 {
            match self.attempt(file, Ask::Text, reply::decode_text)? {
                Ok(text) => return Ok(text),
                Err(error) => failure = error,
            }
        }
        Ok(Transcript::failed(&failure))
    }

    fn attempt<T>(&mut self, file: &File, ask: Ask, decode: Decode<T>) -> Result<Result<T, FileError>, SandboxError> {
        self.worker()?;
        self.send(file, ask);
        let answer = self.receive(ask, decode);
        self.rest();
        Ok(answer)
    }

    fn send(&mut self, file: &File, ask: Ask) {
        if let Some(worker) = &mut self.worker {
            worker.send(file, ask);
        }
    }

    /// The next answer, as far as it is believed. A worker whose answer is not is done with.
    fn receive<T>(&mut self, ask: Ask, decode: Decode<T>) -> Result<T, FileError> {
        let Setup { limits, reveal, .. } = &self.told.setup;
        let worker = self.worker.as_mut().ok_or(FileError::Panic)?;
        let bytes = worker.receive(ask, limits, self.recogniser.as_ref());
        let answer = bytes.and_then(|bytes| decode(&bytes, limits, *reveal));
        if answer.is_err() {
            self.worker = None;
        }
        answer
    }

    /// Between files a worker has nothing to say, and is replaced when it has examined enough.
    fn rest(&mut self) {
        self.worker = self.worker.take().filter(|worker| worker.files() < FILES_PER_WORKER && !worker.has_more());
    }

    fn worker(&mut self) -> Result<&mut process::Worker, SandboxError> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => process::Worker::start(&self.program, &self.told)?,
        };
        if worker.level() < self.least {
            return Err(SandboxError::Level(worker.level()));
        }
        Ok(self.worker.insert(worker))
    }
}

/// The record of a second try, which bears the name of what ended the first unless all was read.
fn named_for(mut record: Record, failure: &FileError) -> Record {
    if record.status == Status::Limit {
        record.error = Some(failure.code().to_owned());
    }
    record
}

fn failed(size: u64, failure: &FileError) -> Record {
    let status = if matches!(failure, FileError::Limit(_)) { Status::Limit } else { Status::Error };
    unread(Kind::Unknown, size, status, failure)
}

/// The record in a worker's answer, as the parent believes it: for who tests that.
///
/// # Errors
///
/// [`FileError::BadReply`] when it is none, or breaks what every record promises.
pub fn decode(answer: &[u8], limits: &Limits) -> Result<Record, FileError> {
    reply::decode(answer, limits, false)
}

/// The outcome that the way a worker ended stands for.
fn outcome(signal: Option<i32>, last_words: &str) -> FileError {
    match signal.and_then(Signal::from_named_raw) {
        // The limits let it write to no file.
        Some(Signal::SYS | Signal::XFSZ) => FileError::Violation,
        Some(Signal::XCPU) => FileError::Limit(Limit::Cpu),
        Some(Signal::ABORT) if last_words.contains("memory allocation of") => FileError::Limit(Limit::Memory),
        Some(Signal::ABORT) if last_words.contains("has overflowed its stack") => FileError::Limit(Limit::Depth),
        _ => FileError::Panic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_have_names() {
        for (signal, words, error) in [
            (Some(Signal::SYS), "", FileError::Violation),
            (Some(Signal::XFSZ), "", FileError::Violation),
            (Some(Signal::XCPU), "", FileError::Limit(Limit::Cpu)),
            (Some(Signal::ABORT), "memory allocation of 9 bytes failed", FileError::Limit(Limit::Memory)),
            (Some(Signal::ABORT), "thread 'main' has overflowed its stack", FileError::Limit(Limit::Depth)),
            (Some(Signal::ABORT), "", FileError::Panic),
            (Some(Signal::KILL), "", FileError::Panic),
            (None, "", FileError::Panic),
        ] {
            assert_eq!(outcome(signal.map(Signal::as_raw), words), error, "{signal:?} {words}");
        }
    }
}
