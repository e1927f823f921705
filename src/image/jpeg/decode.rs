//! From a file to coefficients (T.81, annexes F.2 and G.2).

use super::header::{self, Quantisation, Scan};
use super::huffman::{Table, Tables};
use super::{Component, JpegError, Picture, ZIGZAG};
use crate::image::bytes::be16;
use crate::image::container::{Segment, segment};

/// Takes a JPEG apart, when it has at most `pixels` pixels.
///
/// # Errors
///
/// [`JpegError`], also for a file that ends before its picture does: what is
/// missing would become grey blocks that nobody asked for.
pub(crate) fn decode(bytes: &[u8], pixels: u64) -> Result<Picture, JpegError> {
    let mut reading =
        Reading { bytes, pixels, at: 2, quantisation: Quantisation::default(), tables: Tables::default() };
    reading.run()
}

struct Reading<'a> {
    bytes: &'a [u8],
    pixels: u64,
    at: usize,
    quantisation: Quantisation,
    tables: Tables,
}

impl Reading<'_> {
    fn run(&mut self) -> Result<Picture, JpegError> {
        let mut picture: Option<Picture> = None;
        let mut kept = Vec::new();
        let (mut restart, mut adobe, mut scans) = (0, None, 0);
        loop {
            let Some(segment) = segment(self.bytes, self.at) else { break };
            self.at = segment.whole.end;
            let data = &self.bytes[segment.data.clone()];
            match segment.marker {
                0xc0..=0xc2 => picture = Some(self.frame(&segment, picture.is_some())?),
                0xc3 | 0xc5..=0xc7 | 0xc8..=0xcb | 0xcd..=0xcf | 0xdc | 0xde => return Err(JpegError::Rare),
                0xc4 => header::huffman(data, &mut self.tables).ok_or(JpegError::Damaged)?,
                0xdb => {
                    header::quantisation(data, &mut self.quantisation).ok_or(JpegError::Damaged)?;
                    kept.push(segment.whole);
                }
                0xdd => restart = usize::from(be16(data, 0).ok_or(JpegError::Damaged)?),
                0xda => {
                    let picture = picture.as_mut().ok_or(JpegError::Damaged)?;
                    self.scan(data, picture, restart)?;
                    scans += 1;
                    picture.restart = restart;
                    picture.tables = (scans == 1 && picture.frame != 0xc2).then(|| self.tables.clone());
                }
                0xd0..=0xd8 | 0x01 => {}
                marker => {
                    if marker == 0xee && data.starts_with(b"Adobe") {
                        adobe = data.get(11).copied();
                    }
                    kept.push(segment.whole);
                }
            }
        }
        let mut picture = picture.filter(|_| scans > 0).ok_or(JpegError::Damaged)?;
        if self.bytes.get(self.at..self.at + 2) != Some(&[0xff, 0xd9]) {
            return Err(JpegError::Damaged);
        }
        if picture.components.iter().map(|component| component.h * component.v).sum::<usize>() > 10 {
            return Err(JpegError::Rare);
        }
        (picture.kept, picture.adobe, picture.end) = (kept, adobe, self.at);
        Ok(picture)
    }

    fn frame(&self, segment: &Segment, second: bool) -> Result<Picture, JpegError> {
        let frame = header::frame(&self.bytes[segment.data.clone()])?;
        if second {
            return Err(JpegError::Damaged);
        }
        if frame.width as u64 * frame.height as u64 > self.pixels {
            return Err(JpegError::TooLarge);
        }
        let mut components = frame.components();
        for (component, part) in components.iter_mut().zip(&frame.components) {
            // Tables stand before the frame in every file seen; those that come later are taken at the scan.
            component.table = self.quantisation.get(part.3).copied().flatten().ok_or(JpegError::Damaged)?;
        }
        Ok(Picture {
            width: frame.width,
            height: frame.height,
            components,
            adobe: None,
            restart: 0,
            frame: segment.marker,
            kept: Vec::new(),
            tables: None,
            end: 0,
        })
    }

    fn scan(&mut self, header: &[u8], picture: &mut Picture, restart: usize) -> Result<(), JpegError> {
        let scan = header::scan(header, &picture.components).ok_or(JpegError::Damaged)?;
        let mut decoder = Decoder {
            bits: Bits { bytes: self.bytes, at: self.at, held: 0, count: 0, past: 0 },
            tables: &self.tables,
            progressive: picture.frame == 0xc2,
            predictions: [0; 4],
            run: 0,
            scan,
        };
        decoder.run(picture, restart).ok_or(JpegError::Damaged)?;
        self.at = decoder.bits.end().ok_or(JpegError::Damaged)?;
        Ok(())
    }
}

/// Decodes one scan.
struct Decoder<'a> {
    bits: Bits<'a>,
    tables: &'a Tables,
    progressive: bool,
    predictions: [i32; 4],
    /// Blocks left that a run of ended bands covers (G.1.2.2).
    run: u32,
    scan: Scan,
}

impl Decoder<'_> {
    fn run(&mut self, picture: &mut Picture, restart: usize) -> Option<()> {
        if let [(index, ..)] = self.scan.components[..] {
            let component = picture.components.get_mut(index)?;
            let (across, down) = (component.own_across, component.own_down);
            for unit in 0..across * down {
                self.restart(unit, restart)?;
                self.block(component, 0, unit % across, unit / across)?;
            }
            return Some(());
        }
        let first = picture.components.first()?;
        let (across, down) = (first.blocks_across / first.h, first.blocks_down / first.v);
        for unit in 0..across * down {
            self.restart(unit, restart)?;
            for part in 0..self.scan.components.len() {
                let component = picture.components.get_mut(self.scan.components[part].0)?;
                let (h, v) = (component.h, component.v);
                for y in 0..v {
                    for x in 0..h {
                        self.block(component, part, unit % across * h + x, unit / across * v + y)?;
                    }
                }
            }
        }
        Some(())
    }

    fn restart(&mut self, unit: usize, interval: usize) -> Option<()> {
        if interval > 0 && unit > 0 && unit.is_multiple_of(interval) {
            self.bits.restart()?;
            self.predictions = [0; 4];
            self.run = 0;
        }
        // Bits invented after the end of the data would become picture.
        (self.bits.past <= 64).then_some(())
    }

    fn block(&mut self, component: &mut Component, part: usize, x: usize, y: usize) -> Option<()> {
        let (_, dc, ac) = self.scan.components[part];
        let tables = self.tables;
        let block = component.block_mut(x, y)?;
        if !self.progressive {
            self.predictions[part] += self.bits.difference(tables.dc[dc].as_ref()?)?;
            block[0] = i16::try_from(self.predictions[part]).ok()?;
            return self.band(tables.ac[ac].as_ref()?, block, 1, 63);
        }
        let (from, to, low) = (self.scan.from, self.scan.to, self.scan.low);
        match (from, self.scan.high) {
            (0, 0) => {
                self.predictions[part] += self.bits.difference(tables.dc[dc].as_ref()?)?;
                block[0] = i16::try_from(self.predictions[part] << low).ok()?;
                Some(())
            }
            (0, _) => {
                block[0] |= i16::try_from(self.bits.take(1)? << low).ok()?;
                Some(())
            }
            (_, 0) => self.first_pass(tables.ac[ac].as_ref()?, block, to),
            _ => self.refine(tables.ac[ac].as_ref()?, block, to),
        }
    }

    /// The AC coefficients of a block of a sequential picture (F.2.2.2).
    #[inline]
    fn band(&mut self, table: &Table, block: &mut [i16; 64], from: usize, to: usize) -> Option<()> {
        let mut at = from;
        while at <= to {
            let symbol = self.bits.symbol(table)?;
            let (zeros, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                if zeros != 15 {
                    return Some(());
                }
                at += 16;
                continue;
            }
            at += zeros;
            block[*ZIGZAG.get(at)?] = i16::try_from(self.bits.signed(size)?).ok()?;
            at += 1;
        }
        Some(())
    }

    /// A band's first pass in a progressive picture (G.1.2.2).
    fn first_pass(&mut self, table: &Table, block: &mut [i16; 64], to: usize) -> Option<()> {
        if self.run > 0 {
            self.run -= 1;
            return Some(());
        }
        let mut at = self.scan.from;
        while at <= to {
            let symbol = self.bits.symbol(table)?;
            let (zeros, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                if zeros < 15 {
                    self.run = (1 << zeros) - 1 + self.bits.take(zeros)?;
                    return Some(());
                }
                at += 16;
                continue;
            }
            at += zeros as usize;
            block[*ZIGZAG.get(at)?] = i16::try_from(self.bits.signed(size)? << self.scan.low).ok()?;
            at += 1;
        }
        Some(())
    }

    /// A band's later pass: one more bit of each coefficient (G.1.2.3).
    fn refine(&mut self, table: &Table, block: &mut [i16; 64], to: usize) -> Option<()> {
        let bit = 1i16 << self.scan.low;
        let mut at = self.scan.from;
        if self.run == 0 {
            while at <= to {
                let symbol = self.bits.symbol(table)?;
                let (mut zeros, size) = (u32::from(symbol >> 4), symbol & 15);
                let mut new = 0;
                if size != 0 {
                    new = if self.bits.take(1)? == 1 { bit } else { -bit };
                } else if zeros < 15 {
                    self.run = (1 << zeros) + self.bits.take(zeros)?;
                    break;
                }
                while at <= to {
                    let place = &mut block[ZIGZAG[at]];
                    if *place != 0 {
                        self.bits.correct(place, bit)?;
                    } else if zeros == 0 {
                        *place = new;
                        at += 1;
                        break;
                    } else {
                        zeros -= 1;
                    }
                    at += 1;
                }
            }
        }
        if self.run > 0 {
            for &natural in ZIGZAG.get(at..=to).unwrap_or_default() {
                if block[natural] != 0 {
                    self.bits.correct(&mut block[natural], bit)?;
                }
            }
            self.run -= 1;
        }
        Some(())
    }
}

/// The entropy-coded bits, without their stuffed zeros.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Bits not yet taken, from the highest down.
    held: u64,
    count: u32,
    /// Bits given out beyond a marker or the end.
    past: u32,
}

impl Bits<'_> {
    #[inline]
    fn fill(&mut self) {
        while self.count <= 48 {
            let byte = match self.bytes.get(self.at) {
                Some(0xff) if self.bytes.get(self.at + 1) == Some(&0) => {
                    self.at += 2;
                    0xff
                }
                Some(&byte) if byte != 0xff => {
                    self.at += 1;
                    byte
                }
                _ => {
                    self.past += 8;
                    0
                }
            };
            self.held |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }

    #[inline]
    fn take(&mut self, count: u32) -> Option<u32> {
        if count == 0 {
            return Some(0);
        }
        if self.count < count {
            self.fill();
        }
        let bits = u32::try_from(self.held >> (64 - count)).ok()?;
        self.held <<= count;
        self.count -= count;
        Some(bits)
    }

    #[inline]
    fn symbol(&mut self, table: &Table) -> Option<u8> {
        if self.count < 32 {
            self.fill();
        }
        let (length, symbol) = table.find((self.held >> 48) as u32)?;
        self.held <<= length;
        self.count -= length;
        Some(symbol)
    }

    /// A number of `size` bits with its sign (F.2.2.1, EXTEND).
    #[inline]
    fn signed(&mut self, size: u32) -> Option<i32> {
        let value = self.take(size)?.cast_signed();
        Some(if size > 0 && value < 1 << (size - 1) { value - (1 << size) + 1 } else { value })
    }

    fn difference(&mut self, table: &Table) -> Option<i32> {
        let size = u32::from(self.symbol(table)?);
        (size <= 16).then(|| self.signed(size))?
    }

    /// One more bit of a coefficient that is not zero.
    fn correct(&mut self, place: &mut i16, bit: i16) -> Option<()> {
        if self.take(1)? == 1 && *place & bit == 0 {
            *place = place.checked_add(if *place > 0 { bit } else { -bit })?;
        }
        Some(())
    }

    fn restart(&mut self) -> Option<()> {
        (self.held, self.count, self.past) = (0, 0, 0);
        let next = memchr::memchr_iter(0xff, self.bytes.get(self.at..)?)
            .map(|offset| self.at + offset)
            .find(|&at| !matches!(self.bytes.get(at + 1), Some(0 | 0xff)))?;
        self.at = next + 2;
        (0xd0..=0xd7).contains(self.bytes.get(next + 1)?).then_some(())
    }

    /// Where the next marker stands.
    fn end(&self) -> Option<usize> {
        let from = self.at.saturating_sub(8).max(0);
        let rest = self.bytes.get(from..)?;
        memchr::memchr_iter(0xff, rest)
            .map(|offset| from + offset)
            .find(|&at| at >= self.at && matches!(self.bytes.get(at + 1), Some(1..=0xcf | 0xd8..=0xfe)))
    }
}
