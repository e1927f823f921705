//! Where files are examined: in a confined process, or in this one.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;
use std::sync::Mutex;

use aktsam::document::Kind;
use aktsam::error::{FileError, Limit};
use aktsam::examine::{Examiner, unread};
use aktsam::judge::Policy;
use aktsam::ocr::Recogniser;
use aktsam::record::{Record, Status};
use aktsam::report::escape::visible;
use aktsam::sandbox::{Failure, Level, Sandbox, SandboxError, Setup, Transcript};
use aktsam::scan::{Examine, ScanError};
use anyhow::Context;

use crate::args::SandboxMode;
use crate::log;
use crate::output::hinted;

/// How the files of a run are examined.
#[expect(clippy::large_enum_variant, reason = "one a run")]
pub(crate) enum Isolation {
    /// In worker processes of this program, one for each thread; those at rest wait for the next.
    Workers { program: PathBuf, setup: Setup, level: Level, recogniser: Option<Recogniser>, idle: Mutex<Vec<Sandbox>> },
    /// In this process.
    Here(Box<Examiner>),
}

/// What answers questions about the files of one thread.
#[expect(clippy::large_enum_variant, reason = "one a thread")]
pub(crate) enum Desk<'a> {
    /// A worker process, which goes back to the idle ones.
    Apart { sandbox: Option<Sandbox>, idle: &'a Mutex<Vec<Sandbox>> },
    /// This process.
    Here(&'a Examiner),
}

impl Isolation {
    /// Tries what `mode` asks for, so that a run does not begin with less than it needs.
    pub(crate) fn of(mode: Option<SandboxMode>, setup: Setup, recogniser: Option<Recogniser>) -> anyhow::Result<Self> {
        let mode = mode.unwrap_or(SandboxMode::USUAL);
        let Some(least) = mode.least() else { return Self::here(setup, recogniser) };
        let program = std::env::current_exe().context("this program's own path is not known")?;
        match Sandbox::new(program.clone(), setup.clone(), least) {
            Ok(sandbox) => {
                let level = sandbox.level();
                let idle = Mutex::new(vec![sandbox.recognise_with(recogniser.clone())]);
                Ok(Self::Workers { program, setup, level, recogniser, idle })
            }
            Err(SandboxError::Setup) => {
                Err(hinted("the worker refused the policy", "check it with `aktsam rules test`"))
            }
            Err(error) if mode == SandboxMode::BestEffort => {
                log::warning(&format!("{error}; files are examined in the scanning process"), None);
                Self::here(setup, recogniser)
            }
            Err(error) => Err(hinted(error, "--sandbox best-effort scans with what this system can")),
        }
    }

    fn here(setup: Setup, recogniser: Option<Recogniser>) -> anyhow::Result<Self> {
        // A parser's panic becomes a record; its message may quote the file.
        std::panic::set_hook(Box::new(|_| {}));
        let policy = Policy::from_source(&setup.policy).context("the policy cannot be read")?;
        let today = Some(jiff::ZonedDateTime::now().date());
        let Setup { limits, reveal, .. } = setup;
        Ok(Self::Here(Box::new(Examiner { policy, limits, reveal, today, recogniser, watch: None })))
    }

    /// The level reached, as stored with the run.
    pub(crate) fn level(&self) -> Level {
        match self {
            Self::Workers { level, .. } => *level,
            Self::Here(_) => Level::Off,
        }
    }

    /// What examines the files of one thread.
    pub(crate) fn examine(&self) -> Result<Examine<'_>, ScanError> {
        let mut desk = self.desk()?;
        Ok(Box::new(move |files| Ok(desk.examine_all(files)?)))
    }

    /// What answers questions about the files of one thread.
    pub(crate) fn desk(&self) -> Result<Desk<'_>, SandboxError> {
        match self {
            Self::Workers { program, setup, level, recogniser, idle } => {
                let at_rest = idle.lock().ok().and_then(|mut idle| idle.pop());
                let sandbox = match at_rest {
                    Some(sandbox) => sandbox,
                    None => Sandbox::new(program.clone(), setup.clone(), *level)?.recognise_with(recogniser.clone()),
                };
                Ok(Desk::Apart { sandbox: Some(sandbox), idle })
            }
            Self::Here(examiner) => Ok(Desk::Here(examiner)),
        }
    }
}

impl Desk<'_> {
    /// The record of an open file.
    pub(crate) fn examine(&mut self, file: &File, size: u64) -> Result<Record, SandboxError> {
        let mut records = self.examine_all(&[(file, size)])?;
        Ok(records.pop().unwrap_or_else(|| unread(Kind::Unknown, size, Status::Error, &FileError::Panic)))
    }

    /// The records of open files, in their order.
    fn examine_all(&mut self, files: &[(&File, u64)]) -> Result<Vec<Record>, SandboxError> {
        match self {
            Self::Apart { sandbox, .. } => {
                sandbox.as_mut().map_or(Ok(Vec::new()), |sandbox| sandbox.examine_all(files))
            }
            Self::Here(examiner) => Ok(files.iter().map(|(file, size)| examine(examiner, file, *size)).collect()),
        }
    }

    /// The text of an open file.
    pub(crate) fn read(&mut self, file: &File) -> Result<Transcript, SandboxError> {
        match self {
            Self::Apart { sandbox: Some(sandbox), .. } => sandbox.read(file),
            Self::Apart { .. } => Ok(Transcript::failed(&FileError::Panic)),
            Self::Here(examiner) => Ok(bytes(examiner, file, 0)
                .map_or_else(|(_, error)| Transcript::failed(&error), |bytes| examiner.read(&bytes).into())),
        }
    }
}

impl Drop for Desk<'_> {
    fn drop(&mut self) {
        if let Self::Apart { sandbox, idle } = self
            && let (Some(sandbox), Ok(mut idle)) = (sandbox.take(), idle.lock())
        {
            idle.push(sandbox);
        }
    }
}

/// The words of a failure, safe to print.
pub(crate) fn words(failure: &Failure) -> String {
    shown(&failure.words)
}

/// Words that a file, or a worker, had a say in, safe to print.
pub(crate) fn shown(words: &str) -> String {
    visible(words.as_bytes())
}

fn examine(examiner: &Examiner, file: &File, size: u64) -> Record {
    match bytes(examiner, file, size) {
        Err((status, error)) => unread(Kind::Unknown, size, status, &error),
        Ok(bytes) => examiner.examine(&bytes),
    }
}

/// The bytes of an open file within the limit, or why not.
fn bytes(examiner: &Examiner, mut file: &File, size: u64) -> Result<Vec<u8>, (Status, FileError)> {
    let limit = examiner.limits.file_bytes;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or_default());
    match file.rewind().and_then(|()| file.take(limit + 1).read_to_end(&mut bytes)) {
        Err(error) => Err((Status::Error, FileError::of_io(&error))),
        Ok(length) if length as u64 > limit => Err((Status::Limit, FileError::Limit(Limit::File))),
        Ok(_) => Ok(bytes),
    }
}
