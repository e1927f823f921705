//! From a file to coefficients (T.81, annexes F.2 and G.2), for pictures whose
//! coefficients come in several scans.

use super::bits::{Bits, Interval};
use super::headers::{Headers, Step};
use super::huffman::{Table, Tables};
use super::segments::Scan;
use super::{Component, JpegError, Picture, ZIGZAG};

/// Takes a JPEG apart, when it has at most `pixels` pixels.
///
/// # Errors
///
/// [`JpegError`], also for a file that ends before its picture does: what is
/// missing would become grey blocks that nobody asked for.
pub(crate) fn decode(bytes: &[u8], pixels: u64) -> Result<Picture, JpegError> {
    let mut headers = Headers::new(bytes, pixels);
    let mut scans = 0;
    loop {
        match headers.next()? {
            Step::Scan(scan) => {
                let end = one_scan(&mut headers, scan)?;
                headers.go_on(end);
                scans += 1;
            }
            Step::End => break,
        }
    }
    headers.finish(scans)
}

fn one_scan(headers: &mut Headers<'_>, scan: Scan) -> Result<usize, JpegError> {
    let (bytes, at, restart) = (headers.bytes, headers.at, headers.restart);
    let picture = headers.picture.as_mut().ok_or(JpegError::Damaged)?;
    for component in &mut picture.components {
        component.make_room();
    }
    let first = Interval::default().read(bytes, at).ok_or(JpegError::Damaged)?;
    let mut decoder = Decoder {
        bytes,
        data: first,
        at: 0,
        tables: &headers.tables,
        progressive: picture.frame == 0xc2,
        predictions: [0; 4],
        run: 0,
        scan,
    };
    decoder.run(picture, restart).ok_or(JpegError::Damaged)?;
    Ok(decoder.data.marker)
}

/// Decodes one scan.
struct Decoder<'a> {
    bytes: &'a [u8],
    data: Interval,
    at: usize,
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
        let (across, down) = picture.units();
        for unit in 0..across * down {
            self.restart(unit, restart)?;
            for part in 0..self.scan.components.len() {
                let component = picture.components.get_mut(self.scan.components[part].0)?;
                let (h, v) = (component.h, component.v);
                for (x, y) in (0..v).flat_map(|y| (0..h).map(move |x| (x, y))) {
                    self.block(component, part, unit % across * h + x, unit / across * v + y)?;
                }
            }
        }
        Some(())
    }

    fn restart(&mut self, unit: usize, interval: usize) -> Option<()> {
        if interval > 0 && unit > 0 && unit.is_multiple_of(interval) {
            let next = self.data.next(self.bytes)?;
            self.data = std::mem::take(&mut self.data).read(self.bytes, next)?;
            (self.at, self.predictions, self.run) = (0, [0; 4], 0);
        }
        Some(())
    }

    fn block(&mut self, component: &mut Component, part: usize, x: usize, y: usize) -> Option<()> {
        let mut bits = self.data.bits(self.at);
        let block = component.block_mut(x, y)?;
        let mut coder = Coder { bits: &mut bits, scan: &self.scan, run: &mut self.run };
        let (_, dc, ac) = self.scan.components[part];
        let (dc, ac) = (self.tables.dc[dc].as_ref(), self.tables.ac[ac].as_ref());
        let prediction = &mut self.predictions[part];
        match (self.progressive, self.scan.from, self.scan.high) {
            (false, ..) => sequential(coder.bits, dc?, ac?, prediction, block)?,
            (true, 0, 0) => {
                *prediction = prediction.checked_add(coder.bits.coded(dc?)?.1)?;
                block[0] = i16::try_from(*prediction << self.scan.low).ok()?;
            }
            (true, 0, _) => block[0] |= i16::try_from(coder.bits.take(1) << self.scan.low).ok()?,
            (true, _, 0) => coder.first_pass(ac?, block)?,
            (true, ..) => coder.refine(ac?, block)?,
        }
        self.at = bits.at;
        bits.is_within().then_some(())
    }
}

/// A block of a sequential picture (F.2.2): its DC and then its AC coefficients.
#[inline]
pub(super) fn sequential(
    bits: &mut Bits<'_>,
    dc: &Table,
    ac: &Table,
    prediction: &mut i32,
    block: &mut [i16; 64],
) -> Option<()> {
    *prediction = prediction.checked_add(bits.coded(dc)?.1)?;
    block[0] = i16::try_from(*prediction).ok()?;
    band(bits, ac, block)
}

/// The AC coefficients of a block of a sequential picture (F.2.2.2).
#[inline]
pub(super) fn band(bits: &mut Bits<'_>, table: &Table, block: &mut [i16; 64]) -> Option<()> {
    let mut at = 1;
    while at < 64 {
        let (symbol, value) = bits.coded(table)?;
        let zeros = usize::from(symbol >> 4);
        if symbol & 15 == 0 {
            if zeros != 15 {
                return Some(());
            }
            at += 16;
            continue;
        }
        at += zeros;
        block[*ZIGZAG.get(at)?] = i16::try_from(value).ok()?;
        at += 1;
    }
    Some(())
}

/// What the passes of a progressive picture work on.
struct Coder<'a, 'b> {
    bits: &'a mut Bits<'b>,
    scan: &'a Scan,
    run: &'a mut u32,
}

impl Coder<'_, '_> {
    /// A band's first pass (G.1.2.2).
    fn first_pass(&mut self, table: &Table, block: &mut [i16; 64]) -> Option<()> {
        if *self.run > 0 {
            *self.run -= 1;
            return Some(());
        }
        let mut at = self.scan.from;
        while at <= self.scan.to {
            let symbol = self.bits.symbol(table)?;
            let (zeros, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                if zeros < 15 {
                    *self.run = (1 << zeros) - 1 + self.bits.take(zeros);
                    return Some(());
                }
                at += 16;
                continue;
            }
            at += zeros as usize;
            let value = super::bits::signed(self.bits.take(size), size);
            block[*ZIGZAG.get(at)?] = i16::try_from(value << self.scan.low).ok()?;
            at += 1;
        }
        Some(())
    }

    /// A band's later pass: one more bit of each coefficient (G.1.2.3).
    fn refine(&mut self, table: &Table, block: &mut [i16; 64]) -> Option<()> {
        let (bit, to) = (1i16 << self.scan.low, self.scan.to);
        let mut at = self.scan.from;
        if *self.run == 0 {
            while at <= to {
                let symbol = self.bits.symbol(table)?;
                let (mut zeros, size) = (u32::from(symbol >> 4), symbol & 15);
                let mut new = 0;
                if size != 0 {
                    new = if self.bits.take(1) == 1 { bit } else { -bit };
                } else if zeros < 15 {
                    *self.run = (1 << zeros) + self.bits.take(zeros);
                    break;
                }
                while at <= to {
                    let place = &mut block[ZIGZAG[at]];
                    at += 1;
                    if *place != 0 {
                        self.correct(place, bit)?;
                    } else if zeros == 0 {
                        *place = new;
                        break;
                    } else {
                        zeros -= 1;
                    }
                }
            }
        }
        if *self.run > 0 {
            for &natural in ZIGZAG.get(at..=to).unwrap_or_default() {
                if block[natural] != 0 {
                    self.correct(&mut block[natural], bit)?;
                }
            }
            *self.run -= 1;
        }
        Some(())
    }

    /// One more bit of a coefficient that is not zero.
    fn correct(&mut self, place: &mut i16, bit: i16) -> Option<()> {
        if self.bits.take(1) == 1 && *place & bit == 0 {
            *place = place.checked_add(if *place > 0 { bit } else { -bit })?;
        }
        Some(())
    }
}
