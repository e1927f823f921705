//! Tesseract as a program of its own: pixels go in on its standard input, words
//! with their confidence come out; nothing is written to a disk.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{Area, Grey, Line, Recogniser, Unread};

/// Most output of one page that is read.
const OUTPUT: u64 = 16 << 20;

/// Most text of pictures that is remembered in a run, in bytes.
const REMEMBERED: usize = 32 << 20;

/// Why Tesseract cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OcrError {
    /// It is not there.
    #[error("tesseract is not installed")]
    Missing,
    /// It is there without a language that is needed.
    #[error("tesseract has no data for the language {0}")]
    Language(String),
    /// It is there and does not run as it is confined here.
    #[error("tesseract does not run under its confinement")]
    Confined,
}

impl OcrError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Missing | Self::Language(_) => "install it with: apt install tesseract-ocr tesseract-ocr-swe",
            Self::Confined => "use the one that the system installs under /usr, or scan with --sandbox off",
        }
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

/// Which program is run, and what confines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Tesseract: a name on the path, or a file.
    pub tesseract: PathBuf,
    /// The program that, called with `recognise`, confines itself by
    /// [`launch`](super::launch()) and becomes Tesseract; `None` runs it unconfined.
    pub launcher: Option<PathBuf>,
}

impl Program {
    /// The call of Tesseract that may use `seconds` of CPU time.
    fn command(&self, seconds: u64) -> Command {
        let mut command = match &self.launcher {
            Some(launcher) => {
                let mut command = Command::new(launcher);
                command.arg("recognise").arg(seconds.to_string()).arg(&self.tesseract);
                command
            }
            None => Command::new(&self.tesseract),
        };
        // Files are already examined side by side: one thread each.
        command.env("OMP_THREAD_LIMIT", "1").stderr(Stdio::null());
        command
    }
}

/// The Tesseract program and how it is used.
#[derive(Debug)]
pub struct Tesseract {
    program: Program,
    languages: String,
    budget: Budget,
    /// Milliseconds spent in this run, those of all threads together.
    spent: AtomicU64,
    known: Mutex<Known>,
}

/// Pictures that were recognised in this run, by the hash of their pixels: a
/// form that was scanned with every letter, a copy in another folder.
#[derive(Debug, Default)]
struct Known {
    lines: HashMap<[u8; 32], Vec<Line>>,
    bytes: usize,
}

impl Tesseract {
    /// Finds the program and checks that it has `languages`.
    ///
    /// # Errors
    ///
    /// [`OcrError`] when it, or a language, is missing, or it does not run confined.
    pub fn find(program: Program, languages: &[&str], budget: Budget) -> Result<Self, OcrError> {
        let tesseract = located(&program.tesseract).ok_or(OcrError::Missing)?;
        let program = Program { tesseract, ..program };
        let output = program.command(LISTING).arg("--list-langs").stderr(Stdio::piped()).stdin(Stdio::null()).output();
        let output = output.map_err(|_| OcrError::Missing)?;
        if program.launcher.is_some() && !output.status.success() {
            return Err(OcrError::Confined);
        }
        // Older versions list on standard error.
        let listed = [output.stdout, output.stderr].concat();
        let listed = String::from_utf8_lossy(&listed);
        for language in languages {
            if !listed.lines().any(|line| line.trim() == *language) {
                return Err(OcrError::Language((*language).to_owned()));
            }
        }
        Ok(Self::new(program, &languages.join("+"), budget))
    }

    fn new(program: Program, languages: &str, budget: Budget) -> Self {
        let (spent, known) = (AtomicU64::new(0), Mutex::default());
        Self { program, languages: languages.to_owned(), budget, spent, known }
    }

    /// This program as a recogniser.
    #[must_use]
    pub fn recogniser(self) -> Recogniser {
        let tesseract = Arc::new(self);
        Recogniser::new(move |picture| tesseract.recognise(picture))
    }

    /// The lines in an upright picture.
    ///
    /// # Errors
    ///
    /// [`Unread`] when it was not read in time, or at all.
    pub fn recognise(&self, picture: &Grey) -> Result<Vec<Line>, Unread> {
        let hash = hash(picture);
        if let Some(lines) = self.known.lock().ok().and_then(|known| known.lines.get(&hash).cloned()) {
            return Ok(lines);
        }
        let spent = Duration::from_millis(self.spent.load(Ordering::Relaxed));
        let left = self.budget.run.map_or(self.budget.picture, |run| run.saturating_sub(spent));
        if left.is_zero() {
            return Err(Unread::Postponed);
        }
        let started = Instant::now();
        let table = self.run(picture, left.min(self.budget.picture));
        let took = started.elapsed();
        self.spent.fetch_add(u64::try_from(took.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        let short_of_time = left < self.budget.picture && took >= left;
        let lines =
            table.map(|table| lines(&table)).ok_or(if short_of_time { Unread::Postponed } else { Unread::Failed });
        if let (Ok(lines), Ok(mut known)) = (&lines, self.known.lock()) {
            known.keep(hash, lines);
        }
        lines
    }

    fn run(&self, picture: &Grey, limit: Duration) -> Option<String> {
        let mut child = self
            .program
            .command(limit.as_secs() + 1)
            .args(["stdin", "stdout", "-l", &self.languages, "--psm", "3", "--dpi"])
            .arg(picture.dpi.to_string())
            .arg("tsv")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
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

/// CPU time for listing languages, in seconds.
const LISTING: u64 = 10;

impl Known {
    fn keep(&mut self, hash: [u8; 32], lines: &[Line]) {
        let bytes: usize = lines.iter().map(|line| line.text.len() + size_of::<Line>()).sum::<usize>() + 64;
        if self.bytes + bytes <= REMEMBERED {
            self.bytes += bytes;
            self.lines.insert(hash, lines.to_vec());
        }
    }
}

fn hash(picture: &Grey) -> [u8; 32] {
    let mut hash = Sha256::new();
    for number in [picture.width, picture.height, picture.dpi] {
        hash.update(number.to_le_bytes());
    }
    hash.update(&picture.pixels);
    hash.finalize().into()
}

/// The file that a name on the path is, or the file itself.
fn located(program: &Path) -> Option<PathBuf> {
    let is_name = program.components().count() == 1;
    let folders = std::env::var_os("PATH").unwrap_or_else(|| OsStr::new("/usr/local/bin:/usr/bin:/bin").to_owned());
    let on_path = std::env::split_paths(&folders).map(|folder| folder.join(program));
    let mut places = std::iter::once(program.to_owned()).filter(|_| !is_name).chain(on_path.filter(|_| is_name));
    // Links are followed here: a confined process may look only at what it was granted.
    places.find(|place| place.is_file()).and_then(|place| place.canonicalize().ok())
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

/// A line of the page while its words come in.
#[derive(Debug, Default)]
struct Open {
    /// Page, block and paragraph.
    paragraph: String,
    /// The same, and the line.
    place: String,
    /// Whether it reaches the paragraph's right edge, so that the next line goes on where it ends.
    full: bool,
    words: Vec<(String, f32)>,
    areas: Vec<Area>,
}

/// What stands in Tesseract's table (levels 3, 4 and 5: paragraph, line, word, each with
/// its edges and size), with lines that only the edge of the paper parts put together.
fn lines(table: &str) -> Vec<Line> {
    let mut open: Vec<Open> = Vec::new();
    let (mut edge, mut width) = (0, 0);
    for row in table.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let (Some(place), Some(paragraph)) = (columns.get(1..5), columns.get(1..4)) else { continue };
        let number = |at: usize| columns.get(at).and_then(|column| column.parse::<u32>().ok()).unwrap_or(0);
        let area = Area { left: number(6), top: number(7), width: number(8), height: number(9) };
        let right = area.left.saturating_add(area.width);
        let place = place.join(" ");
        if columns.first() == Some(&"3") {
            (edge, width) = (right, area.width);
        }
        if open.last().is_none_or(|line| line.place != place) {
            let full = columns.first() == Some(&"4") && right >= edge.saturating_sub(width / 6);
            open.push(Open { paragraph: paragraph.join(" "), place, full, ..Open::default() });
        }
        if let (Some(line), Some(confidence), Some(word)) = (open.last_mut(), columns.get(10), columns.get(11)) {
            line.push(word.trim(), confidence.parse().unwrap_or(-1.0), area);
        }
    }
    joined(open).iter().map(Open::line).collect()
}

/// The lines that hold words, those that go on in the next put together with it.
fn joined(open: Vec<Open>) -> Vec<Open> {
    let mut joined: Vec<Open> = Vec::new();
    for line in open.into_iter().filter(|line| !line.words.is_empty()) {
        match joined.last_mut() {
            Some(last) if last.full && last.paragraph == line.paragraph => {
                last.full = line.full;
                last.words.extend(line.words);
                last.areas.extend(line.areas);
            }
            _ => joined.push(line),
        }
    }
    joined
}

/// Below this confidence a scrap of a word is a speck of dirt.
const DIRT: f32 = 20.0;
/// From this confidence a word has nothing more to say; of a letter or two it is found in any scrawl.
const READ: f32 = 60.0;

impl Open {
    /// Takes a word, unless it is a speck or a letter that Tesseract says twice: its
    /// network repeats single letters between words.
    fn push(&mut self, word: &str, confidence: f32, area: Area) {
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        let is_dirt = letters == 0 || confidence < 0.0 || (confidence < DIRT && letters < 3);
        let stutters = word.chars().count() == 1
            && word.chars().all(char::is_lowercase)
            && self.words.last().is_some_and(|(last, _)| last == word);
        if confidence >= READ && letters >= 3 {
            self.areas.push(area);
        }
        if !is_dirt && !stutters {
            self.words.push((word.to_owned(), confidence));
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a line has fewer words than an f32 can count")]
    fn line(&self) -> Line {
        let text = self.words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
        let sum: f32 = self.words.iter().map(|(_, confidence)| confidence).sum();
        Line { text, confidence: sum / self.words.len().max(1) as f32, words: self.areas.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with rows of level, line, left edge, width, confidence and word, all of one paragraph.
    fn table(rows: &[(u32, u32, u32, u32, &str, &str)]) -> String {
        let row = |(level, line, left, width, confidence, word): &(u32, u32, u32, u32, &str, &str)| {
            format!("{level}\t1\t1\t1\t{line}\t1\t{left}\t0\t{width}\t9\t{confidence}\t{word}\n")
        };
        let rows: String = rows.iter().map(row).collect();
        format!("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n{rows}")
    }

    fn check(rows: &[(u32, u32, u32, u32, &str, &str)], expected: &[(&str, f32)]) {
        let found = lines(&table(rows));
        let found: Vec<(&str, f32)> = found.iter().map(|line| (line.text.as_str(), line.confidence)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_of_a_line_are_joined_and_lines_that_the_edge_parts() {
        let (paragraph, long, short) = ((3, 0, 10, 600, "-1", ""), 590, 200);
        check(
            &[(4, 1, 10, short, "-1", ""), (5, 1, 0, 0, "96.5", "Eva"), (5, 1, 0, 0, "93.5", "Ek")],
            &[("Eva Ek", 95.0)],
        );
        let second = (4, 2, 10, short, "-1", "");
        let words = [(5, 1, 0, 0, "90", "Jag"), second, (5, 2, 0, 0, "80", "har")];
        let page = |first: u32| [&[paragraph, (4, 1, 10, first, "-1", "")], &words[..]].concat();
        check(&page(long), &[("Jag har", 85.0)]);
        check(&page(short), &[("Jag", 90.0), ("har", 80.0)]);
        assert_eq!(lines(""), []);
    }

    #[test]
    fn specks_and_stutters_are_no_words() {
        let words = [
            ("96", "medlem"),
            ("96", "i"),
            ("96", "i"),
            ("3", "dr"),
            ("50", "|"),
            ("0", "Har"),
            ("96", "A"),
            ("96", "A"),
        ];
        let rows: Vec<_> = words.iter().map(|(confidence, word)| (5, 1, 0, 0, *confidence, *word)).collect();
        assert_eq!(lines(&table(&rows))[0].text, "medlem i Har A A");
    }

    fn unconfined(program: &str) -> Program {
        Program { tesseract: program.into(), launcher: None }
    }

    fn dot() -> Grey {
        Grey { width: 1, height: 1, pixels: vec![0], dpi: 300 }
    }

    #[test]
    fn what_is_missing_is_said() {
        let find = |program: &str| Tesseract::find(unconfined(program), &["swe"], Budget::default()).unwrap_err();
        assert_eq!(find("no-such-program-here"), OcrError::Missing);
        assert_eq!(find("true"), OcrError::Language("swe".into()));
        let fails = Program { launcher: Some("false".into()), ..unconfined("true") };
        assert_eq!(Tesseract::find(fails, &["swe"], Budget::default()).unwrap_err(), OcrError::Confined);
    }

    #[test]
    fn a_program_that_hangs_is_ended_in_time() {
        let budget = Budget { picture: Duration::from_millis(50), run: None };
        // "sleep" is told to sleep for a time that is none, so it ends with an error at once;
        // "yes" never ends by itself.
        for program in ["sleep", "yes"] {
            let tesseract = Tesseract::new(unconfined(program), "swe", budget);
            assert_eq!(tesseract.recognise(&dot()), Err(Unread::Failed));
        }
    }

    #[test]
    fn a_run_that_has_spent_its_time_recognises_no_more() {
        let budget = Budget { picture: Duration::from_secs(1), run: Some(Duration::from_millis(5)) };
        let tesseract = Tesseract::new(unconfined("true"), "swe", budget);
        assert_eq!(tesseract.recognise(&dot()), Ok(Vec::new()));
        tesseract.spent.store(5, Ordering::Relaxed);
        let other = Grey { pixels: vec![1], ..dot() };
        assert_eq!(tesseract.recognise(&other), Err(Unread::Postponed));
        assert_eq!(tesseract.recognise(&dot()), Ok(Vec::new()), "what was read in this run is known");
    }
}
