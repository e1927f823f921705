//! What the table tests of the detectors share: a text from a string, and what is found in it.

use crate::document::{Place, Text, TextBuilder};
use crate::finding::{Confidence, Entity, Finding};
use crate::limits::Limits;

/// A text with a block a line. Lines with tabs are rows of a table, whose first line is its header.
pub(crate) fn text(input: &str) -> Text {
    let mut builder = TextBuilder::new(&Limits::default());
    let mut table = None;
    for (line, number) in input.lines().zip(1..) {
        if !line.contains('\t') {
            table = None;
            builder.block(Place::paragraph(number), line);
            continue;
        }
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let index = *table.get_or_insert_with(|| {
            let index = builder.table();
            builder.headers(index, cells.clone());
            index
        });
        builder.row(index, Place::paragraph(number), &cells);
    }
    builder.finish()
}

/// What `find` finds in `input`, in reading order.
pub(crate) fn found(find: fn(&Text, &mut Vec<Finding>), input: &str) -> Vec<(Entity, Confidence, String)> {
    let mut findings = Vec::new();
    find(&text(input), &mut findings);
    findings.sort_by_key(|finding| (finding.at.0, finding.at.1.start));
    findings.into_iter().map(|f| (f.entity, f.confidence, f.value.unwrap_or_default())).collect()
}

/// Asserts that `find` finds just `expected` in `input`.
#[track_caller]
pub(crate) fn check(find: fn(&Text, &mut Vec<Finding>), input: &str, expected: &[(Entity, Confidence, &str)]) {
    let found = found(find, input);
    let found: Vec<_> =
        found.iter().map(|(entity, confidence, value)| (*entity, *confidence, value.as_str())).collect();
    assert_eq!(found, expected, "{input}");
}
