//! Glyphs to lines: what stands on one base line without a gap as wide as
//! between two columns, with spaces where the positions show them.

use std::collections::HashMap;

use hayro_interpret::kurbo::{Point, Vec2};

use super::bidi::{is_right_to_left, logical};
use super::glyphs::{Canvas, Drawn};

/// A stretch of text on one base line, in the page's own frame turned so that
/// the text runs from left to right.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Its words.
    pub(super) text: String,
    /// Where it begins and ends along the base line, in points.
    pub(super) left: f64,
    /// See `left`.
    pub(super) right: f64,
    /// The base line's distance from the top, in points.
    pub(super) base: f64,
    /// Font size of its largest glyph.
    pub(super) em: f64,
    /// Direction of the text in degrees clockwise, 0 for ordinary text.
    pub(super) degrees: i32,
}

impl Line {
    /// Whether `self` and `other` share some of their width.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right
    }

    /// Whether both stand on the same base line, one beside the other.
    pub(super) fn is_beside(&self, other: &Self) -> bool {
        self.degrees == other.degrees
            && (self.base - other.base).abs() < 0.3 * self.em.min(other.em)
            && !self.overlaps(other)
    }
}

/// A gap wider than this, in font sizes, parts two cells; words in justified
/// text are seldom more than one apart.
const CELL_GAP: f64 = 1.3;
/// A gap wider than this parts two words; kerning is narrower.
const WORD_GAP: f64 = 0.14;
/// Fewer letters than this are not taken for a spaced-out word.
const SPACED_LETTERS: usize = 5;
/// A base line moved by more than this is another line; super- and subscripts move less.
const LINE_SHIFT: f64 = 0.5;
/// The pen may go back by this much (kerning, accents) and still write the same word.
const STEP_BACK: f64 = 0.8;

/// A letter that ends this near to the beginning of a line, in its size, stands before it.
const TOUCHING: f64 = 0.1;

/// A letter that begins this far to the left of the end of the one before it, in its size, is written backwards.
const BACKWARDS: f64 = 0.8;

/// A shadow is drawn at most this many lines of the same text after its line.
const SHADOWS: usize = 16;

/// The lines of a page in the order drawn.
pub(super) fn lines(canvas: &Canvas) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut glyphs = canvas.glyphs.iter().peekable();
    while let Some(first) = glyphs.next() {
        let mut members = vec![first];
        let mut last = first;
        let mut left = along(first, first.start);
        while let Some(next) = glyphs.next_if(|next| continues(canvas, last, next, left)) {
            members.push(next);
            left = left.min(along(first, next.start));
            last = next;
        }
        if let Some(line) = line(canvas, &members) {
            lines.push(line);
        }
    }
    drop_shadows(&mut lines);
    lines
}

/// Whether `next` stands on the line of `last`, near enough to be read with it:
/// right of it, or left of all the line (which begins at `left`): from right to
/// left, or touching it, as who writes a word backwards letter by letter.
fn continues(canvas: &Canvas, last: &Drawn, next: &Drawn, left: f64) -> bool {
    let size = last.em.max(next.em);
    let (gap, shift) = step(last, next);
    let turned = last.along.dot(next.along) < 0.9;
    let near = -STEP_BACK * size..=CELL_GAP * size;
    let leftward = || is_right_to_left(canvas.characters(next)) || is_right_to_left(canvas.characters(last));
    let before = left - along(last, next.end);
    let touches = before.abs() <= TOUCHING * size;
    let goes_on = near.contains(&gap) || touches || near.contains(&before) && leftward();
    !turned && shift.abs() <= LINE_SHIFT * size && goes_on
}

fn along(glyph: &Drawn, point: Point) -> f64 {
    point.to_vec2().dot(glyph.along)
}

/// How far `next` begins from the end of `last`, along and across the base line.
fn step(last: &Drawn, next: &Drawn) -> (f64, f64) {
    let between = next.start - last.end;
    (between.dot(last.along), between.cross(last.along))
}

fn line(canvas: &Canvas, members: &[&Drawn]) -> Option<Line> {
    let first = *members.first()?;
    let text = text(canvas, members);
    if text.trim().is_empty() {
        return None;
    }
    let down = Vec2::new(-first.along.y, first.along.x);
    let ends = members.iter().flat_map(|g| [g.start, g.end]).map(|p| p.to_vec2().dot(first.along));
    let (left, right) = ends.fold((f64::MAX, f64::MIN), |(left, right), x| (left.min(x), right.max(x)));
    Some(Line {
        text,
        left,
        right,
        base: first.start.to_vec2().dot(down),
        em: members.iter().map(|g| g.em).fold(0.0, f64::max),
        degrees: degrees(first.along),
    })
}

fn text(canvas: &Canvas, members: &[&Drawn]) -> String {
    if members.iter().any(|glyph| is_right_to_left(canvas.characters(glyph))) {
        let mut seen = members.to_vec();
        seen.sort_by(|a, b| along(a, a.start).total_cmp(&along(a, b.start)));
        return logical(&spaced(canvas, &seen)).concat();
    }
    let backwards = members.windows(2).any(|pair| step(pair[0], pair[1]).0 < -BACKWARDS * pair[0].em);
    if backwards {
        let mut seen = members.to_vec();
        seen.sort_by(|a, b| along(a, a.start).total_cmp(&along(a, b.start)));
        return spaced(canvas, &seen).concat();
    }
    spaced(canvas, members).concat()
}

/// The characters of each glyph, with spaces where a gap parts words.
fn spaced<'c>(canvas: &'c Canvas, members: &[&Drawn]) -> Vec<&'c str> {
    let tracking = tracking(canvas, members);
    let mut spaced: Vec<&str> = Vec::with_capacity(members.len());
    let mut last: Option<&Drawn> = None;
    for glyph in members {
        let characters = canvas.characters(glyph);
        let open = spaced.last().is_some_and(|text| !text.ends_with(char::is_whitespace))
            && !characters.starts_with(char::is_whitespace);
        if open && last.is_some_and(|last| parts_words(last, glyph, tracking)) {
            spaced.push(" ");
        }
        spaced.push(characters);
        last = Some(glyph);
    }
    spaced
}

fn parts_words(last: &Drawn, next: &Drawn, tracking: f64) -> bool {
    let size = last.em.min(next.em);
    step(last, next).0 > (WORD_GAP + tracking) * size
}

/// The letter spacing, in font sizes, of a line that is spaced out: each of its
/// letters stands further from the next than words otherwise do.
///
/// Digits are left alone, for figures in narrow columns look the same.
fn tracking(canvas: &Canvas, members: &[&Drawn]) -> f64 {
    let letters = members.iter().filter(|g| canvas.characters(g).chars().all(char::is_alphabetic));
    if members.len() < SPACED_LETTERS || letters.count() * 5 < members.len() * 4 {
        return 0.0;
    }
    let gaps = members.iter().zip(members.iter().skip(1)).map(|(last, next)| step(last, next).0 / last.em.min(next.em));
    let narrowest = gaps.fold(f64::MAX, f64::min);
    if (WORD_GAP..0.5).contains(&narrowest) { narrowest } else { 0.0 }
}

fn degrees(along: Vec2) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "an angle lies within -180 and 180")]
    let degrees = along.y.atan2(along.x).to_degrees().round() as i32;
    degrees.rem_euclid(360)
}

/// Leaves out a line that was drawn before at the same place: shadows, and text
/// drawn twice to look bold.
fn drop_shadows(lines: &mut Vec<Line>) {
    let mut seen: HashMap<String, Vec<(f64, f64)>> = HashMap::new();
    lines.retain(|line| {
        let near = 0.15 * line.em;
        let places = seen.entry(line.text.clone()).or_default();
        let repeated =
            places.iter().rev().take(SHADOWS).any(|(left, base)| (left - line.left).hypot(base - line.base) < near);
        if !repeated {
            places.push((line.left, line.base));
        }
        !repeated
    });
}
