//! From [`Text`] to [`Finding`]s: one file per thing found, and the table of them.

use jiff::civil::Date;

use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding, mask};

mod address;
mod bank_account;
mod card;
mod context;
mod diarienummer;
mod digits;
pub mod email;
mod fastighetsbeteckning;
mod giro;
mod iban;
mod icd10;
pub(crate) mod language;
pub mod names;
mod organisationsnummer;
pub mod osl_reference;
mod overlap;
mod personnummer;
mod phone;
mod registreringsnummer;
mod secrecy_marking;
pub mod terms;
#[cfg(test)]
mod testing;

/// Finds one kind of thing.
#[derive(Clone, Copy, Debug)]
pub struct Detector {
    /// The name in findings, and of its file.
    pub id: &'static str,
    /// Finds every occurrence in the text.
    pub run: fn(&Text, &mut Vec<Finding>),
}

/// Every detector. A new one is a file and a line here.
pub const DETECTORS: &[Detector] = &[
    Detector { id: "personnummer", run: personnummer::find },
    Detector { id: "organisationsnummer", run: organisationsnummer::find },
    Detector { id: "phone", run: phone::find },
    Detector { id: "email", run: email::find },
    Detector { id: "address", run: address::find },
    Detector { id: "fastighetsbeteckning", run: fastighetsbeteckning::find },
    Detector { id: "registreringsnummer", run: registreringsnummer::find },
    Detector { id: "diarienummer", run: diarienummer::find },
    Detector { id: "giro", run: giro::find },
    Detector { id: "bank-account", run: bank_account::find },
    Detector { id: "iban", run: iban::find },
    Detector { id: "card", run: card::find },
    Detector { id: "icd10", run: icd10::find },
    Detector { id: "osl-reference", run: osl_reference::find },
    Detector { id: "secrecy-marking", run: secrecy_marking::find },
    Detector { id: "names", run: names::find },
];

/// Everything that is found in `text`, in reading order.
#[must_use]
pub fn detect(text: &Text) -> Vec<Finding> {
    detect_on(text, None)
}

/// As [`detect`], and takes no personnummer for one whose bearer is born after `today`.
///
/// Without `today` any date is taken: the pure modules have no clock.
#[must_use]
pub fn detect_on(text: &Text, today: Option<Date>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for detector in DETECTORS {
        (detector.run)(text, &mut findings);
    }
    if let Some(today) = today {
        findings.retain(|finding| !personnummer::born_after(finding, today));
    }
    overlap::resolve(&mut findings);
    findings
}

/// A finding of `range` in block `index`, with its value masked and kept aside.
pub(crate) fn finding(
    detector: &str,
    entity: Entity,
    confidence: Confidence,
    text: &Text,
    at: (usize, std::ops::Range<usize>),
) -> Finding {
    let block = &text.blocks[at.0];
    let value = &block.text[at.1.clone()];
    Finding {
        detector: detector.to_owned(),
        entity,
        place: block.place.clone(),
        confidence,
        masked: mask(value),
        value: Some(value.to_owned()),
        at,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DENSE: &str = "Elev: Wilma Åkerö-Ek (4C), 19900101–2385, KS/2025:7, Backa 1:2, ABC 12D\n\
        tel +46 (0)70-174 06 05, åsa.ek@vreta.se, IBAN SE45 5000 0000 0583 9825 7466, 4111 1111 1111 1111\n\
        bankgiro 5805-6201, konto 6112 123 456 789, Björkgatan 5 B, vån 3, 123 45 Vreta, F84.0, 26 kap. 1 § OSL\n\
        Namn\tPnr\nEk, Åsa\t9001012385";

    #[test]
    fn any_cut_is_read() {
        for (at, _) in DENSE.char_indices() {
            for part in [&DENSE[..at], &DENSE[at..]] {
                for finding in detect(&testing::text(part)) {
                    assert!(!finding.at.1.is_empty(), "{part}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(input in r"[ \t\n:.,+/§@()–\u{a0}åÅé0-9A-Za-z]{0,80}") {
            let text = testing::text(&input);
            let found = detect(&text);
            prop_assert_eq!(&found, &detect(&text));
        }
    }
}
