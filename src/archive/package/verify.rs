//! What in a package is not as its METS says: changed, missing, extra or renamed, or METS itself.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;
use walkdir::WalkDir;

use super::bag;
use super::mets::seal_holds;
use super::names::from_href;
use crate::examine::hex;
use crate::report::escape::visible;
use crate::walk::bytes;

/// What is the matter with a file of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case", tag = "what", content = "detail")]
pub enum What {
    /// Its content is another.
    Changed,
    /// It is listed and not there.
    Missing,
    /// It is there and not listed.
    Extra,
    /// Its content lies under this name, which is not listed.
    Renamed(String),
    /// It is listed with a checksum of a kind that is not read, so that no one can tell.
    Unchecked,
    /// It lists the others and is itself broken: how.
    Manifest(&'static str),
}

/// A file of a package that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Difference {
    /// Its path in the package, as [`visible`] shows it.
    pub path: String,
    /// What is the matter.
    #[serde(flatten)]
    pub what: What,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Changed => write!(f, "{}: changed", self.path),
            What::Missing => write!(f, "{}: missing", self.path),
            What::Extra => write!(f, "{}: extra", self.path),
            What::Renamed(to) => write!(f, "{}: renamed to {to}", self.path),
            What::Unchecked => write!(f, "{}: a checksum of a kind that is not read", self.path),
            What::Manifest(how) => write!(f, "{}: {how}", self.path),
        }
    }
}

/// What verifying a package gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Files that METS lists.
    pub files: usize,
    /// What is not as it should be; empty when the package is whole.
    pub differences: Vec<Difference>,
    /// Whether METS carries a seal, so that changes of METS itself show without a bag.
    pub sealed: bool,
}

/// Why a package could not be verified.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// There is no METS.
    #[error("{}: not a package: no METS.xml in it", .0.display())]
    NoPackage(PathBuf),
    /// It could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// What.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Holds a package, or the bag it lies in, against what it says of itself.
///
/// # Errors
///
/// [`VerifyError`] when there is no package, or a folder cannot be read.
pub fn verify(path: &Path) -> Result<Verified, VerifyError> {
    let failed = |source| VerifyError::Io { path: path.to_owned(), source };
    if !fs::metadata(path).map_err(failed)?.is_dir() {
        return Err(VerifyError::NoPackage(path.to_owned()));
    }
    let mut differences = Differences::default();
    let mut package = path.to_owned();
    if bag::is_bag(path) {
        bag::verify(path, &mut differences).map_err(failed)?;
        if let Some(inner) = only_folder(&path.join("data")) {
            package = inner;
        }
        differences.below = visible(bytes(package.strip_prefix(path).unwrap_or(&package)));
    }
    let (files, sealed) = match fs::read(package.join("METS.xml")) {
        Ok(mets) => {
            let list = hold_mets(&package, &mets, &mut differences).map_err(failed)?;
            (list, seal_holds(&mets).is_some())
        }
        // A bag's manifest tells that METS is missing.
        Err(_) if !differences.found.is_empty() => (0, false),
        Err(_) => return Err(VerifyError::NoPackage(path.to_owned())),
    };
    Ok(Verified { files, differences: differences.found.into_iter().collect(), sealed })
}

/// The one folder in a bag's payload.
fn only_folder(data: &Path) -> Option<PathBuf> {
    let entries = fs::read_dir(data).ok()?.flatten();
    let mut folders = entries.filter(|entry| entry.path().join("METS.xml").is_file());
    let only = folders.next()?.path();
    folders.next().is_none().then_some(only)
}

fn hold_mets(package: &Path, mets: &[u8], differences: &mut Differences) -> io::Result<usize> {
    if seal_holds(mets) == Some(false) {
        differences.add("METS.xml", What::Manifest("its seal does not hold: it is not as it was written"));
    }
    let Some(listed) = listed(mets) else {
        differences.add("METS.xml", What::Manifest("not well-formed METS"));
        return Ok(0);
    };
    let names: BTreeSet<&[u8]> = listed.iter().map(|(path, ..)| path.as_slice()).collect();
    let mut extra = Vec::new();
    for entry in WalkDir::new(package).min_depth(1) {
        let entry = entry?;
        let below = bytes(entry.path().strip_prefix(package).unwrap_or(entry.path())).to_vec();
        let known = if entry.file_type().is_dir() {
            // The first name after a folder's own is in it, when any is.
            let inside = [below.as_slice(), b"/"].concat();
            names.range(inside.as_slice()..).next().is_some_and(|name| name.starts_with(&inside))
        } else {
            below == b"METS.xml" || names.contains(below.as_slice())
        };
        if !known {
            extra.push(below);
        }
    }
    let count = listed.len();
    differences.hold(package, listed, extra);
    Ok(count)
}

/// A path, its checksum (empty when it is of a kind that is not read) and its size, when that is told.
type Entry = (Vec<u8>, String, Option<u64>);

/// What METS lists; `None` when it is not well formed.
fn listed(mets: &[u8]) -> Option<Vec<Entry>> {
    let text = std::str::from_utf8(mets).ok()?;
    let mut reader = Reader::from_str(text);
    let mut listed = Vec::new();
    let mut file: Option<(String, Option<u64>)> = None;
    let (mut depth, mut roots) = (0_u32, 0_u32);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                roots += u32::from(depth == 0);
                depth += 1;
                take(&tag, &mut file, &mut listed)?;
            }
            Event::Empty(tag) => take(&tag, &mut file, &mut listed)?,
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::DocType(_) => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    (depth == 0 && roots == 1 && !listed.is_empty()).then_some(listed)
}

fn take(tag: &BytesStart<'_>, file: &mut Option<(String, Option<u64>)>, listed: &mut Vec<Entry>) -> Option<()> {
    let name = tag.local_name();
    let is_file = name.as_ref() == "file";
    let is_reference = name.as_ref() == "mdRef";
    if !is_file && !is_reference && name.as_ref() != "FLocat" {
        return Some(());
    }
    let (mut checksum, mut kind, mut size, mut href) = (String::new(), String::new(), None, None);
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let value = unescape(&attribute.value).ok()?.into_owned();
        match attribute.key.local_name().as_ref() {
            "CHECKSUM" => checksum = value,
            "CHECKSUMTYPE" => kind = value,
            "SIZE" => size = Some(value.parse().ok()?),
            "href" => href = Some(from_href(&value)),
            _ => {}
        }
    }
    let own = (if kind == "SHA-256" { checksum } else { String::new() }, size);
    if is_file {
        *file = Some(own);
    } else if is_reference {
        listed.push((href?, own.0, own.1));
    } else {
        let (checksum, size) = file.clone()?;
        listed.push((href?, checksum, size));
    }
    Some(())
}

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// Where in a bag the package lies, without a slash at its end.
    below: String,
    found: BTreeSet<Difference>,
}

impl Differences {
    pub(super) fn add(&mut self, path: &str, what: What) {
        let path = if self.below.is_empty() { path.to_owned() } else { format!("{}/{path}", self.below) };
        self.found.insert(Difference { path, what });
    }

    /// Holds files against their checksums; `extra` are there and not listed.
    pub(super) fn hold(&mut self, root: &Path, listed: Vec<Entry>, mut extra: Vec<Vec<u8>>) {
        let mut missing: Vec<(String, Vec<u8>)> = Vec::new();
        for (path, checksum, size) in listed {
            let shown = visible(&path);
            match read(root, &path) {
                Place::Outside => self.add(&shown, What::Manifest("lies outside the package")),
                Place::Missing => missing.push((checksum, path)),
                Place::Other => self.add(&shown, What::Changed),
                Place::File(..) if checksum.is_empty() => self.add(&shown, What::Unchecked),
                Place::File(sha256, length) => {
                    let same = is_same(&sha256, &checksum) && size.is_none_or(|size| size == length);
                    if !same {
                        self.add(&shown, What::Changed);
                    }
                }
            }
        }
        extra.retain(|path| {
            let Place::File(sha256, _) = read(root, path) else { return true };
            let from = missing.iter().position(|(checksum, _)| is_same(&sha256, checksum));
            let Some((_, from)) = from.map(|at| missing.swap_remove(at)) else { return true };
            self.add(&visible(&from), What::Renamed(visible(path)));
            false
        });
        missing.iter().for_each(|(_, path)| self.add(&visible(path), What::Missing));
        extra.iter().for_each(|path| self.add(&visible(path), What::Extra));
    }
}

/// Hex digits in one case or the other, and not in both: a flipped bit makes `a` an `A`.
fn is_same(sha256: &str, listed: &str) -> bool {
    listed == sha256 || listed == sha256.to_uppercase()
}

/// What lies at a path.
enum Place {
    File(String, u64),
    /// A link or something else that is no file.
    Other,
    Missing,
    Outside,
}

fn read(root: &Path, path: &[u8]) -> Place {
    use std::os::unix::ffi::OsStrExt;
    let relative = Path::new(std::ffi::OsStr::from_bytes(path));
    let normal = |part: std::path::Component<'_>| matches!(part, std::path::Component::Normal(_));
    if path.is_empty() || !relative.components().all(normal) {
        return Place::Outside;
    }
    let place = root.join(relative);
    match place.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => match digest(&place) {
            Ok((sha256, size)) => Place::File(sha256, size),
            Err(_) => Place::Other,
        },
        Ok(_) => Place::Other,
        Err(_) => Place::Missing,
    }
}

/// SHA-256 in lower-case hex and size of a file.
pub(super) fn digest(path: &Path) -> io::Result<(String, u64)> {
    let (mut file, mut hash, mut size, mut chunk) = (File::open(path)?, Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let count = match file.read(&mut chunk) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok((hex(&hash.finalize()), size));
        };
        hash.update(bytes);
        size += count as u64;
    }
}
