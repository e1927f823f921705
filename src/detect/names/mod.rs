//! Names of persons, and whether they are private, official or historical.
//!
//! A name is found by what it is made of ([`gazetteer`]), by what stands around
//! it, and by a small tagger ([`tagger`]) as one signal more. Names are missed:
//! a file without a found name is not a file without persons.

use std::collections::HashMap;

use super::context::Words;
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
    let mut names = Vec::new();
    let mut loose = Vec::new();
    let mut tokens = Vec::new();
    for (index, block) in text.blocks.iter().enumerate() {
        tokens::tokenize(&block.text, &mut tokens);
        if tokens.iter().any(tokens::Token::is_capital) {
            candidates::find(text, index, &tokens, &mut names, &mut loose);
        }
    }
    names.extend(lone::find(text, &names, &loose));
    names.sort_by_key(|name| (name.block, name.range.start));
    let roles = roles(text, &names);
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

/// The role of each name. One person has one role in a file, whatever the place:
/// what speaks for it is summed over all mentions.
fn roles(text: &Text, names: &[Name]) -> Vec<Role> {
    let document = role::Document::of(text, names);
    let mut votes: HashMap<(&str, &str), role::Votes> = HashMap::new();
    let keys: Vec<(&str, &str)> = names.iter().map(|name| key(names, name)).collect();
    for (name, key) in names.iter().zip(&keys) {
        *votes.entry(*key).or_default() += document.votes(text, name);
    }
    keys.iter().map(|key| votes.get(key).copied().unwrap_or_default().role()).collect()
}

/// The full name that a mention belongs to: the first in the file that has its parts.
fn key<'a>(names: &'a [Name], name: &'a Name) -> (&'a str, &'a str) {
    let own = (name.first.as_str(), name.last.as_str());
    if !own.0.is_empty() && !own.1.is_empty() {
        return own;
    }
    let full = names.iter().find(|other| {
        !other.first.is_empty()
            && !other.last.is_empty()
            && (other.first == name.first || (name.first.is_empty() && other.last == name.last))
    });
    full.map_or(own, |other| (other.first.as_str(), other.last.as_str()))
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
