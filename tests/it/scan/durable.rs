//! What was acknowledged survives any end of the process.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use rustix::process::Signal;
use serde_json::Value;

use super::{Ground, is_unchanged, text};

/// Kills runs at ever later files; every acknowledged file is passed by in all later runs.
#[test]
fn kill_9_loses_nothing_acknowledged() {
    let ground = Ground::new();
    let files = 6000;
    for number in 0..files {
        ground.put(format!("{:02}/{number:04}.txt", number % 20), format!("Handling nummer {number}.\n").as_bytes());
    }
    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    for lines in [1, 7, 40, 200, 900, 1700] {
        let mut running = ground.running(&[]);
        for _ in 0..lines {
            let (path, record) = running.next().unwrap();
            assert!(is_unchanged(&record) || !acknowledged.contains(&path), "{path} was acknowledged and lost");
            acknowledged.insert(path);
        }
        running.signal(Signal::KILL);
        let (code, rest) = running.end();
        assert_eq!(code, None);
        acknowledged.extend(rest.into_iter().map(|(path, _)| path));
    }
    assert!(acknowledged.len() < files, "the last run was not cut short");
    let last = ground.records(&[]);
    assert_eq!(last.len(), files);
    for path in &acknowledged {
        assert!(is_unchanged(&last[path]), "{path} was acknowledged and lost");
    }
}

/// The program under `strace`, which lets the calls of `fault` fail; `None` without `strace`.
fn failing(ground: &Ground, fault: &str, paths: &[&str], args: &[&str]) -> Option<Output> {
    let calls = fault.split(':').next().unwrap_or_default();
    let program = ground.aktsam(args);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &format!("inject={fault}")]);
    for path in paths {
        strace.args(["-P", path]);
    }
    strace.arg(program.get_program()).args(program.get_args()).env_clear().current_dir(ground.path());
    strace.env("HOME", ground.path()).env("TZ", "UTC").env("PATH", std::env::var_os("PATH").unwrap_or_default());
    match strace.output() {
        Ok(output) => Some(output),
        Err(error) => {
            eprintln!("SKIPPED: no call can be made to fail without strace ({error})");
            None
        }
    }
}

fn lines(output: &Output) -> Vec<(String, Value)> {
    text(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .map(|record: Value| (record["path"].as_str().unwrap_or_default().to_owned(), record))
        .collect()
}

#[test]
fn a_full_or_failing_disk_loses_nothing_acknowledged() {
    let calls = "pwrite64,write,fdatasync,fsync,ftruncate";
    for fault in ["ENOSPC:when=1+", "ENOSPC:when=6+", "EIO:when=3", "EIO:when=9+", "ENOSPC:when=14+", "EIO:when=25+"] {
        let ground = Ground::new();
        for number in 0..40 {
            ground.put(format!("{number:02}.txt"), format!("Handling nummer {number}.\n").as_bytes());
        }
        let scan =
            ["scan", "share", "--ledger", "state/ledger.db", "--format", "jsonl", "--sandbox", "off", "--jobs", "1"];
        let ledger = ground.ledger();
        let of_ledger = ["", "-wal", "-journal"].map(|end| format!("{}{end}", ledger.display()));
        let paths: Vec<&str> = of_ledger.iter().map(String::as_str).collect();
        let Some(output) = failing(&ground, &format!("{calls}:error={fault}"), &paths, &scan) else { return };
        let said = text(&output.stderr);
        assert!(!said.contains("panicked"), "{fault}: {said}");
        let acknowledged = lines(&output);
        if acknowledged.len() < 40 {
            assert_eq!(output.status.code(), Some(2), "{fault}: {said}");
            assert!(said.contains("error: ") && said.contains("ledger.db"), "{fault}: {said}");
        }
        let next = ground.records(&[]);
        assert_eq!(next.len(), 40, "{fault}: the next run goes on");
        for (path, _) in &acknowledged {
            assert!(is_unchanged(&next[path]), "{fault}: {path} was acknowledged and lost");
        }
    }
}

#[test]
fn a_report_is_the_old_one_or_the_new_one() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling.\n");
    assert_eq!(ground.scan(&["share", "--out", "out"]).status.code(), Some(0));
    let reports = ["report.html", "report.csv"].map(|name| ground.path().join("out").join(name));
    let before = reports.clone().map(|path| std::fs::read(path).unwrap());
    ground.put("b.txt", b"Elev: 19900101-2385\n");
    ground.records(&[]);
    let report = ["report", "--ledger", "state/ledger.db", "--out", "out"];
    for fault in [
        "write:error=ENOSPC:when=1",
        "write:error=EIO:when=1+",
        "fsync:error=EIO",
        "rename,renameat2:error=EACCES:when=1",
    ] {
        let Some(output) = failing(&ground, fault, &[], &report) else { return };
        assert_eq!(output.status.code(), Some(2), "{fault}: {}", text(&output.stderr));
        assert_eq!(reports.clone().map(|path| std::fs::read(path).unwrap()), before, "{fault}");
        let left: Vec<_> =
            std::fs::read_dir(ground.path().join("out")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{fault}: {left:?}");
    }
    assert_eq!(ground.aktsam(report).output().unwrap().status.code(), Some(0));
    assert_ne!(std::fs::read(&reports[1]).unwrap(), before[1]);
}
