//! Contact data that is a private person's, also where no name was recognised.

use super::sentence;
use super::tie;
use super::view::View;
use crate::detect::email::{Mailbox, mailbox};
use crate::detect::terms::Cue;
use crate::finding::{Confidence, Entity, Finding};

/// Mailboxes at providers for private persons, mobile phones beside an address, and homes.
pub(super) fn private(view: &View) -> Vec<Finding> {
    let sure = view.findings.iter().filter(|finding| finding.confidence >= Confidence::Medium);
    let private = |finding: &&Finding| {
        is_private_mailbox(finding)
            || is_phone_at_home(view, finding)
            || is_home(view, finding)
            || is_someones_car(view, finding)
    };
    sure.filter(private).cloned().collect()
}

/// A registration number in a text about someone: "hon stannar mitt på vägen, KTR 48D". A list of the
/// municipality's own vehicles speaks of no one.
fn is_someones_car(view: &View, finding: &Finding) -> bool {
    finding.entity == Entity::Registreringsnummer && !view.is_row(finding.at.0) && view.persons.is_told_of()
}

/// A street or a property in a sentence that says who lives there: "nya adressen är Lingatan 4".
fn is_home(view: &View, finding: &Finding) -> bool {
    let place = matches!(finding.entity, Entity::Address | Entity::Fastighetsbeteckning);
    place && {
        let stretches = sentence::around(view.text, finding.at.0, &finding.at.1);
        let has = |cue| tie::has_cue(view, &stretches, cue);
        has(Cue::Home) && !has(Cue::Generic) && !has(Cue::Norm)
    }
}

fn is_private_mailbox(finding: &Finding) -> bool {
    let value = finding.value.as_deref().unwrap_or_default();
    finding.entity == Entity::Email && mailbox(value) == Mailbox::Private
}

/// A mobile number in the same sentence or row as a street address.
fn is_phone_at_home(view: &View, finding: &Finding) -> bool {
    let digits: String = finding.value.iter().flat_map(|value| value.chars()).filter(char::is_ascii_digit).collect();
    let mobile = digits.starts_with("07") || digits.starts_with("467") || digits.starts_with("00467");
    finding.entity == Entity::Phone
        && mobile
        && beside(view, finding, Entity::Address)
        && !beside(view, finding, Entity::Organisationsnummer)
}

fn beside(view: &View, finding: &Finding, entity: Entity) -> bool {
    let stretches = sentence::around(view.text, finding.at.0, &finding.at.1);
    view.findings.iter().filter(|other| other.entity == entity).any(|other| {
        stretches
            .iter()
            .any(|(block, range)| *block == other.at.0 && range.start < other.at.1.end && other.at.1.start < range.end)
    })
}
