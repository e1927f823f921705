//! Reading the files that are named on the command line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use aktsam::error::{FileError, Limit};
use aktsam::limits::Limits;

/// The bytes of a regular file, within the limit.
///
/// # Errors
///
/// A [`FileError`] that says why the file was not read.
pub(crate) fn read(path: &Path, limits: &Limits) -> Result<Vec<u8>, FileError> {
    let kind = path.metadata().map_err(|e| cause(&e))?.file_type();
    if !kind.is_file() {
        return Err(FileError::Special);
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|e| cause(&e))?;
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
