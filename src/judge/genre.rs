//! What kind of text a file is, as far as it bears on whether its words are a
//! topic or a case: a guideline speaks of illness, a rehabilitation plan of someone's.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::person::Persons;
use crate::detect::terms::{Cue, Hit, Meaning};
use crate::document::{Block, Part, Row, Text};

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Genre {
    /// Says what shall be done: guideline, policy, routine, handbook, information.
    Guideline,
    /// Law, its chapters and preparatory works.
    Statute,
    /// Teaching, with invented cases.
    Training,
    /// Made to be published.
    Published,
    /// A form or template that no one has filled in.
    Form,
    /// Counts people instead of naming them.
    Statistics,
    /// A tender that is announced, or decided.
    Awarded,
    /// An agreement, an order or another paper by which something is bought.
    Agreement,
}

/// How many blocks from the top may hold the title.
const TITLE_BLOCKS: usize = 6;

/// Longest block that can be a title, in bytes.
const TITLE_BYTES: usize = 120;

/// Within how many blocks a text says that all its persons are invented: a word far into a long one says
/// it of some.
const OPENING: usize = 60;

/// How many different words of fiction make a text about books or plays, whose persons are invented.
const FICTION: usize = 3;

/// How many runs of underscores or dots make a form.
const FORM_BLANKS: usize = 3;

/// The genres of a text.
pub(super) fn genres(text: &Text, hits: &[Hit], persons: &Persons) -> BTreeSet<Genre> {
    let tally = Tally::new(text, hits, persons);
    let mut genres = BTreeSet::new();
    let case = tally.events + tally.pronouns + persons.subjects();
    if (tally.title_guideline > 0 && !persons.has_label()) || (tally.norms >= 6 && tally.norms > 3 * case) {
        genres.insert(Genre::Guideline);
    }
    if tally.statute >= 8 && tally.statute > 2 * case {
        genres.insert(Genre::Statute);
    }
    let invented = tally.fiction.len() >= FICTION && persons.is_unlabelled() && text.blocks.len() <= OPENING;
    if tally.training_strong > 0 || invented || (tally.title_training > 0 && !persons.has_label()) {
        genres.insert(Genre::Training);
    }
    if tally.title_published > 0 {
        genres.insert(Genre::Published);
    }
    if !persons.has_label() && (tally.blanks >= FORM_BLANKS || tally.title_form > 0) {
        genres.insert(Genre::Form);
    }
    if tally.statistics >= 6 && tally.statistics > 2 * case {
        genres.insert(Genre::Statistics);
    }
    if tally.awarded > 0 {
        genres.insert(Genre::Awarded);
    }
    if tally.title_agreement > 0 {
        genres.insert(Genre::Agreement);
    }
    genres
}

#[derive(Default)]
struct Tally {
    title_guideline: usize,
    title_training: usize,
    title_published: usize,
    title_form: usize,
    title_agreement: usize,
    training_strong: usize,
    norms: usize,
    statute: usize,
    statistics: usize,
    events: usize,
    pronouns: usize,
    awarded: usize,
    blanks: usize,
    /// The different words of fiction, by their terms.
    fiction: BTreeSet<usize>,
}

impl Tally {
    fn new(text: &Text, hits: &[Hit], persons: &Persons) -> Self {
        let mut tally = Self { blanks: text.blocks.iter().map(|block| blanks(&block.text)).sum(), ..Self::default() };
        for hit in hits {
            let Meaning::Cue(cue) = hit.group().meaning else { continue };
            let Some(block) = text.blocks.get(hit.block) else { continue };
            let heading = is_title(text, hit.block, block) && !block.text.ends_with('.');
            tally.count(cue, hit, heading && !persons.in_block(hit.block));
        }
        tally
    }

    fn count(&mut self, cue: Cue, hit: &Hit, title: bool) {
        let strong = hit.group().weight >= 3;
        match cue {
            Cue::Guideline => self.title_guideline += usize::from(title),
            Cue::Training => {
                self.title_training += usize::from(title);
                self.training_strong += usize::from(strong && hit.block < OPENING);
            }
            Cue::Published => self.title_published += usize::from(title || strong),
            Cue::Form => self.title_form += usize::from(title),
            Cue::Agreement => self.title_agreement += usize::from(title),
            Cue::Norm => self.norms += 1,
            Cue::Statute => self.statute += 1,
            Cue::Statistics => self.statistics += 1,
            Cue::Event => self.events += 1,
            Cue::Pronoun => self.pronouns += 1,
            Cue::Fiction => drop(self.fiction.insert(hit.term)),
            Cue::Awarded => self.awarded += 1,
            _ => {}
        }
    }
}

/// Whether block `index` can name what the document is.
pub(super) fn is_title(text: &Text, index: usize, block: &Block) -> bool {
    match block.place.part {
        Part::Header | Part::Footer | Part::Property => block.text.len() <= TITLE_BYTES,
        Part::Body | Part::TextBox | Part::MailHeader => {
            block.text.len() <= TITLE_BYTES && is_line(block) && body_rank(text, index) < TITLE_BLOCKS
        }
        _ => false,
    }
}

/// Whether a block is a line of its own: no table row, or one with a single filled cell.
pub(super) fn is_line(block: &Block) -> bool {
    let filled = |row: &Row| row.cells.iter().filter(|cell| !cell.is_empty()).count();
    block.row.as_ref().is_none_or(|row| filled(row) == 1)
}

/// How many blocks of the body stand before block `index`, counted as far as a title can stand.
fn body_rank(text: &Text, index: usize) -> usize {
    let before = text.blocks.get(..index).unwrap_or_default();
    before.iter().filter(|b| matches!(b.place.part, Part::Body | Part::TextBox)).take(TITLE_BLOCKS).count()
}

/// How many places to write in there are: runs of underscores, dots or an empty box.
pub(super) fn blanks(text: &str) -> usize {
    let mut count = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if matches!(c, '_' | '…' | '.') { run + 1 } else { 0 };
        count += usize::from(run == 4 || (c == '…' && run == 2));
        count += usize::from(matches!(c, '☐' | '□'));
    }
    count
}
