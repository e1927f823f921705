//! The document properties of an OLE file ([MS-OLEPS]): title, author, company
//! and those that the user or a labelling program made.

use super::number;
use super::streams::{ROOT, Streams};
use crate::document::{Part, Place, TextBuilder};
use crate::error::FileError;
use crate::extract::codepage::CodePage;
use crate::extract::mail::label;

const STREAMS: [&str; 2] = ["\u{5}SummaryInformation", "\u{5}DocumentSummaryInformation"];
/// Most properties of a set that are looked at.
const PROPERTIES: u32 = 10_000;
/// Properties of the first stream that name programs: template, revision, application.
const PROGRAMS: [u32; 3] = [7, 9, 18];
const CODE_PAGE: u32 = 1;
const SHORT: u32 = 2;
const STRING: u32 = 0x1E;
const UNICODE: u32 = 0x1F;

/// Adds every text among the properties.
pub(in crate::extract) fn summary(streams: &Streams, builder: &mut TextBuilder) -> Result<(), FileError> {
    for (name, left_out) in [(STREAMS[0], &PROGRAMS[..]), (STREAMS[1], &[])] {
        let Some(id) = streams.find(ROOT, name) else { continue };
        let bytes = streams.read(id, builder.inflate_left())?.bytes;
        let sets = number(&bytes, 24).unwrap_or(0).min(2);
        for set in 0..sets as usize {
            let set = number(&bytes, 44 + 20 * set).and_then(|at| bytes.get(usize::try_from(at).ok()?..));
            properties(set.unwrap_or_default(), left_out, builder);
        }
    }
    Ok(())
}

fn properties(set: &[u8], left_out: &[u32], builder: &mut TextBuilder) {
    let count = number(set, 4).unwrap_or(0).min(PROPERTIES) as usize;
    let property = |index: usize| {
        let at = usize::try_from(number(set, 12 + 8 * index)?).ok()?;
        Some((number(set, 8 + 8 * index)?, set.get(at..)?))
    };
    let all: Vec<(u32, &[u8])> = (0..count).map_while(property).collect();
    let page = all.iter().find(|(id, value)| *id == CODE_PAGE && number(value, 0) == Some(SHORT));
    let page = page.and_then(|(_, value)| CodePage::of_number(number(value, 4)? & 0xFFFF)).unwrap_or(CodePage::WESTERN);
    for (id, value) in all {
        if id == 0 {
            labels(value, page, builder);
            continue;
        }
        if let Some(text) = text(value, page).filter(|_| !left_out.contains(&id)) {
            builder.block(Place::part(Part::Property), &text);
        }
    }
}

fn text(value: &[u8], page: CodePage) -> Option<String> {
    let length = usize::try_from(number(value, 4)?).ok()?;
    let rest = value.get(8..)?;
    let text = match number(value, 0)? {
        STRING => page.decode(rest.get(..length)?).0,
        UNICODE => {
            let bytes = rest.get(..length.checked_mul(2)?)?;
            let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => return None,
    };
    Some(text.trim_end_matches('\0').to_owned())
}

/// The dictionary of names that the user's properties have: a sensitivity
/// label is told by its property's name.
fn labels(dictionary: &[u8], page: CodePage, builder: &mut TextBuilder) {
    let names = page.decode(dictionary).0.replace('\0', "");
    let enabled = names.match_indices("MSIP_Label_").map(|(at, _)| &names[at..]);
    if let Some(label) = enabled.filter(|name| name.contains("_Enabled")).find_map(label) {
        builder.facts().sensitivity_label = Some(label);
    }
}
