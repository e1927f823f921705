//! Where the visible label stands and how large its letters are.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::raster::{Lines, measure};
use super::turn::Turn;
use super::{LabelError, Position};

/// Least height of a capital letter in pixels: smaller is not legible.
const CAPITAL: f32 = 12.0;
/// Least height of a capital letter as a part of the picture's short side.
const LEAST_SHARE: f32 = 0.025;
/// Height that is chosen where it fits; what is above the least is margin for scaling down.
const CAPITAL_SHARE: f32 = 0.03;
/// The narrowest that a picture is published: across a small telephone, in CSS pixels.
const PUBLISHED: f32 = 320.0;
/// Height of a capital letter that can still be read there: that of text of 11 pixels.
const READABLE: f32 = 8.0;
/// Distance to the picture's edge as a part of its short side.
const MARGIN_SHARE: f32 = 0.02;
/// Space around the text, in heights of a capital letter.
const PADDING: f32 = 0.75;
/// Radius of the plate's corners, in heights of a capital letter.
const CORNER: f32 = 0.45;
/// How much smaller the letters are at each try, where those that are wanted do not fit.
const SMALLER: f32 = 0.95;
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
    /// The plate in the picture as shown; of a band, the part with the text.
    pub shown: Rectangle,
    /// The strip that the picture grows by, which the plate fills.
    pub band: Option<Band>,
    /// Radius of the plate's corners, in pixels.
    pub corner: f32,
    /// The narrowest width at which the text can be read.
    pub legible_from: usize,
    /// The text on it.
    pub lines: Lines,
}

/// A strip outside the picture. It stands before the stored picture's first row
/// or column, so that a JPEG's blocks keep their places in the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Band {
    /// So many rows before the first.
    Above(usize),
    /// So many columns before the first.
    Before(usize),
}

impl Band {
    /// The stored size with the strip.
    pub(crate) fn grown(self, (width, height): (usize, usize)) -> (usize, usize) {
        match self {
            Self::Above(rows) => (width, height + rows),
            Self::Before(columns) => (width + columns, height),
        }
    }
}

/// What is labelled: its stored size, its turn and the grid that the plate keeps to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Canvas {
    pub size: (usize, usize),
    pub turn: Turn,
    pub grid: (usize, usize),
}

/// Lays out the first of `texts` that fits, over one to three lines: as large as
/// it should be, or else as large as there is place for.
///
/// # Errors
///
/// [`LabelError::TooSmall`] when none fits at a legible size.
pub(crate) fn layout(canvas: Canvas, texts: &[&str], position: Position) -> Result<Layout, LabelError> {
    let size = canvas.turn.size(canvas.size);
    let short = pixels(size.0.min(size.1));
    let least = (short * LEAST_SHARE).max(CAPITAL).ceil();
    let wanted = (short * CAPITAL_SHARE).max(pixels(size.0) * READABLE / PUBLISHED).max(least).ceil();
    let margin = (short * MARGIN_SHARE).round();
    let room = position.room(size);
    let is_band = position == Position::Band;
    // A band may take as much as it needs, and leaves no margin.
    let margins = if is_band { 0.0 } else { 2.0 * margin };
    let tallest = if is_band { short.max(CAPITAL * 8.0) } else { pixels(room.height()) };
    let (most_width, most_height) = (pixels(room.width()) - margins, tallest * HEIGHT_SHARE);
    for capital in sizes(wanted, least) {
        let padding = (capital * PADDING).ceil();
        let candidates = texts.iter().flat_map(|text| (1..=LINES).filter_map(|count| measure(text, count, capital)));
        for lines in candidates {
            let (width, height) = (lines.width + 2.0 * padding, lines.height + 2.0 * padding);
            if width <= most_width && height <= most_height {
                let area = (whole(width), whole(height));
                return Ok(match position {
                    Position::Band => attach(canvas, area.1, lines),
                    _ => place(canvas, &room, area, whole(margin), position, lines),
                });
            }
        }
    }
    Err(LabelError::TooSmall)
}

/// Heights of a capital letter to try, from the one that is wanted down to the least.
fn sizes(wanted: f32, least: f32) -> impl Iterator<Item = f32> {
    let smaller = move |capital: &f32| (*capital > least).then(|| (capital * SMALLER).floor().max(least));
    std::iter::successors(Some(wanted), smaller)
}

/// Puts the label on a strip of `height` above or below the shown picture,
/// whichever is before the stored picture's first row or column.
fn attach(canvas: Canvas, height: usize, lines: Lines) -> Layout {
    let band = if canvas.turn.is_sideways() {
        Band::Before(height.next_multiple_of(canvas.grid.0))
    } else {
        Band::Above(height.next_multiple_of(canvas.grid.1))
    };
    let grown = Canvas { size: band.grown(canvas.size), ..canvas };
    let align = |length: usize, grid: usize| 0..length.next_multiple_of(grid);
    let plate = match band {
        Band::Above(rows) => Rectangle { x: align(grown.size.0, canvas.grid.0), y: 0..rows },
        Band::Before(columns) => Rectangle { x: 0..columns, y: align(grown.size.1, canvas.grid.1) },
    };
    let legible_from = legible_from(grown, lines.capital);
    let shown = middle(&shown(grown, &plate), whole(lines.width + 2.0 * (lines.capital * PADDING).ceil()));
    Layout { shown, plate, band: Some(band), corner: 0.0, legible_from, lines }
}

/// The middle of a band, as wide as its text.
fn middle(band: &Rectangle, width: usize) -> Rectangle {
    let start = band.x.start + band.width().saturating_sub(width) / 2;
    Rectangle { x: start..(start + width).min(band.x.end), y: band.y.clone() }
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
        Position::TopLeft => (room.x.start + margin, room.y.start + margin),
        Position::BottomRight => (right, bottom),
        Position::BottomLeft => (room.x.start + margin, bottom),
        Position::TopRight | Position::CropSafe | Position::Band => (right, room.y.start + margin),
    };
    let first = canvas.turn.stored(canvas.size, (x, y));
    let last = canvas.turn.stored(canvas.size, (x + width - 1, y + height - 1));
    let stored_room = canvas.turn.stored_part(canvas.size, room);
    let plate = Rectangle {
        x: aligned(first.0.min(last.0)..first.0.max(last.0) + 1, &stored_room.x, canvas.grid.0),
        y: aligned(first.1.min(last.1)..first.1.max(last.1) + 1, &stored_room.y, canvas.grid.1),
    };
    let legible_from = legible_from(canvas, lines.capital);
    Layout { shown: shown(canvas, &plate), plate, band: None, corner: lines.capital * CORNER, legible_from, lines }
}

/// As long as the range at least, on the grid: moved away from the side of the
/// room that is near, so that the margin stays, where there is place.
fn aligned(range: Range<usize>, room: &Range<usize>, grid: usize) -> Range<usize> {
    let length = range.len().next_multiple_of(grid);
    let from_start = range.start.next_multiple_of(grid);
    let from_end = range.end / grid * grid;
    let is_at_start = range.start.saturating_sub(room.start) <= room.end.saturating_sub(range.end);
    if is_at_start && from_start + length <= room.end {
        from_start..from_start + length
    } else if from_end >= length {
        from_end - length..from_end
    } else {
        range.start / grid * grid..range.end.next_multiple_of(grid)
    }
}

/// The narrowest width at which capitals of this height can be read.
fn legible_from(canvas: Canvas, capital: f32) -> usize {
    whole(pixels(canvas.turn.size(canvas.size).0) * READABLE / capital)
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
    fn a_label_can_be_read_where_the_picture_is_published_narrowest() {
        for size in [(4000, 3000), (3000, 4000), (2000, 2000), (1920, 1080), (1080, 1920), (3000, 1000)] {
            let legible = check(size, 1, Position::TopRight).legible_from;
            assert!(legible <= 320, "{size:?}: from {legible}");
        }
        // A panorama's label is as large as its height allows.
        let panorama = check((6000, 600), 1, Position::TopRight);
        assert!((320..=600).contains(&panorama.legible_from), "from {}", panorama.legible_from);
        assert!((200..=240).contains(&panorama.shown.height()), "{:?}", panorama.shown);
    }

    #[test]
    fn a_band_stands_outside_the_picture() {
        for turn in 1..=8 {
            let size = (3001, 2003);
            let layout = check_band(size, turn);
            let (width, height) = Turn(turn).size(layout.band.unwrap().grown(size));
            assert!(layout.shown.width() < width && width / 2 - layout.shown.x.start > 100, "{turn}");
            assert!(layout.shown.y.start == 0 || layout.shown.y.end == height, "{turn}: {:?}", layout.shown);
            let grown = layout.band.unwrap().grown(size);
            assert!((grown.0 - size.0).is_multiple_of(16) && (grown.1 - size.1).is_multiple_of(16), "{turn}");
        }
    }

    fn check_band(size: (usize, usize), turn: u8) -> Layout {
        layout(Canvas { size, turn: Turn(turn), grid: (16, 16) }, TEXTS, Position::Band).unwrap()
    }

    #[test]
    fn a_picture_too_small_for_legible_letters_is_refused() {
        let canvas = Canvas { size: (90, 60), turn: Turn(1), grid: (8, 8) };
        assert!(matches!(layout(canvas, TEXTS, Position::TopRight), Err(LabelError::TooSmall)));
        check((320, 200), 1, Position::TopRight);
    }
}
