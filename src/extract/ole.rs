//! OLE compound files ([MS-CFB]): what they are, and the streams in which
//! Office keeps a file that was put into a document.
//!
//! In a damaged file as much is read as can be: a reader that refuses the file
//! as a whole would hide what it is.

use std::collections::HashSet;

use crate::document::{Kind, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

/// Streams that hold a file as it is.
const FILES: &[&str] = &["Package", "CONTENTS", "Contents", "EmbeddedOdf"];
/// Streams of objects that hold no text: formulas and Visual Basic controls' state.
const WITHOUT_TEXT: &[&str] = &["Equation Native"];

/// Reads the file that a compound file wraps, and says of others why not.
///
/// # Errors
///
/// [`FileError::Encrypted`] for an Office document that needs a password
/// ([MS-OFFCRYPTO] 2.3.4), [`FileError::Unsupported`] when nothing readable is wrapped.
pub(super) fn read(bytes: &[u8], limits: &Limits, builder: &mut TextBuilder) -> Result<(), FileError> {
    let compound = Compound::open(bytes).ok_or(FileError::Corrupt("the compound file's header is damaged"))?;
    let names = compound.root_names();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("EncryptedPackage") {
        return Err(FileError::Encrypted);
    }
    if let Some((name, content)) = compound.stream("\u{1}Ole10Native").as_deref().and_then(native) {
        super::embedded(&name, content, limits, builder);
        return Ok(());
    }
    if let Some(content) = FILES.iter().find_map(|name| compound.stream(name)) {
        super::embedded("object", &content, limits, builder);
        return Ok(());
    }
    if WITHOUT_TEXT.iter().any(|name| has(name)) {
        builder.unit(true);
        return Ok(());
    }
    Err(FileError::Unsupported(Kind::Ole))
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

/// A compound file whose header was understood.
#[derive(Debug)]
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    /// The sectors of the allocation table.
    table: Vec<u32>,
}

/// An entry of the directory ([MS-CFB] 2.6.1).
struct Entry {
    name: String,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: usize,
}

const ENTRY_SIZE: usize = 128;
const MINI_SECTOR_SIZE: usize = 64;
/// Streams shorter than this lie in the mini stream ([MS-CFB] 2.2).
const MINI_CUTOFF: usize = 4096;
/// The greatest sector number; what lies above is a mark ([MS-CFB] 2.1).
const MAX_SECTOR: u32 = 0xFFFF_FFFA;

impl<'a> Compound<'a> {
    /// The first eight bytes of every compound file.
    pub(super) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    /// Reads the header; `None` when it is not one.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16::from_le_bytes(bytes.get(30..32)?.try_into().ok()?);
        let valid = bytes.starts_with(&Self::MAGIC) && matches!(shift, 9 | 12);
        let mut compound = valid.then(|| Self { bytes, sector_size: 1 << shift, table: Vec::new() })?;
        compound.table = compound.table_sectors();
        Some(compound)
    }

    /// Names of the streams and storages directly below the root.
    pub(super) fn root_names(&self) -> Vec<String> {
        self.root_entries(&self.directory()).into_iter().map(|entry| entry.name).collect()
    }

    /// The content of the stream of that name directly below the root, as far as it can be read.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let directory = self.directory();
        let entry = self.root_entries(&directory).into_iter().find(|entry| entry.name == name)?;
        let mut content = if entry.size >= MINI_CUTOFF {
            self.chain(entry.start)
        } else {
            self.mini_chain(entry.start, &self.chain(self::entry(&directory, 0)?.start))
        };
        content.truncate(entry.size);
        Some(content)
    }

    fn root_entries(&self, directory: &[u8]) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting: Vec<u32> = entry(directory, 0).map(|root| root.child).into_iter().collect();
        while let Some(id) = waiting.pop() {
            let Some(entry) = entry(directory, id).filter(|_| seen.insert(id)) else { continue };
            waiting.extend([entry.left, entry.right]);
            entries.push(entry);
        }
        entries
    }

    fn directory(&self) -> Vec<u8> {
        self.number(48).map(|start| self.chain(start)).unwrap_or_default()
    }

    /// The bytes of a chain of sectors, as far as it can be followed.
    fn chain(&self, start: u32) -> Vec<u8> {
        let mut content = Vec::new();
        let mut seen = HashSet::new();
        let mut next = Some(start);
        while let Some(sector) = next.filter(|sector| *sector <= MAX_SECTOR && seen.insert(*sector)) {
            let Some(bytes) = self.sector(sector) else { break };
            content.extend_from_slice(bytes);
            next = self.following(sector);
        }
        content
    }

    fn mini_chain(&self, start: u32, mini_stream: &[u8]) -> Vec<u8> {
        let table = self.number(60).map(|start| self.chain(start)).unwrap_or_default();
        let mut content = Vec::new();
        let mut next = Some(start);
        while let Some(sector) = next.filter(|sector| *sector <= MAX_SECTOR && content.len() < MINI_CUTOFF) {
            let at = sector as usize * MINI_SECTOR_SIZE;
            let Some(bytes) = mini_stream.get(at..).filter(|rest| !rest.is_empty()) else { break };
            content.extend_from_slice(&bytes[..bytes.len().min(MINI_SECTOR_SIZE)]);
            next = number(&table, 4 * sector as usize);
        }
        content
    }

    /// The sectors of the allocation table: 109 in the header, more in a chain ([MS-CFB] 2.5).
    fn table_sectors(&self) -> Vec<u32> {
        let used = |sector: &u32| *sector <= MAX_SECTOR;
        let mut sectors: Vec<u32> = (0..109).map_while(|index| self.number(76 + 4 * index)).filter(used).collect();
        let mut next = self.number(68);
        let mut seen = HashSet::new();
        while let Some(sector) = next.filter(|sector| used(sector) && seen.insert(*sector)) {
            let Some(bytes) = self.sector(sector) else { break };
            let last = self.sector_size / 4 - 1;
            sectors.extend((0..last).map_while(|index| number(bytes, 4 * index)).filter(used));
            next = number(bytes, 4 * last);
        }
        sectors
    }

    fn following(&self, sector: u32) -> Option<u32> {
        let per_sector = self.sector_size / 4;
        let index = sector as usize;
        let bytes = self.sector(*self.table.get(index / per_sector)?)?;
        number(bytes, 4 * (index % per_sector))
    }

    fn sector(&self, sector: u32) -> Option<&'a [u8]> {
        let start = (sector as usize).checked_add(1)?.checked_mul(self.sector_size)?;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        Some(&rest[..rest.len().min(self.sector_size)])
    }

    fn number(&self, at: usize) -> Option<u32> {
        number(self.bytes, at)
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn entry(directory: &[u8], id: u32) -> Option<Entry> {
    let start = (id as usize).checked_mul(ENTRY_SIZE)?;
    let bytes = directory.get(start..start.checked_add(ENTRY_SIZE)?)?;
    let length = usize::from(u16::from_le_bytes([bytes[64], bytes[65]])).min(64).saturating_sub(2);
    let units = bytes[..length].chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let name = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let size = usize::try_from(number(bytes, 120)?).ok()?;
    let (left, right, child) = (number(bytes, 68)?, number(bytes, 72)?, number(bytes, 76)?);
    Some(Entry { name, left, right, child, start: number(bytes, 116)?, size })
}

/// A compound file with those streams at its root, for tests.
#[cfg(test)]
pub(crate) fn compound(streams: &[(&str, &[u8])]) -> Vec<u8> {
    use std::iter::repeat_n;
    const END: u32 = 0xFFFF_FFFE;
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
    header[..8].copy_from_slice(&Compound::MAGIC);
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
        assert_eq!(Compound::open(&bytes).unwrap().stream("WordDocument").unwrap().len(), 512);
    }
}
