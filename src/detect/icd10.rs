//! Diagnosis codes of ICD-10-SE (Socialstyrelsen), only where the words around
//! speak of care: rooms, roads and paper sizes have the same shape.

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits;
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

/// Words that introduce a diagnosis.
static DIAGNOSIS: Lexicon = Lexicon::new(&[
    "diagnos*",
    "*diagnos",
    "*diagnoser",
    "icd",
    "icd 10",
    "icd10",
    "huvuddiagnos*",
    "bidiagnos*",
    "dx",
]);
/// Words of care, which a code with its decimal can stand beside.
static CARE: Lexicon = Lexicon::new(&[
    "patient*",
    "vård*",
    "journal*",
    "läkare*",
    "läkarintyg*",
    "sjukskriv*",
    "sjukskriven",
    "remiss*",
    "psykiatri*",
    "behandling*",
    "intyg*",
    "bup",
    "utredning*",
    "medicin*",
    "klinik*",
    "överläkare*",
    "mottagning*",
]);

/// Finds every diagnosis code in a context of care.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text).filter(|run| run.len() == 2 || run.len() == 3) {
            let Some((range, decimal)) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            let confidence = if around.says(&DIAGNOSIS) {
                Confidence::High
            } else if decimal && around.says(&CARE) {
                Confidence::Medium
            } else {
                continue;
            };
            findings.push(super::finding("icd10", Entity::Health, confidence, text, (index, range)));
        }
    }
}

/// A letter and two digits, perhaps with a decimal; and whether it has the decimal.
fn shape(text: &str, run: &Range<usize>) -> Option<(Range<usize>, bool)> {
    let start = run.start.checked_sub(1)?;
    let letter = *text.as_bytes().get(start)?;
    if !letter.is_ascii_uppercase() || !digits::starts_alone(text, start) {
        return None;
    }
    let rest = text.get(run.end..)?.as_bytes();
    let end = match (run.len(), rest) {
        // The journal form without a point: F840.
        (3, [b'A'..=b'Z', ..]) => run.end + 1,
        (3, _) => run.end,
        (_, [b'.', b'0'..=b'9', tail @ ..]) => {
            run.end + 2 + tail.iter().take_while(|b| b.is_ascii_digit() || b.is_ascii_uppercase()).take(1).count()
        }
        _ => run.end,
    };
    digits::ends_alone(text, end).then_some((start..end, end > run.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Health, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("Diagnos: F84.0", &[(High, "F84.0")]);
        check("Diagnoskod F840, G43", &[(High, "F840"), (High, "G43")]);
        check("Sjukskriven av läkare för F43.8A", &[(Medium, "F43.8A")]);
        check("Namn\tICD-10\nEva\tG40", &[(High, "G40")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "Rum B12",
            "väg E20",
            "vården i rum B12",
            "A4",
            "skriv ut på A4 för diagnos",
            "F84.0",
            "betyg C11",
            "diagnos enligt SS-EN12",
        ] {
            check(input, &[]);
        }
    }
}
