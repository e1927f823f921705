//! An Office package whose parts are changed one by one: every other member is
//! copied as it lies in the ZIP, compressed bytes and all.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::LabelError;
use super::xml::{Node, walk};
use crate::limits::Limits;

/// The part with the package's relations.
pub(super) const RELATIONS: &str = "_rels/.rels";

/// Most bytes of one part that is read.
const PART_BYTES: u64 = 128 << 20;

/// An open package.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// The parts' names, in the order of the members that hold them.
    names: Vec<String>,
}

/// What the package says of one of its parts.
pub(super) struct Relation {
    pub(super) id: String,
    /// An address; its last word tells, see [`Relation::is`].
    pub(super) kind: String,
    /// Name of the part, without a leading slash.
    pub(super) target: String,
}

impl Relation {
    /// Whether its type ends with this word, in transitional (`custom-properties`) or strict (`customProperties`) form.
    pub(super) fn is(&self, word: &str) -> bool {
        let last = self.kind.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        last.replace('-', "").eq_ignore_ascii_case(word)
    }
}

impl<'a> Package<'a> {
    /// Opens a package that readers cannot disagree on.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, LabelError> {
        let damaged = LabelError::Damaged("its ZIP directory");
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged)?;
        let plain = zip.offset() == 0 && !zip.has_duplicate_names() && zip.len() <= Limits::default().archive_entries;
        if !plain || zip.has_overlapping_files().unwrap_or(true) {
            return Err(damaged);
        }
        let mut names = Vec::with_capacity(zip.len());
        for index in 0..zip.len() {
            let member = zip.by_index_raw(index).map_err(|_| damaged)?;
            if member.encrypted() {
                return Err(LabelError::Encrypted);
            }
            let name = String::from_utf8_lossy(member.name_raw()).replace('\\', "/");
            names.push(name.trim_start_matches('/').to_ascii_lowercase());
        }
        let mut sorted = names.clone();
        sorted.sort_unstable();
        let doubled = sorted.windows(2).any(|pair| pair[0] == pair[1]);
        if doubled { Err(damaged) } else { Ok(Self { zip, names }) }
    }

    /// The member that holds a part. OPC compares names without regard to ASCII case (ISO/IEC 29500-2, 6.3.5).
    fn member(&self, part: &str) -> Option<usize> {
        self.names.iter().position(|name| name.eq_ignore_ascii_case(part))
    }

    /// Whether a part is there.
    pub(super) fn has(&self, part: &str) -> bool {
        self.member(part).is_some()
    }

    /// Whether any member lies in this folder.
    pub(super) fn has_folder(&self, folder: &str) -> bool {
        self.names.iter().any(|name| name.starts_with(folder))
    }

    /// The characters of an XML part in UTF-8, which is what every writer of today writes.
    pub(super) fn text(&mut self, part: &str) -> Result<String, LabelError> {
        let index = self.member(part).ok_or(LabelError::Damaged("a part is missing"))?;
        let member = self.zip.by_index(index).map_err(|_| LabelError::Damaged("a part cannot be unpacked"))?;
        let mut bytes = Vec::new();
        member
            .take(PART_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| LabelError::Damaged("a part cannot be unpacked"))?;
        if bytes.len() as u64 > PART_BYTES {
            return Err(LabelError::Damaged("a part is too large"));
        }
        let text = String::from_utf8(bytes).map_err(|_| LabelError::Damaged("a part is not UTF-8"))?;
        if is_utf8(&text) { Ok(text) } else { Err(LabelError::Damaged("a part is not UTF-8")) }
    }

    /// What the package says of its parts.
    pub(super) fn relations(&mut self) -> Result<Vec<Relation>, LabelError> {
        let text = self.text(RELATIONS)?;
        let mut relations = Vec::new();
        walk(&text, |node| {
            let Node::Open(tag) = node else { return };
            if let (Some(id), Some(kind), Some(target)) =
                (tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target"))
                && tag.attribute("TargetMode") != Some("External")
            {
                let target = target.trim_start_matches("./").trim_start_matches('/').to_owned();
                relations.push(Relation { id: id.to_owned(), kind: kind.to_owned(), target });
            }
        })
        .ok_or(LabelError::Damaged("its relations"))?;
        Ok(relations)
    }

    /// The package with these parts in the place of those of their names, or behind all others.
    pub(super) fn with(mut self, mut parts: BTreeMap<String, String>) -> Result<Vec<u8>, LabelError> {
        let unwritable = |_| LabelError::Damaged("a member cannot be copied");
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.set_raw_comment(self.zip.comment().into()).map_err(unwritable)?;
        for index in 0..self.zip.len() {
            let member = self.zip.by_index_raw(index).map_err(unwritable)?;
            let name = String::from_utf8_lossy(member.name_raw()).into_owned();
            let part = self.names.get(index).map_or("", String::as_str);
            let Some(key) = parts.keys().find(|key| key.eq_ignore_ascii_case(part)).cloned() else {
                writer.raw_copy_file(member).map_err(unwritable)?;
                continue;
            };
            let options = deflated(member.last_modified());
            drop(member);
            let text = parts.remove(&key).unwrap_or_default();
            add(&mut writer, &name, &text, options)?;
        }
        for (name, text) in parts {
            add(&mut writer, &name, &text, deflated(None))?;
        }
        let written = writer.finish().map_err(unwritable)?.into_inner();
        Ok(written)
    }
}

fn deflated(modified: Option<zip::DateTime>) -> SimpleFileOptions {
    let modified = modified.unwrap_or_default();
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(modified)
}

fn add(
    writer: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: &str,
    text: &str,
    options: SimpleFileOptions,
) -> Result<(), LabelError> {
    let unwritable = LabelError::Damaged("a part cannot be written");
    writer.start_file(name, options).map_err(|_| unwritable)?;
    writer.write_all(text.as_bytes()).map_err(|_| unwritable)
}

/// Whether the XML declaration names no other encoding.
fn is_utf8(text: &str) -> bool {
    let declaration = text.trim_start_matches('\u{feff}').strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    let encoding = declaration.and_then(|(declaration, _)| declaration.split_once("encoding"));
    encoding.is_none_or(|(_, value)| {
        let value = value.trim_start_matches([' ', '=', '"', '\'']).to_ascii_lowercase();
        value.starts_with("utf-8") || value.starts_with("us-ascii")
    })
}
