//! Image file directories: the tag lists of TIFF (revision 6.0, section 2)
//! that EXIF, TIFF and DNG share.

use std::ops::Range;

use super::bytes::slice;

/// The tags that are read or written, by the names of TIFF 6.0 and EXIF 3.0.
pub(crate) mod tag {
    pub(crate) const IMAGE_WIDTH: u16 = 0x0100;
    pub(crate) const IMAGE_LENGTH: u16 = 0x0101;
    pub(crate) const DOCUMENT_NAME: u16 = 0x010d;
    pub(crate) const IMAGE_DESCRIPTION: u16 = 0x010e;
    pub(crate) const MAKE: u16 = 0x010f;
    pub(crate) const MODEL: u16 = 0x0110;
    pub(crate) const ORIENTATION: u16 = 0x0112;
    pub(crate) const SOFTWARE: u16 = 0x0131;
    pub(crate) const ARTIST: u16 = 0x013b;
    pub(crate) const HOST_COMPUTER: u16 = 0x013c;
    pub(crate) const XMP: u16 = 0x02bc;
    pub(crate) const COPYRIGHT: u16 = 0x8298;
    pub(crate) const EXPOSURE_TIME: u16 = 0x829a;
    pub(crate) const F_NUMBER: u16 = 0x829d;
    pub(crate) const IPTC: u16 = 0x83bb;
    pub(crate) const EXIF_IFD: u16 = 0x8769;
    pub(crate) const ICC: u16 = 0x8773;
    pub(crate) const GPS_IFD: u16 = 0x8825;
    pub(crate) const ISO: u16 = 0x8827;
    pub(crate) const USER_COMMENT: u16 = 0x9286;
    pub(crate) const FOCAL_LENGTH: u16 = 0x920a;
    pub(crate) const PIXEL_X_DIMENSION: u16 = 0xa002;
    pub(crate) const PIXEL_Y_DIMENSION: u16 = 0xa003;
    pub(crate) const THUMBNAIL_OFFSET: u16 = 0x0201;
    pub(crate) const THUMBNAIL_LENGTH: u16 = 0x0202;
    pub(crate) const SUBFILE_TYPE: u16 = 0x00fe;
    pub(crate) const XP_TITLE: u16 = 0x9c9b;
    pub(crate) const XP_COMMENT: u16 = 0x9c9c;
    pub(crate) const XP_KEYWORDS: u16 = 0x9c9e;
    pub(crate) const GPS_LATITUDE: u16 = 0x0002;
    /// C2PA manifest store in TIFF (C2PA 2.2, section A.3.4).
    pub(crate) const C2PA: u16 = 0xcd41;
}

/// Most directories followed in a file: a chain longer than this is hostile.
const MAX_DIRECTORIES: usize = 1_000;

/// A TIFF structure: a whole file, or the EXIF block of another format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tiff<'a> {
    /// The bytes that offsets count from.
    pub bytes: &'a [u8],
    /// Numbers stand with their least byte first.
    pub little: bool,
}

/// One entry of a directory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    /// What it is.
    pub tag: u16,
    /// How its values are written (TIFF 6.0, page 15).
    pub format: u16,
    /// How many values.
    pub count: u32,
    /// Where the entry's own twelve bytes stand.
    pub at: usize,
}

impl<'a> Tiff<'a> {
    /// `None` when the bytes do not begin as a TIFF structure. A prefix
    /// `Exif\0\0` is passed over.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        let little = match bytes.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, little })
    }

    /// Offsets of the chained directories (pages), each once.
    pub(crate) fn directories(&self) -> Vec<usize> {
        let mut found = Vec::new();
        let mut next = self.u32(4);
        while let Some(at) = next.filter(|&at| at != 0).and_then(|at| usize::try_from(at).ok()) {
            if found.contains(&at) || found.len() == MAX_DIRECTORIES || self.u16(at).is_none() {
                break;
            }
            found.push(at);
            next = self.next_pointer(at).and_then(|pointer| self.u32(pointer));
        }
        found
    }

    /// Where the directory at `at` says where the next one is.
    pub(crate) fn next_pointer(&self, at: usize) -> Option<usize> {
        at.checked_add(2)?.checked_add(usize::from(self.u16(at)?) * 12)
    }

    /// The entries of the directory at `at`, as far as they are there.
    pub(crate) fn entries(&self, at: usize) -> impl Iterator<Item = Entry> + use<'a> {
        let tiff = *self;
        let count = usize::from(tiff.u16(at).unwrap_or(0));
        (0..count).map_while(move |index| {
            let at = at.checked_add(2)?.checked_add(index * 12)?;
            Some(Entry { tag: tiff.u16(at)?, format: tiff.u16(at + 2)?, count: tiff.u32(at + 4)?, at })
        })
    }

    /// The entry `tag` of the directory at `at`.
    pub(crate) fn entry(&self, at: usize, tag: u16) -> Option<Entry> {
        self.entries(at).find(|entry| entry.tag == tag)
    }

    /// Where the entry's values stand.
    pub(crate) fn range(&self, entry: &Entry) -> Option<Range<usize>> {
        let length = usize::try_from(entry.count).ok()?.checked_mul(width(entry.format)?)?;
        let start = if length <= 4 { entry.at + 8 } else { usize::try_from(self.u32(entry.at + 8)?).ok()? };
        let end = start.checked_add(length)?;
        (end <= self.bytes.len()).then_some(start..end)
    }

    /// The entry's values as they stand.
    pub(crate) fn value(&self, entry: &Entry) -> Option<&'a [u8]> {
        self.bytes.get(self.range(entry)?)
    }

    /// The entry's first value, when it is a whole number.
    pub(crate) fn number(&self, entry: &Entry) -> Option<u32> {
        self.numbers(entry)?.first().copied()
    }

    /// The entry's values, when they are whole numbers.
    pub(crate) fn numbers(&self, entry: &Entry) -> Option<Vec<u32>> {
        let range = self.range(entry)?;
        match entry.format {
            1 => Some(self.bytes.get(range)?.iter().map(|&byte| u32::from(byte)).collect()),
            3 => range.step_by(2).map(|at| self.u16(at).map(u32::from)).collect(),
            4 | 13 => range.step_by(4).map(|at| self.u32(at)).collect(),
            _ => None,
        }
    }

    /// Where the one whole number of the entry `tag` stands, and `value` as it must be written there.
    pub(crate) fn place_of(&self, at: usize, tag: u16, value: usize) -> Option<(Range<usize>, Vec<u8>)> {
        let entry = self.entry(at, tag).filter(|entry| entry.count == 1)?;
        let bytes = match entry.format {
            3 => self.two(u16::try_from(value).ok()?).to_vec(),
            4 => self.four(u32::try_from(value).ok()?).to_vec(),
            _ => return None,
        };
        Some((self.range(&entry)?, bytes))
    }

    /// The directory that the entry `tag` of the directory at `at` points to.
    pub(crate) fn child(&self, at: usize, tag: u16) -> Option<usize> {
        let child = usize::try_from(self.number(&self.entry(at, tag)?)?).ok()?;
        (child != at).then_some(child)
    }

    /// The structure with the directory at `at` written anew at its end, with
    /// `edits` in it and the tags `dropped` left out. Everything else keeps its
    /// place, so offsets inside maker notes stay right. `chained` keeps the
    /// directories that follow. `None` when it would outgrow 32 bits.
    pub(crate) fn rewritten(
        &self,
        at: usize,
        edits: &[(u16, Value)],
        dropped: &[u16],
        chained: bool,
    ) -> Option<Vec<u8>> {
        let mut entries: Vec<(u16, Value)> = Vec::new();
        for entry in self.entries(at) {
            let replaced = dropped.contains(&entry.tag) || edits.iter().any(|(tag, _)| *tag == entry.tag);
            if !replaced {
                entries.push((entry.tag, Value::Kept(slice(self.bytes, entry.at + 2, 10)?.try_into().ok()?)));
            }
        }
        entries.extend(edits.iter().cloned());
        entries.sort_by_key(|(tag, _)| *tag);
        let mut out = self.bytes.to_vec();
        out.resize(out.len().next_multiple_of(2), 0);
        let mut directory = self.two(u16::try_from(entries.len()).ok()?).to_vec();
        for (tag, value) in &entries {
            directory.extend(self.two(*tag));
            self.write(value, &mut directory, &mut out)?;
        }
        let next = self.next_pointer(at).filter(|_| chained).and_then(|pointer| self.u32(pointer)).unwrap_or(0);
        directory.extend(self.four(next));
        let start = u32::try_from(out.len()).ok()?;
        out.extend(directory);
        // The pointer to the directory: the header's, or that of the one before it.
        let pointer = self
            .directories()
            .windows(2)
            .find(|pair| pair[1] == at)
            .map_or(Some(4), |pair| self.next_pointer(pair[0]))?;
        out.get_mut(pointer..pointer + 4)?.copy_from_slice(&self.four(start));
        Some(out)
    }

    /// Writes a value's format, count and place; a long value goes to the end of `out`.
    fn write(&self, value: &Value, directory: &mut Vec<u8>, out: &mut Vec<u8>) -> Option<()> {
        let (format, count, mut bytes) = match value {
            Value::Kept(raw) => {
                directory.extend(raw);
                return Some(());
            }
            Value::Bytes(format, bytes) => (*format as u16, bytes.len(), bytes.clone()),
            Value::Short(number) => (Format::Short as u16, 1, self.two(*number).to_vec()),
            Value::Numbers(numbers) => {
                (Format::Long as u16, numbers.len(), numbers.iter().flat_map(|&number| self.four(number)).collect())
            }
        };
        directory.extend(self.two(format));
        directory.extend(self.four(u32::try_from(count).ok()?));
        if bytes.len() > 4 {
            directory.extend(self.four(u32::try_from(out.len()).ok()?));
            out.extend(&bytes);
            out.resize(out.len().next_multiple_of(2), 0);
        } else {
            bytes.resize(4, 0);
            directory.extend(bytes);
        }
        Some(())
    }

    fn two(&self, number: u16) -> [u8; 2] {
        if self.little { number.to_le_bytes() } else { number.to_be_bytes() }
    }

    fn four(&self, number: u32) -> [u8; 4] {
        if self.little { number.to_le_bytes() } else { number.to_be_bytes() }
    }

    pub(crate) fn u16(&self, at: usize) -> Option<u16> {
        let pair = slice(self.bytes, at, 2)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    }

    pub(crate) fn u32(&self, at: usize) -> Option<u32> {
        let four = slice(self.bytes, at, 4)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }
}

/// A value to be written.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Format, count and place of an entry that stays.
    Kept([u8; 10]),
    /// Bytes or text.
    Bytes(Format, Vec<u8>),
    /// Whole numbers of four bytes.
    Numbers(Vec<u32>),
    /// A whole number of two bytes.
    Short(u16),
}

impl Value {
    /// Bytes or text, as they stand.
    pub(crate) fn bytes(format: Format, bytes: &[u8]) -> Self {
        Self::Bytes(format, bytes.to_vec())
    }
}

/// How a value is written (TIFF 6.0, page 15).
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    Byte = 1,
    Ascii = 2,
    Short = 3,
    Long = 4,
}

/// Bytes a value of `format` takes; `None` for a format that TIFF does not know.
fn width(format: u16) -> Option<usize> {
    match format {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_of_directories_ends() {
        let bytes = b"II*\0\x08\0\0\0\0\0\x08\0\0\0";
        assert_eq!(Tiff::new(bytes).unwrap().directories(), [8]);
    }

    #[test]
    fn a_count_that_lies_gives_nothing() {
        let mut bytes = b"II*\0\x08\0\0\0\x01\0".to_vec();
        bytes.extend([0x0e, 1, 2, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
        let tiff = Tiff::new(&bytes).unwrap();
        let entry = tiff.entry(8, tag::IMAGE_DESCRIPTION).unwrap();
        assert_eq!(tiff.value(&entry), None);
    }
}
