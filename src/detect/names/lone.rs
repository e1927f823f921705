//! Given names and surnames that stand alone. The whole name elsewhere in the
//! file, a relation, a greeting, a list or a column makes them a person's.

use std::collections::HashSet;

use super::candidates::Loose;
use super::tagger::Tagger;
use super::titles::NAME_HEADERS;
use super::{Name, gazetteer};
use crate::detect::context::Words;
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
const VERBS: &[&str] = &[
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

/// The loose words that are names.
pub(super) fn find(text: &Text, names: &[Name], loose: &[Loose]) -> Vec<Name> {
    let firsts: HashSet<&str> = names.iter().map(|name| name.first.as_str()).collect();
    let lasts: HashSet<&str> = names.iter().map(|name| name.last.as_str()).collect();
    let listed = loose.iter().filter(|word| opens_list_item(text, word)).count() + names.len();
    let taken: HashSet<(usize, usize)> = names.iter().map(|name| (name.block, name.range.end)).collect();
    let mut found = Vec::new();
    for word in loose.iter().filter(|word| !taken.contains(&(word.block, word.range.end))) {
        let small = word.word.to_lowercase();
        let first = gazetteer::is_first(&word.word);
        let common = Tagger::shipped().is_common(&small);
        let evidence = match () {
            () if first && firsts.contains(small.as_str()) && (!common || word.tagged) => 5,
            () if first && (related(word) || column(text, word)) => 5,
            () if first && !common && listed >= 2 && opens_list_item(text, word) => 4,
            () if first && !common && word.tagged && VERBS.contains(&word.after.as_str()) => 4,
            () if !common && lasts.contains(small.as_str()) => 4,
            () => continue,
        };
        let (first, last) =
            if first && !lasts.contains(small.as_str()) { (small, String::new()) } else { (String::new(), small) };
        found.push(Name { block: word.block, range: word.range.clone(), first, last, evidence });
    }
    found
}

fn related(word: &Loose) -> bool {
    let [near, far] = &word.before;
    let marks = matches!(near.as_str(), "," | ":" | "!" | "\"" | "”" | "/" | "(");
    RELATIONS.contains(&near.as_str())
        || (marks && RELATIONS.contains(&far.as_str()))
        || (near == "/" && far.is_empty())
}

/// `Wilma – mjölkfri`, `Wilma: …`: the word opens the block and a mark follows.
fn opens_list_item(text: &Text, word: &Loose) -> bool {
    let Some(block) = text.blocks.get(word.block) else { return false };
    let opens = block.text.get(..word.range.start).is_some_and(|head| !head.contains(char::is_alphanumeric));
    opens && matches!(word.after.as_str(), "–" | "-" | ":") && block.text.len() < 200
}

/// The word is the whole of a cell whose column holds names.
fn column(text: &Text, word: &Loose) -> bool {
    let Some(row) = text.blocks.get(word.block).and_then(|block| block.row.as_ref()) else { return false };
    let column = row.cells.iter().position(|cell| *cell == word.range);
    column.and_then(|column| text.header(row, column)).is_some_and(|header| Words::of(header).has(&NAME_HEADERS))
}
