//! From findings and a policy to a verdict with its reasons.
//!
//! A word is a topic until it is said of someone. [`judge`] takes what the
//! detectors found and the terms of the lexicons, finds out who the text is
//! about and what kind of text it is, and asks every rule of the policy.

use std::collections::{BTreeMap, BTreeSet};

use crate::detect::language::Languages;
use crate::detect::terms::{Hit, Needs};
use crate::document::{Block, Part, Text};
use crate::finding::{Confidence, Entity, Finding};
use crate::record::{Flags, Reason, Verdict};

mod cite;
mod contact;
mod described;
mod evidence;
pub mod explain;
pub mod flags;
mod genre;
mod grades;
mod pair;
mod person;
mod policy;
mod quasi;
pub mod resemblance;
mod rule;
pub mod sample;
mod sentence;
mod tie;
mod view;

pub use cite::Citation;
pub use genre::Genre;
pub use policy::Policy;
pub use rule::{Osl, Rekvisit, Rule, When, Words};

use evidence::{Evidence, Key};
use resemblance::Resemblance;
use view::View;

/// A verdict with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The most restrictive reason's verdict, or `open` without reasons.
    pub verdict: Verdict,
    /// Most restrictive first.
    pub reasons: Vec<Reason>,
    /// Signs reported beside the verdict.
    pub flags: Flags,
    /// Terms that reasons and flags rest on, beside what the detectors found.
    pub terms: Vec<Finding>,
    /// Distinct persons named or numbered, among the findings that were judged.
    pub persons: u32,
}

/// Most findings of one entity that are judged: a register of a million persons is
/// what it is after the first twenty thousand, and each costs a kilobyte to weigh.
const JUDGED: usize = 20_000;

/// Most findings that one reason shows; the record counts all.
const SHOWN: usize = 50;

/// Judges a text that was read whole, by what the detectors and the lexicons found in it.
#[must_use]
pub fn judge(policy: &Policy, text: &Text, findings: &[Finding], hits: &[Hit]) -> Judgement {
    let mut told = BTreeMap::new();
    let mut first = |entity| {
        let count: &mut usize = told.entry(entity).or_default();
        *count += 1;
        *count <= JUDGED
    };
    let told: Vec<Finding> = findings.iter().filter(|f| !is_of_file(text, f) && first(f.entity)).cloned().collect();
    let languages = Languages::of(text);
    let hits = understood(&languages, hits);
    let view = View::new(text, &told, &hits);
    let evidence = evidence::evidence(&view);
    let resemblance = languages.is_swedish_file().then(|| Resemblance::of(text, &told));
    let spoken = |rule: &Rule| reason(rule, &view, &evidence, resemblance.as_ref());
    let (whole, of_words): (Vec<&Rule>, Vec<&Rule>) = policy.rules().iter().partition(|rule| rule.when.resembles);
    let mut reasons: Vec<Reason> = of_words.into_iter().filter_map(spoken).collect();
    // The text as a whole speaks only where it goes beyond what words were found for.
    let found = reasons.iter().map(|reason| reason.verdict).max();
    let beyond = whole.into_iter().filter(|rule| Some(rule.verdict) > found).filter_map(spoken);
    reasons.extend(beyond.max_by_key(|reason| reason.verdict));
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.verdict));
    let verdict = reasons.first().map_or(Verdict::Open, |reason| reason.verdict);
    let flags = flags::flags(&view, &evidence);
    let terms = shown_terms(&reasons, &evidence);
    let persons = u32::try_from(view.persons.distinct()).unwrap_or(u32::MAX);
    Judgement { verdict, reasons, flags, terms, persons }
}

/// The hits without those of Swedish words in blocks of another language.
fn understood(languages: &Languages, hits: &[Hit]) -> Vec<Hit> {
    let is_sign = |hit: &Hit| matches!(hit.group().needs, Needs::Nothing | Needs::Value);
    let of_block = hits.chunk_by(|a, b| a.block == b.block);
    let read = of_block.flat_map(|hits| {
        let foreign = hits.first().is_some_and(|hit| languages.is_foreign(hit.block));
        hits.iter().filter(move |hit| !foreign || is_sign(hit))
    });
    read.cloned().collect()
}

/// Whether a finding is a name in a property that programs write: who saved the
/// file, or a word such as "Lines" that is also a name.
fn is_of_file(text: &Text, finding: &Finding) -> bool {
    let block = text.blocks.get(finding.at.0);
    finding.entity.is_person()
        && block.is_some_and(|block| {
            if block.place.part != Part::Property {
                return false;
            }
            let key = block.text.split(':').next().unwrap_or_default().to_lowercase();
            !WRITTEN_PROPERTIES.contains(&key.as_str())
        })
}

/// Document properties that people write themselves.
const WRITTEN_PROPERTIES: &[&str] =
    &["title", "subject", "description", "keywords", "comments", "category", "contentstatus"];

/// What `rule` says of the text; `None` when it is silent.
fn reason(rule: &Rule, view: &View, evidence: &[Evidence], resemblance: Option<&Resemblance<'_>>) -> Option<Reason> {
    let when = &rule.when;
    if view.is_any(&when.not_in)
        || (when.subject && !view.persons.is_about_someone())
        || view.persons.private() < when.persons
    {
        return None;
    }
    let mut findings: Vec<Finding> = if when.resembles {
        evidence::resembling(view, resemblance?, rule)
    } else if when.reviewed {
        likely(rule, reviewed(view.text), |finding| finding, resemblance)
    } else if when.private_contact {
        likely(rule, contact::private(view), |finding| finding, resemblance)
    } else {
        let chosen: Vec<&Evidence> = evidence.iter().filter(|one| speaks(when, view, one)).collect();
        let chosen = likely(rule, chosen, |one| &one.finding, resemblance);
        enough(when, &chosen).then(|| chosen.into_iter().map(|one| one.finding.clone()).collect())?
    };
    if findings.is_empty() {
        return None;
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.confidence));
    findings.truncate(SHOWN);
    Some(Reason { rule: rule.id.clone(), verdict: rule.verdict, cites: rule.cites.clone(), findings })
}

/// What of the chosen, in reading order, stands in windows that make the rule's verdict likely enough.
fn likely<T>(
    rule: &Rule,
    chosen: Vec<T>,
    finding: impl Fn(&T) -> &Finding,
    resemblance: Option<&Resemblance<'_>>,
) -> Vec<T> {
    let Some(resemblance) = resemblance.filter(|_| rule.when.likely > 0) else { return chosen };
    let is_beside =
        |one: &T| finding(one).detector == evidence::DETECTOR && finding(one).confidence == Confidence::High;
    let mut kept = vec![false; chosen.len()];
    for (window, blocks) in resemblance.windows() {
        let before = |end: usize| chosen.partition_point(|one| finding(one).at.0 < end);
        let here = before(blocks.start)..before(blocks.end);
        if here.is_empty() {
            continue;
        }
        let beside = chosen[here.clone()].iter().any(is_beside);
        let least = if beside { rule.when.likely / BESIDE } else { rule.when.likely };
        if resemblance.percent(window, rule.verdict).is_none_or(|percent| percent >= least) {
            kept[here].fill(true);
        }
    }
    chosen.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(one, _)| one).collect()
}

/// How much less likely the whole may make it of what is said, in a strong term, right beside a person.
const BESIDE: u8 = 5;

/// Whether a piece of evidence is one that the rule asks for.
fn speaks(when: &When, view: &View, one: &Evidence) -> bool {
    let finding = &one.finding;
    let asked = when.entities.contains(&finding.entity)
        || one.group.is_some_and(|group| when.groups.iter().any(|wanted| wanted == group));
    let detector = when.detectors.is_empty() || when.detectors.contains(&finding.detector);
    let part = when.parts.is_empty() || when.parts.contains(&finding.place.part);
    asked
        && detector
        && part
        && when.small_cell == one.small_cell
        && finding.confidence >= when.least()
        && (!when.beside_person || tie::beside_person(view, finding.at.0, &finding.at.1))
}

/// Whether the evidence is enough in number, in difference and in weight.
fn enough(when: &When, chosen: &[&Evidence]) -> bool {
    let apart = apart(chosen);
    let keys: BTreeSet<&Key> = apart.iter().map(|one| &one.key).collect();
    let core = |one: &&&Evidence| one.group.is_some_and(|group| when.core.iter().any(|wanted| wanted == group));
    let named = when.core.is_empty() || chosen.iter().any(|one| core(&one));
    // Words of everyday that are many enough tell of a case without a word of the trade.
    let least = if named { when.weight } else { 2 * when.weight };
    (named || when.weight > 0)
        && chosen.len() >= when.count.max(1)
        && keys.len() >= when.distinct
        && (least == 0 || heaviest(&apart) >= least)
}

/// Within how many blocks the words of a case stand; a long text about much has them all somewhere.
const CASE: usize = 60;

/// The most that different terms weigh together within [`CASE`] blocks. `apart` is in reading order.
fn heaviest(apart: &[&Evidence]) -> u32 {
    let (mut first, mut most, mut sum) = (0, 0, 0);
    let mut here: BTreeMap<&Key, usize> = BTreeMap::new();
    for one in apart {
        let times = here.entry(&one.key).or_default();
        sum += if *times == 0 { one.weight } else { 0 };
        *times += 1;
        while apart.get(first).is_some_and(|old| old.finding.at.0 + CASE <= one.finding.at.0) {
            let left = here.get_mut(&apart[first].key);
            if let Some(times) = left {
                *times -= 1;
                sum -= if *times == 0 { apart[first].weight } else { 0 };
            }
            first += 1;
        }
        most = most.max(sum);
    }
    most
}

/// The evidence with the heaviest alone of what stands at one place: a word in two groups says one thing.
/// `chosen` is in reading order.
fn apart<'a>(chosen: &[&'a Evidence]) -> Vec<&'a Evidence> {
    let mut apart: Vec<&Evidence> = Vec::with_capacity(chosen.len());
    for one in chosen {
        let (block, range) = &one.finding.at;
        match apart.last_mut() {
            Some(last) if last.finding.at.0 == *block && range.start < last.finding.at.1.end => {
                if last.weight < one.weight {
                    *last = one;
                }
            }
            _ => apart.push(one),
        }
    }
    apart
}

/// A finding for each review comment and tracked change, without its words.
fn reviewed(text: &Text) -> Vec<Finding> {
    let marks = |block: &&Block| matches!(block.place.part, Part::Comment | Part::Inserted | Part::Deleted);
    text.blocks
        .iter()
        .enumerate()
        .filter(|(_, block)| marks(block))
        .map(|(index, block)| review_mark(index, block))
        .collect()
}

fn review_mark(index: usize, block: &Block) -> Finding {
    Finding {
        detector: "review-mark".to_owned(),
        entity: Entity::Draft,
        place: block.place.clone(),
        confidence: Confidence::Medium,
        masked: String::new(),
        value: None,
        at: (index, 0..0),
    }
}

/// The terms among the reasons' findings, and those that flags rest on, each once.
fn shown_terms(reasons: &[Reason], evidence: &[Evidence]) -> Vec<Finding> {
    let of_flags = evidence.iter().map(|one| &one.finding).filter(|finding| flags::is_shown(finding.entity));
    let of_reasons = reasons.iter().flat_map(|reason| &reason.findings);
    let mut seen = BTreeSet::new();
    let terms = of_reasons.chain(of_flags).filter(|finding| finding.detector == evidence::DETECTOR);
    let fresh =
        terms.filter(|finding| seen.insert((finding.entity, finding.at.0, finding.at.1.start, finding.at.1.end)));
    fresh.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::explain::{Language, Reader};
    use crate::judge::sample::judge_sample;

    #[track_caller]
    fn check_flags(text: &str, expected: &[&str]) {
        let judgement = judge_sample(&Policy::default(), text);
        assert_eq!(judgement.flags.keys().map(String::as_str).collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(judgement.verdict, Verdict::Open, "flags never change the verdict: {text}");
    }

    #[test]
    fn flags_stand_beside_the_verdict() {
        check_flags(
            "Läs mer: https://exempel.nu/?utm_source=chatgpt.com",
            &[flags::AI_SYSTEM, "ai-system:chatgpt", flags::AI_TRACE, flags::AI_TRACE_UNDISCLOSED],
        );
        check_flags(
            "Som en AI-språkmodell kan jag inte svara.\nTexten är skapad med hjälp av AI.",
            &[flags::AI_DISCLOSED, flags::AI_TRACE],
        );
        check_flags(
            "Tjänsteskrivelse\nFörvaltningens förslag till beslut",
            &[flags::DIARIENUMMER_MISSING, flags::OFFICIAL_RECORD],
        );
        check_flags("Tjänsteskrivelse\nDnr KS 2025/421", &[flags::DIARIENUMMER, flags::OFFICIAL_RECORD]);
        check_flags("© Exempel förlag", &[flags::COPYRIGHT]);
        check_flags("Välkommen till biblioteket.", &[]);
    }

    #[test]
    fn one_person_counts_once() {
        for (text, persons) in [
            ("Elev: Ebba Rask, 19900101-2385\nEbba har svårt att sova.", 1),
            ("| Namn | Klass |\n| Ebba Rask | 2A |\n| Ola Berggren | 2B |", 2),
            ("Välkommen.", 0),
        ] {
            assert_eq!(judge_sample(&Policy::default(), text).persons, persons, "{text}");
        }
    }

    #[test]
    fn an_official_is_personal_data_in_ale_only() {
        let text = "Kontaktperson: rektor Anna Berg, telefon 0303-12 34 56";
        for (policy, verdict) in [("base", Verdict::Open), ("essunga", Verdict::Open), ("ale", Verdict::Personal)] {
            assert_eq!(judge_sample(&Policy::builtin(policy).unwrap(), text).verdict, verdict, "{policy}");
        }
    }

    #[test]
    fn every_reason_explains_itself_without_the_files_words() {
        let policy = Policy::builtin("ale").unwrap();
        let judgement = judge_sample(
            &policy,
            "Orosanmälan gällande: Alva Nyqvist\nFlickan har blåmärken och är rädd för pappa. Skyddsbedömning görs.",
        );
        assert_eq!(judgement.verdict, Verdict::Secret);
        for reason in &judgement.reasons {
            for (reader, language) in [
                (Reader::Employee, Language::Swedish),
                (Reader::Officer, Language::Swedish),
                (Reader::Archivist, Language::English),
            ] {
                let words = explain::one(reason, &policy, reader, language).unwrap();
                assert!(
                    words.contains("Ale kommun") && !words.contains("Nyqvist") && !words.contains("Alva"),
                    "{words}"
                );
            }
        }
    }
}
