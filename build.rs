//! Puts a fingerprint of the library's sources, its policies and its
//! dependencies into the program, as a part of its version in the ledger: a
//! record made by other code is never taken for one of this code.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a build script does I/O")]

use std::fs;
use std::path::{Path, PathBuf};

/// What decides how a file is judged. The command line does not.
const SOURCES: [&str; 3] = ["src", "policies", "Cargo.lock"];
const COMMAND_LINE: &str = "src/bin";

fn main() {
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
        collect(Path::new(source), &mut files);
    }
    files.sort();
    let mut hash = FNV_OFFSET;
    for file in &files {
        let content = fs::read(file).unwrap_or_default();
        hash = fnv1a(hash, file.to_string_lossy().as_bytes());
        hash = fnv1a(hash, &content);
    }
    println!("cargo::rustc-env=AKTSAM_BUILD={hash:016x}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.starts_with(COMMAND_LINE) {
        return;
    }
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) if path.exists() => files.push(path.to_owned()),
        Err(_) => {}
    }
}

/// FNV-1a, 64 bits: no secret hangs on it, only that two builds differ.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn fnv1a(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
