//! Resource limits of this process.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Sets a limit for good: not even this process can raise it again.
pub(crate) fn fix(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}
