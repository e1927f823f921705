//! Whether what a page says it draws is there, and how much it inflates to.
//!
//! The interpreter draws what it can of a page and is silent about the rest: a
//! stream that is missing, cut or packed in a way that it does not know draws
//! nothing. So each content stream is looked at before, within the limit on
//! inflated bytes.

use std::collections::HashSet;

use flate2::{Decompress, FlushDecompress, Status};
use hayro_interpret::hayro_syntax::Filter;
use hayro_interpret::hayro_syntax::object::dict::keys::{CONTENTS, F, FILTER};
use hayro_interpret::hayro_syntax::object::{Array, Name, Object, Stream};
use hayro_interpret::hayro_syntax::page::Page;
use memchr::memmem;

use crate::document::Cause;
use crate::limits::Limits;

/// Below this many bytes a stream may inflate at any ratio, as members of a ZIP may.
const RATIO_FREE: u64 = 1 << 20;

/// Bytes that are inflated at a time.
const CHUNK: usize = 64 << 10;

/// What keeps the content of `page` from being drawn whole; what it inflates to is taken from `left`.
pub(super) fn flaw(page: &Page<'_>, limits: &Limits, left: &mut u64) -> Option<Cause> {
    if let Some(stream) = page.raw().get::<Stream<'_>>(CONTENTS) {
        return stream_flaw(&stream, limits, left);
    }
    let Some(array) = page.raw().get::<Array<'_>>(CONTENTS) else {
        return page.raw().contains_key(CONTENTS).then_some(Cause::PartMissing);
    };
    let streams: Vec<Stream<'_>> = array.iter::<Object<'_>>().filter_map(Object::into_stream).collect();
    let missing = streams.len() < array.raw_iter().count();
    let flaw = streams.iter().find_map(|stream| stream_flaw(stream, limits, left));
    flaw.or(missing.then_some(Cause::PartMissing))
}

/// Whether the page sets its text in a font that it does not have: of such text only ASCII is drawn.
pub(super) fn lacks_font(page: &Page<'_>) -> bool {
    let Some(content) = page.page_stream() else { return false };
    let mut seen: HashSet<&[u8]> = HashSet::new();
    memmem::find_iter(content, b" Tf").any(|at| {
        let line = content.get(at.saturating_sub(128)..at).unwrap_or_default();
        let name = line.iter().rposition(|byte| *byte == b'/').and_then(|slash| line.get(slash + 1..));
        let name = name.and_then(|rest| rest.split(u8::is_ascii_whitespace).next()).unwrap_or_default();
        let new = !name.is_empty() && seen.insert(name);
        new && Name::new(name).is_some_and(|name| page.resources().get_font(&name).is_none())
    })
}

/// What keeps a stream from being unpacked whole; what it inflates to is taken from `left`.
pub(super) fn stream_flaw(stream: &Stream<'_>, limits: &Limits, left: &mut u64) -> Option<Cause> {
    if matches!(stream.dict().get::<Object<'_>>(F), Some(Object::String(_) | Object::Dict(_))) {
        return Some(Cause::PartMissing);
    }
    let filters = stream.filters();
    let is_picture =
        |f: &Filter| matches!(f, Filter::DctDecode | Filter::JpxDecode | Filter::Jbig2Decode | Filter::CcittFaxDecode);
    if filters.len() < named_filters(stream) || filters.iter().any(is_picture) {
        return Some(Cause::PartDamaged);
    }
    let packed = filters.iter().take_while(|filter| **filter == Filter::FlateDecode).count();
    let mut data = stream.raw_data();
    for layer in 0..packed {
        match inflate(&data, limits, left) {
            Ok(inflated) if layer + 1 < packed => data = inflated.into(),
            Ok(_) => {}
            Err(cause) => return Some(cause),
        }
    }
    // Of filters that grow little, and of those behind one, the memory limit is what holds.
    (packed == 0 && !filters.is_empty() && stream.decoded_data().is_err()).then_some(Cause::PartDamaged)
}

/// How many filters the stream names, known or not.
fn named_filters(stream: &Stream<'_>) -> usize {
    let dict = stream.dict();
    let named = |key: &[u8]| match dict.get::<Object<'_>>(key) {
        Some(Object::Name(_)) => 1,
        Some(Object::Array(names)) => names.raw_iter().count(),
        _ => 0,
    };
    named(FILTER).max(named(F))
}

/// Inflates a zlib stream (RFC 1950). Its checksum is not looked at: many writers get it wrong.
fn inflate(data: &[u8], limits: &Limits, left: &mut u64) -> Result<Vec<u8>, Cause> {
    let ratio = (data.len() as u64).saturating_mul(limits.inflation_ratio).max(RATIO_FREE);
    let most = ratio.min(*left);
    let has_header = matches!(data, [first, second, ..]
        if first & 0x0f == 8 && (u16::from(*first) << 8 | u16::from(*second)).is_multiple_of(31));
    let data = if has_header { data.get(2..).unwrap_or_default() } else { data };
    let mut inflater = Decompress::new(false);
    let mut out = Vec::with_capacity(CHUNK);
    loop {
        let read = usize::try_from(inflater.total_in()).unwrap_or(usize::MAX);
        let before = out.len();
        let rest = data.get(read..).unwrap_or_default();
        let status = inflater.decompress_vec(rest, &mut out, FlushDecompress::None);
        if out.len() as u64 > most {
            return Err(Cause::Limit);
        }
        match status {
            Ok(Status::StreamEnd) => break,
            Ok(_) if out.len() > before || out.len() == out.capacity() => out.reserve(CHUNK),
            _ => return Err(Cause::PartDamaged),
        }
    }
    *left = left.saturating_sub(out.len() as u64);
    Ok(out)
}
