//! Pictures through the real binary: labelled, checked by others' readers, and never lost.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

mod atomic;
mod commands;
mod layouts;
mod readers;

/// A folder of a test's own with a copy of the fixtures in `in`.
pub(crate) struct Studio {
    dir: TempDir,
}

impl Studio {
    pub(crate) fn new(fixtures: &[&str]) -> Self {
        let studio = Self { dir: TempDir::new().unwrap() };
        fs::create_dir(studio.path().join("in")).unwrap();
        for name in fixtures {
            fs::copy(fixture(name), studio.path().join("in").join(name)).unwrap();
        }
        studio
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    /// The program with the test's own home and nothing else of the environment.
    pub(crate) fn aktsam(&self, args: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("aktsam"));
        command.env_clear().env("HOME", self.path()).env("TZ", "UTC").current_dir(self.path()).args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.aktsam(args).output().unwrap()
    }

    /// Runs it, and takes every line of its output for JSON.
    pub(crate) fn lines(&self, args: &[&str]) -> Vec<Value> {
        let output = self.run(&[args, &["--format", "jsonl"]].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// A fixture's path.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/image").join(name)
}

/// Every fixture that can be labelled.
pub(crate) fn fixtures() -> Vec<String> {
    let names = fs::read_dir(fixture("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.contains('_') && !name.contains("-refused")).collect();
    names.sort();
    names
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The first of these programs that runs; without one the test says that it is skipped.
pub(crate) fn tool(candidates: &[&str]) -> Option<Vec<String>> {
    let found = candidates.iter().map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>()).find(|line| {
        let output = Command::new(&line[0]).args(&line[1..]).arg("-h").output();
        output.is_ok_and(|output| output.status.code() != Some(127))
            && line.iter().skip(1).all(|part| !part.starts_with('/') || Path::new(part).exists())
    });
    if found.is_none() {
        eprintln!("SKIPPED: none of {candidates:?} is installed; scripts/check installs them");
    }
    found
}

/// A tool that scripts/check puts beside the build.
pub(crate) fn beside_build(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools").join(path).display().to_string()
}
