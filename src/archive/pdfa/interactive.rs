//! What a reader can act on: annotations, forms, actions.

use lopdf::{Dictionary, Object};

use super::Context;
use super::colour::intent_space;
use super::dictionaries::opaque;

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
