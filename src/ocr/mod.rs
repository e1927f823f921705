//! Text in pictures: what is asked of a recogniser, and Tesseract as one.
//!
//! Readers of formats only render pixels and call [`Recogniser`]: where it
//! runs, and how it is confined, is decided by who builds the examiner.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

mod tesseract;

pub use tesseract::{Budget, OcrError, Tesseract};

/// A picture in shades of grey, row by row from the top left; 0 is black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width` × `height` shades.
    pub pixels: Vec<u8>,
    /// Pixels per inch on paper; a guess where the file does not say.
    pub dpi: u32,
}

/// A line of recognised words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Its words, with a space between.
    pub text: String,
    /// How sure the recogniser is of it, from 0 to 100.
    pub confidence: f32,
}

/// Recognises the words in a picture; `None` when it could not, for want of
/// time or through a failure.
pub type Recognise = dyn Fn(&Grey) -> Option<Vec<Line>> + Send + Sync;

/// What reads the words in pictures.
#[derive(Clone)]
pub struct Recogniser {
    recognise: Arc<Recognise>,
    /// What is recognised.
    pub pages: Pages,
}

/// Which pictures are recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pages {
    /// None.
    #[default]
    None,
    /// Those of which nothing else was read.
    Unread,
    /// Pages that have text of their own too.
    Every,
}

impl Recogniser {
    /// Calls `recognise` for each picture of which nothing else was read.
    #[must_use]
    pub fn new(recognise: impl Fn(&Grey) -> Option<Vec<Line>> + Send + Sync + 'static) -> Self {
        Self { recognise: Arc::new(recognise), pages: Pages::Unread }
    }

    /// The lines in an upright picture; `None` when it was not read.
    #[must_use]
    pub fn upright(&self, picture: &Grey) -> Option<Vec<Line>> {
        (self.recognise)(picture)
    }

    /// The lines in a picture, upright or turned, from the top down; `None` when it was not read.
    #[must_use]
    pub fn read(&self, picture: &Grey) -> Option<Vec<Line>> {
        let upright = (self.recognise)(picture)?;
        if sureness(&upright) >= SURE {
            return Some(upright);
        }
        let turned = (1..4).scan(picture.clone(), |turned, _| {
            *turned = turned.turned();
            (self.recognise)(turned)
        });
        Some(turned.fold(upright, |best, lines| if weight(&lines) > weight(&best) { lines } else { best }))
    }
}

impl fmt::Debug for Recogniser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recogniser").field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// Mean confidence from which a page counts as recognised; Tesseract gives
/// clean print above 90 and what it guesses in noise below 60.
pub const SURE: f32 = 70.0;

/// The mean confidence of lines, by their length; 0 without any.
#[must_use]
pub fn sureness(lines: &[Line]) -> f32 {
    let letters: f32 = lines.iter().map(letters).sum();
    if letters == 0.0 { 0.0 } else { lines.iter().map(letters_times).sum::<f32>() / letters }
}

/// How much was recognised: letters by how sure they are.
fn weight(lines: &[Line]) -> f32 {
    lines.iter().filter(|line| line.confidence >= SURE).map(letters_times).sum()
}

fn letters_times(line: &Line) -> f32 {
    letters(line) * line.confidence
}

#[expect(clippy::cast_precision_loss, reason = "a line has fewer letters than an f32 can count")]
fn letters(line: &Line) -> f32 {
    line.text.chars().filter(|c| c.is_alphanumeric()).count() as f32
}

impl Grey {
    /// The picture turned a quarter clockwise.
    #[must_use]
    pub fn turned(&self) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let column = |x: usize| (0..height).rev().map(move |y| y * width + x);
        let pixels = (0..width).flat_map(column).map(|at| self.pixels.get(at).copied().unwrap_or(255)).collect();
        Self { width: self.height, height: self.width, pixels, dpi: self.dpi }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, confidence: f32) -> Line {
        Line { text: text.to_owned(), confidence }
    }

    #[test]
    fn a_quarter_turn_is_clockwise() {
        let picture = Grey { width: 3, height: 2, pixels: vec![1, 2, 3, 4, 5, 6], dpi: 300 };
        let turned = picture.turned();
        assert_eq!((turned.width, turned.height, turned.pixels.as_slice()), (2, 3, &[4, 1, 5, 2, 6, 3][..]));
        assert_eq!(turned.turned().turned().turned(), picture);
    }

    #[test]
    fn a_page_that_is_not_sure_is_turned_until_it_says_most() {
        let upside_down = Recogniser::new(|picture: &Grey| {
            let sure = if picture.pixels.first() == Some(&6) { 95.0 } else { 30.0 };
            Some(vec![line("Räksmörgås", sure)])
        });
        let picture = Grey { width: 3, height: 2, pixels: vec![1, 2, 3, 4, 5, 6], dpi: 300 };
        assert_eq!(upside_down.read(&picture), Some(vec![line("Räksmörgås", 95.0)]));
        let nothing = Recogniser::new(|_: &Grey| None);
        assert_eq!(nothing.read(&picture), None);
    }

    #[test]
    fn sureness_counts_letters() {
        assert!((sureness(&[line("aaa", 90.0), line("b", 10.0), line("- -", 0.0)]) - 70.0).abs() < 0.01);
        assert!(sureness(&[]).abs() < 0.01);
    }
}
