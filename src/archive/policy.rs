//! Which formats an archive receives, and how much each finding weighs there: data that archivists read and change.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::codes;
use super::finding::Level;
use crate::mistake::{Mistake, Unusable};

/// What an archive receives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchivePolicy {
    /// Its name, as reports show it.
    pub name: String,
    /// What it rests on: a statute, an agreement.
    pub source: String,
    /// The day of that source, as `2009-04-30`.
    pub date: String,
    /// What its reader has to know.
    #[serde(default)]
    pub note: String,
    /// Formats that are received.
    #[serde(default)]
    pub accept: Vec<Formats>,
    /// Formats that never are.
    #[serde(default)]
    pub refuse: Vec<Formats>,
    /// Weights that differ from the program's own, by code.
    #[serde(default)]
    pub levels: BTreeMap<String, Level>,
}

/// Formats of one sort.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formats {
    /// What they are, in words.
    pub what: String,
    /// Their PRONOM identifiers.
    pub puids: Vec<String>,
}

/// Whether a format is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reception {
    /// It is on the list.
    Accepted,
    /// The list says no.
    Refused,
    /// The list is silent.
    Unlisted,
}

/// The template that ships: RA-FS 2009:2.
const SHIPPED: &str = include_str!("../../policies/archive/ra-fs-2009-2.toml");

impl ArchivePolicy {
    /// The template's own text, to copy and make one's own.
    #[must_use]
    pub fn template() -> &'static str {
        SHIPPED
    }

    /// The template that ships with the program.
    ///
    /// # Panics
    ///
    /// Never: a test reads it.
    #[must_use]
    pub fn shipped() -> Self {
        Self::parse("ra-fs-2009-2.toml", SHIPPED).expect("the shipped template is tested")
    }

    /// Reads a policy file.
    ///
    /// # Errors
    ///
    /// [`Unusable`] names the file, the line and what is wrong.
    pub fn load(path: &Path) -> Result<Self, Unusable> {
        Ok(Self::parse(&path.display().to_string(), &Unusable::read(path)?)?)
    }

    fn parse(file: &str, text: &str) -> Result<Self, Mistake> {
        let wrong = |at, message| Mistake::at(file, text, at, message, "");
        let policy: Self = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        if let Some(code) = policy.levels.keys().find(|code| codes::find(code).is_none()) {
            let at = text.find("[levels]").map_or(0, |at| at + text[at..].find(code.as_str()).unwrap_or(0));
            return Err(wrong(at, format!("no finding is called {code}")));
        }
        let puids = || policy.accept.iter().chain(&policy.refuse).flat_map(|formats| &formats.puids);
        if let Some(puid) = puids().find(|puid| !is_puid(puid)) {
            return Err(wrong(
                text.find(puid.as_str()).unwrap_or(0),
                format!("{puid:?} is not a PUID, such as fmt/95"),
            ));
        }
        Ok(policy)
    }

    /// Whether a format is received.
    #[must_use]
    pub fn receives(&self, puid: &str) -> Reception {
        let holds = |list: &[Formats]| list.iter().any(|formats| formats.puids.iter().any(|known| known == puid));
        match (holds(&self.refuse), holds(&self.accept)) {
            (true, _) => Reception::Refused,
            (false, true) => Reception::Accepted,
            (false, false) => Reception::Unlisted,
        }
    }

    /// How much a finding weighs.
    #[must_use]
    pub fn level(&self, code: &str) -> Level {
        let own = self.levels.get(code).copied();
        own.or_else(|| codes::find(code).map(|code| code.level)).unwrap_or(Level::Review)
    }
}

/// Whether `text` has the form of a PRONOM unique identifier.
#[must_use]
pub fn is_puid(text: &str) -> bool {
    let number = text.strip_prefix("x-fmt/").or_else(|| text.strip_prefix("fmt/"));
    number.is_some_and(|number| (1..=6).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::archive::puid::Signatures;

    #[test]
    fn the_template_names_formats_that_pronom_knows_each_once() {
        let policy = ArchivePolicy::shipped();
        let mut seen = std::collections::BTreeSet::new();
        for puid in policy.accept.iter().chain(&policy.refuse).flat_map(|formats| &formats.puids) {
            assert!(Signatures::shipped().format(puid).is_some(), "{puid}");
            assert!(seen.insert(puid), "{puid}");
        }
        assert_eq!(policy.receives("fmt/95"), Reception::Accepted);
        assert_eq!(policy.receives("x-fmt/263"), Reception::Refused);
        assert_eq!(policy.receives("fmt/412"), Reception::Unlisted);
    }

    #[test]
    fn names_the_line_of_an_error() {
        let head = "name = 'a'\nsource = 'b'\ndate = '2026-01-01'\n";
        for (rest, expected) in [
            ("", Ok(Level::Warn)),
            ("[levels]\nmacros = 'block'\n", Ok(Level::Block)),
            ("[levels]\nmakron = 'block'\n", Err("p.toml:5: no finding is called makron")),
            ("[levels]\nmacros = 'grave'\n", Err("p.toml:5: unknown variant `grave`")),
            ("[[accept]]\nwhat = 'x'\npuids = ['pdf']\n", Err("p.toml:6: \"pdf\" is not a PUID, such as fmt/95")),
            ("colour = 1\n", Err("p.toml:4: unknown field `colour`")),
        ] {
            let level = ArchivePolicy::parse("p.toml", &format!("{head}{rest}")).map(|p| p.level("macros"));
            match (level, expected) {
                (Ok(level), Ok(expected)) => assert_eq!(level, expected),
                (Err(error), Err(start)) => assert!(error.to_string().starts_with(start), "{error}"),
                (level, expected) => panic!("{level:?} {expected:?}"),
            }
        }
    }
}
