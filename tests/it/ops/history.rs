//! Why a verdict is what it is, and what is otherwise between runs.

use std::fs;

use super::{PERSON, good, refused, say, sql};
use crate::scan::Ground;

#[test]
fn a_files_history_names_every_cause() {
    let ground = Ground::new();
    let path = ground.put("a.txt", b"Handling.\n");
    let scan = |args: &[&str]| good(&ground, &[&["scan", "share"][..], args].concat());
    scan(&[]);
    ground.put("a.txt", PERSON);
    scan(&[]);
    good(&ground, &["decide", "share/a.txt", "--verdict", "personal", "--by", "Eva", "--why", "Prov"]);
    fs::remove_file(&path).unwrap();
    ground.put("b.txt", b"Handling.\n");
    scan(&[]);
    ground.put("a.txt", b"Handling.\n");
    scan(&[]);
    let lines = good(&ground, &["history", "share/a.txt", "--format", "jsonl"]).lines();
    let causes: Vec<&str> = lines.iter().map(|line| line["reason"].as_str().unwrap_or("decision")).collect();
    assert_eq!(causes, ["new", "content", "decision", "gone", "returned"]);
    assert_eq!((&lines[1]["before"], &lines[1]["verdict"]), (&"open".into(), &"sensitive".into()));
    assert_eq!(lines[2]["standing"], "content");
    let told = good(&ground, &["history", "share/a.txt"]).out;
    assert!(
        told.contains("innehållet ändrades") && told.contains("Inga hinder → ") && told.contains("Eva: Prov"),
        "{told}"
    );
    refused(&ground, &["history", "share/nowhere.txt"], "the ledger knows no such file");
    assert_eq!(good(&ground, &["history"]).out.lines().count(), 4);
}

#[test]
fn the_difference_of_any_two_runs_is_told() {
    let ground = Ground::new();
    ground.put("same.txt", b"Handling.\n");
    ground.put("raised.txt", b"Handling.\n");
    let gone = ground.put("mapp/gone.txt", PERSON);
    ground.put("lowered.txt", PERSON);
    good(&ground, &["scan", "share"]);
    fs::remove_file(&gone).unwrap();
    ground.put("raised.txt", PERSON);
    ground.put("new.txt", b"Ny.\n");
    good(&ground, &["scan", "share"]);
    ground.put("lowered.txt", b"Handling.\n");
    ground.put("mapp/gone.txt", PERSON);
    ground.put("new.txt", b"Annan.\n");
    good(&ground, &["scan", "share"]);
    let diff = |args: &[&str]| {
        let lines = good(&ground, &[&["diff", "--format", "jsonl"][..], args].concat()).lines();
        let told = |line: &serde_json::Value| {
            format!("{} {}", line["change"].as_str().unwrap(), line["path"].as_str().unwrap())
        };
        lines.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(diff(&["1", "2"]), ["new new.txt", "raised raised.txt", "gone mapp/gone.txt"]);
    assert_eq!(diff(&[]), ["lowered lowered.txt", "changed new.txt", "new mapp/gone.txt"]);
    // The file that went and came back is as it was.
    assert_eq!(diff(&["1", "3"]), ["lowered lowered.txt", "new new.txt", "raised raised.txt"]);
    let told = good(&ground, &["diff", "1", "3"]).out;
    assert!(told.ends_with("körning 1 → 3: 1 ny, 0 ändrad, 0 borta, 1 striktare, 1 mildare\n"), "{told}");
    refused(&ground, &["diff", "3", "1"], "run 3 is not before run 1");
    refused(&ground, &["diff", "1", "9"], "no run 9");
}

/// Makes every run look so many days older.
fn age(ground: &Ground, days: i64) {
    let ms = days * 24 * 60 * 60 * 1000;
    sql(ground, &format!("UPDATE runs SET started = started - {ms}, ended = ended - {ms}"));
}

#[test]
fn what_has_been_gone_for_long_is_forgotten() {
    let ground = Ground::new();
    let gone = ground.put("mapp/Eva Exempel.txt", PERSON);
    ground.put("stays.txt", b"Handling.\n");
    good(&ground, &["scan", "share"]);
    good(&ground, &["decide", "share/mapp/Eva Exempel.txt", "--verdict", "personal", "--by", "Bo", "--why", "Prov"]);
    fs::remove_dir_all(gone.parent().unwrap()).unwrap();
    good(&ground, &["scan", "share"]);
    age(&ground, 89);
    good(&ground, &["scan", "share"]);
    assert_eq!(sql(&ground, "SELECT count(*) FROM files"), 2);
    age(&ground, 2);
    let counted = good(&ground, &["purge", "--dry-run"]).out;
    assert!(counted.starts_with("Skulle glömmas:\n        1 filer som är borta\n        1 innehåll"), "{counted}");
    assert_eq!(sql(&ground, "SELECT count(*) FROM files"), 2);
    // The run that ends forgets, and says how much, not what.
    let said = good(&ground, &["scan", "share", "--log", "json"]);
    assert!(said.err.contains("\"event\":\"purged\"") && said.err.contains("\"files\":1"), "{}", said.err);
    assert!(!said.err.contains("Eva") && !said.err.contains("mapp"), "{}", said.err);
    for (table, expected) in [("files", 1), ("contents", 1), ("decisions", 0), ("dirs", 1), ("history", 1)] {
        assert_eq!(sql(&ground, &format!("SELECT count(*) FROM {table}")), expected, "{table}");
    }
    good(&ground, &["purge"]);
    for entry in fs::read_dir(ground.path().join("state")).unwrap() {
        let path = entry.unwrap().path();
        let content = fs::read(&path).unwrap();
        assert!(!content.windows(11).any(|window| window == b"Eva Exempel"), "{}", path.display());
    }
    good(&ground, &["ledger", "check"]);
}

#[test]
fn a_root_that_is_no_longer_scanned_is_forgotten_by_name() {
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    fs::create_dir(ground.path().join("other")).unwrap();
    fs::write(ground.path().join("other/b.txt"), b"Handling.\n").unwrap();
    good(&ground, &["scan", "share", "other"]);
    refused(&ground, &["purge", "--root", "nowhere"], "no root is called nowhere");
    good(&ground, &["purge", "--root", "share"]);
    assert_eq!(sql(&ground, "SELECT count(*) FROM files"), 1);
    assert_eq!(sql(&ground, "SELECT count(*) FROM roots"), 1);
    good(&ground, &["ledger", "check"]);
    good(&ground, &["scan", "share", "other"]);
    assert_eq!(sql(&ground, "SELECT count(*) FROM files"), 2);
}

#[test]
fn a_clock_that_went_back_forgets_nothing() {
    let ground = Ground::new();
    let gone = ground.put("a.txt", b"Handling.\n");
    ground.put("b.txt", b"Handling.\n");
    good(&ground, &["scan", "share"]);
    fs::remove_file(gone).unwrap();
    good(&ground, &["scan", "share"]);
    // The second run's clock was a year ahead; the first's had stood still for long.
    age(&ground, 400);
    sql(&ground, "UPDATE runs SET started = started + 765 * 86400000 WHERE id = 2");
    let said = say(&ground, &["scan", "share"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("warning: the clock is behind the last run's"), "{}", said.err);
    assert_eq!(sql(&ground, "SELECT count(*) FROM files"), 2);
    assert_eq!(say(&ground, &["purge"]).code, Some(2));
    assert_eq!(sql(&ground, "SELECT count(*) FROM runs WHERE ended < started AND id <> 2"), 0);
}
