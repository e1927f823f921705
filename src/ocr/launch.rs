//! Tesseract's own confinement. It reads pixels that came from anyone, with far
//! more code than this program has: its memory and time are bounded, it writes
//! no file, and on Linux it reads and reaches nothing that it does not need.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::process::Resource;

#[cfg(target_os = "linux")]
use super::confine::confine;
use crate::sandbox::confine::rlimit::fix;

/// Memory that Tesseract may map, in bytes: a page of 100 megapixels takes about a third of it.
const MEMORY: u64 = 4 << 30;

/// Confines this process for good, as far as the system can, and becomes `program`,
/// which may use `seconds` of CPU time. Returns only why it could not.
#[must_use]
pub fn launch(program: &Path, seconds: u64, args: &[OsString]) -> io::Error {
    if let Err(error) = limit(seconds).and_then(|()| confine(program)) {
        return error;
    }
    Command::new(program).args(args).exec()
}

fn limit(seconds: u64) -> io::Result<()> {
    for (resource, most) in
        [(Resource::Cpu, seconds), (Resource::Core, 0), (Resource::Fsize, 0), (Resource::Nofile, 64)]
    {
        fix(resource, most)?;
    }
    match fix(Resource::As, MEMORY) {
        // macOS takes no bound below what every process there has mapped: only the time bounds it then.
        Err(_) if !cfg!(target_os = "linux") => Ok(()),
        bounded => bounded,
    }
}

/// Limits are all there is here.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "on Linux the kernel may refuse")]
fn confine(_: &Path) -> io::Result<()> {
    Ok(())
}
