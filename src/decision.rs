//! What a person decided about a file. It stands beside what the program says
//! of the file and never in its place.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::record::Verdict;

/// A decision, and whether it still speaks about the file as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its number in the ledger.
    pub id: i64,
    /// What the file was decided to be.
    pub verdict: Verdict,
    /// What the program said of it then.
    pub seen: Verdict,
    /// Who decided.
    pub by: String,
    /// Why, in that person's words.
    pub why: String,
    /// When it was made.
    pub made: Timestamp,
    /// The last day it holds; `None` for no end.
    pub until: Option<Date>,
    /// Whether it holds.
    pub standing: Standing,
}

/// Whether a decision holds, or why it has lapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It speaks about the content and by the policy that are there now.
    Holds,
    /// The content is another.
    Content,
    /// The policy is another.
    Policy,
    /// The program now says something more restrictive than whoever decided had before them.
    Raised,
    /// Its last day has passed.
    Expired,
    /// It was taken back.
    Withdrawn,
}

impl Standing {
    /// Every standing.
    pub const ALL: [Self; 6] = [Self::Holds, Self::Content, Self::Policy, Self::Raised, Self::Expired, Self::Withdrawn];

    /// The stable identifier.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Content => "content",
            Self::Policy => "policy",
            Self::Raised => "raised",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the decision holds.
    #[must_use]
    pub fn holds(self) -> bool {
        self == Self::Holds
    }
}
