//! A walk along the chain: whether each entry follows the one before and is what was chained.

use sha2::{Digest, Sha256};

use super::{Link, Sum};

/// A place where the chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Break {
    /// The entry's number.
    pub number: i64,
    /// What is wrong there.
    pub fault: Fault,
}

/// What is wrong at a place in the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The entry is not the one that was chained.
    Changed,
    /// It does not follow the entry before it: entries were swapped, or put in between.
    Order,
    /// It is missing.
    Missing,
    /// The digest that was noted elsewhere is that of no entry; the number is that of the last.
    Head,
}

/// What a walk of the chain gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Entries walked.
    pub entries: u64,
    /// The digest of the last one; zeros when there is none.
    pub head: Sum,
    /// Where the chain does not hold, in order; the first [`MOST_BREAKS`] of them.
    pub breaks: Vec<Break>,
}

/// Breaks that are told: whoever swapped everything is not listed entry by entry.
pub const MOST_BREAKS: usize = 100;

/// A walk along the chain.
#[derive(Default)]
pub(super) struct Walk {
    entries: u64,
    last: i64,
    head: Sum,
    met: bool,
    breaks: Vec<Break>,
}

impl Walk {
    pub(super) fn step(&mut self, link: &Link, head: Option<&Sum>) {
        let gap = self.missing(link.number);
        // After a gap the entry follows one that is not there, which is said already.
        if !gap && link.previous != self.head {
            self.fault(link.number, Fault::Order);
        }
        if digest(&link.previous, &link.entry) != link.digest {
            self.fault(link.number, Fault::Changed);
        }
        self.entries += 1;
        self.met |= head == Some(&link.digest);
        (self.last, self.head) = (link.number, link.digest);
    }

    /// What the walk gave, when `given` numbers were handed out and `head` was noted elsewhere.
    pub(super) fn end(mut self, given: i64, head: Option<&Sum>) -> Checked {
        self.missing(given.saturating_add(1));
        if head.is_some() && !self.met {
            self.fault(self.last, Fault::Head);
        }
        Checked { entries: self.entries, head: self.head, breaks: self.breaks }
    }

    /// Notes the numbers between the last entry and `next`; whether there are any.
    fn missing(&mut self, next: i64) -> bool {
        let first = self.last.saturating_add(1);
        (first..next).take(MOST_BREAKS).for_each(|number| self.fault(number, Fault::Missing));
        first < next
    }

    fn fault(&mut self, number: i64, fault: Fault) {
        if self.breaks.len() < MOST_BREAKS {
            self.breaks.push(Break { number, fault });
        }
    }
}

pub(super) fn digest(previous: &Sum, entry: &str) -> Sum {
    Sha256::new().chain_update(previous).chain_update(entry).finalize().into()
}
