//! What e-mail addresses say of the persons in a file: whose they are, and which
//! domain is an organisation's own.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Name;
use crate::detect::email::{Mailbox, addresses, mailbox};
use crate::document::Text;

/// The mailboxes of a file.
pub(super) struct Mailboxes {
    /// Whose a mailbox is and at what domain, by the letters of its whole name and of each part.
    by_name: HashMap<String, Vec<Mine>>,
    /// Domains of organisations: with a function's mailbox, or with several persons'.
    own: HashSet<String>,
}

/// A mailbox under one of its names.
struct Mine {
    initial: char,
    domain: String,
    kind: Mailbox,
}

impl Mailboxes {
    /// Every mailbox in `text`.
    pub(super) fn of(text: &Text) -> Self {
        let found = text.blocks.iter().flat_map(|block| addresses(&block.text));
        let boxes: BTreeSet<String> = found.map(str::to_lowercase).collect();
        let mut mailboxes = Self { by_name: HashMap::new(), own: HashSet::new() };
        let mut persons: HashMap<&str, u32> = HashMap::new();
        for address in &boxes {
            let Some((name, domain)) = address.rsplit_once('@') else { continue };
            let kind = mailbox(address);
            if matches!(kind, Mailbox::Function | Mailbox::Work) {
                mailboxes.own.insert(domain.to_owned());
            }
            if kind == Mailbox::Personal {
                *persons.entry(domain).or_default() += 1;
            }
            mailboxes.add(name, domain, kind);
        }
        let several = persons.into_iter().filter(|(_, count)| *count > 1);
        mailboxes.own.extend(several.map(|(domain, _)| domain.to_owned()));
        mailboxes
    }

    fn add(&mut self, name: &str, domain: &str, kind: Mailbox) {
        let Some(initial) = plain(name).chars().next() else { return };
        let parts = name.split(['.', '_', '-', '+']).map(plain).chain([plain(name)]);
        for part in parts.filter(|part| part.len() > 1) {
            self.by_name.entry(part).or_default().push(Mine { initial, domain: domain.to_owned(), kind });
        }
    }

    /// Whose the mailbox is that carries the name of `name`: `eva.ek@`, `eek@` or `evaek@`.
    pub(super) fn of_name(&self, name: &Name) -> Option<Mailbox> {
        if self.by_name.is_empty() {
            return None;
        }
        let (first, last) = (plain(&name.first), plain(&name.last));
        let initial = first.chars().next().filter(|_| !last.is_empty())?;
        let forms = [last.clone(), format!("{initial}{last}"), format!("{first}{last}")];
        let mine =
            forms.iter().filter_map(|form| self.by_name.get(form)).flatten().find(|mine| mine.initial == initial)?;
        let at_work = mine.kind == Mailbox::Personal && self.own.contains(&mine.domain);
        Some(if at_work { Mailbox::Work } else { mine.kind })
    }
}

/// Letters as mailboxes write them: `å` and `ä` as `a`, nothing but letters.
fn plain(word: &str) -> String {
    word.chars()
        .filter_map(|c| match c {
            'å' | 'ä' | 'á' | 'à' | 'æ' => Some('a'),
            'ö' | 'ø' | 'ó' => Some('o'),
            'é' | 'è' | 'ë' => Some('e'),
            'ü' => Some('u'),
            'ç' | 'ć' => Some('c'),
            c if c.is_ascii_alphabetic() => Some(c),
            _ => None,
        })
        .collect()
}
