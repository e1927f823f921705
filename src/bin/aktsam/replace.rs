//! Writing a file so that at every moment either the old or the new one is there, whole.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use aktsam::error::{FileError, Limit};
use anyhow::{Context, bail, ensure};
use rustix::fs::{
    CWD, FlockOperation, OFlags, RenameFlags, XattrFlags, fgetxattr, flistxattr, flock, fsetxattr, renameat_with,
};
use rustix::io::Errno;
use sha2::{Digest, Sha256};

/// How unfinished files begin and end; the name's digest stands between.
const UNFINISHED: (&str, &str) = (".aktsam-", ".tmp");
/// What the name of a backup ends with.
const BACKUP: &str = ".orig";
/// Most bytes of an extended attribute and of the list of their names (Linux, `xattr(7)`).
const ATTRIBUTE: usize = 64 << 10;

/// Whether a file is a backup, or an unfinished file of a run that was killed.
pub(crate) fn is_leftover(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    let unfinished = name.starts_with(UNFINISHED.0.as_bytes()) && name.ends_with(UNFINISHED.1.as_bytes());
    unfinished || name.ends_with(BACKUP.as_bytes())
}

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
        let link = path.symlink_metadata().map_err(|error| FileError::of_io(&error))?;
        ensure!(!link.file_type().is_symlink(), "a symbolic link is not replaced");
        let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).context("flags")?;
        let file = OpenOptions::new().read(true).custom_flags(flags).open(path);
        let file = file.map_err(|error| FileError::of_io(&error))?;
        let seen = file.metadata()?;
        ensure!(seen.is_file(), "not a regular file");
        let original = Self { path: path.to_owned(), file, seen };
        ensure!(
            original.seen.nlink() == 1 || original.seen.nlink() == 2 && original.is_backed_up(),
            "the file has several names (hard links), and all would change"
        );
        Ok(original)
    }

    /// The file's bytes, at most `most`.
    ///
    /// # Errors
    ///
    /// A [`FileError`].
    pub(crate) fn read(&self, most: u64) -> Result<Vec<u8>, FileError> {
        if self.seen.len() > most {
            return Err(FileError::Limit(Limit::File));
        }
        let mut bytes = Vec::with_capacity(usize::try_from(self.seen.len()).unwrap_or(0));
        (&self.file).take(most).read_to_end(&mut bytes).map_err(|error| FileError::of_io(&error))?;
        Ok(bytes)
    }

    /// Puts `bytes` in the file's place, and keeps the file beside it as `NAME.orig`.
    ///
    /// # Errors
    ///
    /// When anything fails or the file has changed; it is then as it was.
    pub(crate) fn replace(&self, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        let give = |file: &File| self.copy_attributes(file).context("its attributes cannot be kept");
        let temporary = Temporary::write(&self.path, bytes, give)?;
        let now = self.path.symlink_metadata().context("cannot be looked at again")?;
        ensure!(identity(&now) == identity(&self.seen), "the file changed meanwhile");
        let backup = self.back_up()?;
        temporary.take_place(&self.path)?;
        Ok(backup)
    }

    fn backup(&self) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(BACKUP);
        self.path.with_file_name(name)
    }

    /// Whether the backup is this very file: a run was killed after it made its second name.
    fn is_backed_up(&self) -> bool {
        let same = |backup: Metadata| (backup.dev(), backup.ino()) == (self.seen.dev(), self.seen.ino());
        self.backup().symlink_metadata().is_ok_and(same)
    }

    /// Whether a file system without hard links kept the same bytes from a run that was killed.
    fn is_copied(&self) -> bool {
        let now = fs::read(&self.path);
        now.is_ok_and(|now| fs::read(self.backup()).is_ok_and(|kept| kept == now))
    }

    /// A second name for the original, which stays when the first is given to the new file.
    fn back_up(&self) -> anyhow::Result<PathBuf> {
        let backup = self.backup();
        match fs::hard_link(&self.path, &backup) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let kept = self.is_backed_up() || self.is_copied();
                ensure!(kept, "{}: another backup is there already", backup.display());
            }
            // File systems without hard links get a copy.
            Err(error) if is_without_links(&error) && self.is_copied() => {}
            Err(error) if is_without_links(&error) => {
                let old = fs::read(&self.path).context("cannot be read again")?;
                let give = |file: &File| self.copy_attributes(file);
                Temporary::write(&backup, &old, give)?.appear(&backup)?;
            }
            Err(error) => return Err(error).with_context(|| format!("{}: cannot be made", backup.display())),
        }
        sync_folder(&self.path)?;
        Ok(backup)
    }

    /// Extended attributes (on Linux access lists are among them), owner and mode.
    fn copy_attributes(&self, to: &File) -> anyhow::Result<()> {
        let mut names = vec![0; ATTRIBUTE];
        let length = match flistxattr(&self.file, &mut names[..]) {
            Err(Errno::NOTSUP) => 0,
            length => length?,
        };
        for name in names[..length].split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
            let mut value = vec![0; ATTRIBUTE];
            let length = fgetxattr(&self.file, name, &mut value[..])?;
            match fsetxattr(to, name, &value[..length], XattrFlags::empty()) {
                // The system's own marks, such as SELinux's, are given by the system.
                Err(Errno::PERM | Errno::ACCESS | Errno::NOTSUP) if name.starts_with(b"security.") => {}
                set => set?,
            }
        }
        let owner = to.metadata()?;
        if (owner.uid(), owner.gid()) != (self.seen.uid(), self.seen.gid()) {
            fchown(to, Some(self.seen.uid()), Some(self.seen.gid()))?;
        }
        Ok(to.set_permissions(self.seen.permissions())?)
    }
}

/// Whether a hard link failed because the file system has none.
fn is_without_links(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied)
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
    let free = path.symlink_metadata().is_err();
    ensure!(free, "{}: is there already", path.display());
    let give = |file: &File| file.set_permissions(fs::Permissions::from_mode(mode)).map_err(Into::into);
    Temporary::write(path, bytes, give)?.appear(path)
}

/// Writes a file that is found old or new, whole, whenever it is opened.
///
/// # Errors
///
/// When it cannot be written; it is then as it was.
pub(crate) fn overwrite(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    let give = |file: &File| file.set_permissions(fs::Permissions::from_mode(mode)).map_err(Into::into);
    Temporary::write(path, bytes, give)?.take_place(path)
}

/// A file under a name of its own in the target's folder; gone when it is dropped.
struct Temporary {
    path: PathBuf,
    /// Holds the lock that tells other runs that it is not left over.
    file: File,
}

impl Temporary {
    /// Writes, gives the file its attributes, and reads it again.
    fn write(target: &Path, bytes: &[u8], give: impl Fn(&File) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let mut temporary = Self::make(target)?;
        let unwritable = || format!("{}: cannot be written", target.display());
        temporary.file.write_all(bytes).with_context(unwritable)?;
        give(&temporary.file)?;
        temporary.file.sync_all().with_context(unwritable)?;
        let written = fs::read(&temporary.path).with_context(unwritable)?;
        ensure!(written == bytes, "{}: did not read back as it was written", target.display());
        Ok(temporary)
    }

    /// Makes it, in the place of one that a killed run left.
    fn make(target: &Path) -> anyhow::Result<Self> {
        let path = target.with_file_name(unfinished(target.file_name().unwrap_or_default()));
        let open = || OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path);
        let cannot = || format!("{}: cannot be written", target.display());
        let file = match open() {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let old = File::open(&path).with_context(cannot)?;
                if flock(&old, FlockOperation::NonBlockingLockExclusive).is_err() {
                    bail!("{}: another run is writing it", target.display());
                }
                fs::remove_file(&path).with_context(cannot)?;
                open()
            }
            opened => opened,
        };
        let file = file.with_context(cannot)?;
        // A file system without locks has no second run to tell.
        let _ = flock(&file, FlockOperation::NonBlockingLockExclusive);
        Ok(Self { path, file })
    }

    /// Takes the place of the file at `target`.
    fn take_place(mut self, target: &Path) -> anyhow::Result<()> {
        fs::rename(&self.path, target).with_context(|| format!("{}: cannot be written", target.display()))?;
        self.path.clear();
        sync_folder(target)
    }

    /// Becomes the file at `target`, where none may be.
    fn appear(mut self, target: &Path) -> anyhow::Result<()> {
        let renamed = match renameat_with(CWD, &self.path, CWD, target, RenameFlags::NOREPLACE) {
            // File systems that cannot: a second name fails where there is one, too.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {
                fs::hard_link(&self.path, target).and_then(|()| fs::remove_file(&self.path))
            }
            renamed => renamed.map_err(Into::into),
        };
        renamed.with_context(|| format!("{}: cannot be written", target.display()))?;
        self.path.clear();
        sync_folder(target)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // The file that matters is elsewhere; a remainder is only litter.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The name of a file's unfinished successor: never too long, whatever the file is called.
fn unfinished(name: &OsStr) -> OsString {
    let digest = Sha256::digest(name.as_encoded_bytes());
    let number = digest.iter().take(8).fold(0u64, |number, &byte| number << 8 | u64::from(byte));
    format!("{}{number:016x}{}", UNFINISHED.0, UNFINISHED.1).into()
}

fn sync_folder(path: &Path) -> anyhow::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.with_context(|| format!("{}: the disk does not confirm", folder.display()))
}
