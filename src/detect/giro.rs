//! Bankgiro and plusgiro numbers: a Luhn check digit and a label.
//!
//! Bankgirot, "10-modulen": seven or eight digits as `NNN-NNNN` or `NNNN-NNNN`.
//! Plusgiro: two to eight digits, the check digit last after a hyphen.

use std::ops::Range;

use super::context::{Around, Lexicon};
use super::digits::{self, is_hyphen, is_space};
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

static BANKGIRO: Lexicon = Lexicon::new(&["bankgiro*", "bankgirot", "bg", "bg nr", "bgnr", "bankgironr"]);
static PLUSGIRO: Lexicon = Lexicon::new(&["plusgiro*", "plusgirot", "postgiro*", "pg", "pg nr", "pgnr"]);

/// Finds every bankgiro and plusgiro number with its label.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    for (index, block) in text.blocks.iter().enumerate() {
        for run in digits::runs(&block.text) {
            let Some((range, tail)) = shape(&block.text, &run) else { continue };
            let around = Around::of(text, index, &range);
            if let Some(entity) = entity(&around, range.len(), tail) {
                findings.push(super::finding("giro", entity, Confidence::High, text, (index, range)));
            }
        }
    }
}

/// A Luhn-valid number that begins with `run`, and the digits after its hyphen (0 without).
fn shape(text: &str, run: &Range<usize>) -> Option<(Range<usize>, usize)> {
    if !(1..=8).contains(&run.len()) || !digits::starts_alone(text, run.start) {
        return None;
    }
    let groups = digits::groups(text, run.clone(), 8, |c| is_hyphen(c) || is_space(c));
    (1..=groups.len()).rev().find_map(|count| {
        let groups = groups.get(..count)?;
        let end = groups.last()?.end;
        let number = digits::values(text.get(run.start..end)?);
        let joint = groups.len().checked_sub(2).and_then(|i| groups.get(i)).map(|group| group.end);
        let hyphen = joint.is_some_and(|at| text.get(at..).is_some_and(|rest| rest.starts_with(is_hyphen)));
        let tail = if hyphen { groups.last()?.len() } else { 0 };
        let valid = number.len() >= 3 && digits::luhn(&number) && digits::ends_alone(text, end);
        valid.then_some((run.start..end, tail))
    })
}

fn entity(around: &Around, width: usize, tail: usize) -> Option<Entity> {
    let bankgiro = matches!(tail, 0 | 4) && width >= 7;
    let plusgiro = matches!(tail, 0 | 1);
    let near = |labels: &Lexicon| around.before.nearest(labels).filter(|&at| at <= 40);
    match (near(&BANKGIRO), near(&PLUSGIRO)) {
        (Some(bank), plus) if bankgiro && plus.is_none_or(|plus| bank < plus) => return Some(Entity::Bankgiro),
        (bank, Some(plus)) if plusgiro && bank.is_none_or(|bank| plus < bank) => return Some(Entity::Plusgiro),
        (None, None) => {}
        _ => return None,
    }
    if bankgiro && around.label.has(&BANKGIRO) {
        return Some(Entity::Bankgiro);
    }
    (plusgiro && around.label.has(&PLUSGIRO)).then_some(Entity::Plusgiro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::testing;

    fn check(input: &str, expected: &[(Entity, &str)]) {
        let expected: Vec<_> = expected.iter().map(|&(e, v)| (e, Confidence::High, v)).collect();
        testing::check(find, input, &expected);
    }

    #[test]
    fn finds() {
        check("Bankgiro 991-2346", &[(Entity::Bankgiro, "991-2346")]);
        check("BG: 5805-6201", &[(Entity::Bankgiro, "5805-6201")]);
        check("bg 58056201", &[(Entity::Bankgiro, "58056201")]);
        check("betala till bankgiro nummer 5805-6201 senast", &[(Entity::Bankgiro, "5805-6201")]);
        check("Plusgiro 28 65 43-4", &[(Entity::Plusgiro, "28 65 43-4")]);
        check("Bankgiro\n5805-6201", &[(Entity::Bankgiro, "5805-6201")]);
        check("PG 4-2, BG 5805-6201", &[(Entity::Bankgiro, "5805-6201")]);
    }

    #[test]
    fn leaves() {
        for input in [
            "5805-6201",
            "Bankgiro 5805-6202",
            "Bankgiro saknas. Faktura 5805-6201",
            "pg 13 vid bg 5805-6202",
            "Plusgiro 991-2346",
        ] {
            check(input, &[]);
        }
    }
}
