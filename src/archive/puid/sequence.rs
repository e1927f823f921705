//! Byte sequences with gaps, matched from the start of a file or from its end.

use memchr::memmem;

use super::pattern::Place;

/// The parts of a file that sequences look at.
#[derive(Debug)]
pub(super) struct Window {
    /// From the first byte on.
    pub(super) start: Vec<u8>,
    /// From the last byte back.
    pub(super) reversed_end: Vec<u8>,
}

impl Window {
    /// A window on the whole of `bytes`.
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        let mut reversed_end = bytes.clone();
        reversed_end.reverse();
        Self { start: bytes, reversed_end }
    }
}

/// One piece of a sequence: how far after the piece before, and what may stand there.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Fewest bytes between the piece before (or the file's end) and this one.
    pub(super) least: usize,
    /// Most bytes between.
    pub(super) most: usize,
    /// What may stand there.
    pub(super) alternatives: Vec<Vec<Place>>,
}

/// A byte sequence of a signature.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    /// Counted back from the file's end, with its pieces reversed.
    pub(super) from_end: bool,
    /// In matching order.
    pub(super) pieces: Vec<Piece>,
}

/// Tries that one sequence may cost, so that a crafted file cannot stall the matcher.
const TRIES: usize = 20_000;

/// Gaps wider than this are searched for their literal bytes instead of tried one by one.
const NARROW: usize = 16;

impl Sequence {
    pub(super) fn matches(&self, window: &Window) -> bool {
        let data = if self.from_end { &window.reversed_end } else { &window.start };
        let mut tries = TRIES;
        follow(&self.pieces, data, 0, &mut tries)
    }
}

fn follow(pieces: &[Piece], data: &[u8], at: usize, tries: &mut usize) -> bool {
    let Some((piece, rest)) = pieces.split_first() else { return true };
    let first = at.saturating_add(piece.least);
    if first > data.len() {
        return false;
    }
    let last = at.saturating_add(piece.most).min(data.len());
    match piece.alternatives.as_slice() {
        [only] if last.saturating_sub(first) > NARROW && literal_len(only) > 0 => {
            search(only, rest, data, first..last, tries)
        }
        _ => {
            (first..=last).any(|start| piece.alternatives.iter().any(|places| try_at(places, rest, data, start, tries)))
        }
    }
}

/// Finds the literal start of `places` in a wide gap.
fn search(places: &[Place], rest: &[Piece], data: &[u8], range: std::ops::Range<usize>, tries: &mut usize) -> bool {
    let literal: Vec<u8> = places.iter().map_while(literal).collect();
    let finder = memmem::Finder::new(&literal);
    let end = range.end.saturating_add(literal.len()).min(data.len());
    let mut from = range.start;
    while let Some(found) = data.get(from..end).and_then(|part| finder.find(part)) {
        if try_at(places, rest, data, from + found, tries) {
            return true;
        }
        if *tries == 0 {
            return false;
        }
        from += found + 1;
    }
    false
}

fn try_at(places: &[Place], rest: &[Piece], data: &[u8], start: usize, tries: &mut usize) -> bool {
    let Some(part) = data.get(start..start + places.len()) else { return false };
    if *tries == 0 || !places.iter().zip(part).all(|(place, byte)| place.fits(*byte)) {
        return false;
    }
    *tries -= 1;
    follow(rest, data, start + places.len(), tries)
}

fn literal(place: &Place) -> Option<u8> {
    match place {
        Place::One(byte) => Some(*byte),
        Place::Set(_) => None,
    }
}

fn literal_len(places: &[Place]) -> usize {
    places.iter().map_while(literal).count()
}
