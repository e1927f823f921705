//! What the archivist's check asks of one file's bytes: its format, what PDF/A
//! screening finds, what lies in it, and signs in its text.
//!
//! Pure, and run in the sandbox beside the scan's own examination: both see the
//! same text, once. No text leaves it, only what [`Survey`] holds.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::GzDecoder;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::diary::Number;
use super::pdfa::{self, Screen};
use super::policy::is_puid;
use super::puid::{Basis, Hits, PronomError, Signatures};
use super::similar::Sketch;
use crate::document::{Block, Kind, Part, Text, Watch};
use crate::error::{FileError, Limit};
use crate::examine::{Examiner, unread};
use crate::extract::sniff;
use crate::finding::{Confidence, Entity, Finding};
use crate::image::hash::Likeness;
use crate::record::{Record, Status};

/// What a survey of one file gave.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// What the content says of the format; `None` when it could not be read.
    pub format: Option<Hits>,
    /// What the screen of a PDF found; `None` when the file is none, or cannot be opened as one.
    pub pdfa: Option<Screen>,
    /// Attachments, embedded objects and members, in the order they were met.
    pub inside: Vec<Inside>,
    /// More of those than are listed.
    pub more_inside: u32,
    /// Diarienummer in the text and the properties, the first first.
    pub numbers: Vec<Number>,
    /// Signs of a draft: words of [`DRAFT_WORDS`].
    pub drafts: Vec<String>,
    /// Links to the web.
    pub web_links: u32,
    /// Links to files and shares outside the file.
    pub file_links: u32,
    /// Year, month and day on which the file says that it was made.
    pub created: Option<Day>,
    /// The day on which the file says that it was last changed.
    pub modified: Option<Day>,
    /// What the text comes down to; `None` when there is too little of it.
    pub sketch: Option<Sketch>,
    /// What the picture looks like; `None` when it was not asked for, or the file is no picture that can be decoded.
    #[serde(default)]
    pub likeness: Option<Likeness>,
}

/// Year, month and day.
pub type Day = (i16, i8, i8);

/// A file in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    /// Its name; empty when it has none.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Its format.
    pub puids: Vec<String>,
    /// What the format rests on.
    pub basis: Basis,
}

/// A survey with the scan's record of the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surveyed {
    /// The record; `None` when only the format was asked for.
    pub record: Option<Record>,
    /// The survey.
    pub survey: Survey,
}

/// How much is asked of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Everything.
    Whole,
    /// The format alone, which reads no more than both ends of the file.
    Format,
    /// What a picture looks like and nothing else: it has to be decoded for that.
    Likeness,
}

/// Where signatures come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pronom {
    /// Those that ship with the program.
    #[default]
    Shipped,
    /// DROID's signature file and container signature file, as XML.
    Given {
        /// The signature file.
        droid: String,
        /// The container signature file; `None` for the one that ships.
        container: Option<String>,
    },
}

impl Pronom {
    /// Compiles the signatures.
    ///
    /// # Errors
    ///
    /// As [`Signatures::read`].
    pub fn signatures(&self) -> Result<Arc<Signatures>, PronomError> {
        match self {
            Self::Shipped => Ok(Arc::clone(Signatures::shipped())),
            Self::Given { droid, container: Some(container) } => {
                Ok(Arc::new(Signatures::read(droid.as_bytes(), container.as_bytes())?))
            }
            Self::Given { droid, container: None } => {
                let container = GzDecoder::new(super::puid::CONTAINERS);
                Ok(Arc::new(Signatures::read(droid.as_bytes(), container)?))
            }
        }
    }
}

/// Files in a file that are listed.
const MOST_INSIDE: usize = 1_000;

/// Diarienummer of one file that are kept.
const MOST_NUMBERS: usize = 20;

/// Longest name of a file in a file that is kept, in characters.
const NAME_CHARS: usize = 255;

/// Longest block in which a word of [`DRAFT_WORDS`] is a mark and not running text, in characters.
const MARK_CHARS: usize = 60;

/// What people mark drafts and working material with, in small letters.
pub const DRAFT_WORDS: &[&str] =
    &["utkast", "arbetsmaterial", "minnesanteckning", "arbetsversion", "arbetsdokument", "kladd", "ej fastställd"];

/// Surveys an open file; `examiner` gives the limits and the policy. Total: a parser's failure is told by the record.
#[must_use]
pub fn survey(examiner: &Examiner, signatures: &Arc<Signatures>, file: &File, depth: Depth) -> Surveyed {
    if depth == Depth::Likeness {
        let likeness = read(file, examiner.limits.file_bytes).ok().and_then(|bytes| likeness(&bytes));
        return Surveyed { record: None, survey: Survey { likeness, ..Survey::default() } };
    }
    let mut survey = Survey { format: hits(signatures, file), ..Survey::default() };
    if depth == Depth::Format {
        return Surveyed { record: None, survey };
    }
    let record = match read(file, examiner.limits.file_bytes) {
        Ok(bytes) => whole(examiner, signatures, &bytes, &mut survey),
        Err(error @ FileError::Limit(_)) => unread(Kind::Unknown, 0, Status::Limit, &error),
        Err(error) => unread(Kind::Unknown, 0, Status::Error, &error),
    };
    Surveyed { record: Some(record), survey }
}

/// The whole file, unless it is larger than `most` bytes.
fn read(file: &File, most: u64) -> Result<Vec<u8>, FileError> {
    if file.metadata().is_ok_and(|metadata| metadata.len() > most) {
        return Err(FileError::Limit(Limit::File));
    }
    let mut bytes = Vec::new();
    let read = ByPosition { file, at: 0 }.take(most.saturating_add(1)).read_to_end(&mut bytes);
    match read {
        Err(error) => Err(FileError::of_io(&error)),
        Ok(length) if length as u64 > most => Err(FileError::Limit(Limit::File)),
        Ok(_) => Ok(bytes),
    }
}

fn likeness(bytes: &[u8]) -> Option<Likeness> {
    let kind = sniff(bytes);
    catch_unwind(AssertUnwindSafe(|| Likeness::of(kind, bytes).filter(|_| kind.is_image()))).ok().flatten()
}

fn hits(signatures: &Signatures, file: &File) -> Option<Hits> {
    let identify = AssertUnwindSafe(|| signatures.hits(&mut ByPosition { file, at: 0 }).ok());
    catch_unwind(identify).ok().flatten()
}

fn whole(examiner: &Examiner, signatures: &Arc<Signatures>, bytes: &[u8], survey: &mut Survey) -> Record {
    let seen = Arc::new(Mutex::new(std::mem::take(survey)));
    let (texts, files) = (Arc::clone(&seen), Arc::clone(&seen));
    let known = Arc::clone(signatures);
    let sketched = Mutex::new(false);
    let watch = Watch::new(
        move |text, findings| {
            let first = !std::mem::replace(&mut *sketched.lock().unwrap_or_else(PoisonError::into_inner), true);
            texts.lock().unwrap_or_else(PoisonError::into_inner).take_text(text, findings, first);
        },
        move |name, bytes| files.lock().unwrap_or_else(PoisonError::into_inner).take_file(name, bytes, &known),
    );
    let watching = Examiner { watch: Some(watch), ..examiner.clone() };
    let record = watching.examine(bytes);
    *survey = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    if sniff(bytes) == Kind::Pdf {
        survey.pdfa = catch_unwind(AssertUnwindSafe(|| pdfa::screen(bytes))).ok().flatten();
    }
    record
}

impl Survey {
    /// Whether everything in it is within the bounds that a survey keeps: it may come from a process that is not trusted.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let hits = self.format.iter().flat_map(|hits| &hits.puids);
        let mut puids = hits.chain(self.inside.iter().flat_map(|inside| &inside.puids));
        let checks = self.pdfa.iter().flat_map(|screen| &screen.findings);
        let short = |text: &str, most: usize| text.chars().count() <= most;
        let declared = self.pdfa.as_ref().and_then(|screen| screen.declared.as_deref());
        puids.all(|puid| is_puid(puid))
            && checks.clone().count() <= 200
            && checks.clone().all(|check| pdfa::is_check(&check.check) && short(&check.clause, 20))
            && declared.is_none_or(|declared| short(declared, 8))
            && self.inside.len() <= MOST_INSIDE
            && self.inside.iter().all(|inside| short(&inside.name, NAME_CHARS))
            && self.numbers.len() <= MOST_NUMBERS
            && self.numbers.iter().all(|number| short(&number.to_string(), 24))
            && self.drafts.iter().all(|word| DRAFT_WORDS.contains(&word.as_str()))
            && self.sketch.as_ref().is_none_or(Sketch::is_sound)
            && self.likeness.as_ref().is_none_or(Likeness::is_sound)
    }

    fn take_text(&mut self, text: &Text, findings: &[Finding], first: bool) {
        let numbers = findings.iter().filter(|f| f.entity == Entity::Diarienummer && f.confidence > Confidence::Low);
        for number in numbers.filter_map(|finding| Number::read(finding.value.as_deref()?)) {
            if self.numbers.len() < MOST_NUMBERS && !self.numbers.contains(&number) {
                self.numbers.push(number);
            }
        }
        for block in &text.blocks {
            self.take_block(block);
        }
        if first {
            let body = text.blocks.iter().filter(|block| !matches!(block.place.part, Part::Property | Part::Link));
            self.sketch = Sketch::of(body.map(|block| block.text.as_str()));
        }
    }

    fn take_block(&mut self, block: &Block) {
        let own = block.place.within.is_empty();
        match block.place.part {
            Part::Link => self.take_link(&block.text),
            Part::Property if own => self.take_property(&block.text),
            _ => {}
        }
        if own && block.text.chars().count() <= MARK_CHARS {
            self.take_marks(&block.text);
        }
    }

    fn take_link(&mut self, target: &str) {
        let target = target.to_lowercase();
        if target.starts_with("http:") || target.starts_with("https:") {
            self.web_links = self.web_links.saturating_add(1);
        } else if target.starts_with("file:") || target.starts_with("\\\\") || target.get(1..3) == Some(":\\") {
            self.file_links = self.file_links.saturating_add(1);
        }
    }

    fn take_marks(&mut self, text: &str) {
        let text = text.to_lowercase();
        for word in DRAFT_WORDS {
            if text.contains(word) && !self.drafts.iter().any(|known| known == word) {
                self.drafts.push((*word).to_owned());
            }
        }
    }

    /// Dates of Office's core properties and of ODF's metadata.
    fn take_property(&mut self, text: &str) {
        let Some((name, value)) = text.split_once(": ") else { return };
        let date =
            value.get(..10).and_then(|day| day.parse::<Date>().ok()).map(|day| (day.year(), day.month(), day.day()));
        match name {
            "created" | "creation-date" => self.created = self.created.or(date),
            "modified" => self.modified = self.modified.or(date),
            _ => {}
        }
    }

    fn take_file(&mut self, name: &str, bytes: &[u8], signatures: &Signatures) {
        if self.inside.len() >= MOST_INSIDE {
            self.more_inside = self.more_inside.saturating_add(1);
            return;
        }
        let identify = AssertUnwindSafe(|| signatures.identify(&mut Cursor::new(bytes), &extension(name)).ok());
        let found = catch_unwind(identify).ok().flatten();
        let (puids, basis) = found.map_or((Vec::new(), Basis::None), |found| (found.puids, found.basis));
        let name = name.chars().take(NAME_CHARS).collect();
        self.inside.push(Inside { name, size: bytes.len() as u64, puids, basis });
    }
}

/// The extension of a file name: lower case, without the dot; empty when there is none.
#[must_use]
pub fn extension(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or_else(String::new, |(_, end)| end.to_lowercase())
}

/// Reads a file by position: the descriptor's own offset is the parent's too.
struct ByPosition<'a> {
    file: &'a File,
    at: u64,
}

impl Read for ByPosition<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(buffer, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for ByPosition<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.file.metadata()?.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn of(bytes: &[u8], depth: Depth) -> Surveyed {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        survey(&Examiner::default(), &Pronom::Shipped.signatures().unwrap(), &file, depth)
    }

    #[test]
    fn sees_signs_in_the_text() {
        let text = "UTKAST\n\nTjänsteskrivelse, dnr KS 2026/0123\n\nSe även KS 2026/123 och BMN 2025/4.";
        let survey = of(text.as_bytes(), Depth::Whole).survey;
        assert_eq!(survey.drafts, ["utkast"]);
        let numbers: Vec<String> = survey.numbers.iter().map(ToString::to_string).collect();
        assert_eq!(numbers, ["KS 2026/123", "BMN 2025/4"]);
        assert!(survey.is_sound());
    }

    #[test]
    fn each_attachment_of_a_mail_has_its_own_format() {
        let mail = "From: a@exempel.se\nTo: b@exempel.se\nSubject: x\nMIME-Version: 1.0\n\
            Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHej\n--b\n\
            Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF-1.4\n%%EOF\n--b--\n";
        let surveyed = of(mail.as_bytes(), Depth::Whole);
        assert_eq!(surveyed.record.map(|record| record.kind), Some(Kind::Eml));
        let inside: Vec<_> = surveyed.survey.inside.iter().map(|i| (i.name.as_str(), i.puids.join(","))).collect();
        assert_eq!(inside, [("a.pdf", "fmt/18".to_owned())]);
    }

    #[test]
    fn the_format_alone_costs_no_record() {
        let surveyed = of(b"%PDF-1.4\n%%EOF\n", Depth::Format);
        assert_eq!(surveyed.record, None);
        assert_eq!(surveyed.survey.format.map(|hits| hits.puids), Some(vec!["fmt/18".to_owned()]));
    }

    #[test]
    fn extensions_are_those_of_the_last_part() {
        for (name, expected) in [("a.PDF", "pdf"), ("a.b/c", ""), (".profile", ""), ("a.tar.gz", "gz")] {
            assert_eq!(extension(name), expected);
        }
    }
}
