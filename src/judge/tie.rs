//! Topic or instance: whether a term is said of an identifiable person.

use std::ops::Range;

use super::genre::{self, Genre};
use super::person::Anchor;
use super::sentence::{self, Stretches};
use super::view::View;
use crate::detect::terms::{Cue, Hit, Meaning, Needs};
use crate::finding::Entity;

/// How a term is tied to a person, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    /// The file is about someone, and the sentence goes on about that person.
    Letter,
    /// A private person stands in the same sentence or row.
    Beside,
}

/// How `hit` is tied to a person; `None` when it is a topic, denied or left blank.
pub(super) fn tie(view: &View, hit: &Hit) -> Option<Tie> {
    if is_topic(view, hit)
        || names_a_body(view, hit)
        || is_denied(view, hit)
        || is_blank(view, hit)
        || (hit.group().needs == Needs::Person && is_title_word(view, hit))
    {
        return None;
    }
    let stretches = sentence::around(view.text, hit.block, &hit.range);
    let beside = |wanted: fn(Anchor) -> bool| {
        stretches.iter().any(|(block, range)| view.persons.within(*block, range).any(wanted))
    };
    if beside(Anchor::is_private) || view.persons.begins(hit.block) || names_row(view, hit) || below_name(view, hit) {
        return (!view.is(Genre::Training)).then_some(Tie::Beside);
    }
    if view.is(Genre::Training) || view.is(Genre::Guideline) || view.is(Genre::Statute) {
        return None;
    }
    if beside(|anchor| anchor == Anchor::Described) && !view.is(Genre::Form) {
        return Some(Tie::Beside);
    }
    if is_state(view, hit) && (beside(|anchor| anchor == Anchor::Official) || is_first_person(view, hit, &stretches)) {
        return takes_officials(hit).then_some(Tie::Beside);
    }
    letter(view, hit, &stretches)
}

/// Whether the file goes on about its person in the sentence of `hit`.
fn letter(view: &View, hit: &Hit, stretches: &Stretches) -> Option<Tie> {
    if has_cue(view, stretches, Cue::Generic) {
        return None;
    }
    if !view.persons.has_subject() {
        return is_told_of(view, hit, stretches).then_some(Tie::Letter);
    }
    let told = [Cue::Pronoun, Cue::Role, Cue::First, Cue::Relative].iter().any(|cue| has_cue(view, stretches, *cue))
        || follows_person(view, hit)
        || (is_weighing(hit)
            && view.persons.is_of_one()
            && !view.is_any(IMPERSONAL)
            && !has_cue(view, stretches, Cue::Norm));
    let strong = hit.group().weight >= 3 && view.persons.has_label() && !view.is(Genre::Published);
    let field = is_field(view, hit);
    let tied = match hit.group().needs {
        Needs::Person => told || strong || field,
        _ => (told || field) && (view.persons.has_label() || view.persons.is_of_one()),
    };
    tied.then_some(Tie::Letter)
}

/// "Han får utbrott", "min dotter … hon": said of one whom who gets the note knows, though no name stands there.
fn is_told_of(view: &View, hit: &Hit, stretches: &Stretches) -> bool {
    let has = |cue| has_cue(view, stretches, cue);
    let strong = hit.group().weight >= 3 && hit.group().needs == Needs::Person;
    strong && view.persons.is_told_of() && has(Cue::Pronoun) && !has(Cue::Norm) && !view.is_any(IMPERSONAL)
}

/// Whether a private person is named in a sentence shortly before in the same paragraph.
fn follows_person(view: &View, hit: &Hit) -> bool {
    let from = sentence::boundary(view.block(hit.block), hit.range.start.saturating_sub(PARAGRAPH));
    let near = from..hit.range.start;
    view.persons.within(hit.block, &near).any(Anchor::is_private) && !view.is_any(IMPERSONAL)
}

/// How far a paragraph is taken to go on about whom it named, in bytes.
const PARAGRAPH: usize = 160;

/// What is said in a note without naming its person again: how someone is, works or behaves.
fn is_weighing(hit: &Hit) -> bool {
    matches!(
        hit.group().meaning,
        Meaning::Entity(Entity::Assessment | Entity::PrivateSphere | Entity::Crime | Entity::Economy)
    )
}

/// Genres in which a note's one person is its sender or its contact, not its subject.
const IMPERSONAL: &[Genre] = &[Genre::Published, Genre::Form, Genre::Statistics, Genre::Agreement];

/// Whether a cue stands in the sentence.
pub(super) fn has_cue(view: &View, stretches: &Stretches, cue: Cue) -> bool {
    stretches
        .iter()
        .any(|(block, range)| view.hits_in(*block, range).any(|hit| hit.group().meaning == Meaning::Cue(cue)))
}

/// "Föreläsning om adhd": right before `hit` stands what makes it a subject.
fn is_topic(view: &View, hit: &Hit) -> bool {
    let text = view.block(hit.block);
    let near = hit.range.start.saturating_sub(TOPIC);
    let near = sentence::boundary(text, near)..hit.range.start;
    let topics = view.hits_in(hit.block, &near).filter(|other| other.group().meaning == Meaning::Cue(Cue::Topic));
    topics.into_iter().any(|other| text.get(other.range.end..hit.range.start).is_some_and(|gap| gap.trim().is_empty()))
}

/// How the names of bodies end that are called after what they work with.
const BODIES: &[&str] = &[
    "förening",
    "föreningen",
    "förbund",
    "förbundet",
    "förbundets",
    "mottagning",
    "mottagningen",
    "enhet",
    "enheten",
    "team",
    "teamet",
    "café",
    "caféet",
    "centrum",
    "center",
    "fond",
    "fonden",
    "rådet",
    "kliniken",
    "klinik",
    "dagen",
    "veckan",
    "rörelsen",
    "anonyma",
    "linjen",
    "jouren",
    "sköterska",
    "sköterskan",
    "konsulent",
    "konsulenten",
    "samordnare",
];

/// `Diabetesförening`: the term is a part of the name of a body or an office.
fn names_a_body(view: &View, hit: &Hit) -> bool {
    let text = view.block(hit.block);
    let start = hit.range.start
        - text
            .get(..hit.range.start)
            .unwrap_or_default()
            .chars()
            .rev()
            .take_while(|c| c.is_alphanumeric())
            .map(char::len_utf8)
            .sum::<usize>();
    let after = text.get(hit.range.end..).unwrap_or_default();
    let end = hit.range.end + after.find(|c: char| !c.is_alphanumeric()).unwrap_or(after.len());
    let word = text.get(start..end).unwrap_or_default().to_lowercase();
    !word.contains(' ') && BODIES.iter().any(|body| word.len() > body.len() && word.ends_with(body))
}

/// Longest cue of a topic, in bytes.
const TOPIC: usize = 40;

/// Whether a negation stands within three words before `hit`, or the field says no.
fn is_denied(view: &View, hit: &Hit) -> bool {
    let text = view.block(hit.block);
    let before = text.get(..hit.range.start).unwrap_or_default();
    let near = last_words(before, 3);
    let denied = view
        .hits_in(hit.block, &(near..hit.range.start))
        .any(|other| other.group().meaning == Meaning::Cue(Cue::Negation));
    denied || answers_no(text.get(hit.range.end..).unwrap_or_default())
}

/// "Allergi: nej", "Diagnos: ingen".
fn answers_no(after: &str) -> bool {
    let Some(value) = after.trim_start().strip_prefix([':', '\t']) else { return false };
    let first = value.split_whitespace().next().unwrap_or_default().trim_matches(['.', ',']).to_lowercase();
    ["nej", "ingen", "inga", "inget", "saknas", "-", "–", "ej"].contains(&first.as_str())
}

/// Where the last `count` words of a clause begin; a comma or stop ends the clause.
fn last_words(before: &str, count: usize) -> usize {
    let clause = before.rfind(['.', ',', ';', ':', '\t', '\n', '!', '?']).map_or(0, |at| at + 1);
    let mut at = before.len();
    for (offset, _) in before.char_indices().rev().filter(|(_, c)| *c == ' ').take(count + 1) {
        at = offset;
    }
    if before.matches(' ').count() <= count { clause } else { at.max(clause) }
}

/// A label whose value is still to be written: "Diagnos: ____".
fn is_blank(view: &View, hit: &Hit) -> bool {
    let after = view.block(hit.block).get(hit.range.end..).unwrap_or_default();
    let Some(value) = after.trim_start().strip_prefix(':') else { return genre::blanks(after) > 0 && after.len() < 80 };
    let value = value.trim();
    let next = view.text.blocks.get(hit.block + 1).map_or("", |block| block.text.as_str());
    let empty = value.is_empty() && (next.is_empty() || next.trim_end().ends_with(':'));
    empty || value.chars().next().is_some_and(|c| matches!(c, '_' | '…' | '☐' | '□' | '['))
}

/// A word of the document's own title names what it is, not what someone has.
fn is_title_word(view: &View, hit: &Hit) -> bool {
    let Some(block) = view.text.blocks.get(hit.block) else { return false };
    let heading = !view.persons.has_label()
        && genre::is_title(view.text, hit.block, block)
        && !block.text.contains([':', '.', ',']);
    heading && !view.persons.in_block(hit.block) && block.text.len() < 40 && hit.block < 2
}

/// A row with a name column whose cell is filled.
fn names_row(view: &View, hit: &Hit) -> bool {
    let Some(block) = view.text.blocks.get(hit.block) else { return false };
    let Some(row) = &block.row else { return false };
    row.cells.iter().enumerate().any(|(column, cell)| {
        let value = block.text.get(cell.clone()).unwrap_or_default();
        view.persons.is_name_column(row.table, column) && is_someone(value)
    })
}

/// A cell that holds a name, not a count, a class or a group.
fn is_someone(value: &str) -> bool {
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let first = value.chars().next().is_some_and(char::is_uppercase);
    let lower = value.to_lowercase();
    let group = ["totalt", "summa", "alla", "antal", "flickor", "pojkar", "kvinnor", "män", "årskurs", "åk", "klass"];
    first && letters >= 2 && !group.iter().any(|word| lower.starts_with(word))
}

/// The line below a short line that names someone, as in a list of names with notes.
fn below_name(view: &View, hit: &Hit) -> bool {
    let Some(above) = hit.block.checked_sub(1) else { return false };
    let Some(block) = view.text.blocks.get(above) else { return false };
    let own = view.text.blocks.get(hit.block);
    let follows = own.is_some_and(|own| own.row.is_none() && own.place.part == block.place.part);
    follows && block.row.is_none() && block.text.len() <= 60 && view.persons.in_block(above)
}

/// "Diagnos: ADHD", also with the value in the next cell.
fn is_field(view: &View, hit: &Hit) -> bool {
    let text = view.block(hit.block);
    let after = text.get(hit.range.end..).unwrap_or_default().trim_start_matches(' ');
    let before = text.get(..hit.range.start).unwrap_or_default();
    let label = |rest: &str| rest.strip_prefix([':', '\t']).is_some_and(|value| !value.trim().is_empty());
    let value =
        before.rfind([':', '\t']).is_some_and(|at| at <= 40 && !before.get(..at).unwrap_or_default().trim().is_empty());
    label(after) || value
}

/// "är sjukskriven", "har diabetes": said of someone rather than spoken about.
fn is_state(view: &View, hit: &Hit) -> bool {
    let before = view.block(hit.block).get(..hit.range.start).unwrap_or_default().to_lowercase();
    let at = last_words(&before, 2);
    let verbs = [
        "är", "har", "blev", "varit", "fick", "haft", "fått", "hade", "var", "lider", "blivit", "medlem", "äter", "tar",
    ];
    before.get(at..).unwrap_or_default().split_whitespace().any(|word| verbs.contains(&word))
}

/// "jag är sjukskriven" in a text that names its writer.
fn is_first_person(view: &View, hit: &Hit, stretches: &Stretches) -> bool {
    let identified = view.persons.any() || view.has(Entity::Email) || view.has(Entity::Phone);
    identified && hit.group().needs == Needs::Person && has_cue(view, stretches, Cue::First)
}

/// What is protected also of someone in office; a politician's party or a shop steward's union is not.
fn takes_officials(hit: &Hit) -> bool {
    let Meaning::Entity(entity) = hit.group().meaning else { return false };
    !matches!(entity, Entity::Politics | Entity::Union | Entity::Religion | Entity::Ethnicity | Entity::Assessment)
}

/// Whether a private person stands in the same sentence or row as `range`, or
/// alone writes of what is the own: "jag har bytt bank".
pub(super) fn beside_person(view: &View, block: usize, range: &Range<usize>) -> bool {
    if view.persons.writes_alone() && !view.is_any(IMPERSONAL) {
        return true;
    }
    let stretches = sentence::around(view.text, block, range);
    stretches.iter().any(|(block, range)| view.persons.within(*block, range).any(Anchor::is_private))
}
