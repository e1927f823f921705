//! Which rows are a page's running header and footer, where secrecy markings
//! and diary numbers stand.

use std::collections::{HashMap, HashSet};

use super::layout::Row;
use crate::document::Part;

/// The rows of one page, and its height in points.
#[derive(Debug)]
pub(super) struct PageRows {
    /// In reading order.
    pub(super) rows: Vec<Row>,
    /// Height of the page.
    pub(super) height: f64,
}

/// The share of a page's height, at the top and at the bottom, where a row that
/// other pages repeat is a header or footer.
const REPEATED_ZONE: f64 = 0.12;
/// The share where a row by itself is one: within it lies what word processors
/// put at 1.25 cm from the edge, and no body text with a margin of 2.5 cm.
const LONE_ZONE: f64 = 0.065;
/// Font sizes between a lone header and the text.
const LONE_GAP: f64 = 2.5;

/// The part each row of each page stands in: header, footer or body.
pub(super) fn parts(pages: &[PageRows]) -> Vec<Vec<Part>> {
    let repeated = repeated(pages);
    let part = |page: &PageRows, row: &Row| {
        let (part, lone) = zone(row, page.height)?;
        let marks = repeated.contains(&(part, shape(row))) && !heads_table(page, row);
        (marks || (lone && stands_alone(page, row))).then_some(part)
    };
    pages.iter().map(|page| page.rows.iter().map(|row| part(page, row).unwrap_or_default()).collect()).collect()
}

/// The margin a row stands in, and whether it is the outer part of it.
fn zone(row: &Row, height: f64) -> Option<(Part, bool)> {
    if row.degrees() != 0 || height <= 0.0 {
        return None;
    }
    let (from_top, from_bottom) = (row.bottom() / height, 1.0 - row.top() / height);
    if from_top < REPEATED_ZONE {
        Some((Part::Header, from_top < LONE_ZONE))
    } else if from_bottom < REPEATED_ZONE {
        Some((Part::Footer, from_bottom < LONE_ZONE))
    } else {
        None
    }
}

/// What the margins of at least two pages hold.
fn repeated(pages: &[PageRows]) -> HashSet<(Part, String)> {
    let mut seen: HashMap<(Part, String), usize> = HashMap::new();
    let mut repeated = HashSet::new();
    for (page, number) in pages.iter().zip(0..) {
        for row in &page.rows {
            let Some((part, _)) = zone(row, page.height) else { continue };
            let key = (part, shape(row));
            match seen.get(&key) {
                Some(&first) if first != number => drop(repeated.insert(key)),
                Some(_) => {}
                None => drop(seen.insert(key, number)),
            }
        }
    }
    repeated
}

/// A row's text with each number as `#`, for page numbers and dates differ.
fn shape(row: &Row) -> String {
    let mut shape = String::new();
    for c in row.texts().join("\t").chars() {
        match c {
            c if c.is_ascii_digit() && shape.ends_with('#') => {}
            c if c.is_ascii_digit() => shape.push('#'),
            c => shape.push(c),
        }
    }
    shape
}

/// Whether `row` is the first of a table that each page repeats above its rows.
fn heads_table(page: &PageRows, row: &Row) -> bool {
    let below = page.rows.iter().filter(|other| other.top() > row.bottom());
    let Some(next) = below.min_by(|a, b| a.top().total_cmp(&b.top())) else { return false };
    let near = next.top() - row.bottom() < 3.0 * row.em();
    let aligned = row.cells.iter().zip(&next.cells).filter(|(a, b)| (a.left() - b.left()).abs() < row.em()).count();
    near && aligned > 1
}

/// Whether a wide gap parts `row` from all that is not in the same margin.
fn stands_alone(page: &PageRows, row: &Row) -> bool {
    let side = zone(row, page.height);
    let mut others = page.rows.iter().filter(|other| zone(other, page.height) != side).peekable();
    let gap = LONE_GAP * row.em();
    others.peek().is_some() && others.all(|other| row.top() - other.bottom() > gap || other.top() - row.bottom() > gap)
}
