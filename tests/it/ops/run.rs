//! A run among other work: pace, log, counts for Prometheus, and its end.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::Value;

use super::{PERSON, good, mode, say};
use crate::scan::{Ground, text};

#[test]
fn the_log_is_json_and_names_no_file() {
    let ground = Ground::new();
    ground.put("Eva Exempel.txt", PERSON);
    ground.put("trasig.pdf", b"%PDF-1.7\nnothing that follows is one\n");
    let said = say(&ground, &["scan", "share", "nowhere\u{202e}", "--log", "json"]);
    assert_eq!(said.code, Some(2));
    let lines: Vec<Value> = said
        .err
        .lines()
        .filter(|line| !line.starts_with("hint: scanned pages"))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect();
    let events: Vec<&str> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["error", "run-began", "run-ended"]);
    assert!(lines[0]["message"].as_str().unwrap().contains("nowhere\\u{202e}: no such file"), "{}", lines[0]);
    assert!(lines[0]["hint"].is_string() && lines[0]["level"] == "error");
    assert_eq!((&lines[2]["seen"], &lines[2]["verdicts"]["sensitive"]), (&2.into(), &1.into()));
    for hidden in ["Eva", "19900101", "trasig", "••"] {
        assert!(!said.err.contains(hidden), "{}", said.err);
    }
    let wrong = say(&ground, &["scan", "share", "--policy", "no-such", "--log", "json"]);
    let line: Value = serde_json::from_str(wrong.err.trim()).unwrap();
    assert_eq!(line["message"], "no policy no-such");
}

#[test]
fn journald_gets_a_priority_before_each_line() {
    let ground = Ground::new();
    let log = ground.path().join("log");
    let file = fs::File::create(&log).unwrap();
    let stat = rustix::fs::fstat(&file).unwrap();
    let stream = format!("{}:{}", stat.st_dev, stat.st_ino);
    let mut command = ground.aktsam(["scan", "nowhere", "--log", "json"]);
    command.env("JOURNAL_STREAM", stream).stderr(file).status().unwrap();
    assert!(fs::read_to_string(&log).unwrap().starts_with("<3>{\""), "{}", fs::read_to_string(&log).unwrap());
}

#[test]
fn prometheus_gets_whole_counts_whatever_happens() {
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    let file = ground.path().join("aktsam.prom");
    let values = || {
        let written = fs::read_to_string(&file).unwrap();
        let lines = written.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.rsplit_once(' ').unwrap()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect::<Vec<_>>()
    };
    let value = |name: &str| values().into_iter().find(|(known, _)| known == name).map(|(_, value)| value);
    good(&ground, &["scan", "share", "--metrics", "aktsam.prom"]);
    assert_eq!(mode(&file), 0o644);
    assert_eq!(value("aktsam_run_exit_code").as_deref(), Some("0"));
    assert_eq!(value("aktsam_run_files{verdict=\"sensitive\"}").as_deref(), Some("1"));
    assert_eq!(value("aktsam_root_whole{root=\"share\"}").as_deref(), Some("1"));
    assert!(value("aktsam_complete_run_end_time_seconds").unwrap().parse::<i64>().unwrap() > 1_700_000_000);
    fs::rename(ground.share(), ground.path().join("aside")).unwrap();
    assert_eq!(say(&ground, &["scan", "share", "--metrics", "aktsam.prom"]).code, Some(2));
    assert_eq!(value("aktsam_run_exit_code").as_deref(), Some("2"));
    let litter = fs::read_dir(ground.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".tmp"));
    assert_eq!(litter.count(), 0);
    fs::rename(ground.path().join("aside"), ground.share()).unwrap();
    let said = good(&ground, &["scan", "share", "--metrics", "no/such/folder.prom"]);
    assert!(said.err.contains("warning: "), "{}", said.err);
}

#[test]
fn files_are_read_no_faster_than_is_allowed() {
    let ground = Ground::new();
    for number in 0..12 {
        ground.put(format!("{number}.txt"), format!("Handling {number}.\n").as_bytes());
    }
    let started = Instant::now();
    good(&ground, &["scan", "share", "--files-per-second", "10"]);
    // The first goes at once, and each of the others a tenth of a second after the one before.
    assert!(started.elapsed() >= Duration::from_millis(1100), "{:?}", started.elapsed());
    assert_eq!(ground.last_run().seen, 12);
}

#[test]
fn a_slow_run_ends_when_it_is_told_to() {
    let ground = Ground::new();
    for number in 0..50 {
        ground.put(format!("{number}.txt"), format!("Handling {number}.\n").as_bytes());
    }
    fs::write(ground.path().join("aktsam.toml"), "[rate]\nfiles_per_second = 1\n").unwrap();
    let mut running = ground.running(&["--nice", "5"]);
    running.next().unwrap();
    running.signal(Signal::TERM);
    let started = Instant::now();
    let (code, rest) = running.end();
    assert_eq!(code, Some(75));
    assert!(rest.len() < 10 && started.elapsed() < Duration::from_secs(20), "{} {:?}", rest.len(), started.elapsed());
    let refused = say(&ground, &["scan", "share", "--nice", "20"]);
    assert_eq!(refused.code, Some(2), "{}", text(refused.err.as_bytes()));
}
