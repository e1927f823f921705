//! From a root to its files: a walk that asks for names only, and a pool of
//! threads that asks for everything else, since on a share each question waits
//! for the network. Both hand on bounded batches, so memory does not grow with
//! the number of files.

use std::path::Path;

use crossbeam_channel::Sender;
use walkdir::{DirEntry, WalkDir};

use crate::error::FileError;

mod beneath;
mod network;
mod open;
mod root;
mod scope;
mod stat;

pub use network::is_network;
pub(crate) use open::state;
pub use open::{Opened, QUIETLY, open};
pub use root::{Root, RootError};
pub use scope::Scope;
pub(crate) use scope::{folded, folder_matcher, is_match};
pub use stat::{Stat, Stated, stat};

/// Names in a batch: enough that a channel costs nothing, few enough that a
/// slow share shows progress.
const BATCH: usize = 256;

/// Directory handles the walk keeps open. A walk that is deeper reads the rest
/// of the outermost directory into memory and closes it.
const OPEN_DIRECTORIES: usize = 200;

/// A file that may be examined: the root, the path below it and what the file
/// system says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Index of the root in the run.
    pub root: usize,
    /// The path below the root: bytes, with `/` between folders; empty when the root is a file.
    pub path: Vec<u8>,
    /// What the file system says of it.
    pub stat: Stat,
}

/// Some of the names in one folder.
#[derive(Debug)]
pub struct Listing {
    /// The folder's path below the root, empty for the root itself.
    pub dir: Vec<u8>,
    /// Number of the folder in the walk, the same in all its batches.
    pub folder: u64,
    /// The names, in the order the file system gave them.
    pub names: Vec<Name>,
    /// Set in the folder's last batch.
    pub end: Option<FolderEnd>,
}

/// A name that is to be judged.
#[derive(Debug)]
pub struct Name {
    /// The name, without the folder.
    pub name: Vec<u8>,
    /// Why what bears it cannot be read, when the walk knows already: a folder that did not open.
    pub fault: Option<FileError>,
}

/// How the listing of a folder ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderEnd {
    /// Batches the folder came in.
    pub batches: u32,
    /// Whether every name was listed.
    pub whole: bool,
}

/// How the walk of a root ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WalkEnd {
    /// Whether the walk came to its end.
    pub whole: bool,
    /// Folders that could not be read, or not to their end: what lies below them is unknown.
    pub unread: Vec<Vec<u8>>,
    /// Symbolic links that were not followed.
    pub links: u64,
    /// Folders and files that the scope leaves out.
    pub excluded: u64,
    /// Why the root itself could not be read.
    pub fault: Option<FileError>,
}

/// Walks a root and sends the names of its files, batch by batch.
///
/// Ends early, and says so, when `stop` says so or no one listens any more.
#[must_use]
pub fn walk(root: &Root, names: &Sender<Listing>, stop: &dyn Fn() -> bool) -> WalkEnd {
    walk_with(root, names, stop, false)
}

/// As [`walk`], and names symbolic links too, with [`FileError::Special`] as their fault.
#[must_use]
pub fn walk_with_links(root: &Root, names: &Sender<Listing>, stop: &dyn Fn() -> bool) -> WalkEnd {
    walk_with(root, names, stop, true)
}

fn walk_with(root: &Root, names: &Sender<Listing>, stop: &dyn Fn() -> bool, links: bool) -> WalkEnd {
    let mut walk = Walk { root, names, links, levels: Vec::new(), folders: 0, end: WalkEnd::default() };
    let whole = if root.is_file() { walk.single() } else { walk.tree(stop) };
    walk.end.whole = whole && walk.end.fault.is_none();
    walk.end
}

struct Walk<'a> {
    root: &'a Root,
    names: &'a Sender<Listing>,
    /// Whether symbolic links are named.
    links: bool,
    /// The folders from the root down to where the walk is.
    levels: Vec<Level>,
    folders: u64,
    end: WalkEnd,
}

struct Level {
    dir: Vec<u8>,
    folder: u64,
    names: Vec<Name>,
    batches: u32,
    whole: bool,
}

impl Walk<'_> {
    fn single(&mut self) -> bool {
        self.enter(Vec::new());
        self.name(0, Vec::new(), None) && self.leave(0)
    }

    fn tree(&mut self, stop: &dyn Fn() -> bool) -> bool {
        let mut tree = WalkDir::new(self.root.path()).max_open(OPEN_DIRECTORIES).into_iter();
        while let Some(next) = tree.next() {
            if stop() {
                return false;
            }
            let listened = match next {
                Ok(entry) if entry.depth() == 0 => {
                    self.enter(Vec::new());
                    true
                }
                Ok(entry) => {
                    let listened = self.leave(entry.depth());
                    if entry.file_type().is_dir() && !self.folder(&entry) {
                        tree.skip_current_dir();
                    }
                    listened && (entry.file_type().is_dir() || self.file(&entry))
                }
                Err(error) => self.failed(&error),
            };
            if !listened {
                return false;
            }
        }
        self.leave(0)
    }

    /// Takes up a folder, unless the scope leaves it out.
    fn folder(&mut self, entry: &DirEntry) -> bool {
        let path = self.path(entry);
        if !self.root.scope().enters(&path) {
            self.end.excluded += 1;
            return false;
        }
        self.enter(path);
        true
    }

    fn file(&mut self, entry: &DirEntry) -> bool {
        if entry.file_type().is_symlink() {
            self.end.links += 1;
            let name = || bytes(entry.file_name().as_ref()).to_vec();
            return !self.links || self.name(entry.depth() - 1, name(), Some(FileError::Special));
        }
        if self.root.scope().chooses() && !self.root.scope().takes(&self.path(entry)) {
            self.end.excluded += 1;
            return true;
        }
        self.name(entry.depth() - 1, bytes(entry.file_name().as_ref()).to_vec(), None)
    }

    /// What walkdir could not read: a folder, the rest of a folder, or the type of an entry.
    fn failed(&mut self, error: &walkdir::Error) -> bool {
        let cause = error.io_error().map_or(FileError::Io, FileError::of_io);
        let depth = error.depth();
        if depth == 0 {
            self.end.fault = Some(cause);
            return true;
        }
        let below = error.path().and_then(|path| self.root.below(path));
        match self.levels.get_mut(depth) {
            Some(level) if below.as_deref() == Some(&level.dir[..]) => {
                level.whole = false;
                let name = level.dir.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
                self.end.unread.push(level.dir.clone());
                self.name(depth - 1, name, Some(cause))
            }
            _ => self.lost(depth - 1, below.as_deref(), cause),
        }
    }

    /// An entry of the folder at `level` whose name or type is unknown: the folder is not whole.
    fn lost(&mut self, level: usize, below: Option<&[u8]>, cause: FileError) -> bool {
        let listened = self.leave(level + 1);
        let Some(at) = self.levels.get_mut(level) else { return listened };
        at.whole = false;
        self.end.unread.push(at.dir.clone());
        match below.and_then(|path| path.rsplit(|byte| *byte == b'/').next()) {
            Some(name) => self.name(level, name.to_vec(), Some(cause)) && listened,
            None => listened,
        }
    }

    fn enter(&mut self, dir: Vec<u8>) {
        self.folders += 1;
        self.levels.push(Level { dir, folder: self.folders, names: Vec::new(), batches: 0, whole: true });
    }

    /// Ends the folders deeper than `depth` levels; false when no one listens.
    fn leave(&mut self, depth: usize) -> bool {
        let mut listened = true;
        while self.levels.len() > depth {
            let Some(mut level) = self.levels.pop() else { break };
            let end = FolderEnd { batches: level.batches + 1, whole: level.whole };
            listened &= self.send(&mut level, Some(end));
        }
        listened
    }

    fn name(&mut self, level: usize, name: Vec<u8>, fault: Option<FileError>) -> bool {
        let Some(at) = self.levels.get_mut(level) else { return true };
        at.names.push(Name { name, fault });
        if at.names.len() < BATCH {
            return true;
        }
        at.batches += 1;
        let names = std::mem::replace(&mut at.names, Vec::with_capacity(BATCH));
        let listing = Listing { dir: at.dir.clone(), folder: at.folder, names, end: None };
        self.names.send(listing).is_ok()
    }

    fn send(&self, level: &mut Level, end: Option<FolderEnd>) -> bool {
        let (dir, names) = (std::mem::take(&mut level.dir), std::mem::take(&mut level.names));
        self.names.send(Listing { dir, folder: level.folder, names, end }).is_ok()
    }

    /// The path of an entry below the root, from the folder it stands in.
    fn path(&self, entry: &DirEntry) -> Vec<u8> {
        let dir = self.levels.get(entry.depth() - 1).map_or(&[][..], |level| &level.dir);
        join(dir, bytes(entry.file_name().as_ref()))
    }
}

/// `name` in the folder `dir`, both below the root.
#[must_use]
pub fn join(dir: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(dir.len() + 1 + name.len());
    path.extend_from_slice(dir);
    if !dir.is_empty() && !name.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

pub(crate) fn bytes(path: &Path) -> &[u8] {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes()
}
