//! School grades that stand right behind a name: "Ludvig Sjö E, Noor Rahimi A".
//! A letter is a grade only among others, or in a file that speaks of grades.

use std::ops::Range;

use super::view::View;
use crate::detect::terms::Meaning;
use crate::finding::{Entity, Finding};

/// The group of terms that such grades count as, for rules to ask for.
pub(super) const GROUP: &str = "grade-letter";

/// How many letters behind names make a list of grades.
const LIST: usize = 3;

/// Where each grade behind a name stands; empty when they are no grades.
pub(super) fn grades(view: &View) -> Vec<(usize, Range<usize>)> {
    let names = view.findings.iter().filter(|finding| finding.entity == Entity::PersonPrivate);
    let letters: Vec<_> = names.filter_map(|name| letter(view, name)).collect();
    let schooled = || {
        view.hits
            .iter()
            .any(|hit| hit.group().meaning == Meaning::Entity(Entity::Assessment) && hit.group().weight >= 3)
    };
    if letters.len() >= LIST || (!letters.is_empty() && schooled()) { letters } else { Vec::new() }
}

/// The grade behind a full name, or behind any name and a mark.
fn letter(view: &View, name: &Finding) -> Option<(usize, Range<usize>)> {
    let (block, range) = &name.at;
    if view.text.blocks.get(*block)?.row.is_some() {
        return None;
    }
    let after = view.block(*block).get(range.end..)?;
    let value = after.trim_start_matches([' ', ':', '–', '-', '=']);
    let marked = after.trim_start().starts_with([':', '–', '-', '=']);
    let full = name.value.as_deref().is_some_and(|value| value.contains(' '));
    let length = value.find(|c: char| !c.is_alphanumeric()).unwrap_or(value.len());
    let word = value.get(..length)?;
    let start = range.end + (after.len() - value.len());
    // "E." may be an initial, but not behind a full name.
    ((full || marked) && start > range.end && is_grade(word)).then(|| (*block, start..start + length))
}

/// The scale of today, and the one before 2011.
fn is_grade(word: &str) -> bool {
    matches!(word, "A" | "B" | "C" | "D" | "E" | "F" | "IG" | "G" | "VG" | "MVG")
}

#[cfg(test)]
mod tests {
    use crate::judge::Policy;
    use crate::judge::sample::judge_sample;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        let judgement = judge_sample(&Policy::default(), text);
        assert_eq!(judgement.reasons.iter().any(|reason| reason.rule == "assessment"), expected, "{text}");
    }

    #[test]
    fn letters_behind_names_are_grades_among_others() {
        check("Kemi\nElias Lund E, Ebba Rask A, Wilma Ek C.", true);
        check("Betyg i kemi\nElias Lund: E", true);
        check("Vi ses i sal C. Elias Lund tar med kaffe.", false);
        check("Elias Lund, plan B och Ebba Rask, plan C", false);
    }
}
