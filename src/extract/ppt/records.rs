//! The records that a presentation before 2007 is made of ([MS-PPT] 2.3.1,
//! [MS-ODRAW] 2.2.1).

/// A record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    /// Tells records of a kind apart.
    pub(super) instance: u16,
    /// Whether the body is records.
    pub(super) container: bool,
    pub(super) body: &'a [u8],
    /// Whether all of the body is there.
    pub(super) whole: bool,
}

/// The records that follow one another in `bytes`.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let record = record(bytes, at)?;
        at += 8 + record.body.len();
        Some(record)
    })
}

/// The record at `at`.
pub(super) fn record(bytes: &[u8], at: usize) -> Option<Record<'_>> {
    let head = short(bytes, at)?;
    let length = long(bytes, at.checked_add(4)?)? as usize;
    let rest = bytes.get(at.checked_add(8)?..)?;
    let body = rest.get(..length).unwrap_or(rest);
    let whole = body.len() == length;
    Some(Record { kind: short(bytes, at + 2)?, instance: head >> 4, container: head & 0xF == 0xF, body, whole })
}

pub(super) fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(super) fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A text of two bytes a character.
pub(super) fn wide(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units)
}
