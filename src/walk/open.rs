//! Opening a file so that nothing happens to it and nothing else is opened.

use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStrExt;

use rustix::fs::{OFlags, fstat, lgetxattr};

use super::{Entry, Root, Stat};
use crate::error::FileError;

/// A regular file, open for reading, with what the file system said of it then.
#[derive(Debug)]
pub struct Opened {
    /// The open file.
    pub file: File,
    /// What the file system said when it was opened.
    pub stat: Stat,
}

/// Leaves the time of last access as it is.
#[cfg(target_os = "linux")]
pub const QUIETLY: OFlags = OFlags::NOATIME;
/// Nothing: only Linux can leave the time of last access as it is.
#[cfg(not(target_os = "linux"))]
pub const QUIETLY: OFlags = OFlags::empty();

/// More bytes than any file system keeps in the inode itself (Btrfs and f2fs up
/// to about 3.5 KB): a larger file without blocks has its content elsewhere, or none.
const INLINE: u64 = 4096;

/// `FILE_ATTRIBUTE_OFFLINE`, `_RECALL_ON_OPEN` and `_RECALL_ON_DATA_ACCESS`,
/// from the Windows file attribute constants ([MS-FSCC] 2.6).
const RECALL: u32 = 0x1000 | 0x4_0000 | 0x40_0000;

/// Opens a file for reading, unless it is special or its content is offline.
///
/// Neither a FIFO nor a terminal nor a link put in the file's place is
/// followed or waited for, and the time of last access stays where that is allowed.
///
/// # Errors
///
/// Why the file cannot be read.
pub fn open(root: &Root, entry: &Entry) -> Result<Opened, FileError> {
    if !entry.stat.regular {
        return Err(FileError::Special);
    }
    if is_offline(root, entry) {
        return Err(FileError::Offline);
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = match root.reach(&entry.path, flags | QUIETLY) {
        // Only the owner and the administrator may ask for it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => root.reach(&entry.path, flags),
        opened => opened,
    };
    let file = File::from(opened.map_err(|error| FileError::of_io(&error))?);
    let stat = state(&file)?;
    if stat.regular { Ok(Opened { file, stat }) } else { Err(FileError::Special) }
}

/// What the file system says of an open file now.
pub(crate) fn state(file: &File) -> Result<Stat, FileError> {
    fstat(file).map(|stat| Stat::new(&stat)).map_err(|_| FileError::Io)
}

/// Whether reading the file would fetch its content from elsewhere.
///
/// The server's attributes decide where there are any. Without them a file
/// that takes up no blocks is taken for one: its content is on tape, in a
/// cloud, or there is none. So is one that macOS keeps compressed beside its inode.
fn is_offline(root: &Root, entry: &Entry) -> bool {
    match attributes(root, entry) {
        Some(attributes) => attributes & RECALL != 0,
        None => entry.stat.blocks == 0 && entry.stat.size > INLINE,
    }
}

/// The Windows attributes that Linux' CIFS client shows of a file; other systems show none.
fn attributes(root: &Root, entry: &Entry) -> Option<u32> {
    let path = root.path().join(std::ffi::OsStr::from_bytes(&entry.path));
    let path = if root.is_file() { root.path().to_owned() } else { path };
    let mut value = [0_u8; 16];
    let length = lgetxattr(&path, "user.cifs.dosattrib", &mut value[..]).ok()?;
    decode_attributes(value.get(..length)?)
}

/// Four bytes, little-endian, as the kernel gives them; Samba's tools write `0x…` in text.
fn decode_attributes(value: &[u8]) -> Option<u32> {
    if let Ok(bytes) = <[u8; 4]>::try_from(value) {
        return Some(u32::from_le_bytes(bytes));
    }
    let text = std::str::from_utf8(value).ok()?.trim_end_matches('\0');
    u32::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_windows_attributes() {
        for (value, expected) in [
            (&0x1020_u32.to_le_bytes()[..], Some(0x1020)),
            (b"0x400020", Some(0x40_0020)),
            (b"0x400020\0", Some(0x40_0020)),
            (b"", None),
            (b"no number", None),
        ] {
            assert_eq!(decode_attributes(value), expected);
        }
    }
}
