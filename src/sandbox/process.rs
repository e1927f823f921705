//! The parent's side: start a worker, hand it a file, wait no longer than allowed, and know how it ended.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Pid;

use super::pictures::{self, QUESTION};
use super::{Ask, Level, SandboxError, Told, Transcript, confine, outcome, socket};
use crate::error::{FileError, Limit};
use crate::limits::Limits;
use crate::ocr::Recogniser;

/// Longest answer a worker may give, in bytes, unless it is a text.
const ANSWER_BYTES: usize = 64 << 20;

/// Bytes that are read at a time: many answers of small files.
const CHUNK: usize = 64 << 10;

/// How long a worker may take to be ready.
const START: Duration = Duration::from_secs(30);

/// Bytes before each message: its length, and the CPU time used so far.
const HEAD: usize = 12;

/// A running worker process.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    /// Files go here.
    control: UnixStream,
    /// Answers and questions come here, and replies to questions go here.
    answers: UnixStream,
    /// What came and was not taken yet.
    inbox: Vec<u8>,
    started: Instant,
    cpu: Duration,
    /// The CPU limit it has now, in seconds from its start.
    allowed: u64,
    level: Level,
    files: u32,
    /// Longest message that is taken now, in bytes.
    most: usize,
}

impl Worker {
    pub(super) fn start(program: &Path, told: &Told) -> Result<Self, SandboxError> {
        let patience = Duration::from_secs(told.setup.limits.wall_seconds);
        let (control, files) = socket::pair(patience).map_err(SandboxError::Start)?;
        let (answers, replies) = socket::pair(patience).map_err(SandboxError::Start)?;
        let child = Command::new(program)
            .arg("worker")
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(files)))
            .stdout(Stdio::from(OwnedFd::from(replies)))
            .stderr(Stdio::piped())
            .spawn()
            .map_err(SandboxError::Start)?;
        let started = Instant::now();
        let mut worker = Self {
            child,
            control,
            answers,
            inbox: Vec::new(),
            started,
            cpu: Duration::ZERO,
            allowed: 0,
            level: Level::Off,
            files: 0,
            most: ANSWER_BYTES,
        };
        worker.send_setup(told).map_err(SandboxError::Start)?;
        let hello = worker.answer(started + START).map_err(|_| SandboxError::Setup)?;
        worker.level = serde_json::from_slice(&hello).map_err(|_| SandboxError::Setup)?;
        Ok(worker)
    }

    pub(super) fn level(&self) -> Level {
        self.level
    }

    /// How many files it was handed.
    pub(super) fn files(&self) -> u32 {
        self.files
    }

    /// Hands over an open file. Several may be handed over before the first answer is
    /// taken: the worker then never waits, and is woken once for all of them.
    ///
    /// A worker that is gone shows when its answer is taken.
    pub(super) fn send(&mut self, file: &File, ask: Ask) {
        self.files += 1;
        let _ = socket::pass(&self.control, file, ask as u8);
    }

    /// Waits for the answer to the first file that has none yet, within the limits on CPU and wall time.
    pub(super) fn receive(
        &mut self,
        ask: Ask,
        limits: &Limits,
        recogniser: Option<&Recogniser>,
    ) -> Result<Vec<u8>, FileError> {
        let text = if ask == Ask::Text { Transcript::most_bytes(limits) } else { 0 };
        self.most = ANSWER_BYTES.saturating_add(text);
        let deadline = Instant::now() + Duration::from_secs(limits.wall_seconds);
        let allowed = self.allow_cpu(limits).map_err(|_| FileError::Panic);
        match allowed.and_then(|()| self.converse(deadline, limits, recogniser)) {
            Err(FileError::Panic) => Err(self.autopsy()),
            answer => answer,
        }
    }

    /// Whether something came that nothing asked for.
    pub(super) fn has_more(&self) -> bool {
        !self.inbox.is_empty()
    }

    /// Raises the CPU limit, which the kernel counts from the worker's start, to what this file may use.
    fn allow_cpu(&mut self, limits: &Limits) -> io::Result<()> {
        // A worker cannot have used more than the time since it started, whatever it says.
        let most = self.cpu.min(self.started.elapsed()).as_secs() + limits.cpu_seconds + 1;
        if most != self.allowed {
            confine::allow_cpu(Pid::from_child(&self.child), self.level, most)?;
            self.allowed = most;
        }
        Ok(())
    }

    fn send_setup(&mut self, told: &Told) -> io::Result<()> {
        let bytes = serde_json::to_vec(told)?;
        let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
        self.control.write_all(&length.to_le_bytes())?;
        self.control.write_all(&bytes)
    }

    /// Answers the worker's questions until it has the answer. Pictures have a time
    /// of their own, which bounds how often the file's begins anew.
    fn converse(
        &mut self,
        mut deadline: Instant,
        limits: &Limits,
        recogniser: Option<&Recogniser>,
    ) -> Result<Vec<u8>, FileError> {
        let mut left = Duration::from_secs(limits.ocr_seconds);
        let mut since = Instant::now();
        loop {
            match self.message(deadline)? {
                (bytes, false) => return Ok(bytes),
                (question, true) => {
                    let reply = pictures::reply(&question, recogniser, left)?;
                    self.answers.write_all(&reply).map_err(|_| FileError::Panic)?;
                    left = left.saturating_sub(since.elapsed());
                    since = Instant::now();
                    if !left.is_zero() {
                        deadline = since + Duration::from_secs(limits.wall_seconds);
                        self.allow_cpu(limits).map_err(|_| FileError::Panic)?;
                    }
                }
            }
        }
    }

    fn answer(&mut self, deadline: Instant) -> Result<Vec<u8>, FileError> {
        match self.message(deadline)? {
            (bytes, false) => Ok(bytes),
            (_, true) => Err(FileError::BadReply),
        }
    }

    /// The next message, and whether it is a question.
    fn message(&mut self, deadline: Instant) -> Result<(Vec<u8>, bool), FileError> {
        self.fill(HEAD, deadline)?;
        let (length, micros) = self.inbox[..HEAD].split_at(4);
        let length = length.try_into().map_or(u32::MAX, u32::from_le_bytes);
        let (length, question) = ((length & !QUESTION) as usize, length & QUESTION != 0);
        let micros = micros.try_into().map_or(u64::MAX, u64::from_le_bytes);
        if length > self.most {
            return Err(FileError::Limit(Limit::Output));
        }
        self.cpu = Duration::from_micros(micros);
        self.fill(HEAD + length, deadline)?;
        let bytes = self.inbox[HEAD..HEAD + length].to_vec();
        self.inbox.drain(..HEAD + length);
        Ok((bytes, question))
    }

    /// Reads until so many bytes are there, or fails: with the wall limit at the deadline,
    /// with a panic when the worker is gone.
    fn fill(&mut self, wanted: usize, deadline: Instant) -> Result<(), FileError> {
        while self.inbox.len() < wanted {
            self.wait(deadline)?;
            self.inbox.reserve(CHUNK.max(wanted - self.inbox.len()));
            match rustix::io::read(&self.answers, spare_capacity(&mut self.inbox)) {
                Ok(0) => return Err(FileError::Panic),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(FileError::Panic),
            }
        }
        Ok(())
    }

    fn wait(&self, deadline: Instant) -> Result<(), FileError> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            // What comes after the deadline comes too late, also when it lies there already.
            if left.is_zero() {
                return Err(FileError::Limit(Limit::Wall));
            }
            let timeout = Timespec::try_from(left).map_err(|_| FileError::Panic)?;
            match poll(&mut [PollFd::new(&self.answers, PollFlags::IN)], Some(&timeout)) {
                Ok(0) => return Err(FileError::Limit(Limit::Wall)),
                Ok(_) => return Ok(()),
                Err(rustix::io::Errno::INTR) => {}
                Err(_) => return Err(FileError::Panic),
            }
        }
    }

    /// Why a worker that stopped answering stopped.
    fn autopsy(&mut self) -> FileError {
        let _ = self.child.kill();
        let signal = self.child.wait().ok().and_then(|status| status.signal());
        let mut words = Vec::new();
        if let Some(errors) = self.child.stderr.take() {
            let _ = errors.take(4096).read_to_end(&mut words);
        }
        outcome(signal, &String::from_utf8_lossy(&words))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
