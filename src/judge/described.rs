//! Persons who are told of without a name: "pojken i 5B på Solskolan". Each
//! pointer alone fits many; together they fit one, for anyone who knows the place.

use std::ops::Range;

use super::sentence;
use crate::detect::terms::{Cue, Hit, Meaning};
use crate::document::Text;

/// How much the pointers of a sentence must weigh together to single someone out.
const ENOUGH: u32 = 2;

/// Where someone is described closely enough to be known: the word for the person.
pub(super) fn described(text: &Text, hits: &[Hit]) -> Vec<(usize, Range<usize>)> {
    let roles = hits.iter().filter(|hit| matches!(hit.group().meaning, Meaning::Cue(Cue::Role | Cue::Someone)));
    roles.filter(|hit| is_pointed_out(text, hits, hit)).map(|hit| (hit.block, hit.range.clone())).collect()
}

fn is_pointed_out(text: &Text, hits: &[Hit], role: &Hit) -> bool {
    let stretches = sentence::around(text, role.block, &role.range);
    let general = |(block, range): &(usize, Range<usize>)| {
        let first = hits.partition_point(|hit| (hit.block, hit.range.start) < (*block, range.start));
        let here = hits.get(first..).unwrap_or_default();
        let here = here.iter().take_while(|hit| hit.block == *block && hit.range.start < range.end);
        here.into_iter().any(|hit| matches!(hit.group().meaning, Meaning::Cue(Cue::Generic | Cue::Norm)))
    };
    if stretches.iter().any(general) {
        return false;
    }
    let words: Vec<&str> = stretches
        .iter()
        .filter_map(|(block, range)| text.blocks.get(*block)?.text.get(range.clone()))
        .flat_map(str::split_whitespace)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .collect();
    weigh(&words) >= ENOUGH
}

/// The weight of the pointers in a sentence: class, age, school, street, flat, being the only one.
fn weigh(words: &[&str]) -> u32 {
    let mut weight = 0;
    for (at, word) in words.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| words.get(at)).copied().unwrap_or_default();
        let after = words.get(at + 1).copied().unwrap_or_default();
        weight += match () {
            () if is_class(word) => 2,
            () if is_number(after) && is_any(word, DOORS) => 2,
            () if is_named_unit(before, word) => 1 + u32::from(is_number(after)),
            () if is_number(after) && is_any(word, GRADES) => 1,
            () if is_age(word, after) || (is_year(after) && is_any(word, BORN)) => 1,
            () if is_any(word, ALONE) => 1,
            () => 0,
        };
    }
    weight
}

/// Before the number of a home.
const DOORS: &[&str] = &["lägenhet", "lgh", "rum"];
/// Before the number of a school year.
const GRADES: &[&str] = &["åk", "årskurs", "klass"];
/// Before the year of birth.
const BORN: &[&str] = &["född", "född:", "f", "födelseår"];
/// That there is no other of the kind.
const ALONE: &[&str] = &["enda", "endaste", "ende", "ensam"];
/// How names of schools, homes, streets and the like end.
const UNITS: &[&str] = &[
    "skolan", "gatan", "vägen", "gränd", "gränden", "stigen", "backen", "gården", "hemmet", "boendet", "gruppen",
    "parken",
];
/// What stands after the name of a unit.
const KINDS: &[&str] =
    &["skola", "förskola", "friskola", "äldreboende", "gruppbostad", "gruppboende", "fritids", "avdelning"];

fn is_any(word: &str, words: &[&str]) -> bool {
    words.contains(&word.to_lowercase().as_str())
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && is_number(word)
}

/// `5B`, `9a`: a school class, of a score of pupils.
fn is_class(word: &str) -> bool {
    matches!(word.as_bytes(), [b'1'..=b'9', letter] if matches!(letter.to_ascii_uppercase(), b'A'..=b'F'))
}

/// `Solskolan`, `Myrgatan`; `Vikens skola`.
fn is_named_unit(before: &str, word: &str) -> bool {
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let lower = word.to_lowercase();
    let own = capital(word) && UNITS.iter().any(|end| lower.len() > end.len() + 1 && lower.ends_with(end));
    own || (capital(before) && before.ends_with('s') && is_any(word, KINDS))
}

/// `14 år`, `14-årig`, `30-årsåldern`.
fn is_age(word: &str, after: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let rest = word.get(digits..).unwrap_or_default();
    (1..=2).contains(&digits) && ((rest.is_empty() && after == "år") || rest.trim_start_matches('-').starts_with("år"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sentence: &str, expected: u32) {
        let words: Vec<&str> =
            sentence.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric())).collect();
        assert_eq!(weigh(&words), expected, "{sentence}");
    }

    #[test]
    fn pointers_weigh_together() {
        check("pojken i 5B", 2);
        check("flickan i åk 1, den enda", 2);
        check("mannen i lgh 12", 2);
        check("kvinna, 43 år, på Vikens skola", 2);
        check("eleven bor på Ringvägen 7", 2);
        check("mannen, 43 år", 1);
        check("pojken på Solskolan", 1);
        check("barnet i Sverige", 0);
        check("eleven ska nå målen i 3 av 5 ämnen", 0);
    }

    #[test]
    fn what_holds_for_anyone_points_out_no_one() {
        use crate::detect::terms;
        use crate::judge::sample::parse;
        for (line, count) in [
            ("Pojken i 5B slog en kamrat.", 1),
            ("Om eleven i 5B är sjuk ska vårdnadshavaren anmäla det.", 0),
            ("Eleven i åk 5 ska kunna läsa.", 0),
        ] {
            let text = parse(line);
            assert_eq!(described(&text, &terms::scan(&text)).len(), count, "{line}");
        }
    }
}
