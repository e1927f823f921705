//! What e-mail addresses say of the persons in a file: whose they are, and which
//! domain is an organisation's own.

use std::collections::{HashMap, HashSet};

use super::Name;
use crate::detect::email::{Mailbox, addresses, mailbox};
use crate::document::Text;

/// The mailboxes of a file.
pub(super) struct Mailboxes {
    boxes: Vec<(String, Mailbox)>,
    /// Domains of organisations: with a function's mailbox, or with several persons'.
    own: HashSet<String>,
}

impl Mailboxes {
    /// Every mailbox in `text`.
    pub(super) fn of(text: &Text) -> Self {
        let mut boxes = Vec::new();
        let mut domains: HashMap<String, HashSet<String>> = HashMap::new();
        let mut own = HashSet::new();
        for address in text.blocks.iter().flat_map(|block| addresses(&block.text)) {
            let address = address.to_lowercase();
            let kind = mailbox(&address);
            let domain = address.rsplit('@').next().unwrap_or_default().to_owned();
            if matches!(kind, Mailbox::Function | Mailbox::Work) {
                own.insert(domain.clone());
            }
            if kind != Mailbox::Private {
                domains.entry(domain).or_default().insert(address.clone());
            }
            boxes.push((address, kind));
        }
        own.extend(domains.into_iter().filter(|(_, boxes)| boxes.len() > 1).map(|(domain, _)| domain));
        Self { boxes, own }
    }

    /// The mailbox that carries the name of `name`, as of a private person, someone at work, or unknown.
    pub(super) fn of_name(&self, name: &Name) -> Option<Mailbox> {
        let (first, last) = (plain(&name.first), plain(&name.last));
        if last.is_empty() || first.is_empty() {
            return None;
        }
        let (address, kind) = self.boxes.iter().find(|(address, _)| {
            let local = address.split('@').next().unwrap_or_default();
            let local = plain(local);
            local.contains(&last) && local.starts_with(first.chars().next().unwrap_or(' '))
        })?;
        let domain = address.rsplit('@').next().unwrap_or_default();
        Some(if *kind == Mailbox::Personal && self.own.contains(domain) { Mailbox::Work } else { *kind })
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
