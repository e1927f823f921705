//! A file that its reader cannot cope with is tried twice, and then never again until it or the program changes.

use std::fs;

use super::{Ground, is_unchanged};

#[test]
fn what_failed_costs_the_next_night_nothing() {
    let ground = Ground::new();
    // No worker answers in no time: every file takes its reader with it.
    fs::write(ground.path().join("aktsam.toml"), "[limits]\nwall_seconds = 0\n").unwrap();
    ground.put("a.txt", b"Elev: 19900101-2385\n");
    let first = ground.records(&[]);
    let record = &first["share/a.txt"];
    assert_eq!((&record["error"], &record["status"]), (&"limit:wall".into(), &"limit".into()));
    assert_eq!(record["verdict"], "undetermined");
    assert!(is_unchanged(&ground.records(&[])["share/a.txt"]), "it was tried again");
    ground.put("copy.txt", b"Elev: 19900101-2385\n");
    let third = ground.records(&[]);
    assert_eq!(third["share/copy.txt"]["error"], "limit:wall");
    assert_eq!(ground.last_run().reused, 1, "the same content was tried again under another name");
    // With other limits it is another question.
    fs::write(ground.path().join("aktsam.toml"), "[limits]\nwall_seconds = 60\n").unwrap();
    assert!(ground.records(&[]).values().all(|record| record["verdict"] == "sensitive"));
}
