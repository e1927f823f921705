//! Given names and surnames that stand alone. The whole name elsewhere in the
//! file, a relation, a greeting, a list or a column makes them a person's.

use std::collections::HashSet;

use super::candidates::Loose;
use super::tagger::Tagger;
use super::titles::NAME_HEADERS;
use super::{Name, gazetteer};
use crate::detect::context::{Lexicon, Words};
use crate::document::Text;

/// Words right before a given name that say whose it is.
const RELATIONS: &[&str] = &[
    "mamma",
    "mamman",
    "pappa",
    "pappan",
    "mor",
    "modern",
    "far",
    "fadern",
    "son",
    "sonen",
    "dotter",
    "dottern",
    "syster",
    "systern",
    "bror",
    "brodern",
    "storasyster",
    "storebror",
    "lillasyster",
    "lillebror",
    "make",
    "maken",
    "maka",
    "makan",
    "sambo",
    "sambon",
    "man",
    "fru",
    "barnet",
    "eleven",
    "pojken",
    "flickan",
    "killen",
    "tjejen",
    "klienten",
    "brukaren",
    "patienten",
    "heter",
    "hette",
    "kallas",
    "hej",
    "hejsan",
    "hallå",
    "kära",
    "käre",
    "hälsningar",
    "hälsning",
    "mvh",
    "tvillingarna",
    "barnen",
    "kompisen",
    "vännen",
    "mormor",
    "morfar",
    "farmor",
    "farfar",
    "moster",
    "faster",
    "morbror",
    "farbror",
    "kusinen",
    "grannen",
    "medarbetaren",
    "kollegan",
    "styvpappan",
    "plastpappan",
    "flickvän",
    "pojkvän",
    "tack",
];

/// What persons do, right after their name.
pub(super) const VERBS: &[&str] = &[
    "har",
    "är",
    "säger",
    "sa",
    "sade",
    "vill",
    "mår",
    "behöver",
    "kan",
    "bor",
    "går",
    "kom",
    "kommer",
    "berättar",
    "berättade",
    "upplever",
    "uppger",
    "fick",
    "får",
    "tycker",
    "ska",
    "hade",
    "var",
    "blev",
    "beskriver",
    "svarar",
    "ringer",
    "ringde",
    "äter",
    "sover",
    "trivs",
    "arbetar",
    "jobbar",
    "klarar",
    "tar",
    "deltar",
    "undrar",
    "skriver",
    "önskar",
    "orkar",
    "känner",
    "blir",
    "vågar",
    "träffar",
    "träffade",
    "behövde",
    "ville",
    "kunde",
    "gick",
    "tog",
    "bodde",
    "reagerar",
    "slår",
    "slog",
    "gråter",
    "visar",
    "visade",
    "uppvisar",
    "förstår",
    "pratar",
    "läser",
];

/// Words before a place or a thing more often than before a person.
const PLACING: &[&str] = &[
    "i", "på", "till", "från", "vid", "via", "mot", "genom", "över", "runt", "in", "kring", "nära", "utanför", "och",
    "&", "eller",
];

/// The loose words that are names; `names` in reading order.
pub(super) fn find(text: &Text, names: &[Name], loose: &[Loose]) -> Vec<Name> {
    let taken: HashSet<(usize, usize)> = names.iter().map(|name| (name.block, name.range.end)).collect();
    let free: Vec<&Loose> = loose.iter().filter(|word| !taken.contains(&(word.block, word.range.end))).collect();
    let mut firsts = called(text, names, &free);
    firsts.extend(names.iter().map(|name| name.first.clone()));
    let lasts: HashSet<&str> = names.iter().map(|name| name.last.as_str()).collect();
    let mut found = Vec::new();
    for word in free {
        let small = word.word.to_lowercase();
        let common = Tagger::shipped().is_common(&small);
        let first = gazetteer::is_first(&word.word);
        let again = first && firsts.contains(&small) && (!common || word.tagged);
        let shown = first && (related(word) || column(text, word));
        let surname = !common && lasts.contains(small.as_str());
        if !(again || shown || surname) {
            continue;
        }
        let (first, last) = if again || shown { (small, String::new()) } else { (String::new(), small) };
        found.push(Name { block: word.block, range: word.range.clone(), first, last, evidence: 4 });
    }
    found
}

/// The given names that something around calls a person's, in small letters.
fn called(text: &Text, names: &[Name], free: &[&Loose]) -> HashSet<String> {
    let items = free.iter().filter(|word| opens_list_item(text, word)).count() + names.len();
    let mut called = HashSet::new();
    let mut previous: Option<&Loose> = None;
    for word in free.iter().filter(|word| gazetteer::is_first(&word.word)) {
        let small = word.word.to_lowercase();
        let rare = !Tagger::shipped().is_common(&small);
        let joined = previous.is_some_and(|previous| joins(text, previous, word));
        let listed = items >= 2 && opens_list_item(text, word);
        let acts = word.tagged && VERBS.contains(&word.after.as_str());
        // "hur det går för Meja i svenska": within a sentence only names have capitals.
        let meant = word.inside && (word.tagged || goes_on(text, word)) && !PLACING.contains(&word.before[0].as_str());
        let told = joined || listed || acts || meant || word.before[0] == ":" || leads_to_name(names, text, word);
        if related(word) || column(text, word) || (rare && told) {
            called.insert(small);
            previous = Some(word);
        }
    }
    called
}

/// `Meja i svenska. Hon läser …`: a pronoun takes the person up again.
fn goes_on(text: &Text, word: &Loose) -> bool {
    let block = text.blocks.get(word.block).map_or("", |block| block.text.as_str());
    let end = crate::detect::context::floor(block, word.range.end + FOLLOWS);
    Words::of(block.get(word.range.end..end).unwrap_or_default()).has(&PRONOUNS)
}

/// How far behind a name a pronoun may follow, in bytes.
const FOLLOWS: usize = 80;

static PRONOUNS: Lexicon = Lexicon::new(&["hon", "han", "hen", "hennes", "hans", "henne", "honom"]);

/// `Lena, Fatima och Josefin`: nothing but a comma or `och` stands between the two.
fn joins(text: &Text, previous: &Loose, word: &Loose) -> bool {
    let between = text.blocks.get(word.block).and_then(|block| block.text.get(previous.range.end..word.range.start));
    previous.block == word.block && matches!(between, Some(", " | " och " | " & " | "/" | " och\n"))
}

/// `Sven och Gudrun Ek`: a full name follows after `och`.
fn leads_to_name(names: &[Name], text: &Text, word: &Loose) -> bool {
    let rest = text.blocks.get(word.block).and_then(|block| block.text.get(word.range.end..));
    let joint = [" och ", " & "].into_iter().find(|joint| rest.is_some_and(|rest| rest.starts_with(joint)));
    joint.is_some_and(|joint| {
        let start = word.range.end + joint.len();
        let at = names.partition_point(|name| (name.block, name.range.start) < (word.block, start));
        names.get(at).is_some_and(|name| name.block == word.block && name.range.start == start)
    })
}

fn related(word: &Loose) -> bool {
    let [near, far] = &word.before;
    let marks = matches!(near.as_str(), "," | ":" | "!" | "\"" | "”" | "/" | "(");
    RELATIONS.contains(&near.as_str())
        || (marks && RELATIONS.contains(&far.as_str()))
        || (near == "/" && far.is_empty())
}

/// `Wilma – mjölkfri`, `Abdi 070-…`: the word opens the block and a mark or a number follows.
fn opens_list_item(text: &Text, word: &Loose) -> bool {
    let Some(block) = text.blocks.get(word.block) else { return false };
    let opens = block.text.get(..word.range.start).is_some_and(|head| !head.contains(char::is_alphanumeric));
    let number = word.after.starts_with(|c: char| c.is_ascii_digit() || c == '+');
    opens && !word.genitive && (number || matches!(word.after.as_str(), "–" | "-" | ":" | "("))
}

/// The word is the whole of a cell whose column holds names.
fn column(text: &Text, word: &Loose) -> bool {
    let Some(row) = text.blocks.get(word.block).and_then(|block| block.row.as_ref()) else { return false };
    let column = row.cells.iter().position(|cell| *cell == word.range);
    column.and_then(|column| text.header(row, column)).is_some_and(|header| Words::of(header).has(&NAME_HEADERS))
}
