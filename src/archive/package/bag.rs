//! `BagIt` 1.0 (RFC 8493): the package as a bag's payload.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::verify::{Differences, What, digest};
use crate::walk::bytes;

/// The declaration, to the byte.
const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Names this program as the maker, whose tag manifests are of one form only.
const AGENT: &str = "Bag-Software-Agent: aktsam ";

const MANIFEST: &str = "manifest-sha256.txt";
const TAG_MANIFEST: &str = "tagmanifest-sha256.txt";

/// Writes the tag files of a bag whose payload is there.
pub(super) fn write(bag: &Path, name: &str) -> Result<(), (PathBuf, io::Error)> {
    let (mut manifest, mut bytes, mut count) = (String::new(), 0, 0);
    for path in files(&bag.join("data"))? {
        let (sha256, size) = digest(&path).map_err(|error| (path.clone(), error))?;
        let below = path.strip_prefix(bag).unwrap_or(&path).to_string_lossy().into_owned();
        manifest.push_str(&line(&sha256, &below));
        bytes += size;
        count += 1;
    }
    let info = format!(
        "{AGENT}{}\nBagging-Date: {}\nExternal-Identifier: {name}\nPayload-Oxum: {bytes}.{count}\n",
        env!("CARGO_PKG_VERSION"),
        jiff::Timestamp::now().strftime("%Y-%m-%d"),
    );
    let mut tags = String::new();
    for (name, content) in [("bag-info.txt", &info), ("bagit.txt", &DECLARATION.to_owned()), (MANIFEST, &manifest)] {
        put(bag, name, content)?;
        let path = bag.join(name);
        let (sha256, _) = digest(&path).map_err(|error| (path, error))?;
        tags.push_str(&line(&sha256, name));
    }
    put(bag, TAG_MANIFEST, &tags)
}

fn line(sha256: &str, path: &str) -> String {
    format!("{sha256}  {path}\n")
}

fn put(bag: &Path, name: &str, content: &str) -> Result<(), (PathBuf, io::Error)> {
    let path = bag.join(name);
    let write = || {
        let mut file = File::create_new(&path)?;
        file.write_all(content.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| (path, error))
}

/// Every file below a folder, in the order of their names.
fn files(folder: &Path) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.map_err(|error| (folder.to_owned(), error.into()))?;
        if entry.file_type().is_file() {
            found.push(entry.into_path());
        }
    }
    Ok(found)
}

/// Whether a folder is a bag.
pub(super) fn is_bag(folder: &Path) -> bool {
    ["bagit.txt", TAG_MANIFEST, MANIFEST].iter().any(|name| folder.join(name).symlink_metadata().is_ok())
}

/// Holds a bag against its manifests.
pub(super) fn verify(bag: &Path, differences: &mut Differences) -> io::Result<()> {
    if fs::read(bag.join("bagit.txt")).ok().as_deref() != Some(DECLARATION.as_bytes()) {
        differences.add("bagit.txt", What::Manifest("the declaration is missing or another"));
    }
    let own = fs::read_to_string(bag.join("bag-info.txt")).is_ok_and(|info| info.contains(AGENT));
    let tags = manifest(bag, TAG_MANIFEST, own, differences);
    let mut payload = manifest(bag, MANIFEST, own, differences);
    let mut listed: Vec<(String, String)> = tags;
    listed.append(&mut payload);
    let names: BTreeSet<&str> = listed.iter().map(|(_, name)| name.as_str()).chain([TAG_MANIFEST]).collect();
    let holds = |folder: &str| {
        let inside = format!("{folder}/");
        names.range(inside.as_str()..).next().is_some_and(|name| name.starts_with(&inside))
    };
    let mut extra = Vec::new();
    for entry in WalkDir::new(bag).min_depth(1) {
        let entry = entry?;
        let below = bytes(entry.path().strip_prefix(bag).unwrap_or(entry.path())).to_vec();
        let name = String::from_utf8_lossy(&below);
        let is_known = if entry.file_type().is_dir() { holds(&name) } else { names.contains(name.as_ref()) };
        if !is_known {
            extra.push(below);
        }
    }
    let listed = listed.iter().map(|(sha256, path)| (path.clone().into_bytes(), sha256.clone(), None)).collect();
    differences.hold(bag, listed, extra);
    Ok(())
}

/// The lines of a manifest: checksum and path.
fn manifest(bag: &Path, name: &'static str, own: bool, differences: &mut Differences) -> Vec<(String, String)> {
    let Ok(text) = fs::read_to_string(bag.join(name)) else {
        differences.add(name, What::Manifest("cannot be read"));
        return Vec::new();
    };
    let parse = |line: &str| {
        let (sha256, path) = line.split_once([' ', '\t'])?;
        let path = path.trim_start_matches([' ', '\t', '*']);
        let decoded = path.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
        (sha256.len() == 64 && !path.is_empty()).then(|| (sha256.to_owned(), decoded))
    };
    let lines: Option<Vec<(String, String)>> = text.lines().map(parse).collect();
    let Some(lines) = lines else {
        differences.add(name, What::Manifest("a line is not a checksum and a path"));
        return Vec::new();
    };
    let same: String = lines.iter().map(|(sha256, path)| line(sha256, path)).collect();
    if own && same != text {
        differences.add(name, What::Manifest("it is not as it was written"));
    }
    lines
}
