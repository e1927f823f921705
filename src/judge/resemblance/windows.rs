//! A long text is many: what stands in one place of it resembles something of its own.

use std::cell::OnceCell;
use std::ops::Range;

use super::words::{FEWEST, LONGEST, Word, bag, length, pieces, words_within};
use super::{SHIPPED, VERDICTS, softmax, weight_of};
use crate::document::Text;
use crate::finding::Finding;
use crate::record::Verdict;

/// How many bytes of a text that is too long to be asked about as a whole are asked about at a
/// time. Each window begins in the middle of the one before.
const WINDOW: usize = 1_000;
/// Most words that stand for a resemblance.
const SHOWN: usize = 6;

/// What the windows of a text resemble, each asked about once and only when that matters.
#[derive(Debug)]
pub(in crate::judge) struct Resemblance<'a> {
    text: &'a Text,
    findings: &'a [Finding],
    halves: Vec<Half>,
}

/// Half a window; both are one when the text is short.
#[derive(Debug)]
struct Half {
    blocks: Range<usize>,
    seen: OnceCell<Option<Seen>>,
}

/// What the model sees of a half: how many words and pieces, and what these weigh for each of [`VERDICTS`].
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    words: usize,
    pieces: usize,
    sums: [f32; 5],
}

impl<'a> Resemblance<'a> {
    /// What `text`, which is in Swedish, resembles.
    pub(in crate::judge) fn of(text: &'a Text, findings: &'a [Finding]) -> Self {
        let halves = halves(text).into_iter().map(|blocks| Half { blocks, seen: OnceCell::new() });
        Self { text, findings, halves: halves.collect() }
    }

    /// The windows, by their number, each with its blocks; both ends of which only grow.
    pub(in crate::judge) fn windows(&self) -> impl Iterator<Item = (usize, Range<usize>)> {
        (0..self.halves.len().saturating_sub(1).max(1)).map(|window| (window, self.blocks(window)))
    }

    /// How likely a verdict of `least` or a more restrictive one is for a window, in percent;
    /// `None` of one that is too short or too long to tell.
    pub(in crate::judge) fn percent(&self, window: usize, least: Verdict) -> Option<u8> {
        let Seen { words, pieces, sums } = self.seen(window)?;
        if words < FEWEST {
            return None;
        }
        let weight = weight_of(pieces);
        let likelihoods = VERDICTS.iter().zip(softmax(sums.map(|sum| sum * weight)));
        let sum: f32 = likelihoods.filter(|(verdict, _)| **verdict >= least).map(|(_, likelihood)| likelihood).sum();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0.0 ..= 100.0")]
        let percent = (sum * 100.0).round().clamp(0.0, 100.0) as u8;
        Some(percent)
    }

    /// Where the words of a window stand that speak most for `least` or more restrictive, strongest first.
    pub(in crate::judge) fn shown(&self, window: usize, least: Verdict) -> Vec<(usize, Range<usize>)> {
        let words = words_within(self.text, self.findings, self.blocks(window)).unwrap_or_default();
        let mut weighed: Vec<(f32, &Word)> = words.iter().map(|word| (speaks_for(word, least), word)).collect();
        weighed.retain(|(weight, word)| *weight > 0.0 && !word.text.starts_with('§') && !word.at.1.is_empty());
        weighed.sort_by(|a, b| b.0.total_cmp(&a.0));
        weighed.into_iter().take(SHOWN).map(|(_, word)| word.at.clone()).collect()
    }

    fn blocks(&self, window: usize) -> Range<usize> {
        let both = self.both(window);
        let start = both.first().map_or(0, |half| half.blocks.start);
        start..both.last().map_or(start, |half| half.blocks.end)
    }

    fn both(&self, window: usize) -> &[Half] {
        self.halves.get(window..self.halves.len().min(window + 2)).unwrap_or_default()
    }

    /// What is seen of both halves; a piece that is in both counts twice.
    fn seen(&self, window: usize) -> Option<Seen> {
        self.both(window).iter().try_fold(Seen::default(), |sum, half| {
            let seen = (*half.seen.get_or_init(|| self.look(half.blocks.clone())))?;
            let sums = std::array::from_fn(|class| sum.sums[class] + seen.sums[class]);
            Some(Seen { words: sum.words + seen.words, pieces: sum.pieces + seen.pieces, sums })
        })
    }

    fn look(&self, blocks: Range<usize>) -> Option<Seen> {
        let words = words_within(self.text, self.findings, blocks)?;
        let bag = bag(&words);
        Some(Seen { words: words.len(), pieces: bag.len(), sums: SHIPPED.sums(&bag) })
    }
}

/// The stretches of blocks that windows are made of: one of a text that is asked about as a whole.
fn halves(text: &Text) -> Vec<Range<usize>> {
    let blocks = text.blocks.len();
    if (0..blocks).map(|index| length(text, index)).sum::<usize>() <= LONGEST {
        return std::iter::once(0..blocks).collect();
    }
    let mut halves = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for index in 0..blocks {
        bytes += length(text, index);
        if bytes >= WINDOW / 2 || index + 1 == blocks {
            halves.push(from..index + 1);
            (from, bytes) = (index + 1, 0);
        }
    }
    halves
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
    use crate::judge::sample::parse;

    #[test]
    fn a_short_text_is_one_window_and_a_long_one_many() {
        let text = parse("Mötet öppnades.\nMötet stängdes.");
        let resemblance = Resemblance::of(&text, &[]);
        assert_eq!(resemblance.windows().collect::<Vec<_>>(), [(0, 0..2)]);
        let text = parse(&"Nämnden godkände redovisningen av det gångna året utan anmärkning.\n".repeat(400));
        let resemblance = Resemblance::of(&text, &[]);
        let windows: Vec<_> = resemblance.windows().collect();
        assert!(windows.len() > 20, "{windows:?}");
        assert_eq!((windows[0].1.start, windows.last().unwrap().1.end), (0, text.blocks.len()));
        for pair in windows.windows(2) {
            let (this, next) = (&pair[0].1, &pair[1].1);
            assert!(this.start < next.start && next.start < this.end && this.end < next.end, "{this:?} {next:?}");
        }
    }

    #[test]
    fn a_text_of_nothing_resembles_nothing() {
        let text = Text::default();
        let resemblance = Resemblance::of(&text, &[]);
        assert_eq!(resemblance.windows().collect::<Vec<_>>(), [(0, 0..0)]);
        assert_eq!(resemblance.percent(0, Verdict::Secret), None);
    }
}
