//! The spreadsheet and the analysts' table, as other programs read them.

use std::fs;
use std::io::{Cursor, Read};
use std::path::PathBuf;
use std::process::Command;

use aktsam::judge::explain::Language;
use zip::ZipArchive;

use super::bytes;

/// A part of the workbook.
fn part(book: &[u8], name: &str) -> String {
    let mut text = String::new();
    ZipArchive::new(Cursor::new(book)).unwrap().by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_workbook_has_a_sheet_per_view() {
    let book = bytes("xlsx", Language::Swedish);
    let sheets = part(&book, "xl/workbook.xml");
    for (number, name) in (1..).zip(["Översikt", "Filer", "Mappar", "Arkiv"]) {
        assert!(sheets.contains(&format!("name=\"{name}\" sheetId=\"{number}\"")), "{name}: {sheets}");
    }
    for sheet in [2, 3, 4] {
        let xml = part(&book, &format!("xl/worksheets/sheet{sheet}.xml"));
        assert!(xml.contains("<pane ySplit=\"1\" topLeftCell=\"A2\""), "the titles stay: {xml}");
        assert!(xml.contains("<autoFilter ref=\"A1:"), "the titles filter: {xml}");
    }
}

#[test]
fn nothing_in_the_workbook_is_a_formula() {
    let book = bytes("xlsx", Language::Swedish);
    let files = part(&book, "xl/worksheets/sheet2.xml");
    assert!(files.contains("<is><t>=cmd|'C calc'!A0.csv</t></is>"), "{files}");
    assert!(files.contains("&lt;/script&gt;"), "{files}");
    for sheet in 1..=4 {
        assert!(!part(&book, &format!("xl/worksheets/sheet{sheet}.xml")).contains("<f>"));
    }
}

#[test]
fn moments_in_the_workbook_are_moments() {
    let book = bytes("xlsx", Language::Swedish);
    let files = part(&book, "xl/worksheets/sheet2.xml");
    // 2025-03-12 10:30 where the report is read.
    assert!(files.contains("<v>45728.4375</v>"), "{files}");
    assert!(
        part(&book, "xl/styles.xml").contains("formatCode=\"yyyy\\-mm\\-dd\\ hh:mm\"")
            || part(&book, "xl/styles.xml").contains("formatCode=\"yyyy-mm-dd hh:mm\"")
    );
}

#[test]
fn the_archive_sheet_holds_what_an_archivist_looks_at() {
    let archive = part(&bytes("xlsx", Language::Swedish), "xl/worksheets/sheet4.xml");
    for (name, is_there) in [("Protokoll 2025-03-12.pdf", true), ("Låst.pdf", true), ("Nyhet.docx", false)] {
        assert_eq!(archive.contains(name), is_there, "{name}: {archive}");
    }
}

/// A Python that has `DuckDB`.
fn python() -> Option<PathBuf> {
    let installed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/tools/python/bin/python3");
    let has_duckdb = |python: &PathBuf| Command::new(python).args(["-c", "import duckdb"]).output();
    let found = [installed, "python3".into()]
        .into_iter()
        .find(|python| has_duckdb(python).is_ok_and(|output| output.status.success()));
    if found.is_none() {
        eprintln!("SKIPPED: no Python with DuckDB, so the Parquet file was not read by another program");
    }
    found
}

#[test]
fn duckdb_reads_the_table() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.parquet");
    fs::write(&file, bytes("parquet", Language::Swedish)).unwrap();
    let query = "
import duckdb, sys
files = duckdb.read_parquet(sys.argv[1])
def one(sql): return duckdb.sql(sql).fetchall()
print(one('SELECT count(*), count(owner), sum(persons)::BIGINT FROM files'))
print(one('SELECT name FROM files WHERE list_contains(rules, \\'secrecy-marking\\')'))
print(one('SELECT name, flags FROM files WHERE len(flags) > 1'))
print(one('SELECT DISTINCT findings[\\'personnummer\\'] FROM files WHERE verdict = \\'sensitive\\''))
print(one('SELECT DISTINCT epoch(modified)::BIGINT, typeof(modified) FROM files'))
print(one('SELECT name FROM files WHERE sha256 IS NULL ORDER BY ALL'))
";
    let output = Command::new(python).args(["-c", query]).arg(&file).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    insta::assert_snapshot!(said);
}
