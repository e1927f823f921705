//! Lines to paragraphs and rows.
//!
//! The order drawn is nearly always the order read, so a paragraph is a run of
//! lines drawn one below the other, and no guess at columns can tear a sentence
//! apart. Only what stands side by side is gathered by position, for forms and
//! tables are drawn in every order.

use std::collections::HashSet;

use super::lines::Line;

/// A paragraph or a cell: lines one below the other, never none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chunk {
    /// Its lines from the top down.
    pub(super) lines: Vec<Line>,
    /// Its place in the order drawn.
    order: usize,
}

/// What stands side by side: one chunk for a paragraph, several for cells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Row {
    /// From left to right.
    pub(super) cells: Vec<Chunk>,
}

/// Lines further apart than this many font sizes are not of one paragraph.
const LEADING: f64 = 1.9;
/// A chunk of more lines is a column of text, never a cell.
const CELL_LINES: usize = 6;
/// Lines of this many bytes on average are running text.
const PROSE_LINE: usize = 30;

/// The rows of a page in reading order.
pub(super) fn rows(lines: Vec<Line>) -> Vec<Row> {
    let chunks = split_columns_of_cells(chunks(lines));
    let mut rows = side_by_side(chunks);
    rows.sort_by_key(|row| row.cells.iter().map(|cell| cell.order).min());
    rows
}

impl Chunk {
    /// Its leftmost edge.
    pub(super) fn left(&self) -> f64 {
        self.lines.iter().map(|line| line.left).fold(f64::MAX, f64::min)
    }

    /// Its rightmost edge.
    pub(super) fn right(&self) -> f64 {
        self.lines.iter().map(|line| line.right).fold(f64::MIN, f64::max)
    }

    /// Its text: wrapped lines joined by a space, hyphens at their ends undone,
    /// other line ends kept.
    pub(super) fn text(&self) -> String {
        let right = self.right();
        let mut text = String::new();
        let mut last: Option<&Line> = None;
        for line in &self.lines {
            if let Some(last) = last {
                join(&mut text, last, line, right);
            }
            text.push_str(line.text.trim());
            last = Some(line);
        }
        text
    }

    fn first(&self) -> Option<&Line> {
        self.lines.first()
    }

    /// Whether it is running text; its last line may be short.
    fn is_prose(&self) -> bool {
        let full = match self.lines.as_slice() {
            [full @ .., _] if !full.is_empty() => full,
            lines => lines,
        };
        full.iter().map(|line| line.text.len()).sum::<usize>() >= PROSE_LINE * full.len()
    }
}

impl Row {
    /// The base line of its first line.
    pub(super) fn top(&self) -> f64 {
        self.edge().fold(f64::MAX, f64::min)
    }

    /// The base line of its last line.
    pub(super) fn bottom(&self) -> f64 {
        self.edge().fold(f64::MIN, f64::max)
    }

    /// The largest font size in it.
    pub(super) fn em(&self) -> f64 {
        self.lines().map(|line| line.em).fold(0.0, f64::max)
    }

    /// The direction of its text, in degrees clockwise.
    pub(super) fn degrees(&self) -> i32 {
        self.lines().next().map_or(0, |line| line.degrees)
    }

    /// Its cells' texts.
    pub(super) fn texts(&self) -> Vec<String> {
        self.cells.iter().map(Chunk::text).collect()
    }

    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.cells.iter().flat_map(|cell| &cell.lines)
    }

    fn edge(&self) -> impl Iterator<Item = f64> {
        self.lines().map(|line| line.base)
    }
}

fn chunks(lines: Vec<Line>) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    for (order, line) in lines.into_iter().enumerate() {
        match chunks.last_mut() {
            Some(chunk) if follows(chunk, &line) => chunk.lines.push(line),
            _ => chunks.push(Chunk { lines: vec![line], order }),
        }
    }
    chunks
}

/// Whether `line` is the next line of `chunk`: right below it, in the same size
/// and with the same leading.
fn follows(chunk: &Chunk, line: &Line) -> bool {
    let Some(last) = chunk.lines.last() else { return false };
    let step = line.base - last.base;
    let size = last.em.max(line.em);
    let alike = line.degrees == last.degrees && line.em.min(last.em) > 0.75 * size;
    let leading = chunk.lines.get(chunk.lines.len().wrapping_sub(2)).map(|before| last.base - before.base);
    alike
        && last.overlaps(line)
        && (0.5 * size..=LEADING * size).contains(&step)
        && leading.is_none_or(|leading| (step - leading).abs() < 0.25 * size)
}

/// Two or more chunks of the same number of lines on the same base lines are
/// columns of a table that was drawn column by column: each line is a cell.
fn split_columns_of_cells(chunks: Vec<Chunk>) -> Vec<Chunk> {
    let mut tall: Vec<&Chunk> = chunks.iter().filter(|c| c.lines.len() > 2 && !c.is_prose()).collect();
    tall.sort_by(|a, b| base(a).total_cmp(&base(b)));
    let mut paired: HashSet<usize> = HashSet::new();
    for (a, b) in tall.iter().zip(tall.iter().skip(1)) {
        if a.lines.len() == b.lines.len() && a.lines.iter().zip(&b.lines).all(|(a, b)| a.is_beside(b)) {
            paired.extend([a.order, b.order]);
        }
    }
    let split = |chunk: Chunk| {
        let apart = paired.contains(&chunk.order);
        let order = chunk.order;
        let mut lines = vec![chunk.lines];
        if apart {
            lines = lines.into_iter().flatten().map(|line| vec![line]).collect();
        }
        lines.into_iter().zip(0..).map(move |(lines, below)| Chunk { lines, order: order + below })
    };
    chunks.into_iter().flat_map(split).collect()
}

/// Gathers chunks whose first lines stand on one base line.
fn side_by_side(mut chunks: Vec<Chunk>) -> Vec<Row> {
    chunks.sort_by(|a, b| direction(a).cmp(&direction(b)).then(base(a).total_cmp(&base(b))));
    let mut rows: Vec<Row> = Vec::new();
    let mut band: Vec<Chunk> = Vec::new();
    for chunk in chunks {
        if band.first().is_some_and(|first| !on_one_line(first, &chunk)) {
            rows.extend(cells(std::mem::take(&mut band)));
        }
        band.push(chunk);
    }
    rows.extend(cells(band));
    rows
}

/// The chunks of one base line as rows: cells together, columns of running text apart.
fn cells(mut band: Vec<Chunk>) -> Vec<Row> {
    band.sort_by(|a, b| a.left().total_cmp(&b.left()));
    let mut rows: Vec<Row> = Vec::new();
    for chunk in band {
        match rows.last_mut() {
            Some(row) if row.cells.last().is_some_and(|last| are_cells(last, &chunk)) => row.cells.push(chunk),
            _ => rows.push(Row { cells: vec![chunk] }),
        }
    }
    rows
}

fn are_cells(left: &Chunk, right: &Chunk) -> bool {
    let short = |chunk: &Chunk| chunk.lines.len() <= CELL_LINES;
    let columns = left.is_prose() && right.is_prose() && left.lines.len() + right.lines.len() > 2;
    let apart = left.right() <= right.left() + 0.3 * left.first().map_or(0.0, |line| line.em);
    short(left) && short(right) && apart && !columns
}

fn on_one_line(a: &Chunk, b: &Chunk) -> bool {
    let em = |chunk: &Chunk| chunk.first().map_or(0.0, |line| line.em);
    direction(a) == direction(b) && (base(a) - base(b)).abs() < 0.3 * em(a).min(em(b))
}

fn base(chunk: &Chunk) -> f64 {
    chunk.first().map_or(0.0, |line| line.base)
}

fn direction(chunk: &Chunk) -> i32 {
    chunk.first().map_or(0, |line| line.degrees)
}

/// Puts between two lines of a paragraph what the reader sees there.
fn join(text: &mut String, last: &Line, next: &Line, right: f64) {
    let start = next.text.trim_start();
    if let Some(stem) = text.strip_suffix(['-', '\u{ad}', '\u{2010}'])
        && start.starts_with(char::is_alphanumeric)
        && stem.ends_with(char::is_alphanumeric)
    {
        if undoes_hyphen(stem, start, text.ends_with('\u{ad}')) {
            text.truncate(stem.len());
        }
        return;
    }
    text.push(if is_wrapped(last, next, start, right) { ' ' } else { '\n' });
}

/// A hyphen before a small letter divides a word; before a digit or a capital
/// it belongs to a number, a name or a compound.
fn undoes_hyphen(stem: &str, start: &str, soft: bool) -> bool {
    soft || (start.starts_with(char::is_lowercase) && stem.ends_with(char::is_alphabetic))
}

/// Whether the next line's first word had no room on this line.
fn is_wrapped(last: &Line, next: &Line, start: &str, right: f64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "a word is short")]
    let word = start.split_whitespace().next().map_or(0, |word| word.chars().count()) as f64;
    let characters = next.text.chars().count().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a line is short")]
    let width = (next.right - next.left) / characters as f64;
    right - last.right < (word + 1.0) * width
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, left: f64, base: f64) -> Line {
        #[expect(clippy::cast_precision_loss, reason = "a line is short")]
        let right = left + 5.0 * text.chars().count() as f64;
        Line { text: text.to_owned(), left, right, base, em: 10.0, degrees: 0 }
    }

    fn texts(lines: Vec<Line>) -> Vec<Vec<String>> {
        rows(lines).iter().map(Row::texts).collect()
    }

    #[test]
    fn wrapped_lines_are_one_paragraph() {
        let lines = vec![
            line("Ansökan avser försörjnings-", 50.0, 100.0),
            line("stöd för perioden in- och ut-", 50.0, 112.0),
            line("tagning, nummer 19900101-", 50.0, 124.0),
            line("2385. Kort.", 50.0, 136.0),
            line("Ny rad.", 50.0, 148.0),
            line("Nytt stycke.", 50.0, 180.0),
        ];
        let first =
            "Ansökan avser försörjningsstöd för perioden in- och uttagning, nummer 19900101-2385. Kort.\nNy rad.";
        assert_eq!(texts(lines), [vec![first], vec!["Nytt stycke."]]);
    }

    #[test]
    fn cells_of_a_row_are_gathered_whatever_the_order_drawn() {
        let by_row = vec![
            line("Ada", 50.0, 100.0),
            line("B", 200.0, 100.0),
            line("Bo", 50.0, 112.0),
            line("C", 200.0, 112.0),
            line("Cia", 50.0, 124.0),
            line("D", 200.0, 124.0),
        ];
        let by_column = [0, 2, 4, 1, 3, 5].iter().map(|&i: &usize| by_row[i].clone()).collect();
        let expected = [vec!["Ada", "B"], vec!["Bo", "C"], vec!["Cia", "D"]];
        assert_eq!(texts(by_row), expected);
        assert_eq!(texts(by_column), expected);
    }

    #[test]
    fn columns_of_running_text_stay_apart() {
        let left = "Den ena spaltens rad är så lång som här";
        let right = "Den andra spaltens rad är minst så lång";
        let column = |text, x| (0..3).map(move |i| line(text, x, 100.0 + 12.0 * f64::from(i)));
        let lines = column(left, 50.0).chain(column(right, 300.0)).collect();
        let found = texts(lines);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0], [[left; 3].join(" ")]);
    }
}
