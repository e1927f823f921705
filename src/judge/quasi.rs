//! Rows about persons who have no name: sex, year of birth, place and mother
//! tongue say nothing each and together single one person out (GDPR recital 26).

use std::collections::HashMap;
use std::ops::Range;

use crate::document::{Row, Table, Text};

/// A kind of fact that narrows down who a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Sex,
    Birth,
    Place,
    Work,
    Origin,
    Family,
    Group,
}

/// How the headers of each kind begin.
const HEADERS: &[(Kind, &[&str])] = &[
    (Kind::Sex, &["kön", "juridiskt kön", "man/kvinna", "pojke/flicka", "sex", "gender"]),
    (Kind::Birth, &["ålder", "född", "födelseår", "födelsedatum", "födelsedag", "age", "year of birth", "birth"]),
    (
        Kind::Place,
        &[
            "postnummer",
            "postnr",
            "postort",
            "ort",
            "bostadsort",
            "hemort",
            "stadsdel",
            "bostadsområde",
            "boendeort",
            "hemkommun",
            "folkbokföringsort",
            "bor i",
            "adress",
            "gata",
            "by",
            "församling",
            "postcode",
            "zip",
        ],
    ),
    (
        Kind::Work,
        &["yrke", "sysselsättning", "utbildning", "utbildningsnivå", "arbetsplats", "arbetsgivare", "occupation"],
    ),
    (
        Kind::Origin,
        &[
            "modersmål",
            "förstaspråk",
            "nationalitet",
            "medborgarskap",
            "födelseland",
            "ursprung",
            "mother tongue",
            "nationality",
        ],
    ),
    (Kind::Family, &["civilstånd", "familj", "hushåll", "antal barn", "barn", "boendeform"]),
    (Kind::Group, &["klass", "årskurs", "skola", "förskola", "avdelning"]),
];

/// Headers of a running number that stands for a person.
const NUMBERS: &[&str] = &[
    "id",
    "löpnr",
    "löpnummer",
    "nr",
    "respondent",
    "deltagare",
    "elevnr",
    "kund",
    "brukare",
    "patient",
    "kod",
    "ärende",
];

/// What is in headers of rows that count many.
const COUNTS: &[&str] =
    &["antal", "andel", "summa", "total", "procent", "%", "medel", "median", "genomsnitt", "snitt", "count", "share"];

/// How many kinds, a running number among them, single someone out.
const ENOUGH: usize = 4;

/// The rows that single one person out, by where they stand.
pub(super) fn rows(text: &Text) -> Vec<(usize, Range<usize>)> {
    let tables: Vec<Vec<usize>> = text.tables.iter().map(telling).collect();
    let in_tables = text.blocks.iter().enumerate().filter_map(|(index, block)| {
        let row = block.row.as_ref()?;
        let columns = tables.get(row.table).filter(|columns| !columns.is_empty())?;
        Some((index, row.table, facts(&block.text, row, columns)?))
    });
    let told: Vec<(usize, usize, String)> = in_tables.collect();
    let mut alike: HashMap<(usize, &str), usize> = HashMap::new();
    for (_, table, facts) in &told {
        *alike.entry((*table, facts)).or_default() += 1;
    }
    let alone = told.iter().filter(|(_, table, facts)| alike.get(&(*table, facts.as_str())) == Some(&1));
    alone.map(|(index, ..)| (*index, 0..text.blocks.get(*index).map_or(0, |block| block.text.len()))).collect()
}

/// The columns of a table whose cells together single someone out; empty when
/// they do not, or when its rows are counts.
fn telling(table: &Table) -> Vec<usize> {
    let headers: Vec<String> = table.headers.iter().map(|header| header.trim().to_lowercase()).collect();
    let kinds: Vec<Option<Kind>> = headers.iter().map(|header| kind(header)).collect();
    let many = headers.iter().zip(&kinds).any(|(header, kind)| kind.is_none() && counts_many(header));
    let numbered = headers.first().is_some_and(|header| begins(header, NUMBERS));
    let mut distinct: Vec<Kind> = kinds.iter().flatten().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let person = distinct.contains(&Kind::Sex) || distinct.contains(&Kind::Birth);
    if many || !person || distinct.len() + usize::from(numbered) < ENOUGH {
        return Vec::new();
    }
    kinds.iter().enumerate().filter_map(|(column, kind)| kind.map(|_| column)).collect()
}

fn kind(header: &str) -> Option<Kind> {
    HEADERS.iter().find(|(_, words)| begins(header, words)).map(|(kind, _)| *kind)
}

fn counts_many(header: &str) -> bool {
    header == "n" || COUNTS.iter().any(|word| header.contains(word))
}

/// Whether a header is one of `words`, or one with more words after it.
fn begins(header: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let rest = header.strip_prefix(word);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    })
}

/// What the columns say of the row's person; `None` when a cell is empty.
fn facts(text: &str, row: &Row, columns: &[usize]) -> Option<String> {
    let cell =
        |column: &usize| text.get(row.cells.get(*column)?.clone()).map(str::trim).filter(|cell| !cell.is_empty());
    let cells: Option<Vec<&str>> = columns.iter().map(cell).collect();
    cells.map(|cells| cells.join("\t").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::sample::parse;

    #[track_caller]
    fn check(table: &str, expected: usize) {
        assert_eq!(rows(&parse(table)).len(), expected, "{table}");
    }

    #[test]
    fn rows_that_single_someone_out() {
        check("| Löpnr | Kön | Födelseår | Postnummer |\n| 1 | K | 1941 | 449 31 |\n| 2 | M | 1938 | 449 31 |", 2);
        check("| Kön | Ålder | Ort | Modersmål |\n| K | 41 | Nol | Finska |\n| K | 41 | Nol | Finska |", 0);
        check("| Kön | Ålder | Ort | Yrke |\n| K | 41 | Nol | Lärare |\n| M | | Nol | Lärare |", 1);
    }

    #[test]
    fn rows_that_count_or_tell_little() {
        check("| Kön | Åldersgrupp | Ort | Antal |\n| Kvinnor | 20–29 | Nol | 214 |", 0);
        check("| Lag | Kön | Ålder | Ort |\n| P12 | Pojkar | 12 | Nol |", 0);
        check("| Skola | Adress | Ort | Årskurs |\n| Byskolan | Byvägen 1 | Nol | 1–6 |", 0);
    }
}
