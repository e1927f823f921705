//! What a page draws, as glyphs with positions: the device that hayro draws to.
//!
//! Positions rather than strings are asked of the parser, because a PDF has no
//! spaces, lines or columns but those that the positions show.

use std::ops::Range;
use std::panic::resume_unwind;

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::hayro_syntax::xref::XRef;
use hayro_interpret::kurbo::{BezPath, PathEl, Point, Rect, Shape, Vec2};
use hayro_interpret::util::TransformExt;
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, RenderContent, SoftMask, interpret_page,
};

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
    last_run: Option<RunKey>,
    drawings: usize,
    frame: Rect,
}

/// The most drawing operations that one page may give. Maps have some hundred
/// thousand; forms that draw each other have no end.
const MOST_DRAWINGS: usize = 5_000_000;

/// A text shown twice at the same place (filled, then stroked; or shifted by a
/// hair to look bold) is this alike.
#[derive(Clone, Debug, PartialEq)]
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

/// Thrown out of the interpreter, which knows no other way to be stopped.
pub(super) struct TooMuch;

/// Draws the content of `page`, or its annotations, on an empty canvas.
///
/// Unwinds with [`TooMuch`] when the page has no end of drawings.
pub(super) fn draw<'a>(
    page: &Page<'a>,
    xref: &'a XRef,
    cache: &InterpreterCache<'a>,
    content: RenderContent,
) -> Canvas {
    let settings = InterpreterSettings { render_content: content, ..InterpreterSettings::default() };
    let (width, height) = page.render_dimensions();
    let frame = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    // Text beside the page is in the file too, so the interpreter's own box is wide.
    let everything = Rect::new(-1e5, -1e5, 1e5, 1e5);
    let mut context = Context::new(page.initial_transform(true).to_kurbo(), everything, cache, xref, settings);
    let mut canvas = Canvas {
        glyphs: Vec::new(),
        text: String::new(),
        size: (frame.width(), frame.height()),
        image_share: 0.0,
        curved_shapes: 0,
        last_run: None,
        drawings: 0,
        frame,
    };
    interpret_page(page, &mut context, &mut canvas);
    canvas
}

impl Canvas {
    /// Whether nothing that can be read was drawn.
    pub(super) fn has_no_text(&self) -> bool {
        !self.text.chars().any(char::is_alphanumeric)
    }

    fn count(&mut self, drawings: usize) {
        self.drawings += drawings;
        if self.drawings > MOST_DRAWINGS {
            resume_unwind(Box::new(TooMuch));
        }
    }

    fn push(&mut self, glyph: &Glyph<'_>, placed: Placed) {
        let from = self.text.len();
        let known = write_characters(glyph, &mut self.text);
        let Placed { start, end, along, em } = placed;
        self.glyphs.push(Drawn { text: from..self.text.len(), start, end, along, em, known });
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
            if let Some(placed) = placed {
                self.push(glyph, placed);
            }
        }
        self.drop_repeated(first);
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

    fn draw_path(&mut self, path: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.count(1);
        let curved = path.elements().iter().any(|e| matches!(e, PathEl::CurveTo(..) | PathEl::QuadTo(..)));
        self.curved_shapes += usize::from(curved);
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'a>, _: &DrawMode) {
        self.count(1);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count(1);
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.count(1);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.count(1);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

struct Placed {
    start: Point,
    end: Point,
    along: Vec2,
    em: f64,
}

/// Where a glyph stands; `None` when its matrix has collapsed or is not finite.
fn place(glyph: &Glyph<'_>, matrix: [f64; 6], vertical: bool, type3_em: f64) -> Option<Placed> {
    let [a, b, c, d, x, y] = matrix;
    let (right, up) = (Vec2::new(a, b), Vec2::new(c, d));
    let start = Point::new(x, y);
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
/// A glyph without Unicode is taken for the Latin-1 character of its code,
/// which simple fonts without an encoding mostly mean.
fn write_characters(glyph: &Glyph<'_>, text: &mut String) -> bool {
    let from = text.len();
    match glyph.as_unicode() {
        Some(BfString::Char(c)) => write_character(c, text),
        Some(BfString::String(string)) => string.chars().for_each(|c| write_character(c, text)),
        None => {}
    }
    if text.len() > from {
        return true;
    }
    let code = glyph.char_code();
    let latin = matches!(code, 0x20..=0x7e | 0xa0..=0xff).then(|| char::from_u32(code)).flatten();
    text.push(latin.unwrap_or(char::REPLACEMENT_CHARACTER));
    latin == Some(' ')
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
