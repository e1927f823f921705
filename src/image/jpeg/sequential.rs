//! Pictures coded in one scan: gone through block by block, and rewritten in one
//! pass in which the bits of every block that is not changed are copied.
//!
//! Only a few rows of blocks are ever in memory, whatever the picture's size.

use std::ops::Range;

use super::bits::{Interval, Writer};
use super::decode::{band, sequential};
use super::encode::{alternating, difference};
use super::headers::{Headers, Step};
use super::huffman::{Table, Tables};
use super::segments::Scan;
use super::{Area, Component, Digest, JpegError, Means, Picture};
use crate::image::container::segments as marker_segments;

/// Rows and columns of MCUs that a picture grows by, before its first.
pub(crate) type Growth = (usize, usize);

/// A block and its place: the component's index, column and row.
pub(crate) type At = (usize, usize, usize);

/// A picture in one sequential scan.
pub(crate) struct Sequential<'a> {
    source: &'a [u8],
    /// Its frame; without coefficients.
    pub picture: Picture,
    scan: Scan,
    tables: Tables,
    /// Where the scan's data begins.
    data: usize,
}

impl<'a> Sequential<'a> {
    /// `None` for a picture in several scans.
    ///
    /// # Errors
    ///
    /// [`JpegError`] from the headers.
    pub(crate) fn open(source: &'a [u8], pixels: u64) -> Result<Option<Self>, JpegError> {
        let mut headers = Headers::new(source, pixels);
        let Step::Scan(scan) = headers.next()? else { return Err(JpegError::Damaged) };
        let (tables, data) = (headers.tables.clone(), headers.at);
        let end = last_marker(source, data).ok_or(JpegError::Damaged)?;
        let picture = headers.picture.as_ref().ok_or(JpegError::Damaged)?;
        let is_whole = picture.frame != 0xc2 && scan.components.len() == picture.components.len();
        if !is_whole || source.get(end + 1) != Some(&0xd9) {
            return Ok(None);
        }
        headers.go_on(end);
        Ok(Some(Self { source, picture: headers.finish(1)?, scan, tables, data }))
    }

    /// Goes through the blocks in the order of the file.
    ///
    /// # Errors
    ///
    /// [`JpegError::Damaged`].
    pub(crate) fn visit(&self, see: &mut impl FnMut(At, &[i16; 64])) -> Result<(), JpegError> {
        self.walk(see).ok_or(JpegError::Damaged)
    }

    fn walk(&self, see: &mut impl FnMut(At, &[i16; 64])) -> Option<()> {
        let mut cursor = Cursor::new(self)?;
        let (across, down) = self.picture.units();
        for unit in 0..across * down {
            cursor.start(unit)?;
            for (part, place) in self.parts() {
                let at = place.at(unit % across, unit / across);
                let block = cursor.block(part, None)?;
                see(at, &block);
            }
        }
        cursor.is_at_end().then_some(())
    }

    /// The blocks of an MCU in their order: the part of the scan each belongs to, and its place.
    fn parts(&self) -> impl Iterator<Item = (usize, Place)> + '_ {
        self.scan.components.iter().enumerate().flat_map(|(part, &(component, ..))| {
            let Component { h, v, .. } = self.picture.components[component];
            (0..v).flat_map(move |y| (0..h).map(move |x| (part, Place { component, factors: (h, v), within: (x, y) })))
        })
    }

    /// The file with the blocks under `area` changed. The area is given in the picture as it has grown.
    /// `None` when the picture's own code tables lack a symbol.
    ///
    /// # Errors
    ///
    /// [`JpegError::Damaged`].
    pub(crate) fn rewritten(
        &self,
        area: &Area,
        growth: Growth,
        change: &mut impl FnMut(At, &mut [i16; 64]),
    ) -> Result<Option<Rewritten>, JpegError> {
        let mut out = Vec::with_capacity(self.source.len() + (self.source.len() >> 4) + (64 << 10));
        out.extend_from_slice(self.source.get(..self.data).ok_or(JpegError::Damaged)?);
        self.grow(&mut out, growth).ok_or(JpegError::Damaged)?;
        let mut rewriting = Rewriting::new(self, area, growth, out).ok_or(JpegError::Damaged)?;
        match rewriting.run(change) {
            Ok(()) => Ok(Some(rewriting.finish())),
            Err(Stop::NoCode) => Ok(None),
            Err(Stop::Damaged) => Err(JpegError::Damaged),
        }
    }

    /// Writes the grown size into the frame header, and turns restart markers off,
    /// whose places would no longer be right.
    fn grow(&self, out: &mut [u8], (rows, columns): Growth) -> Option<()> {
        if (rows, columns) == (0, 0) {
            return Some(());
        }
        let mcu = self.picture.mcu();
        let (width, height) = (self.picture.width + columns * mcu.0, self.picture.height + rows * mcu.1);
        let at = self.picture.frame_at;
        out.get_mut(at + 1..at + 3)?.copy_from_slice(&u16::try_from(height).ok()?.to_be_bytes());
        out.get_mut(at + 3..at + 5)?.copy_from_slice(&u16::try_from(width).ok()?.to_be_bytes());
        for segment in marker_segments(self.source).iter().filter(|segment| segment.marker == 0xdd) {
            out.get_mut(segment.data.clone())?.fill(0);
        }
        Some(())
    }
}

/// A file that was written anew.
pub(crate) struct Rewritten {
    pub bytes: Vec<u8>,
    /// A number over all coefficients that stayed, as [`Seen::digest`].
    pub digest: u64,
    /// The DC coefficients of the picture before.
    pub means: Means,
}

/// Where the data's last marker stands: not a restart.
fn last_marker(source: &[u8], data: usize) -> Option<usize> {
    let rest = source.get(data..)?;
    memchr::memchr_iter(0xff, rest)
        .map(|offset| data + offset)
        .find(|&at| source.get(at + 1).is_some_and(|&next| !matches!(next, 0 | 0xd0..=0xd7 | 0xff)))
}

/// A block's place in its MCU.
#[derive(Clone, Copy)]
struct Place {
    component: usize,
    factors: (usize, usize),
    within: (usize, usize),
}

impl Place {
    /// The block's place in the picture, in the MCU of this column and row.
    fn at(&self, column: usize, row: usize) -> At {
        (self.component, column * self.factors.0 + self.within.0, row * self.factors.1 + self.within.1)
    }
}

/// Reads the scan's blocks one after the other.
struct Cursor<'a, 'b> {
    of: &'b Sequential<'a>,
    data: Interval,
    /// Bits read of the interval.
    at: usize,
    predictions: [i32; 4],
}

impl<'a, 'b> Cursor<'a, 'b> {
    fn new(of: &'b Sequential<'a>) -> Option<Self> {
        Some(Self { of, data: Interval::default().read(of.source, of.data)?, at: 0, predictions: [0; 4] })
    }

    /// Whether this MCU begins another interval.
    fn is_restart(&self, unit: usize) -> bool {
        let every = self.of.picture.restart;
        every > 0 && unit > 0 && unit.is_multiple_of(every)
    }

    /// Begins an MCU.
    fn start(&mut self, unit: usize) -> Option<()> {
        if self.is_restart(unit) {
            let next = self.data.next(self.of.source)?;
            self.data = std::mem::take(&mut self.data).read(self.of.source, next)?;
            (self.at, self.predictions) = (0, [0; 4]);
        }
        Some(())
    }

    fn tables(&self, part: usize) -> Option<(&'b Table, &'b Table)> {
        let (_, dc, ac) = *self.of.scan.components.get(part)?;
        Some((self.of.tables.dc.get(dc)?.as_ref()?, self.of.tables.ac.get(ac)?.as_ref()?))
    }

    /// The next block, of a part of the scan; `after_dc` gets the bit after its DC coefficient.
    #[inline]
    fn block(&mut self, part: usize, after_dc: Option<&mut usize>) -> Option<[i16; 64]> {
        let (dc, ac) = self.tables(part)?;
        let mut block = [0; 64];
        let mut bits = self.data.bits(self.at);
        let prediction = self.predictions.get_mut(part)?;
        if let Some(after) = after_dc {
            *prediction = prediction.checked_add(bits.coded(dc)?.1)?;
            block[0] = i16::try_from(*prediction).ok()?;
            *after = bits.at;
            band(&mut bits, ac, &mut block)?;
        } else {
            sequential(&mut bits, dc, ac, prediction, &mut block)?;
        }
        self.at = bits.at;
        bits.is_within().then_some(block)
    }

    /// Whether the interval is the scan's last. Photoshop ends that with a restart marker, too.
    fn is_at_end(&self) -> bool {
        let end = self.of.picture.end;
        self.data.marker == end || self.data.next(self.of.source) == Some(end)
    }
}

/// Why rewriting stopped.
enum Stop {
    Damaged,
    /// A table lacks a symbol.
    NoCode,
}

/// Writes the scan anew.
struct Rewriting<'a, 'b> {
    cursor: Cursor<'a, 'b>,
    writer: Writer,
    area: &'b Area,
    growth: Growth,
    /// What a reader of the new file predicts.
    predictions: [i32; 4],
    /// Where bits of the interval begin that are still to be copied.
    from: usize,
    digest: Digest,
    means: Means,
}

impl<'a, 'b> Rewriting<'a, 'b> {
    fn new(of: &'b Sequential<'a>, area: &'b Area, growth: Growth, out: Vec<u8>) -> Option<Self> {
        Some(Self {
            cursor: Cursor::new(of)?,
            writer: Writer::new(out),
            area,
            growth,
            predictions: [0; 4],
            from: 0,
            digest: Digest::default(),
            means: Means::room(&of.picture),
        })
    }

    fn run(&mut self, change: &mut impl FnMut(At, &mut [i16; 64])) -> Result<(), Stop> {
        let of = self.cursor.of;
        let (across, down) = of.picture.units();
        let (rows, columns) = self.growth;
        let parts: Vec<(usize, Place)> = of.parts().collect();
        for row in 0..down + rows {
            for column in 0..across + columns {
                if row < rows || column < columns {
                    self.new_unit(&parts, (column, row), change)?;
                    continue;
                }
                let unit = (row - rows) * across + column - columns;
                self.unit(unit, &parts, (column, row), change)?;
            }
        }
        self.copy_up_to(self.cursor.at);
        if self.cursor.is_at_end() { Ok(()) } else { Err(Stop::Damaged) }
    }

    /// An MCU that was not there.
    fn new_unit(
        &mut self,
        parts: &[(usize, Place)],
        at: (usize, usize),
        change: &mut impl FnMut(At, &mut [i16; 64]),
    ) -> Result<(), Stop> {
        self.copy_up_to(self.cursor.at);
        for &(part, place) in parts {
            let mut block = [0; 64];
            change(place.at(at.0, at.1), &mut block);
            self.write(part, &block)?;
        }
        Ok(())
    }

    fn unit(
        &mut self,
        unit: usize,
        parts: &[(usize, Place)],
        at: (usize, usize),
        change: &mut impl FnMut(At, &mut [i16; 64]),
    ) -> Result<(), Stop> {
        self.restart(unit)?;
        let picture = &self.cursor.of.picture;
        let changed = self.area.has_unit(picture, at);
        for &(part, place) in parts {
            let start = self.cursor.at;
            let prior = self.cursor.predictions[part];
            let mut after = start;
            let mut block = self.cursor.block(part, Some(&mut after)).ok_or(Stop::Damaged)?;
            self.means.set(picture, place.at(at.0 - self.growth.1, at.1 - self.growth.0), block[0]);
            let place = place.at(at.0, at.1);
            if changed {
                self.copy_up_to(start);
                change(place, &mut block);
                self.write(part, &block)?;
                self.from = self.cursor.at;
                continue;
            }
            self.see(place, &block);
            self.keep(part, block[0].into(), prior, start..after)?;
        }
        Ok(())
    }

    /// A block that stays keeps its bits, but for those of its DC difference to a
    /// neighbour that changed.
    fn keep(&mut self, part: usize, mean: i32, prior: i32, coded: Range<usize>) -> Result<(), Stop> {
        let (dc, _) = self.cursor.tables(part).ok_or(Stop::Damaged)?;
        let known = self.predictions.get_mut(part).ok_or(Stop::Damaged)?;
        let step = mean - std::mem::replace(known, mean);
        if step != mean - prior {
            self.copy_up_to(coded.start);
            difference(&mut self.writer, dc, step).ok_or(Stop::NoCode)?;
            self.from = coded.end;
        }
        Ok(())
    }

    fn write(&mut self, part: usize, block: &[i16; 64]) -> Result<(), Stop> {
        let (dc, ac) = self.cursor.tables(part).ok_or(Stop::Damaged)?;
        let known = self.predictions.get_mut(part).ok_or(Stop::Damaged)?;
        difference(&mut self.writer, dc, i32::from(block[0]) - *known).ok_or(Stop::NoCode)?;
        *known = i32::from(block[0]);
        alternating(block, &mut |symbol, extra, size| self.writer.symbol(ac, symbol, extra, size)).ok_or(Stop::NoCode)
    }

    /// Begins an MCU of the source; the end of an interval is one of the new file's too, unless it grew.
    fn restart(&mut self, unit: usize) -> Result<(), Stop> {
        if self.cursor.is_restart(unit) {
            self.copy_up_to(self.cursor.at);
            self.cursor.start(unit).ok_or(Stop::Damaged)?;
            self.from = 0;
            if self.growth == (0, 0) {
                self.writer.flush();
                let number = (unit / self.cursor.of.picture.restart - 1) % 8;
                self.writer.out.extend([0xff, 0xd0 | u8::try_from(number).unwrap_or(0)]);
                self.predictions = [0; 4];
            }
        }
        Ok(())
    }

    fn copy_up_to(&mut self, at: usize) {
        if at > self.from {
            self.writer.copy(&self.cursor.data, self.from, at);
            self.from = at;
        }
    }

    fn see(&mut self, (component, x, y): At, block: &[i16; 64]) {
        let picture = &self.cursor.of.picture;
        let Some(part) = picture.components.get(component) else { return };
        let (rows, columns) = self.growth;
        if x < part.own_across + columns * part.h && y < part.own_down + rows * part.v {
            self.digest.add(block);
        }
    }

    /// The file, with its end.
    fn finish(mut self) -> Rewritten {
        self.writer.flush();
        let mut bytes = self.writer.out;
        bytes.extend([0xff, 0xd9]);
        Rewritten { bytes, digest: self.digest.0, means: self.means }
    }
}

/// What one pass over a picture found.
pub(crate) struct Seen {
    /// A number over all coefficients outside an area: equal numbers mean an equal picture there.
    pub digest: u64,
    /// The blocks of a component inside the area, by their column and row.
    pub inside: Vec<((usize, usize), [i16; 64])>,
    /// The DC coefficients.
    pub means: Means,
}

impl Sequential<'_> {
    /// Looks at the whole picture; `measured` is the component whose blocks inside the area are kept.
    ///
    /// # Errors
    ///
    /// [`JpegError::Damaged`].
    pub(crate) fn see(&self, area: &Area, measured: usize) -> Result<Seen, JpegError> {
        let components = &self.picture.components;
        let covered: Vec<_> = components.iter().map(|component| area.blocks(&self.picture, component)).collect();
        let mut digest = Digest::default();
        let mut seen = Seen { digest: 0, inside: Vec::new(), means: Means::room(&self.picture) };
        self.visit(&mut |(index, x, y), block| {
            let component = &components[index];
            seen.means.set(&self.picture, (index, x, y), block[0]);
            let (across, down) = &covered[index];
            if across.contains(&x) && down.contains(&y) {
                if index == measured {
                    seen.inside.push(((x, y), *block));
                }
            } else if x < component.own_across && y < component.own_down {
                digest.add(block);
            }
        })?;
        seen.digest = digest.0;
        Ok(seen)
    }
}
