//! The pictures that are named on the command line, in folders too.

use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The files named, and every file in the folders named, in order of their names.
///
/// # Errors
///
/// A folder that cannot be listed.
pub(crate) fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        for entry in WalkDir::new(path).sort_by_file_name() {
            let entry = entry?;
            // What is named itself is kept whatever it is, so that it is answered for.
            if entry.file_type().is_file() || entry.depth() == 0 && !entry.file_type().is_dir() {
                files.push(entry.into_path());
            }
        }
    }
    Ok(files)
}

/// Whether `file` was named itself, not found in a folder.
pub(crate) fn is_named(paths: &[PathBuf], file: &Path) -> bool {
    paths.iter().any(|path| path == file)
}
