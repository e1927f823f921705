//! Opening what lies below a folder, through no symbolic link and not past it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags, openat};
use rustix::io::Errno;

/// A folder, only as a place to ask from.
#[cfg(target_os = "linux")]
pub(super) const PASSAGE: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
/// A folder as a place to ask from: outside Linux it must be readable, which each that was listed is.
#[cfg(not(target_os = "linux"))]
pub(super) const PASSAGE: OFlags = OFlags::DIRECTORY;

/// Opens what lies at `way` below `base`.
///
/// # Errors
///
/// As `open(2)`; a symbolic link on the way is `ELOOP` or `ENOTDIR`, and `..` is `EXDEV`.
pub(super) fn open(base: BorrowedFd<'_>, way: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    match at_once(base, way, flags) {
        Err(Errno::NOSYS) => Ok(step_by_step(base, way, flags)?),
        opened => Ok(opened?),
    }
}

/// One call of the kernel, unless it is before Linux 5.6 or a container forbids it.
#[cfg(target_os = "linux")]
fn at_once(base: BorrowedFd<'_>, way: &[u8], flags: OFlags) -> rustix::io::Result<OwnedFd> {
    use rustix::fs::{ResolveFlags, openat2};
    openat2(base, way, flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS)
}

/// No other system has the call.
#[cfg(not(target_os = "linux"))]
fn at_once(_: BorrowedFd<'_>, _: &[u8], _: OFlags) -> rustix::io::Result<OwnedFd> {
    Err(Errno::NOSYS)
}

/// Opens folder after folder, each from the one before and none of them a link.
fn step_by_step(base: BorrowedFd<'_>, way: &[u8], flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let passage = PASSAGE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let mut folder: Option<OwnedFd> = None;
    let mut rest = way;
    while let Some(end) = rest.iter().position(|byte| *byte == b'/') {
        folder = Some(step(folder.as_ref().map_or(base, AsFd::as_fd), &rest[..end], passage)?);
        rest = &rest[end + 1..];
    }
    step(folder.as_ref().map_or(base, AsFd::as_fd), rest, flags)
}

fn step(folder: BorrowedFd<'_>, name: &[u8], flags: OFlags) -> rustix::io::Result<OwnedFd> {
    if name == b".." { Err(Errno::XDEV) } else { openat(folder, name, flags, Mode::empty()) }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Read;
    use std::os::unix::fs::symlink;

    use super::*;

    type Open = fn(BorrowedFd<'_>, &[u8], OFlags) -> rustix::io::Result<OwnedFd>;

    #[test]
    fn what_lies_beneath_is_opened_and_nothing_else() {
        let ground = tempfile::TempDir::new().unwrap();
        let base = ground.path().join("base");
        fs::create_dir_all(base.join("a/b")).unwrap();
        fs::write(base.join("a/b/file"), "here").unwrap();
        fs::write(ground.path().join("file"), "outside").unwrap();
        symlink("a/b", base.join("inner")).unwrap();
        symlink("..", base.join("outer")).unwrap();
        symlink("a/b/file", base.join("link")).unwrap();
        let base = File::open(base).unwrap();
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let ways: [Open; 2] = [step_by_step, |base, way, flags| match at_once(base, way, flags) {
            Err(Errno::NOSYS) => step_by_step(base, way, flags),
            opened => opened,
        }];
        for open in ways {
            let mut read = String::new();
            File::from(open(base.as_fd(), b"a/b/file", flags).unwrap()).read_to_string(&mut read).unwrap();
            assert_eq!(read, "here");
            assert!(open(base.as_fd(), b"a", PASSAGE | flags).is_ok());
            for way in ["inner/file", "outer/file", "link", "../file", "a/../../file", "..", "a/b/file/x", "a/c"] {
                assert!(open(base.as_fd(), way.as_bytes(), flags).is_err(), "{way}");
            }
        }
    }
}
