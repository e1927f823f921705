//! A paragraph as it reads when every tracked change is accepted, with what
//! stands aside from that reading kept apart.

use crate::document::Part;

/// The words of one paragraph.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// The text as it reads.
    pub(super) text: String,
    /// Runs that were inserted, deleted, hidden or are instructions, in order.
    pub(super) asides: Vec<(Part, String)>,
    last: Part,
    /// Whether words were left out of the text since its last character, with space around them.
    parted: bool,
}

impl Paragraph {
    /// Adds words that stand in `part`: [`Part::Body`] for plain text.
    pub(super) fn push(&mut self, part: Part, words: &str) {
        if words.is_empty() {
            return;
        }
        match part {
            Part::Body => self.push_text(words),
            Part::Inserted => {
                self.push_text(words);
                self.push_aside(part, words);
            }
            _ => {
                let spaced = words.starts_with(char::is_whitespace) || words.ends_with(char::is_whitespace);
                self.parted |= spaced && matches!(part, Part::Deleted | Part::Hidden);
                self.push_aside(part, words);
            }
        }
        self.last = part;
    }

    /// Ends the aside that is being written, so that the next one is a run of its own.
    pub(super) fn end_aside(&mut self) {
        self.last = Part::Body;
    }

    fn push_text(&mut self, words: &str) {
        let glues = self.text.ends_with(char::is_alphanumeric) && words.starts_with(char::is_alphanumeric);
        if std::mem::take(&mut self.parted) && glues {
            self.text.push(' ');
        }
        self.text.push_str(words);
    }

    fn push_aside(&mut self, part: Part, words: &str) {
        match self.asides.last_mut() {
            Some((_, run)) if self.last == part => run.push_str(words),
            _ => self.asides.push((part, words.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_final_text_never_glues_words() {
        for (runs, text, asides) in [
            (&[(Part::Body, "Ada"), (Part::Deleted, " Ek "), (Part::Body, "bor")][..], "Ada bor", &[" Ek "][..]),
            (&[(Part::Body, "Ada"), (Part::Deleted, " Ek"), (Part::Body, " bor")], "Ada bor", &[" Ek"]),
            (&[(Part::Body, "per"), (Part::Deleted, "sonlig"), (Part::Body, "son")], "person", &["sonlig"]),
            (
                &[(Part::Deleted, "a"), (Part::Deleted, "b"), (Part::Inserted, "c"), (Part::Deleted, "d")],
                "c",
                &["ab", "c", "d"],
            ),
        ] {
            let mut paragraph = Paragraph::default();
            for (part, words) in runs {
                paragraph.push(*part, words);
            }
            let found: Vec<&str> = paragraph.asides.iter().map(|(_, words)| words.as_str()).collect();
            assert_eq!((paragraph.text.as_str(), found.as_slice()), (text, asides));
        }
    }
}
