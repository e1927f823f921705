//! TAR (POSIX.1-2017 `pax`, and the long names of GNU tar).

use std::ops::Range;

use crate::document::Cause;
use crate::error::{FileError, Limit};
use crate::limits::Limits;

const BLOCK: usize = 512;

/// A file: its name, where its bytes lie and what is wrong with them.
pub(super) type Entry = (String, Range<usize>, Option<Cause>);

/// The next file from block `*at` on; `None` at the end.
pub(super) fn next(bytes: &[u8], at: &mut usize, limits: &Limits) -> Result<Option<Entry>, FileError> {
    let mut long_name = None;
    for _ in 0..=limits.archive_entries {
        let start = at.saturating_mul(BLOCK);
        let header = bytes.get(start..start.saturating_add(BLOCK));
        let header = header.ok_or(FileError::Corrupt("the archive ends without its end mark"))?;
        if header.iter().all(|byte| *byte == 0) {
            let rest = bytes.get(start..).unwrap_or_default();
            // Archives are padded with zeros; one that goes on after its end was put together of two.
            let goes_on = rest.iter().any(|byte| *byte != 0);
            return if goes_on { Err(FileError::Corrupt("the archive goes on after its end mark")) } else { Ok(None) };
        }
        if !has_checksum(header) {
            return Err(FileError::Corrupt("a header of the archive is damaged"));
        }
        let size = size(header).ok_or(FileError::Corrupt("a header of the archive is damaged"))?;
        let from = start + BLOCK;
        let there = bytes.len().saturating_sub(from).min(size);
        *at = at.saturating_add(1).saturating_add(size.div_ceil(BLOCK));
        let content = from..from + there;
        match header[156] {
            b'L' => long_name = Some(text(bytes.get(content).unwrap_or_default())),
            b'x' => long_name = path(bytes.get(content).unwrap_or_default()).or(long_name),
            b'0' | 0 | b'7' => {
                let name = long_name.unwrap_or_else(|| name(header));
                let flaw = (there < size).then_some(Cause::PartDamaged);
                return Ok(Some((name, content, flaw)));
            }
            // Links, devices and folders, and the names and comments of other entries.
            b'1'..=b'6' | b'g' | b'K' | b'D' | b'V' if size == 0 || header[156] >= b'A' => long_name = None,
            // A sparse file, or a type that is some program's own: what lies there is what can be read of it.
            _ => return Ok(Some((name(header), content, Some(Cause::PartDamaged)))),
        }
    }
    Err(FileError::Limit(Limit::Count))
}

/// The sum of the header's bytes, its own field counted as spaces.
fn has_checksum(header: &[u8]) -> bool {
    let field = 148..156;
    let sum: u64 =
        header.iter().zip(0..).map(|(byte, at)| if field.contains(&at) { 32 } else { u64::from(*byte) }).sum();
    octal(header.get(field).unwrap_or_default()) == Some(sum)
}

/// The size in octal digits, or in binary for files that are too large for them.
fn size(header: &[u8]) -> Option<usize> {
    let field = header.get(124..136)?;
    if field[0] & 0x80 == 0 {
        return usize::try_from(octal(field)?).ok();
    }
    let low = field.get(4..12)?.try_into().ok()?;
    usize::try_from(u64::from_be_bytes(low)).ok()
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(field).ok()?.trim_matches([' ', '\0']);
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

fn name(header: &[u8]) -> String {
    let name = text(header.get(..100).unwrap_or_default());
    let prefix =
        header.get(345..500).filter(|_| header.get(257..263) == Some(b"ustar\0")).map(text).unwrap_or_default();
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// The `path` record of an extended header.
fn path(records: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(records);
    text.lines().find_map(|record| Some(record.split_once(" path=")?.1.to_owned()))
}

fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}
