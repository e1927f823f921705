//! Full names: a run of capitalised words that holds a given name or a surname.
//!
//! Each sign adds to the evidence: a known given name 3 (1 when it is a common
//! word too), a known surname or its ending 2, an unknown one 1, the tagger up to 2,
//! a title 2, a label or header 3. From [`ENOUGH`] on it is a name.

use std::ops::Range;

use super::lone::VERBS;
use super::tagger::Tagger;
use super::titles::{COMPANIES, NAME_HEADERS, OFFICIAL, PARTICLES, PLACE_ENDS, PRIVATE, THINGS, TRADES};
use super::tokens::{Shape, Token};
use super::{Name, gazetteer, nominative};
use crate::detect::context::{Words, before};
use crate::document::{Part, Text};

/// What forms and examples have in a name's place.
const PLACEHOLDERS: &[&str] = &["Test", "Exempel", "Namn", "Förnamn", "Efternamn", "Fornamn", "Demo"];

/// Evidence from which on a run of words is a name.
const ENOUGH: i32 = 4;

/// A capitalised word that stands alone and could be a part of a name.
#[derive(Clone, Debug)]
pub(super) struct Loose {
    pub(super) block: usize,
    pub(super) range: Range<usize>,
    /// The word, without the genitive's `s`.
    pub(super) word: String,
    /// Whether it had one.
    pub(super) genitive: bool,
    /// The tokens before and after, in small letters.
    pub(super) before: [String; 2],
    pub(super) after: String,
    /// Whether the tagger takes it for a name; asked only within a sentence, of a common word or before a verb.
    pub(super) tagged: bool,
    /// Whether it stands within a sentence, where only names have capitals.
    pub(super) inside: bool,
}

/// What is found in a file, block by block.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Names with evidence enough.
    pub(super) names: Vec<Name>,
    /// Names that need to be said again elsewhere in the file.
    pub(super) doubtful: Vec<Name>,
    /// Words alone.
    pub(super) loose: Vec<Loose>,
}

/// Finds the names in block `index`, and what could be parts of some.
pub(super) fn find(text: &Text, index: usize, tokens: &[Token], found: &mut Found) {
    let Some(block) = text.blocks.get(index) else { return };
    let view = View { text, index, block: &block.text, tokens };
    let mut at = 0;
    while at < tokens.len() {
        if !tokens.get(at).is_some_and(Token::is_capital) {
            at += 1;
            continue;
        }
        let end = view.run_end(at);
        if view.could_be_name(at, end) {
            view.run(at, end, found);
        }
        at = end;
    }
}

/// A block with its tokens.
struct View<'a> {
    text: &'a Text,
    index: usize,
    block: &'a str,
    tokens: &'a [Token],
}

impl View<'_> {
    fn part(&self) -> Part {
        self.text.blocks.get(self.index).map(|block| block.place.part).unwrap_or_default()
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|token| self.block.get(token.range.clone())).unwrap_or_default()
    }

    /// The word as names are written: `ÅKE` as `Åke`.
    fn title(&self, at: usize) -> String {
        let word = self.word(at);
        if self.tokens.get(at).map(|token| token.shape) == Some(Shape::Upper) { titled(word) } else { word.to_owned() }
    }

    /// Whether tokens `at` and the next have nothing but a space between them.
    fn adjacent(&self, at: usize) -> bool {
        let (Some(a), Some(b)) = (self.tokens.get(at), self.tokens.get(at + 1)) else { return false };
        matches!(self.block.get(a.range.end..b.range.start), Some(" " | "\u{a0}" | "  " | "\n" | " \n"))
    }

    /// Where the run of capitalised words from `at` ends, particles taken in.
    fn run_end(&self, at: usize) -> usize {
        let capital = |at: usize| self.tokens.get(at).is_some_and(Token::is_capital);
        let mut end = at + 1;
        while self.adjacent(end - 1) {
            if capital(end) {
                end += 1;
            } else if PARTICLES.contains(&self.word(end)) && self.adjacent(end) && capital(end + 1) {
                end += 2;
            } else {
                break;
            }
        }
        end
    }

    /// A quick look: some word of the run is known or ends as a surname, or a label calls for a name.
    fn could_be_name(&self, from: usize, end: usize) -> bool {
        (from..end).any(|at| {
            let token = self.tokens.get(at).map(|token| token.shape);
            match token {
                Some(Shape::Capital) => {
                    let word = nominative(self.word(at));
                    gazetteer::is_first(word)
                        || gazetteer::is_surname(word)
                        || (end - from > 1 && (gazetteer::ends_as_surname(word) || gazetteer::is_nearly_first(word)))
                }
                Some(Shape::Upper) => gazetteer::is_first(&self.title(at)),
                _ => false,
            }
        }) || (end - from >= 2 && self.labelled(from))
            || self.surname_first(from, from).is_some()
    }

    /// Whether a label or column header right before `at` calls for a name.
    fn labelled(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let label = at >= 2 && self.word(at - 1) == ":" && {
            let words = Words::of(self.word(at - 2));
            words.has(&NAME_HEADERS) || words.has(&PRIVATE) || words.has(&OFFICIAL)
        };
        label || self.header(token.range.start).is_some_and(|header| Words::of(header).has(&NAME_HEADERS))
    }

    fn header(&self, at: usize) -> Option<&str> {
        let row = self.text.blocks.get(self.index)?.row.as_ref()?;
        let column = row.cells.iter().position(|cell| cell.start == at)?;
        self.text.header(row, column)
    }

    fn run(&self, from: usize, end: usize, found: &mut Found) {
        if self.is_company(from, end) || self.is_thing(from, end) {
            return;
        }
        let mut at = from;
        while at < end {
            if let Some((name, next)) = self.name_at(at, from, end) {
                if name.evidence >= ENOUGH {
                    found.names.push(name);
                    at = next;
                    continue;
                }
                found.doubtful.push(name);
            }
            if let Some((name, next)) = self.with_initial(at, end) {
                found.names.push(name);
                at = next;
                continue;
            }
            let surname_first = self.surname_first(at, from);
            if let Some((name, _)) = surname_first {
                found.names.push(name);
                return;
            }
            if self.is_loose(at, from, end) {
                found.loose.push(self.loose(at));
            }
            at += 1;
        }
    }

    /// The name that begins with word `at` of the run, and the word after it.
    fn name_at(&self, at: usize, from: usize, end: usize) -> Option<(Name, usize)> {
        let first = self.title(at);
        let known = gazetteer::is_first(&first);
        if (!known && !is_invented(&first) && (at > from || is_title(&first)))
            || self.tokens.get(at)?.shape == Shape::Initial
        {
            return None;
        }
        let stop = self.name_end(at, end);
        let placeholder = PLACEHOLDERS.contains(&first.as_str());
        let later_first = !known && (at + 1..stop.saturating_sub(1)).any(|at| gazetteer::is_first(&self.title(at)));
        if stop - at < 2 || later_first || placeholder {
            return None;
        }
        let last = self.title(stop - 1);
        // `Nobel-priset`: a compound, not a double name.
        let compound = last.split('-').skip(1).any(|part| part.starts_with(char::is_lowercase));
        let surname = nominative(&last);
        if compound {
            return None;
        }
        let evidence = self.evidence(at, stop, &first, surname);
        let start = self.tokens.get(at)?.range.start;
        let cut = last.len() - surname.len();
        let range = start..self.tokens.get(stop - 1)?.range.end - cut;
        let name =
            Name { block: self.index, range, first: first.to_lowercase(), last: surname.to_lowercase(), evidence };
        Some((name, stop))
    }

    /// `Amina J`, `Jenny L.`: a given name that is no common word, and the first letter of the surname.
    fn with_initial(&self, at: usize, end: usize) -> Option<(Name, usize)> {
        let (first, initial) = (self.tokens.get(at)?, self.tokens.get(at + 1)?);
        let known = first.shape == Shape::Capital && gazetteer::is_first(self.word(at));
        if !known || at + 2 != end || initial.shape != Shape::Initial || !self.adjacent(at) {
            return None;
        }
        let small = self.word(at).to_lowercase();
        if Tagger::shipped().is_common(&small) || self.part() == Part::Property {
            return None;
        }
        let range = first.range.start..initial.range.end;
        let last = self.word(at + 1).trim_end_matches('.').to_lowercase();
        Some((Name { block: self.index, range, first: small, last, evidence: 4 }, at + 2))
    }

    /// Where the name from `at` ends: before a trade, a title, or letters that stand alone.
    fn name_end(&self, at: usize, end: usize) -> usize {
        let mut stop = at + 1;
        while stop < end && stop - at < 5 {
            let word = self.word(stop);
            let shape = self.tokens.get(stop).map(|token| token.shape);
            let initial = shape == Some(Shape::Initial);
            let next_is_word =
                stop + 1 < end && self.tokens.get(stop + 1).is_some_and(|token| token.shape == Shape::Capital);
            let mixed =
                shape == Some(Shape::Upper) && self.tokens.get(at).map(|token| token.shape) == Some(Shape::Capital);
            if (initial && !(next_is_word && stop == at + 1))
                || TRADES.contains(&word)
                || is_title(word)
                || (mixed && !gazetteer::is_surname(&titled(word)))
            {
                break;
            }
            stop += 1;
        }
        // A particle or an initial does not end a name.
        while stop > at + 1
            && (PARTICLES.contains(&self.word(stop - 1))
                || self.tokens.get(stop - 1).is_some_and(|t| t.shape == Shape::Initial))
        {
            stop -= 1;
        }
        stop
    }

    fn evidence(&self, at: usize, stop: usize, first: &str, last: &str) -> i32 {
        let tagger = Tagger::shipped();
        let common = |word: &str| tagger.is_common(&word.to_lowercase());
        if is_invented(first) && last.ends_with("sson") {
            return ENOUGH;
        }
        let mut evidence = match (gazetteer::is_first(first), common(first)) {
            (true, false) => 3,
            (true, true) => 1,
            // `Guiden` is spelt nearly as a name, and a word may end as a surname does.
            (false, false) if gazetteer::is_nearly_first(first) => {
                1 + i32::from(gazetteer::is_surname(last) || self.leads_to_number(stop))
            }
            (false, false) => 0,
            (false, true) => -2,
        };
        evidence += match (gazetteer::is_surname(last) || gazetteer::ends_as_surname(last), common(last)) {
            (true, false) => 2,
            (true, true) => i32::from(gazetteer::is_surname(last)),
            (false, false) => 1,
            (false, true) => -1,
        };
        if (at + 1..stop - 1).any(|middle| gazetteer::is_first(&self.title(middle))) {
            evidence += 1;
        }
        evidence += 2 * i32::from(self.leads_to_number(stop));
        evidence += match () {
            () if self.labelled(at) => 3,
            () if self.called_for(at, stop) => 2,
            () => 0,
        };
        // The tagger is asked only where it decides.
        if (ENOUGH - 2..=ENOUGH).contains(&evidence) { evidence + self.tagged(at, stop - 1) } else { evidence }
    }

    /// 2 when the tagger takes both words for a name's, -1 when neither.
    fn tagged(&self, first: usize, last: usize) -> i32 {
        match (self.tag(first) > 0, self.tag(last) > 0) {
            (true, true) => 2,
            (false, false) => -1,
            _ => 0,
        }
    }

    /// Whether title, label, header or party stands beside the name.
    fn called_for(&self, at: usize, stop: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        let head = before(self.block, token.range.start);
        let near =
            Words::of(head.get(super::super::context::floor(head, head.len().saturating_sub(28))..).unwrap_or(head));
        if self.word(stop) == "<" || (self.word(stop) == "\"" && self.word(stop + 1) == "<") {
            return true;
        }
        let party = self.word(stop) == "(" && self.word(stop + 2) == ")" && is_party(self.word(stop + 1));
        party || near.nearest(&OFFICIAL).or(near.nearest(&PRIVATE)).is_some_and(|at| at <= 22)
    }

    /// Whether a comma and a number follow, as before an age, an address or a telephone number.
    fn leads_to_number(&self, stop: usize) -> bool {
        let number = |at: usize| self.tokens.get(at).is_some_and(|token| token.shape == Shape::Number);
        self.word(stop) == "," && (stop + 1..stop + 4).any(number)
    }

    /// The tagger's score of word `at`.
    fn tag(&self, at: usize) -> i32 {
        let from = at.saturating_sub(2);
        let words: Vec<&str> = (from..(at + 3).min(self.tokens.len())).map(|at| self.word(at)).collect();
        Tagger::shipped().score(&words, at - from)
    }

    /// `Ek, Eva`: a surname, a comma and a given name at the start of a cell or line.
    fn surname_first(&self, at: usize, from: usize) -> Option<(Name, usize)> {
        if at != from || self.word(at + 1) != "," {
            return None;
        }
        let range = self.tokens.get(at)?.range.start..self.tokens.get(at + 2)?.range.end;
        let (head, tail) = (self.block.get(..range.start)?, self.block.get(range.end..)?);
        let opens = head.is_empty() || head.ends_with(['\t', '\n', ';']);
        let closes = tail.is_empty() || tail.starts_with(['\t', '\n', ';']);
        let (last, first) = (self.title(at), self.title(at + 2));
        let known = gazetteer::is_surname(&last) || gazetteer::ends_as_surname(&last) || closes;
        if !opens || !known || !gazetteer::is_first(&first) {
            return None;
        }
        let name =
            Name { block: self.index, range, first: first.to_lowercase(), last: last.to_lowercase(), evidence: 5 };
        Some((name, at + 3))
    }

    /// A word alone, or the last of a run whose others are titles.
    fn is_loose(&self, at: usize, from: usize, end: usize) -> bool {
        let initials = (at + 1..end).all(|at| self.tokens.get(at).is_some_and(|token| token.shape == Shape::Initial));
        let running = !matches!(self.part(), Part::Property | Part::Field | Part::Link | Part::ImageMetadata);
        let alone = running && initials && (from..at).all(|at| is_title(self.word(at)) || self.opens_sentence(at));
        let shape = self.tokens.get(at).map(|token| token.shape);
        alone && shape == Some(Shape::Capital)
    }

    fn opens_sentence(&self, at: usize) -> bool {
        at == 0 || matches!(self.word(at - 1), "." | "!" | "?" | "–" | "-" | ":" | "•")
    }

    fn loose(&self, at: usize) -> Loose {
        let previous = |back: usize| at.checked_sub(back).map(|at| self.word(at).to_lowercase()).unwrap_or_default();
        let word = nominative(self.word(at));
        let start = self.tokens.get(at).map_or(0, |token| token.range.start);
        let after = self.word(at + 1).to_lowercase();
        let inside = at > 0 && !self.opens_sentence(at);
        let in_doubt = inside || VERBS.contains(&after.as_str()) || Tagger::shipped().is_common(&word.to_lowercase());
        Loose {
            block: self.index,
            range: start..start + word.len(),
            word: word.to_owned(),
            genitive: word.len() < self.word(at).len(),
            before: [previous(1), previous(2)],
            after,
            tagged: in_doubt && self.tag(at) > 0,
            inside,
        }
    }

    /// Whether the run leads to a kind of company, straight or over `&`.
    fn is_company(&self, from: usize, end: usize) -> bool {
        let company = |at: usize| COMPANIES.contains(&self.word(at));
        if (from..end).any(company)
            || (from > 0 && matches!(self.word(from - 1), "&" | "firma" | "firman" | "bolaget" | "företaget"))
        {
            return true;
        }
        let long = end - from >= 3 || TRADES.contains(&self.word(end - 1));
        for at in end..(end + 6).min(self.tokens.len()) {
            let joins = match self.word(at) {
                "&" => true,
                "och" | "i" => long || at > end,
                _ => self.tokens.get(at).is_some_and(Token::is_capital),
            };
            if !joins {
                return false;
            }
            if company(at) {
                return true;
            }
        }
        false
    }

    /// Whether the run names a place, a house, a prize, a king.
    fn is_thing(&self, from: usize, end: usize) -> bool {
        let place = |at: usize| {
            let word = self.word(at).to_lowercase();
            PLACE_ENDS.iter().any(|end| word.ends_with(end)) && !gazetteer::is_surname(self.word(at))
        };
        let saint = from > 0 && matches!(self.word(from - 1), "S:t" | "S:ta" | "t" | "ta")
            || matches!(self.word(from), "Sankt" | "Sankta" | "Santa" | "San");
        let king = (from + 1..end).any(|at| {
            matches!(
                self.word(at),
                "I" | "II"
                    | "III"
                    | "IV"
                    | "V"
                    | "VI"
                    | "VII"
                    | "VIII"
                    | "IX"
                    | "X"
                    | "XI"
                    | "XII"
                    | "XIII"
                    | "XIV"
                    | "XV"
                    | "XVI"
            )
        });
        let owned = self.word(end - 1).ends_with('s') && self.adjacent(end - 1) && THINGS.contains(&self.word(end));
        let acronym = self.tokens.get(from).is_some_and(|token| token.shape == Shape::Upper)
            && (from + 1..end).any(|at| self.tokens.get(at).is_some_and(|token| token.shape == Shape::Capital))
            && !gazetteer::is_surname(&self.title(from))
            && (from..end).all(|at| !gazetteer::is_first(&self.title(at)));
        (from..end).any(place) || saint || king || owned || acronym
    }
}

/// Whether `word` stands for a given name in examples: `Tolvan Tolvansson`.
pub(super) fn is_invented(word: &str) -> bool {
    matches!(
        word,
        "Test" | "Tolvan" | "Exempel" | "Namn" | "Förnamn" | "test" | "tolvan" | "exempel" | "namn" | "förnamn"
    )
}

/// Whether `word` is a title, as in `Handläggare Eva Ek`.
pub(super) fn is_title(word: &str) -> bool {
    let words = Words::of(word);
    !gazetteer::is_first(word) && (words.has(&OFFICIAL) || words.has(&PRIVATE))
}

/// Whether `word` is how a party is written behind a name: one to four capitals.
pub(super) fn is_party(word: &str) -> bool {
    (1..=4).contains(&word.chars().count()) && word.chars().all(char::is_uppercase)
}

/// `word` as names are written: `ÅKE` and `åke` as `Åke`.
pub(super) fn titled(word: &str) -> String {
    let mut chars = word.chars();
    let mut starts = true;
    std::iter::from_fn(|| chars.next())
        .flat_map(|c| {
            let shown: Vec<char> = if starts { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
            starts = c == '-';
            shown
        })
        .collect()
}
