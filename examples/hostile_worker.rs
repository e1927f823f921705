//! A worker that has been beaten: does what the first byte of its file says.
//! The tests of the sandbox hand it files and see what the parent makes of it.
//! Called by the name `limited`, it is confined as where there are resource limits only.

#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr, reason = "a program does I/O")]

use std::fs::{File, FileTimes, Permissions};
use std::hint::black_box;
use std::net::TcpListener;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};

use aktsam::examine::Examiner;
use aktsam::record::Record;
use rustix::process::Signal;
use rustix::time::{ClockId, clock_gettime};

fn main() -> Result<(), aktsam::sandbox::SandboxError> {
    let name = std::env::args_os().next().unwrap_or_default();
    if Path::new(&name).ends_with("limited") {
        return aktsam::sandbox::serve_limited_with(misbehave);
    }
    aktsam::sandbox::serve_with(misbehave)
}

fn misbehave(examiner: &Examiner, file: &File) -> Record {
    let mut order = [0; 1];
    let _ = file.read_at(&mut order, 0);
    match order[0] {
        b'a' => std::process::abort(),
        b'A' => drop(file.set_times(FileTimes::new().set_accessed(SystemTime::UNIX_EPOCH))),
        b'C' => drop(std::env::set_current_dir("/")),
        b'D' => drop(std::fs::read_dir("/")),
        b'G' => drop(UnixDatagram::unbound()),
        b'H' => drop(file.set_permissions(Permissions::from_mode(0o777))),
        b'K' => drop(rustix::process::getppid().map(|parent| rustix::process::kill_process(parent, Signal::TERM))),
        b'L' => drop(std::os::unix::fs::symlink("/etc/passwd", "link")),
        #[cfg(target_os = "linux")]
        b'M' => drop(rustix::fs::memfd_create("x", rustix::fs::MemfdFlags::empty())),
        b'R' => drop(rustix::process::getrlimit(rustix::process::Resource::As)),
        b'S' => drop(file.set_len(0)),
        b'U' => drop(std::fs::remove_file("/tmp/aktsam-no-such-file")),
        b'X' => drop(rustix::fs::fsetxattr(file, "user.x", b"x", rustix::fs::XattrFlags::empty())),
        b'b' => keep_busy(Duration::from_millis(800)),
        b'c' => drop(Command::new("/bin/true").status()),
        b'f' => drop(File::open("/etc/hostname")),
        b'l' => loop {
            std::hint::spin_loop();
        },
        b'm' => eat_memory(),
        b'n' => drop(TcpListener::bind("127.0.0.1:0")),
        b'o' => std::process::exit(0),
        b's' => drop(black_box(recurse(0))),
        b't' => drop(std::thread::spawn(|| ())),
        b'w' => drop(file.write_at(b"x", 0)),
        _ => {}
    }
    let mut record = examiner.examine(b"Elev: 19900101-2385");
    record.size = file.metadata().map_or(0, |metadata| metadata.len());
    match order[0] {
        b'b' => record.size = std::process::id().into(),
        b'v' => record.findings[0].masked = "19900101-2385".into(),
        _ => {}
    }
    record
}

/// Uses CPU time.
fn keep_busy(time: Duration) {
    let used = || Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default();
    let end = used() + time;
    while used() < end {
        std::hint::spin_loop();
    }
}

fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { recurse(depth + 1) + frame[1] }
}

fn eat_memory() {
    let mut eaten = Vec::new();
    loop {
        eaten.push(black_box(vec![1_u8; 64 << 20]));
    }
}
