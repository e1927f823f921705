//! Stamps on a page: what is inked beside the words that were read, turned so
//! that it lies level. A secrecy stamp is seldom set straight.

use super::{Area, Grey};

/// Side of the cells in which ink is counted, in pixels: at 300 dpi about the height of a small letter.
const CELL: usize = 16;
/// Dark pixels that make a cell inked; specks have fewer.
const INK: u32 = 20;
/// Darker than this is ink.
const DARK: u8 = 128;
/// Cells without ink that letters of one stamp may have between them.
const GAP: usize = 2;
/// Least length and height of a stamp, in cells: 10 mm and 3 mm at 300 dpi.
const LEAST: (usize, usize) = (8, 2);
/// Most stamps that are looked at on a page, the largest first.
const MOST: usize = 4;
/// What leans less was read with the page, in radians (about 5 degrees).
const LEVEL: f32 = 0.09;
/// Around a word that was read, in pixels: its dots, accents and underline.
const MARGIN: usize = 6;

/// A group of inked cells.
#[derive(Debug, Default)]
struct Group {
    cells: Vec<(usize, usize)>,
}

/// The pictures of what may be stamps that lean, each turned level. Of each it
/// is not known which way is up.
pub(super) fn leaning(page: &Grey, words: &[Area]) -> Vec<Grey> {
    let mut groups = groups(&inked(page, words));
    groups.retain(|group| group.is_plausible(page));
    groups.sort_by_key(|group| std::cmp::Reverse(group.cells.len()));
    groups.iter().take(MOST).filter_map(|group| group.level(page)).collect()
}

/// Which cells hold ink that belongs to no word.
fn inked(page: &Grey, words: &[Area]) -> Vec<Vec<bool>> {
    let (width, height) = (page.width as usize, page.height as usize);
    let mut pixels = page.pixels.clone();
    for word in words {
        let (left, top) = ((word.left as usize).saturating_sub(MARGIN), (word.top as usize).saturating_sub(MARGIN));
        let right = (word.left as usize + word.width as usize + MARGIN).min(width);
        let bottom = (word.top as usize + word.height as usize + MARGIN).min(height);
        for y in top..bottom {
            pixels.get_mut(y * width + left..y * width + right).into_iter().for_each(|row| row.fill(255));
        }
    }
    let mut counts = vec![vec![0_u32; width.div_ceil(CELL)]; height.div_ceil(CELL)];
    for (row, y) in pixels.chunks_exact(width.max(1)).zip(0..) {
        let Some(cells) = counts.get_mut(y / CELL) else { break };
        for (count, part) in cells.iter_mut().zip(row.chunks(CELL)) {
            *count += part.iter().map(|shade| u32::from(*shade < DARK)).sum::<u32>();
        }
    }
    counts.iter().map(|row| row.iter().map(|count| *count >= INK).collect()).collect()
}

/// The inked cells in groups of neighbours.
fn groups(inked: &[Vec<bool>]) -> Vec<Group> {
    let mut left = inked.to_vec();
    let mut groups = Vec::new();
    for y in 0..left.len() {
        for x in 0..left.get(y).map_or(0, Vec::len) {
            if take(&mut left, x, y) {
                groups.push(Group { cells: grown((x, y), &mut left) });
            }
        }
    }
    groups
}

fn grown(start: (usize, usize), left: &mut [Vec<bool>]) -> Vec<(usize, usize)> {
    let mut cells = vec![start];
    let mut next = 0;
    while let Some(&(x, y)) = cells.get(next) {
        next += 1;
        for y in y.saturating_sub(GAP)..=y + GAP {
            for x in x.saturating_sub(GAP)..=x + GAP {
                if take(left, x, y) {
                    cells.push((x, y));
                }
            }
        }
    }
    cells
}

fn take(left: &mut [Vec<bool>], x: usize, y: usize) -> bool {
    left.get_mut(y).and_then(|row| row.get_mut(x)).is_some_and(std::mem::take)
}

#[expect(clippy::cast_precision_loss, reason = "a page has fewer cells than an f32 can count")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the page")]
impl Group {
    /// The first and last column and row of cells.
    fn bounds(&self) -> ((usize, usize), (usize, usize)) {
        let range = |of: fn(&(usize, usize)) -> usize| {
            let values = || self.cells.iter().map(of);
            (values().min().unwrap_or(0), values().max().unwrap_or(0))
        };
        (range(|cell| cell.0), range(|cell| cell.1))
    }

    /// Large enough for letters, not a line, and not the whole page.
    fn is_plausible(&self, page: &Grey) -> bool {
        let ((left, right), (top, bottom)) = self.bounds();
        let (width, height) = (right - left + 1, bottom - top + 1);
        let cells = (page.width as usize).div_ceil(CELL) * (page.height as usize).div_ceil(CELL);
        width.max(height) >= LEAST.0 && width.min(height) >= LEAST.1 && width * height * 4 <= cells
    }

    /// How far its long axis leans, in radians from level; `None` when it has none.
    fn lean(&self) -> Option<f32> {
        let count = self.cells.len() as f32;
        let mean = |of: fn(&(usize, usize)) -> f32| self.cells.iter().map(of).sum::<f32>() / count;
        let (x, y) = (mean(|cell| cell.0 as f32), mean(|cell| cell.1 as f32));
        let moment = |of: &dyn Fn(f32, f32) -> f32| {
            self.cells.iter().map(|cell| of(cell.0 as f32 - x, cell.1 as f32 - y)).sum::<f32>() / count
        };
        let (xx, yy, xy) = (moment(&|x, _| x * x), moment(&|_, y| y * y), moment(&|x, y| x * y));
        let spread = ((xx - yy).powi(2) + 4.0 * xy * xy).sqrt();
        let (long, short) = (xx + yy + spread, xx + yy - spread);
        // What is as high as it is long is no line of letters.
        (long > 3.0 * short.max(0.1)).then(|| 0.5 * (2.0 * xy).atan2(xx - yy))
    }

    /// It alone, turned level on white paper.
    fn level(&self, page: &Grey) -> Option<Grey> {
        let lean = self.lean().filter(|lean| lean.abs() > LEVEL)?;
        let ((left, right), (top, bottom)) = self.bounds();
        let (from, to) = ((left as f32, top as f32), (right as f32 + 1.0, bottom as f32 + 1.0));
        let centre = ((from.0 + to.0) / 2.0 * CELL as f32, (from.1 + to.1) / 2.0 * CELL as f32);
        let (sin, cos) = lean.sin_cos();
        let (wide, high) = ((to.0 - from.0) * CELL as f32, (to.1 - from.1) * CELL as f32);
        let border = 2.0 * CELL as f32;
        let width = wide * cos.abs() + high * sin.abs() + border;
        let height = wide * sin.abs() + high * cos.abs() + border;
        let shade = |x: usize, y: usize| {
            let (x, y) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
            let (at_x, at_y) = (centre.0 + x * cos - y * sin, centre.1 + x * sin + y * cos);
            let inside = at_x >= 0.0 && at_y >= 0.0 && at_x < page.width as f32 && at_y < page.height as f32;
            let shade = || page.pixels.get(at_y as usize * page.width as usize + at_x as usize).copied();
            inside.then(shade).flatten().unwrap_or(255)
        };
        let (columns, rows) = (width as usize, height as usize);
        let pixels = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y))).map(|(x, y)| shade(x, y)).collect();
        Some(Grey { width: columns as u32, height: rows as u32, pixels, dpi: page.dpi })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white page with a bar of that length and thickness, leaning by so many degrees.
    fn page(degrees: f32, length: f32, thickness: f32) -> Grey {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let ink = |at: usize| {
            let (x, y) = ((at % 1200) as f32 - 600.0, (at / 1200) as f32 - 600.0);
            let (along, across) = (x * cos + y * sin, y * cos - x * sin);
            if along.abs() < length / 2.0 && across.abs() < thickness / 2.0 { 0 } else { 255 }
        };
        Grey { width: 1200, height: 1200, pixels: (0..1200 * 1200).map(ink).collect(), dpi: 300 }
    }

    #[test]
    fn what_leans_is_turned_level() {
        for degrees in [-80.0, -30.0, 12.0, 45.0, 90.0] {
            let found = leaning(&page(degrees, 400.0, 60.0), &[]);
            assert_eq!(found.len(), 1, "{degrees}");
            let dark = |y: u32| {
                let row = (y * found[0].width) as usize;
                found[0].pixels[row..row + found[0].width as usize].iter().filter(|shade| **shade < DARK).count()
            };
            // Level, the bar lies in few rows, and in those at its whole length.
            let rows: Vec<usize> = (0..found[0].height).map(dark).filter(|count| *count > 20).collect();
            assert!((50..90).contains(&rows.len()), "{degrees}: {} rows", rows.len());
            assert!(rows[rows.len() / 2] > 380, "{degrees}");
        }
    }

    #[test]
    fn words_lines_and_what_lies_level_are_no_stamps() {
        assert!(leaning(&page(0.0, 400.0, 60.0), &[]).is_empty());
        assert!(leaning(&page(90.0, 900.0, 8.0), &[]).is_empty());
        assert!(leaning(&page(45.0, 1100.0, 300.0), &[]).is_empty());
        let word = Area { left: 380, top: 380, width: 440, height: 440 };
        assert!(leaning(&page(45.0, 400.0, 60.0), &[word]).is_empty());
    }
}
