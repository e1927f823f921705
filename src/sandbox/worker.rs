//! The worker's side: take the set-up, be confined, examine descriptors until the parent hangs up.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use rustix::time::{ClockId, clock_gettime};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::confine::Means;
use super::pictures::{self, QUESTION};
use super::{Ask, SandboxError, Told, Transcript, socket};
use crate::archive::survey::{Depth, survey};
use crate::document::Kind;
use crate::error::{FileError, Limit};
use crate::examine::{Examiner, unread};
use crate::limits::Limits;
use crate::ocr::{Pages, Recogniser, Unread};
use crate::record::{Record, Status};

/// Serves a parent: set-up and descriptors come on standard input, a socket;
/// answers go to standard output, another. Returns when the parent hangs up.
///
/// # Errors
///
/// When the process cannot be confined, or the parent cannot be spoken to.
pub fn serve() -> Result<(), SandboxError> {
    serve_with(examine)
}

/// [`serve`] with another way to examine, for programs that extend the
/// examination and for tests of the confinement itself.
///
/// # Errors
///
/// As [`serve`].
pub fn serve_with(examine: impl Fn(&Examiner, &File) -> Record) -> Result<(), SandboxError> {
    serve_by(Means::MOST, examine)
}

/// [`serve_with`] under resource limits alone, whatever else the system has: for tests of
/// what holds where it has nothing else.
///
/// # Errors
///
/// As [`serve`].
pub fn serve_limited_with(examine: impl Fn(&Examiner, &File) -> Record) -> Result<(), SandboxError> {
    serve_by(Means::Limits, examine)
}

fn serve_by(means: Means, examine: impl Fn(&Examiner, &File) -> Record) -> Result<(), SandboxError> {
    // A panic's message may quote the file.
    std::panic::set_hook(Box::new(|_| {}));
    outlive_signals().map_err(SandboxError::Start)?;
    let Told { setup, pronom } = receive_setup().map_err(SandboxError::Start)?;
    let examiner = examiner(&setup, means)?;
    let signatures = pronom.map(|pronom| pronom.signatures().map_err(|_| SandboxError::Setup)).transpose()?;
    let beginning = of_beginnings(&examiner);
    warm_up(&examiner);
    let level = means.confine(&setup.limits)?;
    let hello = serde_json::to_vec(&level).map_err(|_| SandboxError::Setup)?;
    answer(&hello).map_err(SandboxError::Start)?;
    while let Some((file, ask)) = receive_file().map_err(SandboxError::Start)? {
        means.renew_cpu(&setup.limits).map_err(SandboxError::Start)?;
        // All are plain data and always have a JSON form.
        let bytes = match &signatures {
            _ if ask == Ask::Text => serde_json::to_vec(&transcript(&examiner, &file)),
            Some(signatures) if ask != Ask::Record => {
                let depth = match ask {
                    Ask::Format => Depth::Format,
                    Ask::Likeness => Depth::Likeness,
                    _ => Depth::Whole,
                };
                serde_json::to_vec(&survey(&examiner, signatures, &file, depth))
            }
            _ if ask == Ask::Beginning => serde_json::to_vec(&examine(&beginning, &file)),
            _ => serde_json::to_vec(&examine(&examiner, &file)),
        };
        let bytes = bytes.map_err(|_| SandboxError::Setup)?;
        answer(&bytes).map_err(SandboxError::Start)?;
    }
    Ok(())
}

/// A signal to the whole group is the parent's to act on: it lets the file in hand be finished.
fn outlive_signals() -> io::Result<()> {
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::default())?;
    }
    Ok(())
}

fn examiner(setup: &super::Setup, means: Means) -> Result<Examiner, SandboxError> {
    let policy = crate::judge::Policy::from_source(&setup.policy).map_err(|_| SandboxError::Setup)?;
    let today = Some(jiff::ZonedDateTime::now().date());
    let recogniser = (setup.pages != Pages::None).then(|| {
        let limits = setup.limits.clone();
        let mut recogniser = Recogniser::new(move |picture| {
            let lines = pictures::ask(picture, send);
            means.renew_cpu(&limits).map_or(Err(Unread::Failed), |()| lines)
        });
        recogniser.pages = setup.pages;
        recogniser
    });
    Ok(Examiner { policy, limits: setup.limits.clone(), reveal: setup.reveal, today, recogniser, watch: None })
}

/// Most text, in bytes, that is read of a file whose whole was too much.
const BEGINNING: u64 = 2 << 20;

/// What examines the beginning of a file: little enough to stay far from every limit.
fn of_beginnings(examiner: &Examiner) -> Examiner {
    let mut examiner = examiner.clone();
    let limits = &mut examiner.limits;
    limits.text_bytes = limits.text_bytes.min(BEGINNING);
    limits.inflated_bytes = limits.inflated_bytes.min(16 * BEGINNING);
    limits.cpu_seconds = limits.cpu_seconds.div_ceil(4);
    limits.pages = limits.pages.min(100);
    examiner
}

/// Builds every automaton and table, and lets the clock find its vDSO, while more is still allowed.
fn warm_up(examiner: &Examiner) {
    let _ = examiner.examine(b"a");
    let _ = cpu_micros();
}

fn examine(examiner: &Examiner, file: &File) -> Record {
    match read(file, &examiner.limits) {
        Ok(bytes) => examiner.examine(&bytes),
        Err(error @ FileError::Limit(_)) => unread(Kind::Unknown, 0, Status::Limit, &error),
        Err(error) => unread(Kind::Unknown, 0, Status::Error, &error),
    }
}

fn transcript(examiner: &Examiner, file: &File) -> Transcript {
    match read(file, &examiner.limits) {
        Ok(bytes) => examiner.read(&bytes).into(),
        Err(error) => Transcript::failed(&error),
    }
}

/// The whole file, read by position: the descriptor's own offset is the parent's too.
fn read(file: &File, limits: &Limits) -> Result<Vec<u8>, FileError> {
    let size = file.metadata().map_err(|_| FileError::Io)?.len();
    if size > limits.file_bytes {
        return Err(FileError::Limit(Limit::File));
    }
    let mut bytes = vec![0; usize::try_from(size).map_err(|_| FileError::Limit(Limit::File))?];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(&mut bytes[filled..], filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Err(FileError::Io),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}

fn receive_setup() -> io::Result<Told> {
    let mut length = [0; 4];
    let mut socket = io::stdin().lock();
    socket.read_exact(&mut length)?;
    let mut bytes = Vec::new();
    socket.take(u64::from(u32::from_le_bytes(length))).read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The next descriptor and what is asked of it, or `None` when the parent has hung up.
fn receive_file() -> io::Result<Option<(File, Ask)>> {
    Ok(socket::take(io::stdin())?.map(|(file, byte)| (file, Ask::of(byte))))
}

/// Sends an answer: its length and the CPU time used so far in microseconds, then its bytes.
fn answer(bytes: &[u8]) -> io::Result<()> {
    send(bytes, 0)
}

fn send(bytes: &[u8], mark: u32) -> io::Result<()> {
    let mut message = Vec::with_capacity(12 + bytes.len());
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).min(!QUESTION);
    message.extend_from_slice(&(length | mark).to_le_bytes());
    message.extend_from_slice(&cpu_micros().to_le_bytes());
    message.extend_from_slice(bytes);
    let mut pipe = io::stdout().lock();
    pipe.write_all(&message)?;
    pipe.flush()
}

/// CPU time this process has used, in microseconds.
pub(super) fn cpu_micros() -> u64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    used.tv_sec.unsigned_abs() * 1_000_000 + used.tv_nsec.unsigned_abs() / 1_000
}
