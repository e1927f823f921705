//! Personnummer and samordningsnummer.

use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

/// Finds every twelve-digit number with a hyphen; the first cut.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    let shape = regex::Regex::new(r"\b(?:19|20)\d{6}-\d{4}\b").expect("a literal pattern");
    for (index, block) in text.blocks.iter().enumerate() {
        for hit in shape.find_iter(&block.text) {
            let at = (index, hit.range());
            findings.push(super::finding("personnummer", Entity::Personnummer, Confidence::Medium, text, at));
        }
    }
}
