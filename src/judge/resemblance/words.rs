//! A text as the model sees it: its different words, each finding as what it is, and their pieces.

use std::collections::HashSet;
use std::ops::{Range, RangeInclusive};

use super::BUCKETS;
use crate::detect::email::{Mailbox, mailbox};
use crate::detect::names::tagger::{self, hash};
use crate::document::{Block, Part, Text};
use crate::finding::{Entity, Finding};

/// Lengths of pieces, in characters.
const PIECES: RangeInclusive<usize> = 3..=5;
/// A text of fewer different words resembles too much.
pub(super) const FEWEST: usize = 12;
/// The model was trained on notes, letters and short documents; a longer text, in bytes, is none.
pub(super) const LONGEST: usize = 12_000;

/// A different word of a text, and where it stands first.
#[derive(Clone, Debug)]
pub struct Word {
    pub(super) text: String,
    pub(super) at: (usize, Range<usize>),
}

/// The different words of a text, with what was found in it as what it is; `None` of a text that
/// is too short or too long to resemble anything.
#[must_use]
pub fn words(text: &Text, findings: &[Finding]) -> Option<Vec<Word>> {
    let words = words_within(text, findings, 0..text.blocks.len())?;
    (words.len() >= FEWEST).then_some(words)
}

/// The different words of some blocks; `None` of too many.
pub(super) fn words_within(text: &Text, findings: &[Finding], within: Range<usize>) -> Option<Vec<Word>> {
    if within.clone().map(|index| length(text, index)).sum::<usize>() > LONGEST {
        return None;
    }
    let mut seen = HashSet::new();
    let mut words = Vec::new();
    let mut take = |word: String, at| {
        if seen.insert(hash(&word)) {
            words.push(Word { text: word, at });
        }
    };
    for header in headers(text, within.start) {
        for (_, word) in spoken(header, within.start, &[]) {
            take(word, (within.start, 0..0));
        }
    }
    for index in within {
        let Some(block) = read(text, index) else { continue };
        for (range, word) in spoken(&block.text, index, findings) {
            take(word, (index, range));
        }
    }
    Some(words)
}

/// How many bytes of a block people wrote.
pub(super) fn length(text: &Text, index: usize) -> usize {
    read(text, index).map_or(0, |block| block.text.len())
}

/// The headers of the table that a row before `index` belongs to as well.
fn headers(text: &Text, index: usize) -> &[String] {
    let row = |index: usize| text.blocks.get(index)?.row.as_ref();
    let table = row(index).filter(|here| index > 0 && row(index - 1).is_some_and(|above| above.table == here.table));
    table.and_then(|row| text.tables.get(row.table)).map(|table| table.headers.as_slice()).unwrap_or_default()
}

/// A block that people wrote.
fn read(text: &Text, index: usize) -> Option<&Block> {
    text.blocks.get(index).filter(|block| !is_beside(block.place.part))
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
    for (start, _) in marked.char_indices() {
        let mut hash = tagger::START;
        for (count, letter) in marked[start..].chars().take(*PIECES.end()).enumerate() {
            hash = tagger::hash_on(hash, letter.encode_utf8(&mut [0; 4]));
            if PIECES.contains(&(count + 1)) {
                // Folded onto the buckets.
                each((hash ^ (hash >> 16)) as usize % BUCKETS);
            }
        }
    }
}

/// The different pieces of `words`.
#[must_use]
pub fn bag(words: &[Word]) -> Vec<usize> {
    let (mut seen, mut bag) = (Pieces::default(), Vec::new());
    for word in words {
        pieces(word, |bucket| bag.extend(seen.take(bucket).then_some(bucket)));
    }
    bag
}

/// Which pieces were there.
pub(super) struct Pieces(Vec<u64>);

impl Default for Pieces {
    fn default() -> Self {
        Self(vec![0; BUCKETS / 64])
    }
}

impl Pieces {
    /// Takes a piece in; says whether it is a new one.
    pub(super) fn take(&mut self, bucket: usize) -> bool {
        let (place, bit) = (&mut self.0[bucket / 64], 1 << (bucket % 64));
        let is_new = *place & bit == 0;
        *place |= bit;
        is_new
    }
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
}
