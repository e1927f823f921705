//! OLE compound files ([MS-CFB]): what they are, and the streams in which
//! Office keeps a file that was put into a document.
//!
//! In a damaged file as much is read as can be: a reader that refuses the file
//! as a whole would hide what it is.

use crate::document::{Cause, Kind, Place, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

use super::embedded::named;
use super::password::package;
use super::{extract, sniff};

mod streams;
mod summary;

pub(super) use streams::{Id, MAGIC, ROOT, Streams};
pub(super) use summary::summary;

/// Streams that hold a file as it is.
const FILES: &[&str] = &["Package", "CONTENTS", "EmbeddedOdf"];
/// Streams of objects that hold no text: formulas and Visual Basic controls' state.
const WITHOUT_TEXT: &[&str] = &["Equation Native"];

/// Reads the file that a compound file wraps, and says of others why not.
///
/// # Errors
///
/// [`FileError::Encrypted`] for an Office document that needs a password
/// ([MS-OFFCRYPTO] 2.3.4), [`FileError::Unsupported`] when nothing readable is wrapped.
pub(super) fn read(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let streams = Streams::open(bytes, limits)?;
    if let Some(package) = streams.find(ROOT, "EncryptedPackage") {
        return encrypted(&streams, package, limits, builder);
    }
    if let Some((name, content)) = wrapped(&streams, ROOT, builder)? {
        named(&name, &content, limits, builder);
        return Ok(());
    }
    if holds_no_text(&streams, ROOT) {
        builder.unit(true);
        return Ok(());
    }
    Err(FileError::Unsupported(Kind::Ole))
}

/// Reads an encrypted document when the password is one that everyone has.
fn encrypted(streams: &Streams, package: Id, limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let info = streams.find(ROOT, "EncryptionInfo").ok_or(FileError::Encrypted)?;
    let info = streams.read(info, builder.inflate_left())?.bytes;
    let package = streams.read(package, builder.inflate_left())?.bytes;
    let document = package::open(&info, &package, limits).ok_or(FileError::Encrypted)?;
    // Never another encrypted document in it, and another, and another.
    let document = Some(document).filter(|document| document.starts_with(b"PK")).ok_or(FileError::Encrypted)?;
    extract(sniff(&document), &document, limits, builder)
}

/// Reads the objects in the storage `pool` that hold a whole file, and says of
/// the others that they were not read.
pub(super) fn objects(
    streams: &Streams,
    pool: Id,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    for storage in streams.children(pool) {
        object(streams, *storage, limits, builder)?;
    }
    Ok(())
}

/// Reads the object in a storage, or says that it was not read.
pub(super) fn object(
    streams: &Streams,
    storage: Id,
    limits: &Limits,
    builder: &mut TextBuilder,
) -> Result<(), FileError> {
    if streams.children(storage).is_empty() || holds_no_text(streams, storage) {
        return Ok(());
    }
    builder.facts().attachments += 1;
    if let Some((name, content)) = wrapped(streams, storage, builder)? {
        named(&name, &content, limits, builder);
        return Ok(());
    }
    builder.within("object", |inner| inner.gap(Cause::EmbeddedUnread, Place::default()));
    builder.unit(false);
    Ok(())
}

/// The name and content of the file that is wrapped in a storage.
fn wrapped(streams: &Streams, storage: Id, builder: &mut TextBuilder) -> Result<Option<(String, Vec<u8>)>, FileError> {
    if let Some(id) = streams.find(storage, "\u{1}Ole10Native") {
        let stream = streams.read(id, builder.inflate_left())?.bytes;
        if let Some((name, content)) = native(&stream) {
            return Ok(Some((name, content.to_vec())));
        }
    }
    let Some(id) = FILES.iter().find_map(|name| streams.find(storage, name)) else { return Ok(None) };
    Ok(Some(("object".to_owned(), streams.read(id, builder.inflate_left())?.bytes)))
}

fn holds_no_text(streams: &Streams, storage: Id) -> bool {
    WITHOUT_TEXT.iter().any(|name| streams.find(storage, name).is_some())
}

/// The name and content in a stream of a packaged file ([MS-OLEDS] 2.3.6 and
/// what the Packager writes into it).
fn native(stream: &[u8]) -> Option<(String, &[u8])> {
    let rest = stream.get(6..)?;
    let (label, rest) = until_zero(rest)?;
    let (_path, rest) = until_zero(rest)?;
    let (_temporary, rest) = rest.get(8..).and_then(until_zero)?;
    let length = usize::try_from(number(rest, 0)?).ok()?;
    let content = rest.get(4..)?;
    let label = encoding_rs::WINDOWS_1252.decode_without_bom_handling(label).0;
    let name = label.rsplit(['\\', '/']).next().unwrap_or_default().to_owned();
    Some((name, &content[..length.min(content.len())]))
}

fn until_zero(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr::memchr(0, bytes)?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A compound file with those streams at its root, for tests.
#[cfg(test)]
pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    use std::iter::repeat_n;
    const END: u32 = 0xFFFF_FFFE;
    const ENTRY_SIZE: usize = 128;
    const MINI_CUTOFF: usize = 4096;
    const MINI_SECTOR_SIZE: usize = 64;
    let padded = |bytes: &[u8], to: usize| {
        let mut bytes = bytes.to_vec();
        bytes.resize(bytes.len().div_ceil(to) * to, 0);
        bytes
    };
    let chained = |table: &mut Vec<u32>, count: usize| {
        let start = u32::try_from(table.len()).unwrap();
        table.extend(start + 1..start + u32::try_from(count).unwrap());
        table.extend(repeat_n(END, count.min(1)));
        start
    };
    let entry = |name: &str, kind: u8, right: u32, child: u32, start: u32, size: usize| {
        let mut bytes = [0_u8; ENTRY_SIZE];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes[..units.len()].copy_from_slice(&units);
        bytes[64] = u8::try_from(units.len() + 2).unwrap();
        bytes[66] = kind;
        for (at, value) in [(68, u32::MAX), (72, right), (76, child), (116, start), (120, u32::try_from(size).unwrap())]
        {
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes
    };
    let (mut table, mut mini_table) = (vec![0xFFFF_FFFD], Vec::new());
    let (mut body, mut mini) = (Vec::new(), Vec::new());
    let mut entries = Vec::new();
    for ((name, content), id) in streams.iter().zip(1..) {
        let start = if content.len() >= MINI_CUTOFF {
            body.extend(padded(content, 512));
            chained(&mut table, content.len().div_ceil(512))
        } else {
            mini.extend(padded(content, MINI_SECTOR_SIZE));
            chained(&mut mini_table, content.len().div_ceil(MINI_SECTOR_SIZE))
        };
        let right = if id as usize == streams.len() { u32::MAX } else { id + 1 };
        entries.push(entry(name, 2, right, u32::MAX, start, content.len()));
    }
    let mini_start = chained(&mut table, mini.len().div_ceil(512));
    body.extend(padded(&mini, 512));
    let mini_table: Vec<u8> = mini_table.iter().flat_map(|sector| sector.to_le_bytes()).collect();
    let mini_table_start = chained(&mut table, mini_table.len().div_ceil(512));
    body.extend(padded(&mini_table, 512));
    entries.insert(0, entry("Root Entry", 5, u32::MAX, 1, mini_start, mini.len()));
    let directory_start = chained(&mut table, entries.len().div_ceil(4));
    body.extend(padded(&entries.concat(), 512));
    table.resize(128, u32::MAX);
    let mut header = vec![0_u8; 512];
    header[..8].copy_from_slice(&MAGIC);
    header[30] = 9;
    header[76..].fill(0xFF);
    for (at, value) in [(48, directory_start), (60, mini_table_start), (68, END), (76, 0)] {
        header[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    [header, table.iter().flat_map(|sector| sector.to_le_bytes()).collect(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Cause;
    use crate::extract::sniff;
    use crate::extract::testing::{lines, read as examine, read_whole};

    fn named(names: &[&str]) -> Vec<u8> {
        compound(&names.iter().map(|name| (*name, &b"x"[..])).collect::<Vec<_>>())
    }

    #[test]
    fn streams_tell_the_kind() {
        for (names, kind) in [
            (&["WordDocument", "1Table"][..], Kind::Doc),
            (&["Workbook"], Kind::Xls),
            (&["Book"], Kind::Xls),
            (&["Current User", "PowerPoint Document"], Kind::Ppt),
            (&["__nameid_version1.0", "__properties_version1.0"], Kind::Msg),
            (&["EncryptionInfo", "EncryptedPackage"], Kind::Ole),
            (&["a", "b", "c", "d", "e", "f", "Workbook"], Kind::Xls),
            (&["Catalog"], Kind::Ole),
        ] {
            assert_eq!(sniff(&named(names)), kind, "{names:?}");
        }
    }

    #[test]
    fn a_workbook_with_the_password_that_everyone_has_is_read() {
        let sealed = include_bytes!("../../fixtures/office/workbook-default-password_sensitive.xlsx");
        let text = read_whole(sealed);
        assert!(lines(&text).iter().any(|line| line.contains("19900101-2385")), "{:?}", lines(&text));
        for end in (0..sealed.len()).step_by(512) {
            assert!(examine(&sealed[..end]).error.is_some() || !examine(&sealed[..end]).text.gaps.is_empty(), "{end}");
        }
        let own = include_bytes!("../../fixtures/office/workbook-own-password_encrypted.xlsx");
        assert_eq!(examine(own).error, Some(FileError::Encrypted));
    }

    #[test]
    fn what_is_not_read_is_said() {
        for (name, error) in [
            ("EncryptedPackage", Some(FileError::Encrypted)),
            ("Catalog", Some(FileError::Unsupported(Kind::Ole))),
            ("Equation Native", None),
        ] {
            assert_eq!(examine(&named(&[name])).error, error);
        }
    }

    #[test]
    fn a_packaged_file_is_read_as_what_it_is() {
        let wrapped = |text: &[u8]| {
            let length = u32::try_from(text.len()).unwrap().to_le_bytes();
            [&b"\0\0\0\0\x02\0C:\\brev.txt\0C:\\brev.txt\0\0\0\x03\0\x0b\0\0\0C:\\b.txt\0"[..], &length, text].concat()
        };
        for text in ["Hej Ada".to_owned(), "Hej Ada ".repeat(1000)] {
            let native = wrapped(text.as_bytes());
            let read = read_whole(&compound(&[("\u{1}Ole10Native", &native), ("other", b"x")]));
            assert_eq!(read.blocks.last().unwrap().text, text.trim());
            assert_eq!(read.blocks[0].place.within, ["brev.txt"]);
        }
        let read = examine(&compound(&[("Package", b"\0\x01\x02\x03")])).text;
        assert_eq!((lines(&read).len(), read.gaps[0].cause), (1, Cause::EmbeddedUnread));
    }

    #[test]
    fn rings_of_sectors_end() {
        let mut bytes = compound(&[("WordDocument", &[0; 5000])]);
        bytes[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
        assert_eq!(sniff(&bytes), Kind::Doc);
        let streams = Streams::open(&bytes, &Limits::default()).unwrap();
        let stream = streams.read(streams.find(ROOT, "WordDocument").unwrap(), &mut (1 << 20)).unwrap();
        assert!(!stream.whole || stream.bytes.len() == 5000);
    }
}
