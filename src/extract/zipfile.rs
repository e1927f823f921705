//! The one place that opens a ZIP: every reader of a zipped format goes
//! through it, so that lying sizes, bombs, doubled names and damaged members
//! are met in one way.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::document::{Cause, Place, TextBuilder};
use crate::error::{FileError, Limit};
use crate::limits::Limits;

mod headers;

use headers::{Header, headers};

/// Below this many bytes a member may inflate at any ratio: small parts of
/// repeated XML compress a thousand times without being a bomb.
const RATIO_FREE: u64 = 1 << 20;

/// How much is read, in bytes, of what becomes more than it may.
pub(super) const BEGINNING: usize = 16 << 20;

/// A file or folder in a ZIP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// Its name with `/` between folders, without a leading one. Bytes that
    /// are no text are replaced, so the name is for finding and showing only.
    pub(super) name: String,
    /// Whether it is a folder.
    pub(super) folder: bool,
    /// Whether it needs a password.
    pub(super) encrypted: bool,
    /// Bytes before decompression.
    pub(super) packed: u64,
}

/// The content of a member as far as it could be read.
#[derive(Debug, Default)]
pub(super) struct Content {
    /// The bytes that came out.
    pub(super) bytes: Vec<u8>,
    /// Why there are not more of them, or why they are not to be trusted.
    pub(super) flaw: Option<Cause>,
}

impl Content {
    /// The bytes, after what is wrong with them was noted at `place`.
    pub(super) fn noted(self, place: Place, builder: &mut TextBuilder) -> Vec<u8> {
        match self.flaw {
            Some(Cause::Limit) => builder.cut_short(Limit::Inflation, place),
            Some(flaw) => builder.gap(flaw, place),
            None => {}
        }
        self.bytes
    }
}

/// An open ZIP.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the file")]
pub(super) struct Archive<'a> {
    source: Source<'a>,
    members: Vec<Member>,
    by_name: HashMap<String, usize>,
    /// Which members were read.
    touched: Vec<bool>,
    ratio: u64,
    /// Whether two members share a name, so that readers may disagree on the content.
    pub(super) doubled: bool,
    /// Whether the directory is lost, so that members may be missing.
    pub(super) cut: bool,
    /// Whether there are members, or other bytes, that the directory does not list.
    pub(super) strays: bool,
    /// Whether a member became more than it may.
    burst: bool,
    comment: Option<Vec<u8>>,
}

#[derive(Debug)]
enum Source<'a> {
    /// The ZIP's directory, which knows every member.
    Directory(Box<ZipArchive<Cursor<&'a [u8]>>>),
    /// The headers of members that could be found without it.
    Headers(Vec<Header<'a>>),
}

impl<'a> Archive<'a> {
    /// Reads the directory of the ZIP in `bytes`; without one, the members' own headers.
    ///
    /// # Errors
    ///
    /// [`FileError::Corrupt`] when there is neither or members overlap,
    /// [`FileError::Limit`] when there are more than `limits.archive_entries`.
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, FileError> {
        let mut zip = match ZipArchive::new(Cursor::new(bytes)) {
            Ok(zip) => zip,
            Err(error) => return Self::of_headers(bytes, limits).unwrap_or_else(|| Err(open_error(&error))),
        };
        if zip.len() > limits.archive_entries {
            return Err(FileError::Limit(Limit::Count));
        }
        // A damaged local header is met again when its member is read.
        if zip.has_overlapping_files().unwrap_or(false) {
            return Err(FileError::Corrupt("members of the archive overlap"));
        }
        let members: Vec<Member> = (0..zip.len()).map(|index| member(&zip, index)).collect();
        let doubled = zip.has_duplicate_names();
        let strays = has_strays(&mut zip, bytes);
        let comment = Some(zip.comment().to_vec()).filter(|comment| !comment.is_empty());
        let source = Source::Directory(Box::new(zip));
        Ok(Self { doubled, strays, comment, ..Self::of(source, members, limits) })
    }

    /// What can be reached of a ZIP that has lost its directory; `None` when nothing can.
    fn of_headers(bytes: &'a [u8], limits: &Limits) -> Option<Result<Self, FileError>> {
        let headers = headers(bytes, limits.archive_entries);
        if headers.is_empty() {
            return None;
        }
        if headers.len() > limits.archive_entries {
            return Some(Err(FileError::Limit(Limit::Count)));
        }
        let members: Vec<Member> = headers.iter().map(|header| header.member.clone()).collect();
        let archive = Self::of(Source::Headers(headers), members, limits);
        let doubled = archive.by_name.len() < archive.members.len();
        Some(Ok(Self { doubled, cut: true, ..archive }))
    }

    fn of(source: Source<'a>, members: Vec<Member>, limits: &Limits) -> Self {
        let (by_name, touched) = (by_name(&members), vec![false; members.len()]);
        let ratio = limits.inflation_ratio;
        Self {
            source,
            members,
            by_name,
            touched,
            ratio,
            doubled: false,
            cut: false,
            strays: false,
            burst: false,
            comment: None,
        }
    }

    /// Every member, in the order of the directory.
    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The member of that name. OPC compares part names without regard to
    /// ASCII case (ISO/IEC 29500-2, 6.3.5), and writers disagree on it.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.trim_start_matches('/').to_ascii_lowercase()).copied()
    }

    /// Reads member `index`, taking the bytes produced from `left`.
    ///
    /// What came out before damage or a limit is kept beside its flaw: of a
    /// member that becomes too much, the beginning is still read.
    ///
    /// # Errors
    ///
    /// [`FileError::Limit`] for every member after one that became too much.
    pub(super) fn read(&mut self, index: usize, left: &mut u64) -> Result<Content, FileError> {
        let Some(member) = self.members.get(index) else {
            return Ok(Content { bytes: Vec::new(), flaw: Some(Cause::PartMissing) });
        };
        if let Some(touched) = self.touched.get_mut(index) {
            *touched = true;
        }
        if self.burst {
            return Err(FileError::Limit(Limit::Inflation));
        }
        if member.encrypted {
            return Ok(Content { bytes: Vec::new(), flaw: Some(Cause::EmbeddedEncrypted) });
        }
        let most = most_bytes(member.packed, self.ratio).min(*left);
        let mut content = match &mut self.source {
            Source::Directory(zip) => listed(zip, index, most),
            Source::Headers(headers) => headers.get(index).map(|header| header.read(most)).unwrap_or_default(),
        };
        let produced = content.bytes.len() as u64;
        *left = left.saturating_sub(produced);
        if produced > most {
            self.burst = true;
            content.bytes.truncate(BEGINNING.min(usize::try_from(most).unwrap_or(BEGINNING)));
            content.bytes.shrink_to_fit();
            content.flaw = Some(Cause::Limit);
        }
        Ok(content)
    }

    /// Whether a member became more than it may: the rest is not read.
    pub(super) fn is_burst(&self) -> bool {
        self.burst
    }

    /// Where in the bytes the first member begins; `None` without a directory or members.
    pub(super) fn start(&mut self) -> Option<usize> {
        let Source::Directory(zip) = &mut self.source else { return None };
        let starts = (0..zip.len()).filter_map(|index| span(zip, index));
        starts.map(|(start, _)| start).min().and_then(|start| usize::try_from(start).ok())
    }

    /// The archive's own comment, once.
    pub(super) fn take_comment(&mut self) -> Option<Vec<u8>> {
        self.comment.take()
    }

    /// The members that hold something and were not read so far.
    pub(super) fn untouched(&self) -> Vec<usize> {
        let held = self.members.iter().zip(&self.touched).zip(0..);
        held.filter(|((member, touched), _)| !**touched && member.packed > 0).map(|(_, index)| index).collect()
    }

    /// The first `most` bytes of the member of that name, for telling what the archive is.
    pub(super) fn peek(&mut self, name: &str, most: u64) -> Option<Vec<u8>> {
        let index = self.find(name)?;
        self.peek_at(index, most)
    }

    /// The first `most` bytes of member `index`, for telling what it is.
    pub(super) fn peek_at(&mut self, index: usize, most: u64) -> Option<Vec<u8>> {
        let mut bytes = match &mut self.source {
            Source::Directory(zip) => listed(zip, index, most).bytes,
            Source::Headers(headers) => headers.get(index)?.read(most).bytes,
        };
        bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Some(bytes)
    }
}

/// The content of a member that the directory lists, at most one byte more than `most`.
fn listed(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize, most: u64) -> Content {
    let Ok(file) = zip.by_index(index) else {
        return Content { bytes: Vec::new(), flaw: Some(Cause::PartDamaged) };
    };
    let mut bytes = Vec::with_capacity(usize::try_from(file.size().min(most).min(RATIO_FREE)).unwrap_or(0));
    // A member that breaks off still tells what it began as.
    let outcome = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    Content { bytes, flaw: outcome.is_err().then_some(Cause::PartDamaged) }
}

/// Where each name stands; of a name that comes twice, the last.
fn by_name(members: &[Member]) -> HashMap<String, usize> {
    members.iter().zip(0..).map(|(member, index)| (member.name.to_ascii_lowercase(), index)).collect()
}

/// The names in the local headers of a ZIP whose directory is lost, as far as
/// they can be followed.
pub(super) fn local_names(bytes: &[u8]) -> Vec<String> {
    const MAGIC: &[u8] = b"PK\x03\x04";
    const NAMES: usize = 64;
    let mut names = Vec::new();
    let mut rest = bytes;
    while let Some(start) = memchr::memmem::find(rest, MAGIC) {
        let Some(header) = rest.get(start..).filter(|h| h.len() >= 30) else { break };
        let length = usize::from(u16::from_le_bytes([header[26], header[27]]));
        let Some(name) = header.get(30..30 + length) else { break };
        names.push(clean(name));
        if names.len() == NAMES {
            break;
        }
        rest = header.get(30 + length..).unwrap_or_default();
    }
    names
}

/// Bytes behind the end of an archive from which on they are no line end or padding.
const BEHIND: usize = 16;

/// Where the archive ends, by its last record (APPNOTE 4.3.16).
pub(super) fn end_of(bytes: &[u8]) -> Option<usize> {
    let at = memchr::memmem::rfind(bytes, b"PK\x05\x06")?;
    let comment = bytes.get(at + 20..at + 22)?;
    Some(at + 22 + usize::from(u16::from_le_bytes([comment[0], comment[1]])))
}

/// Bytes between members that writers leave: what tells the size of a streamed member, alignment.
const BETWEEN: usize = 64;

/// Whether bytes lie between the members, before the first or after the last, that belong to none.
fn has_strays(zip: &mut ZipArchive<Cursor<&[u8]>>, bytes: &[u8]) -> bool {
    let mut spans: Vec<(u64, u64)> = (0..zip.len()).filter_map(|index| span(zip, index)).collect();
    spans.sort_unstable();
    let mut end = 0;
    let directory = zip.central_directory_start();
    spans.push((directory, directory));
    let behind = end_of(bytes).and_then(|end| bytes.get(end..)).unwrap_or_default();
    if behind.iter().filter(|byte| **byte != 0 && !byte.is_ascii_whitespace()).count() >= BEHIND {
        return true;
    }
    spans.into_iter().any(|(from, to)| {
        let between = usize::try_from(end).ok().zip(usize::try_from(from).ok());
        let stray = between.and_then(|(end, from)| bytes.get(end..from)).is_some_and(is_stray);
        end = end.max(to);
        stray
    })
}

/// Where a member lies, from its own header to the end of its bytes.
fn span(zip: &mut ZipArchive<Cursor<&[u8]>>, index: usize) -> Option<(u64, u64)> {
    let file = zip.by_index_raw(index).ok()?;
    let end = file.data_start()?.checked_add(file.compressed_size())?;
    Some((file.header_start(), end))
}

fn is_stray(between: &[u8]) -> bool {
    between.len() > BETWEEN && between.iter().any(|byte| *byte != 0)
        || memchr::memmem::find(between, b"PK\x03\x04").is_some()
}

fn most_bytes(packed: u64, ratio: u64) -> u64 {
    packed.saturating_mul(ratio).max(RATIO_FREE)
}

fn member(zip: &ZipArchive<Cursor<&[u8]>>, index: usize) -> Member {
    match zip.by_index_data(index) {
        Ok(entry) => Member {
            name: entry.name().map_or_else(|_| clean(entry.name_raw()), |name| clean(name.as_bytes())),
            folder: entry.is_dir(),
            encrypted: entry.encrypted(),
            packed: entry.compressed_size(),
        },
        Err(_) => Member { name: String::new(), folder: false, encrypted: false, packed: 0 },
    }
}

/// A name with `/` between folders and none in front.
fn clean(name: &[u8]) -> String {
    String::from_utf8_lossy(name).replace('\\', "/").trim_start_matches('/').to_owned()
}

fn open_error(error: &ZipError) -> FileError {
    match error {
        ZipError::UnsupportedArchive(_) => FileError::Corrupt("the archive is of a form that is not read"),
        _ => FileError::Corrupt("the archive's directory is missing or damaged"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::testing::{ZipPart, zip};

    const MOST: u64 = 512 << 20;

    fn read_all(bytes: &[u8], limits: &Limits) -> Result<Vec<Content>, FileError> {
        let mut archive = Archive::open(bytes, limits)?;
        let mut left = limits.inflated_bytes;
        (0..archive.members().len()).map(|index| archive.read(index, &mut left)).collect()
    }

    #[test]
    fn members_are_found_whatever_the_case_and_slashes() {
        let bytes = zip(&[ZipPart::text("word\\Document.xml", "a")]);
        let archive = Archive::open(&bytes, &Limits::default()).unwrap();
        assert_eq!(archive.find("/word/document.xml"), Some(0));
        assert_eq!(archive.find("word/other.xml"), None);
    }

    #[test]
    fn the_ratio_ends_a_bomb_and_leaves_small_parts_alone() {
        let small = zip(&[ZipPart::bytes("a", &vec![0; 1 << 20])]);
        assert!(read_all(&small, &Limits::default()).is_ok());
        let bomb = zip(&[ZipPart::bytes("a", &vec![0; 8 << 20]), ZipPart::text("b", "1")]);
        let mut archive = Archive::open(&bomb, &Limits::default()).unwrap();
        let beginning = archive.read(0, &mut MOST.clone()).unwrap();
        assert_eq!(
            (beginning.bytes.len() as u64, beginning.flaw),
            (most_bytes(archive.members()[0].packed, 200), Some(Cause::Limit))
        );
        assert!(archive.is_burst());
        assert_eq!(archive.read(1, &mut MOST.clone()).unwrap_err(), FileError::Limit(Limit::Inflation));
    }

    #[test]
    fn all_members_share_one_budget() {
        let part = vec![b'x'; 600_000];
        let bytes = zip(&[ZipPart::bytes("a", &part), ZipPart::bytes("b", &part), ZipPart::text("c", "1")]);
        let limits = Limits { inflated_bytes: 1_000_000, ..Limits::default() };
        assert_eq!(read_all(&bytes, &limits).unwrap_err(), FileError::Limit(Limit::Inflation));
    }

    #[test]
    fn more_entries_than_allowed_is_a_limit() {
        let bytes = zip(&[ZipPart::text("a", "1"), ZipPart::text("b", "2")]);
        let limits = Limits { archive_entries: 1, ..Limits::default() };
        assert_eq!(Archive::open(&bytes, &limits).unwrap_err(), FileError::Limit(Limit::Count));
    }

    #[test]
    fn overlapping_members_are_refused() {
        let bytes = overlap(zip(&[ZipPart::text("a", "same"), ZipPart::text("b", "same")]));
        let error = Archive::open(&bytes, &Limits::default()).unwrap_err();
        assert_eq!(error, FileError::Corrupt("members of the archive overlap"));
    }

    #[test]
    fn damaged_content_is_kept_and_said() {
        let mut bytes = zip(&[ZipPart::stored("a", b"hello world")]);
        let at = memchr::memmem::find(&bytes, b"hello").unwrap();
        bytes[at] = b'j';
        let mut archive = Archive::open(&bytes, &Limits::default()).unwrap();
        let content = archive.read(0, &mut MOST.clone()).unwrap();
        assert_eq!((content.bytes.as_slice(), content.flaw), (&b"jello world"[..], Some(Cause::PartDamaged)));
    }

    #[test]
    fn local_names_survive_a_lost_directory() {
        let bytes = zip(&[ZipPart::text("[Content_Types].xml", "x"), ZipPart::text("word/document.xml", "y")]);
        let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
        assert_eq!(local_names(&bytes[..directory]), ["[Content_Types].xml", "word/document.xml"]);
    }

    #[test]
    fn members_are_read_without_the_directory() {
        let bytes = zip(&[ZipPart::text("a", "första"), ZipPart::stored("b", b"andra"), ZipPart::text("c", "tredje")]);
        let second = memchr::memmem::find(&bytes, b"andra").unwrap();
        for (end, expected) in [
            (bytes.len() - 30, vec![("första", false), ("andra", false), ("tredje", false)]),
            (second + 3, vec![("första", false), ("and", true)]),
        ] {
            let cut = bytes.get(..end).unwrap();
            assert!(Archive::open(cut, &Limits::default()).unwrap().cut);
            let contents = read_all(cut, &Limits::default()).unwrap();
            let read: Vec<(&str, bool)> =
                contents.iter().map(|c| (std::str::from_utf8(&c.bytes).unwrap(), c.flaw.is_some())).collect();
            assert_eq!(read, expected, "{end}");
        }
        let limits = Limits { archive_entries: 2, ..Limits::default() };
        assert_eq!(Archive::open(&bytes[..bytes.len() - 30], &limits).unwrap_err(), FileError::Limit(Limit::Count));
        assert!(Archive::open(b"PK\x03\x04 no header", &Limits::default()).is_err());
    }

    /// Lets the second entry of the directory point at the first member.
    fn overlap(mut bytes: Vec<u8>) -> Vec<u8> {
        let second = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
        bytes[second + 42..second + 46].copy_from_slice(&[0; 4]);
        bytes
    }
}
