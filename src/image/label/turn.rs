//! EXIF orientation (EXIF 4.6.5.1): how a stored picture is turned to be shown.

use super::layout::Rectangle;
use crate::document::Kind;
use crate::image::container::metadata;
use crate::image::provenance::Exif;

/// A label's plate: its size, what stands at each of its points, and how it covers the picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mask {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Coverage by the text, 0 to 255, row by row.
    pub coverage: Vec<u8>,
    /// How much of the picture the plate covers, 0 to 1.
    pub opacity: f32,
    /// Radius of its corners, in pixels.
    pub corner: f32,
    /// Columns and rows that are within the picture; the rest only fills the grid.
    pub within: (usize, usize),
}

impl Mask {
    /// A plate without text, all of it within the picture.
    pub(crate) fn plain(width: usize, height: usize) -> Self {
        Self { width, height, coverage: vec![0; width * height], opacity: 1.0, corner: 0.0, within: (width, height) }
    }

    /// Coverage by the text, 0 to 1.
    #[inline]
    pub(crate) fn text(&self, x: usize, y: usize) -> f32 {
        f32::from(self.coverage.get(y * self.width + x).copied().unwrap_or(0)) / 255.0
    }

    /// Coverage by the plate, 0 to 1: less at the edge of its round corners.
    #[inline]
    pub(crate) fn plate(&self, x: usize, y: usize) -> f32 {
        self.opacity * self.roundness(x, y)
    }

    /// Whether the point is on the plate and not on its corners' edge.
    pub(crate) fn is_inside(&self, x: usize, y: usize) -> bool {
        x < self.within.0 && y < self.within.1 && self.roundness(x, y) >= 1.0
    }

    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "sides of pictures are far below 2^24")]
    fn roundness(&self, x: usize, y: usize) -> f32 {
        // How far the point is beyond the centre of its corner's circle, along each side.
        let beyond = |at: usize, length: usize| {
            let at = at as f32 + 0.5;
            (self.corner - at).max(at - (length as f32 - self.corner)).max(0.0)
        };
        let (dx, dy) = (beyond(x, self.within.0), beyond(y, self.within.1));
        if dx == 0.0 || dy == 0.0 { 1.0 } else { (self.corner + 0.5 - dx.hypot(dy)).clamp(0.0, 1.0) }
    }

    /// The mask in the corner of a larger one that fills the grid.
    pub(crate) fn padded(self, width: usize, height: usize) -> Self {
        if (width, height) == (self.width, self.height) {
            return self;
        }
        let mut coverage = vec![0; width * height];
        for (to, from) in coverage.chunks_exact_mut(width).zip(self.coverage.chunks_exact(self.width.max(1))) {
            to[..self.width].copy_from_slice(from);
        }
        Self { width, height, coverage, ..self }
    }
}

/// How a picture is stored, from 1 (as shown) to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn(pub u8);

impl Turn {
    /// As the file's EXIF says; upright when it says nothing.
    pub(crate) fn of(kind: Kind, bytes: &[u8]) -> Self {
        let metadata = metadata(kind, bytes);
        Self(metadata.exif.as_deref().map(Exif::read).and_then(|exif| exif.orientation).unwrap_or(1))
    }

    /// Whether rows and columns change places.
    pub(crate) fn is_sideways(self) -> bool {
        self.0 >= 5
    }

    /// A stored size as shown, and a shown one as stored.
    pub(crate) fn size(self, (width, height): (usize, usize)) -> (usize, usize) {
        if self.is_sideways() { (height, width) } else { (width, height) }
    }

    /// Where the shown point stands in a stored picture of `size`.
    pub(crate) fn stored(self, size: (usize, usize), (x, y): (usize, usize)) -> (usize, usize) {
        let (right, bottom) = (size.0.saturating_sub(1), size.1.saturating_sub(1));
        match self.0 {
            2 => (right.saturating_sub(x), y),
            3 => (right.saturating_sub(x), bottom.saturating_sub(y)),
            4 => (x, bottom.saturating_sub(y)),
            5 => (y, x),
            6 => (y, bottom.saturating_sub(x)),
            7 => (right.saturating_sub(y), bottom.saturating_sub(x)),
            8 => (right.saturating_sub(y), x),
            _ => (x, y),
        }
    }

    /// Where a part of the shown picture stands in a stored picture of `size`. It is not empty.
    pub(crate) fn stored_part(self, size: (usize, usize), shown: &Rectangle) -> Rectangle {
        let first = self.stored(size, (shown.x.start, shown.y.start));
        let last = self.stored(size, (shown.x.end.saturating_sub(1), shown.y.end.saturating_sub(1)));
        let range = |a: usize, b: usize| a.min(b)..a.max(b) + 1;
        Rectangle { x: range(first.0, last.0), y: range(first.1, last.1) }
    }

    /// A mask drawn upright, as it must stand in the stored picture.
    pub(crate) fn mask(self, upright: &Mask) -> Mask {
        let (width, height) = self.size((upright.width, upright.height));
        let mut coverage = vec![0; width * height];
        for (index, &value) in upright.coverage.iter().enumerate() {
            let (x, y) = self.stored((width, height), (index % upright.width, index / upright.width));
            coverage[y * width + x] = value;
        }
        Mask { width, height, coverage, within: (width, height), ..*upright }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_go_where_exif_says() {
        // Where the shown top right corner stands in a stored picture of 4 by 2.
        let check = |turn, shown, stored| assert_eq!(Turn(turn).stored((4, 2), shown), stored, "{turn}");
        check(1, (3, 0), (3, 0));
        check(2, (3, 0), (0, 0));
        check(3, (3, 0), (0, 1));
        check(4, (3, 0), (3, 1));
        check(5, (1, 0), (0, 1));
        check(6, (1, 0), (0, 0));
        check(7, (1, 0), (3, 0));
        check(8, (1, 0), (3, 1));
    }
}
