//! Folders by number. Files come folder by folder, so most ask for the one before.

use std::collections::HashMap;

/// Every folder that was met, in the order it was.
#[derive(Clone, Debug, Default)]
pub(super) struct Folders {
    index: HashMap<usize, HashMap<Vec<u8>, usize>>,
    order: Vec<(usize, Vec<u8>)>,
    last: usize,
}

impl Folders {
    /// The number of a folder: of the root with this index, the path below it.
    pub(super) fn number(&mut self, root: usize, path: &[u8]) -> usize {
        if self.get(self.last).is_none_or(|last| last != (root, path)) {
            let paths = self.index.entry(root).or_default();
            self.last = paths.get(path).copied().unwrap_or(self.order.len());
            if self.last == self.order.len() {
                paths.insert(path.to_vec(), self.last);
                self.order.push((root, path.to_vec()));
            }
        }
        self.last
    }

    /// The folder of this number.
    pub(super) fn get(&self, number: usize) -> Option<(usize, &[u8])> {
        self.order.get(number).map(|(root, path)| (*root, path.as_slice()))
    }

    /// Every folder, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &[u8])> {
        self.order.iter().map(|(root, path)| (*root, path.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_its_number() {
        let mut folders = Folders::default();
        let asked: [(usize, &[u8]); 6] = [(0, b""), (0, b"a"), (0, b"a"), (1, b"a"), (0, b""), (1, b"a")];
        let numbers = asked.map(|(root, path)| folders.number(root, path));
        assert_eq!(numbers, [0, 1, 1, 2, 0, 2]);
        assert_eq!(folders.iter().collect::<Vec<_>>(), [(0, &b""[..]), (0, b"a"), (1, b"a")]);
    }
}
