//! Registration plates of vehicles: three letters and three digits, or a letter
//! last (Transportstyrelsen, TSFS 2010:110: no I, Q, V, Å, Ä or Ö, and no O last).
//! The shape is common, so the words around must speak of a vehicle.

use super::context::{Around, Lexicon};
use super::digits;
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static LABELS: Lexicon = Lexicon::new(&[
    "registreringsnummer*",
    "registreringsnr",
    "reg nr",
    "regnr",
    "regnummer*",
    "registreringsskylt*",
    "bilnummer*",
    "registreringsbeteckning*",
]);
static VEHICLES: Lexicon = Lexicon::new(&[
    "bil",
    "bilen",
    "bilar",
    "*bil",
    "*bilen",
    "fordon*",
    "*fordon",
    "*fordonet",
    "personbil*",
    "lastbil*",
    "skåpbil*",
    "släp*",
    "släpet",
    "moped*",
    "motorcykel*",
    "mc",
    "traktor*",
    "parkera*",
    "parkering*",
    "felparkera*",
    "volvo",
    "saab",
    "volkswagen",
    "toyota",
    "kia",
    "skoda",
    "audi",
    "bmw",
    "ford",
    "tesla",
    "renault",
    "peugeot",
    "mercedes",
    "husbil*",
    "husvagn*",
    "buss",
    "bussen",
    "körjournal*",
    "leasingbil*",
    "vrak*",
    "skrotbil*",
]);
/// Letters before three digits that mean something else.
const NOT_PLATES: &[&str] = &[
    "SEK", "EUR", "USD", "NOK", "DKK", "SMS", "SFS", "SOU", "OSL", "LSS", "SOL", "PBL", "RFC", "DNS", "TCP", "LED",
    "HSL", "MBL", "LAS", "LOU", "ABT", "AMA", "SAL", "RUM", "PLAN", "HUS",
];

/// Finds every registration plate that the words around call one.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text).filter(|run| matches!(run.len(), 2 | 3)) {
            let Some(range) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            let confidence = if around.says(&LABELS) {
                Confidence::High
            } else if around.says(&VEHICLES) {
                Confidence::Medium
            } else {
                continue;
            };
            findings.push(super::finding(
                "registreringsnummer",
                Entity::Registreringsnummer,
                confidence,
                text,
                (index, range),
            ));
        }
    }
}

fn shape(text: &str, run: &std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let head = text.get(..run.start)?;
    let head = head.strip_suffix([' ', '-', '\u{a0}']).unwrap_or(head);
    let letters = head.get(head.len().checked_sub(3)?..)?;
    let start = head.len() - 3;
    let end = match run.len() {
        3 => run.end,
        _ => run.end + usize::from(text.as_bytes().get(run.end).is_some_and(|&b| is_plate_letter(b) && b != b'O')),
    };
    let whole = letters.bytes().all(is_plate_letter) && end - run.start == 3 && !NOT_PLATES.contains(&letters);
    (whole && digits::starts_alone(text, start) && digits::ends_alone(text, end)).then_some(start..end)
}

fn is_plate_letter(byte: u8) -> bool {
    byte.is_ascii_uppercase() && !b"IQV".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;
    use Confidence::{High, Medium};

    fn check(input: &str, expected: &[(Confidence, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(c, v)| (Entity::Registreringsnummer, c, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("Reg.nr: ABC 123", &[(High, "ABC 123")]);
        check("En röd Volvo med registreringsnummer ABC12D", &[(High, "ABC12D")]);
        check("bilen (ABC123) står kvar", &[(Medium, "ABC123")]);
        check("Ägare\tRegnr\nEva\tABC123", &[(High, "ABC123")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "ABC 123",
            "Sal ABC 123",
            "regnr AIC123",
            "regnr ABC12O",
            "regnr ABC1234",
            "bil för SEK 100",
            "regnr ÅBC123",
            "bil XABC123",
        ] {
            check(input, &[]);
        }
    }
}
