//! Going through a file's marker segments (T.81, annex B.2).

use std::ops::Range;

use super::huffman::Tables;
use super::segments::{self, Quantisation, Scan};
use super::{JpegError, Picture};
use crate::image::bytes::be16;
use crate::image::container::{Segment, segment};

/// What the walk through the segments came to.
pub(super) enum Step {
    /// A scan, whose data begins at `at`.
    Scan(Scan),
    /// A marker that is no segment, or the end of the file.
    End,
}

/// The segments passed so far, and what they set.
pub(super) struct Headers<'a> {
    pub bytes: &'a [u8],
    /// Where the next segment or the scan's data begins.
    pub at: usize,
    /// MCUs between restart markers; 0 for none.
    pub restart: usize,
    pub tables: Tables,
    pub picture: Option<Picture>,
    pixels: u64,
    quantisation: Quantisation,
    adobe: Option<u8>,
    kept: Vec<Range<usize>>,
}

impl<'a> Headers<'a> {
    pub(super) fn new(bytes: &'a [u8], pixels: u64) -> Self {
        Self {
            bytes,
            at: 2,
            restart: 0,
            tables: Tables::default(),
            picture: None,
            pixels,
            quantisation: Quantisation::default(),
            adobe: None,
            kept: Vec::new(),
        }
    }

    /// The next scan, after the segments before it.
    pub(super) fn next(&mut self) -> Result<Step, JpegError> {
        while let Some(segment) = segment(self.bytes, self.at) {
            self.at = segment.whole.end;
            if let Some(scan) = self.pass(segment)? {
                return Ok(Step::Scan(scan));
            }
        }
        Ok(Step::End)
    }

    fn pass(&mut self, segment: Segment) -> Result<Option<Scan>, JpegError> {
        let data = &self.bytes[segment.data.clone()];
        match segment.marker {
            0xc0..=0xc2 => self.picture = Some(self.frame(&segment)?),
            0xc3 | 0xc5..=0xc7 | 0xc8..=0xcb | 0xcd..=0xcf | 0xdc | 0xde => return Err(JpegError::Rare),
            0xc4 => segments::huffman(data, &mut self.tables).ok_or(JpegError::Damaged)?,
            0xdb => {
                segments::quantisation(data, &mut self.quantisation).ok_or(JpegError::Damaged)?;
                self.kept.push(segment.whole);
            }
            0xdd => self.restart = usize::from(be16(data, 0).ok_or(JpegError::Damaged)?),
            0xda => {
                let picture = self.picture.as_mut().ok_or(JpegError::Damaged)?;
                picture.restart = self.restart;
                return segments::scan(data, &picture.components).ok_or(JpegError::Damaged).map(Some);
            }
            0xd0..=0xd8 | 0x01 => {}
            marker => {
                if marker == 0xee && data.starts_with(b"Adobe") {
                    self.adobe = data.get(11).copied();
                }
                self.kept.push(segment.whole);
            }
        }
        Ok(None)
    }

    /// Goes on where the scan's data ended.
    pub(super) fn go_on(&mut self, at: usize) {
        self.at = at;
    }

    /// The picture, when it had a scan and its end is there.
    pub(super) fn finish(self, scans: usize) -> Result<Picture, JpegError> {
        if scans == 0 || self.bytes.get(self.at..self.at + 2) != Some(&[0xff, 0xd9]) {
            return Err(JpegError::Damaged);
        }
        let mut picture = self.picture.ok_or(JpegError::Damaged)?;
        (picture.kept, picture.adobe, picture.end) = (self.kept, self.adobe, self.at);
        Ok(picture)
    }

    fn frame(&self, segment: &Segment) -> Result<Picture, JpegError> {
        let frame = segments::frame(&self.bytes[segment.data.clone()])?;
        if self.picture.is_some() {
            return Err(JpegError::Damaged);
        }
        if frame.width as u64 * frame.height as u64 > self.pixels {
            return Err(JpegError::TooLarge);
        }
        let mut components = frame.components();
        for (component, part) in components.iter_mut().zip(&frame.components) {
            // Tables stand before the frame in every file seen.
            component.table = self.quantisation.get(part.3).copied().flatten().ok_or(JpegError::Damaged)?;
        }
        if components.iter().map(|component| component.h * component.v).sum::<usize>() > 10 {
            return Err(JpegError::Rare);
        }
        Ok(Picture {
            width: frame.width,
            height: frame.height,
            components,
            adobe: None,
            restart: 0,
            frame: segment.marker,
            frame_at: segment.data.start,
            kept: Vec::new(),
            end: 0,
        })
    }
}
