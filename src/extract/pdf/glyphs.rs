//! What a page draws, as glyphs with positions: the device that hayro draws to.
//!
//! Positions rather than strings are asked of the parser, because a PDF has no
//! spaces, lines or columns but those that the positions show.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;
use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hayro_interpret::font::{Glyph, GlyphRun, Type3Glyph};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::content::TypedIter;
use hayro_interpret::hayro_syntax::object::dict::keys::RESOURCES;
use hayro_interpret::hayro_syntax::object::{Dict, ObjectIdentifier, Stream};
use hayro_interpret::hayro_syntax::page::{Page, Resources};
use hayro_interpret::hayro_syntax::xref::XRef;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Vec2};
use hayro_interpret::pattern::Pattern;
use hayro_interpret::util::TransformExt;
use hayro_interpret::{
    BlendMode, CacheKey, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, InterpreterWarning, Paint, RenderContent, SoftMask, WarningSinkFn, interpret, interpret_page,
};

use super::charmaps::Charmaps;
use super::objects;

/// A drawn glyph, in points from the page's upper left corner.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Its characters in [`Page::text`](Canvas::text).
    pub(super) text: Range<usize>,
    /// Where it begins on the base line.
    pub(super) start: Point,
    /// Where the next glyph would begin.
    pub(super) end: Point,
    /// Unit vector along the base line.
    pub(super) along: Vec2,
    /// Font size.
    pub(super) em: f64,
    /// Whether the font says which character it is.
    pub(super) known: bool,
}

/// What was drawn on a page.
#[derive(Debug)]
pub(super) struct Canvas {
    /// The glyphs in the order drawn.
    pub(super) glyphs: Vec<Drawn>,
    /// Their characters.
    pub(super) text: String,
    /// Width and height of the page.
    pub(super) size: (f64, f64),
    /// Share of the page that images cover, counted once for each image.
    pub(super) image_share: f64,
    /// Filled or stroked shapes with curves, such as letters drawn as outlines.
    pub(super) curved_shapes: usize,
    /// What the file says that glyphs and pictures stand for.
    pub(super) meanings: Vec<String>,
    charmaps: Rc<RefCell<Charmaps>>,
    painted: Rc<RefCell<HashSet<u128>>>,
    lost_font: bool,
    /// Letters that stand at no place, because they have no size.
    lost_letters: usize,
    last_run: Option<RunKey>,
    drawings: usize,
    /// Clips that are open: each form opens one.
    clips: usize,
    too_deep: bool,
    frame: Rect,
}

/// Forms that draw each other deeper than this are not drawn by the interpreter, which says nothing of it.
const NESTED_FORMS: usize = 45;

/// The most drawing operations that one page may give. Maps have some hundred
/// thousand; forms that draw each other have no end.
const MOST_DRAWINGS: usize = 5_000_000;

/// This many glyphs of unknown characters on end are a word that was not read.
const UNKNOWN_WORD: usize = 4;
/// Images that cover less of a page than this are logotypes and rules.
const LEAST_IMAGE: f64 = 0.02;
/// Images that cover this much of a page are the page, scanned.
const SCAN_SHARE: f64 = 0.85;
/// Fewer letters than this on a scanned page are a stamp or a page number.
const STAMP_LETTERS: usize = 20;
/// From this many curved shapes on, a page without text may be text drawn as outlines.
const OUTLINED_LETTERS: usize = 50;

/// A text shown twice at the same place (filled, then stroked; or shifted by a
/// hair to look bold) is this alike.
#[derive(Clone, Debug)]
struct RunKey {
    text: String,
    start: Point,
    em: f64,
}

impl RunKey {
    fn repeats(&self, earlier: &Self) -> bool {
        self.text == earlier.text && (self.start - earlier.start).hypot() < 0.1 * self.em
    }
}

/// What the pages of a document share.
pub(super) struct Shared<'a> {
    /// The document's objects.
    pub(super) xref: &'a XRef,
    /// Fonts and colours that were loaded.
    pub(super) cache: InterpreterCache<'a>,
    /// What the fonts themselves tell of their glyphs.
    pub(super) charmaps: Rc<RefCell<Charmaps>>,
    /// Patterns, masks and drawn glyphs whose own content was looked at.
    painted: Rc<RefCell<HashSet<u128>>>,
    /// Appearances that were drawn.
    drawn: RefCell<HashSet<ObjectIdentifier>>,
}

impl<'a> Shared<'a> {
    /// What the pages of the document in `xref` share, before any is drawn.
    pub(super) fn new(xref: &'a XRef) -> Self {
        Self {
            xref,
            cache: InterpreterCache::new(),
            charmaps: Rc::default(),
            painted: Rc::default(),
            drawn: RefCell::default(),
        }
    }
}

/// What is drawn with, and may hold text of its own.
enum Brush<'a> {
    Pattern(Box<Pattern<'a>>),
    Mask(SoftMask<'a>),
    Glyph(Box<Type3Glyph<'a>>, Paint<'a>),
}

impl CacheKey for Brush<'_> {
    fn cache_key(&self) -> u128 {
        match self {
            Self::Pattern(pattern) => pattern.cache_key(),
            Self::Mask(mask) => mask.cache_key(),
            Self::Glyph(glyph, _) => glyph.cache_key(),
        }
    }
}

/// How far below the page the text in brushes is written, in points: it repeats
/// and overlaps where it is drawn.
const BELOW: f64 = 50_000.0;

/// Shorter meanings are ligatures and hyphens.
const LEAST_MEANING: usize = 4;

/// Thrown out of the interpreter, which knows no other way to be stopped.
pub(super) struct TooMuch;

/// Draws the content of `page`, or its annotations, on an empty canvas.
///
/// Unwinds with [`TooMuch`] when the page has no end of drawings.
pub(super) fn draw<'a>(page: &Page<'a>, shared: &Shared<'a>) -> Canvas {
    on_canvas(page, shared, |interpreter, canvas| interpret_page(page, interpreter, canvas))
}

/// Draws the form in `stream` alone, as if it were the page; `None` when it was drawn before or cannot be.
pub(super) fn draw_form<'a>(page: &Page<'a>, stream: &Stream<'a>, shared: &Shared<'a>) -> Option<Canvas> {
    let id = stream.obj_id();
    if !shared.drawn.borrow_mut().insert(id) {
        return None;
    }
    let data = stream.decoded_data().ok()?;
    let resources = stream.dict().get::<Dict<'a>>(RESOURCES).map(Resources::new);
    let resources = resources.as_ref().unwrap_or(page.resources());
    Some(on_canvas(page, shared, |interpreter, canvas| {
        interpret(TypedIter::new(&data), resources, interpreter, canvas);
    }))
}

fn on_canvas<'a>(page: &Page<'a>, shared: &Shared<'a>, draw: impl FnOnce(&mut Context<'a>, &mut Canvas)) -> Canvas {
    let lost_font = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&lost_font);
    let warning_sink: WarningSinkFn = Arc::new(move |warning| {
        if matches!(warning, InterpreterWarning::UnsupportedFont) {
            noted.store(true, Ordering::Relaxed);
        }
    });
    let render_content = RenderContent::PAGE;
    let settings = InterpreterSettings { render_content, warning_sink, ..InterpreterSettings::default() };
    let (width, height) = page.render_dimensions();
    let frame = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    // Text beside the page is in the file too, so the interpreter's own box is wide.
    let everything = Rect::new(-1e5, -1e5, 1e5, 1e5);
    let transform = page.initial_transform(true).to_kurbo();
    let mut interpreter = Context::new(transform, everything, &shared.cache, shared.xref, settings);
    let mut canvas = Canvas {
        glyphs: Vec::new(),
        text: String::new(),
        size: (frame.width(), frame.height()),
        image_share: 0.0,
        curved_shapes: 0,
        meanings: Vec::new(),
        charmaps: Rc::clone(&shared.charmaps),
        painted: Rc::clone(&shared.painted),
        lost_font: false,
        lost_letters: 0,
        last_run: None,
        drawings: 0,
        clips: 0,
        too_deep: false,
        frame,
    };
    draw(&mut interpreter, &mut canvas);
    canvas.lost_font = lost_font.load(Ordering::Relaxed);
    canvas
}

impl Canvas {
    /// Whether it holds words whose characters are unknown: several such glyphs
    /// on end, or many of them, or a font that could not be loaded at all. A lone
    /// one is a bullet or an ornament.
    pub(super) fn has_unknown_words(&self) -> bool {
        if self.lost_font || self.lost_letters >= UNKNOWN_WORD {
            return true;
        }
        let visible = self.glyphs.iter().filter(|g| !self.characters(g).trim().is_empty());
        let (mut unknown, mut on_end, mut all) = (0, 0, 0);
        for glyph in visible {
            all += 1;
            let lost =
                !glyph.known && self.characters(glyph).contains(|c: char| c.is_alphanumeric() || is_meaningless(c));
            on_end = if lost { on_end + 1 } else { 0 };
            unknown += usize::from(lost);
            if on_end >= UNKNOWN_WORD {
                return true;
            }
        }
        unknown >= UNKNOWN_WORD && unknown * 20 > all
    }

    /// Whether it shows pictures, or shapes that may be letters, and no text to
    /// speak of.
    pub(super) fn is_picture(&self) -> bool {
        let letters = self.text.chars().filter(|c| c.is_alphanumeric()).take(STAMP_LETTERS).count();
        let pictured = self.image_share >= LEAST_IMAGE || self.curved_shapes >= OUTLINED_LETTERS;
        (letters == 0 && pictured) || (letters < STAMP_LETTERS && self.image_share >= SCAN_SHARE)
    }

    /// Whether forms were nested so deep that the innermost may not have been drawn.
    pub(super) fn is_too_deep(&self) -> bool {
        self.too_deep
    }

    /// The characters of `glyph`.
    pub(super) fn characters(&self, glyph: &Drawn) -> &str {
        self.text.get(glyph.text.clone()).unwrap_or_default()
    }

    fn count(&mut self, drawings: usize) {
        self.drawings += drawings;
        if self.drawings > MOST_DRAWINGS {
            resume_unwind(Box::new(TooMuch));
        }
    }

    fn push(&mut self, glyph: &Glyph<'_>, placed: Placed) {
        let from = self.text.len();
        let known = write_characters(glyph, &self.charmaps, &mut self.text);
        let Placed { start, end, along, em } = placed;
        self.glyphs.push(Drawn { text: from..self.text.len(), start, end, along, em, known });
    }

    /// Reads the text that `brush` itself is drawn with, once in the document.
    fn look_into<'a>(&mut self, brush: Brush<'a>)
    where
        Self: Device<'a>,
    {
        if !self.painted.borrow_mut().insert(brush.cache_key()) {
            return;
        }
        // Shapes and pictures in a brush are no pictures of text.
        let (shapes, share) = (self.curved_shapes, self.image_share);
        let below = Affine::new([1.0, 0.0, 0.0, -1.0, 0.0, BELOW]);
        match brush {
            Brush::Pattern(pattern) => {
                if let Pattern::Tiling(tiling) = *pattern {
                    tiling.interpret(self, below, false);
                }
            }
            Brush::Mask(mask) => mask.interpret(self),
            Brush::Glyph(glyph, paint) => glyph.interpret(self, below, Affine::IDENTITY, &paint),
        }
        (self.curved_shapes, self.image_share) = (shapes, share);
    }

    fn look_at_paint<'a>(&mut self, props: &DrawProps<'a>)
    where
        Self: Device<'a>,
    {
        if let Paint::Pattern(pattern) = &props.paint {
            self.look_into(Brush::Pattern(pattern.clone()));
        }
        if let Some(mask) = &props.soft_mask {
            self.look_into(Brush::Mask(mask.clone()));
        }
    }

    /// Takes back the glyphs from `first` on when they repeat the run before them.
    fn drop_repeated(&mut self, first: usize) {
        let Some(glyph) = self.glyphs.get(first) else { return };
        let text = self.text.get(glyph.text.start..).unwrap_or_default().to_owned();
        let key = RunKey { text, start: glyph.start, em: glyph.em };
        if self.last_run.as_ref().is_some_and(|earlier| key.repeats(earlier)) {
            self.text.truncate(glyph.text.start);
            self.glyphs.truncate(first);
        } else {
            self.last_run = Some(key);
        }
    }
}

impl<'a> Device<'a> for Canvas {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let glyphs = run.glyphs();
        self.count(glyphs.len());
        let first = self.glyphs.len();
        let vertical = run.writing_mode() == WritingMode::Vertical;
        let type3_em = type3_em(run);
        for glyph in glyphs {
            let placed = place(glyph, (props.transform * glyph.transform()).as_coeffs(), vertical, type3_em);
            match placed {
                Some(placed) => self.push(glyph, placed),
                None => self.lost_letters += usize::from(is_letter(glyph)),
            }
        }
        self.drop_repeated(first);
        for glyph in glyphs {
            if let Glyph::Type3(drawn) = &**glyph {
                self.look_into(Brush::Glyph(drawn.clone(), props.paint.clone()));
            }
        }
        self.look_at_paint(&props);
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.count(1);
        let pixels = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let covered = props.transform.transform_rect_bbox(pixels).intersect(self.frame);
        let page = self.frame.area();
        if page > 0.0 && covered.area().is_finite() {
            self.image_share += covered.area() / page;
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        self.count(1);
        self.look_at_paint(&props);
        let curved = path.elements().iter().any(|e| matches!(e, PathEl::CurveTo(..) | PathEl::QuadTo(..)));
        self.curved_shapes += usize::from(curved);
    }

    fn draw_rect(&mut self, _: &Rect, props: DrawProps<'a>, _: &DrawMode) {
        self.count(1);
        self.look_at_paint(&props);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count(1);
        self.clips += 1;
        self.too_deep |= self.clips >= NESTED_FORMS;
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.count(1);
        self.clips += 1;
    }

    fn push_transparency_group(&mut self, _: f32, mask: Option<SoftMask<'a>>, _: BlendMode) {
        self.count(1);
        if let Some(mask) = mask {
            self.look_into(Brush::Mask(mask));
        }
    }

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        let said =
            properties.iter().flat_map(|dict| [&b"ActualText"[..], b"Alt", b"E"].map(|key| objects::text(dict, key)));
        let words =
            said.flatten().filter(|words| words.chars().filter(|c| c.is_alphanumeric()).count() >= LEAST_MEANING);
        self.meanings.extend(words);
    }

    fn pop_clip(&mut self) {
        self.clips = self.clips.saturating_sub(1);
    }

    fn pop_transparency_group(&mut self) {}
}

#[derive(Clone, Copy)]
struct Placed {
    start: Point,
    end: Point,
    along: Vec2,
    em: f64,
}

fn is_letter(glyph: &Glyph<'_>) -> bool {
    match glyph.as_unicode() {
        Some(BfString::Char(c)) => c.is_alphanumeric(),
        Some(BfString::String(string)) => string.chars().any(char::is_alphanumeric),
        None => glyph.char_code() > 0x20,
    }
}

/// Where a glyph stands; `None` when its matrix has collapsed or is not finite.
fn place(glyph: &Glyph<'_>, matrix: [f64; 6], vertical: bool, type3_em: f64) -> Option<Placed> {
    let (right, up, start) = axes(matrix);
    let em = match glyph {
        Glyph::Outline(_) => 1000.0 * if up.hypot() > 0.0 { up.hypot() } else { right.hypot() },
        Glyph::Type3(_) => type3_em * right.hypot(),
    };
    let base = if vertical { -up } else { right };
    let step = if vertical { 1000.0 } else { advance(glyph) };
    let end = start + base * step;
    let along = base / base.hypot();
    let sound = start.is_finite() && end.is_finite() && along.is_finite() && em.is_finite() && em > 0.0;
    sound.then_some(Placed { start, end, along, em })
}

/// The images of the unit vectors and of the origin.
#[expect(clippy::many_single_char_names, reason = "the names of the matrix in the standard")]
fn axes([a, b, c, d, e, f]: [f64; 6]) -> (Vec2, Vec2, Point) {
    (Vec2::new(a, b), Vec2::new(c, d), Point::new(e, f))
}

/// The width of a glyph in thousandths of the font size.
fn advance(glyph: &Glyph<'_>) -> f64 {
    let width = match glyph {
        Glyph::Outline(outline) => outline.advance_width(),
        Glyph::Type3(type3) => type3.advance_width(),
    };
    f64::from(width.unwrap_or(500.0))
}

/// The font size of a Type 3 font in its own thousandths, which the font does
/// not tell: letters are about half as wide as the font is high.
fn type3_em(run: &GlyphRun<'_, '_>) -> f64 {
    let widths = run.glyphs().iter().filter(|g| matches!(***g, Glyph::Type3(_))).map(|g| advance(g).abs());
    let (sum, count) = widths.filter(|w| *w > 0.0).fold((0.0, 0.0), |(sum, count), w| (sum + w, count + 1.0));
    if count > 0.0 { 2.0 * sum / count } else { 1000.0 }
}

/// Appends the characters of `glyph`, and says whether the font told them.
///
/// A glyph without Unicode, also in its embedded font, is taken for the Latin-1 character of its code,
/// which simple fonts without an encoding mostly mean.
fn write_characters(glyph: &Glyph<'_>, charmaps: &RefCell<Charmaps>, text: &mut String) -> bool {
    let from = text.len();
    match glyph.as_unicode() {
        Some(BfString::Char(c)) => write_character(c, text),
        Some(BfString::String(string)) => string.chars().for_each(|c| write_character(c, text)),
        None => from_charmap(glyph, charmaps).into_iter().for_each(|c| write_character(c, text)),
    }
    if text.len() > from {
        return !text.get(from..).unwrap_or_default().chars().all(is_meaningless);
    }
    let code = glyph.char_code();
    let latin = matches!(code, 0x20..=0x7e | 0xa0..=0xff).then(|| char::from_u32(code)).flatten();
    text.push(latin.unwrap_or(char::REPLACEMENT_CHARACTER));
    latin == Some(' ')
}

fn from_charmap(glyph: &Glyph<'_>, charmaps: &RefCell<Charmaps>) -> Option<char> {
    match glyph {
        Glyph::Outline(outline) => charmaps.borrow_mut().character(outline),
        Glyph::Type3(_) => None,
    }
}

/// A character that says that there is none, or one of a private area that means nothing outside its
/// font; from U+F000 to U+F0FF symbol fonts have their signs.
fn is_meaningless(c: char) -> bool {
    matches!(c, char::REPLACEMENT_CHARACTER | '\u{e000}'..='\u{efff}' | '\u{f100}'..='\u{f8ff}')
}

/// Ligatures become their letters; control characters are left out.
fn write_character(c: char, text: &mut String) {
    match c {
        '\u{fb00}' => text.push_str("ff"),
        '\u{fb01}' => text.push_str("fi"),
        '\u{fb02}' => text.push_str("fl"),
        '\u{fb03}' => text.push_str("ffi"),
        '\u{fb04}' => text.push_str("ffl"),
        '\u{fb05}' | '\u{fb06}' => text.push_str("st"),
        '\t' | '\n' | '\r' => text.push(' '),
        c if c.is_control() => {}
        c => text.push(c),
    }
}
