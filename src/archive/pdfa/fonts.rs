//! Fonts that pages use: described, embedded, encoded.

use std::collections::HashSet;

use lopdf::{Dictionary, Object};

use super::content::address;
use super::graph::as_dictionary;
use super::{Context, cmap};

const STANDARD: &[&[u8]] = &[
    b"Courier",
    b"Courier-Bold",
    b"Courier-Oblique",
    b"Courier-BoldOblique",
    b"Helvetica",
    b"Helvetica-Bold",
    b"Helvetica-Oblique",
    b"Helvetica-BoldOblique",
    b"Times-Roman",
    b"Times-Bold",
    b"Times-Italic",
    b"Times-BoldItalic",
    b"Symbol",
    b"ZapfDingbats",
];

/// Fonts that are named in resources which are reached.
pub(super) fn fonts<'a>(context: &'a Context) -> Vec<&'a Dictionary> {
    let of_resources = context.graph.dictionaries.iter().filter_map(|d| context.graph.dictionary(d, b"Font"));
    let fonts =
        of_resources.flat_map(|fonts| fonts.iter()).filter_map(|(_, f)| as_dictionary(context.graph.resolve(f)));
    // Every page may name the same fonts: each is looked at once.
    let mut seen = HashSet::new();
    fonts.filter(|font| (font.has(b"Subtype") || font.has(b"BaseFont")) && seen.insert(address(font))).collect()
}

pub(super) fn descendant<'a>(context: &'a Context, font: &'a Dictionary) -> Option<&'a Dictionary> {
    context.graph.items(font, b"DescendantFonts").into_iter().find_map(as_dictionary)
}

/// The font that carries the descriptor: the descendant of a composite font, or the font itself.
fn described<'a>(context: &'a Context, font: &'a Dictionary) -> &'a Dictionary {
    descendant(context, font).unwrap_or(font)
}

pub(super) fn dictionaries_hold(context: &Context) -> bool {
    fonts(context).iter().all(|font| {
        let kind = context.graph.name(font, b"Subtype").unwrap_or(b"");
        let known = matches!(kind, b"Type1" | b"MMType1" | b"TrueType" | b"Type3" | b"Type0");
        let named = kind == b"Type3" || context.graph.name(font, b"BaseFont").is_some();
        let typed = context.graph.name(font, b"Type") == Some(b"Font");
        typed && known && named && (kind == b"Type0" || widths_hold(context, font)) && program_holds(context, font)
    })
}

/// `FirstChar`, `LastChar` and as many widths as that makes, but for the standard fonts.
fn widths_hold(context: &Context, font: &Dictionary) -> bool {
    let standard = context.graph.name(font, b"BaseFont").is_some_and(|name| STANDARD.contains(&name));
    if standard && !font.has(b"Widths") && !font.has(b"FontDescriptor") {
        return true;
    }
    let number = |key: &[u8]| context.graph.get(font, key).and_then(|number| number.as_i64().ok());
    let (Some(first), Some(last)) = (number(b"FirstChar"), number(b"LastChar")) else { return false };
    let count = last.saturating_sub(first).saturating_add(1);
    i64::try_from(context.graph.items(font, b"Widths").len()).is_ok_and(|widths| widths == count)
}

/// The subtype of an embedded program is one that the standard knows.
fn program_holds(context: &Context, font: &Dictionary) -> bool {
    let descriptor = context.graph.dictionary(described(context, font), b"FontDescriptor");
    let program = descriptor.and_then(|descriptor| context.graph.dictionary(descriptor, b"FontFile3"));
    program.and_then(|program| context.graph.name(program, b"Subtype")).is_none_or(|subtype| {
        matches!(subtype, b"Type1C" | b"CIDFontType0C") || subtype == b"OpenType" && !context.is_first()
    })
}

/// Composite fonts: character collections agree, TrueType outlines have a map, `CMap`s are known or embedded.
pub(super) fn composites_hold(context: &Context) -> bool {
    fonts(context).iter().filter(|f| context.graph.name(f, b"Subtype") == Some(b"Type0")).all(|font| {
        let Some(descendant) = descendant(context, font) else { return false };
        let outlines = context.graph.name(descendant, b"Subtype") == Some(b"CIDFontType2");
        let mapped = match context.graph.get(descendant, b"CIDToGIDMap") {
            Some(Object::Stream(_)) => true,
            Some(Object::Name(name)) => name == b"Identity",
            _ => false,
        };
        (!outlines || mapped || !is_embedded(context, font)) && cmap::encoding_holds(context, font, descendant)
    })
}

/// Fonts that draw text which is seen are embedded.
pub(super) fn are_embedded(context: &Context) -> bool {
    let used = fonts(context).into_iter().filter(|font| context.used.fonts.contains(&address(font)));
    used.filter(|font| context.graph.name(font, b"Subtype") != Some(b"Type3")).all(|font| is_embedded(context, font))
}

fn is_embedded(context: &Context, font: &Dictionary) -> bool {
    let descriptor = context.graph.dictionary(described(context, font), b"FontDescriptor");
    descriptor
        .is_some_and(|descriptor| [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key)))
}

/// A subset says which characters it holds.
pub(super) fn subsets_hold(context: &Context) -> bool {
    fonts(context).iter().filter(|font| is_embedded(context, font)).all(|font| {
        let described = described(context, font);
        let subset = context.graph.name(font, b"BaseFont").is_some_and(|name| name.get(6) == Some(&b'+'));
        let Some(descriptor) = context.graph.dictionary(described, b"FontDescriptor") else { return true };
        match context.graph.name(font, b"Subtype") {
            Some(b"Type1" | b"MMType1") if subset => descriptor.has(b"CharSet"),
            Some(b"Type0") if subset => descriptor.has(b"CIDSet"),
            _ => true,
        }
    })
}

/// TrueType fonts: a plain encoding when they are not symbolic, none when they are.
pub(super) fn encodings_hold(context: &Context) -> bool {
    fonts(context).iter().filter(|f| context.graph.name(f, b"Subtype") == Some(b"TrueType")).all(|font| {
        let Some(descriptor) = context.graph.dictionary(font, b"FontDescriptor") else { return true };
        let flags = context.graph.get(descriptor, b"Flags").and_then(|flags| flags.as_i64().ok()).unwrap_or(0);
        let symbolic = flags & 4 != 0;
        let plain = |name: &[u8]| matches!(name, b"MacRomanEncoding" | b"WinAnsiEncoding");
        match context.graph.get(font, b"Encoding") {
            None => symbolic,
            Some(_) if symbolic => false,
            Some(Object::Name(name)) => plain(name),
            Some(Object::Dictionary(encoding)) => context.graph.name(encoding, b"BaseEncoding").is_some_and(plain),
            Some(_) => false,
        }
    })
}
