//! The directory of an OLE compound file ([MS-CFB]), enough to tell what it is.
//!
//! Only names are read, and in a damaged file as many as can be: a reader that
//! refuses the file as a whole would hide what it is.

use std::collections::HashSet;

use crate::document::{Kind, TextBuilder};
use crate::error::FileError;
use crate::limits::Limits;

/// Says why a compound file of no readable kind is not read: Office wraps a
/// document that needs a password in one ([MS-OFFCRYPTO] 2.3.4).
pub(super) fn refuse(bytes: &[u8], _: &Limits, _: &mut TextBuilder) -> Result<(), FileError> {
    let names = Compound::open(bytes).map(|compound| compound.root_names()).unwrap_or_default();
    let encrypted = names.iter().any(|name| name == "EncryptedPackage");
    Err(if encrypted { FileError::Encrypted } else { FileError::Unsupported(Kind::Ole) })
}

/// A compound file whose directory was found.
#[derive(Debug)]
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector_size: usize,
}

/// An entry of the directory ([MS-CFB] 2.6.1).
struct Entry {
    name: String,
    left: u32,
    right: u32,
    child: u32,
}

const ENTRY_SIZE: usize = 128;
/// The greatest sector number; what lies above is a mark ([MS-CFB] 2.1).
const MAX_SECTOR: u32 = 0xFFFF_FFFA;

impl<'a> Compound<'a> {
    /// The first eight bytes of every compound file.
    pub(super) const MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    /// Reads the header; `None` when it is not one.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16::from_le_bytes(bytes.get(30..32)?.try_into().ok()?);
        let valid = bytes.starts_with(&Self::MAGIC) && matches!(shift, 9 | 12);
        valid.then(|| Self { bytes, sector_size: 1 << shift })
    }

    /// Names of the streams and storages directly below the root.
    pub(super) fn root_names(&self) -> Vec<String> {
        let directory = self.directory();
        let mut names = Vec::new();
        let mut seen = HashSet::new();
        let mut waiting: Vec<u32> = entry(&directory, 0).map(|root| root.child).into_iter().collect();
        while let Some(id) = waiting.pop() {
            let Some(entry) = entry(&directory, id).filter(|_| seen.insert(id)) else { continue };
            waiting.extend([entry.left, entry.right]);
            names.push(entry.name);
        }
        names
    }

    /// The bytes of the directory's chain of sectors, as far as it can be followed.
    fn directory(&self) -> Vec<u8> {
        let mut directory = Vec::new();
        let mut seen = HashSet::new();
        let mut next = self.number(48);
        while let Some(sector) = next.filter(|sector| *sector <= MAX_SECTOR && seen.insert(*sector)) {
            let Some(bytes) = self.sector(sector) else { break };
            directory.extend_from_slice(bytes);
            next = self.following(sector);
        }
        directory
    }

    /// The sector after `sector`, by the allocation table's first 109 sectors:
    /// they cover 6.8 MB at the least, and directories stand early.
    fn following(&self, sector: u32) -> Option<u32> {
        let per_sector = self.sector_size / 4;
        let index = usize::try_from(sector).ok()?;
        let table = index / per_sector;
        let table_sector = self.number(76 + 4 * (table < 109).then_some(table)?)?;
        let bytes = self.sector(table_sector)?;
        number(bytes, 4 * (index % per_sector))
    }

    fn sector(&self, sector: u32) -> Option<&'a [u8]> {
        let start = usize::try_from(sector).ok()?.checked_add(1)?.checked_mul(self.sector_size)?;
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
    let start = usize::try_from(id).ok()?.checked_mul(ENTRY_SIZE)?;
    let bytes = directory.get(start..start.checked_add(ENTRY_SIZE)?)?;
    let length = usize::from(u16::from_le_bytes([bytes[64], bytes[65]])).min(64).saturating_sub(2);
    let units = bytes[..length].chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let name = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(Entry { name, left: number(bytes, 68)?, right: number(bytes, 72)?, child: number(bytes, 76)? })
}

/// A compound file with empty streams of those names at its root, for tests.
#[cfg(test)]
pub(crate) fn compound_with(names: &[&str]) -> Vec<u8> {
    let entry = |name: &str, kind: u8, right: u32, child: u32| {
        let mut bytes = [0_u8; ENTRY_SIZE];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes[..units.len()].copy_from_slice(&units);
        bytes[64] = u8::try_from(units.len() + 2).unwrap();
        bytes[66] = kind;
        bytes[68..72].copy_from_slice(&u32::MAX.to_le_bytes());
        bytes[72..76].copy_from_slice(&right.to_le_bytes());
        bytes[76..80].copy_from_slice(&child.to_le_bytes());
        bytes
    };
    let count = u32::try_from(names.len()).unwrap();
    let mut directory = entry("Root Entry", 5, u32::MAX, 1).to_vec();
    for (name, id) in names.iter().zip(1..) {
        directory.extend(entry(name, 2, if id == count { u32::MAX } else { id + 1 }, u32::MAX));
    }
    let sectors = u32::try_from(directory.len().div_ceil(512)).unwrap();
    directory.resize(sectors as usize * 512, 0);
    let mut header = vec![0_u8; 512];
    header[..8].copy_from_slice(&Compound::MAGIC);
    header[30] = 9;
    header[48..52].copy_from_slice(&1_u32.to_le_bytes());
    let mut table = vec![0xFF; 512];
    for sector in 1..=sectors {
        let next = if sector == sectors { 0xFFFF_FFFE } else { sector + 1 };
        table[sector as usize * 4..][..4].copy_from_slice(&next.to_le_bytes());
    }
    [header, table, directory].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::sniff;

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
            assert_eq!(sniff(&compound_with(names)), kind, "{names:?}");
        }
    }

    #[test]
    fn an_encrypted_document_says_so() {
        for (name, error) in
            [("EncryptedPackage", FileError::Encrypted), ("Catalog", FileError::Unsupported(Kind::Ole))]
        {
            assert_eq!(crate::extract::testing::read(&compound_with(&[name])).error, Some(error));
        }
    }

    #[test]
    fn a_ring_of_sectors_ends() {
        let mut bytes = compound_with(&["WordDocument"]);
        bytes[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
        assert_eq!(sniff(&bytes), Kind::Doc);
    }
}
