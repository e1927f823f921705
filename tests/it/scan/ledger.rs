//! The ledger's place, its rights and what it never holds; and the form of records.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use aktsam::ledger::{Change, Filter, Ledger, Reader};
use serde_json::Value;

use super::{Ground, text};

const NUMBER: &str = "19900101-2385";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_its_owner_reads_it() {
    let ground = Ground::new();
    for number in 0..2000 {
        ground.put(format!("{number}.txt"), b"Handling.\n");
    }
    let mut running = ground.running(&[]);
    running.next().unwrap();
    assert_eq!(mode(&ground.path().join("state")), 0o700);
    let files: Vec<_> = fs::read_dir(ground.path().join("state")).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.iter().any(|path| path.to_string_lossy().ends_with("-wal")), "{files:?}");
    for path in &files {
        assert_eq!(mode(path), 0o600, "{path:?}");
    }
    running.end();
}

#[test]
fn it_holds_no_matched_value() {
    let ground = Ground::new();
    for number in 0..2000 {
        ground.put(format!("{number:04}.txt"), format!("Elev {number}: {NUMBER}\n").as_bytes());
    }
    let mut running = ground.running(&["--reveal"]);
    let (_, record) = running.next().unwrap();
    assert_eq!(record["findings"][0]["value"], NUMBER);
    let silent = || {
        for entry in fs::read_dir(ground.path().join("state")).unwrap() {
            let path = entry.unwrap().path();
            let content = fs::read(&path).unwrap();
            let found = content.windows(NUMBER.len()).any(|window| window == NUMBER.as_bytes());
            assert!(!found, "a matched value stands in {path:?}");
        }
    };
    silent();
    running.end();
    silent();
    assert!(ground.records(&[]).values().all(|record| record["findings"][0].get("value").is_none()));
}

#[test]
fn it_is_refused_where_it_may_not_be() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling.\n");
    let refused = |ledger: &str, expected: &str| {
        let output = ground.aktsam(["scan", "share", "--ledger", ledger]).output().unwrap();
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(expected) && told.contains("\nhint: "), "{told}");
    };
    refused("share/ny/ledger.db", "lies inside the scanned folder");
    assert!(!ground.share().join("ny").exists(), "something was made inside the share");
    let keep = |name: &str, content: &[u8], mode: u32| {
        let path = ground.path().join(name);
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    };
    keep("broken.db", &[b'x'; 8192], 0o600);
    refused("broken.db", "not a ledger, or damaged");
    keep("shared.db", b"", 0o644);
    refused("shared.db", "can be read by other accounts");
    fs::create_dir(ground.path().join("folder.db")).unwrap();
    refused("folder.db", "not a regular file");
}

#[test]
fn a_newer_ledger_is_left_alone() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling.\n");
    ground.records(&[]);
    // The schema's number stands at offset 60 of the database's header (SQLite file format, 1.3).
    let mut content = fs::read(ground.ledger()).unwrap();
    content[60..64].copy_from_slice(&999_u32.to_be_bytes());
    fs::write(ground.ledger(), content).unwrap();
    let output = ground.scan(&["share"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("written by a newer version of aktsam (schema 999"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn one_run_at_a_time_and_the_holder_is_named() {
    let ground = Ground::new();
    for number in 0..2000 {
        ground.put(format!("{number}.txt"), b"Handling.\n");
    }
    let mut running = ground.running(&[]);
    running.next().unwrap();
    let second = ground.scan(&["share"]);
    assert_eq!(second.status.code(), Some(2));
    let holder = format!("in use by process {}", running.child.id());
    assert!(text(&second.stderr).contains(&holder), "{}", text(&second.stderr));
    running.end();
    assert_eq!(ground.scan(&["share"]).status.code(), Some(0));
}

#[test]
fn without_a_place_it_is_the_accounts_own() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling.\n");
    let output = ground.aktsam(["scan", "share"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(mode(&ground.path().join(".local/state/aktsam/ledger.db")), 0o600);
}

#[test]
fn reports_can_stream_every_file_with_what_became_of_it() {
    let ground = Ground::new();
    let gone = ground.put("gone.txt", b"Handling.\n");
    ground.put("mapp/person.txt", format!("Elev: {NUMBER}\n").as_bytes());
    ground.put("same.txt", b"Samma.\n");
    ground.put("changed.txt", b"Handling.\n");
    ground.records(&[]);
    fs::remove_file(gone).unwrap();
    ground.put("changed.txt", format!("Elev: {NUMBER}\n").as_bytes());
    ground.put("new.txt", b"Ny.\n");
    ground.records(&[]);
    let reader = Reader::open(&ground.ledger()).unwrap();
    let rows = reader.rows(&Filter { gone: true, ..Filter::default() }, |rows| {
        rows.map(|row| (text(&row.path), row.change, row.record.verdict.id(), row.previous.map(|v| v.id())))
            .collect::<Vec<_>>()
    });
    let expected: Vec<(String, Change, &str, Option<&str>)> = vec![
        ("changed.txt".into(), Change::Changed, "sensitive", Some("open")),
        ("gone.txt".into(), Change::Gone, "open", None),
        ("new.txt".into(), Change::New, "open", None),
        ("same.txt".into(), Change::Same, "open", None),
        ("mapp/person.txt".into(), Change::Same, "sensitive", None),
    ];
    assert_eq!(rows.unwrap(), expected);
    let runs = reader.runs().unwrap();
    assert_eq!(runs.iter().map(|run| run.outcome.as_deref()).collect::<Vec<_>>(), [Some("complete"), Some("complete")]);
    assert_eq!(reader.roots().unwrap().len(), 1);
    // Other connections may read while a run holds the lock.
    let _held = Ledger::open(&ground.ledger(), &[]).unwrap();
    assert!(Reader::open(&ground.ledger()).is_ok());
}

#[test]
fn the_findings_can_be_asked_for_in_sql() {
    let ground = Ground::new();
    ground.put("a.txt", format!("Elev: {NUMBER}\n").as_bytes());
    ground.records(&[]);
    let sql = "SELECT f.name, r.verdict, x.entity FROM files f JOIN reasons r USING (content)
        JOIN findings x USING (content) WHERE x.entity = 'personnummer'";
    let ledger = rusqlite::Connection::open(ground.ledger()).unwrap();
    let row = ledger.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let expected: (Vec<u8>, String, String) = (b"a.txt".into(), "sensitive".into(), "personnummer".into());
    assert_eq!(row.unwrap(), expected);
}

#[test]
fn records_keep_to_the_schema() {
    let schema = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema/record.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let ground = Ground::new();
    ground.put("a.txt", format!("Elev: {NUMBER}\n").as_bytes());
    ground.put("tom.txt", b"");
    ground.put("trasig.pdf", b"%PDF-1.7\n");
    ground.put(super::bytes(b"\xff.csv"), b"namn;nummer\nEva;19900101-2385\n");
    let share = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/share");
    for args in [&["share"][..], &["share"], &["share", "--reveal"], &[share]] {
        let output = ground.scan(&[args, &["--format", "jsonl"]].concat());
        assert!(!output.stdout.is_empty(), "{}", text(&output.stderr));
        for line in text(&output.stdout).lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let faults: Vec<String> =
                schema.iter_errors(&record).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(faults.is_empty(), "{faults:?}\n{line}");
        }
    }
    let wrong = serde_json::json!({ "path": "a", "verdict": "green" });
    assert!(!schema.is_valid(&wrong));
}
