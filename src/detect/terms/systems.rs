//! AI products by name, for the register of AI systems that a municipality keeps.

use std::sync::LazyLock;

use serde::Deserialize;

use super::lexicon::{Group, Meaning, Needs};
use crate::finding::Entity;

/// An AI product.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct System {
    /// The stable identifier, as in flags.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Who sells it.
    pub vendor: String,
    /// Words that name it by themselves.
    #[serde(default)]
    terms: Vec<String>,
    /// Words that name it beside a word of AI only.
    #[serde(default)]
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    system: Vec<System>,
}

/// What the identifiers of groups that name a product begin with; the product's follows.
const GROUP: &str = "ai-system:";

/// The group of cues beside which a product's `words` name it.
const BESIDE: &str = "ai-word";

/// How far from it such a cue may stand, in bytes.
const REACH: usize = 60;

static SYSTEMS: LazyLock<Result<Vec<System>, String>> = LazyLock::new(|| {
    let file: Result<File, _> = toml::from_str(include_str!("../../../policies/ai-systems.toml"));
    file.map(|file| file.system).map_err(|error| format!("ai-systems.toml: {error}"))
});

/// Every product that is known by name.
///
/// # Panics
///
/// Never: the list is in the program and tested to load.
#[must_use]
pub fn systems() -> &'static [System] {
    SYSTEMS.as_deref().expect("tested with the program")
}

impl Group {
    /// The identifier of the AI product that the group's terms name; `None` when they name none.
    #[must_use]
    pub fn system(&self) -> Option<&str> {
        self.id.strip_prefix(GROUP)
    }
}

/// The products as groups of terms, the sure ones and the ones that need a word beside them.
pub(super) fn groups() -> Result<Vec<Group>, String> {
    let systems = SYSTEMS.as_deref().map_err(Clone::clone)?;
    let group = |system: &System, terms: &[String], beside: &[&str]| Group {
        id: format!("{GROUP}{}", system.id),
        meaning: Meaning::Entity(Entity::AiSystem),
        weight: 2,
        needs: Needs::Nothing,
        reach: REACH,
        beside: beside.iter().map(|&id| id.to_owned()).collect(),
        terms: terms.to_vec(),
    };
    let both = |system| [group(system, &system.terms, &[]), group(system, &system.words, &[BESIDE])];
    Ok(systems.iter().flat_map(both).filter(|group| !group.terms.is_empty()).collect())
}
