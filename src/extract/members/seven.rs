//! 7-Zip archives, block by block: the files of a block are compressed as one,
//! and a file is reached only through those before it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use sevenz_rust2::{Archive, BlockDecoder, EncoderMethod, Error, Password};

use super::{Found, RATIO_FREE, shorten};
use crate::document::Cause;
use crate::error::{FileError, Limit};
use crate::limits::Limits;

/// An open 7-Zip archive.
#[derive(Debug)]
pub(super) struct SevenZip<'a> {
    bytes: &'a [u8],
    archive: Archive,
    /// The next block to unpack.
    block: usize,
    /// Files of the last block that was unpacked.
    ready: VecDeque<Found<'a>>,
    /// Bytes that all files together may become, by the ratio.
    most: u64,
    /// Whether they became more: the last that is ready is the beginning of a file.
    burst: bool,
}

impl<'a> SevenZip<'a> {
    /// Reads the archive's header.
    ///
    /// # Errors
    ///
    /// [`FileError::Encrypted`] when even the names need a password, otherwise
    /// [`FileError::Corrupt`] or [`FileError::Limit`].
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, FileError> {
        let archive = guarded(|| Archive::read(&mut Cursor::new(bytes), &Password::empty()))?;
        let archive = archive.map_err(|error| refusal(&error))?;
        if archive.files.len() > limits.archive_entries {
            return Err(FileError::Limit(Limit::Count));
        }
        let most = (bytes.len() as u64).saturating_mul(limits.inflation_ratio).max(RATIO_FREE);
        Ok(Self { bytes, archive, block: 0, ready: VecDeque::new(), most, burst: false })
    }

    /// The next file that holds something, its bytes taken from `left`.
    ///
    /// # Errors
    ///
    /// [`FileError::Limit`] when `left` or the ratio ends the reading.
    pub(super) fn next(&mut self, left: &mut u64) -> Result<Option<Found<'a>>, FileError> {
        loop {
            if let Some(found) = self.ready.pop_front() {
                return Ok(Some(found));
            }
            if self.burst {
                return Err(FileError::Limit(Limit::Inflation));
            }
            if self.block >= self.archive.blocks.len() {
                return Ok(None);
            }
            guarded(AssertUnwindSafe(|| self.unpack(left)))?;
            self.block += 1;
        }
    }

    fn unpack(&mut self, left: &mut u64) {
        let Self { bytes, archive, block, ready, most, burst } = self;
        let (password, mut source) = (Password::empty(), Cursor::new(*bytes));
        let decoder = BlockDecoder::new(1, *block, archive, &password, &mut source);
        let names: Vec<String> =
            decoder.entries().iter().filter(|e| e.has_stream && !e.is_directory).map(|e| clean(&e.name)).collect();
        if is_encrypted(archive, *block) {
            ready.extend(names.into_iter().map(|name| unread(name, Cause::EmbeddedEncrypted)));
            return;
        }
        let outcome = decoder.for_each_entries(&mut |entry, reader| {
            if !entry.has_stream || entry.is_directory {
                return Ok(true);
            }
            let room = (*most).min(*left);
            let mut content = Vec::new();
            let read = reader.take(room.saturating_add(1)).read_to_end(&mut content);
            let produced = content.len() as u64;
            *burst = produced > room;
            (*most, *left) = (most.saturating_sub(produced), left.saturating_sub(produced));
            let mut flaw = read.is_err().then_some(Cause::PartDamaged);
            if *burst {
                flaw = Some(Cause::Limit);
                shorten(&mut content);
            }
            ready.push_back(Found { name: clean(&entry.name), bytes: Cow::Owned(content), flaw });
            Ok(flaw.is_none())
        });
        if *burst {
            return;
        }
        let cause = match outcome {
            Err(Error::UnsupportedCompressionMethod(_) | Error::Unsupported(_)) => Cause::EmbeddedUnread,
            _ => Cause::PartDamaged,
        };
        let reached = ready.len();
        ready.extend(names.into_iter().skip(reached).map(|name| unread(name, cause)));
    }
}

fn unread<'a>(name: String, cause: Cause) -> Found<'a> {
    Found { name, bytes: Cow::Borrowed(&[]), flaw: Some(cause) }
}

fn is_encrypted(archive: &Archive, block: usize) -> bool {
    let coders = archive.blocks.get(block).map(|block| block.coders.as_slice()).unwrap_or_default();
    coders.iter().any(|coder| coder.encoder_method_id() == EncoderMethod::ID_AES256_SHA256)
}

/// The library takes some impossible headers for an invariant that cannot break.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, FileError> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| FileError::Corrupt("the archive's header is damaged"))
}

fn refusal(error: &Error) -> FileError {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => FileError::Encrypted,
        Error::UnsupportedCompressionMethod(method) if method.contains("AES") => FileError::Encrypted,
        Error::MaxMemLimited { .. } => FileError::Limit(Limit::Memory),
        _ => FileError::Corrupt("the archive's directory is missing or damaged"),
    }
}

/// A name with `/` between folders and none in front.
fn clean(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_owned()
}
