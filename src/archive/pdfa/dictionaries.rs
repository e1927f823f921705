//! What dictionaries may hold and must hold: images, states, annotations, forms, actions, limits.

use std::collections::HashSet;

use lopdf::{Dictionary, Object};

use super::Context;
use super::content::address;
use super::graph::as_dictionary;
use super::xmp::{Property, Value};

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
    let allowed = |object: &Object| object.as_name().is_ok_and(|name| FILTERS.contains(&name));
    context.graph.streams.iter().all(|stream| match context.graph.get(&stream.dict, b"Filter") {
        None | Some(Object::Null) => true,
        Some(Object::Array(filters)) => filters.iter().all(|filter| allowed(context.graph.resolve(filter))),
        Some(filter) => allowed(filter),
    }) && !context.used.forbidden_inline_filter
}

pub(super) fn has_no_embedded_files(context: &Context) -> bool {
    let names = context.graph.dictionary(context.catalog, b"Names");
    names.is_none_or(|names| !names.has(b"EmbeddedFiles"))
        && !context.graph.dictionaries.iter().any(|dictionary| dictionary.has(b"EF"))
}

/// The implementation limits of annex C: integers, reals, strings, names, arrays and dictionaries.
pub(super) fn limits_hold(context: &Context) -> bool {
    let first = context.is_first();
    let string_bytes = if first { 65_535 } else { 32_767 };
    let leaves = context.graph.leaves.iter().all(|leaf| match leaf {
        Object::Integer(value) => i32::try_from(*value).is_ok(),
        Object::Real(value) if first => value.abs() <= 32_767.0,
        Object::Real(value) => value.is_finite() && (*value == 0.0 || value.abs() >= 1.175e-38),
        Object::String(bytes, _) => bytes.len() <= string_bytes,
        Object::Name(name) => name.len() <= 127,
        _ => true,
    });
    let keys = context.graph.dictionaries.iter().all(|d| d.iter().all(|(key, _)| key.len() <= 127));
    let sizes = !first
        || context.graph.arrays.iter().all(|array| array.len() <= 8_191)
            && context.graph.dictionaries.iter().all(|dictionary| dictionary.len() <= 4_095);
    let colourants = if first { 8 } else { 32 };
    leaves && keys && sizes && context.document.objects.len() <= 8_388_607 && device_n_within(context, colourants)
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
    let mut names = HashSet::new();
    configurations.iter().all(|configuration| {
        let name = context.graph.get(configuration, b"Name").and_then(|name| name.as_str().ok());
        name.is_some_and(|name| names.insert(name)) && !configuration.has(b"AS")
    })
}

pub(super) fn permissions_hold(context: &Context) -> bool {
    let permissions = context.graph.dictionary(context.catalog, b"Perms");
    permissions.is_none_or(|permissions| permissions.iter().all(|(key, _)| matches!(&key[..], b"UR3" | b"DocMDP")))
        && context.graph.of_type(b"Type", b"SigRef").all(|reference| {
            ![&b"DigestLocation"[..], b"DigestMethod", b"DigestValue"].iter().any(|key| reference.has(key))
        })
}

/// The output intents for PDF/A.
fn intents<'a>(context: &'a Context) -> Vec<&'a Dictionary> {
    context.graph.items(context.catalog, b"OutputIntents").into_iter().filter_map(as_dictionary).collect()
}

/// The colour space of the PDF/A output intent's profile, such as `RGB `.
pub(super) fn intent_space(context: &Context) -> Option<[u8; 4]> {
    let pdfa = |intent: &&&Dictionary| context.graph.name(intent, b"S") == Some(b"GTS_PDFA1");
    let intents = intents(context);
    let intent = intents.iter().find(pdfa)?;
    profile(context.graph.get(intent, b"DestOutputProfile")?).map(|profile| profile.space)
}

struct Profile {
    class: [u8; 4],
    space: [u8; 4],
    version: u8,
}

/// The header of an ICC profile (ICC.1, 7.2).
fn profile(object: &Object) -> Option<Profile> {
    let stream = object.as_stream().ok()?;
    let bytes = stream.decompressed_content().unwrap_or_else(|_| stream.content.clone());
    let four = |at: usize| <[u8; 4]>::try_from(bytes.get(at..at + 4)?).ok();
    (four(36)? == *b"acsp").then_some(())?;
    Some(Profile { class: four(12)?, space: four(16)?, version: *bytes.get(8)? })
}

/// Output profiles are one and the same, for output or a monitor, and of a version the part knows.
pub(super) fn output_intents_hold(context: &Context) -> bool {
    let newest = if context.is_first() { 2 } else { 4 };
    let mut targets = HashSet::new();
    intents(context).iter().all(|intent| {
        let Ok(target) = intent.get(b"DestOutputProfile") else {
            return context.graph.name(intent, b"S") != Some(b"GTS_PDFA1") || intent.has(b"OutputConditionIdentifier");
        };
        targets.insert(target.as_reference().ok());
        let valid = profile(context.graph.resolve(target)).is_some_and(|profile| {
            matches!(&profile.class, b"prtr" | b"mntr")
                && matches!(&profile.space, b"GRAY" | b"RGB " | b"CMYK")
                && profile.version <= newest
        });
        valid && targets.len() <= 1 && !intent.has(b"DestOutputProfileRef")
    })
}

/// An ICC based colour space has a profile with as many components as it says.
pub(super) fn icc_profiles_hold(context: &Context) -> bool {
    context.graph.arrays.iter().all(|array| match array {
        [Object::Name(kind), target, ..] if kind == b"ICCBased" => icc_holds(context, context.graph.resolve(target)),
        _ => true,
    })
}

fn icc_holds(context: &Context, object: &Object) -> bool {
    let (Some(profile), Ok(stream)) = (profile(object), object.as_stream()) else { return false };
    let components = match &profile.space {
        b"GRAY" => 1,
        b"RGB " | b"Lab " => 3,
        b"CMYK" => 4,
        _ => return false,
    };
    let newest = if context.is_first() { 2 } else { 4 };
    let class = matches!(&profile.class, b"prtr" | b"mntr" | b"scnr" | b"spac");
    class && profile.version <= newest && stream.dict.get(b"N").is_ok_and(|n| n.as_i64().is_ok_and(|n| n == components))
}

/// `DeviceN` names its colourants; a separation of one name is one and the same everywhere.
pub(super) fn spot_colours_hold(context: &Context) -> bool {
    let mut separations: Vec<(&[u8], &Object, &Object)> = Vec::new();
    context.graph.arrays.iter().all(|array| match array {
        [Object::Name(kind), name, space, tint, ..] if kind == b"Separation" => {
            let Ok(name) = context.graph.resolve(name).as_name() else { return true };
            let known = separations.iter().find(|known| known.0 == name);
            let same = known.is_none_or(|known| {
                context.graph.resolve(known.1) == context.graph.resolve(space)
                    && context.graph.resolve(known.2) == context.graph.resolve(tint)
            });
            separations.push((name, space, tint));
            same
        }
        [Object::Name(kind), names, _, _, rest @ ..] if kind == b"DeviceN" => colourants_hold(context, names, rest),
        _ => true,
    })
}

fn colourants_hold<'a>(context: &'a Context, names: &'a Object, rest: &'a [Object]) -> bool {
    let process: [&[u8]; 6] = [b"None", b"All", b"Cyan", b"Magenta", b"Yellow", b"Black"];
    let attributes = rest.first().and_then(|object| as_dictionary(context.graph.resolve(object)));
    let colourants = attributes.and_then(|attributes| context.graph.dictionary(attributes, b"Colorants"));
    let Ok(names) = context.graph.resolve(names).as_array() else { return true };
    names
        .iter()
        .filter_map(|name| context.graph.resolve(name).as_name().ok())
        .all(|name| process.contains(&name) || colourants.is_some_and(|colourants| colourants.has(name)))
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
        matches!(kind, Some(1.0 | 5.0)) && !halftone.has(b"HalftoneName")
    })
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
fn opaque(context: &Context, dictionary: &Dictionary, key: &[u8]) -> bool {
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

pub(super) fn annotation_types_hold(context: &Context) -> bool {
    let first: &[&[u8]] = &[
        b"Text",
        b"Link",
        b"FreeText",
        b"Line",
        b"Square",
        b"Circle",
        b"Highlight",
        b"Underline",
        b"Squiggly",
        b"StrikeOut",
        b"Stamp",
        b"Ink",
        b"Popup",
        b"Widget",
        b"PrinterMark",
        b"TrapNet",
    ];
    let later: &[&[u8]] = &[b"Polygon", b"PolyLine", b"Caret", b"FileAttachment", b"Watermark", b"Redact"];
    context.graph.annotations().iter().all(|annotation| {
        let kind = context.graph.name(annotation, b"Subtype").unwrap_or(b"");
        first.contains(&kind) || !context.is_first() && later.contains(&kind)
    })
}

/// Flags: printed, and neither invisible, hidden nor kept from view.
pub(super) fn annotations_hold(context: &Context) -> bool {
    let rgb = intent_space(context) == Some(*b"RGB ");
    context.graph.annotations().iter().all(|annotation| {
        let popup = context.graph.name(annotation, b"Subtype") == Some(b"Popup");
        let flags = context.graph.get(annotation, b"F").and_then(|flags| flags.as_i64().ok());
        let toggles = if context.is_first() { 0 } else { 0x100 };
        let flags_hold = flags.is_some_and(|flags| flags & 4 != 0 && flags & (0x23 | toggles) == 0);
        let coloured = annotation.has(b"C") || annotation.has(b"IC");
        let colours_hold = !context.is_first() || !coloured || rgb;
        let opacity_holds = !context.is_first() || opaque(context, annotation, b"CA");
        (popup && !context.is_first() || flags_hold) && colours_hold && opacity_holds
    })
}

/// An appearance has `N` alone: states for buttons, a stream for the rest; part 2 asks that there is one.
pub(super) fn appearances_hold(context: &Context) -> bool {
    context.graph.annotations().iter().all(|annotation| {
        let kind = context.graph.name(annotation, b"Subtype").unwrap_or(b"");
        let Some(appearance) = context.graph.dictionary(annotation, b"AP") else {
            return context.is_first() || matches!(kind, b"Popup" | b"Link") || is_empty(context, annotation);
        };
        let button = kind == b"Widget" && context.graph.name(annotation, b"FT") == Some(b"Btn");
        let normal = context.graph.get(appearance, b"N");
        let fits = match normal {
            Some(Object::Stream(_)) => !button,
            Some(Object::Dictionary(_)) => button,
            _ => false,
        };
        appearance.iter().all(|(key, _)| key == b"N") && fits
    })
}

#[expect(clippy::float_cmp, reason = "an empty rectangle has equal corners")]
fn is_empty(context: &Context, annotation: &Dictionary) -> bool {
    let corners = context.graph.items(annotation, b"Rect").into_iter().filter_map(|o| o.as_float().ok());
    matches!(corners.collect::<Vec<_>>().as_slice(), [a, b, c, d] if a == c && b == d)
}

/// Fields act on nothing, need no appearance made, and are no XFA.
pub(super) fn fields_hold(context: &Context) -> bool {
    let form = context.graph.dictionary(context.catalog, b"AcroForm");
    let form_holds = form.is_none_or(|form| {
        let needs = context.graph.get(form, b"NeedAppearances").is_some_and(|o| matches!(o, Object::Boolean(true)));
        !needs && (context.is_first() || !form.has(b"XFA"))
    });
    let widgets = context.graph.of_type(b"Subtype", b"Widget").all(|widget| {
        let acts = widget.has(b"A") || widget.has(b"AA");
        !acts && (!context.is_first() || widget.has(b"AP") || !widget.has(b"FT"))
    });
    let fields = context
        .graph
        .dictionaries
        .iter()
        .filter(|d| d.has(b"FT"))
        .all(|field| !field.has(b"AA") && (context.is_first() || !field.has(b"A")));
    form_holds && widgets && fields && (context.is_first() || !context.catalog.has(b"NeedsRendering"))
}

const ACTIONS_FIRST: &[&[u8]] = &[b"GoTo", b"GoToR", b"Thread", b"URI", b"Named", b"SubmitForm"];
const ACTIONS_LATER: &[&[u8]] = &[b"GoToE"];

pub(super) fn actions_hold(context: &Context) -> bool {
    let named: [&[u8]; 4] = [b"NextPage", b"PrevPage", b"FirstPage", b"LastPage"];
    actions(context).iter().all(|action| {
        let kind = context.graph.name(action, b"S").unwrap_or(b"");
        let allowed = ACTIONS_FIRST.contains(&kind) || !context.is_first() && ACTIONS_LATER.contains(&kind);
        allowed && (kind != b"Named" || context.graph.name(action, b"N").is_some_and(|name| named.contains(&name)))
    })
}

/// Dictionaries that are run as actions: by opening, by annotations and outlines, one after another.
fn actions<'a>(context: &'a Context) -> Vec<&'a Dictionary> {
    let mut actions = Vec::new();
    for dictionary in &context.graph.dictionaries {
        let typed = context.graph.name(dictionary, b"Type") == Some(b"Action");
        if typed && dictionary.has(b"S") {
            actions.push(*dictionary);
        }
        for key in [&b"OpenAction"[..], b"A", b"Next"] {
            let action = context.graph.dictionary(dictionary, key);
            actions
                .extend(action.filter(|action| action.has(b"S") && !action.has(b"Subtype") && !is_structure(action)));
        }
    }
    actions
}

/// Attributes of a structure element, which also stand under `A`.
fn is_structure(dictionary: &Dictionary) -> bool {
    dictionary.has(b"O") || dictionary.has(b"P")
}

pub(super) fn triggers_hold(context: &Context) -> bool {
    let pages = context.is_first() || context.graph.of_type(b"Type", b"Page").all(|page| !page.has(b"AA"));
    !context.catalog.has(b"AA") && pages
}

/// Each entry of the document information dictionary has its equal in XMP (ISO 19005-1, 6.7.3).
pub(super) fn info_is_equivalent(context: &Context) -> bool {
    let Some(Object::Dictionary(info)) = context.graph.get(&context.document.trailer, b"Info") else { return true };
    let Some(properties) = &context.properties else { return true };
    ENTRIES.iter().all(|(key, namespace, name, is_date)| {
        let Some(Object::String(bytes, _)) = context.graph.get(info, key) else { return true };
        let own = decoded(bytes);
        let property = properties.iter().find(|p| p.namespace == *namespace && p.name == *name);
        let Some(said) = property.and_then(text) else { return false };
        if *is_date { digits(&own) == digits(&said) } else { own.trim_end_matches('\0') == said }
    })
}

const ENTRIES: &[(&[u8], &str, &str, bool)] = &[
    (b"Title", "http://purl.org/dc/elements/1.1/", "title", false),
    (b"Author", "http://purl.org/dc/elements/1.1/", "creator", false),
    (b"Subject", "http://purl.org/dc/elements/1.1/", "description", false),
    (b"Keywords", "http://ns.adobe.com/pdf/1.3/", "Keywords", false),
    (b"Creator", "http://ns.adobe.com/xap/1.0/", "CreatorTool", false),
    (b"Producer", "http://ns.adobe.com/pdf/1.3/", "Producer", false),
    (b"CreationDate", "http://ns.adobe.com/xap/1.0/", "CreateDate", true),
    (b"ModDate", "http://ns.adobe.com/xap/1.0/", "ModifyDate", true),
];

/// A simple value, the default language's alternative, or the only member of a list.
fn text(property: &Property) -> Option<String> {
    match &property.value {
        Value::Simple(text) => Some(text.clone()),
        Value::Array(_, items) => {
            let default = items.iter().find(|item| item.language.as_deref() == Some("x-default"));
            let only = if items.len() == 1 { items.first() } else { None };
            default.or(only)?.value.simple().map(str::to_owned)
        }
        Value::Structure(_) => None,
    }
}

fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xfe, 0xff, rest @ ..] => {
            let units: Vec<u16> = rest.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16_lossy(&units)
        }
        _ => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The digits of a date as far as both forms give them: year to minute.
fn digits(date: &str) -> String {
    date.chars().filter(char::is_ascii_digit).take(12).collect()
}
