//! A ZIP whose directory is lost, most often because a copy broke off: every
//! member has a header of its own in front of it (APPNOTE 4.3.7), and what
//! stands there can still be read.

use std::io::Read as _;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use memchr::memmem;

use super::{Content, Member, clean};
use crate::document::Cause;

const HEADER: &[u8] = b"PK\x03\x04";
/// Bytes of a header before the name.
const FIXED: usize = 30;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// A member that only its own header tells of.
#[derive(Debug)]
pub(super) struct Header<'a> {
    pub(super) member: Member,
    method: u16,
    /// Its bytes before decompression, as far as they are there.
    data: &'a [u8],
    /// Whether `data` is cut off.
    cut: bool,
    /// The sum that its content must have; `None` when it stands behind the data.
    crc: Option<u32>,
}

/// The members of a ZIP by their headers, at most one more than `most`.
pub(super) fn headers(bytes: &[u8], most: usize) -> Vec<Header<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = bytes.get(at..).and_then(|rest| memmem::find(rest, HEADER)) {
        let start = at + start;
        at = start + HEADER.len();
        let Some((header, end)) = header(bytes, start) else { continue };
        at = end;
        found.push(header);
        if found.len() > most {
            break;
        }
    }
    found
}

/// The header at `start`, and where its member's data ends.
fn header(bytes: &[u8], start: usize) -> Option<(Header<'_>, usize)> {
    let fixed = bytes.get(start..start.checked_add(FIXED)?)?;
    let short = |at: usize| fixed.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let long = |at: usize| Some(u32::from(short(at)?) | u32::from(short(at + 2)?) << 16);
    let (flags, method, crc) = (short(6)?, short(8)?, long(14)?);
    let name_at = start + FIXED;
    let data_at = name_at + usize::from(short(26)?) + usize::from(short(28)?);
    let name = clean(bytes.get(name_at..name_at + usize::from(short(26)?))?);
    let rest = bytes.get(data_at..).unwrap_or_default();
    // Sizes and sum stand behind the data (bit 3), or in a field for large files.
    let sized = Some(long(18)?).filter(|size| *size != u32::MAX && (*size > 0 || flags & 8 == 0));
    let length = match sized {
        Some(size) => usize::try_from(size).ok()?,
        None => until_next(rest),
    };
    let data = rest.get(..length).unwrap_or(rest);
    let folder = name.ends_with('/');
    let member = Member { name, folder, encrypted: flags & 1 != 0, packed: data.len() as u64 };
    let crc = (flags & 8 == 0).then_some(crc);
    let cut = data.len() < length;
    Some((Header { member, method, data, cut, crc }, data_at.saturating_add(data.len())))
}

/// Bytes before the next header of a member, of the directory or behind a member's data.
fn until_next(rest: &[u8]) -> usize {
    let marks = [HEADER, b"PK\x01\x02", b"PK\x07\x08"];
    marks.iter().filter_map(|mark| memmem::find(rest, mark)).min().unwrap_or(rest.len())
}

impl Header<'_> {
    /// The member's content, at most one byte more than `most`.
    pub(super) fn read(&self, most: u64) -> Content {
        let mut bytes = Vec::new();
        let whole = match self.method {
            STORED => self.data.take(most.saturating_add(1)).read_to_end(&mut bytes),
            DEFLATED => DeflateDecoder::new(self.data).take(most.saturating_add(1)).read_to_end(&mut bytes),
            _ => return Content { bytes, flaw: Some(Cause::EmbeddedUnread) },
        };
        let damaged = whole.is_err() || self.cut || self.crc.is_some_and(|crc| crc != sum(&bytes));
        Content { bytes, flaw: damaged.then_some(Cause::PartDamaged) }
    }
}

fn sum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
