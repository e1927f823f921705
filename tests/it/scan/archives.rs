//! Members of archives are rows of their own, wherever results are shown.

use std::fs;
use std::io::{Cursor, Write as _};

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Ground, text};

const NUMBER: &str = "19900101-2385";

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A share with an archive in an archive, and a text beside it.
fn ground() -> Ground {
    let ground = Ground::new();
    let inner = zip(&[("elev.txt", format!("Elev: {NUMBER}\n").as_bytes()), ("bild.pdf", b"Handling.\n")]);
    ground.put("arkiv.zip", &zip(&[("mapp/a.txt", b"Handling.\n"), ("inre.zip", &inner)]));
    ground.put("b.txt", b"Handling.\n");
    ground
}

#[test]
fn they_follow_their_archive() {
    let ground = ground();
    let first = ground.records(&[]);
    let seen: Vec<(&str, &Value)> = first.iter().map(|(path, record)| (path.as_str(), &record["verdict"])).collect();
    let expected = [
        ("share/arkiv.zip", "sensitive"),
        ("share/arkiv.zip!/inre.zip", "sensitive"),
        ("share/arkiv.zip!/inre.zip!/bild.pdf", "open"),
        ("share/arkiv.zip!/inre.zip!/elev.txt", "sensitive"),
        ("share/arkiv.zip!/mapp/a.txt", "open"),
        ("share/b.txt", "open"),
    ];
    assert_eq!(
        seen,
        expected.map(|(path, verdict)| (path, Value::from(verdict))).iter().map(|(p, v)| (*p, v)).collect::<Vec<_>>()
    );
    assert_eq!(first["share/arkiv.zip!/inre.zip!/bild.pdf"]["flags"]["extension-mismatch"], 1);
    assert!(first["share/arkiv.zip"].get("members").is_none());
    let again = ground.records(&[]);
    assert!(again.values().all(super::is_unchanged));
    assert!(again.keys().eq(first.keys()));
    assert_eq!(ground.last_run().seen, 2, "an archive is one file");
}

#[test]
fn reports_show_them_and_count_them_apart() {
    let ground = ground();
    let summary = ground.scan(&["share"]);
    assert!(text(&summary.stdout).contains("4 filer i arkiv"), "{}", text(&summary.stdout));
    let args = [
        "report",
        "--ledger",
        "state/ledger.db",
        "--out",
        "out",
        "--format",
        "jsonl",
        "--format",
        "csv",
        "--format",
        "html",
    ];
    assert!(ground.aktsam(args).status().unwrap().success());
    let report = |name: &str| fs::read_to_string(ground.path().join("out").join(name)).unwrap();
    let paths: Vec<String> = report("report.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["path"].as_str().unwrap().to_owned())
        .collect();
    let in_inner = ["arkiv.zip!/inre.zip!/elev.txt", "arkiv.zip!/inre.zip!/bild.pdf"];
    assert_eq!(
        paths,
        [&["arkiv.zip", "arkiv.zip!/mapp/a.txt", "arkiv.zip!/inre.zip"][..], &in_inner, &["b.txt"]].concat()
    );
    assert_eq!(report("report.csv").lines().count(), 1 + paths.len());
    let page = report("report.html");
    assert!(
        page.contains("2 sedda = <span>2 Läst</span>") || page.contains("2 sedda = <span>2 läst"),
        "the files add up"
    );
    assert!(page.contains("4 filer i arkiv, räknade för sig = <span>4 "), "and so do the members");
    let ledger = rusqlite::Connection::open(ground.ledger()).unwrap();
    let rows =
        "SELECT group_concat(name || ' ' || verdict, ', ') FROM (SELECT name, verdict FROM members ORDER BY name)";
    let rows: String = ledger.query_row(rows, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, "inre.zip sensitive, inre.zip!/bild.pdf open, inre.zip!/elev.txt sensitive, mapp/a.txt open");
}

#[test]
fn their_values_are_never_stored() {
    let ground = ground();
    let shown = ground.records(&["--reveal"]);
    assert_eq!(shown["share/arkiv.zip!/inre.zip!/elev.txt"]["findings"][0]["value"], NUMBER);
    for entry in fs::read_dir(ground.path().join("state")).unwrap() {
        let path = entry.unwrap().path();
        let content = fs::read(&path).unwrap();
        assert!(!content.windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes()), "a value stands in {path:?}");
    }
}

#[test]
fn an_explanation_lists_them() {
    let ground = ground();
    let output = ground.aktsam(["explain", "share/arkiv.zip"]).output().unwrap();
    let said = text(&output.stdout);
    assert!(said.contains("I arkivet") && said.contains("inre.zip:") && said.contains("mapp/a.txt:"), "{said}");
    assert!(!said.contains("19900101"), "{said}");
}
