//! Drawing the label's text, with a font that the program carries.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, Glyph, Point, PxScale, ScaleFont, point};

use super::turn::Mask;

/// Noto Sans Bold, the Latin letters of Europe (SIL Open Font License 1.1, see data/fonts/OFL.txt).
static FONT: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    FontRef::try_from_slice(include_bytes!("../../../data/fonts/NotoSans-Bold-latin.ttf"))
        .expect("the font is part of the program")
});

/// Height of a capital letter in Noto Sans, as a part of the em (OS/2 table: 714 of 1,000).
const CAPITAL: f32 = 0.714;
/// From line to line, in heights of a capital letter.
const LEADING: f32 = 1.7;

/// A text broken into lines, with its measures in pixels.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    lines: Vec<String>,
    /// Height of a capital letter.
    pub capital: f32,
    /// Width of the longest line.
    pub width: f32,
    /// From the top of the first line's capitals to the last line's base.
    pub height: f32,
}

impl Lines {
    /// The words, in one line.
    pub(crate) fn text(&self) -> String {
        self.lines.join(" ")
    }
}

/// Whether the font has every letter of `text`.
pub(crate) fn can_draw(text: &str) -> bool {
    text.chars().all(|c| c == ' ' || FONT.glyph_id(c).0 != 0)
}

/// Breaks `text` into `count` lines of as equal a length as its words allow.
/// `None` when it has fewer words.
pub(crate) fn measure(text: &str, count: usize, capital: f32) -> Option<Lines> {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() < count {
        return None;
    }
    let width = |line: &str| line_width(line, capital);
    let mut best: Option<(f32, Vec<String>)> = None;
    for breaks in breaks(words.len(), count) {
        let lines: Vec<String> = breaks.iter().map(|range| words[range.clone()].join(" ")).collect();
        let longest = lines.iter().map(|line| width(line)).fold(0.0, f32::max);
        if best.as_ref().is_none_or(|(least, _)| longest < *least) {
            best = Some((longest, lines));
        }
    }
    let (width, lines) = best?;
    let more = u8::try_from(count - 1).ok()?;
    Some(Lines { lines, capital, width, height: capital * (1.0 + LEADING * f32::from(more)) })
}

/// Every way to cut `words` words into `count` lines, at most three.
fn breaks(words: usize, count: usize) -> Vec<Vec<std::ops::Range<usize>>> {
    match count {
        1 => vec![vec![0..words]],
        2 => (1..words).map(|a| vec![0..a, a..words]).collect(),
        _ => (1..words).flat_map(|a| (a + 1..words).map(move |b| vec![0..a, a..b, b..words])).collect(),
    }
}

fn scale(capital: f32) -> PxScale {
    let em = capital / CAPITAL;
    PxScale::from(em * FONT.height_unscaled() / FONT.units_per_em().unwrap_or(1000.0))
}

fn line_width(line: &str, capital: f32) -> f32 {
    let font = FONT.as_scaled(scale(capital));
    line.chars().map(|c| font.h_advance(FONT.glyph_id(c))).sum()
}

/// Draws the lines in the middle of a plate of `width` by `height` pixels.
pub(crate) fn draw(lines: &Lines, width: usize, height: usize) -> Mask {
    let mut mask = Mask::plain(width, height);
    let middle = |length: usize, text: f32| (length as f32 - text) / 2.0;
    let mut base = middle(height, lines.height) + lines.capital;
    for line in &lines.lines {
        let start = point(middle(width, line_width(line, lines.capital)), base);
        for glyph in glyphs(line, lines.capital, start) {
            add(&mut mask, glyph);
        }
        base += lines.capital * LEADING;
    }
    mask
}

fn glyphs(line: &str, capital: f32, start: Point) -> impl Iterator<Item = Glyph> {
    let scale = scale(capital);
    let mut x = start.x;
    line.chars().map(move |c| {
        let id = FONT.glyph_id(c);
        let glyph = id.with_scale_and_position(scale, point(x, start.y));
        x += FONT.as_scaled(scale).h_advance(id);
        glyph
    })
}

fn add(mask: &mut Mask, glyph: Glyph) {
    let Some(outline) = FONT.outline_glyph(glyph) else { return };
    let bounds = outline.px_bounds();
    outline.draw(|x, y, coverage| {
        let (x, y) = (bounds.min.x + x as f32, bounds.min.y + y as f32);
        if x < 0.0 || y < 0.0 {
            return;
        }
        let (x, y) = (x as usize, y as usize);
        if x < mask.width
            && let Some(place) = mask.coverage.get_mut(y * mask.width + x)
        {
            *place = place.saturating_add((coverage.clamp(0.0, 1.0) * 255.0) as u8);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swedish_letters_are_there() {
        assert!(can_draw("Bilden är skapad av AI, ÅÄÖ åäö é – Sápmi"));
        assert!(!can_draw("画像"));
    }

    #[test]
    fn capitals_have_the_height_asked_for() {
        let lines = measure("AI", 1, 40.0).unwrap();
        let mask = draw(&lines, 200, 100);
        let rows = |y: &usize| mask.coverage[y * 200..(y + 1) * 200].iter().any(|&value| value > 127);
        let drawn = (0..100).filter(rows).count();
        assert!((39..=41).contains(&drawn), "{drawn}");
    }
}
