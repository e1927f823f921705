//! JPEG down to its coefficients: the part of ITU-T T.81 that a label needs.
//!
//! Decodes Huffman-coded baseline, extended and progressive pictures of eight
//! bits into their quantised DCT coefficients, and codes coefficients again as
//! a baseline picture. What is not changed between the two is the same picture
//! to the last bit, which no pixel codec can promise.

mod bits;
mod decode;
mod encode;
mod headers;
mod huffman;
mod segments;
mod sequential;
pub(crate) mod transform;

pub(crate) use decode::decode;
pub(crate) use encode::encode;
pub(crate) use sequential::{At, Growth, Rewritten, Seen, Sequential};

use thiserror::Error;

use std::ops::Range;

/// The order in which coefficients stand in the file (T.81, figure A.6).
const ZIGZAG: [usize; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// Why a JPEG could not be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JpegError {
    /// It is damaged.
    #[error("the JPEG is damaged")]
    Damaged,
    /// Arithmetic coding, twelve bits, lossless or hierarchical: hardly any program writes them.
    #[error("a JPEG of a rare kind (arithmetic coding, 12 bits or lossless)")]
    Rare,
    /// More pixels than are read.
    #[error("the JPEG has more pixels than are read")]
    TooLarge,
}

/// The coefficients of one component.
#[derive(Clone, Debug)]
pub(crate) struct Component {
    id: u8,
    /// Blocks across and down in one MCU.
    pub h: usize,
    pub v: usize,
    /// The identifier of its quantisation table.
    quantisation: usize,
    /// The quantisation table, in natural order; `None` before the component's first scan.
    table: Option<[u16; 64]>,
    /// Blocks across and down, filled up to whole MCUs.
    pub blocks_across: usize,
    pub blocks_down: usize,
    /// Blocks across and down that hold picture, as scans of this component alone count them.
    own_across: usize,
    own_down: usize,
    /// 64 quantised coefficients a block, in natural order; none before they are decoded.
    coefficients: Vec<i16>,
}

impl Component {
    /// The quantisation table, in natural order. A component that no scan holds has none, and no coefficients.
    pub(crate) fn table(&self) -> &[u16; 64] {
        self.table.as_ref().unwrap_or(&[1; 64])
    }

    /// Makes room for the coefficients, all zero.
    fn make_room(&mut self) {
        self.coefficients.resize(self.blocks_across * self.blocks_down * 64, 0);
    }

    /// The DC coefficients, row by row, filled up to whole MCUs.
    pub(crate) fn means(&self) -> Vec<i16> {
        self.coefficients.iter().step_by(64).copied().collect()
    }

    /// The block at column `x` and row `y`.
    pub(crate) fn block(&self, x: usize, y: usize) -> Option<&[i16; 64]> {
        let at = y.checked_mul(self.blocks_across)?.checked_add(x)?.checked_mul(64)?;
        self.coefficients.get(at..at + 64)?.try_into().ok()
    }

    /// The block at column `x` and row `y`, to be changed.
    pub(crate) fn block_mut(&mut self, x: usize, y: usize) -> Option<&mut [i16; 64]> {
        let at = y.checked_mul(self.blocks_across)?.checked_add(x)?.checked_mul(64)?;
        self.coefficients.get_mut(at..at + 64)?.try_into().ok()
    }
}

/// A JPEG taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Luma first; one component when grey.
    pub components: Vec<Component>,
    /// Adobe's colour transform flag; `None` without the marker.
    pub adobe: Option<u8>,
    /// MCUs between restart markers; 0 for none.
    restart: usize,
    /// The second byte of the start-of-frame marker.
    frame: u8,
    /// Where the frame header's content stands in the file.
    frame_at: usize,
    /// Everything before the scan data but the Huffman tables, restart
    /// intervals, frame and scan headers, in order.
    kept: Vec<Range<usize>>,
    /// Where the end-of-image marker stands.
    pub end: usize,
}

impl Picture {
    /// Whether it was coded progressively; it is written as baseline.
    pub(crate) fn is_progressive(&self) -> bool {
        self.frame == 0xc2
    }

    /// Whether the components are named R, G and B.
    pub(crate) fn is_rgb(&self) -> bool {
        self.components.iter().map(|component| component.id).eq(*b"RGB")
    }

    /// Pixels across and down in one MCU.
    pub(crate) fn mcu(&self) -> (usize, usize) {
        let most = |of: fn(&Component) -> usize| self.components.iter().map(of).max().unwrap_or(1);
        (8 * most(|c| c.h), 8 * most(|c| c.v))
    }

    /// MCUs across and down. A component alone has one block in each.
    fn units(&self) -> (usize, usize) {
        let of = |component: &Component| (component.blocks_across / component.h, component.blocks_down / component.v);
        self.components.first().map_or((0, 0), of)
    }

    /// Adds MCUs without coefficients before the first rows and columns.
    pub(crate) fn grow(&mut self, (rows, columns): Growth) {
        if (rows, columns) == (0, 0) {
            return;
        }
        let mcu = self.mcu();
        (self.width, self.height, self.restart) = (self.width + columns * mcu.0, self.height + rows * mcu.1, 0);
        for component in &mut self.components {
            component.grow(rows * component.v, columns * component.h);
        }
    }

    /// A number over all coefficients outside `area`: equal numbers mean an
    /// equal picture there, and [`Sequential::see`] gives the same.
    pub(crate) fn digest_outside(&self, area: &Area) -> u64 {
        let mut digest = Digest::default();
        let (across, down) = self.units();
        let covered: Vec<_> = self.components.iter().map(|component| area.blocks(self, component)).collect();
        for unit in 0..across * down {
            for (component, (columns, rows)) in self.components.iter().zip(&covered) {
                for (h, v) in (0..component.v).flat_map(|v| (0..component.h).map(move |h| (h, v))) {
                    let (x, y) = (unit % across * component.h + h, unit / across * component.v + v);
                    let is_picture = x < component.own_across && y < component.own_down;
                    if let Some(block) = component.block(x, y).filter(|_| is_picture)
                        && !(columns.contains(&x) && rows.contains(&y))
                    {
                        digest.add(block);
                    }
                }
            }
        }
        digest.0
    }
}

impl Component {
    fn grow(&mut self, rows: usize, columns: usize) {
        let across = self.blocks_across + columns;
        let mut grown = vec![0; across * (self.blocks_down + rows) * 64];
        let old = self.coefficients.chunks_exact(self.blocks_across * 64);
        for (to, from) in grown.chunks_exact_mut(across * 64).skip(rows).zip(old) {
            to[columns * 64..].copy_from_slice(from);
        }
        (self.blocks_across, self.own_across) = (across, self.own_across + columns);
        (self.blocks_down, self.own_down) = (self.blocks_down + rows, self.own_down + rows);
        self.coefficients = grown;
    }
}

/// The DC coefficients of every component, row by row, filled up to whole MCUs.
#[derive(Clone, Debug)]
pub(crate) struct Means(Vec<Vec<i16>>);

impl Means {
    /// Room for a picture's, all zero.
    fn room(picture: &Picture) -> Self {
        Self(
            picture
                .components
                .iter()
                .map(|component| vec![0; component.blocks_across * component.blocks_down])
                .collect(),
        )
    }

    #[inline]
    fn set(&mut self, picture: &Picture, (index, x, y): At, mean: i16) {
        if let Some(component) = picture.components.get(index)
            && let Some(place) = self.0.get_mut(index).and_then(|list| list.get_mut(y * component.blocks_across + x))
        {
            *place = mean;
        }
    }

    /// Those of a component; empty for one that there is not.
    pub(crate) fn of(&self, index: usize) -> &[i16] {
        self.0.get(index).map_or(&[], Vec::as_slice)
    }
}

/// A rectangle of pixels, aligned to MCUs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    /// Columns.
    pub x: Range<usize>,
    /// Rows.
    pub y: Range<usize>,
}

impl Area {
    /// The blocks of `component` under the area.
    pub(crate) fn blocks(&self, picture: &Picture, component: &Component) -> (Range<usize>, Range<usize>) {
        let mcu = picture.mcu();
        let scaled =
            |pixels: &Range<usize>, mcu: usize, blocks: usize| pixels.start / mcu * blocks..pixels.end / mcu * blocks;
        (scaled(&self.x, mcu.0, component.h), scaled(&self.y, mcu.1, component.v))
    }

    /// Whether the MCU at this column and row is under the area.
    fn has_unit(&self, picture: &Picture, (column, row): (usize, usize)) -> bool {
        let mcu = picture.mcu();
        self.x.contains(&(column * mcu.0)) && self.y.contains(&(row * mcu.1))
    }
}

/// Sums of products, one for each block: fast, and any difference shows.
#[derive(Default)]
struct Digest(u64);

impl Digest {
    #[inline]
    fn add(&mut self, block: &[i16; 64]) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut sum = 0u64;
        let mut factor = ODD;
        for four in block.chunks_exact(4) {
            let joined = four.iter().fold(0, |joined, value| joined << 16 | u64::from(value.cast_unsigned()));
            sum = sum.wrapping_add((joined ^ factor).wrapping_mul(factor));
            factor = factor.wrapping_add(ODD << 1);
        }
        let mixed = (self.0.rotate_left(23) ^ sum).wrapping_mul(ODD);
        self.0 = mixed ^ (mixed >> 29);
    }
}
