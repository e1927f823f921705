//! What confines a worker on Linux: Landlock, an allowlist of system calls, resource limits.

use std::collections::BTreeMap;
use std::io;

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{DumpableBehavior, Resource, Signal};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use super::limits::OWN_MEMORY;
use super::rlimit::fix;
use super::{Level, SandboxError};
use crate::limits::Limits;

/// Confines this process for good and says how far that went.
///
/// # Errors
///
/// When the resource limits or the system call filter are refused; without
/// Landlock the level is [`Level::Partial`].
pub(super) fn confine(limits: &Limits) -> Result<Level, SandboxError> {
    limit(limits).map_err(|_| SandboxError::Confine("resource limits"))?;
    let landlock = restrict_access();
    filter_calls().map_err(|_| SandboxError::Confine("system call filter"))?;
    Ok(if landlock { Level::Full } else { Level::Partial })
}

/// No core file, no file written, few descriptors, bounded memory; dies with its parent.
///
/// CPU time is bounded by the parent, file by file, since the kernel counts it for the process.
fn limit(limits: &Limits) -> io::Result<()> {
    let memory = limits.memory_bytes.max(OWN_MEMORY);
    let bounds = [(Resource::As, memory), (Resource::Fsize, 0), (Resource::Core, 0), (Resource::Nofile, 16)];
    for (resource, most) in bounds {
        fix(resource, most)?;
    }
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    Ok(rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// No file system, no network, no signals or sockets outside: Landlock, as far as the kernel has it.
fn restrict_access() -> bool {
    let newest = ABI::V6;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(newest))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(newest)))
        .and_then(|rules| rules.scope(Scope::from_all(newest)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    // Older kernels lack the newer rights; the system call filter denies the same things.
    status.is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
}

/// System calls that reading bytes and answering needs; anything else kills.
const CALLS: &[libc::c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_recvmsg,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_statx,
    libc::SYS_tgkill,
    libc::SYS_write,
    libc::SYS_writev,
];

fn filter_calls() -> Result<(), seccompiler::Error> {
    seccompiler::apply_filter(&filter()?)
}

fn filter() -> Result<BpfProgram, seccompiler::Error> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = CALLS.iter().map(|&call| (call, Vec::new())).collect();
    rules.insert(libc::SYS_mmap, vec![not_executable()?]);
    rules.insert(libc::SYS_mprotect, vec![not_executable()?]);
    let architecture = std::env::consts::ARCH.try_into()?;
    let filter = SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, architecture)?;
    Ok(filter.try_into()?)
}

/// Holds when the third argument, the protection, leaves out `PROT_EXEC`.
fn not_executable() -> Result<SeccompRule, seccompiler::BackendError> {
    let protection = u64::from(libc::PROT_EXEC.unsigned_abs());
    let operator = SeccompCmpOp::MaskedEq(protection);
    SeccompRule::new(vec![SeccompCondition::new(2, SeccompCmpArgLen::Dword, operator, 0)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel makes of a call by `program`: the classic BPF (linux/filter.h)
    /// of seccomp filters, which load from the call, compare, mask, jump and return.
    fn answer(program: &BpfProgram, call: libc::c_long, arguments: [u64; 6]) -> u32 {
        let mut data = u32::try_from(call).unwrap().to_le_bytes().to_vec();
        let architecture: u32 = if cfg!(target_arch = "x86_64") { 0xc000_003e } else { 0xc000_00b7 };
        data.extend(architecture.to_le_bytes());
        data.extend([0; 8]);
        data.extend(arguments.iter().flat_map(|argument| argument.to_le_bytes()));
        let (mut at, mut held) = (0, 0);
        loop {
            let step = &program[at];
            at += 1;
            let jump = |holds: bool| usize::from(if holds { step.jt } else { step.jf });
            match step.code {
                0x20 => {
                    let from = step.k as usize;
                    held = u32::from_le_bytes(data[from..from + 4].try_into().unwrap());
                }
                0x54 => held &= step.k,
                0x05 => at += step.k as usize,
                0x15 => at += jump(held == step.k),
                0x25 => at += jump(held > step.k),
                0x35 => at += jump(held >= step.k),
                0x06 => return step.k,
                other => panic!("an instruction that no filter had so far: {other:#x}"),
            }
        }
    }

    #[test]
    fn memory_that_can_be_run_is_never_given() {
        const ALLOW: u32 = 0x7fff_0000;
        const KILL: u32 = 0x8000_0000;
        let program = filter().unwrap();
        let [read, write, run] = [libc::PROT_READ, libc::PROT_WRITE, libc::PROT_EXEC].map(i32::unsigned_abs);
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            for (protection, expected) in [
                (0, ALLOW),
                (read, ALLOW),
                (read | write, ALLOW),
                (run, KILL),
                (read | run, KILL),
                (read | write | run, KILL),
            ] {
                let seen = answer(&program, call, [0, 4096, protection.into(), 0, 0, 0]);
                assert_eq!(seen, expected, "call {call}, protection {protection}");
            }
        }
        for call in [libc::SYS_openat, libc::SYS_execve, libc::SYS_socket, libc::SYS_pkey_mprotect, libc::SYS_shmat] {
            assert_eq!(answer(&program, call, [0; 6]), KILL, "call {call}");
        }
        assert_eq!(answer(&program, libc::SYS_read, [0; 6]), ALLOW);
    }
}
