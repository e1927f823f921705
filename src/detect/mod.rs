//! From [`Text`] to [`Finding`]s: one file per thing found, and the table of them.

use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding, mask};

mod context;
mod digits;
mod personnummer;
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
pub const DETECTORS: &[Detector] = &[Detector { id: "personnummer", run: personnummer::find }];

/// Everything that is found in `text`, in reading order.
#[must_use]
pub fn detect(text: &Text) -> Vec<Finding> {
    let mut findings = Vec::new();
    for detector in DETECTORS {
        (detector.run)(text, &mut findings);
    }
    findings.sort_by_key(|finding| (finding.at.0, finding.at.1.start));
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
