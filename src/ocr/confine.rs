//! Tesseract's confinement on Linux: it may read itself, its libraries and its
//! languages' data, and write to the pipe it was given. No other file, no network,
//! no other process.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, Scope, path_beneath_rules,
};
use rustix::process::Signal;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// Where libraries and languages' data lie (Filesystem Hierarchy Standard 3.0, 4.7 and 4.11).
const READABLE: &[&str] = &[
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/sys/devices/system/cpu",
];

/// Loaders of programs, which the kernel runs with them.
const LOADERS: &[&str] = &[
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib/ld-musl-x86_64.so.1",
    "/lib/ld-musl-aarch64.so.1",
];

/// Confines this process for good to what `program` needs; it dies with its parent.
pub(super) fn confine(program: &Path) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    restrict_access(program).map_err(io::Error::other)?;
    deny_calls().map_err(io::Error::other)
}

/// Landlock, as far as the kernel has it; on one without, the filter of system calls stands alone.
fn restrict_access(program: &Path) -> Result<(), RulesetError> {
    let newest = ABI::V6;
    let languages = std::env::var_os("TESSDATA_PREFIX").map(PathBuf::from);
    let readable = READABLE.iter().map(PathBuf::from).chain(languages);
    let runnable = LOADERS.iter().map(OsStr::new).chain([program.as_os_str()]);
    Ruleset::default()
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?
        .create()?
        .add_rules(path_beneath_rules(readable, AccessFs::ReadFile | AccessFs::ReadDir))?
        .add_rules(path_beneath_rules(runnable, AccessFs::ReadFile | AccessFs::Execute))?
        .restrict_self()?;
    Ok(())
}

/// System calls that recognising letters has no use for: sockets, other
/// processes, the kernel's own interior, and ways around this list.
const DENIED: &[libc::c_long] = &[
    libc::SYS_add_key,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_kill,
    libc::SYS_mount,
    libc::SYS_open_by_handle_at,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pidfd_open,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_request_key,
    libc::SYS_setns,
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];

fn deny_calls() -> Result<(), seccompiler::Error> {
    let rules: BTreeMap<i64, _> = DENIED.iter().map(|&call| (call, Vec::new())).collect();
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let architecture = std::env::consts::ARCH.try_into()?;
    let program: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, refused, architecture)?.try_into()?;
    seccompiler::apply_filter(&program)
}
