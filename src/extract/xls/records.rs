//! The records of a workbook stream, and the strings in them.

use encoding_rs::Encoding;

use crate::extract::xls::id;

/// A record with the records that continue it.
#[derive(Debug)]
pub(super) struct Record<'a> {
    /// What it is.
    pub(super) id: u16,
    /// Its bytes, and those of each continuation.
    pub(super) parts: Vec<&'a [u8]>,
}

/// Walks the records of a stream until its end or a record that is cut.
#[derive(Debug)]
pub(super) struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    /// The records of `stream`.
    pub(super) fn new(stream: &'a [u8]) -> Self {
        Self { rest: stream }
    }

    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let (head, rest) = self.rest.split_at_checked(4)?;
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (data, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some((u16::from_le_bytes([head[0], head[1]]), data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (id, data) = self.one()?;
        let mut parts = vec![data];
        while self.rest.starts_with(&id::CONTINUE.to_le_bytes()) {
            match self.one() {
                Some((_, data)) => parts.push(data),
                None => break,
            }
        }
        Some(Record { id, parts })
    }
}

/// Reads the fields of a record, over its continuations.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    parts: std::vec::IntoIter<&'a [u8]>,
    here: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// A cursor at the record's beginning.
    pub(super) fn new(record: &Record<'a>) -> Self {
        Self { parts: record.parts.clone().into_iter(), here: &[] }
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        while self.here.is_empty() {
            self.here = self.parts.next()?;
        }
        let (first, rest) = self.here.split_first()?;
        self.here = rest;
        Some(*first)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        let (low, high) = (u64::from(self.u32()?), u64::from(self.u32()?));
        Some(f64::from_bits(high << 32 | low))
    }

    pub(super) fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            while self.here.is_empty() {
                self.here = self.parts.next()?;
            }
            let step = count.min(self.here.len());
            self.here = self.here.get(step..)?;
            count -= step;
        }
        Some(())
    }

    /// What is left of the part that the cursor stands in.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.here
    }

    /// Goes to the next continuation.
    pub(super) fn next_part(&mut self) -> Option<()> {
        self.here = self.parts.next()?;
        Some(())
    }
}

/// How strings are written: with a flag and Unicode in BIFF8, in a code page before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strings {
    pub(super) wide: bool,
    pub(super) encoding: &'static Encoding,
}

impl Strings {
    /// Uses the encoding of a Windows code page number, where there is one.
    pub(super) fn use_code_page(&mut self, number: u16) {
        let label = match number {
            874 | 1250..=1258 => format!("windows-{number}"),
            932 => "shift_jis".into(),
            936 => "gbk".into(),
            949 => "euc-kr".into(),
            950 => "big5".into(),
            // Apple's Roman; 32768 before BIFF8.
            10000 | 32768 => "macintosh".into(),
            _ => return,
        };
        self.encoding = Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
    }

    /// A string's length in characters, in one byte or two.
    #[expect(clippy::unused_self, reason = "read beside the strings it measures")]
    pub(super) fn length(&self, cursor: &mut Cursor, short: bool) -> Option<usize> {
        Some(if short { cursor.u8()?.into() } else { cursor.u16()?.into() })
    }

    /// A string of `length` characters.
    pub(super) fn read(&self, cursor: &mut Cursor, length: usize) -> Option<String> {
        if self.wide {
            let flags = cursor.u8()?;
            return characters(cursor, length, flags & 1 != 0);
        }
        let bytes: Option<Vec<u8>> = (0..length).map(|_| cursor.u8()).collect();
        Some(self.encoding.decode_without_bom_handling(&bytes?).0.into_owned())
    }

    /// A string with formatting runs and extensions ([MS-XLS] 2.5.293).
    #[expect(clippy::unused_self, reason = "only written where strings are wide")]
    pub(super) fn read_rich(&self, cursor: &mut Cursor) -> Option<String> {
        let length = cursor.u16()?;
        let flags = cursor.u8()?;
        let runs = if flags & 8 != 0 { usize::from(cursor.u16()?) } else { 0 };
        let extension = if flags & 4 != 0 { usize::try_from(cursor.u32()?).ok()? } else { 0 };
        let string = characters(cursor, length.into(), flags & 1 != 0)?;
        // A file cut in the formatting has its words still.
        let _ = cursor.skip(4 * runs).and_then(|()| cursor.skip(extension));
        Some(string)
    }
}

/// Characters that may break off where a continuation begins: it then tells
/// anew how wide they are ([MS-XLS] 2.5.293, note on Continue).
pub(super) fn characters(cursor: &mut Cursor, length: usize, mut wide: bool) -> Option<String> {
    let mut units = Vec::with_capacity(length.min(1024));
    while units.len() < length {
        if cursor.rest().is_empty() {
            cursor.next_part()?;
            if !units.is_empty() {
                wide = cursor.u8()? & 1 != 0;
            }
        }
        units.push(if wide { cursor.u16()? } else { cursor.u8()?.into() });
    }
    Some(String::from_utf16_lossy(&units))
}
