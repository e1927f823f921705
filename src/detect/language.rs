//! Whether a text is Swedish, by its small words: the lexicons are, and "full",
//! "als" or "same" in English and German mean nothing to them.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::document::Text;

/// Small words of Swedish that its neighbours to the south and west do not have.
const SWEDISH: &[&str] = &[
    "och", "att", "det", "som", "är", "på", "inte", "av", "till", "ett", "en", "har", "om", "från", "jag", "vi", "ska",
    "hon", "han", "den", "för", "med", "kan", "eller", "vid", "efter", "hej", "ej",
];

/// Small words of English, German, French, Spanish, Dutch and Latin.
const FOREIGN: &[&str] = &[
    "the", "of", "and", "to", "is", "that", "this", "with", "are", "was", "be", "by", "not", "from", "you", "it", "on",
    "or", "which", "has", "have", "will", "der", "die", "und", "das", "ist", "nicht", "mit", "von", "zu", "den", "dem",
    "ein", "eine", "auf", "für", "wird", "le", "la", "les", "des", "et", "est", "une", "dans", "pour", "que", "qui",
    "el", "los", "las", "del", "por", "para", "het", "een", "niet", "van", "sed", "ut", "non", "in",
];

/// Letters of Swedish that most other languages and all code do without.
const LETTERS: [char; 6] = ['å', 'ä', 'ö', 'Å', 'Ä', 'Ö'];

/// How many small words make a line tell its own language.
const TELLING: usize = 3;

/// How many blocks of a file tell its language.
const OPENING: usize = 400;

/// What languages a text is written in.
pub(crate) struct Languages<'a> {
    text: &'a Text,
    /// Whether the file as a whole is in another language than Swedish.
    file: bool,
    /// Whether it shows that it is in Swedish: code and lists of words show neither.
    swedish: bool,
}

impl<'a> Languages<'a> {
    pub(crate) fn of(text: &'a Text) -> Self {
        let (mut swedish, mut foreign, mut different) = (0, 0, HashSet::new());
        for block in text.blocks.iter().take(OPENING) {
            small_words(&block.text, |at, is_swedish| {
                swedish += usize::from(is_swedish);
                foreign += usize::from(!is_swedish);
                different.extend(is_swedish.then_some(at));
            });
        }
        let file = is_foreign(swedish, foreign);
        let has_letters = || text.blocks.iter().take(OPENING).any(|block| block.text.contains(LETTERS));
        // One word alone is `lang="en"` in code.
        let has_words = swedish > foreign && different.len() > 1;
        Self { text, file, swedish: !file && (has_words || has_letters()) }
    }

    /// Whether the file as a whole shows that it is in Swedish.
    pub(crate) fn is_swedish_file(&self) -> bool {
        self.swedish
    }

    /// Whether block `index` is in another language than Swedish. A block with few
    /// small words, such as a table's row, goes with the file.
    pub(crate) fn is_foreign(&self, index: usize) -> bool {
        let (swedish, foreign) = self.text.blocks.get(index).map_or((0, 0), |block| count(&block.text));
        if swedish + foreign >= TELLING { is_foreign(swedish, foreign) } else { self.file }
    }
}

fn is_foreign(swedish: usize, foreign: usize) -> bool {
    foreign >= TELLING && foreign > 2 * swedish
}

/// How many small words of Swedish and of other languages `text` has.
fn count(text: &str) -> (usize, usize) {
    let (mut swedish, mut foreign) = (0, 0);
    small_words(text, |_, is_swedish| {
        swedish += usize::from(is_swedish);
        foreign += usize::from(!is_swedish);
    });
    (swedish, foreign)
}

/// Calls `each` with every small word in `text`, as its place in [`WORDS`] and whether it is Swedish.
fn small_words(text: &str, mut each: impl FnMut(usize, bool)) {
    let mut word = Packed::default();
    for byte in text.bytes().chain([b' ']) {
        if byte.is_ascii_alphabetic() || byte >= 0x80 {
            word.push(byte);
            continue;
        }
        match WORDS.binary_search_by_key(&word.letters, |small| small.0) {
            Ok(at) if word.length <= LONGEST => each(at, WORDS.get(at).is_some_and(|small| small.1)),
            _ => {}
        }
        word = Packed::default();
    }
}

/// Longest small word, in bytes.
const LONGEST: usize = 8;

/// A word of up to [`LONGEST`] bytes as a number, in small letters as far as they are ASCII.
#[derive(Default)]
struct Packed {
    letters: u64,
    length: usize,
}

impl Packed {
    fn push(&mut self, byte: u8) {
        self.letters = self.letters << 8 | u64::from(byte.to_ascii_lowercase());
        self.length += 1;
    }

    fn of(word: &str) -> u64 {
        let mut packed = Self::default();
        word.bytes().for_each(|byte| packed.push(byte));
        packed.letters
    }
}

/// Every small word, and whether it is Swedish; Swedish ones come first and win.
static WORDS: LazyLock<Vec<(u64, bool)>> = LazyLock::new(|| {
    let mut words: Vec<(u64, bool)> = SWEDISH.iter().map(|word| (Packed::of(word), true)).collect();
    words.extend(FOREIGN.iter().map(|word| (Packed::of(word), false)));
    words.sort_by_key(|(letters, is_swedish)| (*letters, !is_swedish));
    words.dedup_by_key(|(letters, _)| *letters);
    words
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Place, TextBuilder};
    use crate::limits::Limits;

    #[track_caller]
    fn check(lines: &[&str], expected: &[bool]) {
        let mut builder = TextBuilder::new(&Limits::default());
        for line in lines {
            builder.block(Place::default(), line);
        }
        let text = builder.finish();
        let languages = Languages::of(&text);
        let foreign: Vec<bool> = (0..lines.len()).map(|index| languages.is_foreign(index)).collect();
        assert_eq!(foreign, expected, "{lines:?}");
    }

    #[test]
    fn small_words_tell_the_language() {
        check(&["Hon är sjuk och hemma i dag."], &[false]);
        check(&["The full cost of the operation is not known."], &[true]);
        check(&["Er ist als Arzt mit dem Auto und der Bahn gefahren."], &[true]);
        check(&["Astma, Eva Ek"], &[false]);
        check(&["The end of the line is near and it is dark.", "full"], &[true, true]);
        check(
            &["Hon är sjuk och det är tur att vi är hemma.", "full", "The end of the line is near."],
            &[false, false, true],
        );
    }

    #[test]
    fn a_file_shows_that_it_is_swedish() {
        for (text, expected) in [
            ("Hon är sjuk och hemma i dag.", true),
            ("Gräsklippare, släpvagn, jordfräs", true),
            ("all: build\n\tcp $(NAME) $(DESTDIR)", false),
            ("The end of the line is near.", false),
            ("<a:rPr lang=\"en-US\"/><a:endParaRPr lang=\"en-US\"/>", false),
        ] {
            let mut builder = TextBuilder::new(&Limits::default());
            builder.block(Place::default(), text);
            assert_eq!(Languages::of(&builder.finish()).is_swedish_file(), expected, "{text}");
        }
    }
}
