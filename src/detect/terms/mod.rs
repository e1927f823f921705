//! Words that speak of health, union, draft and the like: every lexicon under
//! `policies/terms/` in one automaton.
//!
//! A hit is a candidate only. Whether "diabetes" is a topic or a child's
//! diagnosis is decided in [`crate::judge`], beside the persons of the text.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::automaton::{Automaton, OverlappingState};
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Input, MatchKind};

use crate::document::Text;

mod fold;
mod lexicon;
mod systems;

pub use lexicon::{Cue, Group, Meaning, Needs};
pub use systems::{System, systems};

/// Most hits of one term that are kept. What decides a verdict stands among
/// the first ones; a file of many megabytes of one word costs no memory.
const HITS_OF_A_TERM: u32 = 20_000;

/// The automaton over every term that the program knows.
static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let groups = lexicon::builtin().expect("the lexicons in the program are tested");
    Lexicon::new(groups)
});

/// A term found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index of the block.
    pub block: usize,
    /// Byte range in the block's text: whole words.
    pub range: Range<usize>,
    /// Index into [`groups`].
    pub group: usize,
    /// Index of the term, the same for every occurrence and inflection.
    pub term: usize,
}

impl Hit {
    /// The group the term belongs to.
    #[must_use]
    pub fn group(&self) -> &'static Group {
        &LEXICON.groups[self.group]
    }
}

/// Every group of terms, in the order of the files.
#[must_use]
pub fn groups() -> &'static [Group] {
    &LEXICON.groups
}

/// Every term of every lexicon in `text`, in reading order.
#[must_use]
pub fn scan(text: &Text) -> Vec<Hit> {
    LEXICON.scan(text)
}

/// The terms in one stretch of text, such as a column header.
#[must_use]
pub fn scan_str(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    LEXICON.scan_block(0, text, &mut Vec::new(), &mut vec![0; LEXICON.terms.len()], &mut hits);
    hits
}

struct Lexicon {
    groups: Vec<Group>,
    /// Of each pattern: its group, and how its ends must stand.
    terms: Vec<Term>,
    /// Every process that examines builds it anew: 6 ms and 0.6 MB for 6,000 terms, where a
    /// DFA takes 28 ms and 10 MB to be half as fast again.
    automaton: NFA,
}

#[derive(Clone, Copy)]
struct Term {
    group: usize,
    /// `beroende` in `*beroende`: the word may begin earlier.
    open_start: bool,
    /// `allerg` in `allerg*`: the word may go on.
    open_end: bool,
    /// The word may go on with an ending of [`ENDINGS`].
    inflects: bool,
}

/// Shortest term that takes endings, in letters: below it words look like one another.
const INFLECTED: usize = 5;

/// What Swedish puts after a noun, a verb or an adjective: article, number, case, tense.
const ENDINGS: &[&[u8]] = &[
    b"s", b"n", b"en", b"et", b"t", b"na", b"ns", b"ens", b"ets", b"er", b"ar", b"or", b"r", b"erna", b"arna", b"orna",
    b"rna", b"ernas", b"arnas", b"ornas", b"ers", b"ars", b"e", b"es", b"a", b"as", b"ade", b"at", b"ats", b"ades",
    b"de", b"des", b"te", b"tes", b"it", b"its", b"are",
];

impl Lexicon {
    fn new(groups: Vec<Group>) -> Self {
        let mut terms = Vec::new();
        let mut patterns = Vec::new();
        for (index, group) in groups.iter().enumerate() {
            for term in &group.terms {
                let open_start = term.starts_with('*');
                let open_end = term.ends_with('*');
                let core = fold::folded(term.trim_matches('*'));
                let word = !core.contains(' ') && core.chars().count() >= INFLECTED;
                let inflects = word && !open_end && matches!(group.meaning, Meaning::Entity(_));
                let before = if open_start { "" } else { " " };
                let after = if open_end || inflects { "" } else { " " };
                patterns.push(format!("{before}{core}{after}"));
                terms.push(Term { group: index, open_start, open_end, inflects });
            }
        }
        let automaton = NFA::builder()
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .expect("the lexicons in the program fit an automaton");
        Self { groups, terms, automaton }
    }

    fn scan(&self, text: &Text) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut buffer = Vec::new();
        let mut seen = vec![0; self.terms.len()];
        for (index, block) in text.blocks.iter().enumerate() {
            self.scan_block(index, &block.text, &mut buffer, &mut seen, &mut hits);
        }
        hits
    }

    /// `buffer` is kept between blocks so that a long text costs one allocation;
    /// `seen` counts the hits of each term so far.
    fn scan_block(&self, block: usize, text: &str, buffer: &mut Vec<u8>, seen: &mut [u32], hits: &mut Vec<Hit>) {
        fold::fold(text, buffer);
        let first = hits.len();
        let mut state = OverlappingState::start();
        let input = Input::new(buffer.as_slice());
        loop {
            if self.automaton.try_find_overlapping(&input, &mut state).is_err() {
                break;
            }
            let Some(found) = state.get_match() else { break };
            let pattern = found.pattern().as_usize();
            let term = self.terms[pattern];
            let goes_on = term.open_end || term.inflects;
            let whole = word_end(buffer, found.end());
            let ending = buffer.get(found.end()..whole).unwrap_or_default();
            let strange = term.inflects && !ending.is_empty() && !ENDINGS.contains(&ending);
            if strange || seen[pattern] == HITS_OF_A_TERM {
                continue;
            }
            seen[pattern] += 1;
            // The buffer has a space before the text, and each closed end of a pattern is a space too.
            let start = if term.open_start { word_start(buffer, found.start()) } else { found.start() + 1 };
            let end = if goes_on { whole } else { found.end() - 1 };
            hits.push(Hit { block, range: start - 1..end - 1, group: term.group, term: pattern });
        }
        if let Some(fresh) = hits.get_mut(first..) {
            fresh.sort_by_key(|hit| (hit.range.start, hit.range.end, hit.group, hit.term));
        }
        self.once(first, hits);
    }

    /// A word that is listed itself is not counted again as the inflection of another in its group.
    fn once(&self, first: usize, hits: &mut Vec<Hit>) {
        let own = |hit: &Hit| !self.terms[hit.term].inflects;
        let mut kept = first;
        for at in first..hits.len() {
            let same = kept > first
                && hits.get(kept - 1).zip(hits.get(at)).is_some_and(|(last, hit)| {
                    last.group == hit.group && last.range == hit.range && !(own(last) && own(hit))
                });
            if !same {
                hits.swap(kept, at);
                kept += 1;
            }
        }
        hits.truncate(kept);
    }
}

fn word_start(buffer: &[u8], at: usize) -> usize {
    buffer.get(..at).unwrap_or_default().iter().rposition(|&b| b == b' ').map_or(0, |space| space + 1)
}

fn word_end(buffer: &[u8], at: usize) -> usize {
    buffer.get(at..).unwrap_or_default().iter().position(|&b| b == b' ').map_or(buffer.len(), |space| at + space)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(terms: &[&str]) -> Group {
        Group::test(terms)
    }

    #[test]
    fn words_of_findings_inflect() {
        let lexicon = Lexicon::new(vec![Group {
            meaning: Meaning::Entity(crate::finding::Entity::Health),
            ..group(&["depression", "depressionen", "astma"])
        }]);
        let mut hits = Vec::new();
        let text = "Depressionens, depressionen; depressioner, depressionist, astmans, astmatiker";
        lexicon.scan_block(0, text, &mut Vec::new(), &mut [0; 3], &mut hits);
        let found: Vec<&str> = hits.iter().map(|hit| &text[hit.range.clone()]).collect();
        assert_eq!(found, ["Depressionens", "depressionen", "depressioner", "astmans"]);
    }

    #[track_caller]
    fn check(terms: &[&str], text: &str, expected: &[&str]) {
        let lexicon = Lexicon::new(vec![group(terms)]);
        let mut hits = Vec::new();
        lexicon.scan_block(0, text, &mut Vec::new(), &mut vec![0; terms.len()], &mut hits);
        let found: Vec<&str> = hits.iter().map(|hit| &text[hit.range.clone()]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn terms_are_whole_words_unless_they_have_a_star() {
        check(&["astma"], "Astma, astmatiker (ASTMA)", &["Astma", "ASTMA"]);
        check(&["allerg*"], "Jordnötsallergi och Allergisk", &["Allergisk"]);
        check(&["*allergi"], "Jordnötsallergi, allergier", &["Jordnötsallergi"]);
        check(&["*allerg*"], "jordnötsallergiker", &["jordnötsallergiker"]);
        check(&["ätstörning*"], "ÄTSTÖRNINGAR.", &["ÄTSTÖRNINGAR"]);
        check(&["adhd"], "ADHD/ADD", &["ADHD"]);
    }

    #[test]
    fn phrases_pass_over_hyphens_and_overlap() {
        check(&["ej för spridning"], "EJ FÖR SPRIDNING", &["EJ FÖR SPRIDNING"]);
        check(&["e post"], "E-post:", &["E-post"]);
        check(&["svår oro", "oro"], "svår oro", &["svår oro", "oro"]);
    }

    #[test]
    fn hostile_text_keeps_its_offsets() {
        check(&["sjuk"], "İİ ẞ\u{301} sjuk 😀 sjuk", &["sjuk", "sjuk"]);
        check(&["sjuk"], "", &[]);
    }

    #[test]
    fn every_builtin_lexicon_loads() {
        assert!(groups().len() > 50, "{}", groups().len());
    }

    #[test]
    fn every_pair_has_its_other_half() {
        for group in groups() {
            for half in &group.beside {
                assert!(groups().iter().any(|other| other.id == *half), "{} beside {half}", group.id);
            }
        }
    }

    #[test]
    fn every_entity_has_its_own_terms_or_detector() {
        use crate::finding::Entity;
        for entity in [Entity::Health, Entity::Union, Entity::Security, Entity::Draft, Entity::AiTrace] {
            assert!(groups().iter().any(|group| group.meaning == Meaning::Entity(entity)), "{entity:?}");
        }
    }
}
