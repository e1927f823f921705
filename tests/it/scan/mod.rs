//! The main job through the real binary: what is seen, what is kept, how it ends.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, FileTimes, Metadata, OpenOptions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use aktsam::ledger::{Reader, RunCounts};
use serde_json::Value;
use tempfile::TempDir;

mod archives;
mod changes;
mod changing;
mod codes;
mod durable;
mod hostile_names;
mod ledger;
mod names;
mod privacy;
mod remembered;

/// A share, a home and a place for the ledger, of a test's own.
pub(crate) struct Ground {
    dir: TempDir,
}

impl Ground {
    pub(crate) fn new() -> Self {
        let ground = Self { dir: TempDir::new().unwrap() };
        fs::create_dir(ground.share()).unwrap();
        ground
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn share(&self) -> PathBuf {
        self.path().join("share")
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.path().join("state/ledger.db")
    }

    /// Writes a file of the share whose content is an hour old, so that it is known to be settled.
    pub(crate) fn put(&self, name: impl AsRef<OsStr>, content: &[u8]) -> PathBuf {
        let path = self.share().join(Path::new(name.as_ref()));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        age(&path, 3600);
        path
    }

    /// The program with the test's own home and nothing else of the environment.
    pub(crate) fn aktsam<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("aktsam"));
        command.env_clear().env("HOME", self.path()).env("TZ", "UTC").current_dir(self.path()).args(args);
        command
    }

    /// Scans, and sees to it that nothing in the share was changed by that, not even a time of access.
    pub(crate) fn scan(&self, args: &[&str]) -> Output {
        let before = manifest(&self.share());
        let output = self.aktsam(["scan", "--ledger", "state/ledger.db"].iter().chain(args)).output().unwrap();
        assert_eq!(manifest(&self.share()), before, "the scan changed what it read");
        output
    }

    /// The records of a scan of the share, by path.
    pub(crate) fn records(&self, args: &[&str]) -> BTreeMap<String, Value> {
        let output = self.scan(&[&["share", "--format", "jsonl"], args].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(record).collect()
    }

    /// What the last run counted.
    pub(crate) fn last_run(&self) -> RunCounts {
        Reader::open(&self.ledger()).unwrap().runs().unwrap()[0].counts
    }

    /// A scan whose records no one reads until the test does.
    pub(crate) fn running(&self, args: &[&str]) -> Running {
        let all = ["scan", "--ledger", "state/ledger.db", "share", "--format", "jsonl"];
        let mut child =
            self.aktsam(all.iter().chain(args)).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Running { child, lines }
    }
}

/// A scan under way. It cannot get further than what is read of it, and what the pipe holds.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    /// The next acknowledged file; `None` when the run has ended.
    pub(crate) fn next(&mut self) -> Option<(String, Value)> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).unwrap();
        (read > 0 && line.ends_with('\n')).then(|| record(line.trim_end()))
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
    }

    /// Reads the rest and returns the exit code (`None` when a signal ended it) and the remaining lines.
    pub(crate) fn end(mut self) -> (Option<i32>, Vec<(String, Value)>) {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        let whole = rest.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        (self.child.wait().unwrap().code(), whole.map(|line| record(line.trim_end())).collect())
    }
}

/// Larger files are not compared by content: none of them can have been read and put back.
const COMPARED: u64 = 1 << 20;

/// Path, mode, owner, size, extended attributes and every time of each file, and
/// what a small one holds, read without touching its time of access.
pub(crate) fn manifest(dir: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(stat) = fs::symlink_metadata(&path) else { continue };
        let times = (stat.mtime(), stat.mtime_nsec(), stat.ctime(), stat.ctime_nsec());
        let who = (stat.mode(), stat.uid(), stat.gid(), stat.nlink(), stat.size());
        let mut line = format!("{} {who:?} {times:?} {:?}", path.display(), attributes(&path));
        if stat.is_file() {
            line += &format!("{:?} {:?}", (stat.atime(), stat.atime_nsec()), content(&path, &stat));
        }
        lines.push(line);
        if stat.is_dir() {
            lines.extend(manifest(&path));
        }
    }
    lines.sort();
    lines
}

fn attributes(path: &Path) -> Vec<u8> {
    let mut names = vec![0; 4096];
    let length = rustix::fs::llistxattr(path, &mut names[..]).unwrap_or(0);
    names.truncate(length);
    names
}

/// Makes a FIFO, which rustix makes on Linux only.
pub(crate) fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn content(path: &Path, stat: &Metadata) -> Option<Vec<u8>> {
    let quietly = aktsam::walk::QUIETLY.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(quietly).open(path);
    let mut content = Vec::new();
    (stat.size() <= COMPARED).then(|| file.ok()?.read_to_end(&mut content).ok())??;
    Some(content)
}

fn record(line: &str) -> (String, Value) {
    let record: Value = serde_json::from_str(line).unwrap();
    (record["path"].as_str().unwrap().to_owned(), record)
}

/// Makes a file's content look `seconds` old.
pub(crate) fn age(path: &Path, seconds: u64) {
    let then = SystemTime::now() - Duration::from_secs(seconds);
    let times = FileTimes::new().set_modified(then).set_accessed(then - Duration::from_mins(1));
    File::open(path).unwrap().set_times(times).unwrap();
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn is_unchanged(record: &Value) -> bool {
    record["unchanged"] == true
}

pub(crate) fn bytes(name: &[u8]) -> &OsStr {
    OsStr::from_bytes(name)
}
