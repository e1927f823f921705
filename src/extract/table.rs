//! Which row of a table names its columns: asked of every format that has tables.

use std::ops::RangeInclusive;

use crate::document::{Place, TextBuilder};

/// Longest text that still names a column, in characters.
const LONGEST: usize = 60;

/// Rows of a worksheet, which may hold a title, several tables and notes:
/// whichever row looks like headers names the columns of those below it.
#[derive(Debug)]
pub(super) struct Grid {
    table: usize,
    /// Filled cells of the header row; 0 before one was met.
    header_width: usize,
    /// Whether a row below the header did not look like one.
    has_data: bool,
    last_row: u32,
}

impl Grid {
    /// Begins a worksheet.
    pub(super) fn new(builder: &mut TextBuilder) -> Self {
        Self { table: builder.table(), header_width: 0, has_data: false, last_row: 0 }
    }

    /// Adds the row at `place`; `cells` begin at the first column.
    pub(super) fn row(&mut self, place: Place, cells: &[String], builder: &mut TextBuilder) {
        let width = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
        if width == 0 {
            return;
        }
        let number = place.row.unwrap_or(0);
        let after_gap = number > self.last_row.saturating_add(1);
        self.last_row = number;
        if !is_header(filled(cells)) {
            self.has_data = true;
        } else if self.begins_table(width, after_gap) {
            if self.header_width > 0 {
                self.table = builder.table();
            }
            builder.headers(self.table, cells.to_vec());
            self.header_width = width;
            self.has_data = false;
        }
        builder.row(self.table, place, cells);
    }

    /// Whether a row that looks like headers is: the first one, one under a
    /// title, or one after a gap in a sheet whose data look otherwise.
    fn begins_table(&self, width: usize, after_gap: bool) -> bool {
        let under_title = !self.has_data && self.header_width < 2 && width >= 2;
        let in_another_table = self.has_data && after_gap && width >= 2;
        self.header_width == 0 || under_title || in_another_table
    }
}

/// Empty columns that a row may hold before a cell. One that stands farther
/// out is a block of its own: a stray cell must not cost a row of tabs.
const MOST_GAP: u32 = 256;

/// The cells of a worksheet's row, from the first column on.
#[derive(Debug, Default)]
pub(super) struct Line {
    cells: Vec<String>,
}

impl Line {
    /// Puts a value in `column` (from 1).
    ///
    /// # Errors
    ///
    /// The value, when it stands too far out, or before one that was put already.
    pub(super) fn put(&mut self, column: u32, value: String) -> Result<(), String> {
        let filled = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        if column <= filled || column > filled.saturating_add(MOST_GAP) {
            return Err(value);
        }
        self.cells.resize(column as usize - 1, String::new());
        self.cells.push(value);
        Ok(())
    }

    /// Whether a cell with something in it stands in one of the `hidden` columns.
    pub(super) fn reaches(&self, hidden: &[RangeInclusive<u32>]) -> bool {
        let is_in = |column: u32| hidden.iter().any(|columns| columns.contains(&column));
        self.cells.iter().zip(1..).any(|(cell, column)| !cell.trim().is_empty() && is_in(column))
    }

    /// The cells, leaving none.
    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.cells)
    }
}

/// Whether a row looks like column headers: at least two cells (or one, in a
/// table of one column), all of them short, none of them data.
pub(super) fn is_header(cells: &[String]) -> bool {
    let filled: Vec<&str> = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    let enough = filled.len() >= 2.min(cells.len()) && filled.len() * 2 > cells.len();
    enough && filled.iter().all(|cell| names_column(cell)) && filled.iter().any(|cell| has_letter(cell))
}

/// A header or footer without its codes (ECMA-376 part 1, 18.3.1.46): `&C`,
/// `&"Arial,Bold"`, `&12` and such.
pub(super) fn without_codes(text: &str) -> String {
    let mut words = String::new();
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '&' {
            words.push(c);
            continue;
        }
        match characters.next() {
            Some('&') => words.push('&'),
            Some('"') => drop(characters.by_ref().take_while(|c| *c != '"').last()),
            Some('L' | 'C' | 'R') => words.push(' '),
            Some('K') => drop(characters.by_ref().take(6).last()),
            Some(digit) if digit.is_ascii_digit() => while characters.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    words
}

/// The cells from the first filled one to the last.
fn filled(cells: &[String]) -> &[String] {
    let is_filled = |cell: &String| !cell.trim().is_empty();
    let start = cells.iter().position(is_filled).unwrap_or(0);
    let end = cells.iter().rposition(is_filled).map_or(0, |last| last + 1);
    cells.get(start..end).unwrap_or_default()
}

/// A name has letters, or is a year; data has runs of digits or is an address.
fn names_column(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let is_year = cell.len() == 4 && digits == 4;
    cell.chars().count() <= LONGEST && !cell.contains('@') && (is_year || has_letter(cell) && digits <= 4)
}

fn has_letter(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn headers_are_told_from_data() {
        for (row, expected) in [
            (&["Namn", "Personnummer", "Betyg"][..], true),
            (&["Område", "2023", "2024"], true),
            (&["Namn", "", "Ort"], true),
            (&["Personnummer"], true),
            (&["Ada Ek", "19900101-2385", "A"], false),
            (&["Elevlista", "", ""], false),
            (&["ada@exempel.se", "Ada"], false),
            (&["1", "2"], false),
            (&["", ""], false),
        ] {
            assert_eq!(is_header(&cells(row)), expected, "{row:?}");
        }
    }

    #[test]
    fn a_sheet_of_two_tables_has_the_headers_of_each() {
        let mut builder = TextBuilder::new(&Limits::default());
        let mut grid = Grid::new(&mut builder);
        let rows: &[(u32, &[&str])] = &[
            (1, &["Elever i 9A"]),
            (3, &["Namn", "Betyg"]),
            (4, &["Ada", "A"]),
            (5, &["900101-2385", "B"]),
            (8, &["", "Kostnad", "Konto"]),
            (9, &["", "12000", "4010"]),
        ];
        for (row, values) in rows {
            let place = Place { row: Some(*row), ..Place::default() };
            grid.row(place, &cells(values), &mut builder);
        }
        let text = builder.finish();
        let header = |block: usize, column| text.header(text.blocks[block].row.as_ref().unwrap(), column);
        assert_eq!(header(0, 0), Some("Elever i 9A"));
        assert_eq!((header(2, 1), header(3, 0)), (Some("Betyg"), Some("Namn")));
        assert_eq!((header(5, 1), header(5, 0)), (Some("Kostnad"), None));
    }

    #[test]
    fn header_codes_are_left_out() {
        assert_eq!(without_codes("&L&\"Arial,Bold\"&12Sekretess&CA && B&K00FF00&RSida &P"), " Sekretess A & B Sida ");
    }
}
