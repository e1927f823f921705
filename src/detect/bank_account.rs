//! Bank accounts: a clearing number, an account number and a label.
//!
//! Clearing ranges: Bankgirot, "Bankernas kontonummer" (1100–9999; those of
//! Swedbank from 8000 may have a fifth digit).

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits::{self, is_hyphen, is_space};
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static LABELS: Lexicon = Lexicon::new(&[
    "konto",
    "kontot",
    "kontonummer*",
    "kontonr",
    "konto nr",
    "*konto",
    "*kontot",
    "*kontonummer",
    "clearing*",
    "clnr",
    "cl nr",
    "bankkonto*",
    "lönekonto*",
    "sparkonto*",
    "personkonto*",
    "utbetalas till",
    "utbetalning till",
]);

/// Labels that leave no doubt that a bank is meant.
static SURE: Lexicon = Lexicon::new(&[
    "clearing*",
    "bankkonto*",
    "lönekonto*",
    "sparkonto*",
    "personkonto*",
    "kontonummer*",
    "*kontonummer",
]);

static OTHER_LABELS: Lexicon = Lexicon::new(&[
    "bankgiro*",
    "bg",
    "plusgiro*",
    "pg",
    "ocr",
    "iban",
    "telefon*",
    "tel",
    "mobil*",
    "org nr",
    "orgnr",
    "personnummer*",
]);

/// Words that introduce the account after its clearing number: `Clearing: 8327 Konto: 12 345 67`.
const JOINTS: &[&str] = &[
    ", kontonummer:",
    ", kontonummer",
    ", kontonr:",
    ", kontonr",
    ", konto:",
    ", konto",
    " kontonummer:",
    " kontonummer",
    " kontonr:",
    " kontonr",
    " konto:",
    " konto",
    ",",
];

/// Finds every labelled bank account.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        let mut end = 0;
        for run in digits::runs(&block.text) {
            if run.start < end {
                continue;
            }
            let Some(range) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            if !around.rather(&LABELS, &OTHER_LABELS) {
                continue;
            }
            end = range.end;
            let confidence = if around.labels(&SURE) { Confidence::High } else { Confidence::Medium };
            findings.push(super::finding("bank-account", Entity::BankAccount, confidence, text, (index, range)));
        }
    }
}

fn shape(text: &str, run: &Range<usize>) -> Option<Range<usize>> {
    if run.len() < 4 || !digits::starts_alone(text, run.start) {
        return None;
    }
    let clearing: u32 = text.get(run.start..run.start + 4)?.parse().ok()?;
    if !(1100..=9999).contains(&clearing) {
        return None;
    }
    let mut groups = digits::groups(text, run.clone(), 15, parts);
    // Only a clearing number, perhaps with Swedbank's fifth digit.
    if groups.iter().map(Range::len).sum::<usize>() <= 5 {
        groups.extend(after_joint(text, groups.last()?.end));
    }
    let end = groups.last()?.end;
    let total: usize = groups.iter().map(Range::len).sum();
    ((10..=15).contains(&total) && digits::ends_alone(text, end)).then_some(run.start..end)
}

fn after_joint(text: &str, end: usize) -> Vec<Range<usize>> {
    let rest = text.get(end..).unwrap_or_default();
    let lower = rest.get(..super::context::floor(rest, 24)).unwrap_or_default().to_lowercase();
    let Some(joint) = JOINTS.iter().find(|joint| lower.starts_with(**joint)) else { return Vec::new() };
    let tail = rest.get(joint.len()..).unwrap_or_default();
    let start = end + joint.len() + (tail.len() - tail.trim_start().len());
    let length = text.get(start..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count();
    if length == 0 { Vec::new() } else { digits::groups(text, start..start + length, 10, parts) }
}

fn parts(c: char) -> bool {
    is_space(c) || is_hyphen(c) || matches!(c, '.' | ',' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::BankAccount, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("Kontonummer: 6112 123 456 789", &[(High, "6112 123 456 789")]);
        check("Sätt in på konto 3300-900101 2385", &[(Medium, "3300-900101 2385")]);
        check("ditt lönekonto är 7105-2233445", &[(High, "7105-2233445")]);
        check("Clearingnr: 8327-9, kontonr 123 456 789-0", &[(High, "8327-9, kontonr 123 456 789-0")]);
        check("Clearing 8327 Konto: 1234567890", &[(High, "8327 Konto: 1234567890")]);
        check("clearing 6112, konto 384 771 902.", &[(High, "6112, konto 384 771 902")]);
        check("konto: 8327-9 903 112 445-1", &[(Medium, "8327-9 903 112 445-1")]);
        check("Namn\tBankkonto\nEva\t91501234567", &[(High, "91501234567")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "6112 123 456 789",
            "Konto 4010 Inköp 2025",
            "konto 1930",
            "Bankgiro 5805-6201",
            "Kontot visar 1 200 300 kr",
            "konto 0123 456789",
        ] {
            check(input, &[]);
        }
    }
}
