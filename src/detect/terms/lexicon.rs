//! The lexicons: groups of terms, what they mean and what they need beside them to count.

use serde::Deserialize;

use crate::finding::Entity;

/// A word that is no finding itself but tells how others are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cue {
    /// Names a guideline, routine, policy or handbook.
    Guideline,
    /// Names a statute, its preparatory works or its chapters.
    Statute,
    /// Names teaching, exercise, invented case or sample.
    Training,
    /// Names something made to be published.
    Published,
    /// Names a form or template.
    Form,
    /// Counts people instead of naming them.
    Statistics,
    /// Says what shall be done in general: ska, bör, får.
    Norm,
    /// Addresses or means anyone: den som, varje elev, om ett barn.
    Generic,
    /// The third person in a case: hon, hans, henne.
    Pronoun,
    /// The first person in a letter: jag, min, vår son.
    First,
    /// The definite role of a case's person: eleven, brukaren, sökanden.
    Role,
    /// One person, not yet told which: en kvinna, pojke, en elev.
    Someone,
    /// Says that an address is someone's home: bor på, nya adressen, vårt hus.
    Home,
    /// The label before a person's name: Elev, Barnets namn, Sökande.
    Label,
    /// A column header over names.
    NameColumn,
    /// Names a work of fiction, its kind or where it stands in the library.
    Fiction,
    /// Takes the sense away from what follows: ingen, inte, utan.
    Negation,
    /// A group that is counted: elever, personer, medarbetare.
    People,
    /// A small number of persons: en, två, 3.
    Small,
    /// Tells of an event: uppger, framkom, berättar.
    Event,
    /// A tender is announced or decided, so that the bids are no longer secret.
    Awarded,
    /// A close relative of someone: mamma, sonen, make.
    Relative,
    /// Right before a term, makes it a subject: föreläsning om, kunskap om.
    Topic,
    /// Names an agreement, an order or another paper by which something is bought.
    Agreement,
    /// The other half of a pair, such as the knee that hurts; says nothing alone. See [`Group::beside`].
    Half,
}

/// What a term of a group says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// It is a finding of this entity, once it counts.
    Entity(Entity),
    /// It tells how others are to be read.
    Cue(Cue),
}

/// What must stand beside a term for it to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Needs {
    /// Nothing: the words say it all.
    #[default]
    Nothing,
    /// An identifiable person in the sentence, the row or the letter.
    Person,
    /// A private person by name or number in the same sentence or row: words that
    /// an official's presentation or a list of duties holds too.
    Named,
    /// To head a column of a table with persons: words that say nothing in running text.
    Column,
    /// A file about an identifiable person; counts for a scene only.
    Scene,
    /// To stand as a marking: in a header, a title or a line of its own.
    Standalone,
    /// To stand in the title or to begin a line near the top, in a file about a person:
    /// it names what the document is.
    Title,
    /// A digit in the same sentence or row, such as the code after "larmkod".
    Value,
}

/// Terms that mean the same and need the same.
#[derive(Clone, Debug)]
pub struct Group {
    /// The name of the group within its file.
    pub id: String,
    /// What its terms say.
    pub meaning: Meaning,
    /// How telling a term is, 1 (weak) to 3 (says it alone).
    pub weight: u32,
    /// What must stand beside it.
    pub needs: Needs,
    /// Groups of which a term must stand near in the same sentence or row; empty when none must.
    /// "Opererade" tells of health beside a knee, and of a business without it.
    pub beside: Vec<String>,
    /// Farthest that such a term may stand, in bytes.
    pub reach: usize,
    /// The terms, with `*` where a word may begin earlier or go on.
    pub terms: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    group: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    entity: Option<Entity>,
    cue: Option<Cue>,
    #[serde(default = "one")]
    weight: u32,
    #[serde(default)]
    needs: Needs,
    #[serde(default)]
    beside: Vec<String>,
    #[serde(default = "near")]
    reach: usize,
    terms: Vec<String>,
}

fn one() -> u32 {
    1
}

/// How far the other half of a pair may stand when the lexicon does not say, in bytes.
fn near() -> usize {
    48
}

macro_rules! files {
    ($($name:literal),*) => {
        &[$(($name, include_str!(concat!("../../../policies/terms/", $name, ".toml")))),*]
    };
}

/// Every lexicon file. A new one is a file and a name here.
const FILES: &[(&str, &str)] = files!("context", "special", "protected", "scenes", "internal", "signs");

/// The lexicons that are built in, or the first mistake in them.
pub(super) fn builtin() -> Result<Vec<Group>, String> {
    let mut groups = Vec::new();
    for (name, text) in FILES {
        let file: File = toml::from_str(text).map_err(|error| format!("{name}.toml: {error}"))?;
        for entry in file.group {
            let id = entry.id.clone();
            groups.push(group(entry).ok_or(format!("{name}.toml: {id} needs either entity or cue, and terms"))?);
        }
    }
    groups.extend(super::systems::groups()?);
    Ok(groups)
}

fn group(entry: Entry) -> Option<Group> {
    let meaning = match (entry.entity, entry.cue) {
        (Some(entity), None) => Meaning::Entity(entity),
        (None, Some(cue)) => Meaning::Cue(cue),
        _ => return None,
    };
    let usable = |term: &String| term.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
    let complete = !entry.terms.is_empty() && entry.terms.iter().all(usable);
    let Entry { id, weight, needs, beside, reach, terms, .. } = entry;
    complete.then_some(Group { id, meaning, weight, needs, beside, reach, terms })
}

#[cfg(test)]
impl Group {
    /// A group of `terms` for the tests of the automaton.
    pub(super) fn test(terms: &[&str]) -> Self {
        let terms = terms.iter().map(|&term| term.to_owned()).collect();
        Self {
            id: "test".into(),
            meaning: Meaning::Cue(Cue::Norm),
            weight: 1,
            needs: Needs::Nothing,
            beside: Vec::new(),
            reach: near(),
            terms,
        }
    }
}
