//! Builds small files of every zipped format for tests, from literal parts.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::document::{Place, Text};
use crate::examine::{Examiner, Reading};

/// A member of a test archive.
pub(crate) struct ZipPart {
    name: String,
    bytes: Vec<u8>,
    method: CompressionMethod,
}

impl ZipPart {
    pub(crate) fn text(name: &str, text: &str) -> Self {
        Self::bytes(name, text.as_bytes())
    }

    pub(crate) fn bytes(name: &str, bytes: &[u8]) -> Self {
        Self { name: name.into(), bytes: bytes.into(), method: CompressionMethod::Deflated }
    }

    pub(crate) fn stored(name: &str, bytes: &[u8]) -> Self {
        Self { method: CompressionMethod::Stored, ..Self::bytes(name, bytes) }
    }
}

/// The bytes of a ZIP with those members.
pub(crate) fn zip(parts: &[ZipPart]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for part in parts {
        let options = SimpleFileOptions::default().compression_method(part.method);
        writer.start_file(&*part.name, options).unwrap();
        writer.write_all(&part.bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Reads `bytes` as the product does.
pub(crate) fn read(bytes: &[u8]) -> Reading {
    Examiner::default().read(bytes)
}

/// The text of a file that is read without an error.
pub(crate) fn read_whole(bytes: &[u8]) -> Text {
    let reading = read(bytes);
    assert_eq!(reading.error, None);
    reading.text
}

/// The blocks of `text` as `place: text`.
pub(crate) fn lines(text: &Text) -> Vec<String> {
    let line = |place: &Place, text: &str| format!("{place}: {}", text.replace('\t', " | "));
    text.blocks.iter().map(|block| line(&block.place, &block.text)).collect()
}

/// Cuts `bytes` at many lengths: nothing may panic, and nothing cut may look
/// read whole.
pub(crate) fn truncate_everywhere(bytes: &[u8]) {
    let step = (bytes.len() / 97).max(1);
    for end in (0..bytes.len()).step_by(step) {
        let reading = read(&bytes[..end]);
        assert_ne!(reading.error, Some(crate::error::FileError::Panic), "panic at {end}");
        let said = reading.error.is_some() || !reading.text.gaps.is_empty();
        assert!(said || reading.text.blocks.is_empty() == (end == 0), "silent loss at {end}");
    }
}
