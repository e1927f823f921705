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
