//! What rules rest on: the guidelines' own words, and the law.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A passage that a rule rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The stable identifier, such as `ale-7-sekretess`.
    pub id: String,
    /// Whose words: `ale`, `essunga`, `osl`, `gdpr`, or a municipality's own.
    pub source: String,
    /// The document's name with its date and decision.
    pub title: String,
    /// The section, as the document names it.
    pub section: String,
    /// The document's own words, in Swedish, unchanged. Of a law they may be left out.
    #[serde(default)]
    pub quote: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    citation: Vec<Citation>,
}

/// The citations that are built in, by identifier.
pub(crate) fn builtin() -> &'static BTreeMap<String, Citation> {
    static SOURCES: LazyLock<BTreeMap<String, Citation>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("../../policies/sources.toml")).expect("tested with the program");
        file.citation.into_iter().map(|citation| (citation.id.clone(), citation)).collect()
    });
    &SOURCES
}
