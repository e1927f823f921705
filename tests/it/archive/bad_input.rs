//! Input that no one would wish for: every name is a row, nothing is passed over in silence, and every
//! name comes back from what was written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;

use aktsam::archive::check::{Found, Options, SurveyFile, check};
use aktsam::archive::package::original;
use aktsam::archive::puid::Signatures;
use aktsam::archive::survey::{Depth, survey};
use aktsam::config::RootConfig;
use aktsam::error::FileError;
use aktsam::examine::Examiner;
use aktsam::report::escape;
use aktsam::sandbox::SandboxError;
use aktsam::walk::{Root, Scope};

use super::{archive, checked, codes, package};
use crate::scan::{Ground, bytes, fifo, text};

/// Names that are hard to keep, each with what is said of it.
const NAMES: &[(&[u8], &str)] = &[
    (b"latin \xe5\xe4\xf6.txt", "name-not-utf8"),
    (b"ny\nrad.txt", "name-control"),
    (b"flik\t.txt", "name-control"),
    ("vänd\u{202e}gpj.txt".as_bytes(), "name-control"),
    (b"a:b?c*.txt", "name-character"),
    (br"bak\streck.txt", "name-character"),
    (b"slutar med punkt.", "name-ending"),
    (b"CON.txt", "name-reserved"),
    ("a\u{308}r.txt".as_bytes(), "name-not-nfc"),
    (b"~$dokument.docx", "system-file"),
    (b"=cmd|' calc'!A0.txt", "name-character"),
];

/// Names that nothing is wrong with, but which escapes could be mistaken for.
const PLAIN: &[&str] = &["50 =25.txt", "=E5.txt", "a%20b.txt", "x5c.txt", "'; DROP TABLE files; --.txt"];

/// Folders of a share that holds many files of every sort; a file in each has a name from above.
const FOLDERS: usize = 40;

/// Writes a big share: folders in folders, hard names, empty files, links, loops, pipes and sockets.
/// Returns the paths below it that are files or stand where one would.
fn hostile(ground: &Ground) -> BTreeSet<Vec<u8>> {
    let mut met = BTreeSet::new();
    for folder in 0..FOLDERS {
        let below = format!("{}mapp {folder}", "djupt/".repeat(folder % 5));
        for (index, name) in
            NAMES.iter().map(|(name, _)| *name).chain(PLAIN.iter().map(|name| name.as_bytes())).enumerate()
        {
            let path = [below.as_bytes(), b"/", name].concat();
            ground.put(bytes(&path), format!("Handling {folder}, {index}.\n").as_bytes());
            met.insert(path);
        }
        for (name, content) in
            [("tom.txt", &b""[..]), ("avkortad.pdf", b"%PDF-1.7\n1 0 obj"), ("bomb.zip", &super::check::bomb())]
        {
            let path = format!("{below}/{name}");
            ground.put(&path, content);
            met.insert(path.into_bytes());
        }
        let at = ground.share().join(&below);
        for (name, target) in [("länk", "/etc/passwd"), ("slinga", "."), ("upp", ".."), ("bruten", "ingenstans")] {
            symlink(target, at.join(name)).unwrap();
            met.insert(format!("{below}/{name}").into_bytes());
        }
        fifo(&at.join("kö"));
        met.insert(format!("{below}/kö").into_bytes());
    }
    // The path of a socket may have no more than 107 bytes.
    let socket = ground.share().join("uttag");
    drop(UnixListener::bind(&socket).unwrap());
    met.insert(b"uttag".to_vec());
    met
}

#[test]
fn rows_are_the_files_seen_on_a_hostile_tree() {
    let ground = Ground::new();
    let met = hostile(&ground);
    let (rows, beside, code) = checked(&ground, &["--out", "rapport"]);
    let told: BTreeSet<Vec<u8>> = rows.keys().map(|path| escape::bytes(path)).collect();
    assert_eq!(told, met, "every name once, and every name comes back");
    assert!(beside.is_empty(), "{beside:?}");
    assert_eq!(code, Some(3), "some could not be read");
    for (path, row) in &rows {
        let path = escape::bytes(path);
        let name = path.rsplit(|byte| *byte == b'/').next().unwrap();
        let expected = match name {
            b"tom.txt" => "empty-file",
            b"avkortad.pdf" => "broken",
            b"bomb.zip" => "limit",
            b"uttag" => "special-file",
            _ if name == "kö".as_bytes() => "special-file",
            _ if ["länk", "slinga", "upp", "bruten"].iter().any(|link| name == link.as_bytes()) => "link",
            _ => NAMES.iter().find(|(own, _)| *own == name).map_or("", |(_, code)| code),
        };
        assert!(expected.is_empty() || codes(row).contains(&expected), "{expected}: {row}");
        assert_eq!(row["sha256"].is_null(), ["special-file", "link"].contains(&expected), "{row}");
    }
    csv_gives_every_name_back(&ground.path().join("rapport/granskning.csv"), &met);
}

/// Every row of the table begins with a path, quoted as Excel reads it.
fn csv_gives_every_name_back(table: &Path, met: &BTreeSet<Vec<u8>>) {
    let table = fs::read(table).unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(&table[3..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), met.len());
    let told: BTreeSet<Vec<u8>> = rows.iter().map(|row| escape::bytes(row[0].trim_start_matches('\''))).collect();
    assert_eq!(&told, met);
    assert!(rows.iter().all(|row| !row[0].starts_with(['=', '+', '@', '-'])), "no cell runs");
}

#[test]
fn a_package_gives_every_name_back() {
    let ground = Ground::new();
    let names: Vec<&[u8]> =
        NAMES.iter().map(|(name, _)| *name).chain(PLAIN.iter().map(|name| name.as_bytes())).collect();
    for name in &names {
        ground.put(bytes(name), &[b"Handling ", *name].concat());
    }
    let output = package(&ground, "paket", &["--bagit"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mets = fs::read_to_string(ground.path().join("paket/data/paket/METS.xml"));
    let mets = mets.or_else(|_| fs::read_to_string(ground.path().join("paket/METS.xml"))).unwrap();
    let data = walkdir(&ground.path().join("paket"));
    for name in &names {
        let stored = data.iter().find(|path| original(path.rsplit('/').next().unwrap()) == *name);
        let stored = stored.unwrap_or_else(|| panic!("{}: not in {data:?}", text(name)));
        assert!(stored.bytes().all(|byte| !byte.is_ascii_control() && !b"<>:\"\\|?*".contains(&byte)), "{stored}");
    }
    assert!(mets.lines().all(|line| !line.contains('\u{202e}')), "no name turns the text");
    assert!(archive(&ground, &["verify", "paket"]).status.success());
}

fn walkdir(folder: &Path) -> Vec<String> {
    super::tree(folder).into_keys().map(|path| path.to_string_lossy().into_owned()).collect()
}

#[test]
fn what_may_not_be_read_is_told() {
    let ground = Ground::new();
    ground.put("a.txt", b"Hej");
    for (name, content) in [("hemlig.txt", "Hej"), ("stängd/b.txt", "Hej"), ("rest/c.txt", "Hej då")] {
        ground.put(name, content.as_bytes());
    }
    fs::set_permissions(ground.share().join("hemlig.txt"), fs::Permissions::from_mode(0o0)).unwrap();
    fs::set_permissions(ground.share().join("stängd"), fs::Permissions::from_mode(0o0)).unwrap();
    // Root reads everything, unless it gives up what lets it.
    let powers = "-dac_override,-dac_read_search";
    let mut command = ground.aktsam(["archive", "check", "share", "--format", "jsonl"]);
    if rustix::process::getuid().is_root() {
        let mut without = Command::new("setpriv");
        without.args(["--bounding-set", powers, "--inh-caps", powers, "--"]);
        without.arg(command.get_program()).args(command.get_args());
        without.env_clear().env("HOME", ground.path()).env("PATH", "/usr/bin:/bin").current_dir(ground.path());
        command = without;
    }
    let Ok(output) = command.output() else {
        eprintln!("SKIPPED: no setpriv, and root may read everything");
        return;
    };
    let lines = text(&output.stdout);
    let rows: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&str, Vec<&str>)> = rows.iter().map(|row| (row["path"].as_str().unwrap(), codes(row))).collect();
    let expected = [
        ("a.txt", vec![]),
        ("hemlig.txt", vec!["unreadable"]),
        ("rest/c.txt", vec![]),
        ("stängd", vec!["folder-unread"]),
    ];
    assert_eq!(told, expected, "{}", text(&output.stderr));
    assert_eq!(output.status.code(), Some(3));
    fs::set_permissions(ground.share().join("stängd"), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_file_that_another_program_has_locked_is_read() {
    let ground = Ground::new();
    let file = fs::File::open(ground.put("låst.txt", b"Hej")).unwrap();
    file.lock().unwrap();
    let (rows, _, code) = checked(&ground, &[]);
    assert_eq!((codes(&rows["låst.txt"]), code), (vec![], Some(0)));
    drop(file);
}

/// A check, one file at a time, in which `meanwhile` happens when the first file has been
/// surveyed; each file's content is its name.
fn interfered(ground: &Ground, meanwhile: &(dyn Fn(&str) + Sync)) -> Found {
    let config = RootConfig { exclude_system: false, ..RootConfig::of(ground.share()) };
    let root = Root::open(&ground.share(), None, Scope::new(&config, &[]).unwrap(), None).unwrap();
    let make = || -> Result<SurveyFile<'_>, SandboxError> {
        let mut first = true;
        Ok(Box::new(move |file, size, depth| {
            let surveyed = survey(&Examiner::default(), Signatures::shipped(), file, depth);
            if std::mem::take(&mut first) {
                let mut name = vec![0; usize::try_from(size).unwrap()];
                file.read_exact_at(&mut name, 0).unwrap();
                meanwhile(&text(&name));
            }
            Ok(surveyed)
        }))
    };
    check(&root, Options { jobs: 1, depth: Depth::Whole, looks: false }, &make, &|_| ()).unwrap()
}

#[test]
fn what_vanishes_or_changes_while_it_is_read_is_told() {
    let ground = Ground::new();
    let names = ["a.txt", "b.txt", "c.txt", "d.txt"];
    for name in names {
        ground.put(name, name.as_bytes());
    }
    let expected = Mutex::new(BTreeMap::new());
    let found = interfered(&ground, &|first| {
        let path = |name: &str| ground.share().join(name);
        let [gone, replaced, grown] = names.iter().filter(|name| **name != first).collect::<Vec<_>>()[..] else {
            panic!("{first} is none of them")
        };
        fs::write(path(first), "Det här skrevs medan filen lästes.").unwrap();
        fs::remove_file(path(gone)).unwrap();
        fs::remove_file(path(replaced)).unwrap();
        symlink("/etc/passwd", path(replaced)).unwrap();
        fs::write(path(grown), "Det här skrevs innan filen lästes.").unwrap();
        let told = [(first, "changed"), (gone, "vanished"), (replaced, "link"), (grown, "changed")];
        expected.lock().unwrap().extend(told.map(|(name, what)| (name.to_owned(), what)));
    });
    let told = found.files.iter().map(|seen| {
        let what = match &seen.read {
            Ok(read) if read.changed => "changed",
            Ok(_) => "read",
            Err(FileError::Vanished) => "vanished",
            Err(FileError::Changed) => "changed",
            Err(FileError::Special) => "link",
            Err(_) => "other",
        };
        (text(&seen.path), what)
    });
    assert_eq!(told.collect::<BTreeMap<_, _>>(), expected.into_inner().unwrap());
}
