//! Tesseract as a program of its own: pixels go in on its standard input, words
//! with their confidence come out; nothing is written to a disk.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::{Grey, Line, Recogniser};

/// Most output of one page that is read.
const OUTPUT: u64 = 16 << 20;

/// Why Tesseract cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OcrError {
    /// It is not there.
    #[error("tesseract is not installed")]
    Missing,
    /// It is there without a language that is needed.
    #[error("tesseract has no data for the language {0}")]
    Language(String),
}

impl OcrError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        "install it with: apt install tesseract-ocr tesseract-ocr-swe"
    }
}

/// How long recognition may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// For one picture.
    pub picture: Duration,
    /// For all pictures of a run together; `None` without a bound.
    pub run: Option<Duration>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { picture: Duration::from_mins(1), run: None }
    }
}

/// The Tesseract program and how it is used.
#[derive(Debug)]
pub struct Tesseract {
    program: PathBuf,
    languages: String,
    budget: Budget,
    /// Milliseconds spent in this run.
    spent: AtomicU64,
}

impl Tesseract {
    /// Finds `program` (a name on the path, or a file) and checks that it has `languages`.
    ///
    /// # Errors
    ///
    /// [`OcrError`] when it, or a language, is missing.
    pub fn find(program: &Path, languages: &[&str], budget: Budget) -> Result<Self, OcrError> {
        let output = Command::new(program).arg("--list-langs").stdin(Stdio::null()).output();
        let output = output.map_err(|_| OcrError::Missing)?;
        // Older versions list on standard error.
        let listed = [output.stdout, output.stderr].concat();
        let listed = String::from_utf8_lossy(&listed);
        for language in languages {
            if !listed.lines().any(|line| line.trim() == *language) {
                return Err(OcrError::Language((*language).to_owned()));
            }
        }
        Ok(Self { program: program.to_owned(), languages: languages.join("+"), budget, spent: AtomicU64::new(0) })
    }

    /// This program as a recogniser.
    #[must_use]
    pub fn recogniser(self) -> Recogniser {
        let tesseract = Arc::new(self);
        Recogniser::new(move |picture| tesseract.recognise(picture))
    }

    /// The lines in an upright picture; `None` when it was not read in time.
    #[must_use]
    pub fn recognise(&self, picture: &Grey) -> Option<Vec<Line>> {
        let spent = Duration::from_millis(self.spent.load(Ordering::Relaxed));
        let left = self.budget.run.map_or(self.budget.picture, |run| run.saturating_sub(spent));
        if left.is_zero() {
            return None;
        }
        let started = Instant::now();
        let table = self.run(picture, left.min(self.budget.picture));
        let millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.spent.fetch_add(millis, Ordering::Relaxed);
        Some(lines(&table?))
    }

    fn run(&self, picture: &Grey, limit: Duration) -> Option<String> {
        let mut child = Command::new(&self.program)
            .args(["stdin", "stdout", "-l", &self.languages, "--psm", "3", "--dpi"])
            .arg(picture.dpi.to_string())
            .arg("tsv")
            // Files are already examined side by side: one thread each.
            .env("OMP_THREAD_LIMIT", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let output = talk(&mut child, picture, limit);
        if output.is_none() {
            // It may have ended by itself in the meantime.
            let _ = child.kill();
        }
        let ended = child.wait().ok()?;
        String::from_utf8(output?).ok().filter(|_| ended.success())
    }
}

/// Gives the picture to the program and waits for its answer.
fn talk(child: &mut Child, picture: &Grey, limit: Duration) -> Option<Vec<u8>> {
    let mut input = child.stdin.take()?;
    let mut output = child.stdout.take()?.take(OUTPUT);
    let bitmap = bitmap(picture);
    let (answered, answer) = mpsc::channel();
    // Both ends close when the program ends or is ended, and the threads with them.
    thread::spawn(move || input.write_all(&bitmap));
    thread::spawn(move || {
        let mut table = Vec::new();
        let read = output.read_to_end(&mut table).map(|_| table);
        answered.send(read.ok())
    });
    answer.recv_timeout(limit).ok().flatten()
}

/// The picture as a portable grey map, the plainest form that Tesseract reads.
fn bitmap(picture: &Grey) -> Vec<u8> {
    let mut bitmap = format!("P5\n{} {}\n255\n", picture.width, picture.height).into_bytes();
    bitmap.extend_from_slice(&picture.pixels);
    bitmap
}

/// The lines of Tesseract's table: a word a row, with its place and confidence.
fn lines(table: &str) -> Vec<Line> {
    let mut lines: Vec<(String, Vec<(String, f32)>)> = Vec::new();
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let (Some(place), Some(confidence), Some(word)) = (columns.get(1..5), columns.get(10), columns.get(11)) else {
            continue;
        };
        let Some(confidence) = confidence.parse().ok().filter(|c| *c >= 0.0) else { continue };
        if word.trim().is_empty() {
            continue;
        }
        let place = place.join(" ");
        match lines.last_mut() {
            Some((last, words)) if *last == place => words.push(((*word).to_owned(), confidence)),
            _ => lines.push((place, vec![((*word).to_owned(), confidence)])),
        }
    }
    lines.into_iter().map(|(_, words)| line(&words)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a line has fewer words than an f32 can count")]
fn line(words: &[(String, f32)]) -> Line {
    let text = words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
    Line { text, confidence: words.iter().map(|(_, confidence)| confidence).sum::<f32>() / words.len().max(1) as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_line_are_joined() {
        let table = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
            4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t\n\
            5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96.5\tEva\n\
            5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t93.5\tEk\n\
            5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t40\tÅ\n";
        let expected = [Line { text: "Eva Ek".into(), confidence: 95.0 }, Line { text: "Å".into(), confidence: 40.0 }];
        assert_eq!(lines(table), expected);
        assert_eq!(lines(""), []);
    }

    #[test]
    fn what_is_missing_is_said() {
        let find = |program: &str| Tesseract::find(Path::new(program), &["swe"], Budget::default()).unwrap_err();
        assert_eq!(find("no-such-program-here"), OcrError::Missing);
        assert_eq!(find("true"), OcrError::Language("swe".into()));
    }

    #[test]
    fn a_program_that_hangs_is_ended_in_time() {
        let budget = Budget { picture: Duration::from_millis(50), run: None };
        // "sleep" is told to sleep for a time that is none, so it ends with an error at once;
        // "yes" never ends by itself.
        for program in ["sleep", "yes"] {
            let program = PathBuf::from(program);
            let tesseract = Tesseract { program, languages: "swe".into(), budget, spent: AtomicU64::new(0) };
            assert_eq!(tesseract.recognise(&Grey { width: 1, height: 1, pixels: vec![0], dpi: 300 }), None);
        }
    }

    #[test]
    fn a_run_that_has_spent_its_time_recognises_no_more() {
        let budget = Budget { picture: Duration::from_secs(1), run: Some(Duration::from_millis(5)) };
        let spent = AtomicU64::new(5);
        let tesseract = Tesseract { program: "true".into(), languages: "swe".into(), budget, spent };
        assert_eq!(tesseract.recognise(&Grey { width: 1, height: 1, pixels: vec![0], dpi: 300 }), None);
    }
}
