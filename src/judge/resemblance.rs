//! What a text as a whole resembles.
//!
//! Words of a lexicon are known or they are not; a note in other words says the
//! same. A linear model over the pieces of words (three to five letters), trained
//! on made-up situations of municipal life with their verdicts, tells how likely
//! each verdict is. Names, numbers and addresses stand in it as what they are, so
//! that it knows no one. `examples/train_resemblance.rs` trains it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::detect::email::{Mailbox, mailbox};
use crate::detect::names::tagger::hash;
use crate::document::{Part, Text};
use crate::finding::{Entity, Finding};
use crate::record::Verdict;

/// The verdicts that the model tells apart, mildest first.
pub const VERDICTS: [Verdict; 5] =
    [Verdict::Open, Verdict::Internal, Verdict::Personal, Verdict::Sensitive, Verdict::Secret];
/// How many rows of weights the pieces are hashed onto. A power of two.
pub const BUCKETS: usize = 1 << 16;
/// What a weights file begins with.
const MAGIC: &[u8; 4] = b"AKR1";
/// Lengths of pieces, in characters.
const PIECES: std::ops::RangeInclusive<usize> = 3..=5;
/// A text of fewer different words resembles too much.
const FEWEST: usize = 12;
/// The model was trained on notes, letters and short documents; a longer text, in bytes, is none.
const LONGEST: usize = 12_000;
/// How much a text of one piece weighs; one of n pieces weighs this by the root of n a piece.
const TEMPER: f32 = 6.0;
/// Most words that stand for a resemblance.
const SHOWN: usize = 6;

static SHIPPED: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_bytes!("data/resemblance.bin")).unwrap_or_default());

/// The weights: for each bucket one for each of [`VERDICTS`].
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What a step of a weight is worth.
    scale: f32,
    weights: Cow<'static, [u8]>,
}

impl Default for Model {
    fn default() -> Self {
        Self { scale: 0.0, weights: Cow::Owned(vec![0; BUCKETS * VERDICTS.len()]) }
    }
}

impl Model {
    /// A model of `weights`, [`BUCKETS`] × 5 of them, rounded to 255 steps.
    #[must_use]
    pub fn new(weights: &[f32]) -> Self {
        let most = weights.iter().fold(f32::MIN_POSITIVE, |most, weight| most.max(weight.abs()));
        let scale = most / 127.0;
        #[expect(clippy::cast_possible_truncation, reason = "-127.0 ..= 127.0")]
        let step = |weight: &f32| ((weight / scale).round() as i8).to_le_bytes()[0];
        Self { scale, weights: weights.iter().map(step).collect() }
    }

    /// Reads what [`Model::write`] wrote; `None` when it is anything else.
    #[must_use]
    pub fn read(bytes: &'static [u8]) -> Option<Self> {
        let (scale, weights) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
        let fits = weights.len() == BUCKETS * VERDICTS.len();
        fits.then(|| Self { scale: f32::from_le_bytes(*scale), weights: Cow::Borrowed(weights) })
    }

    /// The bytes of a weights file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        [MAGIC.as_slice(), &self.scale.to_le_bytes(), &self.weights].concat()
    }

    /// The weights of a bucket, one for each of [`VERDICTS`].
    fn row(&self, bucket: usize) -> [f32; 5] {
        let at = bucket * VERDICTS.len();
        let row = self.weights.get(at..at + VERDICTS.len()).unwrap_or_default();
        std::array::from_fn(|class| {
            row.get(class).map_or(0.0, |&byte| f32::from(i8::from_le_bytes([byte])) * self.scale)
        })
    }

    /// How likely each of [`VERDICTS`] is for a text of these pieces; the sum is 1.
    #[must_use]
    pub fn likelihoods(&self, pieces: &[usize]) -> [f32; 5] {
        let mut sums = [0.0_f32; 5];
        for &bucket in pieces {
            let row = self.row(bucket);
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
        }
        let weight = weight_of(pieces.len());
        softmax(sums.map(|sum| sum * weight))
    }
}

/// How much each of `count` pieces weighs.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a text has far fewer pieces than 2^23")]
pub fn weight_of(count: usize) -> f32 {
    TEMPER / (count.max(1) as f32).sqrt()
}

/// Numbers as likelihoods.
#[must_use]
pub fn softmax(numbers: [f32; 5]) -> [f32; 5] {
    let most = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers = numbers.map(|number| (number - most).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|power| power / sum)
}

/// A different word of a text, and where it stands first.
#[derive(Clone, Debug)]
pub struct Word {
    text: String,
    at: (usize, Range<usize>),
}

/// The different words of a text, with what was found in it as what it is; `None` of a text that
/// is too short or too long to resemble anything.
#[must_use]
pub fn words(text: &Text, findings: &[Finding]) -> Option<Vec<Word>> {
    let read = |index: usize| text.blocks.get(index).filter(|block| !is_beside(block.place.part));
    let length: usize = (0..text.blocks.len()).filter_map(read).map(|block| block.text.len()).sum();
    if length > LONGEST {
        return None;
    }
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    for index in 0..text.blocks.len() {
        let Some(block) = read(index) else { continue };
        for (range, word) in spoken(&block.text, index, findings) {
            if seen.insert(word.clone()) {
                words.push(Word { text: word, at: (index, range) });
            }
        }
    }
    (words.len() >= FEWEST).then_some(words)
}

/// What is no running text, and the same in files of every kind.
fn is_beside(part: Part) -> bool {
    matches!(part, Part::Property | Part::Link | Part::Field | Part::ImageMetadata)
}

/// The words of a block in small letters, digits as 0, and each finding as one word for its kind.
fn spoken(text: &str, index: usize, findings: &[Finding]) -> Vec<(Range<usize>, String)> {
    let mut spoken = Vec::new();
    let mut from = 0;
    let first = findings.partition_point(|finding| finding.at.0 < index);
    let here = findings.get(first..).unwrap_or_default().iter().take_while(|finding| finding.at.0 == index);
    for finding in here.filter(|finding| finding.at.1.start < finding.at.1.end) {
        let Some(kind) = kind(finding).filter(|_| finding.at.1.start >= from) else { continue };
        plain(text, from..finding.at.1.start, &mut spoken);
        spoken.push((finding.at.1.clone(), kind));
        from = finding.at.1.end;
    }
    plain(text, from..text.len(), &mut spoken);
    spoken
}

fn plain(text: &str, within: Range<usize>, spoken: &mut Vec<(Range<usize>, String)>) {
    let start = within.start;
    let stretch = text.get(within).unwrap_or_default();
    for word in stretch.split_whitespace() {
        let at = start + (word.as_ptr() as usize - stretch.as_ptr() as usize);
        let small = word.chars().flat_map(char::to_lowercase).map(|c| if c.is_ascii_digit() { '0' } else { c });
        spoken.push((at..at + word.len(), small.take(40).collect()));
    }
}

/// The word that stands for what was found; `None` when its own words shall stand.
fn kind(finding: &Finding) -> Option<String> {
    let kind = match finding.entity {
        Entity::Email => match mailbox(finding.value.as_deref().unwrap_or_default()) {
            Mailbox::Function => "§epostfunktion",
            Mailbox::Private => "§epostprivat",
            Mailbox::Work | Mailbox::Personal => "§epost",
        },
        Entity::Personnummer
        | Entity::Samordningsnummer
        | Entity::Organisationsnummer
        | Entity::PersonPrivate
        | Entity::PersonOfficial
        | Entity::PersonHistorical
        | Entity::Phone
        | Entity::Address
        | Entity::Fastighetsbeteckning
        | Entity::Registreringsnummer
        | Entity::Diarienummer
        | Entity::BankAccount => return Some(format!("§{}", finding.entity.id())),
        _ => return None,
    };
    Some(kind.to_owned())
}

/// Calls `each` with the bucket of every piece of a word, its ends marked by spaces.
pub fn pieces(word: &Word, each: impl FnMut(usize)) {
    pieces_of(&word.text, each);
}

fn pieces_of(word: &str, mut each: impl FnMut(usize)) {
    let marked = format!(" {word} ");
    let starts: Vec<usize> = marked.char_indices().map(|(at, _)| at).chain([marked.len()]).collect();
    for length in PIECES {
        for ends in starts.windows(length + 1) {
            let (from, to) = (ends.first().copied().unwrap_or(0), ends.last().copied().unwrap_or(0));
            each(bucket(marked.get(from..to).unwrap_or_default()));
        }
    }
}

/// The hash of a piece, folded onto the buckets.
fn bucket(piece: &str) -> usize {
    let hash = hash(piece);
    (hash ^ (hash >> 16)) as usize % BUCKETS
}

/// The different pieces of `words`.
#[must_use]
pub fn bag(words: &[Word]) -> Vec<usize> {
    let mut bag = Vec::new();
    for word in words {
        pieces(word, |bucket| bag.push(bucket));
    }
    bag.sort_unstable();
    bag.dedup();
    bag
}

/// How likely each verdict is for a text, and by which of its words.
#[derive(Clone, Debug)]
pub(super) struct Resemblance {
    words: Vec<Word>,
    likelihoods: [f32; 5],
}

impl Resemblance {
    /// What `text`, which is in Swedish, resembles; `None` when it is too short or too long to tell.
    pub(super) fn of(text: &Text, findings: &[Finding]) -> Option<Self> {
        let words = words(text, findings)?;
        let likelihoods = SHIPPED.likelihoods(&bag(&words));
        Some(Self { words, likelihoods })
    }

    /// How likely a verdict of `least` or a more restrictive one is, in percent.
    pub(super) fn percent(&self, least: Verdict) -> u8 {
        let sum: f32 =
            VERDICTS.iter().zip(self.likelihoods).filter(|(verdict, _)| **verdict >= least).map(|(_, p)| p).sum();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0.0 ..= 100.0")]
        let percent = (sum * 100.0).round().clamp(0.0, 100.0) as u8;
        percent
    }

    /// Where the words stand that speak most for `least` or more restrictive, strongest first.
    pub(super) fn shown(&self, least: Verdict) -> Vec<(usize, Range<usize>)> {
        let mut weighed: Vec<(f32, &Word)> = self.words.iter().map(|word| (speaks_for(word, least), word)).collect();
        weighed.retain(|(weight, word)| *weight > 0.0 && !word.text.starts_with('§'));
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
        weighed.into_iter().take(SHOWN).map(|(_, word)| word.at.clone()).collect()
    }
}

/// How much a word speaks for `least` or more restrictive rather than for milder.
fn speaks_for(word: &Word, least: Verdict) -> f32 {
    let mut sums = [0.0_f32; 5];
    pieces(word, |bucket| sums.iter_mut().zip(SHIPPED.row(bucket)).for_each(|(sum, weight)| *sum += weight));
    let mean = |wanted: bool| {
        let of = VERDICTS.iter().zip(sums).filter(|(verdict, _)| (**verdict >= least) == wanted).map(|(_, sum)| sum);
        let (sum, count) = of.fold((0.0, 0.0_f32), |(sum, count), one| (sum + one, count + 1.0));
        sum / count.max(1.0)
    };
    mean(true) - mean(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::detect;
    use crate::judge::sample::parse;

    #[test]
    fn what_was_found_stands_as_what_it_is() {
        let text = parse("Ring Eva Ek på 070-174 06 10 eller skriv till info@vreta.se om kl 14");
        let findings = detect(&text);
        let spoken: Vec<String> =
            spoken(&text.blocks[0].text, 0, &findings).into_iter().map(|(_, word)| word).collect();
        let expected =
            ["ring", "§person_private", "på", "§phone", "eller", "skriv", "till", "§epostfunktion", "om", "kl", "00"];
        assert_eq!(spoken, expected);
    }

    #[test]
    fn pieces_have_three_to_five_letters() {
        let mut count = 0;
        pieces_of("åk", |bucket| {
            assert!(bucket < BUCKETS);
            count += 1;
        });
        assert_eq!(count, 3, "' åk', 'åk ' and ' åk '");
    }

    #[test]
    fn a_file_of_weights_reads_as_it_was_written() {
        let mut weights = vec![0.0; BUCKETS * VERDICTS.len()];
        weights[7] = 1.0;
        weights[8] = -0.5;
        let model = Model::new(&weights);
        let bytes: &'static [u8] = Vec::leak(model.write());
        assert_eq!(Model::read(bytes), Some(model));
        assert_eq!(Model::read(&bytes[1..]), None);
    }

    #[test]
    fn likelihoods_sum_to_one() {
        let sum: f32 = SHIPPED.likelihoods(&[1, 2, 3]).iter().sum();
        assert!((sum - 1.0).abs() < 1e-5);
        assert!(SHIPPED.scale > 0.0, "the shipped weights were read");
    }
}
