//! The plate and the text over a picture's own samples, and the contrast that results.

use super::turn::Mask;

/// How much of the plate's black covers the picture. 0.75 is the least that
/// gives white text the contrast WCAG asks for on any picture.
pub(crate) const PLATE: f32 = 0.82;
/// WCAG 2.2, success criterion 1.4.3, level AA.
pub(crate) const CONTRAST: f32 = 4.5;

/// A sample under the plate: `dark` is the plate's value, `light` the text's.
#[inline]
pub(crate) fn blend(sample: f32, dark: f32, light: f32, coverage: f32, plate: f32) -> f32 {
    let under = sample * (1.0 - plate) + dark * plate;
    under * (1.0 - coverage) + light * coverage
}

/// The contrast between text and plate by WCAG 2.2, from the lightest of the
/// plate and the middle of the text. `luma` gives 0 (black) to 1 (white) of a
/// point of the plate. `None` when the mask holds no text.
pub(crate) fn contrast(mask: &Mask, luma: impl Fn(usize, usize) -> f32) -> Option<f32> {
    let mut plate = Vec::new();
    let mut text = Vec::new();
    for (x, y) in (0..mask.height).flat_map(|y| (0..mask.width).map(move |x| (x, y))) {
        match mask.coverage.get(y * mask.width + x) {
            Some(250..) => text.push(luma(x, y)),
            Some(0) if mask.is_inside(x, y) => plate.push(luma(x, y)),
            _ => {}
        }
    }
    // The lightest hundredth is ringing at the letters' edges.
    let at = plate.len().saturating_sub(1) * 99 / 100;
    let lightest = ranked(&mut plate, at)?;
    // Half of the text is at least so light.
    let at = text.len() / 2;
    let middle = ranked(&mut text, at)?;
    Some((luminance(middle) + 0.05) / (luminance(lightest) + 0.05))
}

/// The value that would stand at `at` if they were sorted.
fn ranked(values: &mut [f32], at: usize) -> Option<f32> {
    (at < values.len()).then(|| *values.select_nth_unstable_by(at, f32::total_cmp).1)
}

/// The contrast between the light and the dark half of a label's pixels: text
/// and plate. `None` without both.
pub(crate) fn bimodal_contrast(values: &mut [u8]) -> Option<f32> {
    values.sort_unstable();
    let share = |part: usize| values.get(values.len() * part / 100).copied();
    // Text covers some tenth of its plate; the median is plate.
    let (plate, text) = (share(50)?, share(96)?);
    let level = |value: u8| luminance(f32::from(value) / 255.0) + 0.05;
    Some(level(text) / level(plate))
}

/// Relative luminance of a grey (WCAG 2.2, definition; sRGB).
fn luminance(value: f32) -> f32 {
    let value = value.clamp(0.0, 1.0);
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plate_suffices_on_white() {
        let mask = Mask { coverage: vec![0, 255], ..Mask::plain(2, 1) };
        let on_white =
            |plate| contrast(&mask, |x, _| blend(1.0, 0.0, 1.0, if x == 0 { 0.0 } else { 1.0 }, plate)).unwrap();
        assert!(on_white(PLATE) > 7.0);
        assert!(on_white(0.5) < CONTRAST);
    }
}
