//! Words and marks of a block, for the finding of names.

use std::ops::Range;

/// A word or a single mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// Byte range in the block.
    pub(super) range: Range<usize>,
    /// What it is.
    pub(super) shape: Shape,
}

/// What a token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A word with a capital first: `Eva`, `Ann-Marie`, `O'Brien`, `El-Amin`.
    Capital,
    /// A word all in capitals, of two letters or more.
    Upper,
    /// One capital, with its full stop if it has one.
    Initial,
    /// A word in small letters.
    Small,
    /// A word with digits in it, or a number.
    Number,
    /// Anything else that is not white space.
    Mark,
}

impl Token {
    /// Whether it is a word with a capital first.
    pub(super) fn is_capital(&self) -> bool {
        matches!(self.shape, Shape::Capital | Shape::Upper | Shape::Initial)
    }
}

/// Splits `text` into `tokens`, which are cleared first.
pub(super) fn tokenize(text: &str, tokens: &mut Vec<Token>) {
    tokens.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            at += 1;
            continue;
        }
        let end = word_end(text, at);
        if end > at {
            let shape = shape(&text[at..end]);
            let end = if shape == Shape::Initial && bytes.get(end) == Some(&b'.') { end + 1 } else { end };
            tokens.push(Token { range: at..end, shape });
            at = end;
        } else {
            let width = text[at..].chars().next().map_or(1, char::len_utf8);
            if !text[at..at + width].chars().all(char::is_whitespace) {
                tokens.push(Token { range: at..at + width, shape: Shape::Mark });
            }
            at += width;
        }
    }
}

/// Where the word that starts at `at` ends; `at` when none does. A hyphen or
/// apostrophe between letters belongs to the word.
fn word_end(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    loop {
        match bytes.get(end) {
            Some(b) if b.is_ascii_alphanumeric() => end += 1,
            // Letters of Latin-1 and Latin Extended-A, which hold all of Swedish.
            Some(0xc3) if !matches!(bytes.get(end + 1), Some(0x97 | 0xb7)) => end += 2,
            Some(0xc4 | 0xc5) => end += 2,
            Some(b'-' | b'\'') if end > at && letter_at(text, end + 1) => end += 1,
            Some(b) if !b.is_ascii() => match text.get(end..).and_then(|rest| rest.chars().next()) {
                Some(c) if c.is_alphanumeric() => end += c.len_utf8(),
                Some('\u{2010}' | '\u{2011}' | '’' | '\u{ad}')
                    if end > at && letter_at(text, end + text[end..].chars().next().map_or(1, char::len_utf8)) =>
                {
                    end += text[end..].chars().next().map_or(1, char::len_utf8);
                }
                _ => return end,
            },
            _ => return end,
        }
    }
}

fn letter_at(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphabetic)
}

fn shape(word: &str) -> Shape {
    let bytes = word.as_bytes();
    if bytes.first().is_some_and(u8::is_ascii_lowercase) {
        return if bytes.iter().any(u8::is_ascii_digit) { Shape::Number } else { Shape::Small };
    }
    if bytes.iter().any(u8::is_ascii_digit) {
        return Shape::Number;
    }
    let mut chars = word.chars();
    match (chars.next(), chars.next()) {
        (Some(first), None) if first.is_uppercase() => Shape::Initial,
        (Some(first), Some(_)) if first.is_uppercase() => {
            if word.chars().any(char::is_lowercase) {
                Shape::Capital
            } else {
                Shape::Upper
            }
        }
        _ => Shape::Small,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits() {
        let text = "Ann-Marie K. O’Brien (S), 12 år – ÅKE";
        let mut tokens = Vec::new();
        tokenize(text, &mut tokens);
        let words: Vec<_> = tokens.iter().map(|t| (&text[t.range.clone()], t.shape)).collect();
        let expected = [
            ("Ann-Marie", Shape::Capital),
            ("K.", Shape::Initial),
            ("O’Brien", Shape::Capital),
            ("(", Shape::Mark),
            ("S", Shape::Initial),
            (")", Shape::Mark),
            (",", Shape::Mark),
            ("12", Shape::Number),
            ("år", Shape::Small),
            ("–", Shape::Mark),
            ("ÅKE", Shape::Upper),
        ];
        assert_eq!(words, expected);
    }
}
