//! A small averaged perceptron that says whether a capitalised word is part of a
//! person's name, by its form and its neighbours.
//!
//! It is one signal among several: it was trained on news, and files of a
//! municipality are lists and letters. `examples/train_tagger.rs` trains it.

use std::sync::LazyLock;

use super::gazetteer;

/// How many weights features are hashed onto. A power of two.
pub const WEIGHTS: usize = 1 << 16;
/// What a weights file begins with.
const MAGIC: &[u8; 4] = b"AKT1";

static TAGGER: LazyLock<Tagger> = LazyLock::new(|| Tagger::read(include_bytes!("data/tagger.bin")).unwrap_or_default());

/// The weights, and the common words that names are told from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tagger {
    /// Hashes of words that are written small in running text, sorted.
    pub common: Vec<u32>,
    /// A weight for each hashed feature, [`WEIGHTS`] of them.
    pub weights: Vec<i8>,
}

impl Tagger {
    /// The tagger that ships with the program.
    pub(super) fn shipped() -> &'static Self {
        &TAGGER
    }

    /// Reads what [`Tagger::write`] wrote; `None` when it is anything else.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (count, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
        let (common, weights) =
            rest.split_at_checked(usize::try_from(u32::from_le_bytes(*count)).ok()?.checked_mul(4)?)?;
        let (words, _) = common.as_chunks::<4>();
        let common = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
        let weights: Vec<i8> = weights.iter().map(|&weight| i8::from_le_bytes([weight])).collect();
        (weights.len() == WEIGHTS).then_some(Self { common, weights })
    }

    /// The bytes of a weights file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(u32::try_from(self.common.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(self.common.iter().flat_map(|word| word.to_le_bytes()));
        bytes.extend(self.weights.iter().map(|weight| weight.to_le_bytes()[0]));
        bytes
    }

    /// Whether `word`, in small letters, is a common word.
    #[must_use]
    pub fn is_common(&self, word: &str) -> bool {
        self.common.binary_search(&hash(word)).is_ok()
    }

    /// How much word `at` of `words` looks like part of a name; above 0 is yes.
    #[must_use]
    pub fn score(&self, words: &[&str], at: usize) -> i32 {
        let mut sum = 0;
        features(self, words, at, |feature| sum += self.weights.get(feature).map_or(0, |&weight| i32::from(weight)));
        sum
    }
}

/// FNV-1a, 32 bits.
#[must_use]
pub fn hash(word: &str) -> u32 {
    hash_on(START, word)
}

/// What [`hash`] begins with.
pub(crate) const START: u32 = 0x811c_9dc5;

/// The hash of what `hash` is of, and `more` behind it.
pub(crate) fn hash_on(hash: u32, more: &str) -> u32 {
    more.bytes().fold(hash, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// Calls `each` with every feature of word `at`, as an index below [`WEIGHTS`].
pub fn features(tagger: &Tagger, words: &[&str], at: usize, mut each: impl FnMut(usize)) {
    let word = words.get(at).copied().unwrap_or_default();
    let around = |offset: isize| at.checked_add_signed(offset).and_then(|i| words.get(i)).copied().unwrap_or("<>");
    let (before, after) = (around(-1), around(1));
    let small = word.to_lowercase();
    let (small_before, small_after) = (before.to_lowercase(), after.to_lowercase());
    let kind = kind(tagger, word);
    let (kind_before, kind_after) = (self::kind(tagger, before), self::kind(tagger, after));
    let mut feature = |name: &str, value: &str| each(index(name, value));
    feature("bias", "");
    feature("word", &small);
    for length in 2..=4 {
        feature("end", tail(&small, length));
    }
    feature("head", head(&small, 3));
    feature("kind", kind);
    feature("before", &small_before);
    feature("before2", &around(-2).to_lowercase());
    feature("after", &small_after);
    feature("after2", &around(2).to_lowercase());
    feature("kinds", &format!("{kind_before} {kind} {kind_after}"));
    feature("kind before", &format!("{kind_before} {kind}"));
    feature("kind after", &format!("{kind} {kind_after}"));
    feature("end before", &format!("{} {kind}", tail(&small_before, 3)));
    feature("end after", &format!("{kind} {}", tail(&small_after, 3)));
}

/// What the lists know of a word.
fn kind(tagger: &Tagger, word: &str) -> &'static str {
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    if !capital {
        return if word.chars().any(char::is_alphanumeric) { "small" } else { "mark" };
    }
    let common = tagger.is_common(&word.to_lowercase());
    match (gazetteer::is_first(word), gazetteer::is_surname(word), common) {
        (true, true, _) => "first+last",
        (true, false, true) => "first?",
        (true, false, false) => "first",
        (false, true, true) => "last?",
        (false, true, false) => "last",
        (false, false, true) => "common",
        (false, false, false) if gazetteer::ends_as_surname(word) => "ending",
        (false, false, false) => "unknown",
    }
}

fn index(name: &str, value: &str) -> usize {
    let hash = name.bytes().chain([b'=']).chain(value.bytes());
    let hash = hash.fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash ^ (hash >> 15)).unwrap_or(0) % WEIGHTS
}

fn tail(word: &str, letters: usize) -> &str {
    word.char_indices().rev().nth(letters - 1).map_or(word, |(at, _)| &word[at..])
}

fn head(word: &str, letters: usize) -> &str {
    word.char_indices().nth(letters).map_or(word, |(at, _)| &word[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_survive_a_round_trip() {
        let tagger = Tagger { common: vec![1, 7], weights: vec![-3; WEIGHTS] };
        let bytes = tagger.write();
        assert_eq!(Tagger::read(&bytes), Some(tagger));
        for end in [0, 3, 4, 8, 12, bytes.len() - 1] {
            assert_eq!(Tagger::read(&bytes[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn the_shipped_tagger_reads_and_tells() {
        let tagger = Tagger::shipped();
        assert_eq!(tagger.weights.len(), WEIGHTS);
        let words = ["i", "går", "sade", "Anna", "Ekmark", "till", "Kommunen", "."];
        assert!(tagger.score(&words, 3) > 0);
        assert!(tagger.score(&words, 4) > 0);
        assert!(tagger.score(&words, 6) < 0);
    }
}
