//! Where the ledger may live: on a local disk, out of what it speaks of, readable by its owner only.

use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::LedgerError;
use crate::walk::is_network;

/// The account's own ledger: in `$XDG_STATE_HOME`, or `~/.local/state`, by the
/// XDG Base Directory Specification. `None` when the account has no home.
#[must_use]
pub fn home() -> Option<PathBuf> {
    Some(folder("XDG_STATE_HOME", ".local/state")?.join("ledger.db"))
}

/// The account's own register of labels: in `$XDG_DATA_HOME`, or `~/.local/share`.
/// A ledger can be made anew by a scan; a register cannot, so it lies with the data.
#[must_use]
pub fn register_home() -> Option<PathBuf> {
    Some(folder("XDG_DATA_HOME", ".local/share")?.join("register.db"))
}

/// The program's folder in the one that `variable` names, or in `usual` below the home.
fn folder(variable: &str, usual: &str) -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(usual)))?;
    Some(folder.join("aktsam"))
}

/// Makes sure that the ledger can live at `path`, and that an empty file is there at least.
pub(super) fn prepare(path: &Path, roots: &[&Path]) -> Result<PathBuf, LedgerError> {
    let refused = |reason: String| LedgerError::Place { path: path.to_owned(), reason };
    let name = path.file_name().ok_or_else(|| refused("not the name of a file".into()))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Before anything is made: a scan writes nothing into what it scans.
    if let Some(root) = roots.iter().find(|root| place(parent).starts_with(root)) {
        return Err(refused(format!("lies inside the scanned folder {}", root.display())));
    }
    let failed = |source| LedgerError::Io { path: parent.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(failed)?;
    let folder = fs::canonicalize(parent).map_err(failed)?;
    let handle = File::open(&folder).map_err(failed)?;
    if let Some(network) = is_network(&handle).map_err(failed)? {
        return Err(refused(format!("lies on a network file system ({network}), where no write is certain")));
    }
    let mode = handle.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o002 != 0 && mode & 0o1000 == 0 {
        return Err(refused("lies in a folder that every account may write to".into()));
    }
    let path = folder.join(name);
    claim(&path)?;
    Ok(path)
}

/// The absolute path that `folder` has or will have, as far as it exists without symbolic links.
#[must_use]
pub fn place(folder: &Path) -> PathBuf {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut missing = Vec::new();
    for above in folder.ancestors() {
        if let Ok(real) = fs::canonicalize(above) {
            return missing.iter().rev().fold(real, |path: PathBuf, name| path.join(name));
        }
        missing.extend(above.file_name());
    }
    folder
}

/// Makes the file, or checks whose it is.
fn claim(path: &Path) -> Result<(), LedgerError> {
    let failed = |source| LedgerError::Io { path: path.to_owned(), source };
    match create(path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let refused = |reason: &str| LedgerError::Place { path: path.to_owned(), reason: reason.to_owned() };
    let metadata = fs::symlink_metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(refused("not a regular file"));
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(refused("belongs to another account"));
    }
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(LedgerError::Exposed(path.to_owned()));
    }
    Ok(())
}

/// Makes an empty file that only its owner reads.
pub(super) fn create(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map(|_| ())
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
