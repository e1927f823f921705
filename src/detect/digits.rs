//! Runs of digits, which every number detector starts from.

use std::ops::Range;

/// Maximal runs of ASCII digits in `text`, in order.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = next_digit(bytes, from)?;
        let length = bytes.get(start..)?.iter().take_while(|b| b.is_ascii_digit()).count();
        from = start + length;
        Some(start..from)
    })
}

/// The first digit at or after `from`; looks at 32 bytes at a time, which the
/// compiler turns into vector instructions.
fn next_digit(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(chunk) = bytes.get(at..at + 32) {
        if chunk.iter().fold(false, |any, b| any | b.is_ascii_digit()) {
            break;
        }
        at += 32;
    }
    bytes.get(at..)?.iter().position(u8::is_ascii_digit).map(|i| at + i)
}

/// Whether `digits` end in their check digit by the Luhn algorithm (modulus 10,
/// ISO/IEC 7812-1 annex B).
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, &digit)| {
            let digit = u32::from(digit) * if i % 2 == 0 { 1 } else { 2 };
            if digit > 9 { digit - 9 } else { digit }
        })
        .sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

/// The values of the digits in `text`; anything else is left out.
pub(crate) fn values(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect()
}

/// Digit groups from `first` on, parted by a single separator that `parts` accepts.
///
/// Ends before the group that would bring the digits above `most`.
pub(crate) fn groups(text: &str, first: Range<usize>, most: usize, parts: fn(char) -> bool) -> Vec<Range<usize>> {
    let mut total = first.len();
    let mut groups = vec![first];
    loop {
        let end = groups.last().map_or(0, |group| group.end);
        let Some(next) = next_group(text, end, parts) else { return groups };
        total += next.len();
        if total > most {
            return groups;
        }
        groups.push(next);
    }
}

fn next_group(text: &str, end: usize, parts: fn(char) -> bool) -> Option<Range<usize>> {
    let separator = text.get(end..)?.chars().next().filter(|&c| parts(c))?;
    let start = end + separator.len_utf8();
    let length = text.get(start..)?.bytes().take_while(u8::is_ascii_digit).count();
    (length > 0).then_some(start..start + length)
}

/// Whether nothing that would make `range` a part of something longer stands
/// beside it: no letter or digit, and no sign that joins it to a digit.
pub(crate) fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    starts_alone(text, range.start) && ends_alone(text, range.end)
}

/// The half of [`stands_alone`] that looks before `start`.
pub(crate) fn starts_alone(text: &str, start: usize) -> bool {
    let mut before = text.get(..start).unwrap_or_default().chars().rev();
    match before.next() {
        Some(c) if c.is_alphanumeric() => false,
        Some('-' | '+' | '/' | '.' | ',' | ':' | '–' | '=') => !before.next().is_some_and(|c| c.is_ascii_digit()),
        _ => true,
    }
}

/// The half of [`stands_alone`] that looks after `end`.
pub(crate) fn ends_alone(text: &str, end: usize) -> bool {
    let mut after = text.get(end..).unwrap_or_default().chars();
    match after.next() {
        Some(c) if c.is_alphanumeric() => false,
        Some('-' | '/' | '.' | ',' | ':' | '–') => !after.next().is_some_and(|c| c.is_ascii_digit()),
        _ => true,
    }
}

/// Space, no-break space and their narrow kin.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}')
}

/// Hyphen, dash or minus, in the forms that word processors and PDF make of it.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{ad}' | '\u{2010}'..='\u{2014}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_runs() {
        let long = format!("{}7", "å".repeat(40));
        for (text, expected) in [("", vec![]), ("a1b22", vec![1..2, 3..5]), (long.as_str(), Vec::from([80..81]))] {
            assert_eq!(runs(text).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn checks_luhn() {
        for (digits, expected) in [("9001012385", true), ("9001012384", false), ("0", true), ("", false)] {
            assert_eq!(luhn(&values(digits)), expected, "{digits}");
        }
    }

    #[test]
    fn knows_what_stands_alone() {
        for (text, expected) in [
            ("12", true),
            ("a12", false),
            ("1-12", false),
            ("§-12", true),
            ("12.", true),
            ("12.5", false),
            ("12å", false),
        ] {
            let start = text.find("12").unwrap();
            assert_eq!(stands_alone(text, &(start..start + 2)), expected, "{text}");
        }
    }
}
