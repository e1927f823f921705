//! Decisions: they stand beside the verdict, and lapse when what they were about is another.

use std::collections::HashMap;
use std::fs;

use aktsam::decision::Standing;
use aktsam::ledger::{Filter, Reader};

use super::{PERSON, good, refused, say};
use crate::scan::Ground;

const BY: [&str; 4] = ["--by", "Eva Exempel", "--why", "Elevens nummer är ett testnummer"];

fn decide(ground: &Ground, file: &str, verdict: &str) -> String {
    good(ground, &[&["decide", file, "--verdict", verdict][..], &BY].concat()).out
}

/// The program's verdict of a file, and the decision about it.
fn row(ground: &Ground, name: &str) -> (String, Option<(String, Standing)>) {
    let reader = Reader::open(&ground.ledger()).unwrap();
    let rows = reader.rows(&Filter::default(), |rows| {
        rows.map(|row| {
            let decision = row.decision.map(|decision| (decision.verdict.id().to_owned(), decision.standing));
            (row.path, (row.record.verdict.id().to_owned(), decision))
        })
        .collect::<HashMap<_, _>>()
    });
    rows.unwrap()[name.as_bytes()].clone()
}

fn ground() -> Ground {
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    ground.put("mapp/b.txt", b"Handling.\n");
    good(&ground, &["scan", "share"]);
    ground
}

#[test]
fn a_decision_stands_beside_the_verdict_until_content_or_policy_change() {
    let ground = ground();
    assert!(decide(&ground, "share/a.txt", "internal").contains("Eva Exempel: Elevens nummer är ett testnummer"));
    let decided = |standing| ("sensitive".to_owned(), Some(("internal".to_owned(), standing)));
    assert_eq!(row(&ground, "a.txt"), decided(Standing::Holds));
    good(&ground, &["scan", "share"]);
    assert_eq!(row(&ground, "a.txt"), decided(Standing::Holds));
    good(&ground, &["scan", "share", "--policy", "ale"]);
    assert_eq!(row(&ground, "a.txt"), decided(Standing::Policy));
    good(&ground, &["scan", "share"]);
    assert_eq!(row(&ground, "a.txt"), decided(Standing::Holds));
    ground.put("a.txt", b"Elev: 19900101-2385, igen\n");
    good(&ground, &["scan", "share"]);
    assert_eq!(row(&ground, "a.txt"), decided(Standing::Content));
    assert!(good(&ground, &["decide", "list", "--lapsed"]).out.contains("innehållet har ändrats"));
    assert_eq!(row(&ground, "mapp/b.txt"), ("open".to_owned(), None));
}

#[test]
fn a_limit_changes_no_decision_but_a_stricter_verdict_does() {
    let ground = ground();
    decide(&ground, "share/mapp/b.txt", "open");
    fs::write(ground.path().join("aktsam.toml"), "[limits]\npages = 9\n").unwrap();
    good(&ground, &["scan", "share"]);
    assert_eq!(row(&ground, "mapp/b.txt").1, Some(("open".into(), Standing::Holds)));
    let folder = "[[root]]\npath = 'share'\n[[root.folder]]\nglob = 'mapp/**'\nleast = 'secret'\n";
    fs::write(ground.path().join("aktsam.toml"), folder).unwrap();
    good(&ground, &["scan"]);
    assert_eq!(row(&ground, "mapp/b.txt"), ("secret".into(), Some(("open".into(), Standing::Raised))));
}

#[test]
fn a_decision_is_taken_back_and_the_one_before_does_not_rise_again() {
    let ground = ground();
    decide(&ground, "share/a.txt", "internal");
    decide(&ground, "share/a.txt", "personal");
    assert_eq!(row(&ground, "a.txt").1, Some(("personal".into(), Standing::Holds)));
    refused(&ground, &["decide", "withdraw", "9", "--by", "Bo"], "no decision 9 stands");
    good(&ground, &["decide", "withdraw", "2", "--by", "Bo Exempel"]);
    assert_eq!(row(&ground, "a.txt").1, None);
    refused(&ground, &["decide", "withdraw", "2", "--by", "Bo"], "no decision 2 stands");
    let listed = good(&ground, &["decide", "list", "--format", "jsonl"]).lines();
    assert_eq!(listed.len(), 1);
    assert_eq!((&listed[0]["file"], &listed[0]["standing"]), (&"share/a.txt".into(), &"withdrawn".into()));
}

#[test]
fn what_cannot_be_decided_is_refused() {
    let ground = ground();
    let tried = |file: &str, rest: &[&str], expected: &str| {
        refused(&ground, &[&["decide", file, "--by", "Eva"][..], rest].concat(), expected);
    };
    let why = ["--why", "x", "--verdict"];
    tried("share/nowhere.txt", &[&why[..], &["open"]].concat(), "the ledger knows no such file");
    tried("share/a.txt", &[&why[..], &["undetermined"]].concat(), "undetermined is no decision");
    tried("share/a.txt", &[&why[..], &["open", "--until", "2020-01-01"]].concat(), "2020-01-01 has passed");
    tried("share/a.txt", &["--why", " ", "--verdict", "open"], "no reason is given");
    fs::remove_file(ground.share().join("a.txt")).unwrap();
    good(&ground, &["scan", "share"]);
    tried("share/a.txt", &[&why[..], &["open"]].concat(), "a.txt: the file is gone");
    assert_eq!(good(&ground, &["decide", "list"]).out, "");
}

#[test]
fn the_reports_own_spreadsheet_is_read_back() {
    let ground = ground();
    ground.put("Å, ä och; ö/=1+1.txt", PERSON);
    good(&ground, &["scan", "share"]);
    let report = fs::read_to_string(ground.path().join("report.csv")).unwrap();
    let titles = report.lines().next().unwrap().trim_start_matches('\u{feff}');
    let own = titles.contains("Beslut");
    let mut table = if own { String::new() } else { format!("{titles};Beslut;Beslutat av;Motivering\r\n") };
    for line in report.lines().skip(1) {
        let decision = if line.contains("1+1") { "Intern information;Eva Exempel;\"Prov; inget mer\"" } else { ";;" };
        table.push_str(&format!("{line};{decision}\r\n"));
    }
    if own {
        // The report shows decisions itself; then its columns alone are given.
        table = "Rot;Mapp;Fil;Beslut;Beslutat av;Motivering\r\n\
                 share;\"Å, ä och; ö\";\"'=1+1.txt\";Intern information;Eva Exempel;\"Prov; inget mer\"\r\n"
            .to_owned();
    }
    let path = ground.path().join("beslut.csv");
    // As Excel on Windows saves it: no UTF-8.
    fs::write(&path, encoding_rs::WINDOWS_1252.encode(&table).0).unwrap();
    let said = good(&ground, &["decide", "--from", "beslut.csv"]);
    assert!(
        said.out.contains("share/Å, ä och; ö/=1+1.txt") && said.out.ends_with("1 beslut noterade\n"),
        "{}",
        said.out
    );
    assert_eq!(row(&ground, "Å, ä och; ö/=1+1.txt").1, Some(("internal".into(), Standing::Holds)));
    assert!(good(&ground, &["decide", "--from", "beslut.csv"]).out.ends_with("0 beslut noterade\n"));
}

#[test]
fn a_table_with_a_mistake_changes_nothing() {
    let ground = ground();
    let table = "Rot;Mapp;Fil;Beslut;Beslutat av;Motivering\nshare;;a.txt;intern;Eva;Prov\n\
                 share;;borta.txt;intern;Eva;Prov\nshare;mapp;b.txt;grön;Eva;Prov\nshare;mapp;b.txt;intern;;Prov\n";
    fs::write(ground.path().join("beslut.csv"), table).unwrap();
    let said = say(&ground, &["decide", "--from", "beslut.csv"]);
    assert_eq!(said.code, Some(2));
    for expected in [
        "beslut.csv:3: the ledger knows no such file",
        "beslut.csv:4: no such verdict: grön",
        "beslut.csv:5: no one is named as deciding",
        "3 lines have mistakes, so no decision was noted",
    ] {
        assert!(said.err.contains(expected), "{expected}: {}", said.err);
    }
    assert_eq!(row(&ground, "a.txt").1, None);
    let by = good(&ground, &["decide", "list"]).out;
    assert_eq!(by, "");
    fs::write(ground.path().join("beslut.csv"), "a;b\n1;2\n").unwrap();
    refused(&ground, &["decide", "--from", "beslut.csv"], "not a table of decisions");
}
