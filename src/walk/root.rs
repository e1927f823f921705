//! A folder, or a single file, that is scanned.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, openat};
use thiserror::Error;

use super::{Scope, beneath, bytes, is_network};
use crate::config::Rate;

/// Why a root cannot be scanned.
#[derive(Debug, Error)]
pub enum RootError {
    /// It is not there.
    #[error("{}: no such file or folder", .0.display())]
    Missing(PathBuf),
    /// It cannot be opened.
    #[error("{}: {source}", path.display())]
    Open {
        /// As it was given.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It is neither a folder nor a regular file.
    #[error("{}: neither a folder nor a regular file", .0.display())]
    Special(PathBuf),
}

/// A folder or a file that is scanned, opened, so that what lies below it is
/// reached through it and by no other way.
#[derive(Debug)]
pub struct Root {
    given: PathBuf,
    path: PathBuf,
    name: String,
    base: OwnedFd,
    file: bool,
    scope: Scope,
    inodes: bool,
    network: bool,
    rate: Rate,
}

impl Root {
    /// Opens the root at `given`, as the command line or the configuration names it.
    ///
    /// `inodes` says whether inode numbers tell files apart; `None` for: when
    /// the file system is local, for those of SMB and NFS may change.
    ///
    /// # Errors
    ///
    /// [`RootError`] when it is missing or cannot be opened.
    pub fn open(given: &Path, name: Option<&str>, scope: Scope, inodes: Option<bool>) -> Result<Self, RootError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => RootError::Missing(given.to_owned()),
            _ => RootError::Open { path: given.to_owned(), source },
        };
        let path = fs::canonicalize(given).map_err(failed)?;
        let kind = fs::metadata(&path).map_err(failed)?.file_type();
        if !kind.is_dir() && !kind.is_file() {
            return Err(RootError::Special(given.to_owned()));
        }
        let folder = if kind.is_dir() { &path } else { path.parent().unwrap_or(&path) };
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let base = openat(CWD, folder, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
        let network = is_network(&base).map_err(failed)?.is_some();
        let name = name.map_or_else(|| given.display().to_string(), str::to_owned);
        let inodes = inodes.unwrap_or(!network);
        let (given, file) = (given.to_owned(), kind.is_file());
        Ok(Self { given, path, name, base, file, scope, inodes, network, rate: Rate::default() })
    }

    /// The same root, read no faster than at `rate`.
    #[must_use]
    pub fn paced(self, rate: Rate) -> Self {
        Self { rate, ..self }
    }

    /// How fast its files may be read.
    #[must_use]
    pub fn rate(&self) -> Rate {
        self.rate
    }

    /// Absolute, without symbolic links.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What reports call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What of it is scanned.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether it is a single file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.file
    }

    /// Whether inode numbers tell files apart.
    #[must_use]
    pub fn trusts_inodes(&self) -> bool {
        self.inodes
    }

    /// Whether it lies on a network file system, where each question waits for an answer.
    #[must_use]
    pub fn is_network(&self) -> bool {
        self.network
    }

    /// The path of a file as people know it: the root as it was given, and the way below it.
    #[must_use]
    pub fn display(&self, below: &[u8]) -> PathBuf {
        if below.is_empty() {
            return self.given.clone();
        }
        self.given.join(OsStr::from_bytes(below))
    }

    /// The way from the root to `path`, which begins with [`Root::path`].
    #[must_use]
    pub fn below(&self, path: &Path) -> Option<Vec<u8>> {
        path.strip_prefix(&self.path).ok().map(|below| below.as_os_str().to_owned().into_vec())
    }

    /// The folder `dir` below the root, only as a place to ask from.
    ///
    /// # Errors
    ///
    /// As `open(2)`; a symbolic link on the way is `ELOOP` or `ENOTDIR`.
    pub fn folder(&self, dir: &[u8]) -> io::Result<Handle<'_>> {
        if dir.is_empty() {
            return Ok(Handle::Root(self.base.as_fd()));
        }
        self.reach(dir, beneath::PASSAGE).map(Handle::Below)
    }

    /// The name by which the base folder reaches the file `path` below the root.
    pub(crate) fn way<'a>(&'a self, path: &'a [u8]) -> &'a [u8] {
        if self.file { bytes(self.path.file_name().unwrap_or_default().as_ref()) } else { path }
    }

    /// Opens what lies at `path` below the root, through no symbolic link and not past the root.
    ///
    /// # Errors
    ///
    /// As `open(2)`.
    pub fn reach(&self, path: &[u8], flags: OFlags) -> io::Result<OwnedFd> {
        beneath::open(self.base.as_fd(), self.way(path), flags)
    }
}

/// A folder to ask from.
#[derive(Debug)]
pub enum Handle<'a> {
    /// The root itself.
    Root(BorrowedFd<'a>),
    /// A folder below it.
    Below(OwnedFd),
}

impl AsFd for Handle<'_> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Root(fd) => *fd,
            Self::Below(fd) => fd.as_fd(),
        }
    }
}
