//! Policies: what a municipality's guideline says, as rules that lawyers can read.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::cite::{self, Citation};
use super::evidence;
use super::rule::Rule;
use crate::detect::{DETECTORS, terms};
use crate::examine::hex;
use crate::mistake::Mistake;

/// The policies that are built in, by name.
const BUILTIN: &[(&str, &str)] = &[
    ("base", include_str!("../../policies/base.toml")),
    ("ale", include_str!("../../policies/ale.toml")),
    ("essunga", include_str!("../../policies/essunga.toml")),
];

/// What a guideline says, as rules. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy(Arc<Pack>);

#[derive(Debug, PartialEq, Eq)]
struct Pack {
    name: String,
    title: String,
    version: String,
    digest: String,
    rules: Vec<Rule>,
    citations: BTreeMap<String, Citation>,
}

impl Default for Policy {
    /// The `base` policy.
    fn default() -> Self {
        static BASE: LazyLock<Policy> = LazyLock::new(|| Policy::builtin("base").expect("tested with the program"));
        BASE.clone()
    }
}

impl Policy {
    /// The names of the policies that are built in.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// A policy that is built in; `None` when there is none of that name.
    ///
    /// # Panics
    ///
    /// Never: every policy that is built in is tested to load.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        let text = source(name)?;
        Some(Self::parse(&format!("{name}.toml"), text).expect("tested with the program"))
    }

    /// The policy that is built in under the name `source`, or the one whose text `source` is.
    ///
    /// # Errors
    ///
    /// [`Mistake`] as [`Policy::parse`].
    pub fn from_source(source: &str) -> Result<Self, Mistake> {
        Self::builtin(source).map_or_else(|| Self::parse("policy", source), Ok)
    }

    /// Reads a policy. `file` names it in errors.
    ///
    /// # Errors
    ///
    /// [`Mistake`] with the line of the first mistake: an unknown key,
    /// entity, citation, detector or group, or a rule without samples.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistake> {
        let raw: Raw = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        let mut pack = match &raw.extends {
            None => Pack::empty(),
            Some(base) => extended(file, text, base)?,
        };
        pack.name = raw.name;
        pack.title = raw.title;
        pack.version = raw.version;
        // Whatever it extends is a part of what it says.
        pack.digest = hex(&Sha256::digest([pack.digest.as_bytes(), text.as_bytes()].concat()));
        pack.citations.extend(raw.citation.into_iter().map(|citation| (citation.id.clone(), citation)));
        for id in &raw.without {
            let known = pack.rules.iter().position(|rule| rule.id == *id.get_ref());
            let at = known.ok_or_else(|| {
                Mistake::at(file, text, id.span().start, format!("no rule `{}` to leave out", id.get_ref()), RULES_HINT)
            })?;
            pack.rules.remove(at);
        }
        for rule in raw.rule {
            let start = rule.span().start;
            let rule = rule.into_inner();
            check(&rule, &pack, &|message, hint| Mistake::at(file, text, place(text, start, &rule.id), message, hint))?;
            pack.put(rule);
        }
        for source in raw.prefer.iter().rev() {
            pack.prefer(source);
        }
        Ok(Self(Arc::new(pack)))
    }

    /// The name, such as `ale`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Whose guideline it follows, with its date and decision.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// The version; a file is judged again when it changes.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// SHA-256 of its text and of what it extends, in lower-case hex: another when the policy is another.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// Every rule, in the order of the files.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.0.rules
    }

    /// The rule of that identifier.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.0.rules.iter().find(|rule| rule.id == id)
    }

    /// Every citation, by identifier.
    pub fn citations(&self) -> impl Iterator<Item = &Citation> {
        self.0.citations.values()
    }

    /// The citation of that identifier.
    #[must_use]
    pub fn citation(&self, id: &str) -> Option<&Citation> {
        self.0.citations.get(id)
    }
}

impl Pack {
    fn empty() -> Self {
        let citations = cite::builtin().clone();
        Self {
            name: String::new(),
            title: String::new(),
            version: String::new(),
            digest: String::new(),
            rules: Vec::new(),
            citations,
        }
    }

    /// Adds a rule, or puts it in the place of the one of the same name.
    fn put(&mut self, rule: Rule) {
        match self.rules.iter_mut().find(|known| known.id == rule.id) {
            Some(known) => *known = rule,
            None => self.rules.push(rule),
        }
    }

    /// Puts the citations of `source` first in every rule.
    fn prefer(&mut self, source: &str) {
        let own = |id: &String| self.citations.get(id).is_some_and(|citation| citation.source == source);
        for rule in &mut self.rules {
            rule.cites.sort_by_key(|id| !own(id));
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    title: String,
    version: String,
    extends: Option<Spanned<String>>,
    #[serde(default)]
    prefer: Vec<String>,
    #[serde(default)]
    without: Vec<Spanned<String>>,
    #[serde(default)]
    citation: Vec<Citation>,
    #[serde(default)]
    rule: Vec<Spanned<Rule>>,
}

const RULES_HINT: &str = "`aktsam rules list` names the rules";

fn source(name: &str) -> Option<&'static str> {
    BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn extended(file: &str, text: &str, base: &Spanned<String>) -> Result<Pack, Mistake> {
    let Some(policy) = Policy::builtin(base.get_ref()) else {
        let message = format!("no policy `{}` to extend", base.get_ref());
        return Err(Mistake::at(file, text, base.span().start, message, "the built-in ones are base, ale and essunga"));
    };
    Ok(Arc::into_inner(policy.0).expect("just read, and held by no one else"))
}

/// Where rule `id` names itself, so that the error stands at the rule and not at its table's end.
fn place(text: &str, start: usize, id: &str) -> usize {
    text.get(start..).and_then(|rest| rest.find(id)).map_or(start, |offset| start + offset)
}

/// What is wrong with a rule, said by `fail` with a message and a hint.
fn check(rule: &Rule, pack: &Pack, fail: &dyn Fn(String, &str) -> Mistake) -> Result<(), Mistake> {
    let id = &rule.id;
    if rule.cites.is_empty() {
        return Err(fail(format!("rule `{id}` cites nothing"), "name the passage of the guideline it rests on"));
    }
    if let Some(cite) = rule.cites.iter().find(|cite| !pack.citations.contains_key(*cite)) {
        return Err(fail(format!("rule `{id}` cites `{cite}`, which is not known"), "add a [[citation]] before it"));
    }
    let known = |name: &String| {
        terms::groups().iter().any(|group| group.id == *name) || evidence::GROUPS.contains(&name.as_str())
    };
    if let Some(group) = rule.when.groups.iter().chain(&rule.when.core).find(|name| !known(name)) {
        return Err(fail(format!("rule `{id}` asks for terms `{group}`, which are not known"), "see policies/terms"));
    }
    let known = |name: &String| {
        DETECTORS.iter().any(|detector| detector.id == name) || evidence::POINTERS.contains(&name.as_str())
    };
    if let Some(detector) = rule.when.detectors.iter().find(|name| !known(name)) {
        return Err(fail(format!("rule `{id}` asks for detector `{detector}`, which is not known"), "see src/detect"));
    }
    if rule.when == super::rule::When::default() {
        return Err(fail(format!("rule `{id}` asks nothing and would speak of every file"), "give it a [rule.when]"));
    }
    if rule.fires_on.is_empty() || rule.silent_on.is_empty() {
        return Err(fail(format!("rule `{id}` has no samples"), "give one text it speaks of and one it must not"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"
[[rule]]
id = "x"
verdict = "secret"
cites = ["ale-7-sekretess"]
when = { entities = ["health"] }
sv = { name = "a", explanation = "b", employee = "c", officer = "d", archivist = "e" }
en = { name = "a", explanation = "b", employee = "c", officer = "d", archivist = "e" }
fires_on = ["a"]
silent_on = ["b"]
"#;

    fn own(rule: &str) -> Result<Policy, Mistake> {
        Policy::parse(
            "own.toml",
            &format!("name = \"own\"\ntitle = \"t\"\nversion = \"1\"\nextends = \"base\"\n{rule}"),
        )
    }

    #[test]
    fn the_builtin_policies_load() {
        for name in Policy::names() {
            assert_eq!(Policy::builtin(name).unwrap().name(), name);
        }
        assert!(Policy::builtin("no such").is_none());
        assert_eq!(Policy::from_source("ale").unwrap().name(), "ale");
        assert!(Policy::from_source("no such").is_err());
    }

    #[test]
    fn a_policy_of_ones_own_extends_base() {
        let policy = own(RULE).unwrap();
        assert_eq!(policy.rules().len(), Policy::default().rules().len() + 1);
        assert_eq!(policy.rule("x").unwrap().cites, ["ale-7-sekretess"]);
        assert_ne!(policy.digest(), own("").unwrap().digest());
        assert_eq!(policy.digest(), own(RULE).unwrap().digest());
        let policy = own("without = [\"personnummer\"]").unwrap();
        assert!(policy.rule("personnummer").is_none());
    }

    #[test]
    fn ones_own_guideline_is_cited_first() {
        for name in ["ale", "essunga"] {
            let policy = Policy::builtin(name).unwrap();
            for rule in policy.rules() {
                let sources: Vec<&str> =
                    rule.cites.iter().map(|id| policy.citation(id).unwrap().source.as_str()).collect();
                assert!(!sources.contains(&name) || sources[0] == name, "{name}: {}: {sources:?}", rule.id);
            }
        }
    }

    #[track_caller]
    fn fails(rule: &str, line: usize, message: &str) {
        let error = own(rule).unwrap_err();
        assert_eq!(error.line, line, "{error}");
        assert!(error.message.contains(message), "{error}");
    }

    #[test]
    fn mistakes_are_named_with_their_line() {
        fails(&RULE.replace("verdict", "verdikt"), 8, "unknown field");
        fails(&RULE.replace("\"secret\"", "\"hemlig\""), 8, "unknown variant");
        fails(&RULE.replace("\"health\"", "\"helth\""), 10, "unknown variant");
        fails(&RULE.replace("ale-7-sekretess", "ale-99"), 7, "ale-99");
        fails(&RULE.replace("entities = [\"health\"]", "groups = [\"none\"]"), 7, "none");
        fails(&RULE.replace("fires_on = [\"a\"]", "fires_on = []"), 7, "samples");
        fails(&RULE.replace("entities = [\"health\"]", ""), 7, "asks nothing");
        fails("without = [\"gone\"]", 5, "gone");
        let error = Policy::parse("f", "name = \"n\"\ntitle = \"t\"\nversion = \"1\"\nextends = \"bas\"").unwrap_err();
        assert_eq!((error.line, error.to_string().as_str()), (4, "f:4: no policy `bas` to extend"));
    }
}
