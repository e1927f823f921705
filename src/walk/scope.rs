//! What of a root is scanned, and which folder rule speaks about a file.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use globset::{Glob, GlobBuilder, GlobMatcher, GlobSet, GlobSetBuilder};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::config::{ConfigError, Folder, FolderConfig, RootConfig};

/// Folders that hold copies, rubbish or a file system's own things, by name in
/// lower case: snapshots of `NetApp`, ZFS, Btrfs (snapper), Synology and QNAP,
/// recycle bins of Windows, Samba, Synology, QNAP and freedesktop.org, and
/// what Windows, macOS, DFS replication and ext4 keep for themselves.
const SYSTEM_FOLDERS: &[&str] = &[
    ".snapshot",
    ".snapshots",
    "~snapshot",
    "#snapshot",
    "@recently-snapshot",
    ".zfs",
    "$recycle.bin",
    "recycler",
    "#recycle",
    "@recycle",
    ".recycle",
    ".trash",
    ".trashes",
    "@eadir",
    ".@__thumb",
    "system volume information",
    "dfsrprivate",
    ".spotlight-v100",
    ".fseventsd",
    ".temporaryitems",
    "lost+found",
];

/// Which files of a root are scanned, and what is known of them by their place.
///
/// A pattern is matched on the whole path below the root: `*` stays within a
/// folder, `**` crosses folders, and a pattern without `/` holds in every
/// folder. Paths and patterns are compared in Unicode's composed form, since
/// macOS writes å in two characters. Folder rules disregard case, as the
/// servers of most shares do, so that none is missed by a capital letter.
#[derive(Clone, Debug)]
pub struct Scope {
    include: Option<GlobSet>,
    exclude: GlobSet,
    exclude_system: bool,
    folders: Vec<(GlobMatcher, Folder)>,
}

impl Scope {
    /// The scope of a root, with the folder rules that hold in every root.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Glob`] when a pattern is not one.
    pub fn new(root: &RootConfig, everywhere: &[FolderConfig]) -> Result<Self, ConfigError> {
        let whole = root.least.map(|least| Folder { glob: "**".to_owned(), least });
        let mut folders = Vec::new();
        let rules = root.folders.iter().chain(everywhere).filter_map(FolderConfig::rule);
        for folder in rules.chain(whole) {
            folders.push((folder_matcher(&folder.glob)?, folder));
        }
        let include = if root.include.is_empty() { None } else { Some(set(&root.include)?) };
        Ok(Self { include, exclude: set(&root.exclude)?, exclude_system: root.exclude_system, folders })
    }

    /// Whether a folder is walked into. `path` is the folder's, below the root.
    #[must_use]
    pub fn enters(&self, path: &[u8]) -> bool {
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
        let system = self.exclude_system && is_system(name);
        !system && !self.excludes(path)
    }

    /// Whether there is any pattern that could leave a file out.
    #[must_use]
    pub fn chooses(&self) -> bool {
        self.include.is_some() || !self.exclude.is_empty()
    }

    /// Whether the file at `path` below the root is scanned.
    #[must_use]
    pub fn takes(&self, path: &[u8]) -> bool {
        !self.excludes(path) && self.include.as_ref().is_none_or(|set| set.is_match(os(&composed(path))))
    }

    /// Whether `path` and every folder above it are in the scope.
    #[must_use]
    pub fn holds(&self, path: &[u8]) -> bool {
        let above = path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        above.into_iter().all(|(slash, _)| self.enters(&path[..slash])) && self.takes(path)
    }

    /// Whether there is any folder rule.
    #[must_use]
    pub fn has_folders(&self) -> bool {
        !self.folders.is_empty()
    }

    /// The most restrictive folder rule that speaks about the file at `path`.
    #[must_use]
    pub fn folder(&self, path: &[u8]) -> Option<&Folder> {
        if self.folders.is_empty() {
            return None;
        }
        let path = folded(path);
        let speaking = self.folders.iter().filter(|(matcher, _)| is_match(matcher, &path));
        speaking.map(|(_, folder)| folder).max_by_key(|folder| folder.least)
    }

    fn excludes(&self, path: &[u8]) -> bool {
        !self.exclude.is_empty() && self.exclude.is_match(os(&composed(path)))
    }
}

/// What matches a path that was [`folded`], as folder patterns do.
pub(crate) fn folder_matcher(pattern: &str) -> Result<GlobMatcher, ConfigError> {
    Ok(glob(&pattern.to_lowercase())?.compile_matcher())
}

/// A path in the form that folder patterns are compared with.
pub(crate) fn folded(path: &[u8]) -> Vec<u8> {
    lower(&composed(path))
}

/// Whether a folder pattern speaks about a path that was [`folded`].
pub(crate) fn is_match(matcher: &GlobMatcher, folded: &[u8]) -> bool {
    matcher.is_match(os(folded))
}

fn is_system(name: &[u8]) -> bool {
    let marked = name.first().is_some_and(|byte| b".~#@$".contains(byte) || byte.is_ascii_alphabetic());
    if !marked {
        return false;
    }
    let name = name.to_ascii_lowercase();
    name.starts_with(b".trash-") || SYSTEM_FOLDERS.iter().any(|folder| folder.as_bytes() == name)
}

fn set(globs: &[String]) -> Result<GlobSet, ConfigError> {
    let mut builder = GlobSetBuilder::new();
    for pattern in globs {
        builder.add(glob(pattern)?);
    }
    builder.build().map_err(|error| ConfigError::Glob { glob: globs.join(" "), message: error.kind().to_string() })
}

fn glob(pattern: &str) -> Result<Glob, ConfigError> {
    let composed: String = pattern.nfc().collect();
    let everywhere = if composed.contains('/') { composed } else { format!("**/{composed}") };
    let relative = everywhere.strip_prefix('/').unwrap_or(&everywhere);
    GlobBuilder::new(relative)
        .literal_separator(true)
        .build()
        .map_err(|error| ConfigError::Glob { glob: pattern.to_owned(), message: error.kind().to_string() })
}

/// `path` with its characters composed, when it is Unicode.
fn composed(path: &[u8]) -> Cow<'_, [u8]> {
    if path.is_ascii() {
        return Cow::Borrowed(path);
    }
    match std::str::from_utf8(path) {
        Ok(text) if is_nfc_quick(text.chars()) != IsNormalized::Yes => {
            Cow::Owned(text.nfc().collect::<String>().into_bytes())
        }
        _ => Cow::Borrowed(path),
    }
}

/// `path` in small letters, when it is Unicode.
fn lower(path: &[u8]) -> Vec<u8> {
    std::str::from_utf8(path).map_or_else(|_| path.to_ascii_lowercase(), |text| text.to_lowercase().into_bytes())
}

fn os(bytes: &[u8]) -> &OsStr {
    OsStr::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;

    fn scope(include: &[&str], exclude: &[&str], folders: &[(&str, Verdict)]) -> Scope {
        let mut root = RootConfig::of("/srv".into());
        root.include = include.iter().map(ToString::to_string).collect();
        root.exclude = exclude.iter().map(ToString::to_string).collect();
        let folder =
            |(glob, least): &(&str, Verdict)| FolderConfig { glob: (*glob).into(), least: Some(*least), owner: None };
        root.folders = folders.iter().map(folder).collect();
        Scope::new(&root, &[]).unwrap()
    }

    #[test]
    fn takes_and_leaves_files() {
        let scope = scope(&["*.txt", "Nämnd/**"], &["*.tmp", "Arkiv/**"], &[]);
        for (path, expected) in [
            ("a.txt", true),
            ("djupt/ner/a.txt", true),
            ("a.pdf", false),
            ("Nämnd/a.pdf", true),
            ("Na\u{308}mnd/a.pdf", true),
            ("Nämnd/a.tmp", false),
            ("Arkiv/a.txt", false),
            ("x/Arkiv/a.txt", true),
        ] {
            assert_eq!(scope.takes(path.as_bytes()), expected, "{path}");
        }
    }

    #[test]
    fn leaves_out_folders_that_hold_copies_and_rubbish() {
        let scope = scope(&[], &["Privat"], &[]);
        for (path, expected) in [
            (".snapshot", false),
            ("a/~snapshot", false),
            ("$RECYCLE.BIN", false),
            ("System Volume Information", false),
            (".Trash-1000", false),
            ("a/@eaDir", false),
            ("Privat", false),
            ("a/Privat", false),
            ("Papperskorg", true),
            ("snapshot", true),
        ] {
            assert_eq!(scope.enters(path.as_bytes()), expected, "{path}");
        }
        assert!(!scope.holds(b"a/.snapshot/b/c.txt"));
        assert!(scope.holds(b"a/b/c.txt"));
    }

    #[test]
    fn the_most_restrictive_folder_rule_speaks() {
        let scope = scope(&[], &[], &[("**", Verdict::Internal), ("Socialtjänst/**", Verdict::Secret)]);
        for (path, expected) in [
            ("Socialtjänst/a/b.txt", Verdict::Secret),
            ("SOCIALTJÄNST/a.txt", Verdict::Secret),
            ("Socialtja\u{308}nst/a.txt", Verdict::Secret),
            ("Bygg/a.txt", Verdict::Internal),
        ] {
            assert_eq!(scope.folder(path.as_bytes()).map(|folder| folder.least), Some(expected), "{path}");
        }
    }
}
