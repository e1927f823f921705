//! Names and kinds of file that a share can hold and a scan must survive.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixListener;

use serde_json::Value;

use super::{Ground, bytes, is_unchanged, manifest, text};

fn bytes_of(record: &Value) -> Vec<u8> {
    match record["path_bytes"].as_str() {
        Some(hex) => (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect(),
        None => record["path"].as_str().unwrap().as_bytes().to_vec(),
    }
}

#[test]
fn names_are_bytes() {
    let ground = Ground::new();
    let names: [&[u8]; 8] = [
        b"ny\nrad.txt",
        b"ogiltig \xff\xfe.txt",
        b"-rf",
        "nfd a\u{30a}.txt".as_bytes(),
        "nfc å.txt".as_bytes(),
        b"\x1b[31mr\xc3\xb6d\x07.txt",
        "\u{202e}txt.exe".as_bytes(),
        &[b'x'; 255],
    ];
    for name in names {
        ground.put(bytes(name), b"Handling.\n");
    }
    for unchanged in [false, true] {
        let output = ground.scan(&["share", "--format", "jsonl"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let records: Vec<Value> =
            text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut found: Vec<Vec<u8>> = records.iter().map(bytes_of).collect();
        let mut expected: Vec<Vec<u8>> = names.iter().map(|name| [b"share/", *name].concat()).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        assert!(records.iter().all(|record| is_unchanged(record) == unchanged));
    }
}

#[test]
fn a_tree_of_300_levels_is_walked() {
    let ground = Ground::new();
    let deep = ["nivå"; 300].join("/");
    ground.put(format!("{deep}/a.txt"), b"Handling.\n");
    let records = ground.records(&[]);
    assert_eq!(records.len(), 1);
    assert_eq!(records[&format!("share/{deep}/a.txt")]["status"], "ok");
    assert!(ground.records(&[]).values().all(is_unchanged));
}

#[test]
fn a_path_longer_than_the_system_takes_is_said() {
    let ground = Ground::new();
    let mut folder = rustix::fs::open(ground.share(), rustix::fs::OFlags::RDONLY, rustix::fs::Mode::empty()).unwrap();
    let name = "x".repeat(200);
    for _ in 0..25 {
        rustix::fs::mkdirat(&folder, &name, rustix::fs::Mode::RWXU).unwrap();
        folder = rustix::fs::openat(&folder, &name, rustix::fs::OFlags::RDONLY, rustix::fs::Mode::empty()).unwrap();
    }
    let records = ground.records(&[]);
    assert_eq!(records.len(), 1, "the folder that cannot be reached has a row");
    let row = records.values().next().unwrap();
    assert_eq!((&row["verdict"], &row["error"]), (&"undetermined".into(), &"io".into()));
    assert_eq!(ground.scan(&["share"]).status.code(), Some(3));
}

#[test]
fn special_files_are_never_opened() {
    let ground = Ground::new();
    let share = ground.share();
    super::fifo(&share.join("fifo"));
    let _socket = UnixListener::bind(share.join("socket")).unwrap();
    let records = ground.records(&[]);
    for name in ["share/fifo", "share/socket"] {
        let record = &records[name];
        assert_eq!((&record["status"], &record["error"]), (&"skipped".into(), &"special-file".into()), "{name}");
        assert_eq!(record["verdict"], "undetermined");
    }
}

#[test]
fn links_are_not_followed() {
    let ground = Ground::new();
    let path = ground.put("a.txt", b"Handling.\n");
    symlink(".", ground.share().join("loop")).unwrap();
    symlink("../share", ground.share().join("up")).unwrap();
    symlink(&path, ground.share().join("file")).unwrap();
    symlink("nowhere", ground.share().join("dangling")).unwrap();
    assert_eq!(ground.records(&[]).into_keys().collect::<Vec<_>>(), ["share/a.txt"]);
}

#[test]
fn a_root_may_be_a_file_or_a_link() {
    let ground = Ground::new();
    let path = ground.put("a.txt", b"Elev: 19900101-2385\n");
    symlink("share", ground.path().join("link")).unwrap();
    for root in ["share/a.txt", "link"] {
        let output = ground.scan(&[root, "--format", "jsonl"]);
        let record: Value = serde_json::from_str(text(&output.stdout).trim()).unwrap();
        assert_eq!(record["verdict"], "sensitive");
        assert!(record["path"].as_str().unwrap().starts_with(root));
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn content_that_is_elsewhere_is_not_fetched() {
    let ground = Ground::new();
    let hole = File::create(ground.share().join("hole.pdf")).unwrap();
    hole.set_len(1 << 20).unwrap();
    if hole.metadata().unwrap().blocks() > 0 {
        eprintln!("SKIPPED: this file system gives holes blocks");
        return;
    }
    let huge = File::create(ground.share().join("huge.pdf")).unwrap();
    huge.set_len(50 << 30).unwrap();
    let recalled = ground.put("recall.txt", b"Handling.\n");
    let attributes = 0x0040_0020_u32.to_le_bytes();
    let marked = rustix::fs::setxattr(&recalled, "user.cifs.dosattrib", &attributes, rustix::fs::XattrFlags::empty());
    let records = ground.records(&[]);
    let check = |name: &str, status: &str, error: &str| {
        let record = &records[name];
        assert_eq!((&record["status"], &record["error"]), (&status.into(), &error.into()), "{name}");
        assert_eq!(record["verdict"], "undetermined", "{name}");
    };
    check("share/hole.pdf", "skipped", "offline");
    check("share/huge.pdf", "limit", "limit:file");
    match marked {
        Ok(()) => check("share/recall.txt", "skipped", "offline"),
        Err(_) => eprintln!("SKIPPED in part: this file system takes no user attributes"),
    }
}

#[test]
fn the_share_is_as_it_was() {
    let ground = Ground::new();
    ground.put("a.txt", b"Elev: 19900101-2385\n");
    ground.put("mapp/b.csv", b"namn;belopp\nEva;100\n");
    ground.put("c.pdf", b"%PDF-1.7\n");
    let before = manifest(&ground.share());
    ground.records(&[]);
    ground.records(&["--full"]);
    assert_eq!(manifest(&ground.share()), before);
}
