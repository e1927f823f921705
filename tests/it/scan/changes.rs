//! What a second run reads again, and what it takes for gone.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::{PermissionsExt, chown};

use super::{Ground, is_unchanged, text};

const PERSON: &[u8] = b"Elev: 19900101-2385\n";

#[test]
fn unchanged_files_are_not_read_again() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling a.\n");
    ground.put("djup/mapp/b.txt", PERSON);
    let first = ground.records(&[]);
    assert!(first.values().all(|record| !is_unchanged(record)));
    let second = ground.records(&[]);
    assert!(second.values().all(is_unchanged));
    assert_eq!(second["share/djup/mapp/b.txt"]["verdict"], "sensitive");
    let without = |mut record: serde_json::Value| {
        record.as_object_mut().unwrap().remove("unchanged");
        record
    };
    assert_eq!(
        first.into_values().map(without).collect::<Vec<_>>(),
        second.into_values().map(without).collect::<Vec<_>>()
    );
    assert!(ground.records(&["--full"]).values().all(|record| !is_unchanged(record)));
}

#[test]
fn a_change_is_seen_whatever_the_time_says() {
    let ground = Ground::new();
    let path = ground.put("a.txt", b"Handling nummer ett.\n");
    ground.records(&[]);
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, b"Elev 19900101-2385..\n").unwrap();
    File::open(&path).unwrap().set_times(FileTimes::new().set_modified(before)).unwrap();
    let after = ground.records(&[]);
    assert_eq!(after["share/a.txt"]["verdict"], "sensitive");
    assert!(!is_unchanged(&after["share/a.txt"]));
}

#[test]
fn a_file_that_was_just_changed_is_read_again() {
    let ground = Ground::new();
    fs::write(ground.share().join("fresh.txt"), b"Handling.\n").unwrap();
    ground.records(&[]);
    assert!(!is_unchanged(&ground.records(&[])["share/fresh.txt"]));
}

#[test]
fn another_policy_judges_anew() {
    let ground = Ground::new();
    ground.put("a.txt", PERSON);
    ground.records(&["--policy", "base"]);
    assert!(!is_unchanged(&ground.records(&["--policy", "ale"])["share/a.txt"]));
    assert!(is_unchanged(&ground.records(&["--policy", "ale"])["share/a.txt"]));
}

#[test]
fn what_is_gone_is_counted_once_and_may_return() {
    let ground = Ground::new();
    let path = ground.put("a.txt", b"Handling a.\n");
    ground.put("mapp/b.txt", b"Handling b.\n");
    ground.put("c.txt", b"Handling c.\n");
    let gone = |expected: usize| {
        let told = text(&ground.scan(&["share", "--lang", "en"]).stdout);
        assert!(told.contains(&format!(" {expected} gone")), "{told}");
    };
    gone(0);
    fs::remove_file(&path).unwrap();
    fs::remove_dir_all(ground.share().join("mapp")).unwrap();
    gone(2);
    gone(0);
    ground.put("a.txt", b"Handling a.\n");
    gone(0);
    assert_eq!(ground.records(&[]).len(), 2);
}

#[test]
fn a_root_that_is_missing_or_empty_loses_nothing() {
    let ground = Ground::new();
    ground.put("a.txt", b"Handling a.\n");
    ground.records(&[]);
    let aside = ground.path().join("aside");
    fs::rename(ground.share(), &aside).unwrap();
    assert_eq!(ground.scan(&["share"]).status.code(), Some(2));
    fs::create_dir(ground.share()).unwrap();
    let empty = ground.scan(&["share"]);
    assert_eq!(empty.status.code(), Some(2));
    assert!(text(&empty.stderr).contains("error: share: it is empty, but 1 files were found in it before"));
    fs::remove_dir(ground.share()).unwrap();
    fs::rename(&aside, ground.share()).unwrap();
    assert!(is_unchanged(&ground.records(&[])["share/a.txt"]));
}

#[test]
fn what_lies_below_an_unreadable_folder_is_not_gone() {
    let ground = Ground::new();
    ground.put("låst/inre/a.txt", b"Handling a.\n");
    ground.put("b.txt", b"Handling b.\n");
    let program = ground.path().join("aktsam");
    fs::copy(assert_cmd::cargo::cargo_bin!("aktsam"), &program).unwrap();
    fs::create_dir(ground.path().join("state")).unwrap();
    fs::set_permissions(ground.path().join("state"), fs::Permissions::from_mode(0o700)).unwrap();
    let root = rustix::process::geteuid().is_root();
    if root {
        for path in [ground.path().to_owned(), ground.path().join("state")] {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
    let scan = || {
        let mut command = std::process::Command::new(if root { "setpriv" } else { "env" });
        if root {
            command.args([format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"), "--clear-groups".into()]);
        }
        command.arg(&program).args(["scan", "--ledger", "state/ledger.db", "share", "--format", "jsonl"]);
        let output = command.current_dir(ground.path()).env("HOME", ground.path()).output().unwrap();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    assert_eq!(scan().0, Some(0), "{:?}", scan());
    let locked = ground.share().join("låst");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let (code, lines, _) = scan();
    assert_eq!(code, Some(3));
    let row = lines.lines().find(|line| line.contains(r#""path":"share/låst""#)).unwrap();
    assert!(row.contains(r#""error":"permission-denied""#) && row.contains(r#""verdict":"undetermined""#), "{row}");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    let (code, lines, _) = scan();
    assert_eq!(code, Some(0));
    let row = lines.lines().find(|line| line.contains("inre/a.txt")).unwrap();
    assert!(row.contains(r#""unchanged":true"#), "{row}");
}

/// The account that owns nothing, on every Linux.
const NOBODY: u32 = 65_534;

#[test]
fn folders_and_patterns_of_the_configuration_hold() {
    let ground = Ground::new();
    ground.put("Socialtjänst/öppet möte.txt", b"Kommunen bjuder in till \xc3\xb6ppet m\xc3\xb6te.\n");
    ground.put("Bygg/a.txt", b"Kommunen bjuder in till \xc3\xb6ppet m\xc3\xb6te.\n");
    ground.put("Bygg/a.tmp", b"Handling.\n");
    ground.put(".snapshot/a.txt", PERSON);
    let config =
        "[[root]]\npath = 'share'\nexclude = ['*.tmp']\n[[root.folder]]\nglob = 'Socialtjänst/**'\nleast = 'secret'\n";
    fs::write(ground.path().join("aktsam.toml"), config).unwrap();
    for unchanged in [false, true] {
        let records = ground.records(&[]);
        assert_eq!(records.len(), 2, "{:?}", records.keys());
        let social = &records["share/Socialtjänst/öppet möte.txt"];
        assert_eq!((&social["verdict"], &social["unchanged"]), (&"secret".into(), &unchanged.into()));
        assert_eq!(social["reasons"][0]["rule"], "folder:Socialtjänst/**");
        assert_eq!(records["share/Bygg/a.txt"]["verdict"], "open");
    }
    fs::write(ground.path().join("aktsam.toml"), "[[root]]\npath = 'share'\n").unwrap();
    let records = ground.records(&[]);
    assert_eq!(records["share/Socialtjänst/öppet möte.txt"]["verdict"], "open");
    assert_eq!(records.len(), 3);
}

#[test]
fn hard_links_are_read_once() {
    let ground = Ground::new();
    let path = ground.put("a.txt", PERSON);
    for number in 0..10 {
        fs::hard_link(&path, ground.share().join(format!("{number}.txt"))).unwrap();
    }
    super::age(&path, 3600);
    let told = text(&ground.scan(&["share", "--lang", "en"]).stdout);
    assert!(told.contains("10 of known content"), "{told}");
    assert!(ground.records(&[]).values().all(|record| record["verdict"] == "sensitive"));
}
