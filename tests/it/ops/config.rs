//! The configuration: what holds, where it comes from, and its mistakes.

use std::fs;

use super::{good, refused, say};
use crate::scan::Ground;

fn write(ground: &Ground, text: &str) {
    fs::write(ground.path().join("aktsam.toml"), text).unwrap();
}

#[test]
fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
    let ground = Ground::new();
    write(&ground, "policy = 'ale'\nlanguage = 'en'\njobs = 2\n[[root]]\npath = 'share'\nowner = 'Kansliet'\n");
    let shown = good(&ground, &["config", "show", "--policy", "essunga"]).out;
    let has = |key: &str, value: &str, origin: &str| {
        let line = shown.lines().find(|line| line.split_whitespace().next() == Some(key)).unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!((words[1], words[2..].join(" ").as_str()), (value, origin), "{line}");
    };
    has("policy", "\"essunga\"", "--policy");
    has("language", "\"en\"", "aktsam.toml:2");
    has("jobs", "2", "aktsam.toml:3");
    has("ledger", "\"state/ledger.db\"", "AKTSAM_LEDGER");
    has("retention_days", "90", "default");
    has("root[1].owner", "\"Kansliet\"", "aktsam.toml:6");
    let output = ground.aktsam(["config", "show"]).env("AKTSAM_LANGUAGE", "sv").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("förval"));
}

#[test]
fn the_configured_language_and_policy_are_those_of_a_scan() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling.\n");
    write(&ground, "language = 'en'\npolicy = 'ale'\n");
    assert!(good(&ground, &["scan", "share"]).out.contains("No obstacle found"));
    assert!(good(&ground, &["scan", "share", "--lang", "sv"]).out.contains("Inga hinder funna"));
    assert!(good(&ground, &["history"]).out.contains("(ale, aktsam "));
}

#[test]
fn mistakes_are_named_with_their_place() {
    let ground = Ground::new();
    for (text, expected) in [
        ("policy = 'base'\nretension_days = 3\n", "aktsam.toml:2: unknown field `retension_days`"),
        ("until = '24:00'\n", "aktsam.toml:1: not a time of day"),
        ("[[root]]\npath = 'nowhere'\n", "nowhere: no such file or folder"),
        ("[[root]]\npath = 'share'\nexclude = ['a{']\n", "\"a{\" is not a pattern"),
        ("[[root]]\npath = 'share'\n[[root.folder]]\nglob = 'a/**'\n", "names neither `least` nor `owner`"),
        ("[[root]]\npath = 'share'\n[[root]]\npath = 'share/.'\n", "shares files with the root"),
        ("out = 'share/report'\n[[root]]\npath = 'share'\n", "share/report: lies inside the scanned folder"),
        ("policy = 'no-such'\n", "no policy no-such"),
    ] {
        write(&ground, text);
        let said = say(&ground, &["config", "check"]);
        assert_eq!(said.code, Some(2), "{text}: {}", said.out);
        assert!(said.err.contains(expected), "{text}: {}", said.err);
    }
    write(&ground, "[[root]]\npath = 'share'\n");
    assert!(good(&ground, &["config", "check"]).out.contains("inga fel"));
    let output = ground.aktsam(["config", "check"]).env("AKTSAM_POLCY", "ale").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("AKTSAM_POLCY: sets nothing"));
}

#[test]
fn a_first_configuration_is_written_and_never_over_another() {
    let ground = Ground::new();
    good(&ground, &["config", "init"]);
    good(&ground, &["config", "check"]);
    let text = fs::read_to_string(ground.path().join("aktsam.toml")).unwrap();
    assert!(text.contains("Riktlinjen att bedöma efter"));
    assert_eq!(say(&ground, &["config", "init"]).code, Some(2));
    assert_eq!(fs::read_to_string(ground.path().join("aktsam.toml")).unwrap(), text);
}

#[test]
fn the_ledgers_folder_is_not_scanned() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling.\n");
    good(&ground, &["scan", "share"]);
    write(&ground, "[[root]]\nname = 'state'\npath = 'state'\n");
    refused(&ground, &["scan"], "lies inside the scanned folder");
    let said = say(&ground, &["config", "check"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("state/ledger.db: lies inside the scanned folder"), "{}", said.err);
}
