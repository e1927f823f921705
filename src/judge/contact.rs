//! Contact data that is a private person's, also where no name was recognised.

use super::sentence;
use super::view::View;
use crate::detect::email::{Mailbox, mailbox};
use crate::finding::{Confidence, Entity, Finding};

/// Mailboxes at providers for private persons, and mobile phones beside an address.
pub(super) fn private(view: &View) -> Vec<Finding> {
    let sure = view.findings.iter().filter(|finding| finding.confidence >= Confidence::Medium);
    sure.filter(|finding| is_private_mailbox(finding) || is_phone_at_home(view, finding)).cloned().collect()
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
