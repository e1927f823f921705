//! Where the visible label stands and how large its letters are.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::raster::{Lines, measure};
use super::turn::Turn;
use super::{LabelError, Position};

/// Least height of a capital letter in pixels: smaller is not legible.
const CAPITAL: f32 = 12.0;
/// Height of a capital letter as a part of the picture's short side. The floor
/// is 2.5 %; what is above it is margin for scaling down.
const CAPITAL_SHARE: f32 = 0.03;
/// Distance to the picture's edge as a part of its short side.
const MARGIN_SHARE: f32 = 0.02;
/// Space around the text, in heights of a capital letter.
const PADDING: f32 = 0.75;
/// Largest part of the picture's height that the label may take.
const HEIGHT_SHARE: f32 = 0.4;
/// Most lines of a label.
const LINES: usize = 3;

/// A rectangle in pixels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectangle {
    /// Columns.
    pub x: Range<usize>,
    /// Rows.
    pub y: Range<usize>,
}

impl Rectangle {
    /// Columns across.
    #[must_use]
    pub fn width(&self) -> usize {
        self.x.len()
    }

    /// Rows down.
    #[must_use]
    pub fn height(&self) -> usize {
        self.y.len()
    }
}

/// A label laid out on a picture.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// The plate in the picture as stored, aligned to the grid.
    pub plate: Rectangle,
    /// The plate in the picture as shown.
    pub shown: Rectangle,
    /// The text on it.
    pub lines: Lines,
}

/// What is labelled: its stored size, its turn and the grid that the plate keeps to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Canvas {
    pub size: (usize, usize),
    pub turn: Turn,
    pub grid: (usize, usize),
}

/// Lays out the first of `texts` that fits, over one to three lines.
///
/// # Errors
///
/// [`LabelError::TooSmall`] when none fits at a legible size.
pub(crate) fn layout(canvas: Canvas, texts: &[&str], position: Position) -> Result<Layout, LabelError> {
    let size = canvas.turn.size(canvas.size);
    let short = pixels(size.0.min(size.1));
    let capital = (short * CAPITAL_SHARE).ceil().max(CAPITAL);
    let padding = (capital * PADDING).ceil();
    let margin = (short * MARGIN_SHARE).round();
    let room = position.room(size);
    let (most_width, most_height) = (pixels(room.width()) - 2.0 * margin, pixels(room.height()) * HEIGHT_SHARE);
    let candidates = texts.iter().flat_map(|text| (1..=LINES).filter_map(|count| measure(text, count, capital)));
    for lines in candidates {
        let (width, height) = (lines.width + 2.0 * padding, lines.height + 2.0 * padding);
        if width <= most_width && height <= most_height {
            return Ok(place(canvas, &room, (whole(width), whole(height)), whole(margin), position, lines));
        }
    }
    Err(LabelError::TooSmall)
}

fn place(
    canvas: Canvas,
    room: &Rectangle,
    (width, height): (usize, usize),
    margin: usize,
    position: Position,
    lines: Lines,
) -> Layout {
    let right = room.x.end.saturating_sub(margin + width);
    let bottom = room.y.end.saturating_sub(margin + height);
    let (x, y) = match position {
        Position::TopRight | Position::CropSafe => (right, room.y.start + margin),
        Position::TopLeft => (room.x.start + margin, room.y.start + margin),
        Position::BottomRight => (right, bottom),
        Position::BottomLeft => (room.x.start + margin, bottom),
    };
    let first = canvas.turn.stored(canvas.size, (x, y));
    let last = canvas.turn.stored(canvas.size, (x + width - 1, y + height - 1));
    let align = |a: usize, b: usize, grid: usize| a.min(b) / grid * grid..(a.max(b) + 1).next_multiple_of(grid);
    let plate = Rectangle { x: align(first.0, last.0, canvas.grid.0), y: align(first.1, last.1, canvas.grid.1) };
    let shown = shown(canvas, &plate);
    Layout { plate, shown, lines }
}

/// The part of the plate that is picture, as shown.
fn shown(canvas: Canvas, plate: &Rectangle) -> Rectangle {
    let inverse = Turn(match canvas.turn.0 {
        6 => 8,
        8 => 6,
        same => same,
    });
    let size = canvas.turn.size(canvas.size);
    let last = (plate.x.end.min(canvas.size.0) - 1, plate.y.end.min(canvas.size.1) - 1);
    let (a, b) = (inverse.stored(size, (plate.x.start, plate.y.start)), inverse.stored(size, last));
    Rectangle { x: a.0.min(b.0)..a.0.max(b.0) + 1, y: a.1.min(b.1)..a.1.max(b.1) + 1 }
}

/// Crops that web editors and social media make from the middle, as width to height.
const CROPS: &[(&str, usize, usize)] = &[
    ("1:1", 1, 1),
    ("4:5", 4, 5),
    ("4:3", 4, 3),
    ("3:2", 3, 2),
    ("16:9", 16, 9),
    ("1.91:1", 191, 100),
    ("9:16", 9, 16),
];

/// Crops that a crop-safe label survives whole: square, portrait and wide.
const SAFE: &[(usize, usize)] = &[(1, 1), (4, 5), (16, 9)];

impl Position {
    /// The part of the shown picture in whose corner the label stands.
    fn room(self, size: (usize, usize)) -> Rectangle {
        let whole = Rectangle { x: 0..size.0, y: 0..size.1 };
        if self != Self::CropSafe {
            return whole;
        }
        SAFE.iter().fold(whole, |room, &(across, down)| {
            let crop = crop(size, across, down);
            Rectangle {
                x: room.x.start.max(crop.x.start)..room.x.end.min(crop.x.end),
                y: room.y.start.max(crop.y.start)..room.y.end.min(crop.y.end),
            }
        })
    }
}

/// The largest part of a picture with these proportions, from its middle.
fn crop((width, height): (usize, usize), across: usize, down: usize) -> Rectangle {
    let kept = (width.min(height * across / down), height.min(width * down / across));
    let (left, top) = ((width - kept.0) / 2, (height - kept.1) / 2);
    Rectangle { x: left..left + kept.0, y: top..top + kept.1 }
}

/// How much of a label remains, in percent, after each usual crop from the middle.
#[must_use]
pub fn survival(size: (usize, usize), label: &Rectangle) -> Vec<(&'static str, u8)> {
    let overlap = |a: &Range<usize>, b: &Range<usize>| a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let kept = |&(name, across, down): &(&'static str, usize, usize)| {
        let crop = crop(size, across, down);
        let part = overlap(&crop.x, &label.x) * overlap(&crop.y, &label.y) * 100;
        (name, u8::try_from(part / (label.width() * label.height()).max(1)).unwrap_or(100))
    };
    CROPS.iter().map(kept).collect()
}

#[expect(clippy::cast_precision_loss, reason = "sides of pictures are far below 2^24")]
fn pixels(count: usize) -> f32 {
    count as f32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a length in a picture")]
fn whole(length: f32) -> usize {
    length.max(0.0).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: &[&str] = &["Bilden är skapad av AI", "AI-genererad bild"];

    fn check(size: (usize, usize), turn: u8, position: Position) -> Layout {
        let canvas = Canvas { size, turn: Turn(turn), grid: (16, 16) };
        let layout = layout(canvas, TEXTS, position).unwrap();
        let (width, height) = Turn(turn).size(size);
        assert!(layout.shown.x.end <= width && layout.shown.y.end <= height, "{size:?} {turn}");
        layout
    }

    #[test]
    fn the_label_stands_in_its_corner_however_the_picture_is_turned() {
        for turn in 1..=8 {
            let shown = check((3000, 2000), turn, Position::TopRight).shown;
            let (width, height) = Turn(turn).size((3000, 2000));
            assert!(width - shown.x.end < 100 && shown.y.start < 100, "{turn}: {shown:?}");
            assert!(shown.width() > 3 * shown.height() && shown.y.end < height / 4, "{turn}: {shown:?}");
        }
    }

    #[test]
    fn a_crop_safe_label_survives_what_a_corner_does_not() {
        let size = (3000, 2000);
        let kept = |position| survival(size, &check(size, 1, position).shown);
        assert!(kept(Position::TopRight).iter().any(|kept| kept.1 < 25));
        assert!(
            kept(Position::CropSafe)
                .iter()
                .filter(|(name, _)| ["1:1", "4:5", "16:9"].contains(name))
                .all(|kept| kept.1 == 100)
        );
    }

    #[test]
    fn a_picture_too_small_for_legible_letters_is_refused() {
        let canvas = Canvas { size: (90, 60), turn: Turn(1), grid: (8, 8) };
        assert!(matches!(layout(canvas, TEXTS, Position::TopRight), Err(LabelError::TooSmall)));
        check((320, 200), 1, Position::TopRight);
    }
}
