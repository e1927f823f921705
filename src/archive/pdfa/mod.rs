//! A screen of PDF/A files: what a file declares, and about fifty things that
//! ISO 19005-1, -2 and -3 ask of it. "Granskning, inte validering": a file without
//! findings passed these checks, and no more is said.

use encoding_rs::{UTF_16BE, UTF_16LE};
use lopdf::{Dictionary, Document, Object};
use serde::{Deserialize, Serialize};

mod attachments;
mod cmap;
mod colour;
mod content;
mod dictionaries;
mod file;
mod fonts;
mod glyphs;
mod graph;
mod info;
mod inline;
mod interactive;
mod jpx;
mod metadata;
mod types;
pub mod words;
mod xmp;

use graph::{Graph, data};
use metadata::Extensions;
use types::Generation;
use xmp::Property;

/// What a screen of one PDF file gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// Part and conformance that the file declares, such as `2b`; `None` when it declares none.
    pub declared: Option<String>,
    /// Number of checks without a finding.
    pub passed: u32,
    /// The checks that found something, in the order of the standard.
    pub findings: Vec<ScreenFinding>,
}

/// A check that found something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenFinding {
    /// The check's identifier, such as `xmp-property-type`.
    pub check: String,
    /// The clause of ISO 19005 that it rests on, in the part that the file declares.
    pub clause: String,
}

/// One thing the standard asks for.
struct Check {
    id: &'static str,
    /// The clause in ISO 19005-1; `None` when part 1 does not ask for it.
    first: Option<&'static str>,
    /// The clause in ISO 19005-2 and -3; `None` when they do not ask for it.
    later: Option<&'static str>,
    /// Whether the file holds to it.
    holds: fn(&Context) -> bool,
}

/// Everything a check may look at.
struct Context<'a> {
    bytes: &'a [u8],
    document: &'a Document,
    catalog: &'a Dictionary,
    graph: Graph<'a>,
    generation: Generation,
    /// Whether it declares part 3, which allows any file inside.
    third: bool,
    packet: Option<String>,
    /// `None` when there is no packet, or one that is not well formed.
    properties: Option<Vec<Property>>,
    extensions: Option<Extensions>,
    used: content::Used,
}

const fn both(id: &'static str, first: &'static str, later: &'static str, holds: fn(&Context) -> bool) -> Check {
    Check { id, first: Some(first), later: Some(later), holds }
}

const fn first(id: &'static str, clause: &'static str, holds: fn(&Context) -> bool) -> Check {
    Check { id, first: Some(clause), later: None, holds }
}

const fn later(id: &'static str, clause: &'static str, holds: fn(&Context) -> bool) -> Check {
    Check { id, first: None, later: Some(clause), holds }
}

const CHECKS: &[Check] = &[
    both("file-header", "6.1.2", "6.1.2", file::header_holds),
    both("trailer-id", "6.1.3", "6.1.3", file::has_id),
    both("encrypted", "6.1.3", "6.1.3", file::is_plain),
    both("data-after-end", "6.1.3", "6.1.3", file::ends_at_marker),
    both("xref-format", "6.1.4", "6.1.4", file::xref_holds),
    later("name-encoding", "6.1.8", dictionaries::names_are_unicode),
    first("xref-stream", "6.1.4", file::has_no_xref_stream),
    both("hex-string", "6.1.6", "6.1.6", file::hex_strings_hold),
    both("stream-length", "6.1.7", "6.1.7.1", file::stream_keywords_hold),
    both("stream-external", "6.1.7", "6.1.7.1", dictionaries::streams_are_inside),
    both("object-format", "6.1.8", "6.1.9", file::objects_hold),
    both("filter", "6.1.10", "6.1.7.2", dictionaries::filters_hold),
    first("embedded-files", "6.1.11", dictionaries::has_no_embedded_files),
    both("limits", "6.1.12", "6.1.13", dictionaries::limits_hold),
    both("nesting-of-states", "6.1.12", "6.1.13", |c| c.used.deepest_state <= 28),
    later("page-size", "6.1.13", dictionaries::page_sizes_hold),
    first("optional-content", "6.1.13", |c| !c.catalog.has(b"OCProperties")),
    later("optional-content-configuration", "6.9", dictionaries::optional_content_holds),
    later("permissions", "6.1.12", dictionaries::permissions_hold),
    both("output-intent", "6.2.2", "6.2.3", colour::output_intents_hold),
    both("icc-profile", "6.2.3.2", "6.2.4.2", colour::icc_profiles_hold),
    later("overprint", "6.2.4.2", |c| !c.used.overprint),
    both("device-colour", "6.2.3.3", "6.2.4.3", content::device_colours_hold),
    later("spot-colour", "6.2.4.4", colour::spot_colours_hold),
    both("image", "6.2.4", "6.2.8", dictionaries::images_hold),
    later("jpeg-2000", "6.2.8.3", jpx::images_hold),
    both("form-xobject", "6.2.5", "6.2.9", dictionaries::forms_hold),
    both("graphics-state", "6.2.8", "6.2.5", dictionaries::graphics_states_hold),
    both("rendering-intent", "6.2.9", "6.2.6", content::intents_hold),
    both("operator", "6.2.10", "6.2.2", |c| !c.used.unknown_operator),
    later("resources", "6.2.2", |c| !c.used.missing_resource && !c.used.inherited_resource),
    both("font-dictionary", "6.3.2", "6.2.11.2", fonts::dictionaries_hold),
    both("font-cid", "6.3.3", "6.2.11.3", fonts::composites_hold),
    both("font-embedded", "6.3.4", "6.2.11.4.1", fonts::are_embedded),
    both("glyph-present", "6.3.5", "6.2.11.4.1", glyphs::are_there),
    first("font-subset", "6.3.5", fonts::subsets_hold),
    both("glyph-width", "6.3.6", "6.2.11.5", glyphs::widths_hold),
    later("glyph-missing", "6.2.11.8", glyphs::none_is_missing),
    both("font-encoding", "6.3.7", "6.2.11.6", fonts::encodings_hold),
    first("transparency", "6.4", dictionaries::has_no_transparency),
    later("transparency-blending", "6.2.10", dictionaries::blending_holds),
    both("annotation-type", "6.5.2", "6.3.1", interactive::annotation_types_hold),
    both("annotation-dictionary", "6.5.3", "6.3.2", interactive::annotations_hold),
    both("annotation-appearance", "6.5.3", "6.3.3", interactive::appearances_hold),
    both("form-field", "6.9", "6.4.1", interactive::fields_hold),
    later("alternate-presentation", "6.10", dictionaries::presents_itself),
    later("document-requirements", "6.11", |c| !c.catalog.has(b"Requirements")),
    later("embedded-file-description", "6.8", attachments::are_described),
    later("embedded-file-archival", "6.8", attachments::are_archival),
    both("action", "6.6.1", "6.5.1", interactive::actions_hold),
    both("additional-actions", "6.6.2", "6.5.2", interactive::triggers_hold),
    both("metadata-stream", "6.7.2", "6.6.2.1", metadata_stream_holds),
    both("xmp-packet-header", "6.7.5", "6.6.2.1", |c| c.packet.as_deref().is_none_or(metadata::packet_header_holds)),
    both("xmp-well-formed", "6.7.9", "6.6.2.1", |c| c.packet.is_none() || c.properties.is_some()),
    first("info-equivalent", "6.7.3", info::is_equivalent),
    both("xmp-extension-schema", "6.7.8", "6.6.2.3.3", |c| c.extensions.as_ref().is_none_or(|e| e.hold)),
    both("xmp-property", "6.7.9", "6.6.2.3.1", |c| xmp_holds(c, metadata::properties_are_known)),
    both("xmp-property-type", "6.7.9", "6.6.2.3.1", |c| xmp_holds(c, metadata::values_fit)),
    both("identification", "6.7.11", "6.6.4", |c| c.properties.as_deref().is_none_or(metadata::identification_holds)),
];

/// Screens a PDF file by the part that it declares, or by part 2 when it declares none.
///
/// `None` when the file cannot be opened as a PDF at all.
#[must_use]
pub fn screen(bytes: &[u8]) -> Option<Screen> {
    let document = Document::load_mem(bytes).ok()?;
    let catalog = document.catalog().ok()?;
    let packet = packet(&document, catalog);
    let properties = packet.as_deref().and_then(xmp::parse);
    let declared = properties.as_deref().and_then(metadata::declared);
    if declared.as_deref().is_some_and(|declared| declared.starts_with('4')) {
        // Part 4 rests on PDF 2.0 and asks for other things than these.
        return Some(Screen { declared, passed: 0, findings: Vec::new() });
    }
    let is_first = declared.as_deref().is_some_and(|declared| declared.starts_with('1'));
    let generation = if is_first { Generation::First } else { Generation::Later };
    let graph = Graph::of(&document);
    let used = content::Used::of(&graph, is_first);
    let extensions = properties.as_deref().map(Extensions::of);
    let third = declared.as_deref().is_some_and(|declared| declared.starts_with('3'));
    let context =
        Context { bytes, document: &document, catalog, graph, generation, third, packet, properties, extensions, used };
    let findings = context.findings();
    let asked = CHECKS.iter().filter(|check| check.clause(generation).is_some()).count();
    let passed = u32::try_from(asked - findings.len()).unwrap_or(0);
    Some(Screen { declared, passed, findings })
}

/// Whether `id` is one of the checks.
#[must_use]
pub fn is_check(id: &str) -> bool {
    CHECKS.iter().any(|check| check.id == id)
}

impl Check {
    fn clause(&self, generation: Generation) -> Option<&'static str> {
        match generation {
            Generation::First => self.first,
            Generation::Later => self.later,
        }
    }
}

impl Context<'_> {
    fn findings(&self) -> Vec<ScreenFinding> {
        let found = CHECKS.iter().filter_map(|check| {
            let clause = check.clause(self.generation)?;
            let finding = || ScreenFinding { check: check.id.to_owned(), clause: clause.to_owned() };
            (!(check.holds)(self)).then(finding)
        });
        found.collect()
    }

    fn is_third(&self) -> bool {
        self.third
    }

    fn is_first(&self) -> bool {
        self.generation == Generation::First
    }
}

/// Part and conformance that a document declares.
fn declaration(document: &Document) -> Option<String> {
    let packet = packet(document, document.catalog().ok()?)?;
    metadata::declared(&xmp::parse(&packet)?)
}

fn packet(document: &Document, catalog: &Dictionary) -> Option<String> {
    let stream = document.dereference(catalog.get(b"Metadata").ok()?).ok()?.1.as_stream().ok()?;
    let bytes = data(stream);
    Some(decoded(&bytes).unwrap_or_default())
}

/// The text of a packet, whose first character, `<` or a byte order mark, tells its encoding.
fn decoded(bytes: &[u8]) -> Option<String> {
    let wide = |at: [usize; 4]| {
        let code = |four: &[u8]| u32::from_be_bytes([four[at[0]], four[at[1]], four[at[2]], four[at[3]]]);
        bytes.chunks_exact(4).map(|four| char::from_u32(code(four))).collect::<Option<String>>()
    };
    match bytes {
        [0, 0, 0, b'<', ..] | [0, 0, 0xfe, 0xff, ..] => wide([0, 1, 2, 3]),
        [b'<', 0, 0, 0, ..] | [0xff, 0xfe, 0, 0, ..] => wide([3, 2, 1, 0]),
        [0, b'<', ..] | [0xfe, 0xff, ..] => Some(UTF_16BE.decode_with_bom_removal(bytes).0.into_owned()),
        [b'<', 0, ..] | [0xff, 0xfe, ..] => Some(UTF_16LE.decode_with_bom_removal(bytes).0.into_owned()),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    }
}

fn metadata_stream_holds(context: &Context) -> bool {
    let metadata = context.catalog.get(b"Metadata").ok().and_then(|object| context.document.dereference(object).ok());
    let Some((_, Object::Stream(stream))) = metadata else { return false };
    let named = |key: &[u8], name: &[u8]| stream.dict.get(key).is_ok_and(|o| o.as_name().is_ok_and(|n| n == name));
    let plain = !context.is_first() || !stream.dict.has(b"Filter");
    named(b"Type", b"Metadata") && named(b"Subtype", b"XML") && plain
}

fn xmp_holds(context: &Context, holds: fn(&[Property], &Extensions, Generation) -> bool) -> bool {
    match (&context.properties, &context.extensions) {
        (Some(properties), Some(extensions)) => holds(properties, extensions, context.generation),
        _ => true,
    }
}
