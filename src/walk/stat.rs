//! What the file system says of files, asked from the folder they lie in.

use rustix::fs::{AtFlags, FileType, statat};

use super::{FolderEnd, Listing, Root};
use crate::error::FileError;

/// What the file system says of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// Size in bytes.
    pub size: u64,
    /// When the content was last changed, in nanoseconds since 1970; anyone may set it.
    pub mtime_ns: i64,
    /// When the file was last changed in any way, in nanoseconds since 1970.
    pub ctime_ns: i64,
    /// The device it lies on.
    pub dev: u64,
    /// Its number on the device.
    pub inode: u64,
    /// Names it has.
    pub links: u64,
    /// Blocks of 512 bytes that it takes up.
    pub blocks: u64,
    /// Whether it is a regular file.
    pub regular: bool,
}

impl Stat {
    /// What is kept of an answer of `stat(2)`.
    #[must_use]
    #[allow(
        clippy::unnecessary_cast,
        clippy::cast_possible_wrap,
        clippy::cast_lossless,
        reason = "widths and signs differ between platforms; times and numbers fit"
    )]
    pub fn new(stat: &rustix::fs::Stat) -> Self {
        Self {
            size: u64::try_from(stat.st_size).unwrap_or(0),
            mtime_ns: nanoseconds(stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            ctime_ns: nanoseconds(stat.st_ctime as i64, stat.st_ctime_nsec as i64),
            dev: stat.st_dev as u64,
            inode: stat.st_ino as u64,
            links: stat.st_nlink as u64,
            blocks: u64::try_from(stat.st_blocks).unwrap_or(0),
            regular: FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile,
        }
    }

    /// Whether the content may be another than when `before` was taken.
    #[must_use]
    pub fn differs(&self, before: &Self) -> bool {
        (self.size, self.mtime_ns, self.ctime_ns) != (before.size, before.mtime_ns, before.ctime_ns)
    }
}

fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}

/// A [`Listing`] whose files have been asked for.
#[derive(Debug)]
pub struct Stated {
    /// As in [`Listing::dir`].
    pub dir: Vec<u8>,
    /// As in [`Listing::folder`].
    pub folder: u64,
    /// The names with what is known of each, and why it cannot be read.
    pub files: Vec<(Vec<u8>, Stat, Option<FileError>)>,
    /// As in [`Listing::end`].
    pub end: Option<FolderEnd>,
}

/// Asks the file system for the files of a listing.
#[must_use]
pub fn stat(root: &Root, listing: Listing) -> Stated {
    let Listing { dir, folder, names, end } = listing;
    let handle = root.folder(&dir);
    let files = names.into_iter().map(|name| {
        let answer = match &handle {
            Ok(handle) => statat(handle, root.way(&name.name), AtFlags::SYMLINK_NOFOLLOW).map_err(Into::into),
            Err(error) => Err(error.kind().into()),
        };
        match answer {
            Ok(answer) => (name.name, Stat::new(&answer), name.fault),
            Err(error) => (name.name, Stat::default(), Some(name.fault.unwrap_or_else(|| FileError::of_io(&error)))),
        }
    });
    Stated { dir, folder, files: files.collect(), end }
}
