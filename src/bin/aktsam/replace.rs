//! Writing a file so that at every moment either the old or the new one is there, whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fsetxattr};

/// A file as it was when it was read, to be replaced only if it still is.
pub(crate) struct Original {
    path: PathBuf,
    file: File,
    seen: Metadata,
}

impl Original {
    /// Opens a file that may be replaced in its place.
    ///
    /// # Errors
    ///
    /// A symbolic link, a file with several names or none of a regular file's.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let link = path.symlink_metadata().with_context(|| shown(path))?;
        ensure!(!link.file_type().is_symlink(), "{}: a symbolic link is not replaced", path.display());
        let file = File::open(path).with_context(|| shown(path))?;
        let seen = file.metadata().with_context(|| shown(path))?;
        ensure!(seen.is_file(), "{}: not a regular file", path.display());
        ensure!(seen.nlink() == 1, "{}: the file has several names (hard links), all would change", path.display());
        Ok(Self { path: path.to_owned(), file, seen })
    }

    /// Puts `bytes` in the file's place, and the file beside it as `NAME.orig`.
    ///
    /// # Errors
    ///
    /// When anything fails or the file has changed; it is then as it was.
    pub(crate) fn replace(&self, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        let fill =
            |file: &File| -> anyhow::Result<()> { self.copy_attributes(file).context("its attributes cannot be kept") };
        let temporary = Temporary::write(&self.path, bytes, fill)?;
        let now = self.path.symlink_metadata().with_context(|| shown(&self.path))?;
        ensure!(identity(&now) == identity(&self.seen), "{}: the file changed meanwhile", self.path.display());
        let backup = self.backup()?;
        temporary.rename(&self.path)?;
        Ok(backup)
    }

    /// A second name for the original, which stays when the first is given to the new file.
    fn backup(&self) -> anyhow::Result<PathBuf> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".orig");
        let backup = self.path.with_file_name(name);
        match fs::hard_link(&self.path, &backup) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                bail!("{}: a backup is there already", backup.display())
            }
            // File systems without hard links get a copy.
            Err(_) => {
                let old = fs::read(&self.path).with_context(|| shown(&self.path))?;
                let fill = |file: &File| self.copy_attributes(file).map_err(Into::into);
                Temporary::write(&backup, &old, fill)?.rename(&backup)?;
            }
        }
        sync_folder(&self.path)?;
        Ok(backup)
    }

    fn copy_attributes(&self, to: &File) -> io::Result<()> {
        let mut names = vec![0; 64 << 10];
        let length = flistxattr(&self.file, &mut names[..]).unwrap_or(0);
        for name in names[..length].split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
            let mut value = vec![0; 64 << 10];
            let length = fgetxattr(&self.file, name, &mut value[..])?;
            fsetxattr(to, name, &value[..length], XattrFlags::empty())?;
        }
        let owner = to.metadata()?;
        if (owner.uid(), owner.gid()) != (self.seen.uid(), self.seen.gid()) {
            fchown(to, Some(self.seen.uid()), Some(self.seen.gid()))?;
        }
        to.set_permissions(self.seen.permissions())
    }
}

/// What shows that a file is still the one that was read.
fn identity(metadata: &Metadata) -> [i64; 6] {
    let inode = metadata.ino().cast_signed();
    let size = metadata.size().cast_signed();
    [inode, size, metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec()]
}

/// Writes a new file that no one sees before it is whole.
///
/// # Errors
///
/// When it is there already, or cannot be written.
pub(crate) fn create(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    ensure!(path.symlink_metadata().is_err(), "{}: is there already", path.display());
    overwrite(path, bytes, mode)
}

/// Writes a file that is found old or new, whole, whenever it is opened.
///
/// # Errors
///
/// When it cannot be written; it is then as it was.
pub(crate) fn overwrite(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let fill = |file: &File| {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(mode)).map_err(Into::into)
    };
    Temporary::write(path, bytes, fill)?.rename(path)
}

/// A file under a name of its own in the target's folder; gone when it is dropped.
struct Temporary(Option<PathBuf>);

impl Temporary {
    /// Writes, gives the file its attributes, and reads it again.
    #[expect(clippy::similar_names, reason = "what fills a file")]
    fn write(target: &Path, bytes: &[u8], fill: impl Fn(&File) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let mut name = OsString::from(".aktsam-");
        name.push(target.file_name().unwrap_or(OsStr::new("picture")));
        name.push(format!(".{}.tmp", std::process::id()));
        let path = target.with_file_name(name);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .with_context(|| format!("{}: cannot be written", path.display()))?;
        let temporary = Self(Some(path.clone()));
        file.write_all(bytes).with_context(|| shown(&path))?;
        fill(&file)?;
        file.sync_all().with_context(|| shown(&path))?;
        drop(file);
        ensure!(fs::read(&path).with_context(|| shown(&path))? == bytes, "{}: did not read back", path.display());
        Ok(temporary)
    }

    fn rename(mut self, target: &Path) -> anyhow::Result<()> {
        let path = self.0.clone().unwrap_or_default();
        fs::rename(&path, target).with_context(|| format!("{}: cannot be written", target.display()))?;
        self.0 = None;
        sync_folder(target)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // The file that matters is elsewhere; a remainder is only litter.
            let _ = fs::remove_file(path);
        }
    }
}

fn sync_folder(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| shown(folder))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
