//! What the register knows files by.

use serde::Serialize;

use super::{Content, Entry};
use crate::image::hash::{Distance, Likeness};

/// The files that the register speaks of.
#[derive(Clone, Debug, Default)]
pub struct Known {
    files: Vec<Filed>,
}

#[derive(Clone, Debug)]
struct Filed {
    number: i64,
    entry: Entry,
}

/// Which of an entry's two files is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The file as it came, without the label.
    Before,
    /// The file as it was written, with the label.
    After,
}

/// What the register knows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// It is that very file, byte for byte.
    Same {
        /// The entry's number.
        number: i64,
        /// Which of its files.
        side: Side,
    },
    /// It looks like it: probably a copy that was saved anew, which a person must see.
    Candidate {
        /// The entry's number.
        number: i64,
        /// Which of its files it is nearest to.
        side: Side,
        /// How far the two are apart.
        distance: Distance,
    },
}

impl Extend<(i64, Entry)> for Known {
    fn extend<T: IntoIterator<Item = (i64, Entry)>>(&mut self, entries: T) {
        self.files.extend(entries.into_iter().map(|(number, entry)| Filed { number, entry }));
    }
}

impl Known {
    /// The newest entry of that very content, else the entry of the picture that looks most like it.
    #[must_use]
    pub fn find(&self, sha256: &str, likeness: Option<&Likeness>) -> Option<Match> {
        self.same(sha256).or_else(|| self.candidate(likeness?))
    }

    /// The entry of that number, unless a newer version wrote it.
    #[must_use]
    pub fn entry(&self, number: i64) -> Option<&Entry> {
        self.files.iter().find(|file| file.number == number).map(|file| &file.entry)
    }

    /// Whether nothing was ever labelled.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn same(&self, sha256: &str) -> Option<Match> {
        [Side::After, Side::Before].into_iter().find_map(|side| {
            let file = self.files.iter().rev().find(|file| file.content(side).sha256 == sha256)?;
            Some(Match::Same { number: file.number, side })
        })
    }

    fn candidate(&self, likeness: &Likeness) -> Option<Match> {
        let sides = |file| [Side::After, Side::Before].map(|side| (file, side));
        let near = self.files.iter().rev().flat_map(sides).filter_map(|(file, side): (&Filed, Side)| {
            let distance = file.content(side).likeness.as_ref()?.distance(likeness)?;
            distance.is_near().then_some((distance, file.number, side))
        });
        let (distance, number, side) = near.min_by_key(|(distance, ..)| distance.total())?;
        Some(Match::Candidate { number, side, distance })
    }
}

impl Filed {
    fn content(&self, side: Side) -> &Content {
        match side {
            Side::Before => &self.entry.before,
            Side::After => &self.entry.after,
        }
    }
}
