//! Files that are nearly the same: texts by `MinHash`, names by their stems.
//!
//! The sketch is made in the sandbox and compared outside it, so it is a plain
//! list of numbers of a fixed length. It is our own: sixty lines against crates
//! whose hashes are seeded by the process or whose sketches have no form that
//! can cross a pipe.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

/// Hashes in a sketch: the estimate of the similarity is within 0.06 two times of three.
const HASHES: usize = 64;

/// Words in a shingle: long enough that two letters on one form letter differ.
const SHINGLE: usize = 4;

/// Fewer shingles than this say too little: a form's headings alone are more.
const LEAST_SHINGLES: usize = 24;

/// Shingles of a text that are looked at; a longer text is known by its beginning.
const MOST_SHINGLES: usize = 100_000;

/// Bands a sketch is cut into to find pairs: with four rows in each, a pair that
/// is 0.8 alike is missed two times in ten thousand.
const BANDS: usize = 16;

/// Share of shingles in common from which two texts count as nearly the same.
pub const NEARLY: f64 = 0.8;

/// Files in one band's bucket that are compared: empty forms of one kind fill a bucket with thousands.
const BUCKET: usize = 64;

/// What a text's shingles come down to (Broder 1997, "On the resemblance and containment of documents").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch(Vec<u32>);

impl Sketch {
    /// The sketch of a text given in parts; `None` when it is too short to tell.
    #[must_use]
    pub fn of<'a>(parts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let words = parts.into_iter().flat_map(|part| part.split(|c: char| !c.is_alphanumeric()));
        let words: Vec<u64> = words.filter(|w| !w.is_empty()).take(MOST_SHINGLES + SHINGLE).map(word_hash).collect();
        let shingles = words.windows(SHINGLE).map(|four| four.iter().fold(0, |hash, word| mix(hash ^ word)));
        let mut least = vec![u32::MAX; HASHES];
        let mut count = 0;
        for shingle in shingles {
            count += 1;
            for (seed, least) in (1..).zip(&mut least) {
                // The upper half is the better mixed.
                let hash = (mix(shingle.wrapping_add(seed)) >> 32) as u32;
                *least = hash.min(*least);
            }
        }
        (count >= LEAST_SHINGLES).then_some(Self(least))
    }

    /// Whether it has the one length that a sketch has; it may come from a process that is not trusted.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.0.len() == HASHES
    }

    /// The estimated share of shingles that two texts have in common, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts up to 64")]
    pub fn likeness(&self, other: &Self) -> f64 {
        let same = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        same as f64 / HASHES as f64
    }
}

fn word_hash(word: &str) -> u64 {
    let letters = word.chars().flat_map(char::to_lowercase);
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, c| (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of `SplitMix64` (Steele, Lea and Flood 2014).
fn mix(hash: u64) -> u64 {
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// For each sketch that has one, the most alike earlier sketch that is nearly the same, by index.
#[must_use]
pub fn nearly_same(sketches: &[Option<&Sketch>]) -> BTreeMap<usize, usize> {
    let mut buckets: HashMap<(usize, &[u32]), Vec<usize>> = HashMap::new();
    let mut found = BTreeMap::new();
    for (index, sketch) in sketches.iter().enumerate() {
        let Some(sketch) = sketch else { continue };
        let mut best: Option<(f64, usize)> = None;
        for band in sketch.0.chunks(HASHES / BANDS).enumerate() {
            let bucket = buckets.entry(band).or_default();
            for &earlier in &*bucket {
                let likeness = sketches[earlier].map_or(0.0, |other| sketch.likeness(other));
                if likeness >= NEARLY && best.is_none_or(|(most, _)| likeness > most) {
                    best = Some((likeness, earlier));
                }
            }
            if bucket.len() < BUCKET {
                bucket.push(index);
            }
        }
        found.extend(best.map(|(_, earlier)| (index, earlier)));
    }
    found
}

/// Endings that tell a version or a copy, as people write them; longest first where one holds another.
const ENDINGS: &[&str] = &[
    "slutversion",
    "slutgiltig",
    "slutlig",
    "utkast",
    "kopia",
    "kopian",
    "copy",
    "final",
    "draft",
    "justerad",
    "reviderad",
    "rev",
    "ny",
    "gammal",
    "orig",
];

/// A file name's stem without what tells versions apart: `Beslut_v2 (1) - Kopia.docx` is `beslut`.
///
/// `None` when nothing in the name tells a version.
#[must_use]
pub fn stem(name: &str) -> Option<String> {
    let whole = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_lowercase();
    let mut rest = whole.as_str();
    for start in ["kopia av ", "copy of ", "kopia-", "utkast "] {
        rest = rest.strip_prefix(start).unwrap_or(rest);
    }
    while let Some(shorter) = without_ending(rest) {
        rest = shorter;
    }
    (rest != whole && !rest.is_empty()).then(|| rest.to_owned())
}

/// The name without its last sign of a version.
fn without_ending(name: &str) -> Option<&str> {
    let trimmed = name.trim_end_matches([' ', '_', '-', '.']);
    if trimmed.len() < name.len() {
        return Some(trimmed);
    }
    if let Some(open) = name.strip_suffix(')').and_then(|inner| inner.rfind('(').map(|at| (at, &inner[at + 1..]))) {
        let (at, inner) = open;
        let counts = !inner.is_empty() && inner.len() <= 3 && inner.bytes().all(|b| b.is_ascii_digit());
        return (counts || ENDINGS.contains(&inner)).then(|| &name[..at]);
    }
    let digits = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    for mark in ["version", "ver", "v", "rev"] {
        if digits.len() < name.len()
            && let Some(before) = digits.trim_end_matches([' ', '.']).strip_suffix(mark)
            && is_apart(before)
        {
            return Some(before);
        }
    }
    let mut endings = ENDINGS.iter().filter_map(|ending| name.strip_suffix(ending));
    endings.find(|before| is_apart(before))
}

/// Whether what follows `before` is a word of its own.
fn is_apart(before: &str) -> bool {
    before.ends_with([' ', '_', '-', '(', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(words: std::ops::Range<u32>) -> String {
        words.map(|word| format!("ord{word}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn tells_texts_that_are_nearly_the_same() {
        let sketch = |text: &str| Sketch::of([text]);
        let first = sketch(&text(0..400)).unwrap();
        let changed = sketch(&text(0..400).replace("ord200", "annat")).unwrap();
        let other = sketch(&text(1000..1400)).unwrap();
        assert!(first.likeness(&changed) > 0.9);
        assert!(first.likeness(&other) < 0.1);
        assert_eq!(nearly_same(&[Some(&first), None, Some(&other), Some(&changed)]), BTreeMap::from([(3, 0)]));
        assert_eq!(sketch("Protokoll fört vid sammanträde"), None);
    }

    #[test]
    fn finds_what_tells_versions_apart() {
        for (name, expected) in [
            ("Beslut.docx", None),
            ("Beslut v2.docx", Some("beslut")),
            ("Beslut_v2 (1) - Kopia.docx", Some("beslut")),
            ("Beslut ver 1.3.docx", Some("beslut")),
            ("Beslut-slutlig.docx", Some("beslut")),
            ("Kopia av Beslut.docx", Some("beslut")),
            ("Beslut (1).pdf", Some("beslut")),
            ("Beslut (utkast).pdf", Some("beslut")),
            ("Protokoll 2025.pdf", None),
            ("Förnyelse.pdf", None),
            ("KS-2025-0123.pdf", None),
            ("Avtal (2025).pdf", None),
            ("v2.pdf", None),
        ] {
            assert_eq!(stem(name).as_deref(), expected, "{name}");
        }
    }
}
