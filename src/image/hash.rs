//! What a picture looks like, in two hashes of 256 bits: a copy that was saved
//! anew, made smaller or stripped of its metadata still has nearly the same.
//!
//! The register keeps them for decades, so how they are made is fixed here and
//! not a library's to change. Both are made of means of luma over a grid on the
//! upright picture. dHash (N. Krawetz, "Kind of Like That", 2013): whether a cell
//! is lighter than the one to its left by a margin. Blockhash (B. Yang, F. Gu, X. Niu, "Block
//! Mean Value Based Image Perceptual Hashing", 2006, as blockhash.io has it):
//! whether a cell is lighter than the median of its band of four rows, by the same margin.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "means over a picture's grid: sides are bounded far below what a float holds"
)]

use serde::{Deserialize, Serialize};

use super::container;
use super::jpeg::transform::samples;
use super::jpeg::{self, At, Sequential};
use super::label::{Rectangle, Turn, grey};
use crate::document::Kind;

/// Cells on a side of both hashes' grids.
const SIDE: usize = 16;
/// Columns and rows of blockhash's grid.
const SQUARE: (usize, usize) = (SIDE, SIDE);
/// And of dHash's, which compares neighbours.
const WIDE: (usize, usize) = (SIDE + 1, SIDE);

/// Rows of a band of blockhash.
const BAND: usize = 4;

/// How much lighter a cell must be, of 256 steps. In an even area nothing but the codec's
/// noise tells which of two cells is lighter, and its bits would differ in every copy.
const MARGIN: f32 = 1.0;

/// Pixels of a JPEG's shorter side from which the means of its blocks of 8 × 8 are fine enough a grid.
const BLOCKS_FROM: usize = 512;

/// Most pixels of a picture that is looked at.
const PIXELS: u64 = 120_000_000;

/// A picture's hashes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likeness {
    /// Blockhash of 256 bits, in hex.
    pub blockhash: String,
    /// dHash of 256 bits, in hex.
    pub dhash: String,
    /// Variance of the grid's means, in squared steps of 256: pictures that are nearly
    /// flat have hashes of noise, and are alike whatever they show.
    pub variance: u32,
}

/// How many bits two pictures' hashes differ in, of 256 each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Distance {
    /// Bits of blockhash.
    pub blockhash: u32,
    /// Bits of dHash.
    pub dhash: u32,
}

impl Distance {
    /// Most bits in which each hash of a copy differs. On 100 real pictures and seven kinds of
    /// copy it was 16 and 8 (`scripts/measure-likeness`); of two different pictures, about 124.
    pub const NEAR: u32 = 20;

    /// Bits of both.
    #[must_use]
    pub fn total(self) -> u32 {
        self.blockhash + self.dhash
    }

    /// Whether one picture may be a copy of the other.
    #[must_use]
    pub fn is_near(self) -> bool {
        self.blockhash <= Self::NEAR && self.dhash <= Self::NEAR
    }
}

impl Likeness {
    /// Below this variance a picture is too flat to be recognised.
    pub const FLAT: u32 = 30;

    /// The picture's hashes; `None` when it cannot be decoded.
    #[must_use]
    pub fn of(kind: Kind, bytes: &[u8]) -> Option<Self> {
        if kind == Kind::Jpeg {
            return Self::of_grid(&Blocks::of(bytes)?.grid, Turn::of(kind, bytes));
        }
        // The size as stored; a turned picture's is told as shown.
        let turn = Turn::of(kind, bytes);
        let (width, height) = container::metadata(kind, bytes).size?;
        let size = (width as usize, height as usize);
        let values = grey(kind, bytes, &Rectangle { x: 0..size.0, y: 0..size.1 })?;
        let values = values.into_iter().map(f32::from).collect();
        Self::of_grid(&Grid::of_pixels(values, size), turn)
    }

    /// Of a JPEG of which the DC coefficients of its luma are known; `None` when
    /// the picture is so small that they are too few.
    pub(crate) fn of_means(picture: &jpeg::Picture, means: &[i16], turn: Turn) -> Option<Self> {
        let mut blocks = Blocks::room(picture).filter(|blocks| blocks.detail == 1)?;
        let across = picture.components.get(blocks.luma)?.blocks_across;
        for (y, row) in means.chunks_exact(across.max(1)).enumerate() {
            for (x, &mean) in row.iter().enumerate() {
                blocks.take_mean(x, y, mean);
            }
        }
        Self::of_grid(&blocks.grid, turn)
    }

    /// Of a picture whose rows of luma come one by one, as stored.
    pub(crate) fn of_rows(rows: impl Iterator<Item = Vec<u8>>, size: (usize, usize), turn: Turn) -> Option<Self> {
        let mut narrow = [Vec::new(), Vec::new()];
        for row in rows {
            let row: Vec<f32> = row.into_iter().map(f32::from).collect();
            for (narrow, shown) in narrow.iter_mut().zip([WIDE, SQUARE]) {
                narrow.push(parts(&row, 1, size.0, turn.size(shown).0));
            }
        }
        let means = |narrow: &[Vec<f32>], shown| upright(&stacked(narrow, 1, size.1, turn.size(shown))?, shown, turn);
        Some(Self::of_cells(&means(&narrow[0], WIDE)?, &means(&narrow[1], SQUARE)?))
    }

    /// Whether both hashes have their form: they may come from a process that is not trusted.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let digits = SIDE * SIDE / 4;
        [&self.blockhash, &self.dhash]
            .iter()
            .all(|hash| hash.len() == digits && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
    }

    fn of_grid(grid: &Grid, turn: Turn) -> Option<Self> {
        let means = |shown| upright(&grid.means(turn.size(shown))?, shown, turn);
        Some(Self::of_cells(&means(WIDE)?, &means(SQUARE)?))
    }

    /// Of the means of both grids, upright.
    fn of_cells(wide: &[f32], square: &[f32]) -> Self {
        let rises = wide.chunks_exact(SIDE + 1).flat_map(|row| row.windows(2).map(|pair| pair[1] - pair[0] > MARGIN));
        let bands = square.chunks_exact(BAND * SIDE);
        let light = bands.flat_map(|band| {
            let median = median(band);
            band.iter().map(move |&mean| mean - median > MARGIN)
        });
        Self { blockhash: hex(light), dhash: hex(rises), variance: variance(square) }
    }

    /// How far two pictures are apart; `None` when one of them is too flat to tell.
    #[must_use]
    pub fn distance(&self, other: &Self) -> Option<Distance> {
        if self.variance.min(other.variance) < Self::FLAT {
            return None;
        }
        let blockhash = differing(&self.blockhash, &other.blockhash)?;
        Some(Distance { blockhash, dhash: differing(&self.dhash, &other.dhash)? })
    }
}

/// Means of luma over cells of equal size, row by row, as stored.
struct Grid {
    values: Vec<f32>,
    /// Width and height of the picture in pixels.
    size: (usize, usize),
    /// Width and height of a cell in pixels.
    cell: (usize, usize),
}

impl Grid {
    fn of_pixels(values: Vec<f32>, size: (usize, usize)) -> Self {
        Self { values, size, cell: (1, 1) }
    }

    /// The means of a grid of columns and rows on the picture as stored.
    fn means(&self, stored: (usize, usize)) -> Option<Vec<f32>> {
        let across = self.size.0.div_ceil(self.cell.0.max(1)).max(1);
        let lines = self.values.chunks_exact(across);
        let narrow: Vec<Vec<f32>> = lines.map(|line| parts(line, self.cell.0, self.size.0, stored.0)).collect();
        stacked(&narrow, self.cell.1, self.size.1, stored)
    }
}

/// The means of `rows` equal parts of every column of a picture of `height` pixels, whose lines of cells are
/// parted already.
fn stacked(lines: &[Vec<f32>], cell: usize, height: usize, (columns, rows): (usize, usize)) -> Option<Vec<f32>> {
    let mut means = vec![0.0; columns * rows];
    for x in 0..columns {
        let column: Vec<f32> = lines.iter().filter_map(|line| line.get(x).copied()).collect();
        for (y, mean) in parts(&column, cell, height, rows).into_iter().enumerate() {
            *means.get_mut(y * columns + x)? = mean;
        }
    }
    Some(means)
}

/// The means as shown, of `shown` columns and rows.
fn upright(means: &[f32], shown: (usize, usize), turn: Turn) -> Option<Vec<f32>> {
    let stored = turn.size(shown);
    let points = (0..shown.1).flat_map(|y| (0..shown.0).map(move |x| turn.stored(stored, (x, y))));
    points.map(|(x, y)| means.get(y * stored.0 + x).copied()).collect()
}

/// What a JPEG's blocks show: of a large picture their means, without computing a pixel.
struct Blocks {
    grid: Grid,
    /// The component that tells light from dark, and its quantisation table.
    luma: usize,
    table: [u16; 64],
    /// Cells on a side of a block: 1 or 8.
    detail: usize,
}

impl Blocks {
    /// `None` when the JPEG cannot be taken apart.
    fn of(bytes: &[u8]) -> Option<Self> {
        if let Some(sequential) = Sequential::open(bytes, PIXELS).ok()? {
            let mut blocks = Self::room(&sequential.picture)?;
            let luma = blocks.luma;
            let mut see = |(index, x, y): At, block: &[i16; 64]| {
                if index == luma {
                    blocks.take(x, y, block);
                }
            };
            sequential.visit(&mut see).ok()?;
            return Some(blocks);
        }
        let picture = jpeg::decode(bytes, PIXELS).ok()?;
        let mut blocks = Self::room(&picture)?;
        let luma = picture.components.get(blocks.luma)?;
        for (x, y) in (0..luma.blocks_down).flat_map(|y| (0..luma.blocks_across).map(move |x| (x, y))) {
            blocks.take(x, y, luma.block(x, y)?);
        }
        Some(blocks)
    }

    /// Room for the cells of a picture.
    fn room(picture: &jpeg::Picture) -> Option<Self> {
        // Of four inks black tells most of what is seen.
        let luma = if picture.components.len() == 4 { 3 } else { 0 };
        let component = picture.components.get(luma)?;
        let (size, mcu) = ((picture.width, picture.height), picture.mcu());
        let detail = if size.0.min(size.1) < BLOCKS_FROM { 8 } else { 1 };
        let cell = (mcu.0.checked_div(component.h * detail)?, mcu.1.checked_div(component.v * detail)?);
        let (across, down) = (size.0.div_ceil(cell.0.max(1)), size.1.div_ceil(cell.1.max(1)));
        let grid = Grid { values: vec![0.0; across * down], size, cell };
        Some(Self { grid, luma, table: *component.table(), detail })
    }

    fn take(&mut self, x: usize, y: usize, block: &[i16; 64]) {
        if self.detail == 1 {
            self.take_mean(x, y, block[0]);
            return;
        }
        for (index, value) in samples(block, &self.table).into_iter().enumerate() {
            self.set(x * 8 + index % 8, y * 8 + index / 8, value);
        }
    }

    /// A DC coefficient is eight times the mean of its block (T.81, A.3.3).
    fn take_mean(&mut self, x: usize, y: usize, mean: i16) {
        self.set(x, y, f32::from(mean) * f32::from(self.table[0]) / 8.0);
    }

    /// Blocks that only fill the last unit lie beyond the edge, and are left out.
    fn set(&mut self, x: usize, y: usize, value: f32) {
        let across = self.grid.size.0.div_ceil(self.grid.cell.0.max(1));
        if x < across
            && let Some(place) = self.grid.values.get_mut(y * across + x)
        {
            *place = (value + 128.0).clamp(0.0, 255.0);
        }
    }
}

/// The means of `count` equal parts of a line of `length` pixels, of which every `cell` pixels' mean is given.
fn parts(line: &[f32], cell: usize, length: usize, count: usize) -> Vec<f32> {
    let part = length as f32 / count as f32;
    let mut sums = vec![0.0; count];
    for (index, value) in line.iter().enumerate() {
        let (start, end) = ((index * cell) as f32, ((index + 1) * cell).min(length) as f32);
        let first = (start / part) as usize;
        for (at, sum) in sums.iter_mut().enumerate().skip(first) {
            let (from, to) = (at as f32 * part, (at + 1) as f32 * part);
            if from >= end {
                break;
            }
            *sum += value * (end.min(to) - start.max(from)).max(0.0);
        }
    }
    for sum in &mut sums {
        *sum /= part;
    }
    sums
}

fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f32::total_cmp);
    let middle = sorted.len() / 2;
    let of = |at: usize| sorted.get(at).copied().unwrap_or_default();
    f32::midpoint(of(middle.saturating_sub(1)), of(middle))
}

fn variance(values: &[f32]) -> u32 {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count).round() as u32
}

/// Bits as hexadecimal digits, the first bit highest.
fn hex(bits: impl Iterator<Item = bool>) -> String {
    let bits: Vec<bool> = bits.collect();
    let digit = |four: &[bool]| four.iter().fold(0, |digit, &bit| digit << 1 | u32::from(bit));
    bits.chunks(4).filter_map(|four| char::from_digit(digit(four), 16)).collect()
}

/// How many bits differ; `None` when these are not two hashes of 256 bits.
fn differing(one: &str, other: &str) -> Option<u32> {
    if one.len() != SIDE * SIDE / 4 || other.len() != one.len() {
        return None;
    }
    let pairs = one.chars().zip(other.chars());
    pairs.map(|(a, b)| Some((a.to_digit(16)? ^ b.to_digit(16)?).count_ones())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of waves, so that no two cells are alike.
    fn waves(width: usize, height: usize, cell: usize) -> Grid {
        let point = |x: usize, y: usize| {
            let (x, y) = (x as f32 / width as f32, y as f32 / height as f32);
            128.0 + 60.0 * (7.0 * x + 3.0 * y * y).sin() + 50.0 * (11.0 * y - 4.0 * x * x).cos()
        };
        let mean = |left: usize, top: usize| {
            let columns = left..(left + cell).min(width);
            let rows = top..(top + cell).min(height);
            let count = (columns.len() * rows.len()) as f32;
            rows.flat_map(|y| columns.clone().map(move |x| (x, y))).map(|(x, y)| point(x, y)).sum::<f32>() / count
        };
        let rows = (0..height).step_by(cell);
        let values = rows.flat_map(|y| (0..width).step_by(cell).map(move |x| (x, y))).map(|(x, y)| mean(x, y));
        Grid { cell: (cell, cell), ..Grid::of_pixels(values.collect(), (width, height)) }
    }

    fn likeness(grid: &Grid) -> Likeness {
        Likeness::of_grid(grid, Turn(1)).unwrap()
    }

    #[test]
    fn the_same_picture_at_any_size_is_near() {
        let large = likeness(&waves(1203, 805, 1));
        for grid in [waves(1203, 805, 8), waves(300, 201, 1), waves(640, 428, 8)] {
            let distance = likeness(&grid).distance(&large).unwrap();
            assert!(distance.total() <= 6, "{distance:?}");
        }
    }

    #[test]
    fn a_turned_picture_is_seen_upright() {
        let upright = waves(400, 300, 1);
        for turn in 2..=8 {
            let turn = Turn(turn);
            let stored = turn.size(upright.size);
            let mut values = vec![0.0; 400 * 300];
            for (index, &value) in upright.values.iter().enumerate() {
                let (x, y) = turn.stored(stored, (index % 400, index / 400));
                values[y * stored.0 + x] = value;
            }
            let turned = Likeness::of_grid(&Grid::of_pixels(values, stored), turn).unwrap();
            assert!(turned.distance(&likeness(&upright)).unwrap().total() <= 2, "{turn:?}");
        }
    }

    #[test]
    fn flat_pictures_are_not_compared() {
        let flat = Grid::of_pixels(vec![128.0; 64 * 64], (64, 64));
        let flat = likeness(&flat);
        assert_eq!(flat.variance, 0);
        assert_eq!(flat.distance(&flat.clone()), None);
    }

    #[test]
    fn counts_bits() {
        let zeros = "0".repeat(64);
        for (other, bits) in [("0".repeat(64), Some(0)), ("f".repeat(64), Some(256)), ("0".into(), None)] {
            assert_eq!(differing(&zeros, &other), bits);
        }
        assert_eq!(differing(&"x".repeat(64), &zeros), None);
    }

    #[test]
    fn parts_keep_the_sum() {
        let line: Vec<f32> = (0..37_u8).map(f32::from).collect();
        let sum: f32 = parts(&line, 1, 37, 16).iter().sum::<f32>() * 37.0 / 16.0;
        assert!((sum - line.iter().sum::<f32>()).abs() < 0.01, "{sum}");
    }
}
