//! What goes wrong on a real machine: said clearly, and nothing lost.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{PERSON, good, mode, refused, say, sql};
use crate::scan::{Ground, is_unchanged, text};

#[test]
fn a_damaged_ledger_is_found_and_named() {
    let ground = Ground::new();
    for number in 0..200 {
        ground.put(format!("{number}.txt"), format!("Elev {number}: 19900101-2385\n").as_bytes());
    }
    good(&ground, &["scan", "share"]);
    assert!(good(&ground, &["ledger", "check"]).out.contains("state/ledger.db: hel"));
    let mut content = fs::read(ground.ledger()).unwrap();
    let middle = content.len() / 2 / 4096 * 4096;
    content[middle..middle + 4096].fill(0xA5);
    fs::write(ground.ledger(), &content).unwrap();
    refused(&ground, &["ledger", "check"], "ledger.db");
    fs::write(ground.ledger(), [b'x'; 8192]).unwrap();
    for args in [&["ledger", "check"][..], &["report"], &["history"], &["purge"], &["decide", "list"]] {
        refused(&ground, args, "not a ledger, or damaged");
    }
}

#[test]
fn records_of_another_hand_are_found() {
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    good(&ground, &["scan", "share"]);
    sql(&ground, "UPDATE contents SET record = '{}'");
    let said = say(&ground, &["ledger", "check"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("1 records are not in the form that this program writes"), "{}", said.err);
}

#[test]
fn a_chain_that_does_not_hold_is_found() {
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    good(&ground, &["scan", "share"]);
    sql(&ground, "INSERT INTO register (previous, entry, digest) VALUES (zeroblob(32), '{}', zeroblob(32))");
    let said = say(&ground, &["ledger", "check"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("the register's chain does not hold in 1 places"), "{}", said.err);
    assert!(said.err.contains("aktsam register check"), "{}", said.err);
}

#[test]
fn commands_without_a_ledger_make_none() {
    let ground = Ground::new();
    for args in [
        &["history"][..],
        &["diff"],
        &["purge"],
        &["ledger", "check"],
        &["ledger", "export", "copy.db"],
        &["decide", "list"],
        &["decide", "withdraw", "1", "--by", "Eva"],
    ] {
        refused(&ground, args, "state/ledger.db: No such file");
    }
    assert!(!ground.path().join("state").exists());
}

#[test]
fn a_copy_is_whole_and_private_and_written_over_nothing() {
    let ground = Ground::new();
    for number in 0..500 {
        ground.put(format!("{number}.txt"), format!("Handling {number}.\n").as_bytes());
    }
    let mut running = ground.running(&[]);
    running.next().unwrap();
    good(&ground, &["ledger", "export", "copy.db"]);
    running.end();
    assert_eq!(mode(&ground.path().join("copy.db")), 0o600);
    let checked = ground.aktsam(["ledger", "check", "--ledger", "copy.db"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stderr));
    refused(&ground, &["ledger", "export", "copy.db"], "is there already");
    let moved = ground.aktsam(["scan", "share", "--ledger", "copy.db"]).output().unwrap();
    assert_eq!(moved.status.code(), Some(0), "{}", text(&moved.stderr));
    assert_eq!(
        fs::read_dir(ground.path())
            .unwrap()
            .filter(|entry| { entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".partial") })
            .count(),
        0
    );
}

#[test]
fn an_older_ledger_is_brought_up_and_keeps_what_it_knew() {
    let ground = Ground::new();
    fs::create_dir(ground.path().join("state")).unwrap();
    let old = rusqlite::Connection::open(ground.ledger()).unwrap();
    let first = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ledger/migrations/0001_ledger.sql");
    old.execute_batch(&fs::read_to_string(first).unwrap()).unwrap();
    old.execute_batch(
        "PRAGMA application_id = 0x616B7473; PRAGMA user_version = 1;
         INSERT INTO bases VALUES (1, 'old', 'base', 'x');
         INSERT INTO runs (id, started, ended, outcome, basis, isolation) VALUES (1, 1, 2, 'complete', 1, 'full'),
            (2, 3, 4, 'complete', 1, 'full');
         INSERT INTO roots VALUES (1, CAST('/nowhere' AS BLOB), 'nowhere', 2, 2, NULL);
         INSERT INTO dirs VALUES (1, 1, x'');
         INSERT INTO files VALUES (1, x'61', 1, 1, 1, 1, 1, NULL, 'text', 'open', 'ok', NULL, NULL, NULL, 1, 1, 2);
         INSERT INTO history VALUES (1, x'61', 1, 'new', NULL, 'open', NULL);",
    )
    .unwrap();
    drop(old);
    fs::set_permissions(ground.ledger(), fs::Permissions::from_mode(0o600)).unwrap();
    let lines = good(&ground, &["diff", "--format", "jsonl"]).lines();
    assert_eq!((lines.len(), &lines[0]["change"]), (1, &"gone".into()));
    good(&ground, &["ledger", "check"]);
}

#[test]
fn an_account_without_rights_is_told_so() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: only root can lock another account out");
        return;
    }
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    let program = ground.path().join("aktsam");
    fs::copy(assert_cmd::cargo::cargo_bin!("aktsam"), &program).unwrap();
    fs::set_permissions(ground.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let scan = |ledger: &str, out: &str| {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        command.args(["scan", "share", "--ledger", ledger, "--out", out]).current_dir(ground.path());
        let output = command.env("HOME", "/nonexistent").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        text(&output.stderr)
    };
    let told = scan("state/ledger.db", "/tmp");
    assert!(told.contains("error: ") && told.contains("Permission denied") && told.contains("\nhint: "), "{told}");
    let own = ground.path().join("own");
    fs::create_dir(&own).unwrap();
    std::os::unix::fs::chown(&own, Some(65534), Some(65534)).unwrap();
    let told = scan("own/ledger.db", "reports");
    assert!(told.contains("reports: ") && told.contains("Permission denied"), "{told}");
}

/// A shell in a mount namespace of its own, with a full-able disk at `full`; `None` where that is not allowed.
fn on_small_disk(ground: &Ground, script: &str) -> Option<(Option<i32>, String)> {
    let full = ground.path().join("full");
    fs::create_dir_all(&full).unwrap();
    let mount = format!("mount -t tmpfs -o size=400k,mode=700 none '{}'", full.display());
    let allowed = Command::new("unshare").args(["-rm", "sh", "-c", &mount]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no disk of a chosen size can be mounted here, so none was filled");
        return None;
    }
    let program: &Path = assert_cmd::cargo::cargo_bin!("aktsam").as_ref();
    let script = format!("{mount} && {}", script.replace("aktsam ", &format!("'{}' ", program.display())));
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "sh", "-c", &script]).current_dir(ground.path()).env("HOME", ground.path());
    let output = shell.output().unwrap();
    Some((output.status.code(), format!("{}{}", text(&output.stdout), text(&output.stderr))))
}

#[test]
fn a_full_disk_loses_nothing_acknowledged() {
    let ground = Ground::new();
    for number in 0..3000 {
        ground.put(format!("{number:04}.txt"), format!("Elev {number}: 19900101-2385\n").as_bytes());
    }
    let scan = "aktsam scan share --ledger full/ledger.db --out . --format jsonl > said; code=$?;
        cp full/ledger.db* kept/; exit $code";
    fs::create_dir(ground.path().join("kept")).unwrap();
    let Some((code, told)) = on_small_disk(&ground, scan) else { return };
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("the disk is full") && told.contains("hint: free some space and run again"), "{told}");
    // With room again, what was acknowledged is passed by.
    let acknowledged = fs::read_to_string(ground.path().join("said")).unwrap();
    fs::set_permissions(ground.path().join("kept"), fs::Permissions::from_mode(0o700)).unwrap();
    let next = ground.aktsam(["scan", "share", "--ledger", "kept/ledger.db", "--format", "jsonl"]).output().unwrap();
    assert_eq!(next.status.code(), Some(0), "{}", text(&next.stderr));
    let next = text(&next.stdout);
    let record = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap();
    let known: std::collections::BTreeMap<String, bool> =
        next.lines().map(record).map(|line| (line["path"].as_str().unwrap().to_owned(), is_unchanged(&line))).collect();
    assert_eq!(known.len(), 3000);
    for line in acknowledged.lines() {
        let path = record(line)["path"].as_str().unwrap().to_owned();
        assert!(known[&path], "{path} was acknowledged and lost");
    }
}

#[test]
fn a_full_disk_leaves_the_old_report() {
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    let script = "aktsam scan share --ledger state/ledger.db --out full || exit 9;
        cksum < full/report.csv > before; head -c 1000000 /dev/zero > full/rest;
        aktsam scan share --ledger state/ledger.db --out full; code=$?;
        cksum < full/report.csv | cmp - before || exit 8;
        ls -A full | grep -v '^report\\.\\|^rest$' && exit 7; exit $code";
    let Some((code, told)) = on_small_disk(&ground, script) else { return };
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("cannot be written: No space left on device"), "{told}");
}
