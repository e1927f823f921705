//! Arabic and Hebrew: from the order that glyphs stand in to the order they are read in.

/// Whether `text` begins with a letter of a script written from right to left
/// (Unicode's Hebrew, Arabic and neighbouring blocks and their presentation forms).
pub(super) fn is_right_to_left(text: &str) -> bool {
    let letter = |c| matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    text.chars().next().is_some_and(letter)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
}

/// Reorders the glyphs of a line, given from left to right, as they are read.
///
/// A small part of the bidirectional algorithm (UAX #9): one level of
/// embedding, which is what a line that was laid out already needs.
pub(super) fn logical<'t>(glyphs: &[&'t str]) -> Vec<&'t str> {
    let strong: Vec<Option<Direction>> = glyphs.iter().map(|glyph| direction(glyph)).collect();
    let right = glyphs.iter().filter(|glyph| is_right_to_left(glyph)).count();
    let left = glyphs.iter().filter(|glyph| glyph.starts_with(char::is_alphabetic)).count() - right_letters(glyphs);
    let base = if right >= left { Direction::Right } else { Direction::Left };
    let mut runs: Vec<(Direction, Vec<&str>)> = Vec::new();
    for (&glyph, direction) in glyphs.iter().zip(resolved(&strong, base)) {
        match runs.last_mut() {
            Some((last, run)) if *last == direction => run.push(glyph),
            _ => runs.push((direction, vec![glyph])),
        }
    }
    for (direction, run) in &mut runs {
        if *direction == Direction::Right {
            run.reverse();
        }
    }
    if base == Direction::Right {
        runs.reverse();
    }
    runs.into_iter().flat_map(|(_, run)| run).collect()
}

fn right_letters(glyphs: &[&str]) -> usize {
    glyphs.iter().filter(|glyph| is_right_to_left(glyph) && glyph.starts_with(char::is_alphabetic)).count()
}

fn direction(glyph: &str) -> Option<Direction> {
    if is_right_to_left(glyph) {
        Some(Direction::Right)
    } else {
        glyph.starts_with(char::is_alphanumeric).then_some(Direction::Left)
    }
}

/// A glyph without direction takes that of both its neighbours, or the line's.
fn resolved(strong: &[Option<Direction>], base: Direction) -> Vec<Direction> {
    let mut after = vec![None; strong.len()];
    let mut next = None;
    for (slot, own) in after.iter_mut().zip(strong).rev() {
        next = own.or(next);
        *slot = next;
    }
    let mut before = None;
    let resolve = |(own, after): (&Option<Direction>, Option<Direction>)| {
        before = own.or(before);
        if before == after { before.unwrap_or(base) } else { own.unwrap_or(base) }
    };
    strong.iter().zip(after).map(resolve).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_from_the_right_but_numbers_and_latin_from_the_left() {
        let check = |seen: &str, read: &str| {
            let glyphs: Vec<String> = seen.chars().map(String::from).collect();
            let glyphs: Vec<&str> = glyphs.iter().map(String::as_str).collect();
            assert_eq!(logical(&glyphs).concat(), read);
        };
        check("םולש", "שלום");
        check("12-34 םולש", "שלום 12-34");
        check("Ord: םולש ok", "Ord: שלום ok");
    }
}
