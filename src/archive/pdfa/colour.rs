//! Output intents, ICC profiles and colour spaces.

use std::collections::HashSet;

use lopdf::{Dictionary, Object};

use super::Context;
use super::graph::{Graph, as_dictionary, data};

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

/// Whether a colour space is of four components by an ICC profile.
pub(super) fn is_icc_cmyk(graph: &Graph<'_>, space: &Object) -> bool {
    let Ok([Object::Name(kind), target, ..]) = space.as_array().map(Vec::as_slice) else { return false };
    let stream = || graph.resolved(target).as_stream().ok();
    kind == b"ICCBased"
        && stream().is_some_and(|stream| stream.dict.get(b"N").is_ok_and(|n| n.as_i64().ok() == Some(4)))
}

struct Profile {
    class: [u8; 4],
    space: [u8; 4],
    version: u8,
}

/// The header of an ICC profile (ICC.1, 7.2).
fn profile(object: &Object) -> Option<Profile> {
    let stream = object.as_stream().ok()?;
    let bytes = data(stream);
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
            return context.graph.name(intent, b"S") != Some(b"GTS_PDFA1") || is_registered(context, intent);
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

/// Without a profile the condition is one of the registry of characterization data
/// (ISO 32000-1, 14.11.5; `www.color.org`), whose names all begin so.
fn is_registered(context: &Context, intent: &Dictionary) -> bool {
    let starts: [&[u8]; 9] = [b"FOGRA", b"CGATS", b"JC200", b"JCN", b"JCW", b"IFRA", b"EUROSB", b"PSR", b"TR0"];
    let name = context.graph.get(intent, b"OutputConditionIdentifier").and_then(|name| name.as_str().ok());
    name.is_some_and(|name| starts.iter().any(|start| name.starts_with(start)))
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
