//! Reading the files that are named on the command line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aktsam::error::{FileError, Limit};
use aktsam::limits::Limits;
use aktsam::walk::QUIETLY;
use rustix::fs::OFlags;

/// A regular file, open for reading, and its size.
///
/// Neither a FIFO nor a terminal is waited for, and the time of last access stays where that is allowed.
///
/// # Errors
///
/// A [`FileError`] that says why the file was not opened.
pub(crate) fn open(path: &Path) -> Result<(File, u64), FileError> {
    let kind = path.metadata().map_err(|e| cause(&e))?.file_type();
    if !kind.is_file() {
        return Err(FileError::Special);
    }
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let opened = match open_with(path, flags | QUIETLY) {
        // Only the owner and the administrator may ask for it.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => open_with(path, flags),
        opened => opened,
    };
    let file = opened.map_err(|e| cause(&e))?;
    let metadata = file.metadata().map_err(|e| cause(&e))?;
    if metadata.is_file() { Ok((file, metadata.len())) } else { Err(FileError::Special) }
}

fn open_with(path: &Path, flags: OFlags) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

/// The bytes of a regular file, within the limit.
///
/// # Errors
///
/// A [`FileError`] that says why the file was not read.
pub(crate) fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, FileError> {
    let (file, _) = open(path)?;
    let mut bytes = Vec::new();
    file.take(limits.file_bytes + 1).read_to_end(&mut bytes).map_err(|e| cause(&e))?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(FileError::Limit(Limit::File));
    }
    Ok(bytes)
}

fn cause(error: &io::Error) -> FileError {
    match error.kind() {
        io::ErrorKind::NotFound => FileError::Vanished,
        io::ErrorKind::PermissionDenied => FileError::Denied,
        _ => FileError::Io,
    }
}
