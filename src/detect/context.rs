//! What stands around a hit: the words that tell a number from a look-alike.
//!
//! Context is bounded: the same sentence or row, the label before, the column
//! header. It is matched on whole words, so that `order` is not found in `border`.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use crate::document::{Block, Text};

/// Bytes looked at before a hit.
const BEFORE: usize = 90;
/// Bytes looked at after a hit.
const AFTER: usize = 50;
/// A block longer than this is a text of its own, not a label of the next one.
const LABEL: usize = 48;

/// Lower-case words with one space between and around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(String);

impl Words {
    /// The words of `text`; everything that is neither letter nor digit parts them.
    pub(crate) fn of(text: &str) -> Self {
        let mut words = String::with_capacity(text.len() + 2);
        words.push(' ');
        for c in text.chars() {
            if c.is_alphanumeric() {
                words.extend(c.to_lowercase());
            } else if !words.ends_with(' ') {
                words.push(' ');
            }
        }
        if !words.ends_with(' ') {
            words.push(' ');
        }
        Self(words)
    }

    /// Whether a word of `lexicon` is there.
    pub(crate) fn has(&self, lexicon: &Lexicon) -> bool {
        lexicon.automaton().is_match(&self.0)
    }

    /// How many bytes from the end the last word of `lexicon` begins.
    pub(crate) fn nearest(&self, lexicon: &Lexicon) -> Option<usize> {
        let hits = lexicon.automaton().find_overlapping_iter(&self.0);
        hits.map(|hit| self.0.len() - hit.start()).min()
    }
}

/// Words to look for, in lower case, with `*` before or after for what may go
/// on (`faktur*`, `*konto`); compiled at the first use.
pub(crate) struct Lexicon {
    patterns: &'static [&'static str],
    automaton: OnceLock<AhoCorasick>,
}

impl Lexicon {
    /// The words of `patterns`.
    pub(crate) const fn new(patterns: &'static [&'static str]) -> Self {
        Self { patterns, automaton: OnceLock::new() }
    }

    /// A space stands for a word's edge, as in [`Words`].
    fn automaton(&self) -> &AhoCorasick {
        self.automaton.get_or_init(|| {
            let bounded = self.patterns.iter().map(|pattern| {
                let before = if pattern.starts_with('*') { "" } else { " " };
                let after = if pattern.ends_with('*') { "" } else { " " };
                format!("{before}{}{after}", pattern.trim_matches('*'))
            });
            AhoCorasick::new(bounded).expect("literal patterns")
        })
    }
}

/// What stands around a hit.
#[derive(Clone, Debug)]
pub(crate) struct Around {
    /// Before it in the same sentence or row.
    pub(crate) before: Words,
    /// After it in the same sentence or row.
    pub(crate) after: Words,
    /// The column header above it, or the short block it directly follows.
    pub(crate) label: Words,
}

impl Around {
    /// What stands around `range` of block `index`.
    pub(crate) fn of(text: &Text, index: usize, range: &Range<usize>) -> Self {
        let Some(block) = text.blocks.get(index) else {
            return Self { before: Words::default(), after: Words::default(), label: Words::default() };
        };
        Self {
            before: Words::of(before(&block.text, range.start)),
            after: Words::of(after(&block.text, range.end)),
            label: Words::of(label(text, index, block, range)),
        }
    }

    /// Whether a word of `lexicon` stands anywhere around the hit.
    pub(crate) fn says(&self, lexicon: &Lexicon) -> bool {
        self.before.has(lexicon) || self.after.has(lexicon) || self.label.has(lexicon)
    }

    /// Whether a word of `lexicon` stands where a label does: before the hit, or above it.
    pub(crate) fn labels(&self, lexicon: &Lexicon) -> bool {
        self.before.has(lexicon) || self.label.has(lexicon)
    }

    /// Whether a word of `nearer` stands closer before the hit than any of `other`;
    /// a column header counts when neither stands before it.
    pub(crate) fn rather(&self, nearer: &Lexicon, other: &Lexicon) -> bool {
        match (self.before.nearest(nearer), self.before.nearest(other)) {
            (Some(near), Some(far)) => near < far,
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => self.label.has(nearer) && !self.label.has(other),
        }
    }
}

/// The sentence or row up to `at`, at most [`BEFORE`] bytes of it.
pub(crate) fn before(text: &str, at: usize) -> &str {
    let start = floor(text, at.saturating_sub(BEFORE));
    let window = text.get(start..at).unwrap_or_default();
    let cut = window.rmatch_indices(['.', '!', '?', '\n']).map(|(i, _)| i).find(|&i| ends_sentence(window, i));
    cut.map_or(window, |i| window.get(i + 1..).unwrap_or_default())
}

/// The sentence or row from `at`, at most [`AFTER`] bytes of it.
pub(crate) fn after(text: &str, at: usize) -> &str {
    let end = floor(text, text.len().min(at + AFTER));
    let window = text.get(at..end).unwrap_or_default();
    let cut = window.match_indices(['.', '!', '?', '\n']).map(|(i, _)| i).find(|&i| ends_sentence(window, i));
    cut.map_or(window, |i| window.get(..i).unwrap_or_default())
}

/// A full stop ends a sentence before white space and a capital, after a word
/// longer than an abbreviation's last letters.
fn ends_sentence(window: &str, at: usize) -> bool {
    let (Some(head), Some(tail)) = (window.get(..at), window.get(at + 1..)) else { return false };
    let mark = window.as_bytes().get(at);
    if mark == Some(&b'\n') {
        return true;
    }
    let mut rest = tail.chars();
    let spaced = rest.next().is_none_or(char::is_whitespace);
    let capital = rest.find(|c| !c.is_whitespace()).is_some_and(|c| c.is_uppercase() || c == '–');
    let word = head.chars().rev().take_while(|c| c.is_alphanumeric()).count();
    let whole = word > 3 || head.ends_with(|c: char| c.is_ascii_digit() || matches!(c, ')' | '"' | '”'));
    spaced && capital && (mark != Some(&b'.') || whole)
}

/// The header of the cell that `range` stands in, or the short block before.
fn label<'a>(text: &'a Text, index: usize, block: &Block, range: &Range<usize>) -> &'a str {
    if let Some(row) = &block.row {
        let column = row.cells.iter().position(|cell| cell.start <= range.start && range.end <= cell.end);
        return column.and_then(|column| text.header(row, column)).unwrap_or_default();
    }
    let opens = block.text.get(..range.start).is_some_and(|head| head.trim().is_empty());
    let previous = index.checked_sub(1).and_then(|i| text.blocks.get(i));
    match previous {
        Some(previous)
            if opens
                && previous.row.is_none()
                && previous.text.len() <= LABEL
                && previous.place.part == block.place.part =>
        {
            &previous.text
        }
        _ => "",
    }
}

/// The character boundary at or before `at`.
pub(crate) fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;

    #[test]
    fn words_are_whole() {
        let words = Words::of("Org.nr: 55, Fakturanummer på bankkonto");
        static THERE: [Lexicon; 4] = [
            Lexicon::new(&["org nr"]),
            Lexicon::new(&["faktura*"]),
            Lexicon::new(&["*konto"]),
            Lexicon::new(&["x", "på"]),
        ];
        static MISSING: [Lexicon; 3] = [Lexicon::new(&["faktura"]), Lexicon::new(&["konto"]), Lexicon::new(&["bank"])];
        for (index, lexicon) in THERE.iter().enumerate() {
            assert!(words.has(lexicon), "{index}");
        }
        for (index, lexicon) in MISSING.iter().enumerate() {
            assert!(!words.has(lexicon), "{index}");
        }
    }

    #[test]
    fn windows_end_with_the_sentence() {
        let text = "Ordern är lagd. Pers.nr 1 gäller. Inget annat";
        let at = text.find('1').unwrap();
        assert_eq!(before(text, at), " Pers.nr ");
        assert_eq!(after(text, at + 1), " gäller");
    }

    #[test]
    fn labels_are_headers_or_short_blocks() {
        static PHONE: Lexicon = Lexicon::new(&["telefon"]);
        static PNR: Lexicon = Lexicon::new(&["pnr"]);
        let text = testing::text("Telefon\n070\nNamn\tPnr\nEva\t1");
        assert!(Around::of(&text, 1, &(0..3)).labels(&PHONE));
        assert!(Around::of(&text, 3, &(4..5)).labels(&PNR));
        assert!(!Around::of(&text, 3, &(0..3)).label.has(&PNR));
    }

    #[test]
    fn the_nearer_word_wins() {
        let text = testing::text("Order 7 gäller personnummer 1");
        let around = Around::of(&text, 0, &(28..29));
        static NUMBER: Lexicon = Lexicon::new(&["personnummer"]);
        static ORDER: Lexicon = Lexicon::new(&["order"]);
        assert!(around.rather(&NUMBER, &ORDER));
        assert!(!around.rather(&ORDER, &NUMBER));
    }
}
