//! One file's bytes to its [`Record`]: kind, text, findings, verdict.
//!
//! The same function runs in the scan, in the sandbox and anywhere else. It is
//! total: whatever the bytes are, a record comes back, and it never says `open`
//! of what was not read.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::detect::{detect_on, terms};
use crate::document::{Cause, Gap, Kind, Place, Text, TextBuilder, Watch};
use crate::error::FileError;
use crate::extract::{extract, is_archive, sniff};
use crate::finding::{Entity, Finding};
use crate::image::{Provenance, provenance};
use crate::judge::{Judgement, Policy, flags, judge};
use crate::limits::Limits;
use crate::ocr::Recogniser;
use crate::record::{Flags, Record, Status, Timings, Verdict};

mod archive;

/// How to examine: by which policy, within which limits.
#[derive(Clone, Debug, Default)]
pub struct Examiner {
    /// The rules.
    pub policy: Policy,
    /// The bounds on the work.
    pub limits: Limits,
    /// Whether findings carry the matched value.
    pub reveal: bool,
    /// The day of the examination, after which no personnummer's bearer is born;
    /// `None` takes any date.
    pub today: Option<Date>,
    /// What reads the words in pictures; `None` leaves them unread and says so.
    pub recogniser: Option<Recogniser>,
    /// Who looks on while files are read; `None` for no one.
    pub watch: Option<Watch>,
}

/// What reading a file gave: the text as far as it was read, and what ended the reading.
#[derive(Debug)]
pub struct Reading {
    /// What the file is.
    pub kind: Kind,
    /// What was read.
    pub text: Text,
    /// What ended the reading before the end.
    pub error: Option<FileError>,
    /// CPU time that pictures took, which has a bound of its own.
    pub pictures: Duration,
}

/// What all members of an archive, and of archives in it, share.
struct Shared {
    /// Bytes that may still come out of compressed parts.
    inflate_left: u64,
    /// Members that may still be gone through.
    entries_left: usize,
    /// CPU time that pictures took.
    pictures: Duration,
}

impl Examiner {
    /// Reads the text of a file, catching a reader's panic.
    #[must_use]
    pub fn read(&self, bytes: &[u8]) -> Reading {
        read_watched(bytes, &self.limits, self.recogniser.as_ref(), self.watch.as_ref())
    }

    /// Examines a file's content; of an archive, every member.
    #[must_use]
    pub fn examine(&self, bytes: &[u8]) -> Record {
        let mut shared = Shared {
            inflate_left: self.limits.inflated_bytes,
            entries_left: self.limits.archive_entries,
            pictures: Duration::ZERO,
        };
        self.examine_at(bytes, 0, &mut shared)
    }

    /// Examines what lies `depth` archives deep.
    fn examine_at(&self, bytes: &[u8], depth: usize, shared: &mut Shared) -> Record {
        let kind = sniff(bytes);
        if !is_archive(kind) {
            return self.examine_document(bytes, shared);
        }
        let started = Instant::now();
        let sha256 = hex(&Sha256::digest(bytes));
        let timings = Timings { read_us: micros(started), ..Timings::default() };
        let mut record = self.examine_members(kind, bytes, depth, shared);
        record.sha256 = Some(sha256);
        record.size = bytes.len() as u64;
        record.timings = Timings { extract_us: micros(started).saturating_sub(timings.read_us), ..timings };
        record
    }

    fn examine_document(&self, bytes: &[u8], shared: &mut Shared) -> Record {
        let started = Instant::now();
        let sha256 = hex(&Sha256::digest(bytes));
        let mut timings = Timings { read_us: micros(started), ..Timings::default() };
        let started = Instant::now();
        let reading = self.read(bytes);
        shared.pictures += reading.pictures;
        let image = provenance_of(reading.kind, bytes);
        timings.extract_us = micros(started);
        let started = Instant::now();
        let findings = detect_on(&reading.text, self.today);
        let terms = terms::scan(&reading.text);
        if let Some(watch) = &self.watch {
            watch.text(&reading.text, &findings);
        }
        timings.detect_us = micros(started);
        let started = Instant::now();
        let judgement = judge(&self.policy, &reading.text, &findings, &terms);
        timings.judge_us = micros(started);
        let mut record = assemble(reading, findings, judgement, self.limits.findings);
        record.sha256 = Some(sha256);
        flag_image(&mut record.flags, image.as_ref());
        record.image = image;
        record.size = bytes.len() as u64;
        record.timings = timings;
        if !self.reveal {
            conceal(&mut record);
        }
        record
    }
}

/// Reads the text of a file within `limits`, catching a reader's panic; words
/// in pictures with `recogniser`.
#[must_use]
pub fn read(bytes: &[u8], limits: &Limits, recogniser: Option<&Recogniser>) -> Reading {
    read_watched(bytes, limits, recogniser, None)
}

fn read_watched(bytes: &[u8], limits: &Limits, recogniser: Option<&Recogniser>, watch: Option<&Watch>) -> Reading {
    let kind = sniff(bytes);
    let mut builder = TextBuilder::new(limits).with_recogniser(recogniser.cloned()).with_watch(watch.cloned());
    let outcome = catch_unwind(AssertUnwindSafe(|| extract(kind, bytes, limits, &mut builder)));
    let error = match outcome {
        Ok(Ok(())) => builder.stopped().map(FileError::Limit),
        Ok(Err(error)) => Some(error),
        Err(_) => Some(FileError::Panic),
    };
    let pictures = builder.spared();
    let mut text = builder.finish();
    if error.is_none() && text.blocks.is_empty() && text.gaps.is_empty() {
        text.gaps.push(Gap { cause: Cause::NoText, place: Place::default() });
    }
    Reading { kind, text, error, pictures }
}

/// The record of a file that was not read at all.
#[must_use]
pub fn unread(kind: Kind, size: u64, status: Status, error: &FileError) -> Record {
    Record {
        verdict: Verdict::Undetermined,
        status,
        error: Some(error.code().to_owned()),
        kind,
        sha256: None,
        size,
        reasons: Vec::new(),
        findings: Vec::new(),
        counts: BTreeMap::new(),
        persons: 0,
        flags: Flags::new(),
        facts: crate::document::Facts::default(),
        image: None,
        gaps: Vec::new(),
        units: 0,
        units_read: 0,
        timings: Timings::default(),
        members: Vec::new(),
    }
}

fn assemble(reading: Reading, mut findings: Vec<Finding>, mut judgement: Judgement, most: usize) -> Record {
    let status = status_of(&reading);
    let verdict = match status {
        Status::Ok => judgement.verdict,
        _ => judgement.verdict.max(Verdict::Undetermined),
    };
    findings.append(&mut judgement.terms);
    findings.sort_by_key(|finding| (finding.at.0, finding.at.1.start));
    let counts = keep_first(&mut findings, most);
    for reason in &mut judgement.reasons {
        keep_first(&mut reason.findings, most);
    }
    Record {
        verdict,
        status,
        error: reading.error.as_ref().map(|e| e.code().to_owned()),
        kind: reading.kind,
        sha256: None,
        size: 0,
        reasons: judgement.reasons,
        findings,
        counts,
        persons: judgement.persons,
        flags: judgement.flags,
        facts: reading.text.facts,
        image: None,
        gaps: reading.text.gaps,
        units: reading.text.units,
        units_read: reading.text.units_read,
        timings: Timings::default(),
        members: Vec::new(),
    }
}

/// Keeps the first `most` findings of each entity and counts them all.
fn keep_first(findings: &mut Vec<Finding>, most: usize) -> BTreeMap<Entity, u32> {
    let mut counts: BTreeMap<Entity, u32> = BTreeMap::new();
    findings.retain(|finding| {
        let count = counts.entry(finding.entity).or_default();
        *count = count.saturating_add(1);
        *count as usize <= most
    });
    counts
}

/// What made the picture, when the file is one. A reader that fails tells nothing.
fn provenance_of(kind: Kind, bytes: &[u8]) -> Option<Provenance> {
    let inspect = AssertUnwindSafe(|| provenance::inspect(kind, bytes));
    kind.is_image().then(|| catch_unwind(inspect).ok())?
}

fn flag_image(found: &mut Flags, image: Option<&Provenance>) {
    let Some(image) = image.filter(|image| image.origin.is_ai()) else { return };
    found.insert(flags::AI_IMAGE.to_owned(), 1);
    if image.lacks_label() {
        found.insert(flags::AI_IMAGE_UNLABELLED.to_owned(), 1);
    }
}

fn status_of(reading: &Reading) -> Status {
    match &reading.error {
        Some(FileError::Limit(_)) => Status::Limit,
        Some(_) if reading.text.blocks.is_empty() => Status::Error,
        None if reading.text.gaps.is_empty() => Status::Ok,
        Some(_) | None => Status::Partial,
    }
}

/// Takes the matched values out of a record, also out of the names of attachments
/// and of what a picture says that it was made with.
pub(crate) fn conceal(record: &mut Record) {
    let in_reasons = record.reasons.iter_mut().flat_map(|reason| &mut reason.findings);
    for finding in record.findings.iter_mut().chain(in_reasons) {
        finding.value = None;
        finding.place.within.iter_mut().for_each(cover_numbers);
    }
    record.gaps.iter_mut().flat_map(|gap| &mut gap.place.within).for_each(cover_numbers);
    record.facts.sensitivity_label.iter_mut().for_each(cover_numbers);
    record.image.iter_mut().flat_map(Provenance::named_mut).for_each(cover_numbers);
}

/// Digits that make a number of a person's, whatever parts them; a date has eight.
const NUMBER_DIGITS: usize = 10;

/// Whether a name has digits enough for a personnummer.
pub(crate) fn holds_number(name: &str) -> bool {
    name.chars().filter(char::is_ascii_digit).count() >= NUMBER_DIGITS
}

/// Covers the digits of a name that holds as many as a personnummer has.
fn cover_numbers(name: &mut String) {
    if holds_number(name) {
        *name = name.chars().map(|c| if c.is_ascii_digit() { '•' } else { c }).collect();
    }
}

fn micros(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// `bytes` in small hexadecimal digits, as digests and names that are not UTF-8 are shown.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_gave_no_text_is_not_open() {
        let record = Examiner::default().examine(b" \n\t\n");
        assert_eq!((record.verdict, record.status), (Verdict::Undetermined, Status::Partial));
        assert_eq!(record.gaps[0].cause, Cause::NoText);
    }
}
