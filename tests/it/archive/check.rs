//! What a check finds, and that it leaves nothing out.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;

use super::{archive, checked, codes, delivery, fixture};
use crate::scan::{Ground, bytes, fifo, text};

/// A ZIP whose one member inflates to ten megabytes.
pub(crate) fn bomb() -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("a.txt", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![0; 10 << 20]).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn each_fault_is_found_where_it_is() {
    let ground = Ground::new();
    ground.put("tom.pdf", b"");
    ground.put("avkortad.jpg", &fixture("jpeg-420_unknown.jpg")[..400]);
    ground.put("bild.pdf", &fixture("png-rgb_unknown.png"));
    ground.put("ai.png", &fixture("png-parameters_ai.png"));
    ground.put("Avtal.txt", "Avtalet gäller från 2026.".as_bytes());
    ground.put("Avtal v2.txt", "Avtalet gäller från 2027.".as_bytes());
    ground.put("kopia/Avtal.txt", "Avtalet gäller från 2026.".as_bytes());
    ground.put("BILD.PDF", b"%PDF-1.4\n%%EOF\n");
    ground.put("a:b.txt", b"x");
    ground.put("Thumbs.db", b"x");
    ground.put("utkast.txt", "UTKAST\n\nTill policy.".as_bytes());
    ground.put("bomb.zip", &bomb());
    let future = std::time::SystemTime::now() + std::time::Duration::from_hours(100);
    let file = fs::File::open(ground.put("framtid.txt", b"Hej")).unwrap();
    file.set_times(fs::FileTimes::new().set_modified(future)).unwrap();
    let (rows, _, code) = checked(&ground, &[]);
    for (path, expected) in [
        ("tom.pdf", "empty-file"),
        ("avkortad.jpg", "broken"),
        ("bild.pdf", "extension-mismatch"),
        ("ai.png", "ai-unlabelled"),
        ("Avtal v2.txt", "version"),
        ("kopia/Avtal.txt", "duplicate"),
        ("bild.pdf", "name-case"),
        ("a:b.txt", "name-character"),
        ("Thumbs.db", "system-file"),
        ("utkast.txt", "draft"),
        ("bomb.zip", "limit"),
        ("framtid.txt", "date-future"),
        ("bomb.zip", "format-refused"),
    ] {
        assert!(codes(&rows[path]).contains(&expected), "{path}: {}", rows[path]);
    }
    assert_eq!(codes(&rows["Avtal.txt"]), [""; 0], "{}", rows["Avtal.txt"]);
    assert_eq!(rows["ai.png"]["ai"]["origin"], "ai");
    assert_eq!(rows["Avtal.txt"]["ai"]["origin"], "unknown");
    assert_eq!(rows["BILD.PDF"]["puid"], "fmt/18");
    assert_eq!(code, Some(1));
}

#[test]
fn what_was_only_named_is_not_called_examined() {
    let ground = delivery();
    let (rows, _, code) = checked(&ground, &["--formats-only"]);
    assert!(rows.values().all(|row| codes(row).contains(&"formats-only")), "{rows:?}");
    assert_eq!((rows["bilder/50 %.png"]["puid"].as_str(), code), (Some("fmt/11"), Some(1)));
}

#[test]
fn every_name_is_a_row_whatever_bears_it() {
    let ground = Ground::new();
    ground.put("a.txt", b"Hej");
    ground.put(bytes(b"latin \xe5\n.txt"), b"Hej");
    symlink("/etc/passwd", ground.share().join("ut")).unwrap();
    symlink(".", ground.share().join("slinga")).unwrap();
    symlink("ingenstans", ground.share().join("bruten")).unwrap();
    fifo(&ground.share().join("kö"));
    fs::create_dir(ground.share().join("tom mapp")).unwrap();
    fs::create_dir(ground.share().join("$RECYCLE.BIN")).unwrap();
    ground.put("$RECYCLE.BIN/b.txt", b"Hej");
    let (rows, beside, code) = checked(&ground, &["--out", "rapport"]);
    let paths: Vec<&str> = rows.keys().map(String::as_str).collect();
    assert_eq!(paths, ["$RECYCLE.BIN/b.txt", "a.txt", "bruten", "kö", r"latin \xe5\x0a.txt", "slinga", "ut"]);
    for link in ["bruten", "slinga", "ut"] {
        assert_eq!(codes(&rows[link]), ["link"]);
    }
    assert!(codes(&rows["kö"]).contains(&"special-file"));
    assert_eq!(beside[0]["about"], "tom mapp");
    assert_eq!(code, Some(3), "files that could not be read");
    let csv = text(&fs::read(ground.path().join("rapport/granskning.csv")).unwrap());
    assert_eq!(csv.lines().count(), 1 + rows.len());
    let html = text(&fs::read(ground.path().join("rapport/granskning.html")).unwrap());
    assert!(html.contains("Kan inte levereras") && html.contains("Granskning, inte validering"));
}

#[test]
fn the_diary_and_the_plan_are_held_against_the_folder() {
    let ground = delivery();
    let diary =
        "Dnr;Datum;Avsändare;Ärendemening\nKS 2026/123;2026-01-02;Eva Ek;Bygglov\nKS 2026/9;2026-01-03;;Vatten\n";
    fs::write(ground.path().join("diarium.csv"), diary).unwrap();
    let plan = "klass;handlingstyp;mapp;åtgärd;frist\n2.3;Bygglov;;bevara;\n;Bild;bilder/**;gallra;2 år\n";
    fs::write(ground.path().join("plan.csv"), plan).unwrap();
    let (rows, beside, code) = checked(&ground, &["--diary", "diarium.csv", "--plan", "plan.csv"]);
    let decision = &rows["2.3 Bygglov/KS-2026-0123 beslut å.txt"]["diary"];
    assert_eq!(decision["registered"], "KS 2026/123");
    assert_eq!((&decision["class"], &decision["action"]), (&"2.3 Bygglov".into(), &"bevara".into()));
    assert!(codes(&rows["bilder/50 %.png"]).contains(&"plan-dispose"));
    let beside: Vec<(&str, &str)> = beside.iter().map(|one| (one["about"].as_str().unwrap(), codes(one)[0])).collect();
    assert_eq!(beside, [("KS 2026/9", "diary-missing-file"), ("KS 2026/9", "diary-incomplete")]);
    assert_eq!(code, Some(1));
}

#[test]
fn what_is_accepted_by_name_stands_in_no_way_until_the_file_changes() {
    let ground = Ground::new();
    let path = ground.put("tom.txt", b"");
    let accept = |reason| {
        let args =
            ["accept", "share", "--file", "tom.txt", "--code", "empty-file", "--by", "Eva Ek", "--reason", reason];
        archive(&ground, &args)
    };
    assert_eq!(accept("").status.code(), Some(2), "a reason is asked for");
    assert_eq!(accept("så kom den in").status.code(), Some(0));
    let (rows, _, code) = checked(&ground, &[]);
    let finding = &rows["tom.txt"]["findings"][0];
    assert_eq!((finding["accepted"]["by"].as_str(), code), (Some("Eva Ek"), Some(0)), "{}", rows["tom.txt"]);
    fs::rename(&path, ground.share().join("annan.txt")).unwrap();
    let (rows, _, code) = checked(&ground, &[]);
    assert!(rows["annan.txt"]["findings"][0]["accepted"].is_null());
    assert_eq!(code, Some(1));
}

#[test]
fn reports_never_lie_in_the_checked_folder() {
    let ground = delivery();
    let output = archive(&ground, &["check", "share", "--out", "share/rapport"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!ground.share().join("rapport").exists());
}

/// A share of PDF files that declare PDF/A-2b, and a `verapdf` that runs a script.
fn with_verapdf(names: &[&str], script: &str) -> Ground {
    use std::os::unix::fs::PermissionsExt;
    let ground = Ground::new();
    let xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' pdfaid:part='2' pdfaid:conformance='B'/></rdf:RDF></x:xmpmeta>";
    for name in names {
        ground.put(name, &pdf_with(xmp));
    }
    let program = ground.path().join("bin/verapdf");
    fs::create_dir(program.parent().unwrap()).unwrap();
    fs::write(&program, format!("#!/bin/sh\nshift 2\n{script}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    ground
}

/// What veraPDF is said to say of each file.
fn asked(ground: &Ground) -> Vec<(String, String)> {
    let args = ["archive", "check", "share", "--format", "jsonl", "--verapdf-seconds", "1"];
    let path = format!("{}:/usr/bin:/bin", ground.path().join("bin").display());
    let output = ground.aktsam(args).env("PATH", path).output().unwrap();
    let rows = text(&output.stdout);
    let rows = rows.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let of_row = |row: serde_json::Value| {
        assert_eq!(row["pdfa"]["declared"], "2b", "{row}");
        let said = codes(&row).into_iter().filter(|code| code.starts_with("verapdf-")).collect::<Vec<_>>().join(",");
        (row["path"].as_str().unwrap().to_owned(), said)
    };
    rows.map(of_row).collect()
}

fn says(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, said)| ((*path).to_owned(), (*said).to_owned())).collect()
}

#[test]
fn verapdf_is_asked_when_it_is_there() {
    let script = r#"for file; do case "$file" in *a.pdf) echo "PASS $file 2b";; *) echo "FAIL $file 2b";; esac; done"#;
    let ground = with_verapdf(&["a.pdf", "b c.pdf"], script);
    assert_eq!(asked(&ground), says(&[("a.pdf", "verapdf-pass"), ("b c.pdf", "verapdf-fail")]));
}

#[test]
fn a_verapdf_that_hangs_is_ended_and_the_other_files_asked_of() {
    // It leaves a child behind that holds the pipe, as a script that starts Java does.
    let script = r#"for file; do case "$file" in *b.pdf) sleep 1000 & wait;; *) echo "PASS $file 2b";; esac; done"#;
    let ground = with_verapdf(&["a.pdf", "b.pdf", "c.pdf"], script);
    let expected = says(&[("a.pdf", "verapdf-pass"), ("b.pdf", "verapdf-silent"), ("c.pdf", "verapdf-pass")]);
    assert_eq!(asked(&ground), expected);
}

#[test]
fn a_verapdf_that_says_something_else_has_said_nothing() {
    for script in ["head -c 100000 /dev/urandom; echo PASS; echo PASS share/b.pdf 2b", "exit 7", "yes | head -n 100000"]
    {
        let ground = with_verapdf(&["a.pdf"], script);
        assert_eq!(asked(&ground), says(&[("a.pdf", "verapdf-silent")]), "{script}");
    }
}

/// A PDF of one empty page that carries an XMP packet.
fn pdf_with(xmp: &str) -> Vec<u8> {
    let packet = format!("<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>{xmp}<?xpacket end='w'?>");
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>".to_owned(),
        format!("<</Type/Metadata/Subtype/XML/Length {}>>stream\n{packet}\nendstream", packet.len()),
    ];
    let mut pdf = String::from("%PDF-1.7\n");
    let mut table = String::new();
    for (number, object) in (1..).zip(&objects) {
        let _ = writeln!(table, "{:010} 00000 n ", pdf.len());
        let _ = write!(pdf, "{number} 0 obj{object}\nendobj\n");
    }
    let (start, size) = (pdf.len(), objects.len() + 1);
    let _ = write!(pdf, "xref\n0 {size}\n0000000000 65535 f \n{table}");
    let _ = write!(pdf, "trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    pdf.into_bytes()
}
