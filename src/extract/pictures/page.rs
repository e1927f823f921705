//! Pages of a PDF as pictures.

use std::panic::catch_unwind;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render as draw};

use crate::limits::Limits;
use crate::ocr::Grey;

/// What recognisers are trained on, in pixels per inch.
const DPI: f32 = 300.0;
/// Points per inch (ISO 32000-1, 8.3.2.3).
const POINTS: f32 = 72.0;

/// The file; `None` when it is too damaged to have pages.
pub(super) fn open(bytes: &[u8]) -> Option<Pdf> {
    catch_unwind(|| Pdf::new(bytes.to_vec()).ok()).ok().flatten()
}

/// How many pages there are, as far as the limit.
pub(super) fn count(pdf: &Pdf, limits: &Limits) -> u32 {
    u32::try_from(pdf.pages().len().min(limits.pages)).unwrap_or(u32::MAX)
}

/// Page `number` (from 1) in grey; `None` when it is not there or too large.
pub(super) fn render(pdf: &Pdf, number: u32, limits: &Limits) -> Option<Grey> {
    let page = pdf.pages().get(usize::try_from(number).ok()?.checked_sub(1)?)?;
    let (width, height) = page.render_dimensions();
    let dpi = fitting(width, height, limits)?;
    let scale = dpi / POINTS;
    let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
    let cache = RenderCache::new();
    let pixmap = draw(page, &cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
    let shade = |r: u8, g: u8, b: u8| (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000;
    let pixels = pixmap.data().iter().map(|p| u8::try_from(shade(p.r, p.g, p.b)).unwrap_or(255)).collect();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 300")]
    let dpi = dpi as u32;
    Some(Grey { width: u32::from(pixmap.width()), height: u32::from(pixmap.height()), pixels, dpi })
}

/// The resolution at which the page keeps to the limits on pixels; `None` when it is too coarse to read.
fn fitting(width: f32, height: f32, limits: &Limits) -> Option<f32> {
    const COARSEST: f32 = 70.0;
    #[expect(clippy::cast_precision_loss, reason = "a bound needs no exactness")]
    let (most, side) = (limits.pixels as f32, limits.image_side as f32);
    let by_area = (most / (width * height)).sqrt() * POINTS;
    let by_side = side / width.max(height) * POINTS;
    let dpi = DPI.min(by_area).min(by_side);
    (width >= 1.0 && height >= 1.0 && dpi >= COARSEST).then_some(dpi)
}
