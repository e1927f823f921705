//! Resource limits alone, as every Unix has them: what confines a worker outside Linux.
//!
//! A beaten parser is stopped by nothing else here. It can open what its account
//! can open; it can only not use too much, write to a file, or leave a core file.
//! Nothing ends the worker with its parent, but it ends when its socket is closed,
//! and in the middle of a file by its CPU limit.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::rlimit::fix;
use crate::limits::Limits;
use crate::sandbox::{Level, SandboxError, worker};

/// Memory that the program needs before it reads any file, in bytes: less would kill it at once.
pub(super) const OWN_MEMORY: u64 = 256 << 20;

/// Sets what limits there are.
///
/// # Errors
///
/// When one is refused, but for the one on memory: see [`bound_memory`].
pub(super) fn confine(limits: &Limits) -> Result<Level, SandboxError> {
    let refused = |_| SandboxError::Confine("resource limits");
    for (resource, most) in [(Resource::Fsize, 0), (Resource::Core, 0), (Resource::Nofile, 16)] {
        fix(resource, most).map_err(refused)?;
    }
    renew_cpu(limits).map_err(refused)?;
    bound_memory(limits.memory_bytes.max(OWN_MEMORY));
    Ok(Level::LimitsOnly)
}

/// Allows the CPU time of one file more than was used so far, in whole seconds and
/// no more than the account may. The time on the wall is the parent's to bound.
pub(super) fn renew_cpu(limits: &Limits) -> io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Cpu);
    let wanted = worker::cpu_micros() / 1_000_000 + limits.cpu_seconds + 1;
    let current = Some(maximum.map_or(wanted, |maximum| maximum.min(wanted)));
    Ok(setrlimit(Resource::Cpu, Rlimit { current, maximum })?)
}

/// Bounds the memory that may be mapped.
///
/// macOS counts what every process there has mapped before it begins, and refuses
/// a bound below that (XNU, `dosetrlimit`: `EINVAL`); the least bound that it takes
/// is then what is mapped already. Before macOS 12 it takes any and heeds none. Where it
/// takes none, the other limits stand, and the level promises no more.
fn bound_memory(most: u64) {
    if fix(Resource::As, most).is_ok() {
        return;
    }
    let Rlimit { maximum, .. } = getrlimit(Resource::As);
    let takes = |bound| setrlimit(Resource::As, Rlimit { current: Some(bound), maximum }).is_ok();
    if let Some(mapped) = least(takes) {
        let _ = fix(Resource::As, mapped + most);
    }
}

/// Largest bound that is tried: the addresses that processes have on common machines.
const ADDRESSES: u64 = 1 << 47;
/// How near the least bound is looked for, in bytes.
const NEAR: u64 = 16 << 20;

/// About the least bound that is taken, where each above it is too.
fn least(takes: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut refused, mut granted) = (0, ADDRESSES);
    if !takes(granted) {
        return None;
    }
    while granted - refused > NEAR {
        let middle = refused + (granted - refused) / 2;
        if takes(middle) { granted = middle } else { refused = middle }
    }
    Some(granted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_bound_is_found() {
        for mapped in [1, NEAR, 420 << 30, ADDRESSES - NEAR] {
            let found = least(|bound| bound >= mapped).unwrap();
            assert!((mapped..mapped + NEAR).contains(&found), "{mapped}: {found}");
        }
        assert_eq!(least(|_| false), None);
    }
}
