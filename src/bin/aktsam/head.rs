//! Reading as much of a picture as its metadata takes: most of a file is pixels,
//! which say nothing of what made them.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;

use aktsam::error::FileError;
use aktsam::image::container::has_all_metadata;
use aktsam::limits::Limits;

use crate::input;

/// The metadata of most JPEGs stands in so many first bytes.
const FIRST: usize = 256 << 10;
const JPEG: &[u8] = b"\xff\xd8\xff";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A picture, or its metadata alone.
pub(crate) struct Head {
    /// The file without pixels, or all of it.
    pub bytes: Vec<u8>,
    /// Whether it is all of it.
    pub is_whole: bool,
}

/// Reads what is needed to inspect a picture.
///
/// # Errors
///
/// A [`FileError`] that says why the file was not read.
pub(crate) fn read(path: &Path, limits: &Limits) -> Result<Head, FileError> {
    let part = || -> Option<Vec<u8>> {
        let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|metadata| metadata.is_file()))?;
        let mut first = [0; 8];
        file.read_exact_at(&mut first, 0).ok()?;
        match first {
            _ if first.starts_with(JPEG) => jpeg(&file),
            _ if first.starts_with(PNG) => png(&file, limits.file_bytes),
            _ => None,
        }
    };
    match part() {
        Some(bytes) => Ok(Head { bytes, is_whole: false }),
        None => Ok(Head { bytes: input::read(path, limits)?, is_whole: true }),
    }
}

/// What stands before the scan; `None` when it is longer than is read at once.
fn jpeg(file: &File) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(FIRST);
    file.take(FIRST as u64).read_to_end(&mut bytes).ok()?;
    has_all_metadata(&bytes).then_some(bytes)
}

/// Every chunk but those of pixels; `None` when a chunk is cut short or they are more than `most` bytes.
fn png(file: &File, most: u64) -> Option<Vec<u8>> {
    let mut bytes = PNG.to_vec();
    let mut at = PNG.len() as u64;
    loop {
        let mut header = [0; 8];
        file.read_exact_at(&mut header, at).ok()?;
        let [length @ .., _, _, _, _] = header;
        let length = u64::from(u32::from_be_bytes(length)) + 12;
        let name = &header[4..];
        if !matches!(name, b"IDAT" | b"fdAT") {
            if bytes.len() as u64 + length > most {
                return None;
            }
            append(file, at, length, &mut bytes)?;
        }
        if name == b"IEND" {
            return Some(bytes);
        }
        at += length;
    }
}

/// Appends `length` bytes from `at`; `None` when there are fewer.
fn append(file: &File, at: u64, length: u64, bytes: &mut Vec<u8>) -> Option<()> {
    if at.checked_add(length)? > file.metadata().ok()?.len() {
        return None;
    }
    let start = bytes.len();
    bytes.resize(start + usize::try_from(length).ok()?, 0);
    file.read_exact_at(&mut bytes[start..], at).ok()
}
