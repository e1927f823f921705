//! Glyphs that are drawn: there in the font program, and as wide as the font dictionary says.

use std::collections::HashMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Object};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::Context;
use super::content::{Codes, address};
use super::fonts::{descendant, fonts};
use super::graph::data;

/// How far two widths may be apart, in thousandths of an em (ISO 19005-1, 6.3.6).
const TOLERANCE: f32 = 1.0;

/// Widths agree, for TrueType outlines that codes lead to directly and for Type 3 fonts.
pub(super) fn widths_hold(context: &Context) -> bool {
    drawn(context).all(|(font, codes)| match context.graph.name(font, b"Subtype") {
        Some(b"Type0") => composite(context, font).is_none_or(|own| own.widths_hold(context, codes)),
        Some(b"Type3") => type3_holds(context, font, codes),
        _ => true,
    })
}

/// No text, seen or not, shows the glyph that stands for a missing one.
pub(super) fn none_is_missing(context: &Context) -> bool {
    drawn(context).all(|(font, codes)| match context.graph.name(font, b"Subtype") {
        Some(b"Type0") => !is_identity(context, font) || !codes.contains_key(&0),
        Some(b"Type1" | b"MMType1" | b"TrueType") => codes.keys().all(|code| is_named(context, font, *code)),
        _ => true,
    })
}

/// Glyphs that are drawn are in the program, as far as their numbers tell.
pub(super) fn are_there(context: &Context) -> bool {
    drawn(context).all(|(font, codes)| composite(context, font).is_none_or(|own| own.has(codes)))
}

/// Fonts that show text, with the codes they show.
fn drawn<'a>(context: &'a Context) -> impl Iterator<Item = (&'a Dictionary, &'a Codes)> {
    let fonts = fonts(context).into_iter();
    fonts.filter_map(|font| Some((font, context.used.codes.get(&address(font))?)))
}

fn is_identity(context: &Context, font: &Dictionary) -> bool {
    context.graph.name(font, b"Encoding").is_some_and(|name| matches!(name, b"Identity-H" | b"Identity-V"))
}

/// Whether a code has a glyph's name: the plain encodings have none below 32, and `Differences`
/// may say `.notdef`.
fn is_named(context: &Context, font: &Dictionary, code: u16) -> bool {
    let plain = |name: &[u8]| matches!(name, b"MacRomanEncoding" | b"WinAnsiEncoding");
    match context.graph.get(font, b"Encoding") {
        Some(Object::Name(name)) => !plain(name) || code >= 32,
        Some(Object::Dictionary(encoding)) => match differences(context, encoding).get(&code) {
            Some(name) => *name != b".notdef",
            None => !context.graph.name(encoding, b"BaseEncoding").is_some_and(plain) || code >= 32,
        },
        _ => true,
    }
}

fn differences<'a>(context: &'a Context, encoding: &'a Dictionary) -> HashMap<u16, &'a [u8]> {
    let mut named = HashMap::new();
    let mut code: u16 = 0;
    for item in context.graph.items(encoding, b"Differences") {
        match item {
            Object::Integer(first) => code = u16::try_from(*first).unwrap_or(0),
            Object::Name(name) => {
                named.insert(code, name.as_slice());
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    named
}

/// The widths of a Type 3 font are those that its glyphs' descriptions begin with.
fn type3_holds(context: &Context, font: &Dictionary, codes: &Codes) -> bool {
    let Some(encoding) = context.graph.dictionary(font, b"Encoding") else { return true };
    let Some(glyphs) = context.graph.dictionary(font, b"CharProcs") else { return true };
    let names = differences(context, encoding);
    let widths = context.graph.items(font, b"Widths");
    let first = context.graph.get(font, b"FirstChar").and_then(|first| first.as_i64().ok()).unwrap_or(0);
    seen(codes).all(|code| {
        let said = usize::try_from(i64::from(code) - first).ok().and_then(|at| widths.get(at)?.as_float().ok());
        let name = names.get(&code);
        let glyph = name.and_then(|name| context.graph.get(glyphs, name)).and_then(|glyph| glyph.as_stream().ok());
        let own = glyph.and_then(|glyph| own_width(&data(glyph)));
        said.zip(own).is_none_or(|(said, own)| (said - own).abs() <= TOLERANCE)
    })
}

fn own_width(content: &[u8]) -> Option<f32> {
    let content = Content::decode(content).ok()?;
    let first = content.operations.iter().find(|operation| matches!(operation.operator.as_str(), "d0" | "d1"))?;
    first.operands.first()?.as_float().ok()
}

/// Codes that are seen.
fn seen(codes: &Codes) -> impl Iterator<Item = u16> + '_ {
    codes.iter().filter(|(_, seen)| **seen).map(|(code, _)| *code)
}

/// A composite font with TrueType outlines whose codes are character identifiers.
struct Composite<'a> {
    descendant: &'a Dictionary,
    program: Vec<u8>,
    /// Two bytes a glyph; `None` when identifiers are glyphs.
    map: Option<Vec<u8>>,
}

fn composite<'a>(context: &'a Context, font: &'a Dictionary) -> Option<Composite<'a>> {
    let descendant = descendant(context, font)?;
    let outlines = context.graph.name(descendant, b"Subtype") == Some(b"CIDFontType2");
    (outlines && is_identity(context, font)).then_some(())?;
    let descriptor = context.graph.dictionary(descendant, b"FontDescriptor")?;
    let unpacked = |object: &Object| {
        let stream = object.as_stream().ok()?;
        Some(data(stream))
    };
    let program = unpacked(context.graph.get(descriptor, b"FontFile2")?)?;
    let map = context.graph.get(descendant, b"CIDToGIDMap").and_then(unpacked);
    Some(Composite { descendant, program, map })
}

impl Composite<'_> {
    fn glyph(&self, identifier: u16) -> Option<GlyphId> {
        let Some(map) = &self.map else { return Some(GlyphId::new(u32::from(identifier))) };
        let at = usize::from(identifier) * 2;
        let pair = map.get(at..at + 2)?;
        Some(GlyphId::new(u32::from(u16::from_be_bytes([pair[0], pair[1]]))))
    }

    fn has(&self, codes: &Codes) -> bool {
        let Ok(program) = FontRef::new(&self.program) else { return true };
        let count = program.glyph_metrics(Size::unscaled(), LocationRef::default()).glyph_count();
        count == 0 || seen(codes).all(|code| self.glyph(code).is_some_and(|glyph| glyph.to_u32() < count))
    }

    fn widths_hold(&self, context: &Context, codes: &Codes) -> bool {
        let Ok(program) = FontRef::new(&self.program) else { return true };
        let metrics = program.glyph_metrics(Size::unscaled(), LocationRef::default());
        let units = f32::from(program.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let said = self.said(context);
        let usual = context.graph.number(self.descendant, b"DW").unwrap_or(1_000.0);
        seen(codes).all(|code| {
            let own = self.glyph(code).and_then(|glyph| metrics.advance_width(glyph)).filter(|_| units > 0.0);
            let said = said.get(&code).copied().unwrap_or(usual);
            own.is_none_or(|own| (own * 1_000.0 / units - said).abs() <= TOLERANCE)
        })
    }

    /// The widths that `W` gives: `first [w w w]` or `first last w`.
    fn said(&self, context: &Context) -> HashMap<u16, f32> {
        let mut widths = HashMap::new();
        let items = context.graph.items(self.descendant, b"W");
        let mut rest = items.as_slice();
        let number = |object: &Object| object.as_i64().ok().and_then(|number| u16::try_from(number).ok());
        loop {
            rest = match rest {
                [first, Object::Array(own), after @ ..] => {
                    let first = number(first).unwrap_or(0);
                    let own = own.iter().map(|width| context.graph.resolve(width).as_float().unwrap_or(0.0));
                    widths.extend((first..).zip(own));
                    after
                }
                [first, last, width, after @ ..] => {
                    let width = width.as_float().unwrap_or(0.0);
                    if let (Some(first), Some(last)) = (number(first), number(last)) {
                        widths.extend((first..=last).map(|code| (code, width)));
                    }
                    after
                }
                _ => return widths,
            };
        }
    }
}

/// The `CharProcs` of a Type 3 font.
pub(super) fn descriptions<'a>(context: &super::graph::Graph<'a>, font: &'a Dictionary) -> Vec<&'a Object> {
    let glyphs = context.dictionary(font, b"CharProcs");
    glyphs.into_iter().flat_map(|glyphs| glyphs.iter()).map(|(_, glyph)| context.resolve(glyph)).collect()
}
