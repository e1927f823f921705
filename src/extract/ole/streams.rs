//! The content of an OLE compound file ([MS-CFB]): storages, streams and the
//! bytes in them. A damaged file is read as far as its chains can be followed,
//! because what stands in it may still be somebody's.

use super::number;
use crate::error::{FileError, Limit};
use crate::limits::Limits;

/// The first eight bytes of every compound file.
pub(in crate::extract) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// The greatest sector number; what lies above is a mark ([MS-CFB] 2.1).
const MAX_SECTOR: u32 = 0xFFFF_FFFA;
/// Streams below this size lie in the mini stream ([MS-CFB] 2.2).
const MINI_CUTOFF: u64 = 4096;
const MINI_SECTOR: usize = 64;
const ENTRY_SIZE: usize = 128;
/// Allocation table sectors that the header itself names.
const IN_HEADER: usize = 109;

/// A storage or stream, by its number in the directory.
pub(in crate::extract) type Id = usize;

/// The root storage.
pub(in crate::extract) const ROOT: Id = 0;

#[derive(Debug, Default)]
struct Node {
    name: String,
    left: u32,
    right: u32,
    child: u32,
    start: u32,
    size: u64,
    children: Vec<Id>,
}

/// An open compound file.
#[derive(Debug)]
pub(in crate::extract) struct Streams<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    table: Vec<u32>,
    mini_table: Vec<u32>,
    mini: Vec<u8>,
    nodes: Vec<Node>,
}

/// The bytes of a stream as far as they were found.
#[derive(Debug, Default)]
pub(in crate::extract) struct Stream {
    pub(in crate::extract) bytes: Vec<u8>,
    /// Whether there are as many as the directory says.
    pub(in crate::extract) whole: bool,
}

impl<'a> Streams<'a> {
    /// Reads the directory.
    ///
    /// # Errors
    ///
    /// [`FileError::Corrupt`] without a header or directory, [`FileError::Limit`]
    /// with more entries than `limits.archive_entries`.
    pub(in crate::extract) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, FileError> {
        let shift = bytes.get(30..32).filter(|_| bytes.starts_with(&MAGIC)).map(|shift| [shift[0], shift[1]]);
        let sector_size = match shift.map(u16::from_le_bytes) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(FileError::Corrupt("the compound file's header is damaged")),
        };
        let (table, mini_table, mini, nodes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut streams = Self { bytes, sector_size, table, mini_table, mini, nodes };
        streams.table = streams.table();
        let directory = streams.chain(number(bytes, 48), u64::MAX).bytes;
        if directory.len() / ENTRY_SIZE > limits.archive_entries {
            return Err(FileError::Limit(Limit::Count));
        }
        // Only files with large sectors have the upper half of a size ([MS-CFB] 2.6.1).
        let long = sector_size > 512;
        streams.nodes = directory.chunks_exact(ENTRY_SIZE).filter_map(|entry| node(entry, long)).collect();
        let root = streams.nodes.first().ok_or(FileError::Corrupt("the compound file has no directory"))?;
        let (start, size) = (root.start, root.size);
        streams.mini = streams.chain(Some(start), size).bytes;
        let mini_table = streams.chain(number(bytes, 60), u64::MAX).bytes;
        streams.mini_table = mini_table.chunks_exact(4).filter_map(|entry| number(entry, 0)).collect();
        streams.link();
        Ok(streams)
    }

    /// What lies directly in a storage.
    pub(in crate::extract) fn children(&self, storage: Id) -> &[Id] {
        self.nodes.get(storage).map(|node| node.children.as_slice()).unwrap_or_default()
    }

    pub(in crate::extract) fn name(&self, id: Id) -> &str {
        self.nodes.get(id).map(|node| node.name.as_str()).unwrap_or_default()
    }

    /// The stream or storage of that name in `storage`; case does not count.
    pub(in crate::extract) fn find(&self, storage: Id, name: &str) -> Option<Id> {
        self.children(storage).iter().copied().find(|id| self.name(*id).eq_ignore_ascii_case(name))
    }

    /// Reads a stream, taking its bytes from `left`: the chains of many
    /// streams can share the same sectors.
    ///
    /// # Errors
    ///
    /// [`FileError::Limit`] when `left` does not suffice.
    pub(in crate::extract) fn read(&self, id: Id, left: &mut u64) -> Result<Stream, FileError> {
        let Some(node) = self.nodes.get(id) else { return Ok(Stream::default()) };
        let size = node.size.min(self.bytes.len() as u64);
        *left = left.checked_sub(size).ok_or(FileError::Limit(Limit::Inflation))?;
        let mut stream = if node.size < MINI_CUTOFF {
            self.mini_chain(node.start, size)
        } else {
            self.chain(Some(node.start), size)
        };
        stream.whole = stream.bytes.len() as u64 == node.size;
        Ok(stream)
    }

    /// The sectors from `start` on, at most `size` bytes. A chain that turns
    /// back on itself ends with the number of sectors there are.
    fn chain(&self, start: Option<u32>, size: u64) -> Stream {
        let mut bytes = Vec::new();
        let mut next = start;
        for _ in 0..self.table.len() {
            let Some(sector) = next.filter(|sector| *sector <= MAX_SECTOR) else { break };
            let Some(content) = self.sector(sector) else { break };
            if bytes.len() as u64 >= size {
                break;
            }
            bytes.extend_from_slice(content);
            next = usize::try_from(sector).ok().and_then(|sector| self.table.get(sector).copied());
        }
        bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Stream { bytes, whole: true }
    }

    fn mini_chain(&self, start: u32, size: u64) -> Stream {
        let mut bytes = Vec::new();
        let mut next = Some(start);
        while let Some(sector) = next.and_then(|sector| usize::try_from(sector).ok()) {
            let from = sector.saturating_mul(MINI_SECTOR);
            let Some(rest) = self.mini.get(from..).filter(|rest| !rest.is_empty()) else { break };
            if bytes.len() as u64 >= size {
                break;
            }
            bytes.extend_from_slice(rest.get(..MINI_SECTOR).unwrap_or(rest));
            next = self.mini_table.get(sector).copied();
        }
        bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Stream { bytes, whole: true }
    }

    /// Sorts every entry into its storage. The trees of the directory may be
    /// rings in a damaged file: each entry is put in one place only.
    fn link(&mut self) {
        let mut seen = vec![false; self.nodes.len()];
        let mut storages = vec![ROOT];
        while let Some(storage) = storages.pop() {
            let mut waiting: Vec<u32> = self.nodes.get(storage).map(|node| node.child).into_iter().collect();
            let mut children = Vec::new();
            while let Some(id) = waiting.pop().and_then(|id| usize::try_from(id).ok()) {
                let Some(node) = self.nodes.get(id) else { continue };
                if id == ROOT || std::mem::replace(&mut seen[id], true) {
                    continue;
                }
                waiting.extend([node.left, node.right]);
                children.push(id);
                storages.push(id);
            }
            children.sort_unstable();
            self.nodes[storage].children = children;
        }
    }

    /// The allocation table, which says the next sector of each: in the sectors
    /// that the header names, and more in a chain ([MS-CFB] 2.5).
    fn table(&self) -> Vec<u32> {
        let per_sector = self.sector_size / 4;
        let most = self.bytes.len() / self.sector_size / per_sector + 1;
        let named = (0..IN_HEADER).filter_map(|index| number(self.bytes, 76 + 4 * index));
        let mut places: Vec<u32> = named.filter(|sector| *sector <= MAX_SECTOR).collect();
        let mut next = number(self.bytes, 68);
        while let Some(list) = next.filter(|sector| *sector <= MAX_SECTOR && places.len() < most) {
            let Some(bytes) = self.sector(list) else { break };
            let (entries, last) = bytes.split_at(bytes.len().saturating_sub(4));
            places.extend(entries.chunks_exact(4).filter_map(|entry| number(entry, 0)).filter(|s| *s <= MAX_SECTOR));
            next = number(last, 0);
        }
        let mut table = Vec::new();
        for place in places.into_iter().take(most) {
            let bytes = self.sector(place).unwrap_or_default();
            table.extend((0..per_sector).map(|index| number(bytes, 4 * index).unwrap_or(u32::MAX)));
        }
        table
    }

    fn sector(&self, sector: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(sector).ok()?.checked_add(1)?.checked_mul(self.sector_size)?;
        let rest = self.bytes.get(start..).filter(|rest| !rest.is_empty())?;
        Some(rest.get(..self.sector_size).unwrap_or(rest))
    }
}

/// An entry of the directory ([MS-CFB] 2.6.1).
fn node(bytes: &[u8], long: bool) -> Option<Node> {
    let length = usize::from(u16::from_le_bytes([*bytes.get(64)?, *bytes.get(65)?])).min(64).saturating_sub(2);
    let units = bytes.get(..length)?.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let name = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let high = u64::from(number(bytes, 124).filter(|_| long).unwrap_or(0)) << 32;
    let size = high | u64::from(number(bytes, 120)?);
    let (left, right, child) = (number(bytes, 68)?, number(bytes, 72)?, number(bytes, 76)?);
    Some(Node { name, left, right, child, start: number(bytes, 116)?, size, children: Vec::new() })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    fn compound() -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
        file.create_storage("/inre").unwrap();
        file.create_stream("/liten").unwrap().write_all(b"kort").unwrap();
        file.create_stream("/inre/stor").unwrap().write_all(&[7; 10_000]).unwrap();
        file.flush().unwrap();
        file.into_inner().into_inner()
    }

    fn read(bytes: &[u8]) -> Option<(Stream, Stream)> {
        let streams = Streams::open(bytes, &Limits::default()).ok()?;
        let inner = streams.find(ROOT, "INRE")?;
        let read = |id| streams.read(id, &mut (1 << 30)).unwrap();
        Some((read(streams.find(ROOT, "liten")?), read(streams.find(inner, "stor")?)))
    }

    #[test]
    fn small_and_large_streams_are_read() {
        let (small, large) = read(&compound()).unwrap();
        assert_eq!((small.bytes.as_slice(), small.whole), (&b"kort"[..], true));
        assert_eq!((large.bytes.as_slice(), large.whole), (&[7; 10_000][..], true));
    }

    #[test]
    fn a_stream_that_is_cut_says_so() {
        let bytes = compound();
        let mut cut = 0;
        for end in (0..bytes.len()).step_by(64) {
            let Some((_, large)) = read(&bytes[..end]) else { continue };
            cut += usize::from(!large.whole);
            assert_eq!(large.whole, large.bytes.len() == 10_000);
        }
        assert!(cut > 0);
    }

    #[test]
    fn any_flipped_byte_is_survived() {
        let bytes = compound();
        for at in (0..128).chain((128..bytes.len()).step_by(53)) {
            for value in [0, 1, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                read(&damaged);
            }
        }
    }

    #[test]
    fn streams_share_one_budget() {
        let bytes = compound();
        let streams = Streams::open(&bytes, &Limits::default()).unwrap();
        let id = streams.find(streams.find(ROOT, "inre").unwrap(), "stor").unwrap();
        assert_eq!(streams.read(id, &mut 9_999).unwrap_err(), FileError::Limit(Limit::Inflation));
    }
}
