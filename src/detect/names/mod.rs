//! Names of persons, and whether they are private, official or historical.
//!
//! A name is found by what it is made of (`gazetteer`), by what stands around
//! it, and by a small tagger ([`tagger`]) as one signal more. Names are missed:
//! a file without a found name is not a file without persons.

use std::collections::{HashMap, HashSet};

use super::context::Words;
use super::language::Languages;
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

mod candidates;
mod gazetteer;
mod lone;
mod mail;
mod role;
pub mod tagger;
mod titles;
mod tokens;

use candidates::{Found, titled};
use mail::Mailboxes;
use role::Role;

/// A name in a text.
#[derive(Clone, Debug)]
struct Name {
    block: usize,
    range: std::ops::Range<usize>,
    /// The given name, in small letters; empty when only a surname stands there.
    first: String,
    /// The last surname, in small letters; empty when only a given name stands there.
    last: String,
    /// How much speaks for a name, see [`candidates`].
    evidence: i32,
}

/// Finds every name, with the role of its bearer.
pub(super) fn find(text: &Text, findings: &mut Vec<Finding>) {
    let mut found = Found::default();
    let mut tokens = Vec::new();
    for (index, block) in text.blocks.iter().enumerate() {
        tokens::tokenize(&block.text, &mut tokens);
        if tokens.iter().any(tokens::Token::is_capital) {
            candidates::find(text, index, &tokens, &mut found);
        }
    }
    leave_foreign(text, &mut found);
    let mailboxes = Mailboxes::of(text);
    let mut names = confirmed(found.names, found.doubtful, &mailboxes);
    names.sort_by_key(|name| (name.block, name.range.start));
    names.extend(lone::find(text, &names, &found.loose));
    names.sort_by_key(|name| (name.block, name.range.start));
    let roles = roles(text, &names, mailboxes);
    for (name, role) in names.iter().zip(roles) {
        let confidence = if name.evidence >= 6 { Confidence::High } else { Confidence::Medium };
        let entity = match role {
            Role::Private => Entity::PersonPrivate,
            Role::Official => Entity::PersonOfficial,
            Role::Historical => Entity::PersonHistorical,
        };
        findings.push(super::finding("names", entity, confidence, text, (name.block, name.range.clone())));
    }
}

/// Evidence from which on a name is one also when its given name is a word elsewhere, and its surname unknown.
const SURE: i32 = 5;

/// Takes away what is no name in lines of another language, which begin months,
/// sentences and things with capitals that are given names here.
fn leave_foreign(text: &Text, found: &mut Found) {
    let languages = Languages::of(text);
    let mut last = (usize::MAX, false);
    let mut is_foreign = |block: usize| {
        if last.0 != block {
            last = (block, languages.is_foreign(block));
        }
        last.1
    };
    let swedish = |name: &Name| {
        let parts = name.last.split('-').map(titled);
        parts.into_iter().any(|part| gazetteer::is_surname(&part) || gazetteer::ends_as_surname(&part))
    };
    found.names.retain(|name| {
        !titles::FOREIGN_WORDS.contains(&name.first.as_str())
            || ((swedish(name) || name.evidence >= SURE) && !is_foreign(name.block))
    });
    found.loose.retain(|word| !is_foreign(word.block));
}

/// `names`, and of the doubtful ones those that stand among them too or have a mailbox.
fn confirmed(mut names: Vec<Name>, doubtful: Vec<Name>, mailboxes: &Mailboxes) -> Vec<Name> {
    let sure: HashSet<(String, String)> = names.iter().map(|name| (name.first.clone(), name.last.clone())).collect();
    names.extend(
        doubtful.into_iter().filter(|name| {
            sure.contains(&(name.first.clone(), name.last.clone())) || mailboxes.of_name(name).is_some()
        }),
    );
    names
}

/// The role of each name. One person has one role in a file, whatever the place:
/// what speaks for it is summed over all mentions.
fn roles(text: &Text, names: &[Name], mailboxes: Mailboxes) -> Vec<Role> {
    let mut document = role::Document::of(text, names, mailboxes);
    let mut votes: HashMap<(&str, &str), role::Votes> = HashMap::new();
    let full = Full::of(names);
    let keys: Vec<(&str, &str)> = names.iter().map(|name| full.name(name)).collect();
    for (name, key) in names.iter().zip(&keys) {
        *votes.entry(*key).or_default() += document.votes(text, name);
    }
    keys.iter().map(|key| votes.get(key).copied().unwrap_or_default().role()).collect()
}

/// Full names by each of their parts: the first in the file that has it.
struct Full<'a> {
    first: HashMap<&'a str, (&'a str, &'a str)>,
    last: HashMap<&'a str, (&'a str, &'a str)>,
}

impl<'a> Full<'a> {
    fn of(names: &'a [Name]) -> Self {
        let mut full = Self { first: HashMap::new(), last: HashMap::new() };
        for name in names.iter().filter(|name| !name.first.is_empty() && !name.last.is_empty()) {
            let key = (name.first.as_str(), name.last.as_str());
            full.first.entry(key.0).or_insert(key);
            full.last.entry(key.1).or_insert(key);
        }
        full
    }

    /// The full name that a mention belongs to, or the mention itself.
    fn name(&self, name: &'a Name) -> (&'a str, &'a str) {
        let own = (name.first.as_str(), name.last.as_str());
        let full = match (name.first.is_empty(), name.last.is_empty()) {
            (false, true) => self.first.get(own.0),
            (true, false) => self.last.get(own.1),
            _ => None,
        };
        full.copied().unwrap_or(own)
    }
}

/// `word` without the `s` of the genitive, when the rest is known as a name.
fn nominative(word: &str) -> &str {
    let Some(stem) = word.strip_suffix('s') else { return word };
    let known = |word: &str| gazetteer::is_surname(word) || gazetteer::is_first(word);
    let doubled = stem.ends_with('s');
    if !known(word) && !doubled && (known(stem) || gazetteer::ends_as_surname(stem)) { stem } else { word }
}

/// The block's words, up to `bytes` of it.
fn opening(text: &Text, block: usize, bytes: usize) -> Words {
    let block = text.blocks.get(block).map_or("", |block| block.text.as_str());
    Words::of(block.get(..super::context::floor(block, bytes)).unwrap_or_default())
}

#[cfg(test)]
mod tests;
