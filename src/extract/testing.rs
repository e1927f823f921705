//! Builds small files of every zipped format for tests, from literal parts.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::document::{Place, Text};
use crate::examine::{Examiner, Reading};

/// A member of a test archive.
#[derive(Clone)]
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

/// Every hundredth or so of the lengths of `bytes`, with what is read of it.
fn truncated(bytes: &[u8]) -> impl Iterator<Item = (usize, Reading)> {
    let step = (bytes.len() / 97).max(1);
    (0..bytes.len()).step_by(step).map(|end| (end, read(&bytes[..end])))
}

/// Cuts `bytes` at many lengths: nothing may panic, and nothing cut may look
/// read whole.
pub(crate) fn truncate_everywhere(bytes: &[u8]) {
    for (end, reading) in truncated(bytes) {
        assert_ne!(reading.error, Some(crate::error::FileError::Panic), "panic at {end}");
        assert!(reading.error.is_some() || !reading.text.gaps.is_empty(), "silent loss at {end}");
    }
}

const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package whose main part is `main`, with parts related from it:
/// `(relation, part name, content)`, the relation's identifier being `rId1`, `rId2` ….
/// Addresses outside the package are named `external:…`.
pub(crate) fn package(main: (&str, &str), related: &[(&str, &str, &str)]) -> Vec<u8> {
    let (folder, file) = main.0.rsplit_once('/').unwrap();
    let types = r#"<Types xmlns="t"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let mut parts = vec![
        ZipPart::text("[Content_Types].xml", types),
        ZipPart::text("_rels/.rels", &relations(&[("officeDocument", main.0)])),
        ZipPart::text(main.0, main.1),
    ];
    let targets: Vec<(&str, &str)> = related.iter().map(|(kind, name, _)| (*kind, *name)).collect();
    parts.push(ZipPart::text(&format!("{folder}/_rels/{file}.rels"), &relations(&targets)));
    let inside = related.iter().filter(|(_, name, content)| !name.starts_with("external:") && !content.is_empty());
    parts.extend(inside.map(|(_, name, content)| ZipPart::text(name, content)));
    zip(&parts)
}

fn relations(targets: &[(&str, &str)]) -> String {
    let relation = |((kind, target), id): (&(&str, &str), u32)| {
        let (target, mode) = match target.strip_prefix("external:") {
            Some(address) => (address.to_owned(), r#" TargetMode="External""#),
            None => (format!("/{target}"), ""),
        };
        format!(r#"<Relationship Id="rId{id}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{mode}/>"#)
    };
    format!("<Relationships>{}</Relationships>", targets.iter().zip(1..).map(relation).collect::<String>())
}

/// Adds a part to the archive in `bytes`, or puts it in the place of one.
pub(crate) fn with_part(bytes: &[u8], part: ZipPart) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut parts = Vec::new();
    for name in names.iter().filter(|name| **name != part.name) {
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(name).unwrap(), &mut content).unwrap();
        parts.push(ZipPart::bytes(name, &content));
    }
    parts.push(part);
    zip(&parts)
}
