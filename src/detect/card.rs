//! Payment cards: an issuer's first digits, their length, and Luhn (ISO/IEC 7812-1).
//!
//! OCR references have the same check digit, so digits in one run need a label.

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits::{self, is_hyphen, is_space};
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static LABELS: Lexicon = Lexicon::new(&[
    "kort",
    "kortet",
    "kortnummer*",
    "kortnr",
    "*kort",
    "*kortet",
    "visa",
    "mastercard",
    "amex",
    "eurocard",
    "card",
    "cvc",
    "cvv",
]);
static OTHER_LABELS: Lexicon = Lexicon::new(&[
    "ocr",
    "ocrnummer",
    "referens*",
    "ref",
    "faktura*",
    "order*",
    "iban",
    "kolli*",
    "serienummer*",
    "imei",
    "ean",
    "isbn",
]);

/// Issuers: lowest and highest first digits of a range, and the lengths of their numbers.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    (400_000, 499_999, &[13, 16, 19]),
    (510_000, 559_999, &[16]),
    (222_100, 272_099, &[16]),
    (340_000, 349_999, &[15]),
    (370_000, 379_999, &[15]),
    (300_000, 305_999, &[14]),
    (360_000, 369_999, &[14]),
    (601_100, 601_199, &[16]),
    (650_000, 659_999, &[16]),
];

/// Finds every payment card number.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text).filter(|run| run.len() >= 4) {
            let Some((range, grouped)) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            let confidence = match (around.labels(&LABELS), around.labels(&OTHER_LABELS)) {
                (true, false) => Confidence::High,
                (false, false) if grouped => Confidence::Medium,
                _ => continue,
            };
            findings.push(super::finding("card", Entity::Card, confidence, text, (index, range)));
        }
    }
}

fn shape(text: &str, run: &Range<usize>) -> Option<(Range<usize>, bool)> {
    let groups = digits::groups(text, run.clone(), 19, |c| is_space(c) || is_hyphen(c));
    let lengths: Vec<usize> = groups.iter().map(Range::len).collect();
    let grouped = matches!(lengths.as_slice(), [4, 4, 4, 4] | [4, 6, 4 | 5]);
    let end = if grouped { groups.last()?.end } else { run.end };
    let range = run.start..end;
    let number = digits::values(text.get(range.clone())?);
    let first = number.get(..6)?.iter().fold(0, |n, &digit| n * 10 + u32::from(digit));
    let issued =
        ISSUERS.iter().any(|(from, to, lengths)| (from..=to).contains(&&first) && lengths.contains(&number.len()));
    (issued && digits::luhn(&number) && digits::stands_alone(text, &range)).then_some((range, grouped))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Card, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("4111 1111 1111 1111", &[(Medium, "4111 1111 1111 1111")]);
        check("Kortnummer 4111111111111111", &[(High, "4111111111111111")]);
        check("Visa 4111-1111-1111-1111", &[(High, "4111-1111-1111-1111")]);
        check("Amex: 3782 822463 10005", &[(High, "3782 822463 10005")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "4111111111111111",
            "OCR 4111 1111 1111 1111",
            "4111 1111 1111 1112",
            "Visa 14111111111111111",
            "SE45 5000 0000 0583 9825 7466",
            "Kort 9999 9999 9999 9995",
        ] {
            check(input, &[]);
        }
    }
}
