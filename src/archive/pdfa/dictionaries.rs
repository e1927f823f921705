//! What dictionaries may hold and must hold: streams, images, states, limits.

use std::collections::HashSet;

use lopdf::{Dictionary, Object, ObjectId};

use super::colour::intent_space;
use super::content::address;
use super::graph::as_dictionary;
use super::{Context, cmap};

pub(super) fn streams_are_inside(context: &Context) -> bool {
    context
        .graph
        .streams
        .iter()
        .all(|stream| ![&b"F"[..], b"FFilter", b"FDecodeParms"].iter().any(|key| stream.dict.has(key)))
}

const FILTERS: &[&[u8]] = &[
    b"ASCIIHexDecode",
    b"ASCII85Decode",
    b"FlateDecode",
    b"RunLengthDecode",
    b"CCITTFaxDecode",
    b"JBIG2Decode",
    b"DCTDecode",
    b"JPXDecode",
];

/// No LZW, and only filters of the standard.
pub(super) fn filters_hold(context: &Context) -> bool {
    context.graph.streams.iter().all(|stream| {
        let allowed = |object: &Object| {
            object
                .as_name()
                .is_ok_and(|name| FILTERS.contains(&name) || name == b"Crypt" && is_idle_crypt(context, stream))
        };
        match context.graph.get(&stream.dict, b"Filter") {
            None | Some(Object::Null) => true,
            Some(Object::Array(filters)) => filters.iter().all(|filter| allowed(context.graph.resolve(filter))),
            Some(filter) => allowed(filter),
        }
    }) && !context.used.forbidden_inline_filter
}

/// The filter that encrypts may stand in the later parts, where it does nothing.
fn is_idle_crypt(context: &Context, stream: &lopdf::Stream) -> bool {
    let parameters = match context.graph.get(&stream.dict, b"DecodeParms") {
        Some(Object::Array(all)) => all.iter().filter_map(|one| as_dictionary(context.graph.resolve(one))).collect(),
        Some(one) => as_dictionary(one).into_iter().collect(),
        None => Vec::new(),
    };
    let named = parameters.iter().filter_map(|one| context.graph.name(one, b"Name"));
    !context.is_first() && named.into_iter().all(|name| name == b"Identity")
}

pub(super) fn has_no_embedded_files(context: &Context) -> bool {
    let names = context.graph.dictionary(context.catalog, b"Names");
    names.is_none_or(|names| !names.has(b"EmbeddedFiles"))
        && !context.graph.dictionaries.iter().any(|dictionary| dictionary.has(b"EF"))
}

/// The implementation limits of annex C: integers, reals, strings, names, arrays and dictionaries.
pub(super) fn limits_hold(context: &Context) -> bool {
    let first = context.is_first();
    let leaves = context.graph.leaves.iter().all(|leaf| leaf_holds(leaf, first)) && !context.used.beyond_limit;
    let keys = context.graph.dictionaries.iter().all(|d| d.iter().all(|(key, _)| key.len() <= 127));
    let sizes = !first
        || context.graph.arrays.iter().all(|array| array.len() <= 8_191)
            && context.graph.dictionaries.iter().all(|dictionary| dictionary.len() <= 4_095);
    let colourants = if first { 8 } else { 32 };
    let counts = context.document.objects.len() <= 8_388_607 && device_n_within(context, colourants);
    leaves && keys && sizes && counts && cmap::numbers_hold(context)
}

/// A number, string or name within the limits of part 1 or of the later parts.
pub(super) fn leaf_holds(leaf: &Object, first: bool) -> bool {
    let string_bytes = if first { 65_535 } else { 32_767 };
    match leaf {
        Object::Integer(value) => i32::try_from(*value).is_ok(),
        Object::Real(value) if first => value.abs() <= 32_767.0,
        Object::Real(value) => value.is_finite() && (*value == 0.0 || value.abs() >= 1.175e-38),
        Object::String(bytes, _) => bytes.len() <= string_bytes,
        Object::Name(name) => name.len() <= 127,
        _ => true,
    }
}

fn device_n_within(context: &Context, most: usize) -> bool {
    context.graph.arrays.iter().all(|array| match array {
        [Object::Name(kind), names, ..] if kind == b"DeviceN" => {
            context.graph.resolve(names).as_array().is_ok_and(|names| names.len() <= most)
        }
        _ => true,
    })
}

/// Page boundaries are 3 to 14,400 units a side.
pub(super) fn page_sizes_hold(context: &Context) -> bool {
    let boxes: [&[u8]; 5] = [b"MediaBox", b"CropBox", b"TrimBox", b"ArtBox", b"BleedBox"];
    context.graph.of_type(b"Type", b"Page").all(|page| boxes.iter().all(|key| box_holds(context, page, key)))
}

/// The page's own boundary, or that of the nearest node above that has it.
fn box_holds<'a>(context: &'a Context, page: &'a Dictionary, key: &[u8]) -> bool {
    let mut nodes = std::iter::successors(Some(page), |node| context.graph.dictionary(node, b"Parent")).take(64);
    let Some(node) = nodes.find(|node| node.has(key)) else { return true };
    let sides: Vec<f32> = context.graph.items(node, key).iter().filter_map(|side| side.as_float().ok()).collect();
    match sides.as_slice() {
        [left, bottom, right, top] => {
            [right - left, top - bottom].iter().all(|side| (3.0..=14_400.0).contains(&side.abs()))
        }
        _ => true,
    }
}

/// Every optional content configuration has a name of its own, orders all groups and has no `AS`.
pub(super) fn optional_content_holds(context: &Context) -> bool {
    let Some(properties) = context.graph.dictionary(context.catalog, b"OCProperties") else { return true };
    let mut configurations: Vec<&Dictionary> = context.graph.dictionary(properties, b"D").into_iter().collect();
    configurations.extend(context.graph.items(properties, b"Configs").into_iter().filter_map(as_dictionary));
    let groups = context.graph.get(properties, b"OCGs").and_then(|groups| groups.as_array().ok());
    let groups: Vec<ObjectId> = groups.into_iter().flatten().filter_map(|group| group.as_reference().ok()).collect();
    let mut names = HashSet::new();
    configurations.iter().all(|configuration| {
        let name = context.graph.get(configuration, b"Name").and_then(|name| name.as_str().ok());
        let has_own_name = name.is_some_and(|name| names.insert(name));
        has_own_name && !configuration.has(b"AS") && orders_all(context, configuration, &groups)
    })
}

/// An order that is given has every group in it.
fn orders_all(context: &Context, configuration: &Dictionary, groups: &[ObjectId]) -> bool {
    let Some(order) = context.graph.get(configuration, b"Order") else { return true };
    let mut ordered = HashSet::new();
    let mut waiting = vec![(order, 0)];
    while let Some((object, depth)) = waiting.pop() {
        if let Object::Array(items) = object {
            ordered.extend(items.iter().filter_map(|item| item.as_reference().ok()));
            waiting.extend(items.iter().filter(|_| depth < 32).map(|item| (context.graph.resolve(item), depth + 1)));
        }
    }
    groups.iter().all(|group| ordered.contains(group))
}

pub(super) fn permissions_hold(context: &Context) -> bool {
    let permissions = context.graph.dictionary(context.catalog, b"Perms");
    permissions.is_none_or(|permissions| permissions.iter().all(|(key, _)| matches!(&key[..], b"UR3" | b"DocMDP")))
        && context.graph.of_type(b"Type", b"SigRef").all(|reference| {
            ![&b"DigestLocation"[..], b"DigestMethod", b"DigestValue"].iter().any(|key| reference.has(key))
        })
}

/// Images or forms that are drawn: one that lies unused in resources does not count.
fn drawn<'a>(context: &'a Context, kind: &'static [u8]) -> impl Iterator<Item = &'a Dictionary> {
    context.graph.of_type(b"Subtype", kind).filter(|dictionary| context.used.drawn.contains(&address(dictionary)))
}

pub(super) fn images_hold(context: &Context) -> bool {
    let depths: &[i64] = if context.is_first() { &[1, 2, 4, 8] } else { &[1, 2, 4, 8, 16] };
    drawn(context, b"Image").all(|image| {
        let is = |key: &[u8]| context.graph.get(image, key).is_some_and(|o| matches!(o, Object::Boolean(true)));
        let bits = context.graph.get(image, b"BitsPerComponent").and_then(|bits| bits.as_i64().ok());
        let bits_hold = bits.is_none_or(|bits| if is(b"ImageMask") { bits == 1 } else { depths.contains(&bits) });
        !image.has(b"Alternates") && !image.has(b"OPI") && !is(b"Interpolate") && bits_hold
    }) && !context.used.interpolated_inline
}

pub(super) fn forms_hold(context: &Context) -> bool {
    drawn(context, b"Form").all(|form| {
        let post_script = context.graph.name(form, b"Subtype2") == Some(b"PS") || form.has(b"PS");
        !post_script && !form.has(b"OPI") && !form.has(b"Ref")
    }) && drawn(context, b"PS").next().is_none()
}

/// Dictionaries that are used as graphics states.
fn states<'a>(context: &'a Context) -> Vec<&'a Dictionary> {
    let of_resources = context.graph.dictionaries.iter().filter_map(|d| context.graph.dictionary(d, b"ExtGState"));
    of_resources.flat_map(|states| states.iter()).filter_map(|(_, s)| as_dictionary(context.graph.resolve(s))).collect()
}

pub(super) fn graphics_states_hold(context: &Context) -> bool {
    states(context).iter().all(|state| {
        let default = context.graph.get(state, b"TR2").is_none_or(|o| o.as_name().is_ok_and(|n| n == b"Default"));
        !state.has(b"TR") && default && (context.is_first() || !state.has(b"HTP"))
    }) && (context.is_first() || halftones_hold(context))
}

fn halftones_hold(context: &Context) -> bool {
    context.graph.dictionaries.iter().filter(|d| d.has(b"HalftoneType")).all(|halftone| {
        let kind = context.graph.number(halftone, b"HalftoneType");
        matches!(kind, Some(1.0 | 5.0)) && !halftone.has(b"HalftoneName") && components_hold(context, halftone)
    })
}

/// In a halftone of many, colourants that are not primary have a transfer function, and only they.
fn components_hold(context: &Context, halftone: &Dictionary) -> bool {
    let components = halftone.iter().filter_map(|(name, object)| {
        let component = as_dictionary(context.graph.resolve(object))?;
        component.has(b"HalftoneType").then_some((name.as_slice(), component))
    });
    components.into_iter().all(|(name, component)| match name {
        b"Cyan" | b"Magenta" | b"Yellow" | b"Black" => !component.has(b"TransferFunction"),
        b"Default" | b"Gray" | b"Red" | b"Green" | b"Blue" => true,
        _ => component.has(b"TransferFunction"),
    })
}

/// Names of fonts, of colourants and of structure types are UTF-8 (ISO 19005-2, 6.1.8).
pub(super) fn names_are_unicode(context: &Context) -> bool {
    let valid = |name: &[u8]| std::str::from_utf8(name).is_ok();
    let has_text = |object: &Object| object.as_name().is_ok_and(valid) || object.as_name().is_err();
    let keys: [&[u8]; 2] = [b"BaseFont", b"FontName"];
    let fonts =
        context.graph.dictionaries.iter().all(|d| keys.iter().all(|key| context.graph.name(d, key).is_none_or(valid)));
    let structure = context.graph.of_type(b"Type", b"StructElem");
    let structures = structure.into_iter().all(|element| context.graph.name(element, b"S").is_none_or(valid));
    let colourants = context.graph.arrays.iter().all(|array| match array {
        [Object::Name(kind), name, ..] if kind == b"Separation" => has_text(context.graph.resolve(name)),
        [Object::Name(kind), names, ..] if kind == b"DeviceN" => {
            context.graph.resolve(names).as_array().is_ok_and(|names| names.iter().all(has_text))
        }
        _ => true,
    });
    fonts && structures && colourants
}

/// Pages are not steps of a presentation, and there are no other presentations (ISO 19005-2, 6.10).
pub(super) fn presents_itself(context: &Context) -> bool {
    let names = context.graph.dictionary(context.catalog, b"Names");
    names.is_none_or(|names| !names.has(b"AlternatePresentations"))
        && context.graph.of_type(b"Type", b"Page").all(|page| !page.has(b"PresSteps"))
}

/// No soft mask, no transparency group, no blend mode, no opacity below one.
pub(super) fn has_no_transparency(context: &Context) -> bool {
    let group = |dictionary: &&Dictionary| {
        context.graph.dictionary(dictionary, b"Group").and_then(|group| context.graph.name(group, b"S"))
            == Some(b"Transparency")
    };
    is_opaque(context) && !context.graph.dictionaries.iter().any(group)
}

/// Nothing is drawn through anything else.
fn is_opaque(context: &Context) -> bool {
    let states = states(context).iter().all(|state| {
        let mask = context.graph.get(state, b"SMask").is_none_or(|o| o.as_name().is_ok_and(|n| n == b"None"));
        let mode = context.graph.name(state, b"BM").is_none_or(|name| matches!(name, b"Normal" | b"Compatible"));
        mask && mode && opaque(context, state, b"CA") && opaque(context, state, b"ca")
    });
    states && context.graph.streams.iter().all(|stream| !stream.dict.has(b"SMask"))
}

#[expect(clippy::float_cmp, reason = "the standard asks for exactly 1.0")]
pub(super) fn opaque(context: &Context, dictionary: &Dictionary, key: &[u8]) -> bool {
    context.graph.number(dictionary, key).is_none_or(|opacity| opacity == 1.0)
}

const BLEND_MODES: &[&[u8]] = &[
    b"Normal",
    b"Compatible",
    b"Multiply",
    b"Screen",
    b"Overlay",
    b"Darken",
    b"Lighten",
    b"ColorDodge",
    b"ColorBurn",
    b"HardLight",
    b"SoftLight",
    b"Difference",
    b"Exclusion",
    b"Hue",
    b"Saturation",
    b"Color",
    b"Luminosity",
];

/// Blend modes are of the standard; without an output intent a transparent page's group names its colour space.
pub(super) fn blending_holds(context: &Context) -> bool {
    let known = |object: &Object| object.as_name().is_ok_and(|name| BLEND_MODES.contains(&name));
    let modes = states(context).iter().all(|state| match context.graph.get(state, b"BM") {
        None => true,
        Some(Object::Array(modes)) => modes.iter().all(known),
        Some(mode) => known(mode),
    });
    modes && (intent_space(context).is_some() || pages_name_their_space(context))
}

fn pages_name_their_space(context: &Context) -> bool {
    is_opaque(context)
        || context
            .graph
            .of_type(b"Type", b"Page")
            .all(|page| context.graph.dictionary(page, b"Group").is_some_and(|group| group.has(b"CS")))
}
