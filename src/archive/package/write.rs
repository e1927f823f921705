//! Writing a package: under a temporary name, on the disk, verified, and only then under its own.

use std::fs::{self, DirBuilder, File, FileTimes, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::super::assess::{Assessment, Row};
use super::super::finding::{Finding, Level};
use super::super::puid::Signatures;
use super::mets::{self, Listed};
use super::{DATA, SCHEMAS, VerifyError, bag, premis, stored, verify};
use crate::examine::hex;
use crate::extract::sniff;
use crate::image::container::metadata;
use crate::report::escape::visible;
use crate::walk::Root;

/// Who hands over, and under what.
#[derive(Clone, Debug)]
pub struct Parties {
    /// The archive-forming organisation.
    pub organisation: String,
    /// Its organisationsnummer; `None` when it is not given.
    pub organisation_number: Option<String>,
    /// The person who hands over.
    pub person: String,
    /// The agreement that it is delivered under; `None` when it is not given.
    pub agreement: Option<String>,
}

/// A package that is asked for.
pub struct Request<'a> {
    /// The folder.
    pub root: &'a Root,
    /// What its check found.
    pub assessment: &'a Assessment,
    /// The signatures formats were named by.
    pub signatures: &'a Signatures,
    /// Their release.
    pub pronom: &'a str,
    /// The list of formats that the check went by, in words.
    pub list: &'a str,
    /// What the check came to, in words.
    pub readiness: &'a str,
    /// Who hands over.
    pub parties: &'a Parties,
    /// What the package is, in a line.
    pub title: &'a str,
    /// The check's reports: name and content.
    pub documentation: &'a [(String, Vec<u8>)],
    /// When the files were checked.
    pub checked: Timestamp,
    /// Where the package is to lie.
    pub target: &'a Path,
    /// Whether it is wrapped in a bag.
    pub bagit: bool,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Delivered files.
    pub files: usize,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// SHA-256 of METS, for the note of delivery.
    pub mets: String,
    /// Names whose finding was accepted and that hold no content to deliver.
    pub left_out: Vec<String>,
}

/// Why no package was written.
#[derive(Debug, Error)]
pub enum PackageError {
    /// Something is there already.
    #[error("{}: is there already", .0.display())]
    Exists(PathBuf),
    /// The target lies in what is packaged, or has no folder.
    #[error("{}: {reason}", path.display())]
    Place {
        /// The target.
        path: PathBuf,
        /// Why not there.
        reason: &'static str,
    },
    /// Findings block and are not accepted.
    #[error("findings that block and are not accepted: {}, the first {}", .0.len(), .0.first().map(String::as_str).unwrap_or_default())]
    Blocked(Vec<String>),
    /// A file is not as it was checked.
    #[error("{0}: not as it was checked")]
    Changed(String),
    /// Two files would have the same name.
    #[error("{0}: two files have this name in the package")]
    Name(String),
    /// What was written did not hold.
    #[error("the package did not read back: {0}")]
    Unverified(String),
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// What was to be read or written.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl PackageError {
    /// Whether the content was refused; otherwise the package could not be written.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Blocked(_) | Self::Changed(_) | Self::Exists(_))
    }
}

/// A file that is delivered.
pub(super) struct Payload<'a> {
    pub(super) row: &'a Row,
    /// Its identifier in PREMIS.
    pub(super) object: String,
    /// Its path in the package.
    path: String,
}

/// Writes a package.
///
/// # Errors
///
/// [`PackageError`]; nothing is left behind, and the folder is as it was.
pub fn write(request: &Request<'_>) -> Result<Written, PackageError> {
    let place = Target::of(request)?;
    refuse_blocks(request.assessment)?;
    let rows: Vec<&Row> = request.assessment.rows.iter().filter(|row| row.sha256.is_some()).collect();
    if rows.is_empty() {
        return Err(PackageError::Place { path: place.path.clone(), reason: "there is no file to deliver" });
    }
    let payloads = payloads(&rows)?;
    let left_out = request.assessment.rows.iter().filter(|row| row.sha256.is_none()).map(|row| visible(&row.path));
    let mut package = Package { root: place.package(request.bagit), listed: Vec::new() };
    package.folder("")?;
    let mets = package.fill(request, &payloads)?;
    if request.bagit {
        bag::write(&place.temporary, &place.name).map_err(|(path, source)| PackageError::Io { path, source })?;
    }
    sync_folders(&place.temporary)?;
    read_back(&place.temporary)?;
    place.settle()?;
    Ok(Written {
        files: payloads.len(),
        bytes: rows.iter().map(|row| row.size).sum(),
        mets,
        left_out: left_out.collect(),
    })
}

fn refuse_blocks(assessment: &Assessment) -> Result<(), PackageError> {
    let of_files = assessment.rows.iter().flat_map(|row| row.findings.iter().map(|f| (visible(&row.path), f)));
    let beside = assessment.beside.iter().map(|beside| (beside.about.clone(), &beside.finding));
    let blocking = of_files.chain(beside).filter(|(_, finding)| finding.stands(Level::Block));
    let blocking: Vec<String> = blocking.map(|(about, finding)| format!("{about}: {}", finding.code)).collect();
    if blocking.is_empty() { Ok(()) } else { Err(PackageError::Blocked(blocking)) }
}

fn payloads<'a>(rows: &[&'a Row]) -> Result<Vec<Payload<'a>>, PackageError> {
    let mut names = std::collections::BTreeSet::new();
    let payload = |(index, row): (usize, &&'a Row)| {
        let path = format!("{DATA}/{}", stored(&row.path));
        if !names.insert(path.clone()) {
            return Err(PackageError::Name(path));
        }
        Ok(Payload { row, object: format!("o{}", index + 1), path })
    };
    rows.iter().enumerate().map(payload).collect()
}

/// What was written must hold before it gets its name.
fn read_back(temporary: &Path) -> Result<(), PackageError> {
    let said = |error: VerifyError| PackageError::Unverified(error.to_string());
    let verified = verify(temporary).map_err(said)?;
    match verified.differences.first() {
        None => Ok(()),
        Some(difference) => Err(PackageError::Unverified(difference.to_string())),
    }
}

/// Where the package is written first, and where it comes to lie.
struct Target {
    temporary: PathBuf,
    path: PathBuf,
    name: String,
}

impl Target {
    fn of(request: &Request<'_>) -> Result<Self, PackageError> {
        let path = request.target.to_owned();
        let refused = |reason| PackageError::Place { path: path.clone(), reason };
        if path.symlink_metadata().is_ok() {
            return Err(PackageError::Exists(path));
        }
        let name =
            path.file_name().and_then(|name| name.to_str()).ok_or_else(|| refused("not a name for a package"))?;
        if stored(name.as_bytes()) != name {
            return Err(refused("has characters that other systems do not keep"));
        }
        let name = name.to_owned();
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let parent = fs::canonicalize(parent).map_err(|source| PackageError::Io { path: parent.to_owned(), source })?;
        if parent.starts_with(request.root.path()) {
            return Err(refused("lies inside the folder that is packaged"));
        }
        let temporary = parent.join(format!(".{name}.{}.tmp", std::process::id()));
        Ok(Self { temporary, path: parent.join(&name), name })
    }

    /// The package itself, which in a bag is its payload.
    fn package(&self, bagit: bool) -> PathBuf {
        if bagit { self.temporary.join("data").join(&self.name) } else { self.temporary.clone() }
    }

    /// Gives the package its own name, unless something has it by now.
    fn settle(mut self) -> Result<(), PackageError> {
        let temporary = std::mem::take(&mut self.temporary);
        let renamed = match renameat_with(CWD, &temporary, CWD, &self.path, RenameFlags::NOREPLACE) {
            // File systems without the flag (NFS, some FUSE; on macOS SMB).
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) if self.path.symlink_metadata().is_err() => {
                fs::rename(&temporary, &self.path)
            }
            outcome => outcome.map_err(io::Error::from),
        };
        if let Err(source) = renamed {
            self.temporary = temporary;
            let path = self.path.clone();
            return Err(if source.kind() == io::ErrorKind::AlreadyExists {
                PackageError::Exists(path)
            } else {
                PackageError::Io { path, source }
            });
        }
        sync_folder(self.path.parent().unwrap_or(Path::new(".")))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if !self.temporary.as_os_str().is_empty() {
            // What is half written is of no use; that it cannot be removed changes nothing.
            let _ = fs::remove_dir_all(&self.temporary);
        }
    }
}

/// The package under its temporary name.
struct Package {
    root: PathBuf,
    /// Delivered files, as METS lists them.
    listed: Vec<Listed>,
}

impl Package {
    /// Writes everything; returns the checksum of METS.
    fn fill(&mut self, request: &Request<'_>, payloads: &[Payload<'_>]) -> Result<String, PackageError> {
        let written = Timestamp::now();
        let moment = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (checked, now) = (moment(request.checked), moment(written));
        let mut data = Vec::new();
        let mut c2pa = Vec::new();
        for payload in payloads {
            data.push(self.copy(request, payload)?);
            c2pa.extend(self.manifest(payload)?);
        }
        let mut documentation = Vec::new();
        for (name, content) in request.documentation {
            documentation.push(self.put(&format!("documentation/{name}"), mime_of(name), content)?);
        }
        let mut schemas = Vec::new();
        for (name, content) in SCHEMAS {
            schemas.push(self.put(&format!("schemas/{name}"), "application/xml", content)?);
        }
        let told = premis::Told {
            payloads,
            parties: request.parties,
            checked: &checked,
            written: &now,
            pronom: request.pronom,
            list: request.list,
            readiness: request.readiness,
            accepted: accepted_beside(request.assessment),
        };
        let preservation = premis::premis(&told);
        let preservation = self.put("metadata/preservation/premis.xml", "application/xml", preservation.as_bytes())?;
        let id = request.target.file_name().unwrap_or_default().to_string_lossy();
        let descriptive = mets::dublin_core(&id, request.title, &now, request.parties);
        let descriptive = self.put("metadata/descriptive/dc.xml", "application/xml", descriptive.as_bytes())?;
        let text = mets::mets(&mets::Told {
            id: &id,
            title: request.title,
            written: &now,
            parties: request.parties,
            descriptive: &descriptive,
            preservation: &preservation,
            c2pa: &c2pa,
            documentation: &documentation,
            schemas: &schemas,
            data: &data,
        });
        Ok(self.put("METS.xml", "application/xml", text.as_bytes())?.sha256)
    }

    fn folder(&self, below: &str) -> Result<PathBuf, PackageError> {
        let path = if below.is_empty() { self.root.clone() } else { self.root.join(below) };
        let made = DirBuilder::new().recursive(true).mode(0o755).create(&path);
        made.map(|()| path.clone()).map_err(|source| PackageError::Io { path, source })
    }

    fn create(&self, path: &str) -> Result<(File, PathBuf), PackageError> {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.folder(folder)?;
        let path = self.root.join(path);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(&path);
        file.map(|file| (file, path.clone())).map_err(|source| PackageError::Io { path, source })
    }

    fn put(&self, path: &str, mime: &str, content: &[u8]) -> Result<Listed, PackageError> {
        let (mut file, place) = self.create(path)?;
        let written = file.write_all(content).and_then(|()| file.sync_all());
        written.map_err(|source| PackageError::Io { path: place, source })?;
        Ok(Listed {
            path: path.to_owned(),
            mime: mime.to_owned(),
            size: content.len() as u64,
            sha256: hex(&Sha256::digest(content)),
            format: Default::default(),
        })
    }

    /// Copies a file, which must be as it was checked.
    fn copy(&mut self, request: &Request<'_>, payload: &Payload<'_>) -> Result<Listed, PackageError> {
        let row = payload.row;
        let changed = || PackageError::Changed(visible(&row.path));
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let source = File::from(request.root.reach(&row.path, flags).map_err(|_| changed())?);
        let (mut file, place) = self.create(&payload.path)?;
        let (sha256, size) =
            copy(&source, &mut file).map_err(|source| PackageError::Io { path: place.clone(), source })?;
        if Some(&sha256) != row.sha256.as_ref() || size != row.size {
            return Err(changed());
        }
        let kept = row.modified.and_then(|moment| u64::try_from(moment.as_second()).ok());
        let times = kept.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let times = times.map_or_else(FileTimes::new, |at| FileTimes::new().set_modified(at));
        file.set_times(times)
            .and_then(|()| file.sync_all())
            .map_err(|source| PackageError::Io { path: place, source })?;
        let listed = listed(payload, size, sha256, request.signatures);
        self.listed.push(listed.clone());
        Ok(listed)
    }

    /// Takes a picture's C2PA manifest out into a file of its own; the picture keeps it too.
    fn manifest(&self, payload: &Payload<'_>) -> Result<Option<Listed>, PackageError> {
        if payload.row.ai.c2pa != Some(true) {
            return Ok(None);
        }
        let path = self.root.join(&payload.path);
        let bytes = fs::read(&path).map_err(|source| PackageError::Io { path, source })?;
        let read = || metadata(sniff(&bytes), &bytes).manifest.map(std::borrow::Cow::into_owned);
        let Some(manifest) = catch_unwind(AssertUnwindSafe(read)).ok().flatten() else { return Ok(None) };
        let name = format!("metadata/other/c2pa/{}.c2pa", payload.object);
        self.put(&name, "application/c2pa", &manifest).map(Some)
    }
}

fn accepted_beside(assessment: &Assessment) -> Vec<(String, &Finding)> {
    let beside = assessment.beside.iter().map(|beside| (beside.about.clone(), &beside.finding));
    let unread = assessment.rows.iter().filter(|row| row.sha256.is_none());
    let unread = unread.flat_map(|row| row.findings.iter().map(|finding| (visible(&row.path), finding)));
    beside.chain(unread).filter(|(_, finding)| finding.accepted.is_some()).collect()
}

fn listed(payload: &Payload<'_>, size: u64, sha256: String, signatures: &Signatures) -> Listed {
    let only = payload.row.format.as_ref().and_then(|format| format.puids.first().filter(|_| format.puids.len() == 1));
    let format = only.and_then(|puid| signatures.format(puid));
    let mime = format.map(|format| format.mime.clone()).filter(|mime| mime.contains('/'));
    let format = format.map(|format| [format.name.clone(), format.version.clone(), format.puid.clone()]);
    Listed {
        path: payload.path.clone(),
        mime: mime.unwrap_or_else(|| "application/octet-stream".to_owned()),
        size,
        sha256,
        format: format.unwrap_or_default(),
    }
}

fn mime_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "html" => "text/html",
        "csv" => "text/csv",
        // JSON Lines has no media type of its own in IANA's registry.
        _ => "application/json",
    }
}

/// Copies a file and counts its checksum on the way.
fn copy(source: &File, target: &mut File) -> io::Result<(String, u64)> {
    let (mut hash, mut at, mut chunk) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let count = match source.read_at(&mut chunk, at) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let Some(bytes) = chunk.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok((hex(&hash.finalize()), at));
        };
        hash.update(bytes);
        target.write_all(bytes)?;
        at += count as u64;
    }
}

/// Makes every folder of the package safe on the disk.
fn sync_folders(root: &Path) -> Result<(), PackageError> {
    for entry in walkdir::WalkDir::new(root) {
        let failed = |error: walkdir::Error| PackageError::Io { path: root.to_owned(), source: error.into() };
        let entry = entry.map_err(failed)?;
        if entry.file_type().is_dir() {
            sync_folder(entry.path())?;
        }
    }
    Ok(())
}

fn sync_folder(path: &Path) -> Result<(), PackageError> {
    let sync = File::open(path).and_then(|folder| folder.sync_all());
    sync.map_err(|source| PackageError::Io { path: path.to_owned(), source })
}
