//! JPEG down to its coefficients: the part of ITU-T T.81 that a label needs.
//!
//! Decodes Huffman-coded baseline, extended and progressive pictures of eight
//! bits into their quantised DCT coefficients, and codes coefficients again as
//! a baseline picture. What is not changed between the two is the same picture
//! to the last bit, which no pixel codec can promise.

mod decode;
mod encode;
mod header;
mod huffman;
pub(crate) mod transform;

pub(crate) use decode::decode;
pub(crate) use encode::encode;

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
    /// The quantisation table, in natural order.
    pub table: [u16; 64],
    /// Blocks across and down, filled up to whole MCUs.
    pub blocks_across: usize,
    pub blocks_down: usize,
    /// Blocks across and down that hold picture, as scans of this component alone count them.
    own_across: usize,
    own_down: usize,
    /// 64 quantised coefficients a block, in natural order.
    pub coefficients: Vec<i16>,
}

impl Component {
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
    /// Everything before the scan data but the Huffman tables, restart
    /// intervals, frame and scan headers, in order.
    kept: Vec<Range<usize>>,
    /// Huffman tables of a picture in one baseline scan; they are kept when they suffice.
    tables: Option<huffman::Tables>,
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

    /// A number over all coefficients outside `area`, given in pixels aligned
    /// to MCUs: equal numbers mean an equal picture there.
    pub(crate) fn digest_outside(&self, area: &Area) -> u64 {
        let (mcu_width, mcu_height) = self.mcu();
        let mut digest = Digest::default();
        for component in &self.components {
            let across = area.scaled(area.x.clone(), mcu_width, component.h);
            let down = area.scaled(area.y.clone(), mcu_height, component.v);
            for y in 0..component.own_down {
                for x in 0..component.own_across {
                    if across.contains(&x) && down.contains(&y) {
                        continue;
                    }
                    for four in component.block(x, y).into_iter().flat_map(|block| block.chunks_exact(4)) {
                        digest.add(four);
                    }
                }
            }
        }
        digest.0
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
    /// A range of pixels in blocks of a component with `blocks` in an MCU of `mcu` pixels.
    #[expect(clippy::unused_self, reason = "reads as a property of the area")]
    fn scaled(&self, pixels: Range<usize>, mcu: usize, blocks: usize) -> Range<usize> {
        pixels.start / mcu * blocks..pixels.end / mcu * blocks
    }

    /// The blocks of `component` under the area.
    pub(crate) fn blocks(&self, picture: &Picture, component: &Component) -> (Range<usize>, Range<usize>) {
        let (mcu_width, mcu_height) = picture.mcu();
        (self.scaled(self.x.clone(), mcu_width, component.h), self.scaled(self.y.clone(), mcu_height, component.v))
    }
}

/// A multiplication for every four values: fast, and any difference shows.
#[derive(Default)]
struct Digest(u64);

impl Digest {
    fn add(&mut self, values: &[i16]) {
        let joined = values.iter().fold(0, |joined, value| joined << 16 | u64::from(value.cast_unsigned()));
        let mixed = (self.0 ^ joined).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
}
