//! A rule: what it asks of a text, what it then says, and to whom.

use serde::{Deserialize, Serialize};

use super::genre::Genre;
use crate::document::Part;
use crate::finding::{Confidence, Entity};
use crate::record::Verdict;

/// One rule of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The stable identifier, such as `personnummer`.
    pub id: String,
    /// The verdict it gives alone.
    pub verdict: Verdict,
    /// Identifiers of what it rests on, the policy's own guideline first.
    pub cites: Vec<String>,
    /// What it asks of a text; all of it must hold.
    pub when: When,
    /// The law of secrecy behind it, when there is one.
    #[serde(default)]
    pub osl: Option<Osl>,
    /// Its words in Swedish.
    pub sv: Words,
    /// Its words in English.
    pub en: Words,
    /// Texts that it must speak about.
    pub fires_on: Vec<String>,
    /// Texts that it must be silent about.
    pub silent_on: Vec<String>,
}

/// The provision of the Swedish secrecy act (offentlighets- och sekretesslagen, 2009:400).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Osl {
    /// Chapter and section, such as `26 kap. 1 §`.
    pub section: String,
    /// Which way the presumption goes.
    pub rekvisit: Rekvisit,
}

/// The kind of damage test (skaderekvisit) in a provision of secrecy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rekvisit {
    /// Public unless disclosure is likely to harm (rakt skaderekvisit).
    Rakt,
    /// Secret unless it is clear that disclosure does no harm (omvänt skaderekvisit).
    Omvant,
    /// Secret without any test of harm.
    Absolut,
}

impl Rekvisit {
    /// What it means, in Swedish.
    #[must_use]
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Rakt => "rakt skaderekvisit: uppgiften är offentlig om det inte kan antas att skada uppstår",
            Self::Omvant => {
                "omvänt skaderekvisit: uppgiften är hemlig om det inte står klart att den kan lämnas ut utan skada"
            }
            Self::Absolut => "absolut sekretess: uppgiften är hemlig utan skadeprövning",
        }
    }

    /// What it means, in English.
    #[must_use]
    pub fn english(self) -> &'static str {
        match self {
            Self::Rakt => "public unless disclosure is likely to do harm",
            Self::Omvant => "secret unless it is clear that disclosure does no harm",
            Self::Absolut => "secret without any test of harm",
        }
    }
}

/// What a rule says, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The rule's name in lists.
    pub name: String,
    /// What this is and why it matters, for anyone.
    pub explanation: String,
    /// For the employee: what may I do with this file. Empty: what the verdict says.
    #[serde(default)]
    pub employee: String,
    /// For the information security officer: why, and how sure. Empty: what the verdict says.
    #[serde(default)]
    pub officer: String,
    /// For the archivist: what to check. Empty: what the verdict says.
    #[serde(default)]
    pub archivist: String,
    /// What would lower the verdict, most useful first.
    #[serde(default)]
    pub remedies: Vec<String>,
}

/// What a rule asks of a text. What is left out is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a condition that a rule's author writes by its name")]
pub struct When {
    /// Findings of any of these.
    pub entities: Vec<Entity>,
    /// Terms of any of these groups of the lexicons.
    pub groups: Vec<String>,
    /// At least one of the terms must be of these groups: the others only add to it.
    pub core: Vec<String>,
    /// Findings of any of these detectors only.
    pub detectors: Vec<String>,
    /// How sure the findings must be; medium unless said.
    pub confidence: Option<Confidence>,
    /// Only findings in these parts of the document.
    pub parts: Vec<Part>,
    /// Only findings in a sentence or row with a private person by name or number.
    pub beside_person: bool,
    /// How many findings there must be.
    pub count: usize,
    /// How many different terms or values.
    pub distinct: usize,
    /// How much the different terms must weigh together (each 1 to 3).
    pub weight: u32,
    /// How many distinct private persons the file must name.
    pub persons: usize,
    /// The file must be about an identifiable person.
    pub subject: bool,
    /// The file holds review comments or tracked changes.
    pub reviewed: bool,
    /// The file holds a private mailbox, or a mobile phone and an address in one sentence or row.
    pub private_contact: bool,
    /// The file counts one to four persons of a small group with a protected attribute.
    pub small_cell: bool,
    /// How likely the text as a whole must make this verdict or a more restrictive one, in percent.
    /// Of a text that is too short or too long to tell, this is not asked; of a strong term in the same
    /// sentence or row as a person, a fifth of it.
    pub likely: u8,
    /// The likelihood is itself what the rule rests on; see `likely`.
    pub resembles: bool,
    /// Silent in files of these kinds.
    pub not_in: Vec<Genre>,
}

impl When {
    /// The least sure finding that counts.
    #[must_use]
    pub fn least(&self) -> Confidence {
        self.confidence.unwrap_or(Confidence::Medium)
    }
}
