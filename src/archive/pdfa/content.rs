//! What content streams do: colours, operators, states, fonts used for drawing.

use std::collections::HashSet;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, Stream};

use super::Context;
use super::dictionaries::intent_space;
use super::graph::{Graph, as_dictionary};

/// Bytes of content that are decoded of one file.
const CONTENT_BYTES: usize = 64 << 20;

/// What the content of all pages, forms, patterns and appearances uses.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one thing that was seen or not")]
pub(super) struct Used {
    pub(super) gray: bool,
    pub(super) rgb: bool,
    pub(super) cmyk: bool,
    pub(super) unknown_operator: bool,
    pub(super) unknown_intent: bool,
    pub(super) missing_resource: bool,
    pub(super) forbidden_inline_filter: bool,
    pub(super) interpolated_inline: bool,
    pub(super) deepest_state: usize,
    /// Font dictionaries, by address, that draw text that is seen.
    pub(super) fonts: HashSet<usize>,
    /// Dictionaries of images, forms and patterns, by address, that are drawn.
    pub(super) drawn: HashSet<usize>,
}

/// How fonts are told apart: a reachable dictionary lives as long as the document.
pub(super) fn address(dictionary: &Dictionary) -> usize {
    std::ptr::from_ref(dictionary).addr()
}

impl Used {
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let mut reader = Reader { graph, used: Self::default(), waiting: Vec::new(), left: CONTENT_BYTES };
        let none = Dictionary::new();
        for page in graph.of_type(b"Type", b"Page") {
            reader.read(inherited(graph, page).unwrap_or(&none), &page_content(graph, page));
        }
        for annotation in graph.annotations() {
            reader.enter_appearances(annotation);
        }
        while let Some((stream, resources)) = reader.waiting.pop() {
            reader.read(resources, &data(stream));
        }
        reader.used
    }
}

/// Reads content streams and, once each, the forms and patterns that they draw.
struct Reader<'g, 'a> {
    graph: &'g Graph<'a>,
    used: Used,
    waiting: Vec<(&'a Stream, &'a Dictionary)>,
    left: usize,
}

impl<'a> Reader<'_, 'a> {
    fn read(&mut self, resources: &'a Dictionary, bytes: &[u8]) {
        if bytes.len() > self.left {
            return;
        }
        self.left -= bytes.len();
        let Ok(content) = Content::decode(bytes) else { return };
        let mut state = State::default();
        for operation in &content.operations {
            self.operate(resources, &mut state, operation);
        }
    }

    fn enter_appearances(&mut self, annotation: &'a Dictionary) {
        let Some(appearance) = self.graph.dictionary(annotation, b"AP") else { return };
        let states = appearance.iter().map(|(_, object)| self.graph.resolve(object));
        for state in states {
            match state {
                Object::Dictionary(all) => {
                    all.iter().for_each(|(_, object)| self.enter(self.graph.resolve(object), None));
                }
                object => self.enter(object, None),
            }
        }
    }

    /// Notes an object that is drawn; a form is read with its own resources or those of who draws it.
    fn enter(&mut self, object: &'a Object, outer: Option<&'a Dictionary>) {
        let Object::Stream(stream) = object else { return };
        if !self.used.drawn.insert(address(&stream.dict)) {
            return;
        }
        if self.graph.name(&stream.dict, b"Subtype") == Some(b"Image") {
            return self.image(&stream.dict, outer.unwrap_or(&stream.dict));
        }
        let resources = self.graph.dictionary(&stream.dict, b"Resources").or(outer);
        self.waiting.push((stream, resources.unwrap_or(&stream.dict)));
    }

    fn operate(&mut self, resources: &'a Dictionary, state: &mut State, operation: &Operation) {
        let first = operation.operands.first();
        match operation.operator.as_str() {
            "g" | "G" => self.device(resources, b"DeviceGray"),
            "rg" | "RG" => self.device(resources, b"DeviceRGB"),
            "k" | "K" => self.device(resources, b"DeviceCMYK"),
            "cs" | "CS" => self.space_named(resources, first),
            "scn" | "SCN" => self.pattern(resources, operation.operands.last()),
            "sh" => self.shading(resources, first),
            "q" => {
                state.saved.push((state.mode, state.font));
                self.used.deepest_state = self.used.deepest_state.max(state.saved.len());
            }
            "Q" => (state.mode, state.font) = state.saved.pop().unwrap_or_default(),
            "Tr" => state.mode = first.and_then(|mode| mode.as_i64().ok()).unwrap_or(0),
            "Tf" => state.font = self.named(resources, b"Font", first).and_then(as_dictionary).map(address),
            "Tj" | "TJ" | "'" | "\"" if state.mode != 3 => self.used.fonts.extend(state.font),
            "ri" => self.intent(first),
            "BI" => self.inline(resources, first),
            "Do" => match self.named(resources, b"XObject", first) {
                Some(object) => self.enter(object, Some(resources)),
                None => self.used.missing_resource = true,
            },
            "gs" => self.state(resources, first),
            operator => self.used.unknown_operator |= !OPERATORS.contains(&operator),
        }
    }

    fn named(&self, resources: &'a Dictionary, kind: &[u8], name: Option<&Object>) -> Option<&'a Object> {
        let name = name?.as_name().ok()?;
        Some(self.graph.resolve(self.graph.dictionary(resources, kind)?.get(name).ok()?))
    }

    fn space_named(&mut self, resources: &'a Dictionary, name: Option<&Object>) {
        match self.named(resources, b"ColorSpace", name) {
            Some(space) => self.space(resources, space, 0),
            None => self.device(resources, name.and_then(|name| name.as_name().ok()).unwrap_or(b"")),
        }
    }

    /// Notes the device colours that a colour space stands on.
    fn space(&mut self, resources: &'a Dictionary, space: &'a Object, depth: usize) {
        let space = self.graph.resolve(space);
        if let Ok(name) = space.as_name() {
            return self.device(resources, name);
        }
        let Ok([Object::Name(kind), rest @ ..]) = space.as_array().map(Vec::as_slice) else { return };
        let base = match kind.as_slice() {
            b"Indexed" | b"I" | b"Pattern" => rest.first(),
            b"Separation" | b"DeviceN" => rest.get(1),
            _ => None,
        };
        if let Some(base) = base.filter(|_| depth < 8) {
            self.space(resources, base, depth + 1);
        }
    }

    fn device(&mut self, resources: &'a Dictionary, name: &[u8]) {
        let spaces = self.graph.dictionary(resources, b"ColorSpace");
        let defaulted = |key: &[u8]| spaces.is_some_and(|spaces| spaces.has(key));
        match name {
            b"DeviceGray" | b"G" => self.used.gray |= !defaulted(b"DefaultGray"),
            b"DeviceRGB" | b"RGB" => self.used.rgb |= !defaulted(b"DefaultRGB"),
            b"DeviceCMYK" | b"CMYK" => self.used.cmyk |= !defaulted(b"DefaultCMYK"),
            _ => {}
        }
    }

    fn pattern(&mut self, resources: &'a Dictionary, name: Option<&Object>) {
        let Some(pattern) = self.named(resources, b"Pattern", name) else { return };
        self.enter(pattern, Some(resources));
        let shading = as_dictionary(pattern).and_then(|pattern| self.graph.dictionary(pattern, b"Shading"));
        self.shading_space(resources, shading);
    }

    fn shading(&mut self, resources: &'a Dictionary, name: Option<&Object>) {
        let shading = self.named(resources, b"Shading", name).and_then(as_dictionary);
        self.shading_space(resources, shading);
    }

    fn shading_space(&mut self, resources: &'a Dictionary, shading: Option<&'a Dictionary>) {
        if let Some(space) = shading.and_then(|shading| shading.get(b"ColorSpace").ok()) {
            self.space(resources, space, 0);
        }
    }

    fn image(&mut self, image: &'a Dictionary, resources: &'a Dictionary) {
        self.used.unknown_intent |= self.graph.get(image, b"Intent").is_some_and(|intent| !is_intent(intent));
        let mask = matches!(self.graph.get(image, b"ImageMask"), Some(Object::Boolean(true)));
        if let Some(space) = image.get(b"ColorSpace").ok().filter(|_| !mask) {
            self.space(resources, space, 0);
        }
    }

    fn intent(&mut self, name: Option<&Object>) {
        self.used.unknown_intent |= !name.is_some_and(is_intent);
    }

    fn inline(&mut self, resources: &'a Dictionary, image: Option<&Object>) {
        let Some(image) = image.and_then(as_dictionary) else { return };
        let either = |short: &[u8], long: &[u8]| image.get(short).or_else(|_| image.get(long)).ok();
        self.used.interpolated_inline |= matches!(either(b"I", b"Interpolate"), Some(Object::Boolean(true)));
        self.used.forbidden_inline_filter |= match either(b"F", b"Filter") {
            Some(Object::Array(filters)) => filters.iter().any(is_forbidden_inline),
            Some(filter) => is_forbidden_inline(filter),
            None => false,
        };
        self.used.unknown_intent |= image.get(b"Intent").is_ok_and(|intent| !is_intent(intent));
        let mask = matches!(either(b"IM", b"ImageMask"), Some(Object::Boolean(true)));
        if let Some(space) = either(b"CS", b"ColorSpace").filter(|_| !mask) {
            self.space_named(resources, Some(space));
        }
    }

    fn state(&mut self, resources: &'a Dictionary, name: Option<&Object>) {
        let state = self.named(resources, b"ExtGState", name).and_then(as_dictionary);
        let intent = state.and_then(|state| self.graph.get(state, b"RI"));
        self.used.unknown_intent |= intent.is_some_and(|intent| !is_intent(intent));
    }
}

fn is_forbidden_inline(filter: &Object) -> bool {
    filter.as_name().is_ok_and(|name| matches!(name, b"LZW" | b"LZWDecode" | b"Crypt"))
}

#[derive(Debug, Default)]
struct State {
    mode: i64,
    font: Option<usize>,
    saved: Vec<(i64, Option<usize>)>,
}

/// Device colours stand on an output intent of their kind, or on a default colour space.
pub(super) fn device_colours_hold(context: &Context) -> bool {
    let used = &context.used;
    match intent_space(context) {
        None => !used.gray && !used.rgb && !used.cmyk,
        Some(space) => (!used.rgb || space == *b"RGB ") && (!used.cmyk || space == *b"CMYK"),
    }
}

pub(super) fn intents_hold(context: &Context) -> bool {
    !context.used.unknown_intent
}

fn is_intent(object: &Object) -> bool {
    let known: [&[u8]; 4] = [b"RelativeColorimetric", b"AbsoluteColorimetric", b"Perceptual", b"Saturation"];
    object.as_name().is_ok_and(|name| known.contains(&name))
}

/// The page's resources, or those of the nearest node above that has some.
fn inherited<'a>(graph: &Graph<'a>, page: &'a Dictionary) -> Option<&'a Dictionary> {
    let mut node = page;
    for _ in 0..64 {
        if let Some(resources) = graph.dictionary(node, b"Resources") {
            return Some(resources);
        }
        node = graph.dictionary(node, b"Parent")?;
    }
    None
}

fn page_content(graph: &Graph<'_>, page: &Dictionary) -> Vec<u8> {
    let streams: Vec<&Stream> = match graph.get(page, b"Contents") {
        Some(Object::Stream(stream)) => vec![stream],
        Some(Object::Array(parts)) => parts.iter().filter_map(|part| graph.resolve(part).as_stream().ok()).collect(),
        _ => Vec::new(),
    };
    streams.into_iter().map(data).collect::<Vec<_>>().join(&b'\n')
}

fn data(stream: &Stream) -> Vec<u8> {
    stream.decompressed_content().unwrap_or_else(|_| stream.content.clone())
}

/// The operators of ISO 32000-1, annex A, but those that the reader takes itself.
const OPERATORS: &[&str] = &[
    "b", "B", "b*", "B*", "BDC", "BMC", "BT", "BX", "c", "cm", "d", "d0", "d1", "DP", "EI", "EMC", "ET", "EX", "f",
    "F", "f*", "h", "i", "ID", "j", "J", "l", "m", "M", "MP", "n", "re", "s", "S", "sc", "SC", "scn", "SCN", "sh",
    "T*", "Tc", "Td", "TD", "Tj", "TJ", "TL", "Tm", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", "\"",
];
