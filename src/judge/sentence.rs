//! Where a sentence begins and ends, also when it runs over lines.

use std::ops::Range;

use crate::document::{Block, Text};

/// Farthest a sentence is followed to each side, in bytes.
const REACH: usize = 400;

/// The stretches of text, each with its block, that make one sentence or row.
pub(super) type Stretches = Vec<(usize, Range<usize>)>;

/// The sentence around `range` of block `index`; of a table row, the whole row.
pub(super) fn around(text: &Text, index: usize, range: &Range<usize>) -> Stretches {
    let Some(block) = text.blocks.get(index) else { return Vec::new() };
    if block.row.is_some() {
        return vec![(index, 0..block.text.len())];
    }
    let start = start(&block.text, range.start);
    let end = end(&block.text, range.end);
    let mut stretches = vec![(index, start..end)];
    if start == 0 && index > 0 {
        stretches.extend(tail(text, index - 1, block));
    }
    if end == block.text.len() {
        stretches.extend(head(text, index + 1, block));
    }
    stretches
}

/// The end of the line before, when it runs on into `block`.
fn tail(text: &Text, index: usize, block: &Block) -> Option<(usize, Range<usize>)> {
    let previous = text.blocks.get(index)?;
    let runs_on = runs_on(previous, block);
    runs_on.then(|| (index, start(&previous.text, previous.text.len())..previous.text.len()))
}

/// The beginning of the line after, when `block` runs on into it.
fn head(text: &Text, index: usize, block: &Block) -> Option<(usize, Range<usize>)> {
    let next = text.blocks.get(index)?;
    runs_on(block, next).then(|| (index, 0..end(&next.text, 0)))
}

/// Whether a sentence goes on from one line to the next: no full stop, and a small letter.
fn runs_on(first: &Block, second: &Block) -> bool {
    first.row.is_none()
        && second.row.is_none()
        && first.place.part == second.place.part
        && !first.text.ends_with(['.', '!', '?', ':'])
        && second.text.chars().next().is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
}

fn start(text: &str, at: usize) -> usize {
    let floor = boundary(text, at.saturating_sub(REACH));
    let before = text.get(floor..at).unwrap_or_default();
    let stop = before.char_indices().rev().find(|&(offset, c)| ends_sentence(text, floor + offset, c));
    stop.map_or(floor, |(offset, c)| floor + offset + c.len_utf8())
}

fn end(text: &str, at: usize) -> usize {
    let ceiling = boundary(text, at.saturating_add(REACH).min(text.len()));
    let after = text.get(at..ceiling).unwrap_or_default();
    let stop = after.char_indices().find(|&(offset, c)| ends_sentence(text, at + offset, c));
    stop.map_or(ceiling, |(offset, c)| at + offset + c.len_utf8())
}

/// A line end, or a full stop before a capital that is not an abbreviation's.
fn ends_sentence(text: &str, at: usize, c: char) -> bool {
    match c {
        '\n' => true,
        '.' | '!' | '?' => {
            let mut after = text.get(at + 1..).unwrap_or_default().chars();
            let spaced = after.next().is_some_and(char::is_whitespace);
            spaced && after.next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit()) && !is_abbreviation(text, at)
        }
        _ => false,
    }
}

/// A letter or two before the stop, as in "N.N.", "kl." or "t.ex.".
fn is_abbreviation(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let word = before.rsplit(|c: char| c.is_whitespace() || c == '.').next().unwrap_or_default();
    word.chars().count() <= 2 && word.chars().all(char::is_alphabetic)
}

pub(super) fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Place, TextBuilder};
    use crate::limits::Limits;

    #[track_caller]
    fn check(lines: &[&str], needle: &str, expected: &[&str]) {
        let mut builder = TextBuilder::new(&Limits::default());
        for line in lines {
            builder.block(Place::default(), line);
        }
        let text = builder.finish();
        let index = text.blocks.iter().position(|b| b.text.contains(needle)).unwrap();
        let at = text.blocks[index].text.find(needle).unwrap();
        let found = around(&text, index, &(at..at + needle.len()));
        let found: Vec<&str> = found.iter().map(|(i, range)| text.blocks[*i].text[range.clone()].trim()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn sentences_end_at_a_stop_before_a_capital() {
        check(&["Eva kom. Hon är sjuk. Hej."], "sjuk", &["Hon är sjuk."]);
        check(&["E. Ek har t.ex. astma och ca. 3 katter."], "astma", &["E. Ek har t.ex. astma och ca. 3 katter."]);
        check(&["Eva har", "astma i dag"], "astma", &["astma i dag", "Eva har"]);
        check(&["Eva kom.", "astma"], "astma", &["astma"]);
    }
}
