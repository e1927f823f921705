//! Short texts that stand for documents: the samples of rules and the cases of tests.
//!
//! A line is a block. `[header] …` puts the line in the page header, and so for
//! every part by its name; `| a | b |` is a row of a table, the first one its headers.

use crate::detect::{detect, terms};
use crate::document::{Part, Place, Text, TextBuilder};
use crate::limits::Limits;

use super::{Judgement, Policy, judge};

/// A sample that a rule did not judge as its author says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// The sample's first line.
    pub sample: String,
    /// Whether the rule should have spoken.
    pub should_fire: bool,
}

/// Runs every sample of every rule through the detectors and the whole policy.
#[must_use]
pub fn test(policy: &Policy) -> Vec<Failure> {
    let mut failures = Vec::new();
    for rule in policy.rules() {
        let samples =
            rule.fires_on.iter().map(|text| (text, true)).chain(rule.silent_on.iter().map(|text| (text, false)));
        for (sample, should_fire) in samples {
            let judgement = judge_sample(policy, sample);
            if judgement.reasons.iter().any(|reason| reason.rule == rule.id) != should_fire {
                let first = sample.trim().lines().next().unwrap_or_default().to_owned();
                failures.push(Failure { rule: rule.id.clone(), sample: first, should_fire });
            }
        }
    }
    failures
}

/// Judges a sample.
#[must_use]
pub fn judge_sample(policy: &Policy, sample: &str) -> Judgement {
    let text = parse(sample);
    let findings = detect(&text);
    judge(policy, &text, &findings, &terms::scan(&text))
}

/// The text that a sample stands for.
#[must_use]
pub fn parse(sample: &str) -> Text {
    let mut builder = TextBuilder::new(&Limits::default());
    let mut table = None;
    for line in sample.lines().map(str::trim) {
        if let Some(cells) = row(line) {
            match table {
                None => {
                    let opened = builder.table();
                    builder.headers(opened, cells);
                    table = Some(opened);
                }
                Some(table) => builder.row(table, Place::default(), &cells),
            }
            continue;
        }
        table = None;
        let (part, line) = part(line);
        builder.block(Place::part(part), line);
    }
    builder.finish()
}

fn row(line: &str) -> Option<Vec<String>> {
    let inner = line.strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

/// The part that `[header] …` names, and the rest of the line.
fn part(line: &str) -> (Part, &str) {
    let named = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let known = named.and_then(|(name, rest)| Some((serde_json::from_value(name.into()).ok()?, rest.trim())));
    known.unwrap_or((Part::Body, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_has_parts_and_rows() {
        let text = parse("[header] Utkast\n| Namn | Betyg |\n| Ada | C |\nslut [1]");
        let parts: Vec<Part> = text.blocks.iter().map(|block| block.place.part).collect();
        assert_eq!(parts, [Part::Header, Part::Body, Part::Body]);
        assert_eq!(text.header(text.blocks[1].row.as_ref().unwrap(), 1), Some("Betyg"));
        assert_eq!(text.blocks[2].text, "slut [1]");
    }

    #[test]
    fn every_rule_does_as_its_samples_say() {
        for name in Policy::names() {
            let policy = Policy::builtin(name).unwrap();
            let failures: Vec<String> = test(&policy).iter().map(|f| format!("{}: {}", f.rule, f.sample)).collect();
            assert_eq!(failures, Vec::<String>::new(), "{name}");
        }
    }
}
