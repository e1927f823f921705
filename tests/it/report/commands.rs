//! `aktsam report` through the real binary: which files, which formats, whose.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::scan::{Ground, text};

const PERSON: &[u8] = b"Elev: 19900101-2385\n";

/// A share with two owners and a file that nobody answers for, scanned once.
fn scanned() -> Ground {
    let ground = Ground::new();
    let config = "
        ledger = 'state/ledger.db'
        out = 'ut'
        [[root]]
        name = 'Gemensam'
        path = 'share'
        [[root.folder]]
        glob = 'Skola/**'
        owner = 'Barn & utbildning'
        [[root.folder]]
        glob = 'Bygg/**'
        owner = 'Bygg'
        [[root.folder]]
        glob = 'Tomt/**'
        owner = 'Tomt'
    ";
    fs::write(ground.path().join("aktsam.toml"), config).unwrap();
    ground.put("Skola/klass.txt", PERSON);
    ground.put("Skola/lunch.txt", b"Pannkakor.\n");
    ground.put("Bygg/ritning.txt", b"Ritning.\n");
    ground.put("herre.txt", b"Anteckning.\n");
    assert_eq!(ground.aktsam(["scan"]).output().unwrap().status.code(), Some(0));
    ground
}

fn report(ground: &Ground, args: &[&str]) -> Output {
    ground.aktsam(["report"].iter().chain(args)).output().unwrap()
}

/// The names of the files in a report of JSON lines.
fn names(path: &Path) -> Vec<String> {
    let lines = fs::read_to_string(path).unwrap();
    let path =
        |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["path"].as_str().unwrap().to_owned();
    lines.lines().map(path).collect()
}

fn reported(ground: &Ground, args: &[&str]) -> Vec<String> {
    let output = report(ground, &[&["--format", "jsonl"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    names(&ground.path().join("ut/report.jsonl"))
}

#[test]
fn each_owner_gets_a_report_of_own_files_alone() {
    let ground = scanned();
    let formats = ["--format", "jsonl", "--format", "html"];
    let output = report(&ground, &[&["--per-owner", "post"], &formats[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let of = |owner: &str, name: &str| ground.path().join("post").join(owner).join(name);
    assert_eq!(names(&of("Barn-utbildning", "report.jsonl")), ["Skola/klass.txt", "Skola/lunch.txt"]);
    assert_eq!(names(&of("Bygg", "report.jsonl")), ["Bygg/ritning.txt"]);
    assert_eq!(names(&of("Utan-ägare", "report.jsonl")), ["herre.txt"]);
    assert!(names(&of("Tomt", "report.jsonl")).is_empty());
    let page = fs::read_to_string(of("Bygg", "report.html")).unwrap();
    assert!(page.contains("Ägare: <b>Bygg</b>"));
    assert!(!page.contains("klass.txt") && !page.contains("Barn &"));
    let mail = fs::read_to_string(of("Barn-utbildning", "mail.txt")).unwrap();
    assert!(mail.starts_with("Barn & utbildning: 2 filer, skannade "), "{mail}");
    assert_eq!(text(&output.stdout).lines().count(), 12, "every file is named: {}", text(&output.stdout));
}

#[test]
fn only_what_is_asked_for_is_reported() {
    let ground = scanned();
    for (args, expected) in [
        (&["--owner", "Bygg"][..], vec!["Bygg/ritning.txt"]),
        (&["--verdict", "sensitive"], vec!["Skola/klass.txt"]),
        (&["--verdict", "sensitive", "--owner", "Bygg"], vec![]),
        (&["--root", "Gemensam", "--owner", "Bygg"], vec!["Bygg/ritning.txt"]),
        (&["--flags", "encrypted"], vec![]),
    ] {
        assert_eq!(reported(&ground, args), expected, "{args:?}");
    }
    for (args, hint) in [
        (["--owner", "Byggg"], "hint: the configuration knows Barn & utbildning, Bygg, Tomt"),
        (["--root", "Gemenskap"], "hint: the ledger knows Gemensam"),
        (["--since", "7"], "hint: the ledger knows runs 1 to 1"),
        (["--flags", "encryptd"], "encrypted"),
    ] {
        let output = report(&ground, &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(hint), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn news_are_told_from_the_run_that_is_named() {
    let ground = scanned();
    let scan = || assert_eq!(ground.aktsam(["scan"]).output().unwrap().status.code(), Some(0));
    ground.put("Skola/lunch.txt", PERSON);
    ground.put("kort.txt", b"Kommer och far.\n");
    fs::remove_file(ground.share().join("herre.txt")).unwrap();
    scan();
    fs::remove_file(ground.share().join("kort.txt")).unwrap();
    ground.put("Bygg/ny.txt", b"Ny.\n");
    scan();
    assert_eq!(reported(&ground, &["--since", "last"]), ["kort.txt", "Bygg/ny.txt"]);
    assert_eq!(reported(&ground, &["--since", "2"]), ["kort.txt", "Bygg/ny.txt"]);
    assert_eq!(reported(&ground, &["--since", "1"]), ["herre.txt", "Bygg/ny.txt", "Skola/lunch.txt"]);
    assert!(reported(&ground, &["--since", "3"]).is_empty());
}

#[test]
fn every_format_is_written_in_one_go() {
    let ground = scanned();
    let formats = ["html", "csv", "xlsx", "jsonl", "parquet"];
    let args: Vec<&str> = formats.iter().flat_map(|format| ["--format", format]).collect();
    assert_eq!(report(&ground, &args).status.code(), Some(0));
    let mut left: Vec<_> =
        fs::read_dir(ground.path().join("ut")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["report.csv", "report.html", "report.jsonl", "report.parquet", "report.xlsx"]);
}

#[test]
fn a_place_that_takes_no_report_is_named() {
    let ground = scanned();
    fs::write(ground.path().join("hinder"), "").unwrap();
    let output = report(&ground, &["--out", "hinder"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).starts_with("error: hinder: cannot be made"), "{}", text(&output.stderr));
}
