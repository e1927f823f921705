//! Rows to tables: rows below each other whose cells stand in the same columns.

use super::layout::{Chunk, Row};

/// What is written of a page, in reading order.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// A paragraph.
    Paragraph(String),
    /// Rows of cells, at least two in a row.
    Table(Grid),
}

/// A table: each row has one text for each column, empty where there is none.
#[derive(Debug, PartialEq)]
pub(super) struct Grid {
    /// The headers of the columns; empty when the first row is none.
    pub(super) headers: Vec<String>,
    /// All rows, the header too.
    pub(super) rows: Vec<Vec<String>>,
}

/// Rows further apart than this many font sizes are not of one table.
const ROW_STEP: f64 = 5.0;
/// A cell longer than this is no column header.
const HEADER_LENGTH: usize = 60;
/// From this many rows on, two columns of long lines are running text that was
/// drawn line by line across both columns.
const WOVEN_ROWS: usize = 4;
/// What a long line is, in bytes.
const WOVEN_LINE: usize = 35;

/// The paragraphs and tables that `rows` make.
pub(super) fn pieces(rows: Vec<Row>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut table: Vec<Row> = Vec::new();
    for row in rows {
        if !table.last().is_some_and(|last| continues(&table, last, &row)) {
            finish(&std::mem::take(&mut table), &mut pieces);
        }
        if row.cells.len() > 1 || !table.is_empty() {
            table.push(row);
        } else {
            pieces.extend(row.texts().into_iter().map(Piece::Paragraph));
        }
    }
    finish(&table, &mut pieces);
    pieces
}

/// Whether `row` goes on with the table: near below it, in its columns. A row
/// of one cell does so when it leaves the first column empty.
fn continues(table: &[Row], last: &Row, row: &Row) -> bool {
    let step = row.top() - last.bottom();
    let near = step > 0.0 && step < ROW_STEP * row.em().max(last.em()) && row.degrees() == last.degrees();
    let Some(widest) = table.iter().max_by_key(|row| row.cells.len()) else { return false };
    let aligned = row.cells.iter().filter(|cell| widest.cells.iter().any(|column| overlap(column, cell))).count();
    let begins_later = widest.cells.first().zip(row.cells.first()).is_some_and(|(a, b)| b.left() > a.right());
    near && aligned * 2 > row.cells.len() && (row.cells.len() > 1 || begins_later)
}

fn overlap(a: &Chunk, b: &Chunk) -> bool {
    a.left() < b.right() && b.left() < a.right()
}

fn finish(rows: &[Row], pieces: &mut Vec<Piece>) {
    if rows.is_empty() {
        return;
    }
    let columns = columns(rows);
    let grid: Vec<Vec<String>> = rows.iter().map(|row| spread(row, &columns)).collect();
    if let Some(texts) = unwoven(&grid) {
        pieces.extend(texts.into_iter().map(Piece::Paragraph));
    } else {
        pieces.push(Piece::Table(Grid { headers: headers(&grid), rows: grid }));
    }
}

/// The columns' left and right edges, from left to right.
fn columns(rows: &[Row]) -> Vec<(f64, f64)> {
    let widest = rows.iter().max_by_key(|row| row.cells.len());
    let edges = |cell: &Chunk| (cell.left(), cell.right());
    let mut columns: Vec<(f64, f64)> = widest.into_iter().flat_map(|row| &row.cells).map(edges).collect();
    for cell in rows.iter().flat_map(|row| &row.cells) {
        let (left, right) = edges(cell);
        let mut touched = columns.iter_mut().filter(|column| left < column.1 && column.0 < right);
        match (touched.next(), touched.next()) {
            (Some(column), None) => *column = (column.0.min(left), column.1.max(right)),
            (None, _) => columns.push((left, right)),
            (Some(_), Some(_)) => {}
        }
    }
    columns.sort_by(|a, b| a.0.total_cmp(&b.0));
    columns
}

/// The cells of `row`, each in its column; cells of the same column are joined.
fn spread(row: &Row, columns: &[(f64, f64)]) -> Vec<String> {
    let mut texts = vec![String::new(); columns.len()];
    for cell in &row.cells {
        let shared = |column: &(f64, f64)| cell.right().min(column.1) - cell.left().max(column.0);
        let most = (0..columns.len()).max_by(|&a, &b| {
            let width = |index: usize| columns.get(index).map_or(f64::MIN, shared);
            width(a).total_cmp(&width(b)).then(b.cmp(&a))
        });
        let Some(text) = most.and_then(|index| texts.get_mut(index)) else { continue };
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&cell.text());
    }
    texts
}

/// The first row when it names columns: short texts without digits, one for
/// each column (the first may lack one), and rows below it.
fn headers(grid: &[Vec<String>]) -> Vec<String> {
    let [first, _, ..] = grid else { return Vec::new() };
    let filled = first.iter().filter(|cell| !cell.is_empty()).count();
    let named = filled > 1 && filled + 1 >= first.len();
    let short = first.iter().all(|cell| cell.len() <= HEADER_LENGTH && !cell.contains(|c: char| c.is_ascii_digit()));
    let labels = first.first().is_some_and(|cell| cell.trim_end().ends_with(':'));
    if named && short && !labels { first.clone() } else { Vec::new() }
}

/// Two columns of running text, told from a table by the length of its lines.
fn unwoven(grid: &[Vec<String>]) -> Option<[String; 2]> {
    let pairs: Option<Vec<[&String; 2]>> =
        grid.iter().map(|row| <[&String; 2]>::try_from(row.iter().collect::<Vec<_>>()).ok()).collect();
    let pairs = pairs?;
    let long = |side: usize| {
        let bytes: usize = pairs.iter().filter_map(|pair| pair.get(side)).map(|text| text.len()).sum();
        bytes >= WOVEN_LINE * pairs.len()
    };
    if pairs.len() < WOVEN_ROWS || !long(0) || !long(1) {
        return None;
    }
    let side = |side: usize| {
        let texts: Vec<&str> = pairs.iter().filter_map(|pair| pair.get(side)).map(|text| text.as_str()).collect();
        texts.join("\n")
    };
    Some([side(0), side(1)])
}
