//! Which records of a presentation are in use. Each save adds to the file and
//! leaves what was there before; the last save says what counts ([MS-PPT] 2.1.2).

use std::collections::{HashMap, HashSet};

use super::records::{long, record, records};

const USER_EDIT: u16 = 0x0FF5;
const DIRECTORY: u16 = 0x1772;
const SLIDE_LIST: u16 = 0x0FF0;
const SLIDE_PERSIST: u16 = 0x03F3;
const DOCUMENT: u16 = 0x03E8;

/// The records in use, and the numbers of the slides.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Where records in use begin, by their identifier.
    places: HashMap<u32, usize>,
    /// Slide number by where the slide's record begins.
    pages: HashMap<usize, u32>,
    /// Slide number by the identifier that notes refer to.
    pub(super) by_slide_id: HashMap<u32, u32>,
    in_use: HashSet<usize>,
}

impl Live {
    /// Follows the saves from the last one, which begins at `edit`.
    pub(super) fn follow(stream: &[u8], edit: usize) -> Self {
        let mut live = Self::default();
        let mut next = Some(edit);
        let mut seen = HashSet::new();
        while let Some(at) = next.filter(|at| seen.insert(*at)) {
            let Some(save) = record(stream, at).filter(|record| record.kind == USER_EDIT) else { break };
            let number = |at| long(save.body, at).and_then(|place| usize::try_from(place).ok());
            live.add_directory(stream, number(12));
            next = number(8).filter(|before| *before > 0);
        }
        live.in_use = live.places.values().copied().collect();
        live.number_slides(stream);
        live
    }

    /// Whether the record that begins at `at` is in use.
    pub(super) fn uses(&self, at: usize) -> bool {
        self.in_use.is_empty() || self.in_use.contains(&at)
    }

    /// The number of the slide whose record begins at `at`.
    pub(super) fn page(&self, at: usize) -> Option<u32> {
        self.pages.get(&at).copied()
    }

    /// Later saves are read first, so what is known already stands.
    fn add_directory(&mut self, stream: &[u8], at: Option<usize>) {
        let directory = at.and_then(|at| record(stream, at)).filter(|record| record.kind == DIRECTORY);
        let Some(directory) = directory else { return };
        let mut at = 0;
        while let Some(head) = long(directory.body, at) {
            at += 4;
            for id in 0..head >> 20 {
                let Some(place) = long(directory.body, at).and_then(|place| usize::try_from(place).ok()) else {
                    return;
                };
                self.places.entry((head & 0xF_FFFF) + id).or_insert(place);
                at += 4;
            }
        }
    }

    fn number_slides(&mut self, stream: &[u8]) {
        let documents = self.places.values().filter_map(|at| record(stream, *at));
        let lists = documents.filter(|record| record.kind == DOCUMENT).flat_map(|record| records(record.body));
        let slides = lists.filter(|list| list.kind == SLIDE_LIST && list.instance == 0);
        let persists: Vec<_> = slides.flat_map(|list| records(list.body)).filter(|r| r.kind == SLIDE_PERSIST).collect();
        for (persist, number) in persists.iter().zip(1..) {
            let place = long(persist.body, 0).and_then(|id| self.places.get(&id));
            self.pages.extend(place.map(|place| (*place, number)));
            self.by_slide_id.extend(long(persist.body, 12).map(|id| (id, number)));
        }
    }
}
