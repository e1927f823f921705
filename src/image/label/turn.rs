//! EXIF orientation (EXIF 4.6.5.1): how a stored picture is turned to be shown.

use crate::document::Kind;
use crate::image::container::metadata;
use crate::image::provenance::Exif;

/// A size, and what stands at each of its points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mask {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Coverage by the text, 0 to 255, row by row.
    pub coverage: Vec<u8>,
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

    /// A mask drawn upright, as it must stand in the stored picture.
    pub(crate) fn mask(self, upright: &Mask) -> Mask {
        let (width, height) = self.size((upright.width, upright.height));
        let mut coverage = vec![0; width * height];
        for (index, &value) in upright.coverage.iter().enumerate() {
            let (x, y) = self.stored((width, height), (index % upright.width, index / upright.width));
            coverage[y * width + x] = value;
        }
        Mask { width, height, coverage }
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
