//! Addresses: street and number, box and postal code, postal code and town.

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits::{self, is_space};
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

/// Ends of street names that are hardly anything else.
const STREETS: &[&str] = &[
    "gatan",
    "vägen",
    "gränd",
    "gränden",
    "stigen",
    "allén",
    "alléen",
    "torget",
    "esplanaden",
    "boulevarden",
    "slingan",
    "stråket",
    "svängen",
    "kroken",
    "promenaden",
    "leden",
    "gatans",
    "backen",
    "liden",
    "rundan",
    "väg",
    "gata",
    "grändens",
    "vägens",
    "gångväg",
    "kajen",
    "stråke",
];
/// Ends that are street names too, but also farms, houses and other things: these need a word of address.
const PERHAPS: &[&str] = &[
    "plan", "platsen", "ringen", "gården", "backe", "stig", "parken", "höjden", "hagen", "lunden", "dalen", "udden",
    "hamnen", "vreten", "åsen", "torg", "allé", "strand", "stranden", "gärdet", "tået", "by", "bergs", "dal", "ås",
    "näs", "torp", "hult", "vik", "lund", "berg", "holmen", "kullen",
];
static LABELS: Lexicon = Lexicon::new(&[
    "adress*",
    "*adress",
    "*adressen",
    "bor",
    "boende",
    "bosatt*",
    "bostad*",
    "hemma",
    "gatuadress*",
    "besöksadress*",
    "postadress*",
    "folkbokförd*",
    "flytta*",
    "c o",
    "skickas",
    "hyresgäst*",
    "lägenhet*",
    "lgh",
]);
/// Words after a street's end that say the number counts something else.
const UNITS: &[&str] = &[
    "km",
    "kilometer",
    "m",
    "meter",
    "kr",
    "kronor",
    "år",
    "månader",
    "veckor",
    "dagar",
    "minuter",
    "procent",
    "mkr",
    "st",
    "etapp",
    "mm",
    "cm",
];

/// Finds every address.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        let mut end = 0;
        for run in digits::runs(&block.text).filter(|run| run.len() <= 5) {
            if run.start < end {
                continue;
            }
            let Some((range, sure)) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            let labelled = around.says(&LABELS);
            let confidence = match (sure, labelled) {
                (true, true) => Confidence::High,
                (true, false) | (false, true) => Confidence::Medium,
                (false, false) => continue,
            };
            end = range.end;
            findings.push(super::finding("address", Entity::Address, confidence, text, (index, range)));
        }
    }
}

/// The address whose house number, box or postal code is `run`, and whether it is surely one.
fn shape(text: &str, run: &Range<usize>) -> Option<(Range<usize>, bool)> {
    if let Some(end) = postal(text, run) {
        return Some((run.start..end, true));
    }
    if run.len() > 4 || text.get(run.clone())?.starts_with('0') {
        return None;
    }
    let (start, sure) = street_start(text, run.start)?;
    let end = house_end(text, run.end)?;
    let unit = text.get(end..)?.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    if run.len() == 4
        || unit.is_some_and(|unit| UNITS.contains(&unit) && text.get(end..).is_some_and(|rest| !rest.starts_with(',')))
    {
        return None;
    }
    Some((start..with_town(text, end), sure))
}

/// Where the street name before the number begins, and whether its end leaves no doubt.
fn street_start(text: &str, number: usize) -> Option<(usize, bool)> {
    let head = text.get(..number)?.trim_end_matches(is_space);
    if head.len() == number {
        return None;
    }
    let word = last_word(head);
    let start = head.len() - word.len();
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    if word == "Box" || word == "box" {
        return Some((start, false));
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| word.len() > end.len() && word.ends_with(end));
    if capital && ends(STREETS) {
        return Some((first_name(head, start), true));
    }
    // `Karl Johans gata 3`, `Norra vägen 12`: the last word is written small.
    if STREETS.contains(&word) || matches!(word, "allé" | "torg" | "plan" | "backe" | "stig" | "park") {
        let begin = first_name(head, start);
        return (begin < start).then_some((begin, true));
    }
    (capital && ends(PERHAPS)).then(|| (first_name(head, start), false))
}

fn last_word(head: &str) -> &str {
    let length: usize =
        head.chars().rev().take_while(|&c| c.is_alphabetic() || matches!(c, '-' | '.' | ':')).map(char::len_utf8).sum();
    head.get(head.len() - length..).unwrap_or_default()
}

/// Words that belong to a street's name when they stand before it.
const FIRST: &[&str] = &[
    "Norra",
    "Södra",
    "Östra",
    "Västra",
    "Övre",
    "Nedre",
    "Nya",
    "Gamla",
    "Stora",
    "Lilla",
    "Inre",
    "Yttre",
    "Mellersta",
    "Sankt",
    "Sankta",
    "S:t",
    "S:ta",
    "Kungliga",
    "Första",
    "Andra",
];

/// Takes in what belongs to the street's name before `start`: a quarter of the
/// wind (`Norra`), or a name in the genitive before a word written small (`Karl Johans gata`).
fn first_name(head: &str, start: usize) -> usize {
    let small = head.get(start..).and_then(|w| w.chars().next()).is_some_and(char::is_lowercase);
    let Some(first) = word_before(head, start) else { return start };
    let begin = start - 1 - first.len();
    if FIRST.contains(&first) {
        return begin;
    }
    if !(small && first.ends_with('s')) {
        return start;
    }
    word_before(head, begin).map_or(begin, |second| begin - 1 - second.len())
}

/// The capitalised word and one space before `start`.
fn word_before(head: &str, start: usize) -> Option<&str> {
    let word = last_word(head.get(..start)?.strip_suffix(' ')?);
    word.chars().next().is_some_and(char::is_uppercase).then_some(word)
}

/// The end of the house number with its letter, stairs, flat or floor.
fn house_end(text: &str, end: usize) -> Option<usize> {
    let mut end = end;
    let rest = text.get(end..)?;
    let spaced = rest.strip_prefix(' ').unwrap_or(rest);
    let letter = spaced.chars().next().filter(char::is_ascii_uppercase);
    let alone = spaced.chars().nth(1).is_none_or(|c| !c.is_alphanumeric());
    if letter.is_some() && alone {
        end += rest.len() - spaced.len() + 1;
    } else if rest.chars().next().is_some_and(|c| c.is_ascii_lowercase())
        && rest.chars().nth(1).is_none_or(|c| !c.is_alphanumeric())
    {
        end += 1;
    }
    let range =
        text.get(end..)?.strip_prefix(['-', '–']).map_or(0, |r| r.bytes().take_while(u8::is_ascii_digit).count());
    if range > 0 {
        end += text.get(end..)?.chars().next().map_or(0, char::len_utf8) + range;
    }
    if !digits::ends_alone(text, end) {
        return None;
    }
    Some(flat_end(text, end))
}

/// Takes in `, lgh 1101`, ` vån 3`, `, 2 tr`.
fn flat_end(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let body = rest.trim_start_matches([',', ' ']);
    let skipped = rest.len() - body.len();
    for word in ["lgh ", "lgh. ", "lägenhet ", "vån ", "vån. ", "våning ", "plan ", "port "] {
        let Some(tail) = body.strip_prefix(word).filter(|_| skipped > 0) else { continue };
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            return end + skipped + word.len() + digits;
        }
    }
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let stairs = body
        .get(digits..)
        .is_some_and(|t| t.starts_with(" tr") && t.chars().nth(3).is_none_or(|c| !c.is_alphanumeric()));
    if (1..=2).contains(&digits) && stairs && skipped > 0 { end + skipped + digits + 3 } else { end }
}

/// Takes in a postal code and town after a comma or space.
fn with_town(text: &str, end: usize) -> usize {
    let rest = text.get(end..).unwrap_or_default();
    let body = rest.trim_start_matches([',', ' ', '\t']);
    let start = end + rest.len() - body.len();
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    if start == end || digits == 0 { end } else { postal(text, &(start..start + digits)).unwrap_or(end) }
}

/// The end of a postal code and town that begin with `run`: `123 45 Vreta`, `SE-123 45 VRETA`.
fn postal(text: &str, run: &Range<usize>) -> Option<usize> {
    if text.get(run.clone())?.starts_with(['0']) || !postal_start(text, run.start) {
        return None;
    }
    let mut end = run.end;
    if run.len() == 3 {
        let rest = text.get(end..)?;
        let space = rest.chars().next().filter(|&c| is_space(c))?.len_utf8();
        let two = rest.get(space..)?.bytes().take_while(u8::is_ascii_digit).count();
        (two == 2).then_some(())?;
        end += space + 2;
    } else if run.len() != 5 {
        return None;
    }
    let rest = text.get(end..)?;
    let town = rest.trim_start_matches(is_space);
    let spaces = rest.chars().take_while(|&c| is_space(c)).count();
    if !(1..=2).contains(&spaces) {
        return None;
    }
    let length: usize = town.chars().take_while(|c| c.is_alphabetic() || *c == '-').map(char::len_utf8).sum();
    let name = town.get(..length)?;
    let capital = name.chars().next().is_some_and(char::is_uppercase) && name.chars().count() >= 2;
    (capital && !NOT_TOWNS.contains(&name)).then_some(end + rest.len() - town.len() + length)
}

/// Words in capitals that follow an amount of five digits.
const NOT_TOWNS: &[&str] =
    &["SEK", "EUR", "USD", "Kr", "KR", "MW", "MWh", "GWh", "Kronor", "TSEK", "MSEK", "GB", "MB", "TB", "Wh", "kWh"];

fn postal_start(text: &str, start: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    digits::starts_alone(text, start)
        && !head.trim_end_matches(is_space).ends_with(|c: char| c.is_ascii_digit() || c == '§')
        || ["SE-", "S-"].iter().any(|lead| head.ends_with(lead))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Address, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        for address in [
            "Björkgatan 5",
            "Björkgatan 5 B",
            "Björkgatan 5b",
            "Björkgatan 5 B, lgh 1102",
            "Norra Björkvägen 12, 123 45 Vreta",
            "Karl Johans gata 3",
            "Björkgatan 5, vån 3",
            "Björkgatan 5, 2 tr",
            "Sankt Eriks torg 2",
            "123 45 Vreta",
            "Björkgatan 3-5",
            "Kvarnbacken 7",
        ] {
            check(address, &[(Medium, address)]);
            check(&format!("Adress: {address}"), &[(High, address)]);
        }
        check("bor på Solgården 3", &[(Medium, "Solgården 3")]);
        check("Adress: Box 12, 123 45 Vreta", &[(Medium, "Box 12, 123 45 Vreta")]);
        check("Namn\tAdress\nEva\tSolhagen 3", &[(Medium, "Solhagen 3")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "Björkgatan",
            "hål i Björkgatan.",
            "Solgården 3",
            "Vägen 12 km",
            "gatan 5",
            "på vägen 12",
            "Björkgatan 2025",
            "123 45 kr",
            "12345",
            "1 123 45 Vreta",
            "Landsvägen 3 kilometer bort",
            "Storgatan öppnar 2026",
            "Box 12",
            "10 000 SEK",
        ] {
            check(input, &[]);
        }
    }
}
