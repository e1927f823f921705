//! What content streams do: colours, operators, states, fonts used for drawing.

use std::collections::{HashMap, HashSet};

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Object, Stream};

use super::colour::{intent_space, is_icc_cmyk};
use super::dictionaries::leaf_holds;
use super::graph::{Graph, as_dictionary, data};
use super::{Context, file, glyphs, inline};

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
    /// Something is named that stands in the resources of whoever draws the stream, or of a node above its page.
    pub(super) inherited_resource: bool,
    /// Four colours of an ICC profile are printed over each other with overprint mode 1.
    pub(super) overprint: bool,
    /// A number, string or name in content is beyond a limit.
    pub(super) beyond_limit: bool,
    pub(super) wrong_hex: bool,
    pub(super) forbidden_inline_filter: bool,
    pub(super) interpolated_inline: bool,
    pub(super) deepest_state: usize,
    /// Font dictionaries, by address, that draw text that is seen.
    pub(super) fonts: HashSet<usize>,
    /// Codes that are shown, by the address of the font's dictionary.
    pub(super) codes: HashMap<usize, Codes>,
    /// Dictionaries of images, forms and patterns, by address, that are drawn.
    pub(super) drawn: HashSet<usize>,
}

/// Codes of a font, two bytes long in composite fonts, with whether one of them is seen.
pub(super) type Codes = HashMap<u16, bool>;

/// How fonts are told apart: a reachable dictionary lives as long as the document.
pub(super) fn address(dictionary: &Dictionary) -> usize {
    std::ptr::from_ref(dictionary).addr()
}

impl Used {
    /// What is used, by the limits of part 1 or of the later parts.
    pub(super) fn of(graph: &Graph<'_>, first: bool) -> Self {
        let waiting = Vec::new();
        let mut reader = Reader { graph, first, used: Self::default(), waiting, left: CONTENT_BYTES };
        let none = Dictionary::new();
        for page in graph.of_type(b"Type", b"Page") {
            let resources = Resources { all: inherited(graph, page).unwrap_or(&none), own: page.has(b"Resources") };
            reader.group(page, resources);
            reader.read(resources, &page_content(graph, page));
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
    first: bool,
    used: Used,
    waiting: Vec<(&'a Stream, Resources<'a>)>,
    left: usize,
}

/// The resources that a stream names things in.
#[derive(Clone, Copy)]
struct Resources<'a> {
    all: &'a Dictionary,
    /// Whether they are the stream's or the page's own, and not those of whoever draws it.
    own: bool,
}

impl<'a> Reader<'_, 'a> {
    fn read(&mut self, resources: Resources<'a>, bytes: &[u8]) {
        if bytes.len() > self.left {
            return;
        }
        self.left -= bytes.len();
        let Ok(content) = Content::decode(bytes) else { return };
        let images = inline::dictionaries(bytes);
        for image in &images {
            self.inline(resources, image);
        }
        self.used.wrong_hex |= images.is_empty() && !file::hex_in(bytes);
        let (mut state, mut saved) = (State::default(), Vec::new());
        for operation in &content.operations {
            match operation.operator.as_str() {
                "q" => {
                    saved.push(state);
                    self.used.deepest_state = self.used.deepest_state.max(saved.len());
                }
                "Q" => state = saved.pop().unwrap_or_default(),
                _ => self.operate(resources, &mut state, operation),
            }
            self.used.beyond_limit |= !operation.operands.iter().all(|operand| operand_holds(operand, self.first));
        }
    }

    /// The blending colour space of a transparency group.
    fn group(&mut self, of: &'a Dictionary, resources: Resources<'a>) {
        let group = self.graph.dictionary(of, b"Group");
        if let Some(space) = group.and_then(|group| group.get(b"CS").ok()) {
            self.space(resources, space, 0);
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
    fn enter(&mut self, object: &'a Object, outer: Option<Resources<'a>>) {
        let Object::Stream(stream) = object else { return };
        if !self.used.drawn.insert(address(&stream.dict)) {
            return;
        }
        let resources = self.resources(&stream.dict, outer);
        if self.graph.name(&stream.dict, b"Subtype") == Some(b"Image") {
            return self.image(&stream.dict, outer.unwrap_or(resources));
        }
        self.group(&stream.dict, resources);
        self.waiting.push((stream, resources));
    }

    /// A stream's own resources, or those of whoever draws it.
    fn resources(&self, of: &'a Dictionary, outer: Option<Resources<'a>>) -> Resources<'a> {
        let own = self.graph.dictionary(of, b"Resources").map(|all| Resources { all, own: true });
        let outer = outer.map(|outer| Resources { own: false, ..outer });
        own.or(outer).unwrap_or(Resources { all: of, own: true })
    }

    fn operate(&mut self, resources: Resources<'a>, state: &mut State<'a>, operation: &Operation) {
        let first = operation.operands.first();
        self.used.overprint |= state.overprints(&operation.operator);
        match operation.operator.as_str() {
            // The glyph takes the colour of the text around it.
            "d1" => state.colourless = true,
            "g" | "G" | "rg" | "RG" | "k" | "K" | "cs" | "CS" | "sc" | "SC" | "sh" if state.colourless => {}
            "g" | "rg" | "k" => {
                state.fill = false;
                self.device(resources, operation.operator.as_bytes());
            }
            "G" | "RG" | "K" => {
                state.stroke = false;
                self.device(resources, operation.operator.to_lowercase().as_bytes());
            }
            "cs" => {
                state.fill = self.is_icc_cmyk(resources, first);
                self.space_named(resources, first);
            }
            "CS" => {
                state.stroke = self.is_icc_cmyk(resources, first);
                self.space_named(resources, first);
            }
            "scn" | "SCN" => self.pattern(resources, operation.operands.last()),
            "sh" => self.shading(resources, first),
            "Tr" => state.mode = first.and_then(|mode| mode.as_i64().ok()).unwrap_or(0),
            "Tf" => state.font = self.named(resources, b"Font", first).and_then(as_dictionary),
            "Tj" | "TJ" | "'" | "\"" => self.show(resources, *state, operation),
            "ri" => self.intent(first),
            "BI" => {}
            "Do" => match self.named(resources, b"XObject", first) {
                Some(object) => self.enter(object, Some(resources)),
                None => self.used.missing_resource = true,
            },
            "gs" => self.state(resources, state, first),
            operator => self.used.unknown_operator |= !OPERATORS.contains(&operator),
        }
    }

    fn named(&mut self, resources: Resources<'a>, kind: &[u8], name: Option<&Object>) -> Option<&'a Object> {
        let name = name?.as_name().ok()?;
        let found = self.graph.dictionary(resources.all, kind)?.get(name).ok()?;
        self.used.inherited_resource |= !resources.own;
        Some(self.graph.resolve(found))
    }

    /// Notes what is shown with which font; a Type 3 font's glyphs are streams of their own.
    fn show(&mut self, resources: Resources<'a>, state: State<'a>, operation: &Operation) {
        let Some(font) = state.font else { return };
        let seen = state.mode != 3;
        if seen {
            self.used.fonts.insert(address(font));
        }
        let subtype = self.graph.name(font, b"Subtype");
        if subtype == Some(b"Type3") && self.used.drawn.insert(address(font)) {
            let own = self.resources(font, Some(resources));
            let glyphs = glyphs::descriptions(self.graph, font);
            self.waiting.extend(glyphs.into_iter().filter_map(|glyph| Some((glyph.as_stream().ok()?, own))));
        }
        let wide = subtype == Some(b"Type0");
        let known = self.used.codes.entry(address(font)).or_default();
        for code in operation.operands.iter().flat_map(|operand| codes(operand, wide)) {
            *known.entry(code).or_default() |= seen;
        }
    }

    fn is_icc_cmyk(&mut self, resources: Resources<'a>, name: Option<&Object>) -> bool {
        self.named(resources, b"ColorSpace", name).is_some_and(|space| is_icc_cmyk(self.graph, space))
    }

    fn space_named(&mut self, resources: Resources<'a>, name: Option<&Object>) {
        match self.named(resources, b"ColorSpace", name) {
            Some(space) => self.space(resources, space, 0),
            None => self.device(resources, name.and_then(|name| name.as_name().ok()).unwrap_or(b"")),
        }
    }

    /// Notes the device colours that a colour space stands on.
    fn space(&mut self, resources: Resources<'a>, space: &'a Object, depth: usize) {
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

    fn device(&mut self, resources: Resources<'a>, name: &[u8]) {
        let spaces = self.graph.dictionary(resources.all, b"ColorSpace");
        let defaulted = |key: &[u8]| spaces.is_some_and(|spaces| spaces.has(key));
        match name {
            b"DeviceGray" | b"G" | b"g" => self.used.gray |= !defaulted(b"DefaultGray"),
            b"DeviceRGB" | b"RGB" | b"rg" => self.used.rgb |= !defaulted(b"DefaultRGB"),
            b"DeviceCMYK" | b"CMYK" | b"k" => self.used.cmyk |= !defaulted(b"DefaultCMYK"),
            _ => {}
        }
    }

    fn pattern(&mut self, resources: Resources<'a>, name: Option<&Object>) {
        let Some(pattern) = self.named(resources, b"Pattern", name) else { return };
        self.enter(pattern, Some(resources));
        let shading = as_dictionary(pattern).and_then(|pattern| self.graph.dictionary(pattern, b"Shading"));
        self.shading_space(resources, shading);
    }

    fn shading(&mut self, resources: Resources<'a>, name: Option<&Object>) {
        let shading = self.named(resources, b"Shading", name).and_then(as_dictionary);
        self.shading_space(resources, shading);
    }

    fn shading_space(&mut self, resources: Resources<'a>, shading: Option<&'a Dictionary>) {
        if let Some(space) = shading.and_then(|shading| shading.get(b"ColorSpace").ok()) {
            self.space(resources, space, 0);
        }
    }

    fn image(&mut self, image: &'a Dictionary, resources: Resources<'a>) {
        self.used.unknown_intent |= self.graph.get(image, b"Intent").is_some_and(|intent| !is_intent(intent));
        let mask = matches!(self.graph.get(image, b"ImageMask"), Some(Object::Boolean(true)));
        if let Some(space) = image.get(b"ColorSpace").ok().filter(|_| !mask) {
            self.space(resources, space, 0);
        }
    }

    fn intent(&mut self, name: Option<&Object>) {
        self.used.unknown_intent |= !name.is_some_and(is_intent);
    }

    fn inline(&mut self, resources: Resources<'a>, image: &Dictionary) {
        self.used.interpolated_inline |= inline::is(image, b"I", b"Interpolate");
        self.used.forbidden_inline_filter |= inline::has_forbidden_filter(image);
        self.used.unknown_intent |= inline::has_unknown_intent(image);
        let mask = inline::is(image, b"IM", b"ImageMask");
        match inline::either(image, b"CS", b"ColorSpace").filter(|_| !mask) {
            Some(Object::Array(indexed)) => self.space_named(resources, indexed.get(1)),
            Some(name) => self.space_named(resources, Some(name)),
            None => {}
        }
    }

    fn state(&mut self, resources: Resources<'a>, state: &mut State<'a>, name: Option<&Object>) {
        let Some(given) = self.named(resources, b"ExtGState", name).and_then(as_dictionary) else { return };
        let intent = self.graph.get(given, b"RI");
        self.used.unknown_intent |= intent.is_some_and(|intent| !is_intent(intent));
        let flag = |key: &[u8]| self.graph.get(given, key).and_then(|flag| flag.as_bool().ok());
        let (both, fills) = (flag(b"OP"), flag(b"op"));
        state.over_stroke = both.unwrap_or(state.over_stroke);
        state.over_fill = fills.or(both).unwrap_or(state.over_fill);
        state.over_mode = self.graph.number(given, b"OPM").map_or(state.over_mode, |mode| mode != 0.0);
    }
}

/// The codes in what a text operator shows.
fn codes(operand: &Object, wide: bool) -> Vec<u16> {
    match operand {
        Object::String(bytes, _) if wide => {
            bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
        }
        Object::String(bytes, _) => bytes.iter().copied().map(u16::from).collect(),
        Object::Array(items) => items.iter().flat_map(|item| codes(item, wide)).collect(),
        _ => Vec::new(),
    }
}

fn operand_holds(operand: &Object, first: bool) -> bool {
    match operand {
        Object::Array(items) => items.iter().all(|item| operand_holds(item, first)),
        leaf => leaf_holds(leaf, first),
    }
}

/// What of the graphics state the checks go by.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a parameter of the graphics state")]
struct State<'a> {
    mode: i64,
    font: Option<&'a Dictionary>,
    /// Inside a glyph without colours of its own.
    colourless: bool,
    /// Filled, or stroked, with four colours of an ICC profile.
    fill: bool,
    stroke: bool,
    /// Overprint for filling, for stroking, and whether its mode is 1.
    over_fill: bool,
    over_stroke: bool,
    over_mode: bool,
}

impl State<'_> {
    /// Whether an operator paints four ICC colours with overprint mode 1 (ISO 19005-2, 6.2.4.2).
    fn overprints(&self, operator: &str) -> bool {
        let text = matches!(operator, "Tj" | "TJ" | "'" | "\"");
        let fills = matches!(operator, "f" | "F" | "f*" | "B" | "B*" | "b" | "b*")
            || text && matches!(self.mode, 0 | 2 | 4 | 6);
        let strokes =
            matches!(operator, "S" | "s" | "B" | "B*" | "b" | "b*") || text && matches!(self.mode, 1 | 2 | 5 | 6);
        self.over_mode && (fills && self.fill && self.over_fill || strokes && self.stroke && self.over_stroke)
    }
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

pub(super) fn is_intent(object: &Object) -> bool {
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

/// The operators of ISO 32000-1, annex A, but those that the reader takes itself.
const OPERATORS: &[&str] = &[
    "b", "B", "b*", "B*", "BDC", "BMC", "BT", "BX", "c", "cm", "d", "d0", "d1", "DP", "EI", "EMC", "ET", "EX", "f",
    "F", "f*", "h", "i", "ID", "j", "J", "l", "m", "M", "MP", "n", "re", "s", "S", "sc", "SC", "scn", "SCN", "sh",
    "T*", "Tc", "Td", "TD", "Tj", "TJ", "TL", "Tm", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", "\"",
];
