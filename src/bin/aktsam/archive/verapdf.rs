//! Asking veraPDF, when it is on the machine: its answer stands beside ours.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use aktsam::archive::check::{Found, Seen};
use aktsam::walk::Root;
use anyhow::Context;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use super::args::VeraPdf;

/// Files a run of veraPDF is given: starting it costs a second.
const FILES: usize = 50;

/// Runs that may be ended because nothing came; after them it is not asked any more.
const SILENT_RUNS: usize = 3;

/// Bytes of a run's output that are read.
const OUTPUT: u64 = 4 << 20;

/// Whether veraPDF passes each file that declares PDF/A, or said nothing of it; `None` when it was not
/// asked. A run that is silent for `seconds` is ended.
pub(super) fn ask(
    mode: VeraPdf,
    seconds: u64,
    root: &Root,
    found: &Found,
) -> anyhow::Result<Option<BTreeMap<Vec<u8>, Option<bool>>>> {
    let Some(program) = (mode == VeraPdf::Auto).then(program).flatten() else { return Ok(None) };
    let files: Vec<&[u8]> = found.files.iter().filter(|seen| declares(seen)).map(|seen| seen.path.as_slice()).collect();
    let mut answers: BTreeMap<Vec<u8>, Option<bool>> = files.iter().map(|path| (path.to_vec(), None)).collect();
    // A name with a line end in it cannot be told from two lines of an answer.
    let askable = |path: &&[u8]| std::str::from_utf8(path).is_ok_and(|path| !path.contains(char::is_control));
    let mut waiting: Vec<&[u8]> = files.into_iter().filter(askable).collect();
    let mut silent = 0;
    while !waiting.is_empty() && silent < SILENT_RUNS {
        let asked: Vec<&[u8]> = waiting.drain(..waiting.len().min(FILES)).collect();
        let paths: Vec<PathBuf> = asked.iter().map(|path| root.display(path)).collect();
        let run = Run::start(&program, &paths).with_context(|| format!("{}: cannot be run", program.display()))?;
        let (given, ended) = run.answers(&paths, Duration::from_secs(seconds));
        answers.extend(given.iter().map(|(index, passes)| (asked[*index].to_vec(), Some(*passes))));
        if !ended {
            silent += 1;
            // It hung on the first that it said nothing of; the others are asked again without that one.
            let unanswered = (0..asked.len()).filter(|index| !given.contains_key(index)).skip(1);
            waiting.splice(0..0, unanswered.map(|index| asked[index]));
        }
    }
    Ok(Some(answers))
}

fn declares(seen: &Seen) -> bool {
    let screen = seen.read.as_ref().ok().and_then(|read| read.survey.pdfa.as_ref());
    screen.is_some_and(|screen| screen.declared.is_some())
}

/// veraPDF, running.
struct Run {
    child: Child,
    lines: Receiver<String>,
}

impl Run {
    fn start(program: &Path, paths: &[PathBuf]) -> std::io::Result<Self> {
        let mut child = Command::new(program)
            .args(["--format", "text"])
            .args(paths)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // It is a script that starts another program: both are ended together.
            .process_group(0)
            .spawn()?;
        let (told, lines) = bounded(FILES);
        if let Some(output) = child.stdout.take() {
            thread::spawn(move || {
                let mut lines = BufReader::new(output.take(OUTPUT)).split(b'\n').map_while(Result::ok);
                lines.try_for_each(|line| told.send(String::from_utf8_lossy(&line).into_owned()))
            });
        }
        Ok(Self { child, lines })
    }

    /// What it says of each path, by index, and whether it came to its end.
    fn answers(&self, paths: &[PathBuf], patience: Duration) -> (BTreeMap<usize, bool>, bool) {
        let mut given = BTreeMap::new();
        loop {
            match self.lines.recv_timeout(patience) {
                Ok(line) => {
                    let of_path = |(index, path): (usize, &PathBuf)| {
                        verdict(&line, &path.to_string_lossy()).map(|passes| (index, passes))
                    };
                    given.extend(paths.iter().enumerate().find_map(of_path));
                }
                Err(RecvTimeoutError::Disconnected) => return (given, true),
                Err(RecvTimeoutError::Timeout) => return (given, false),
            }
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // What has ended already cannot be ended: nothing more is asked of it either way.
        let group = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        let _ = self.child.wait();
    }
}

/// The line `PASS path 1b` or `FAIL path 1b` of a file.
fn verdict(line: &str, path: &str) -> Option<bool> {
    let (word, rest) = line.split_once(' ')?;
    let rest = rest.trim_end_matches('\r').strip_prefix(path)?;
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
