//! IBAN: two letters, two check digits, mod 97 (ISO 13616-1, ISO 7064 MOD 97-10).

use std::ops::Range;

use super::digits::{self, is_space};
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

/// Lengths by country, for those that Swedish files hold (SWIFT IBAN Registry);
/// of the others 15 to 34 characters are taken.
const LENGTHS: &[(&str, usize)] = &[
    ("SE", 24),
    ("NO", 15),
    ("DK", 18),
    ("FI", 18),
    ("DE", 22),
    ("GB", 22),
    ("PL", 28),
    ("NL", 18),
    ("FR", 27),
    ("ES", 24),
    ("IT", 27),
    ("EE", 20),
    ("LV", 21),
    ("LT", 20),
    ("IE", 22),
    ("BE", 16),
    ("AT", 20),
    ("CH", 21),
    ("LU", 20),
    ("IS", 26),
];

/// Finds every IBAN.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text) {
            if let Some(range) = shape(&block.text, &run) {
                findings.push(super::finding("iban", Entity::Iban, Confidence::High, text, (index, range)));
            }
        }
    }
}

fn shape(text: &str, run: &Range<usize>) -> Option<Range<usize>> {
    let start = run.start.checked_sub(2)?;
    let country = text.get(start..run.start)?;
    if !country.bytes().all(|b| b.is_ascii_uppercase()) || !digits::starts_alone(text, start) {
        return None;
    }
    let expected = LENGTHS.iter().find(|(code, _)| *code == country).map(|&(_, length)| length);
    let (most, least) = expected.map_or((34, 15), |length| (length, length));
    let (letters, end) = collect(text, start, most);
    let valid = letters.len() >= least && digits::ends_alone(text, end) && mod97(&letters);
    valid.then_some(start..end)
}

/// Up to `most` letters and digits from `start`, over single spaces, and where they end.
fn collect(text: &str, start: usize, most: usize) -> (Vec<u8>, usize) {
    let mut letters = Vec::with_capacity(most);
    let mut end = start;
    let mut spaced = true;
    for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
        if letters.len() == most {
            break;
        }
        if c.is_ascii_digit() || c.is_ascii_uppercase() {
            letters.push(c as u8);
            end = start + at + 1;
            spaced = false;
        } else if is_space(c) && !spaced {
            spaced = true;
        } else {
            break;
        }
    }
    (letters, end)
}

fn mod97(letters: &[u8]) -> bool {
    let Some((head, tail)) = letters.split_at_checked(4) else { return false };
    let rest = tail.iter().chain(head).fold(0u32, |rest, &b| {
        if b.is_ascii_digit() {
            (rest * 10 + u32::from(b - b'0')) % 97
        } else {
            (rest * 100 + u32::from(b - b'A' + 10)) % 97
        }
    });
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;

    fn check(input: &str, expected: &[&str]) {
        let expected: Vec<_> = expected.iter().map(|&v| (Entity::Iban, Confidence::High, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("IBAN SE45 5000 0000 0583 9825 7466", &["SE45 5000 0000 0583 9825 7466"]);
        check("SE4550000000058398257466.", &["SE4550000000058398257466"]);
        check("GB82WEST12345698765432 BIC", &["GB82WEST12345698765432"]);
    }

    #[test]
    fn leaves() {
        for input in [
            "SE46 5000 0000 0583 9825 7466",
            "XSE4550000000058398257466",
            "SE45 5000",
            "SE556016068001",
            "4550000000058398257466",
        ] {
            check(input, &[]);
        }
    }
}
