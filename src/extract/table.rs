//! Which row of a table names its columns: asked of every format that has tables.

/// Longest text that still names a column, in characters.
const LONGEST: usize = 60;

/// Whether a row looks like column headers: at least two cells (or one, in a
/// table of one column), all of them short, none of them data.
pub(super) fn is_header(cells: &[String]) -> bool {
    let filled: Vec<&str> = cells.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty()).collect();
    let enough = filled.len() >= 2.min(cells.len()) && filled.len() * 2 > cells.len();
    enough && filled.iter().all(|cell| names_column(cell)) && filled.iter().any(|cell| has_letter(cell))
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
            let cells: Vec<String> = row.iter().map(|cell| (*cell).to_owned()).collect();
            assert_eq!(is_header(&cells), expected, "{row:?}");
        }
    }
}
