//! The archivist's commands through the real binary, and what other tools say of what they write.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

use crate::scan::Ground;

mod ai;
mod bad_input;
mod check;
mod corpora;
mod package;
mod pdf;
mod pdfa;
mod preflight;
mod tools;

/// What a check prints as JSON Lines: by path, and what is no file's.
pub(crate) fn checked(ground: &Ground, args: &[&str]) -> (BTreeMap<String, Value>, Vec<Value>, Option<i32>) {
    let output = archive(ground, &[&["check", "share", "--format", "jsonl"], args].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let (files, beside): (Vec<Value>, Vec<Value>) = lines.partition(|line| line["path"].is_string());
    let by_path = files.into_iter().map(|row| (row["path"].as_str().unwrap().to_owned(), row)).collect();
    (by_path, beside, output.status.code())
}

pub(crate) fn archive(ground: &Ground, args: &[&str]) -> Output {
    ground.aktsam(["archive"].iter().chain(args)).output().unwrap()
}

/// The codes of a row's findings.
pub(crate) fn codes(row: &Value) -> Vec<&str> {
    row["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

/// A folder that can be delivered, with a picture by AI and a name that no system likes.
pub(crate) fn delivery() -> Ground {
    let ground = Ground::new();
    ground.put("2.3 Bygglov/KS-2026-0123 beslut å.txt", "Beslut, dnr KS 2026/0123. Ansökan beviljas.\n".as_bytes());
    ground.put("bilder/50 %.png", &fixture("png-parameters_ai.png"));
    ground.put(crate::scan::bytes(b"latin \xe5.txt"), b"Hej och h\xe4lsningar.\n");
    ground
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/image").join(name)).unwrap()
}

/// Writes a package of the share; the arguments come after those that are always asked for.
pub(crate) fn package(ground: &Ground, name: &str, args: &[&str]) -> Output {
    let asked = ["package", "share", "--out", name, "--organisation", "Exempels kommun", "--person", "Eva Ek"];
    let more = ["--organisation-number", "2120001439", "--agreement", "KS 2026/1"];
    archive(ground, &[&asked[..], &more[..], args].concat())
}

/// Every file below a folder with its content, in order.
pub(crate) fn tree(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                waiting.push(entry.path());
            } else {
                found.insert(entry.path(), fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}
