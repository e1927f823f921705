//! What the check finds in a file, and how much it weighs.

use serde::{Deserialize, Serialize};

/// How much a finding weighs for the delivery. Ordered, the mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Good to know; asks for nothing.
    Info,
    /// A person has to look.
    Review,
    /// Should be mended before delivery.
    Warn,
    /// Must be mended, or accepted by name, before delivery.
    Block,
}

impl Level {
    /// Every level, the gravest first.
    pub const ALL: [Self; 4] = [Self::Block, Self::Warn, Self::Review, Self::Info];

    /// The stable identifier.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Review => "review",
            Self::Warn => "warn",
            Self::Block => "block",
        }
    }
}

/// Something found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is; see [`super::codes::CODES`].
    pub code: String,
    /// How much it weighs.
    pub level: Level,
    /// What it is about, such as a format or another file's name; never a text of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Who took it upon them; `None` when no one has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Acceptance>,
}

/// That someone accepts a finding, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When, as RFC 3339 in UTC.
    pub at: String,
}

impl Finding {
    /// Whether it still stands in the way of a delivery at `level` or above.
    #[must_use]
    pub fn stands(&self, level: Level) -> bool {
        self.accepted.is_none() && self.level >= level
    }
}

/// Whether a folder can be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Readiness {
    /// Nothing stands against it.
    Ready,
    /// Something is to be mended, or looked at by a person, first.
    AfterAction,
    /// Something blocks it.
    Blocked,
}

impl Readiness {
    /// What the findings of a whole folder make of it.
    #[must_use]
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let worst =
            findings.into_iter().filter(|finding| finding.accepted.is_none()).map(|finding| finding.level).max();
        match worst {
            Some(Level::Block) => Self::Blocked,
            Some(Level::Warn | Level::Review) => Self::AfterAction,
            Some(Level::Info) | None => Self::Ready,
        }
    }

    /// The stable identifier.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::AfterAction => "after-action",
            Self::Blocked => "blocked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_accepted_stands_in_no_way() {
        let finding = |level, accepted: bool| Finding {
            code: "macros".into(),
            level,
            detail: None,
            accepted: accepted.then(|| Acceptance { by: "Eva Ek".into(), reason: "känt".into(), at: String::new() }),
        };
        for (findings, readiness) in [
            (vec![], Readiness::Ready),
            (vec![finding(Level::Info, false)], Readiness::Ready),
            (vec![finding(Level::Review, false)], Readiness::AfterAction),
            (vec![finding(Level::Warn, false), finding(Level::Block, true)], Readiness::AfterAction),
            (vec![finding(Level::Block, true)], Readiness::Ready),
            (vec![finding(Level::Info, false), finding(Level::Block, false)], Readiness::Blocked),
        ] {
            assert_eq!(Readiness::of(&findings), readiness, "{findings:?}");
        }
    }
}
