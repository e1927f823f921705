//! The properties of a message, recipient or attachment in a storage
//! ([MS-OXMSG] 2.4): long values in streams of their own, numbers in one table.

use crate::document::{Cause, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::codepage::CodePage;
use crate::extract::encoding;
use crate::extract::ole::{Id, Streams};

/// What a storage holds of values.
#[derive(Debug)]
pub(super) struct Properties<'a> {
    streams: &'a Streams<'a>,
    storage: Id,
    table: Vec<u8>,
    page: Option<CodePage>,
}

const UNICODE: u16 = 0x001F;
const STRING: u16 = 0x001E;
const BINARY: u16 = 0x0102;
const CODE_PAGES: [u16; 2] = [0x3FFD, 0x3FDE];

impl<'a> Properties<'a> {
    /// The properties in `storage`, whose table has a header of `header` bytes.
    /// Texts that are not Unicode are in the storage's code page, or in `page`.
    pub(super) fn open(
        streams: &'a Streams<'a>,
        storage: Id,
        header: usize,
        page: Option<CodePage>,
        builder: &mut TextBuilder,
    ) -> Result<Self, FileError> {
        let table = match streams.find(storage, "__properties_version1.0") {
            Some(id) => streams.read(id, builder.inflate_left())?.bytes,
            None => Vec::new(),
        };
        let table = table.get(header..).unwrap_or_default().to_vec();
        let mut properties = Self { streams, storage, table, page: None };
        let own = CODE_PAGES.iter().find_map(|id| properties.number(*id).and_then(CodePage::of_number));
        properties.page = own.or(page);
        Ok(properties)
    }

    /// The code page that texts which are not Unicode are in.
    pub(super) fn page(&self) -> Option<CodePage> {
        self.page
    }

    /// A number of 32 bits.
    pub(super) fn number(&self, id: u16) -> Option<u32> {
        Some(u32::from_le_bytes(self.fixed(id)?.get(..4)?.try_into().ok()?))
    }

    /// A point in time, in units of 100 nanoseconds since 1601.
    pub(super) fn time(&self, id: u16) -> Option<u64> {
        Some(u64::from_le_bytes(self.fixed(id)?.try_into().ok()?))
    }

    /// A text; the first of `ids` that there is.
    pub(super) fn text(&self, ids: &[u16], builder: &mut TextBuilder) -> Result<Option<String>, FileError> {
        for id in ids {
            if let Some(bytes) = self.stream(*id, UNICODE, builder)? {
                return Ok(Some(utf16(&bytes)));
            }
            if let Some(bytes) = self.stream(*id, STRING, builder)? {
                return Ok(Some(self.decode(&bytes)));
            }
        }
        Ok(None)
    }

    /// Bytes.
    pub(super) fn bytes(&self, id: u16, builder: &mut TextBuilder) -> Result<Option<Vec<u8>>, FileError> {
        self.stream(id, BINARY, builder)
    }

    /// The identifiers of every text in the storage.
    pub(super) fn texts(&self) -> Vec<u16> {
        let names = self.streams.children(self.storage).iter().map(|id| self.streams.name(*id));
        let tags = names.filter_map(|name| u32::from_str_radix(name.strip_prefix("__substg1.0_")?.get(..8)?, 16).ok());
        let texts = tags.filter(|tag| matches!(tag & 0xFFFF, 0x1E | 0x1F));
        texts.filter_map(|tag| u16::try_from(tag >> 16).ok()).collect()
    }

    /// The storages in this one whose names begin with `prefix`.
    pub(super) fn storages(&self, prefix: &str) -> Vec<Id> {
        let children = self.streams.children(self.storage).iter().copied();
        children.filter(|id| self.streams.name(*id).to_ascii_lowercase().starts_with(prefix)).collect()
    }

    fn stream(&self, id: u16, kind: u16, builder: &mut TextBuilder) -> Result<Option<Vec<u8>>, FileError> {
        let name = format!("__substg1.0_{id:04X}{kind:04X}");
        let Some(found) = self.streams.find(self.storage, &name) else { return Ok(None) };
        let stream = self.streams.read(found, builder.inflate_left())?;
        if !stream.whole {
            builder.gap(Cause::PartDamaged, Place::default());
        }
        Ok(Some(stream.bytes))
    }

    /// The eight bytes of a value in the table.
    fn fixed(&self, id: u16) -> Option<&[u8]> {
        let entry = self.table.chunks_exact(16).find(|entry| entry.get(2..4) == Some(&id.to_le_bytes()))?;
        entry.get(8..16)
    }

    fn decode(&self, bytes: &[u8]) -> String {
        let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        // What the storage says is not always what its texts are in: bytes decide first.
        let decoded = self.page.filter(|_| std::str::from_utf8(bytes).is_err() || bytes.is_ascii());
        match decoded.map(|page| page.decode(bytes)) {
            Some((text, false)) => text,
            _ => encoding::decode(bytes).text.into_owned(),
        }
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned()
}
