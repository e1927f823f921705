//! A file's name is anyone's to choose, and is shown in a terminal, a table and a page.

use std::fs;

use super::{Ground, bytes, text};

/// Names that act where they are not made harmless: a line of its own, a
/// terminal's commands, a turned reading direction, formulas, markup, no text at all.
const NAMES: [&[u8]; 11] = [
    b"ny\nerror: rad.txt",
    b"\x1b[2J\x1b]0;agd\x07r\xc3\xb6d.txt",
    "bild\u{202e}gnp.txt".as_bytes(),
    "osynlig\u{200b}\u{2066}\u{feff}.txt".as_bytes(),
    b"=cmd|' calc'!A0.txt",
    b"+1+1.txt",
    b"@SUM(A1).txt",
    b"-2+3.txt",
    b"<img src=x onerror=alert(1)>.txt",
    b"\"; DROP TABLE files; --.txt",
    b"ogiltig \xff\xfe\xc3.txt",
];

#[test]
fn no_name_acts_where_it_is_shown() {
    let ground = Ground::new();
    for name in NAMES {
        ground.put(bytes(name), b"Elev: 19900101-2385\n");
    }
    let mut shown = Vec::new();
    let output = ground.scan(&["share", "--out", "out"]);
    shown.push(("scan".to_owned(), [output.stdout, output.stderr].concat()));
    let all = ["report", "--ledger", "state/ledger.db", "--out", "out", "--format", "html", "--format", "csv"];
    assert_eq!(ground.aktsam(all).output().unwrap().status.code(), Some(0));
    for report in ["report.html", "report.csv"] {
        shown.push((report.to_owned(), fs::read(ground.path().join("out").join(report)).unwrap()));
    }
    for name in NAMES {
        let path = ground.share().join(bytes(name));
        let gone = ground.share().join(bytes(&[name, b"-borta"].concat()));
        for (command, path) in [
            ("explain", &path),
            ("inspect", &path),
            ("explain", &gone),
            ("extract", &gone),
            ("inspect", &gone),
            ("verify", &gone),
        ] {
            let output = ground.aktsam([bytes(command.as_bytes()), path.as_os_str()]).output().unwrap();
            shown.push((command.to_owned(), [output.stdout, output.stderr].concat()));
        }
    }
    for (place, bytes) in &shown {
        let shown = String::from_utf8(bytes.clone()).unwrap_or_else(|_| panic!("{place}: not UTF-8: {}", text(bytes)));
        let acts = |c: char| {
            c.is_control() && !matches!(c, '\n' | '\r' | '\t')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let acting = shown.char_indices().find(|(at, c)| acts(*c) && !(*at == 0 && *c == '\u{feff}'));
        assert_eq!(acting, None, "{place}: {shown}");
        assert!(!shown.lines().any(|line| line.starts_with("error: rad")), "{place}: a name made a line of its own");
        assert!(place != "report.html" || !shown.contains("<img src=x"), "a name is markup");
    }
    let table = String::from_utf8(shown.iter().find(|(place, _)| place == "report.csv").unwrap().1.clone()).unwrap();
    let cells = table
        .trim_start_matches('\u{feff}')
        .lines()
        .flat_map(|line| line.split(';'))
        .map(|cell| cell.trim_matches('"'));
    let formula: Vec<&str> = cells.filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])).collect();
    assert!(formula.is_empty(), "cells that a spreadsheet takes for formulas: {formula:?}");
}
