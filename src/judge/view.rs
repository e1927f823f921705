//! Everything that is known of a text when it is judged.

use std::collections::BTreeSet;
use std::ops::Range;

use super::genre::{self, Genre};
use super::person::Persons;
use crate::detect::terms::Hit;
use crate::document::Text;
use crate::finding::{Confidence, Entity, Finding};

/// A text with what was found in it, its persons and its genres.
pub(super) struct View<'a> {
    pub(super) text: &'a Text,
    pub(super) findings: &'a [Finding],
    pub(super) hits: &'a [Hit],
    pub(super) persons: Persons,
    genres: BTreeSet<Genre>,
}

impl<'a> View<'a> {
    pub(super) fn new(text: &'a Text, findings: &'a [Finding], hits: &'a [Hit]) -> Self {
        let persons = Persons::new(text, findings, hits);
        let genres = genre::genres(text, hits, &persons);
        Self { text, findings, hits, persons, genres }
    }

    pub(super) fn is(&self, genre: Genre) -> bool {
        self.genres.contains(&genre)
    }

    pub(super) fn is_any(&self, genres: &[Genre]) -> bool {
        genres.iter().any(|genre| self.is(*genre))
    }

    /// The text of block `index`.
    pub(super) fn block(&self, index: usize) -> &'a str {
        self.text.blocks.get(index).map_or("", |block| block.text.as_str())
    }

    /// Whether block `index` is a row of a table.
    pub(super) fn is_row(&self, index: usize) -> bool {
        self.text.blocks.get(index).is_some_and(|block| block.row.is_some())
    }

    /// The terms that begin within `range` of block `index`.
    pub(super) fn hits_in(&self, index: usize, range: &Range<usize>) -> impl Iterator<Item = &'a Hit> + use<'a> {
        let first = self.hits.partition_point(|hit| (hit.block, hit.range.start) < (index, range.start));
        let end = range.end;
        let rest = self.hits.get(first..).unwrap_or_default();
        rest.iter().take_while(move |hit| hit.block == index && hit.range.start < end)
    }

    /// Whether there is a finding of `entity` that counts.
    pub(super) fn has(&self, entity: Entity) -> bool {
        self.findings.iter().any(|finding| finding.entity == entity && finding.confidence >= Confidence::Medium)
    }
}
