//! What a text as a whole resembles.
//!
//! Words of a lexicon are known or they are not; a note in other words says the
//! same. A linear model over the pieces of words (three to five letters), trained
//! on made-up situations of municipal life with their verdicts, tells how likely
//! each verdict is. Names, numbers and addresses stand in it as what they are, so
//! that it knows no one. `examples/train_resemblance.rs` trains it.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::record::Verdict;

mod windows;
mod words;

pub(super) use windows::Resemblance;
pub use words::{Word, bag, pieces, words};

/// The verdicts that the model tells apart, mildest first.
pub const VERDICTS: [Verdict; 5] =
    [Verdict::Open, Verdict::Internal, Verdict::Personal, Verdict::Sensitive, Verdict::Secret];
/// How many rows of weights the pieces are hashed onto. A power of two.
pub const BUCKETS: usize = 1 << 16;
/// What a weights file begins with.
const MAGIC: &[u8; 4] = b"AKR1";
/// How much a text of one piece weighs; one of n pieces weighs this by the root of n a piece.
const TEMPER: f32 = 6.0;

static SHIPPED: LazyLock<Model> =
    LazyLock::new(|| Model::read(include_bytes!("../data/resemblance.bin")).unwrap_or_default());

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
        let weight = weight_of(pieces.len());
        softmax(self.sums(pieces).map(|sum| sum * weight))
    }

    /// What pieces weigh together for each of [`VERDICTS`].
    fn sums(&self, pieces: &[usize]) -> [f32; 5] {
        let mut sums = [0.0_f32; 5];
        for &bucket in pieces {
            let row = self.row(bucket);
            sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
        }
        sums
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

#[cfg(test)]
mod tests {
    use super::*;

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
