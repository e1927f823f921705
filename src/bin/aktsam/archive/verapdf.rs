//! Asking veraPDF, when it is on the machine: its answer stands beside ours.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use aktsam::archive::check::Found;
use aktsam::walk::Root;
use anyhow::Context;

use super::args::VeraPdf;

/// Files a run of veraPDF is given: starting it costs a second.
const FILES: usize = 200;

/// Whether veraPDF passes each file that declares PDF/A; `None` when it was not asked.
pub(super) fn ask(mode: VeraPdf, root: &Root, found: &Found) -> anyhow::Result<Option<BTreeMap<Vec<u8>, bool>>> {
    let Some(program) = (mode == VeraPdf::Auto).then(program).flatten() else { return Ok(None) };
    let declares = |seen: &&aktsam::archive::check::Seen| {
        let screen = seen.read.as_ref().ok().and_then(|read| read.survey.pdfa.as_ref());
        screen.is_some_and(|screen| screen.declared.is_some())
    };
    let files: Vec<&[u8]> = found.files.iter().filter(declares).map(|seen| seen.path.as_slice()).collect();
    let mut answers = BTreeMap::new();
    for chunk in files.chunks(FILES) {
        let paths: Vec<PathBuf> = chunk.iter().map(|path| root.display(path)).collect();
        let output = Command::new(&program)
            .args(["--format", "text"])
            .args(&paths)
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .with_context(|| format!("{}: cannot be run", program.display()))?;
        let text = String::from_utf8_lossy(&output.stdout);
        for (path, shown) in chunk.iter().zip(&paths) {
            let shown = shown.to_string_lossy();
            answers.extend(text.lines().find_map(|line| verdict(line, &shown)).map(|passes| (path.to_vec(), passes)));
        }
    }
    Ok(Some(answers))
}

/// The line `PASS path 1b` or `FAIL path 1b` of a file.
fn verdict(line: &str, path: &str) -> Option<bool> {
    let (word, rest) = line.split_once(' ')?;
    let rest = rest.strip_prefix(path)?;
    (rest.is_empty() || rest.starts_with(' ')).then_some(())?;
    match word {
        "PASS" => Some(true),
        "FAIL" => Some(false),
        _ => None,
    }
}

/// veraPDF on the path of programs.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("verapdf")).find(|program| program.is_file())
}
