//! Entropy-coded bits (T.81, F.1.2.3 and F.2.2.5): read without their stuffed zeros, written with them.

use super::huffman::{Table, Whole};
use crate::image::bytes::slice;

/// Zeros after the data, so that eight bytes can be read anywhere in it.
const PADDING: usize = 8;

/// The data up to the next marker.
#[derive(Clone, Debug, Default)]
pub(super) struct Interval {
    /// The bytes without their stuffed zeros, and [`PADDING`].
    data: Vec<u8>,
    /// Where the marker that ends it stands in the file; the file's end without one.
    pub marker: usize,
}

impl Interval {
    /// Reads the data from `at`, in the room of an earlier interval.
    pub(super) fn read(mut self, bytes: &[u8], at: usize) -> Option<Self> {
        self.data.clear();
        let mut from = at;
        loop {
            let rest = bytes.get(from..)?;
            let Some(offset) = memchr::memchr(0xff, rest) else {
                self.data.extend_from_slice(rest);
                self.marker = bytes.len();
                break;
            };
            let marker = from + offset;
            if bytes.get(marker + 1) == Some(&0) {
                self.data.extend_from_slice(rest.get(..=offset)?);
                from = marker + 2;
            } else {
                self.data.extend_from_slice(rest.get(..offset)?);
                self.marker = marker;
                break;
            }
        }
        self.data.extend([0; PADDING]);
        Some(self)
    }

    /// Where the data goes on after the restart marker that ends this interval.
    pub(super) fn next(&self, bytes: &[u8]) -> Option<usize> {
        let mut at = self.marker + 1;
        while *bytes.get(at)? == 0xff {
            at += 1;
        }
        (0xd0..=0xd7).contains(bytes.get(at)?).then_some(at + 1)
    }

    /// A reader of the bits from `at`.
    pub(super) fn bits(&self, at: usize) -> Bits<'_> {
        Bits { data: &self.data, at, word: 0, left: 0 }
    }
}

/// Reads bits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// How many bits are taken.
    pub at: usize,
    /// The next bits, from the highest down.
    word: u64,
    /// How many of them are sure to be there.
    left: u32,
}

/// Most bits that a code and the number after it have.
const LONGEST: u32 = 16 + 15;

impl Bits<'_> {
    /// Whether no bit was taken that is not there.
    pub(super) fn is_within(&self) -> bool {
        self.at <= (self.data.len() - PADDING) * 8
    }

    /// The next bits, [`LONGEST`] or 32 at least, from the highest down; zeros after the end.
    #[inline]
    fn word(&mut self) -> u64 {
        if self.left <= LONGEST {
            let eight = slice(self.data, self.at >> 3, 8).and_then(|bytes| bytes.try_into().ok());
            self.word = eight.map_or(0, u64::from_be_bytes) << (self.at & 7);
            self.left = 57;
        }
        self.word
    }

    #[inline]
    fn skip(&mut self, count: u32) {
        self.word <<= count;
        self.left -= count;
        self.at += count as usize;
    }

    /// At most 32 bits.
    #[inline]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let bits = first(self.word(), count);
        self.skip(count);
        bits
    }

    /// A symbol, and the number of as many bits as its low half says (F.2.2.1, EXTEND).
    #[inline]
    pub(super) fn coded(&mut self, table: &Table) -> Option<(u8, i32)> {
        let word = self.word();
        if let Some(Whole { symbol, value, bits }) = table.whole(word) {
            self.skip(bits.into());
            return Some((symbol, value.into()));
        }
        self.long(table)
    }

    /// The same for a code and a number that are longer than what is looked up at once.
    #[cold]
    fn long(&mut self, table: &Table) -> Option<(u8, i32)> {
        let word = self.word();
        let (length, symbol) = table.find(low(word >> 48))?;
        let size = u32::from(symbol & 15);
        self.skip(length + size);
        Some((symbol, signed(first(word << length, size), size)))
    }

    /// A symbol alone.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table) -> Option<u8> {
        let (length, symbol) = table.find(low(self.word() >> 48))?;
        self.skip(length);
        Some(symbol)
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the low half is what is wanted")]
fn low(word: u64) -> u32 {
    word as u32
}

/// The highest `count` bits.
#[inline]
fn first(word: u64, count: u32) -> u32 {
    if count == 0 { 0 } else { low(word >> (64 - count)) }
}

#[inline]
pub(super) fn signed(bits: u32, size: u32) -> i32 {
    let value = bits.cast_signed();
    if size > 0 && value < 1 << (size - 1) { value - (1 << size) + 1 } else { value }
}

/// Writes bits after the bytes that are there.
pub(super) struct Writer {
    pub out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Writer {
    pub(super) fn new(out: Vec<u8>) -> Self {
        Self { out, held: 0, count: 0 }
    }

    /// `None` when the table has no code for the symbol.
    #[inline]
    pub(super) fn symbol(&mut self, table: &Table, symbol: u8, extra: u32, size: u32) -> Option<()> {
        let (code, length) = table.codes[usize::from(symbol)];
        if length == 0 {
            return None;
        }
        self.put(u32::from(code) << size | extra, u32::from(length) + size);
        Some(())
    }

    /// At most 32 bits at a time.
    #[inline]
    pub(super) fn put(&mut self, bits: u32, count: u32) {
        self.held = self.held << count | u64::from(bits);
        self.count += count;
        if self.count >= 32 {
            self.count -= 32;
            self.word(low(self.held >> self.count).to_be_bytes());
        }
    }

    /// The bits of `source` from `from` to `to`, as they are.
    pub(super) fn copy(&mut self, source: &Interval, from: usize, to: usize) {
        let mut bits = source.bits(from);
        while bits.at + 32 <= to {
            let word = bits.take(32);
            self.put(word, 32);
        }
        let rest = u32::try_from(to.saturating_sub(bits.at)).unwrap_or(0);
        let word = bits.take(rest);
        self.put(word, rest);
    }

    /// Writes bytes, with a zero after each that could be taken for a marker.
    #[inline]
    fn word(&mut self, bytes: [u8; 4]) {
        if !bytes.contains(&0xff) {
            self.out.extend(bytes);
            return;
        }
        for byte in bytes {
            self.byte(byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        self.out.push(byte);
        if byte == 0xff {
            self.out.push(0);
        }
    }

    /// Writes what is held, and fills up the last byte with ones (F.1.2.3).
    pub(super) fn flush(&mut self) {
        let missing = (8 - self.count % 8) % 8;
        self.put((1 << missing) - 1, missing);
        while self.count > 0 {
            self.count -= 8;
            self.byte((self.held >> self.count).to_le_bytes()[0]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_copied_from_anywhere_to_anywhere() {
        let bytes: Vec<u8> =
            (0..=255u8).flat_map(|byte| if byte == 0xff { vec![0xff, 0] } else { vec![byte] }).collect();
        let source = Interval::default().read(&[&bytes[..], &[0xff, 0xd9]].concat(), 0).unwrap();
        assert_eq!(source.marker, bytes.len());
        for (skip, from) in [(0, 0), (1, 3), (7, 64), (13, 9), (31, 1)] {
            let mut writer = Writer::new(Vec::new());
            writer.put(0, skip);
            writer.copy(&source, from, 2048);
            writer.flush();
            let written = Interval::default().read(&writer.out, 0).unwrap();
            let (mut a, mut b) = (source.bits(from), written.bits(skip as usize));
            while a.at < 2048 {
                assert_eq!(a.take(1), b.take(1), "{skip} {from} {}", a.at);
            }
        }
    }

    #[test]
    fn numbers_have_their_signs() {
        let check = |bits, size, expected| assert_eq!(signed(bits, size), expected);
        check(0, 0, 0);
        check(0, 1, -1);
        check(1, 1, 1);
        check(0b011, 3, -4);
        check(0b100, 3, 4);
    }
}
