//! Who answers for a file, by its place.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use globset::GlobMatcher;

use super::{Config, ConfigError, FolderConfig};
use crate::walk::{folded, folder_matcher, is_match};

/// Who answers for every file, as the configuration names them.
///
/// The folders of a root come before those of every root, and both before the
/// root's own owner. Of several patterns the deepest one, with the most `/`,
/// names the owner; of equally deep ones the first. Capital letters are
/// disregarded, as in folder rules.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    roots: Vec<(PathBuf, Vec<Named>, Option<String>)>,
    everywhere: Vec<Named>,
}

/// A pattern, with who answers for what it matches.
#[derive(Clone, Debug)]
struct Named {
    matcher: GlobMatcher,
    owner: String,
}

impl Owners {
    /// Those that a configuration names.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Glob`] when a pattern is not one.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        let mut roots = Vec::with_capacity(config.roots.len());
        for root in &config.roots {
            let absolute = || std::path::absolute(&root.path).unwrap_or_else(|_| root.path.clone());
            let path = fs::canonicalize(&root.path).unwrap_or_else(|_| absolute());
            roots.push((path, named(&root.folders)?, root.owner.clone()));
        }
        Ok(Self { roots, everywhere: named(&config.folders)? })
    }

    /// Whether anyone is named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.everywhere.is_empty() && self.roots.iter().all(|(_, folders, owner)| folders.is_empty() && owner.is_none())
    }

    /// Who answers for the file at `below` a root; `None` when no one is named.
    ///
    /// `root` is the root's absolute path without symbolic links, see [`crate::ledger::RootRow::path`].
    #[must_use]
    pub fn of(&self, root: &[u8], below: &[u8]) -> Option<&str> {
        let own = self.roots.iter().find(|(path, ..)| path.as_os_str().as_bytes() == root);
        let (folders, owner) = own.map_or((&[][..], None), |(_, folders, owner)| (&folders[..], owner.as_deref()));
        if folders.is_empty() && self.everywhere.is_empty() {
            return owner;
        }
        let path = folded(below);
        let speaks = |named: &&Named| is_match(&named.matcher, &path);
        let by_folder = folders.iter().find(speaks).or_else(|| self.everywhere.iter().find(speaks));
        by_folder.map(|named| named.owner.as_str()).or(owner)
    }
}

/// The folders with an owner, deepest first.
fn named(folders: &[FolderConfig]) -> Result<Vec<Named>, ConfigError> {
    let mut owned: Vec<_> = folders.iter().filter_map(|folder| Some((folder, folder.owner.clone()?))).collect();
    owned.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.glob.matches('/').count()));
    owned.into_iter().map(|(folder, owner)| Ok(Named { matcher: folder_matcher(&folder.glob)?, owner })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_pattern_names_the_owner() {
        let text = r#"
            [[folder]]
            glob = "Personal/**"
            owner = "HR"
            [[root]]
            path = "/finns/inte/gemensam"
            owner = "Kansli"
            [[root.folder]]
            glob = "Socialtjänst/**"
            owner = "Social"
            [[root.folder]]
            glob = "Socialtjänst/LSS/**"
            owner = "LSS"
            [[root]]
            path = "/finns/inte/annat"
        "#;
        let owners = Owners::new(&toml::from_str(text).unwrap()).unwrap();
        for (root, below, expected) in [
            ("gemensam", "a.txt", Some("Kansli")),
            ("gemensam", "Socialtjänst/a.txt", Some("Social")),
            ("gemensam", "SOCIALTJÄNST/lss/x/a.txt", Some("LSS")),
            ("gemensam", "Personal/a.txt", Some("HR")),
            ("annat", "Personal/a.txt", Some("HR")),
            ("annat", "Socialtjänst/a.txt", None),
            ("okänd", "a.txt", None),
        ] {
            let root = format!("/finns/inte/{root}");
            assert_eq!(owners.of(root.as_bytes(), below.as_bytes()), expected, "{root} {below}");
        }
        assert!(Owners::default().is_empty() && !owners.is_empty());
    }
}
