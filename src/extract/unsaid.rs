//! Numbers of persons in a file's own code that its reader passed by: in an
//! attribute, a script, a property of an object that no program shows. A reader
//! of words need not know each place where such a number can be put.

use std::collections::HashSet;
use std::ops::Range;

use crate::document::{Part, Place, TextBuilder};

/// Passages that are kept of one file; more tell nothing new of it.
const MOST: usize = 1_000;

/// Bytes before and after a number that are looked at for where its value begins and ends.
const REACH: usize = 160;

/// Keeps each stretch of `code` that has a number of a person, until it is known what was read.
pub(super) fn look(code: &[u8], builder: &mut TextBuilder) {
    let mut seen = HashSet::new();
    for number in numbers(code) {
        if builder.passages().len() >= MOST {
            return;
        }
        if seen.insert(code.get(number.clone()).unwrap_or_default()) {
            let [before, number, after] = passage(code, number).map(String::from_utf8_lossy);
            // What stands right beside it in code is no part of a word.
            builder.passages().push(format!("{before} {number} {after}").trim().replace("  ", " "));
        }
    }
}

/// The same for data in which words stand in ASCII or in UTF-16.
pub(super) fn look_binary(data: &[u8], builder: &mut TextBuilder) {
    look(data, builder);
    if memchr::memmem::find(data, b"-\0").is_some() {
        let narrow: Vec<u8> = data.iter().copied().filter(|byte| *byte != 0).collect();
        look(&narrow, builder);
    }
}

/// Adds the passages from `first` on whose numbers stand in no block from `block` on.
pub(super) fn tell(first: usize, block: usize, builder: &mut TextBuilder) {
    if builder.passages().len() <= first {
        return;
    }
    let of = |text: &str| -> Vec<String> { numbers(text.as_bytes()).map(|at| text[at].to_owned()).collect() };
    let mut said: HashSet<String> = builder.texts(block).flat_map(of).collect();
    for passage in builder.passages().split_off(first) {
        if of(&passage).into_iter().any(|number| said.insert(number)) {
            builder.block(Place::part(Part::Hidden), &passage);
        }
    }
}

/// What `code` has that looks like a personnummer as people write it: six or eight
/// digits with a month and a day in them, a sign, four digits. Numbers without the
/// sign are identifiers and times most often.
fn numbers(code: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    memchr::memchr2_iter(b'-', b'+', code).filter_map(|sign| {
        let before = code.get(..sign)?.iter().rev().take(9).take_while(|byte| byte.is_ascii_digit()).count();
        let after = code.get(sign + 1..)?.iter().take(5).take_while(|byte| byte.is_ascii_digit()).count();
        if !matches!(before, 6 | 8) || after != 4 {
            return None;
        }
        let two = |from: usize| code.get(from..from + 2).map(|pair| (pair[0] - b'0') * 10 + (pair[1] - b'0'));
        let (month, day) = (two(sign - 4)?, two(sign - 2)?);
        // The beginning of a UUID (RFC 9562, 4).
        let is_id = matches!(code.get(sign + 5..sign + 11), Some([b'-', four @ .., b'-']) if four.iter().all(u8::is_ascii_hexdigit));
        let is_date = (1..=12).contains(&month) && matches!(day, 1..=31 | 61..=91);
        (is_date && !is_id).then_some(sign - before..sign + 5)
    })
}

/// A number, and the value before and after it as far as the next quote, bracket or control character.
fn passage(code: &[u8], number: Range<usize>) -> [&[u8]; 3] {
    let ends = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'{' | b'}' | 0..=0x1f);
    let before = code.get(number.start.saturating_sub(REACH)..number.start).unwrap_or_default();
    let after = code.get(number.end..code.len().min(number.end + REACH)).unwrap_or_default();
    let start = number.start - before.iter().rev().position(ends).unwrap_or(before.len());
    let end = number.end + after.iter().position(ends).unwrap_or(after.len());
    [start..number.start, number.clone(), number.end..end].map(|part| code.get(part).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn told(code: &str, said: &[&str]) -> Vec<String> {
        let mut builder = TextBuilder::new(&Limits::default());
        look(code.as_bytes(), &mut builder);
        for words in said {
            builder.block(Place::default(), words);
        }
        tell(0, 0, &mut builder);
        builder.texts(said.len()).map(str::to_owned).collect()
    }

    #[test]
    fn what_no_block_says_is_told_once() {
        let code = "<a title=\"Elev: 19900101-2385\" b='900101-2385'/><c>900101+2385</c><d e=\"900101-2385\"/>";
        assert_eq!(told(code, &[]), ["Elev: 19900101-2385", "900101-2385", "900101+2385"]);
        assert_eq!(told(code, &["Elev: 19900101-2385", "x 900101-2385"]), ["900101+2385"]);
    }

    #[test]
    fn identifiers_and_times_are_left() {
        let id = "19900101-2385-4abc-8def-0123456789ab";
        for code in ["991399-1234", "1900101-2385", "19900101-23851", id, "20240101T120000", "-", "1-2385"] {
            assert_eq!(told(code, &[]), Vec::<String>::new(), "{code}");
        }
    }
}
