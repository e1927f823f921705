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

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::document::Kind;
use crate::error::{FileError, Limit};
use crate::examine::unread;
use crate::limits::Limits;
use crate::ocr::{Pages, Recogniser};
use crate::record::{Record, Status};

mod confine;
mod pictures;
mod process;
mod reply;
mod task;
mod worker;

pub use task::{Failure, Look, Told, look};
pub use worker::{serve, serve_with};

use task::Task;

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
    setup: Setup,
    least: Level,
    worker: Option<process::Worker>,
    recogniser: Option<Recogniser>,
}

/// Files a worker examines before it is replaced, so that leaks stay bounded.
const FILES_PER_WORKER: u32 = 5_000;

/// Makes an answer of a worker's bytes, within limits; the flag says whether matched values may stand in it.
type Decode<T> = fn(&[u8], &Limits, bool) -> Result<T, FileError>;

impl Sandbox {
    /// Starts a worker: `program` run with the single argument `worker`, which must call [`serve`].
    ///
    /// # Errors
    ///
    /// [`SandboxError::Level`] when the worker is confined less than `least`,
    /// otherwise why it could not be started.
    pub fn new(program: PathBuf, setup: Setup, least: Level) -> Result<Self, SandboxError> {
        let mut sandbox = Self { program, setup, least, worker: None, recogniser: None };
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

    /// Examines an open file. Total: whatever happens to the worker, a record comes back.
    ///
    /// A file whose worker dies is tried once more in a fresh one, since the
    /// death may have been the machine's and not the file's.
    ///
    /// # Errors
    ///
    /// Only when no new worker can be started.
    pub fn examine(&mut self, file: &File, size: u64) -> Result<Record, SandboxError> {
        let failure = match self.insist(file, Task::Examine, reply::record)? {
            Ok(record) => return Ok(record),
            Err(failure) => failure,
        };
        let status = if matches!(failure, FileError::Limit(_)) { Status::Limit } else { Status::Error };
        let mut record = unread(Kind::Unknown, size, status, &failure);
        record.sha256 = reply::digest(file, self.setup.limits.file_bytes);
        Ok(record)
    }

    /// The text of an open file, for who asks for it by name. As total as [`Sandbox::examine`].
    ///
    /// # Errors
    ///
    /// Only when no new worker can be started.
    pub fn read(&mut self, file: &File) -> Result<Told, SandboxError> {
        Ok(self.insist(file, Task::Read, reply::told)?.unwrap_or_else(|failure| Told::failed(&failure)))
    }

    /// What made the picture in an open file. As total as [`Sandbox::examine`].
    ///
    /// # Errors
    ///
    /// Only when no new worker can be started.
    pub fn look(&mut self, file: &File) -> Result<Look, SandboxError> {
        Ok(self.insist(file, Task::Look, reply::look)?.unwrap_or_else(|failure| Look::failed(&failure)))
    }

    /// Asks a worker, and when it fails once more a fresh one.
    fn insist<T>(&mut self, file: &File, task: Task, decode: Decode<T>) -> Result<Result<T, FileError>, SandboxError> {
        match self.attempt(file, task, decode)? {
            Err(_) => self.attempt(file, task, decode),
            answer => Ok(answer),
        }
    }

    fn attempt<T>(&mut self, file: &File, task: Task, decode: Decode<T>) -> Result<Result<T, FileError>, SandboxError> {
        let limits = self.setup.limits.clone();
        let reveal = self.setup.reveal;
        let recogniser = self.recogniser.clone();
        let worker = self.worker()?;
        let answer =
            worker.ask(file, task, &limits, recogniser.as_ref()).and_then(|bytes| decode(&bytes, &limits, reveal));
        if answer.is_err() || worker.files() >= FILES_PER_WORKER {
            self.worker = None;
        }
        Ok(answer)
    }

    fn worker(&mut self) -> Result<&mut process::Worker, SandboxError> {
        let worker = match self.worker.take() {
            Some(worker) => worker,
            None => process::Worker::start(&self.program, &self.setup)?,
        };
        if worker.level() < self.least {
            return Err(SandboxError::Level(worker.level()));
        }
        Ok(self.worker.insert(worker))
    }
}

/// The record in a worker's answer, as the parent believes it: for who tests that.
///
/// # Errors
///
/// [`FileError::BadReply`] when it is none, or breaks what every record promises.
pub fn decode(answer: &[u8], limits: &Limits) -> Result<Record, FileError> {
    reply::record(answer, limits, false)
}

/// The outcome that the way a worker ended stands for.
fn outcome(signal: Option<i32>, last_words: &str) -> FileError {
    match signal {
        Some(libc::SIGSYS) => FileError::Violation,
        Some(libc::SIGXCPU) => FileError::Limit(Limit::Cpu),
        Some(libc::SIGABRT) if last_words.contains("memory allocation of") => FileError::Limit(Limit::Memory),
        Some(libc::SIGABRT) if last_words.contains("has overflowed its stack") => FileError::Limit(Limit::Depth),
        _ => FileError::Panic,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_have_names() {
        for (signal, words, error) in [
            (Some(31), "", FileError::Violation),
            (Some(24), "", FileError::Limit(Limit::Cpu)),
            (Some(6), "memory allocation of 9 bytes failed", FileError::Limit(Limit::Memory)),
            (Some(6), "thread 'main' has overflowed its stack", FileError::Limit(Limit::Depth)),
            (Some(6), "", FileError::Panic),
            (Some(9), "", FileError::Panic),
            (None, "", FileError::Panic),
        ] {
            assert_eq!(outcome(signal, words), error, "{signal:?} {words}");
        }
    }
}
