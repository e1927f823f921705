//! Where files are examined: in a confined process, or in this one.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::PathBuf;

use aktsam::document::Kind;
use aktsam::error::{FileError, Limit};
use aktsam::examine::{Examiner, unread};
use aktsam::judge::Policy;
use aktsam::ocr::Recogniser;
use aktsam::record::{Record, Status};
use aktsam::sandbox::{Level, Sandbox, SandboxError, Setup};
use aktsam::scan::{Examine, ScanError};
use anyhow::Context;

use crate::args::SandboxMode;
use crate::output::hinted;

/// How the files of a run are examined.
pub(crate) enum Isolation {
    /// In worker processes of this program, one for each thread.
    Workers { program: PathBuf, setup: Setup, level: Level, recogniser: Option<Recogniser> },
    /// In this process.
    Here(Box<Examiner>),
}

impl Isolation {
    /// Tries what `mode` asks for, so that a run does not begin with less than it needs.
    pub(crate) fn of(mode: Option<SandboxMode>, setup: Setup, recogniser: Option<Recogniser>) -> anyhow::Result<Self> {
        let mode =
            mode.unwrap_or(if cfg!(target_os = "linux") { SandboxMode::Required } else { SandboxMode::BestEffort });
        let least = match mode {
            SandboxMode::Required => Level::Partial,
            SandboxMode::BestEffort => Level::LimitsOnly,
            SandboxMode::Off => return Self::here(setup, recogniser),
        };
        let program = std::env::current_exe().context("this program's own path is not known")?;
        match Sandbox::new(program.clone(), setup.clone(), least) {
            Ok(sandbox) => Ok(Self::Workers { program, setup, level: sandbox.level(), recogniser }),
            Err(SandboxError::Setup) => {
                Err(hinted("the worker refused the policy", "check it with `aktsam rules test`"))
            }
            Err(error) if mode == SandboxMode::BestEffort => {
                eprintln!("warning: {error}; files are examined in the scanning process");
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
        match self {
            Self::Workers { program, setup, level, recogniser } => {
                let sandbox = Sandbox::new(program.clone(), setup.clone(), *level)?;
                let mut sandbox = sandbox.recognise_with(recogniser.clone());
                Ok(Box::new(move |file, size| Ok(sandbox.examine(file, size)?)))
            }
            Self::Here(examiner) => Ok(Box::new(|file, size| Ok(examine(examiner, file, size)))),
        }
    }
}

fn examine(examiner: &Examiner, mut file: &File, size: u64) -> Record {
    let limit = examiner.limits.file_bytes;
    let mut bytes = Vec::with_capacity(usize::try_from(size.min(limit)).unwrap_or_default());
    let read = file.rewind().and_then(|()| file.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => unread(Kind::Unknown, size, Status::Error, &FileError::of_io(&error)),
        Ok(length) if length as u64 > limit => {
            unread(Kind::Unknown, size, Status::Limit, &FileError::Limit(Limit::File))
        }
        Ok(_) => examiner.examine(&bytes),
    }
}
