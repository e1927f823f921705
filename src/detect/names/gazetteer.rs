//! What names are made of: given names, surnames, and how Swedish surnames end.
//!
//! Sources and licences stand in `data/README.md`.

use std::collections::HashSet;
use std::sync::LazyLock;

static FIRST: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    [include_str!("data/first_names.txt"), include_str!("data/more_first_names.txt")]
        .into_iter()
        .flat_map(str::lines)
        .collect()
});
static SURNAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("data/surnames.txt").lines().collect());

static SPELLINGS: LazyLock<HashSet<String>> =
    LazyLock::new(|| FIRST.iter().filter(|name| name.chars().count() >= 5).map(|name| spelling(name)).collect());

/// Ends of Swedish surnames: patronymics, nature names, soldier's and priest's names.
const ENDS: &[&str] = &[
    "sson", "sen", "berg", "berger", "bergh", "ström", "strøm", "lund", "lundh", "gren", "qvist", "kvist", "quist",
    "holm", "dahl", "blad", "blom", "bäck", "beck", "stedt", "städt", "sten", "stén", "stam", "strand", "strand",
    "mark", "marck", "fors", "forss", "feldt", "fält", "felt", "land", "lind", "lindh", "ling", "löf", "löv", "löw",
    "man", "mann", "nér", "ner", "rén", "lin", "ell", "ellius", "elius", "ander", "ius", "ström", "sjö", "skog",
    "skiöld", "sköld", "stierna", "stjerna", "crona", "krona", "hielm", "hjelm", "gård", "gårdh", "wall", "vall",
    "vik", "wik", "näs", "rot", "roth", "rud", "zell", "zon", "ros", "roos", "rup", "én", "én", "ér", "els", "borg",
    "borgh", "hagen", "hed", "hede", "hult", "ås", "torp", "thorp", "by", "bo", "dal", "vist", "bring", "bom",
    "hammar", "hamn", "grip", "klint", "bladh", "brant", "brandt", "blom", "hof", "hoff", "hov", "källa", "rooth",
    "uist", "wald", "heim", "stein", "ovic", "ović", "ić", "ski", "sky", "ska", "pour", "zadeh", "oglu", "oğlu", "nen",
    "lainen", "eson", "oui", "nik", "enko", "dotter",
];

/// Capitalised words with such an end that open sentences and name things, not people.
const NOT_SURNAMES: &[&str] = &[
    "Man",
    "Barnen",
    "Skog",
    "Land",
    "Strand",
    "Berg-",
    "Kontakt",
    "Bostad",
    "Tillsammans",
    "Sverige",
    "Fält",
    "By",
    "Bo",
    "Ros",
    "Sten",
    "Mark",
    "Fors",
    "Hed",
    "Stockholm",
    "Norrland",
    "Dalsland",
    "Gotland",
    "Halland",
    "Finland",
    "Tyskland",
    "Ryssland",
    "England",
    "Island",
    "Åland",
    "Öland",
    "Uppland",
    "Södermanland",
    "Göteborg",
    "Helsingborg",
    "Trelleborg",
    "Kungälv",
    "Sundsvall",
    "Söderhamn",
    "Karlshamn",
    "Köpenhamn",
    "Västervik",
    "Örnsköldsvik",
    "Rättvik",
    "Alingsås",
    "Borås",
    "Västerås",
    "Strängnäs",
    "Kommun",
    "Tisdag",
    "Elev",
    "Personal",
    "Medel",
    "Artikel",
    "Tabell",
    "Modell",
    "Format",
    "Kapitel",
    "Person",
    "Mars",
    "Oktober",
    "Plan",
];

/// Whether `word` is a given name, written as one.
pub(super) fn is_first(word: &str) -> bool {
    FIRST.contains(word) || word.split_once('-').is_some_and(|(a, b)| FIRST.contains(a) && FIRST.contains(b))
}

/// Whether `word` is another spelling of a given name: `Wiktor`, `Kristoffer`.
pub(super) fn is_nearly_first(word: &str) -> bool {
    word.chars().count() >= 5 && SPELLINGS.contains(&spelling(word))
}

/// A name's sound, roughly: one letter for those that Swedish spells in several ways.
fn spelling(word: &str) -> String {
    let mut sound = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        let c = match c {
            'w' => 'v',
            'c' | 'q' => 'k',
            'z' => 's',
            'y' | 'j' => 'i',
            'é' | 'è' | 'ë' => 'e',
            'h' if !sound.is_empty() => continue,
            c => c,
        };
        if !sound.ends_with(c) {
            sound.push(c);
        }
    }
    sound.truncate(sound.trim_end_matches(['a', 'e']).len());
    sound
}

/// Whether `word` is one of the commonest surnames, perhaps joined with another.
pub(super) fn is_surname(word: &str) -> bool {
    SURNAMES.contains(word)
        || word.split_once('-').is_some_and(|(a, b)| is_surname(a) && (is_surname(b) || ends_as_surname(b)))
}

/// Longest surname that is known by its end alone, in letters: longer words are compounds.
const LONGEST: usize = 14;

/// Whether `word` ends as Swedish surnames do.
pub(super) fn ends_as_surname(word: &str) -> bool {
    (4..=LONGEST).contains(&word.chars().count())
        && !NOT_SURNAMES.contains(&word)
        && ENDS.iter().any(|end| word.len() > end.len() && word.ends_with(end))
}
