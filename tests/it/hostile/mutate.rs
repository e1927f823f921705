//! Files of every kind, cut and changed at random places: nothing may make a
//! reader fail, and nothing cut may pass for whole.
//!
//! `AKTSAM_MUTATIONS` changes that are tried on each file (a few without it);
//! the same number gives the same changes.

use std::fs;
use std::path::Path;

use aktsam::examine::Examiner;
use aktsam::judge::Policy;
use aktsam::limits::Limits;
use aktsam::record::{Record, Status, Verdict};

use super::{Case, Expect, archives, office, office_hidden, pdf, pdf_hidden, text, text_hidden};

/// Changes of each file in a run of the whole suite.
const FEW: u64 = 12;

/// Larger files only take longer.
const LARGEST: usize = 64 << 10;

/// The next of a row of numbers that look random and are the same every time (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below.max(1) as u64).unwrap()
    }

    /// `bytes` with one thing changed, as files are damaged and as they are forged.
    fn change(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut changed = bytes.to_vec();
        let at = self.roll(bytes.len());
        let to = (at + self.roll(64)).min(bytes.len());
        match self.roll(6) {
            0 => changed[at] ^= 1 << self.roll(8),
            1 => changed[at] = [0, 0xff, 0x7f, 0x80, b'9', b'<'][self.roll(6)],
            2 => drop(changed.drain(at..to)),
            3 => drop(changed.splice(at..at, bytes[at..to].repeat(1 + self.roll(40)))),
            4 => changed.truncate(at),
            _ => drop(changed.splice(at..to, [0xff; 4])),
        }
        changed
    }
}

/// Files of ours that are read whole, one of each kind and hiding place.
fn whole() -> Vec<(String, Vec<u8>)> {
    let cases = [
        pdf::cases(),
        office::cases(),
        text::cases(),
        pdf_hidden::cases(),
        office_hidden::cases(),
        archives::cases(),
        text_hidden::cases(),
    ];
    let found = cases.into_iter().flatten().filter(|case: &Case| case.expect == Expect::Found);
    let mut files: Vec<_> = found.map(|case| (case.name, case.bytes)).collect();
    for folder in ["fixtures/share", "fixtures/image"] {
        files.extend(walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)));
    }
    files.retain(|(_, bytes)| (1..=LARGEST).contains(&bytes.len()));
    files.sort();
    files
}

fn walk(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else {
            files.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    files
}

fn examine(examiner: &Examiner, bytes: &[u8], what: &dyn Fn() -> String) -> Record {
    let record = examiner.examine(bytes);
    assert_ne!(record.error.as_deref(), Some("parser-failure"), "{}", what());
    let open = record.verdict == Verdict::Open;
    assert!(!open || record.status == Status::Ok && record.gaps.is_empty(), "open and not read: {}", what());
    record
}

fn examiner() -> Examiner {
    Examiner { limits: Limits { cpu_seconds: 5, inflated_bytes: 16 << 20, ..Limits::default() }, ..Examiner::default() }
}

#[test]
fn no_change_makes_a_reader_fail() {
    let rounds = std::env::var("AKTSAM_MUTATIONS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(FEW);
    let examiner = examiner();
    for (name, bytes) in whole() {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ bytes.len() as u64);
        for round in 0..rounds {
            let mut changed = dice.change(&bytes);
            for _ in 0..dice.roll(4) {
                if !changed.is_empty() {
                    changed = dice.change(&changed);
                }
            }
            examine(&examiner, &changed, &|| format!("{name}, change {round} of {} bytes", bytes.len()));
        }
    }
}

/// What a PDF, a package, an archive or a picture lacks at its end cannot be overlooked.
#[test]
fn nothing_cut_passes_for_whole() {
    let examiner = examiner();
    let sealed =
        |name: &str| ["pdf", "docx", "xlsx", "pptx", "odt", "zip", "rtf", "gz"].iter().any(|end| name.ends_with(end));
    for (name, bytes) in whole().into_iter().filter(|(name, _)| sealed(name)) {
        for eighth in 1..8 {
            let end = bytes.len() * eighth / 8;
            let record = examine(&examiner, &bytes[..end], &|| format!("{name} cut at {end}"));
            assert!(record.verdict > Verdict::Open, "{name} cut at {end}: {:?} {:?}", record.verdict, record.status);
        }
    }
}

/// A policy that was broken is refused with the place of the mistake, or is one still; nothing else.
#[test]
fn a_broken_policy_is_an_error_with_a_line() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut dice = Dice(0x0123_4567_89ab_cdef);
    for name in ["base.toml", "ale.toml", "essunga.toml"] {
        let text = fs::read(folder.join(name)).unwrap();
        for _ in 0..40 {
            let mut changed = dice.change(&text);
            changed.truncate(changed.len().min(2 * text.len()));
            let changed = String::from_utf8_lossy(&changed);
            if let Err(error) = Policy::parse("policy.toml", &changed) {
                let lines = changed.lines().count() + 1;
                assert!((1..=lines).contains(&error.line), "{error:?} of {lines} lines");
                assert!(error.to_string().contains("policy.toml"), "{error}");
            }
        }
    }
}
