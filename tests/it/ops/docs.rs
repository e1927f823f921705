//! The manuals: every command shown is one.

use std::fs;

use crate::scan::{Ground, text};

/// The words of a command line, of which some stand in double quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_in_the_manuals_is_one() {
    let ground = Ground::new();
    let mut seen = 0;
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let manual = fs::read_to_string(&path).unwrap();
        for line in manual.lines().filter_map(|line| line.strip_prefix("    aktsam ")) {
            // Asking for help comes after everything else was understood.
            let output = ground.aktsam(words(line)).arg("--help").output().unwrap();
            assert!(output.status.success(), "{}: aktsam {line}: {}", path.display(), text(&output.stderr));
            seen += 1;
        }
        assert!(!manual.contains("@@"), "{}: an output is missing", path.display());
    }
    assert!(seen > 10, "{seen}");
}
