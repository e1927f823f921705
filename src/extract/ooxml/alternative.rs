//! Content that is written twice, for newer programs and for older ones.

use std::collections::HashSet;

/// The alternatives that are open (ECMA-376 part 3, 10.2), innermost last. A
/// second writing adds only what the first lacks.
#[derive(Debug, Default)]
pub(super) struct Alternatives {
    open: Vec<Alternative>,
}

#[derive(Debug, Default)]
struct Alternative {
    branches: u32,
    seen: HashSet<String>,
    seen_inline: String,
    /// Whether the branch that is open has added something already.
    added: bool,
}

impl Alternatives {
    /// Enters an element of that name.
    pub(super) fn open(&mut self, name: &str) {
        match (name, self.open.last_mut()) {
            ("AlternateContent", _) => self.open.push(Alternative::default()),
            ("Choice" | "Fallback", Some(alternative)) => {
                alternative.branches += 1;
                alternative.added = false;
            }
            _ => {}
        }
    }

    /// Leaves an element of that name.
    pub(super) fn close(&mut self, name: &str) {
        if name == "AlternateContent" {
            self.open.pop();
        }
    }

    /// Whether an earlier writing has these words; keeps them if this is the first.
    pub(super) fn is_repeated(&mut self, words: &str) -> bool {
        let Some(alternative) = self.open.last_mut() else { return false };
        let words: String = words.split_whitespace().collect();
        if alternative.branches > 1 {
            return alternative.seen.contains(&words);
        }
        alternative.seen.insert(words);
        false
    }

    /// The same for words in the middle of a paragraph, which come in pieces:
    /// one that the first writing has among its own is no news.
    pub(super) fn is_repeated_inline(&mut self, words: &str) -> bool {
        let Some(alternative) = self.open.last_mut() else { return false };
        let words: String = words.split_whitespace().collect();
        if alternative.branches > 1 {
            return alternative.seen_inline.contains(&words);
        }
        alternative.seen_inline.push_str(&words);
        false
    }

    /// Whether what comes now is the first that a second writing adds: it goes on no word of the first.
    pub(super) fn parts_inline(&mut self) -> bool {
        let Some(alternative) = self.open.last_mut() else { return false };
        alternative.branches > 1 && !std::mem::replace(&mut alternative.added, true)
    }
}
