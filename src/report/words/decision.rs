//! Words about decisions, and about why a file's verdict is another.

use super::{Bilingual, words};
use crate::decision::Standing;
use crate::ledger::Reason;

/// The columns of a spreadsheet in which decisions are shown and made: the verdict, who
/// decided, why, and the last day it holds.
pub const DECISION: [Bilingual; 4] = [
    words("Beslut", "Decision"),
    words("Beslutat av", "Decided by"),
    words("Motivering", "Grounds"),
    words("Gäller till och med", "Holds until"),
];

/// Whether a decision holds.
#[must_use]
pub fn standing(standing: Standing) -> Bilingual {
    match standing {
        Standing::Holds => words("gäller", "holds"),
        Standing::Content => words("gäller inte längre: innehållet har ändrats", "lapsed: the content has changed"),
        Standing::Policy => words("gäller inte längre: riktlinjen har ändrats", "lapsed: the policy has changed"),
        Standing::Raised => words(
            "gäller inte längre: bedömningen är striktare än när beslutet togs",
            "lapsed: the verdict is more restrictive than when it was made",
        ),
        Standing::Expired => words("gäller inte längre: sista dagen har passerat", "lapsed: its last day has passed"),
        Standing::Withdrawn => words("återtaget", "withdrawn"),
    }
}

/// Why a file has another verdict or another content.
#[must_use]
pub fn reason(reason: Reason) -> Bilingual {
    match reason {
        Reason::New => words("ny", "new"),
        Reason::Returned => words("tillbaka", "came back"),
        Reason::Content => words("innehållet ändrades", "the content changed"),
        Reason::Policy => words("riktlinjen eller en gräns ändrades", "the policy or a limit changed"),
        Reason::Tool => words("ny version av aktsam", "new version of aktsam"),
        Reason::Folder => words("mappregeln ändrades", "the folder rule changed"),
        Reason::Reading => words("lästes på annat sätt", "was read otherwise"),
        Reason::Gone => words("borta", "gone"),
    }
}
