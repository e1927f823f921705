//! Takes away from the worker what examining bytes does not need, as far as the system can.
//!
//! Linux can all of it. Other Unixes have resource limits: a process of its own,
//! bounded, that may still do what its account may.

use std::io;

use rustix::process::Pid;
#[cfg(target_os = "linux")]
use rustix::process::{Resource, Rlimit};

use super::{Level, SandboxError};
use crate::limits::Limits;

mod limits;
#[cfg(target_os = "linux")]
mod linux;
pub(crate) mod rlimit;

/// What a worker is confined by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// All that Linux has.
    #[cfg(target_os = "linux")]
    Kernel,
    /// Resource limits alone.
    Limits,
}

impl Means {
    /// The most that this system has.
    #[cfg(target_os = "linux")]
    pub(super) const MOST: Self = Self::Kernel;
    /// The most that this system has.
    #[cfg(not(target_os = "linux"))]
    pub(super) const MOST: Self = Self::Limits;

    /// Confines this process for good and says how far that went.
    ///
    /// # Errors
    ///
    /// When the system refuses what the level stands for.
    pub(super) fn confine(self, limits: &Limits) -> Result<Level, SandboxError> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel => linux::confine(limits),
            Self::Limits => limits::confine(limits),
        }
    }

    /// Grants this process the CPU time of a file, or of what follows a question,
    /// unless its parent does that: see [`allow_cpu`].
    pub(super) fn renew_cpu(self, limits: &Limits) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel => Ok(()),
            Self::Limits => limits::renew_cpu(limits),
        }
    }
}

/// The parent's part: lets the worker use `seconds` of CPU time from its start.
/// A worker with nothing but limits sets this one itself, since only Linux lets another process do it.
///
/// # Errors
///
/// When the kernel refuses.
pub(super) fn allow_cpu(worker: Pid, level: Level, seconds: u64) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    if level > Level::LimitsOnly {
        let limit = Rlimit { current: Some(seconds), maximum: None };
        rustix::process::prlimit(Some(worker), Resource::Cpu, limit)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (worker, level, seconds);
    Ok(())
}
