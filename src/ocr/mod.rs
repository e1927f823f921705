//! Text in pictures: what is asked of a recogniser, and Tesseract as one.
//!
//! Readers of formats only render pixels and call [`Recogniser`]: where it
//! runs, and how it is confined, is decided by who builds the examiner.
//!
//! What was recognised in a file is kept as its record is, by content and basis,
//! and within a run a picture that comes again is not read again. The words
//! themselves are never stored: under another policy a scan is read anew, for
//! the ledger holds no text of files.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

#[cfg(target_os = "linux")]
mod confine;
mod launch;
mod stamps;
mod tesseract;

pub use launch::launch;
pub use tesseract::{Budget, OcrError, Program, Tesseract};

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
    /// Where the words stand that it is sure of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<Area>,
}

/// A rectangle in a picture, in pixels from its top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// How wide it is.
    pub width: u32,
    /// How high it is.
    pub height: u32,
}

/// Why the words in a picture were not recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// The recogniser failed, or took longer than one picture or file may take.
    #[error("the picture could not be recognised")]
    Failed,
    /// The run's time for recognition is used up; the next run has new.
    #[error("the run's time for recognition is used up")]
    Postponed,
}

/// Recognises the words in a picture, or says why not.
pub type Recognise = dyn Fn(&Grey) -> Result<Vec<Line>, Unread> + Send + Sync;

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
    pub fn new(recognise: impl Fn(&Grey) -> Result<Vec<Line>, Unread> + Send + Sync + 'static) -> Self {
        Self { recognise: Arc::new(recognise), pages: Pages::Unread }
    }

    /// The lines in an upright picture.
    ///
    /// # Errors
    ///
    /// [`Unread`] when it was not read.
    pub fn upright(&self, picture: &Grey) -> Result<Vec<Line>, Unread> {
        (self.recognise)(picture)
    }

    /// The lines in a picture, upright or turned, from the top down, and after
    /// them what stands in stamps that lean.
    ///
    /// # Errors
    ///
    /// [`Unread`] when it was not read.
    pub fn read(&self, picture: &Grey) -> Result<Vec<Line>, Unread> {
        let upright = self.cleanly(picture)?;
        if sureness(&upright) >= SURE {
            return Ok(self.with_stamps(picture, upright));
        }
        let (mut page, mut best) = (picture.clone(), upright);
        let mut turned = picture.turned();
        for _ in 1..4 {
            let Ok(lines) = (self.recognise)(&turned) else { break };
            let next = turned.turned();
            if weight(&lines) > weight(&best) {
                (page, best) = (turned, lines);
            }
            turned = next;
        }
        Ok(self.with_stamps(&page, best))
    }

    /// The lines in an upright picture, specks taken out of it when they spoil it.
    fn cleanly(&self, picture: &Grey) -> Result<Vec<Line>, Unread> {
        let lines = (self.recognise)(picture)?;
        if !is_doubtful(&lines) {
            return Ok(lines);
        }
        let cleaned = (self.recognise)(&picture.cleaned()).unwrap_or_default();
        Ok(if is_better(&cleaned, &lines) { cleaned } else { lines })
    }

    /// The lines of a page and those of stamps on it that are not set straight.
    fn with_stamps(&self, page: &Grey, mut lines: Vec<Line>) -> Vec<Line> {
        if sureness(&lines) < SURE {
            return lines;
        }
        let words: Vec<Area> = lines.iter().flat_map(|line| line.words.iter().copied()).collect();
        for stamp in stamps::leaning(page, &words) {
            let either_way = [stamp.turned().turned(), stamp];
            let read = either_way.iter().rev().map(|stamp| (self.recognise)(stamp).unwrap_or_default());
            let says = |lines: &Vec<Line>| sureness(lines) >= SURE && lines.iter().map(letters).sum::<f32>() >= WORD;
            let sure = read.filter(says).max_by(|a, b| weight(a).total_cmp(&weight(b)));
            lines.extend(sure.into_iter().flatten());
        }
        lines
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

/// Letters that a stamp says at the least: a scrawl looks like one or two of any.
const WORD: f32 = 3.0;

/// Mean confidence of clean print: what is below may be of a dirty page.
const CLEAN: f32 = 90.0;

/// Whether dirt on the page may have spoilt what was recognised.
fn is_doubtful(lines: &[Line]) -> bool {
    !lines.is_empty() && (sureness(lines) < CLEAN || lines.iter().any(|line| line.confidence < SURE))
}

/// Whether `lines` say as much as `others` and are surer of it.
fn is_better(lines: &[Line], others: &[Line]) -> bool {
    let sum = |lines: &[Line]| lines.iter().map(letters).sum::<f32>();
    sureness(lines) > sureness(others) && sum(lines) >= 0.8 * sum(others)
}

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
    /// The picture without specks: each pixel is the middle one of the nine around it.
    #[must_use]
    pub fn cleaned(&self) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let near = |at: usize, most: usize| at.saturating_sub(1)..=(at + 1).min(most.saturating_sub(1));
        let middle = |x: usize, y: usize| {
            let mut around = [255_u8; 9];
            let places = near(y, height).flat_map(|y| near(x, width).map(move |x| y * width + x));
            let shades = places.map(|at| self.pixels.get(at).copied().unwrap_or(255));
            let count = around.iter_mut().zip(shades).map(|(place, shade)| *place = shade).count();
            *around[..count].select_nth_unstable(count / 2).1
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| middle(x, y)).collect();
        Self { pixels, ..self.clone() }
    }

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
        Line { text: text.to_owned(), confidence, words: Vec::new() }
    }

    #[test]
    fn a_quarter_turn_is_clockwise() {
        let picture = Grey { width: 3, height: 2, pixels: vec![1, 2, 3, 4, 5, 6], dpi: 300 };
        let turned = picture.turned();
        assert_eq!((turned.width, turned.height, turned.pixels.as_slice()), (2, 3, &[4, 1, 5, 2, 6, 3][..]));
        assert_eq!(turned.turned().turned().turned(), picture);
    }

    #[test]
    fn specks_go_and_strokes_stay() {
        let mut pixels = vec![255; 48];
        pixels[9] = 0;
        for at in [4, 5, 12, 13, 20, 21, 28, 29, 36, 37, 44, 45] {
            pixels[at] = 0;
        }
        let picture = Grey { width: 8, height: 6, pixels, dpi: 300 };
        let cleaned = picture.cleaned();
        assert_eq!((cleaned.pixels[9], cleaned.pixels[20], cleaned.pixels[21]), (255, 0, 0));
        assert_eq!(cleaned.pixels.len(), 48);
    }

    #[test]
    fn a_dirty_page_is_read_again_without_its_specks() {
        let reader = Recogniser::new(|picture: &Grey| {
            let clean = picture.pixels.iter().all(|shade| *shade == 255);
            Ok(vec![if clean { line("Räksmörgås", 96.0) } else { line("Rak smörgås", 71.0) }])
        });
        let picture = Grey { width: 3, height: 3, pixels: vec![255, 255, 255, 255, 0, 255, 255, 255, 255], dpi: 300 };
        assert_eq!(reader.read(&picture), Ok(vec![line("Räksmörgås", 96.0)]));
    }

    #[test]
    fn a_page_that_is_not_sure_is_turned_until_it_says_most() {
        let upside_down = Recogniser::new(|picture: &Grey| {
            let sure = if picture.pixels.first() == Some(&6) { 95.0 } else { 30.0 };
            Ok(vec![line("Räksmörgås", sure)])
        });
        let picture = Grey { width: 3, height: 2, pixels: vec![1, 2, 3, 4, 5, 6], dpi: 300 };
        assert_eq!(upside_down.read(&picture), Ok(vec![line("Räksmörgås", 95.0)]));
        let nothing = Recogniser::new(|_: &Grey| Err(Unread::Postponed));
        assert_eq!(nothing.read(&picture), Err(Unread::Postponed));
    }

    #[test]
    fn sureness_counts_letters() {
        assert!((sureness(&[line("aaa", 90.0), line("b", 10.0), line("- -", 0.0)]) - 70.0).abs() < 0.01);
        assert!(sureness(&[]).abs() < 0.01);
    }
}
