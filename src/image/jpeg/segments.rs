//! What frame and scan headers and tables hold (T.81, annex B.2).

use super::huffman::{Table, Tables};
use super::{Component, JpegError, ZIGZAG};
use crate::image::bytes::{be16, slice};

/// Quantisation tables by their identifiers, in natural order.
pub(super) type Quantisation = [Option<[u16; 64]>; 4];

/// Reads a DQT segment.
pub(super) fn quantisation(data: &[u8], tables: &mut Quantisation) -> Option<()> {
    let mut at = 0;
    while at < data.len() {
        let [precision, id] = nibbles(*data.get(at)?);
        let wide = usize::from(precision != 0);
        let table = tables.get_mut(id)?.insert([0; 64]);
        for (index, &natural) in ZIGZAG.iter().enumerate() {
            let at = at + 1 + index * (1 + wide);
            let value = if wide == 1 { be16(data, at)? } else { u16::from(*data.get(at)?) };
            table[natural] = value.max(1);
        }
        at += 1 + 64 * (1 + wide);
    }
    Some(())
}

/// Reads a DHT segment.
pub(super) fn huffman(data: &[u8], tables: &mut Tables) -> Option<()> {
    let mut at = 0;
    while at < data.len() {
        let [class, id] = nibbles(*data.get(at)?);
        let counts: [u8; 16] = slice(data, at + 1, 16)?.try_into().ok()?;
        let total = counts.iter().map(|&count| usize::from(count)).sum();
        let symbols = slice(data, at + 17, total)?.to_vec();
        let class = if class == 0 { &mut tables.dc } else { &mut tables.ac };
        *class.get_mut(id)? = Some(Table::new(counts, symbols)?);
        at += 17 + total;
    }
    Some(())
}

/// Width, height and components of a frame.
pub(super) struct Frame {
    pub width: usize,
    pub height: usize,
    /// Identifier, blocks across and down in an MCU, quantisation table.
    pub components: Vec<(u8, usize, usize, usize)>,
}

/// Reads a start of frame.
pub(super) fn frame(data: &[u8]) -> Result<Frame, JpegError> {
    let read = || {
        let (height, width) = (usize::from(be16(data, 1)?), usize::from(be16(data, 3)?));
        let count = usize::from(*data.get(5)?);
        let component = |index: usize| {
            let part = slice(data, 6 + 3 * index, 3)?;
            let [h, v] = nibbles(*part.get(1)?);
            ((1..=4).contains(&h) && (1..=4).contains(&v)).then_some((part[0], h, v, usize::from(part[2])))
        };
        let components: Option<Vec<_>> = (0..count).map(component).collect();
        Some(Frame { width, height, components: components? })
    };
    if data.first() != Some(&8) {
        return Err(JpegError::Rare);
    }
    let frame = read().ok_or(JpegError::Damaged)?;
    let sane = (1..=4).contains(&frame.components.len()) && frame.width > 0 && frame.height > 0;
    if sane { Ok(frame) } else { Err(JpegError::Damaged) }
}

impl Frame {
    /// The components, without their coefficients. A component alone has
    /// one block in an MCU, whatever its factors say (A.2.2).
    pub(super) fn components(&self) -> Vec<Component> {
        let alone = self.components.len() == 1;
        let factors = |&(_, h, v, _): &(u8, usize, usize, usize)| if alone { (1, 1) } else { (h, v) };
        let most_h = self.components.iter().map(|c| factors(c).0).max().unwrap_or(1);
        let most_v = self.components.iter().map(|c| factors(c).1).max().unwrap_or(1);
        let (across, down) = (self.width.div_ceil(8 * most_h), self.height.div_ceil(8 * most_v));
        self.components
            .iter()
            .map(|part| {
                let (h, v) = factors(part);
                Component {
                    id: part.0,
                    h,
                    v,
                    table: [1; 64],
                    blocks_across: across * h,
                    blocks_down: down * v,
                    own_across: (self.width * h).div_ceil(8 * most_h),
                    own_down: (self.height * v).div_ceil(8 * most_v),
                    coefficients: Vec::new(),
                }
            })
            .collect()
    }
}

/// A scan header.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// Index of the component, DC table, AC table.
    pub components: Vec<(usize, usize, usize)>,
    /// First and last coefficient, in zigzag order.
    pub from: usize,
    pub to: usize,
    /// Successive approximation: bit position before and now.
    pub high: u32,
    pub low: u32,
}

/// Reads a start of scan.
pub(super) fn scan(data: &[u8], components: &[Component]) -> Option<Scan> {
    let count = usize::from(*data.first()?);
    let mut parts: Vec<(usize, usize, usize)> = Vec::new();
    for index in 0..count {
        let id = *data.get(1 + 2 * index)?;
        let [dc, ac] = nibbles(*data.get(2 + 2 * index)?);
        let component = components.iter().position(|component| component.id == id)?;
        if parts.iter().any(|&(other, ..)| other == component) || dc > 3 || ac > 3 {
            return None;
        }
        parts.push((component, dc, ac));
    }
    let at = 1 + 2 * count;
    let (from, to) = (usize::from(*data.get(at)?), usize::from(*data.get(at + 1)?));
    let [high, low] = nibbles(*data.get(at + 2)?).map(|bits| u32::try_from(bits).unwrap_or(0));
    let sane = !parts.is_empty() && from <= to && to < 64 && low < 14;
    sane.then_some(Scan { components: parts, from, to, high, low })
}

fn nibbles(byte: u8) -> [usize; 2] {
    [usize::from(byte >> 4), usize::from(byte & 15)]
}
