//! Organisationsnummer.
//!
//! Ten digits whose third is 2 or more, so that none can be mistaken for a
//! date (lagen 1974:174 om identitetsbeteckning för juridiska personer m.fl.),
//! and a Luhn check digit. The number of an enskild firma is its owner's
//! personnummer and is found as that.

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits::{self, is_hyphen, is_space};
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static LABELS: Lexicon = Lexicon::new(&[
    "organisationsnummer*",
    "organisationsnr",
    "organisations nr",
    "organisationsid",
    "org nr",
    "orgnr",
    "org nummer",
    "orgnummer",
    "org no",
    "orgno",
    "momsreg*",
    "vat",
    "vatnr",
    "f skatt*",
    "person och organisationsnummer",
    "*organisationsnummer",
]);

/// Kinds of company and association, which a number beside them belongs to.
static COMPANIES: Lexicon = Lexicon::new(&[
    "ab",
    "aktiebolag",
    "aktiebolaget",
    "hb",
    "handelsbolag",
    "kb",
    "kommanditbolag",
    "förening*",
    "*förening",
    "*föreningen",
    "stiftelse*",
    "kommun",
    "kommunen",
    "region",
    "firma",
    "bolag*",
    "leverantör*",
    "anbudsgivare",
]);

static OTHER_LABELS: Lexicon = Lexicon::new(&[
    "ocr",
    "ocrnummer",
    "ref",
    "referens*",
    "order*",
    "artikel*",
    "art nr",
    "artnr",
    "telefon*",
    "tel",
    "mobil*",
    "bankgiro*",
    "bg",
    "plusgiro*",
    "pg",
    "kundnummer*",
    "kundnr",
    "faktura*",
    "serienummer*",
    "ärendenummer*",
    "*konto",
    "konto*",
    "mätar*",
    "isbn",
]);

/// Finds every organisationsnummer.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text) {
            let Some((range, hyphen)) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            if let Some(confidence) = confidence(&around, hyphen, &block.text, &range) {
                let entity = Entity::Organisationsnummer;
                findings.push(super::finding("organisationsnummer", entity, confidence, text, (index, range)));
            }
        }
    }
}

/// The range of a valid number that begins with `run`, and whether it has its hyphen.
fn shape(text: &str, run: &Range<usize>) -> Option<(Range<usize>, bool)> {
    let (end, hyphen) = match run.len() {
        10 | 12 => (run.end, false),
        6 | 8 => {
            let separator = text.get(run.end..)?.chars().next().filter(|&c| is_hyphen(c) || is_space(c))?;
            (run.end + separator.len_utf8() + 4, is_hyphen(separator))
        }
        _ => return None,
    };
    let mut number = digits::values(text.get(run.start..end)?);
    if matches!(number.len(), 12 | 14) {
        let vat = number.len() == 12 && number.ends_with(&[0, 1]) && text.get(..run.start)?.ends_with("SE");
        if vat {
            number.truncate(10);
        } else if number.starts_with(&[1, 6]) {
            number.drain(..2);
        }
    }
    let valid = number.len() == 10
        && number.get(2).is_some_and(|&third| third >= 2)
        && !matches!(number.first(), Some(0 | 4))
        && digits::luhn(&number);
    let start = if text.get(..run.start)?.ends_with("SE") && run.len() == 12 { run.start - 2 } else { run.start };
    let alone = digits::starts_alone(text, start) && digits::ends_alone(text, end);
    (valid && alone).then_some((start..end, hyphen))
}

fn confidence(around: &Around, hyphen: bool, text: &str, range: &Range<usize>) -> Option<Confidence> {
    let vat = text.get(range.clone()).is_some_and(|value| value.starts_with("SE"));
    if around.rather(&LABELS, &OTHER_LABELS) || around.label.has(&LABELS) || vat {
        return Some(Confidence::High);
    }
    if around.before.nearest(&OTHER_LABELS).is_some_and(|at| at <= 24) || around.label.has(&OTHER_LABELS) {
        return None;
    }
    match (hyphen, around.before.has(&COMPANIES) || around.after.has(&LABELS)) {
        (true, true) => Some(Confidence::High),
        (true, false) => Some(Confidence::Medium),
        (false, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Organisationsnummer, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("556016-0680", &[(Medium, "556016-0680")]);
        check("Org.nr 556016-0680", &[(High, "556016-0680")]);
        check("Orgnr: 5560160680", &[(High, "5560160680")]);
        check("organisationsnummer 16556016-0680", &[(High, "16556016-0680")]);
        check("Momsreg.nr SE556016068001", &[(High, "SE556016068001")]);
        check("Bygg AB, 556016–0680, får uppdraget", &[(High, "556016–0680")]);
        check("Nr\tFöretag\tOrg.nr\n1\tRör AB\t5560160680", &[(High, "5560160680")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "5560160680",
            "Org.nr 556016-0681",
            "19900101-2385",
            "Org.nr 900101-2385",
            "OCR 556016-0680",
            "Artikelnr\n556016-0680",
            "1556016-0680",
            "556016-0680-12",
            "SE45 5000 0000 0583 9825 7466",
            "556016 0680 kr",
        ] {
            check(input, &[]);
        }
    }
}
