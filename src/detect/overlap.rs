//! What to keep where findings overlap: the one that explains the most.
//!
//! Digits inside an IBAN are also a card or a bankgiro by themselves. Only kinds
//! that claim the same characters compete; a word of health inside a name's
//! sentence, or a stamp around a reference, stands beside it.

use crate::finding::{Entity, Finding};

/// Entities whose characters mean one thing only.
const EXCLUSIVE: &[Entity] = &[
    Entity::Iban,
    Entity::Card,
    Entity::Email,
    Entity::Personnummer,
    Entity::Samordningsnummer,
    Entity::PersonnummerExample,
    Entity::Organisationsnummer,
    Entity::BankAccount,
    Entity::Bankgiro,
    Entity::Plusgiro,
    Entity::Diarienummer,
    Entity::Phone,
    Entity::Address,
    Entity::Fastighetsbeteckning,
    Entity::Registreringsnummer,
    Entity::PersonPrivate,
    Entity::PersonOfficial,
    Entity::PersonHistorical,
];

/// How many findings back a rival is looked for; in reading order it stands close by.
const NEAR: usize = 32;

/// Takes away what lies under a surer or longer finding; `findings` come back in reading order.
pub(super) fn resolve(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    findings.dedup_by(|next, kept| next.at == kept.at && next.entity == kept.entity);
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let near = kept.len().saturating_sub(NEAR);
        let rivals = kept.get(near..).unwrap_or_default().iter().filter(|earlier| collide(earlier, &finding));
        if rivals.clone().any(|earlier| weight(earlier) >= weight(&finding)) {
            continue;
        }
        let mut tail = kept.split_off(near);
        tail.retain(|earlier| !collide(earlier, &finding));
        kept.append(&mut tail);
        kept.push(finding);
    }
    kept.sort_by(|a, b| order(a).cmp(&order(b)));
    *findings = kept;
}

/// Reading order, the longest first; the rest makes it total.
fn order(finding: &Finding) -> (usize, usize, std::cmp::Reverse<usize>, Entity, &str) {
    let (block, range) = &finding.at;
    (*block, range.start, std::cmp::Reverse(range.end), finding.entity, &finding.detector)
}

fn collide(a: &Finding, b: &Finding) -> bool {
    a.at.0 == b.at.0
        && a.at.1.start < b.at.1.end
        && b.at.1.start < a.at.1.end
        && EXCLUSIVE.contains(&a.entity)
        && EXCLUSIVE.contains(&b.entity)
}

/// Sureness, then length, then the order of [`EXCLUSIVE`].
fn weight(finding: &Finding) -> (u8, usize, std::cmp::Reverse<Option<usize>>) {
    let checked = u8::from(matches!(finding.entity, Entity::Iban | Entity::Email)) + finding.confidence as u8;
    let rank = EXCLUSIVE.iter().position(|entity| *entity == finding.entity);
    (checked, finding.at.1.len(), std::cmp::Reverse(rank))
}

#[cfg(test)]
mod tests {
    use crate::detect::{detect, testing};
    use crate::finding::Entity;

    fn check(input: &str, expected: &[(Entity, &str)]) {
        let found = detect(&testing::text(input));
        let found: Vec<_> = found.iter().map(|f| (f.entity, f.value.as_deref().unwrap_or_default())).collect();
        assert_eq!(found, expected, "{input}");
    }

    #[test]
    fn one_meaning_for_the_same_digits() {
        check("Konto: IBAN SE45 5000 0000 0583 9825 7466", &[(Entity::Iban, "SE45 5000 0000 0583 9825 7466")]);
        check("konto 3300-900101-2385", &[(Entity::BankAccount, "3300-900101-2385")]);
        check(
            "Personnummer: 900101-2385, tel 070-174 06 05",
            &[(Entity::Personnummer, "900101-2385"), (Entity::Phone, "070-174 06 05")],
        );
    }
}
