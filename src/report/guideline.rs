//! A policy's rules and the guideline's own words, as a report shows them.

use std::collections::BTreeMap;

use crate::judge::explain::{Language, Reader};
use crate::judge::{self, Policy};
use crate::record::Verdict;

/// The rules and the guideline's own words, as a report shows them.
#[derive(Clone, Debug, Default)]
pub struct Guideline {
    /// The policy's name, such as `Ale kommun`.
    pub name: String,
    /// The policy's version.
    pub version: String,
    /// Every rule, in the policy's order.
    pub rules: Vec<Rule>,
    /// What rules rest on, by identifier.
    pub citations: BTreeMap<String, Citation>,
}

/// How one rule works, for people.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its identifier, as in [`crate::record::Reason::rule`].
    pub id: String,
    /// The verdict it gives.
    pub verdict: Verdict,
    /// Its name.
    pub title: String,
    /// How it works.
    pub text: String,
    /// What to do about a file it speaks of.
    pub remedy: String,
    /// Identifiers of its citations.
    pub cites: Vec<String>,
    /// Texts it fires on.
    pub fires_on: Vec<String>,
    /// Texts it is silent on.
    pub silent_on: Vec<String>,
}

/// The words a rule rests on.
#[derive(Clone, Debug)]
pub struct Citation {
    /// The document, such as `Ale kommun, AI-riktlinje`.
    pub source: String,
    /// The section, such as `7 Informationssäkerhet`.
    pub section: String,
    /// The document's own words.
    pub quote: String,
}

impl Guideline {
    /// A policy's rules and citations, in one language.
    #[must_use]
    pub fn of(policy: &Policy, language: Language) -> Self {
        let rules: Vec<Rule> = policy.rules().iter().map(|rule| shown(rule, language)).collect();
        let cited = rules.iter().flat_map(|rule| &rule.cites).filter_map(|id| policy.citation(id));
        let citations = cited.map(|citation| (citation.id.clone(), quoted(citation))).collect();
        let (name, version) = (policy.title().to_owned(), policy.version().to_owned());
        Self { name, version, rules, citations }
    }

    /// The rule called `id`; `None` when the policy no longer has it.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// The rule's name, or its identifier when the policy no longer has it.
    #[must_use]
    pub fn title<'a>(&'a self, id: &'a str) -> &'a str {
        self.rule(id).map_or(id, |rule| rule.title.as_str())
    }
}

fn shown(rule: &judge::Rule, language: Language) -> Rule {
    let words = rule.words(language);
    let mut text = words.explanation.clone();
    if !words.officer.is_empty() {
        text = format!("{text} {}", words.officer);
    }
    if let Some(osl) = &rule.osl {
        let rekvisit = match language {
            Language::Swedish => osl.rekvisit.swedish(),
            Language::English => osl.rekvisit.english(),
        };
        text = format!("{text} OSL {}: {rekvisit}.", osl.section);
    }
    Rule {
        id: rule.id.clone(),
        verdict: rule.verdict,
        title: words.name.clone(),
        text,
        remedy: remedy(rule, language),
        cites: rule.cites.clone(),
        fires_on: rule.fires_on.clone(),
        silent_on: rule.silent_on.clone(),
    }
}

/// What would lower the verdict, or else what its employee may do.
fn remedy(rule: &judge::Rule, language: Language) -> String {
    let remedies = &rule.words(language).remedies;
    if remedies.is_empty() {
        return rule.to(Reader::Employee, language).to_owned();
    }
    remedies.iter().map(|remedy| format!("{}.", remedy.trim_end_matches('.'))).collect::<Vec<_>>().join(" ")
}

fn quoted(citation: &judge::Citation) -> Citation {
    Citation { source: citation.title.clone(), section: citation.section.clone(), quote: citation.quote.clone() }
}
