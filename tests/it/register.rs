//! The register of labels through the real binary: what is noted, what is recognised, and that no one rewrites it unseen.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::scan::{Ground, text};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/image");
const ALL: &str = "no-real-persons,not-misleading,copyright";

impl Ground {
    fn picture(&self, fixture: &str, name: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::copy(Path::new(FIXTURES).join(fixture), &path).unwrap();
        path
    }

    fn run(&self, args: &[&str]) -> Output {
        self.aktsam(args).output().unwrap()
    }

    /// Labels, and asserts that it went well.
    fn label(&self, args: &[&str]) -> String {
        let output = self.run(&[&["label"], args].concat());
        assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
        text(&output.stdout)
    }

    /// The entries of the register, as exported.
    fn entries(&self) -> Vec<Value> {
        let output = self.run(&["register", "export", "--format", "jsonl"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn register(&self) -> PathBuf {
        self.path().join(".local/share/aktsam/register.db")
    }

    /// What `verify` says of a file, and its exit code.
    fn verified(&self, file: &str) -> (Value, Option<i32>) {
        let output = self.run(&["verify", file, "--format", "jsonl"]);
        let line = text(&output.stdout);
        assert!(line.starts_with('{'), "{line}{}", text(&output.stderr));
        (serde_json::from_str(&line).unwrap(), output.status.code())
    }
}

#[test]
fn a_label_is_noted_with_all_that_was_told() {
    let ground = Ground::new();
    let source = ground.picture("jpeg-420_unknown.jpg", "torg.jpg");
    ground.label(&["torg.jpg", "--ai-system", "Modellen", "--by", "Kommunikation", "--confirm", ALL]);
    let entries = ground.entries();
    let entry = &entries[0]["entry"];
    let sum = |path: &Path| format!("{:x}", Hex(Sha256::digest(fs::read(path).unwrap()).to_vec()));
    assert_eq!(entry["before"]["sha256"], sum(&source));
    assert_eq!(entry["after"]["sha256"], sum(&ground.path().join("markta/torg.jpg")));
    assert_eq!((&entry["by"], &entry["ai_system"]), (&"Kommunikation".into(), &"Modellen".into()));
    assert_eq!(entry["layers"], serde_json::json!(["visible", "xmp"]));
    assert_eq!(entry["confirmed"], serde_json::json!(["no-real-persons", "not-misleading", "copyright"]));
    assert_eq!(entry["text"], "Bilden är skapad av AI");
    assert!(entry["after"]["likeness"]["variance"].as_u64().unwrap() > 30, "{entry}");
    assert!(entry["account"].as_str().is_some_and(|account| !account.is_empty()));
    let list = text(&ground.run(&["register", "list"]).stdout);
    assert!(list.starts_with("Nr  Tid") && list.contains("Kommunikation") && list.contains("synligt, XMP"), "{list}");
    let english = text(&ground.run(&["register", "list", "--lang", "en"]).stdout);
    assert!(english.starts_with("No.  Time") && english.contains("no real persons"), "{english}");
}

struct Hex(Vec<u8>);

impl std::fmt::LowerHex for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[test]
fn an_export_can_be_walked_with_sha256_alone() {
    let ground = Ground::new();
    ground.picture("png-rgb_unknown.png", "a.png");
    ground.picture("webp-lossy_unknown.webp", "b.webp");
    ground.label(&["a.png", "b.webp"]);
    let exported = text(&ground.run(&["register", "export", "--format", "jsonl"]).stdout);
    let mut previous = "0".repeat(64);
    for line in exported.lines() {
        let head: Value = serde_json::from_str(line).unwrap();
        assert_eq!(head["previous"], previous);
        let entry = line.split_once(r#""entry":"#).unwrap().1.strip_suffix('}').unwrap();
        let before = (0..32).map(|at| u8::from_str_radix(&previous[at * 2..at * 2 + 2], 16).unwrap());
        let digest = Sha256::digest(before.chain(entry.bytes()).collect::<Vec<u8>>());
        previous = format!("{:x}", Hex(digest.to_vec()));
        assert_eq!(head["digest"], previous);
    }
    assert_eq!(exported.lines().count(), 2);
    let check = ground.run(&["register", "check", "--head", &previous]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stdout));
    assert!(text(&check.stdout).contains(&previous));
}

#[test]
fn tampering_is_found_where_it_is() {
    let ground = Ground::new();
    for name in ["a.png", "b.png", "c.png", "d.png"] {
        ground.picture("png-rgb_unknown.png", name);
    }
    ground.label(&["a.png", "b.png", "c.png", "d.png"]);
    let whole = fs::read(ground.register()).unwrap();
    let open = "DROP TRIGGER register_no_update; DROP TRIGGER register_no_delete;";
    for (tampering, expected) in [
        ("UPDATE register SET entry = replace(entry, '.png', '.jpg') WHERE number = 2", "Nr 2: posten har ändrats"),
        ("UPDATE register SET digest = randomblob(32) WHERE number = 3", "Nr 3: posten har ändrats"),
        ("DELETE FROM register WHERE number = 2", "Nr 2: posten saknas"),
        ("DELETE FROM register WHERE number = 4", "Nr 4: posten saknas"),
        ("DELETE FROM register", "Nr 1: posten saknas"),
        (
            "UPDATE register SET number = -number WHERE number IN (2, 3);
             UPDATE register SET number = 5 + number WHERE number < 0",
            "Nr 2: posten följer inte",
        ),
    ] {
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{suffix}", ground.register().display()));
        }
        fs::write(ground.register(), &whole).unwrap();
        assert_eq!(ground.run(&["register", "check"]).status.code(), Some(0));
        Connection::open(ground.register()).unwrap().execute_batch(&format!("{open}{tampering}")).unwrap();
        let check = ground.run(&["register", "check"]);
        let told = text(&check.stdout);
        assert_eq!(check.status.code(), Some(1), "{tampering}: {told}");
        assert!(told.starts_with(expected), "{tampering}: {told}");
    }
}

#[test]
fn a_chain_rewritten_to_its_end_lacks_the_head_that_was_noted() {
    let ground = Ground::new();
    ground.picture("png-rgb_unknown.png", "a.png");
    ground.label(&["a.png"]);
    let noted = "5".repeat(64);
    let check = ground.run(&["register", "check", "--head", &noted]);
    assert_eq!(check.status.code(), Some(1));
    assert!(text(&check.stdout).contains("den antecknade kontrollsumman finns inte i kedjan"));
    assert_eq!(ground.run(&["register", "check", "--head", "x"]).status.code(), Some(2));
}

#[test]
fn a_spreadsheet_runs_no_formula() {
    let ground = Ground::new();
    ground.picture("png-rgb_unknown.png", "=cmd.png");
    ground.label(&["=cmd.png", "--by", "=HYPERLINK(\"http://x\")", "--ai-system", "@SUM(A1)"]);
    let csv = text(&ground.run(&["register", "export"]).stdout);
    let row = csv.lines().nth(1).unwrap();
    for cell in ["\"'=HYPERLINK(\"\"http://x\"\")\"", "\"'=cmd.png\"", "\"'@SUM(A1)\""] {
        assert!(row.contains(cell), "{row}");
    }
}

#[test]
fn two_labellings_at_once_both_stand_in_the_chain() {
    let ground = Ground::new();
    let children: Vec<_> = ["ett", "två"]
        .iter()
        .map(|folder| {
            fs::create_dir(ground.path().join(folder)).unwrap();
            for number in 0..4 {
                ground.picture("png-rgb_unknown.png", &format!("{folder}/{number}.png"));
            }
            let mut command = ground.aktsam(["label", folder, "--out", &format!("{folder}-ut")]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }
    assert_eq!(ground.entries().len(), 8);
    assert_eq!(ground.run(&["register", "check"]).status.code(), Some(0));
}

#[test]
fn labelling_goes_on_while_a_scan_holds_the_same_ledger() {
    let ground = Ground::new();
    for number in 0..2000 {
        ground.put(format!("{number}.txt"), b"Handling.\n");
    }
    ground.picture("png-rgb_unknown.png", "a.png");
    let mut running = ground.running(&[]);
    running.next().unwrap();
    ground.label(&["a.png", "--ledger", "state/ledger.db"]);
    assert_eq!(running.end().0, Some(0));
    let check = ground.run(&["register", "check", "--ledger", "state/ledger.db"]);
    assert_eq!(check.status.code(), Some(0));
    assert!(text(&check.stdout).starts_with("Kedjan håller: 1 poster"), "{}", text(&check.stdout));
}

#[test]
fn labelling_again_adds_nothing() {
    let ground = Ground::new();
    ground.picture("jpeg-420_unknown.jpg", "a.jpg");
    ground.label(&["a.jpg"]);
    let labelled = fs::read(ground.path().join("markta/a.jpg")).unwrap();
    ground.label(&["a.jpg"]);
    let told = ground.label(&["markta/a.jpg", "--in-place"]);
    assert!(told.contains("redan märkt, oförändrad"), "{told}");
    assert_eq!(fs::read(ground.path().join("markta/a.jpg")).unwrap(), labelled);
    assert_eq!(ground.entries().len(), 1);
}

#[test]
fn a_photograph_is_refused_until_someone_has_looked() {
    let ground = Ground::new();
    let source = ground.picture("jpeg-444-xmp_camera.jpg", "foto.jpg");
    let before = fs::read(&source).unwrap();
    let refused = ground.run(&["label", "foto.jpg", "--in-place"]);
    let told = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(3), "{told}");
    assert!(told.contains("hint: ") && told.contains("--confirm no-real-persons"), "{told}");
    assert_eq!(fs::read(&source).unwrap(), before);
    assert_eq!(ground.entries().len(), 0);
    ground.label(&["foto.jpg", "--in-place", "--confirm", "no-real-persons"]);
    assert_eq!(ground.entries()[0]["entry"]["confirmed"], serde_json::json!(["no-real-persons"]));
}

#[test]
fn a_dry_run_notes_nothing() {
    let ground = Ground::new();
    ground.picture("png-rgb_unknown.png", "a.png");
    ground.label(&["a.png", "--dry-run"]);
    assert!(!ground.register().exists());
    let none = ground.run(&["register", "list"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("there is no register\nhint: "), "{}", text(&none.stderr));
}

#[test]
fn a_copy_without_metadata_is_recognised_as_a_candidate() {
    let ground = Ground::new();
    ground.picture("jpeg-420_unknown.jpg", "a.jpg");
    ground.label(&["a.jpg"]);
    let (same, code) = ground.verified("markta/a.jpg");
    assert_eq!((&same["register"]["match"], &same["register"]["of"]), (&"same".into(), &"after".into()));
    assert_eq!(code, Some(0));
    // Decoded, made smaller and saved anew: nothing of the metadata is left.
    let picture = image::open(ground.path().join("markta/a.jpg")).unwrap();
    let small = picture.resize(picture.width() / 2, picture.height() / 2, FilterType::Triangle);
    for (name, picture, quality) in [("kopia.jpg", &picture, 75), ("liten.jpg", &small, 80)] {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
        fs::write(ground.path().join(name), bytes.into_inner()).unwrap();
        let (copy, code) = ground.verified(name);
        let register = &copy["register"];
        assert_eq!(
            (&register["match"], &register["number"], &register["of"]),
            (&"candidate".into(), &1.into(), &"after".into())
        );
        assert!(register["distance"]["dhash"].as_u64().unwrap() <= 12, "{name}: {register}");
        assert_eq!(code, Some(1));
        let told = text(&ground.run(&["verify", name]).stdout);
        assert!(told.contains("register: liknar den märkta bilden i nr 1"), "{told}");
    }
    let (original, code) = ground.verified("a.jpg");
    assert_eq!((&original["register"]["match"], &original["register"]["of"]), (&"same".into(), &"before".into()));
    assert_eq!(code, Some(1));
    // The same shapes the other way round are another picture.
    picture.fliph().save(ground.path().join("other.png")).unwrap();
    let (other, _) = ground.verified("other.png");
    assert_eq!(other["register"]["match"], "none");
}

#[test]
fn the_register_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    ground.picture("png-rgb_unknown.png", "a.png");
    ground.label(&["a.png"]);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&ground.register()), mode(ground.register().parent().unwrap())), (0o600, 0o700));
    fs::set_permissions(ground.register(), fs::Permissions::from_mode(0o644)).unwrap();
    ground.picture("png-rgb_unknown.png", "b.png");
    let refused = ground.run(&["label", "b.png"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        text(&refused.stderr).contains("can be read by other accounts\nhint: take their rights away with chmod 600"),
        "{}",
        text(&refused.stderr)
    );
    assert!(!ground.path().join("markta/b.png").exists());
}
