//! What is found stays in the file: no value in the ledger, a report, a message or a core file.

use std::fs;
use std::path::Path;

use super::{Ground, text};
use crate::hostile::{docx_saying, pdf_saying};

/// What the files of the test say of a made-up person, and no sample of a policy says. The personnummer is a
/// test number of Skatteverket's, the telephone number one of PTS's for fiction.
const PLANTED: [&str; 5] = [
    "19900102-2384",
    "070-174 06 58",
    "asa.lindqvist.provfall@vreta.se",
    "Åsa Lindqvist-Provfall",
    "SE3550000000054910000003",
];

fn plant(ground: &Ground) {
    let [number, phone, mail, name, account] = PLANTED;
    let line = format!(
        "Elev: {name}, {number}, tfn {phone}, {mail}, konto {account}. Diagnos: autism. Får ekonomiskt bistånd."
    );
    ground.put("a.txt", format!("{line}\n").as_bytes());
    ground.put(
        "b.csv",
        format!("namn;personnummer;telefon;e-post\n{name};{number};{phone};{mail}\n{name};{number};{phone};{mail}\n")
            .as_bytes(),
    );
    ground.put("c.html", format!("<html><body><p>{line}</p><!-- {line} --></body></html>").as_bytes());
    ground.put(
        "d.eml",
        format!("From: {mail}\r\nTo: {name} <{mail}>\r\nSubject: {line}\r\nMIME-Version: 1.0\r\n\r\n{line}\r\n")
            .as_bytes(),
    );
    ground.put("e.docx", &docx_saying(&line));
    ground.put("f.pdf", &pdf_saying(&format!("Elev: {number}, tfn {phone}, {mail}")));
    ground.put("g.txt", &line.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    // Readers fail half way, with the words at hand.
    ground.put("h.docx", &docx_saying(&line)[..400]);
    ground.put("i.rtf", format!("{{\\rtf1 {line} {}", "{".repeat(20_000)).as_bytes());
}

#[test]
fn no_value_leaves_the_files() {
    let ground = Ground::new();
    plant(&ground);
    let mut said = Vec::new();
    let mut run = |args: &[&str]| {
        let output = ground.aktsam(args).output().unwrap();
        said.push((args.join(" "), [output.stdout, output.stderr].concat()));
    };
    let ledger = ["--ledger", "state/ledger.db"];
    run(&[&["scan", "share", "--format", "jsonl"], &ledger[..]].concat());
    run(&[&["scan", "share", "--out", "out", "--full"], &ledger[..]].concat());
    run(&[&["scan", "share", "--out", "out", "--full", "--sandbox", "off"], &ledger[..]].concat());
    run(&[&["report", "--out", "out", "--format", "html", "--format", "csv", "--format", "jsonl"], &ledger[..]]
        .concat());
    for name in ["a.txt", "b.csv", "c.html", "d.eml", "e.docx", "f.pdf", "h.docx", "i.rtf"] {
        run(&["explain", &format!("share/{name}")]);
    }
    for (command, output) in &said {
        search(output, command);
    }
    let kept = kept_files(ground.path());
    assert!(
        kept.iter().any(|path| path.ends_with("state/ledger.db"))
            && kept.iter().any(|path| path.ends_with("report.csv"))
    );
    for path in kept {
        assert!(!path.to_string_lossy().contains("core"), "a core file: {}", path.display());
        search(&fs::read(&path).unwrap(), &path.display().to_string());
    }
}

/// The values come back only for who asks, on standard output only.
#[test]
fn revealing_writes_nothing_down() {
    let ground = Ground::new();
    plant(&ground);
    let shown = ground.aktsam(["explain", "--reveal", "share/a.txt"]).output().unwrap();
    assert!(text(&shown.stdout).contains(PLANTED[0]), "{}", text(&shown.stdout));
    search(&shown.stderr, "standard error");
    let output = ground.scan(&["share", "--reveal", "--format", "jsonl", "--out", "out"]);
    assert!(text(&output.stdout).contains(PLANTED[0]));
    search(&output.stderr, "standard error");
    for path in kept_files(ground.path()) {
        search(&fs::read(&path).unwrap(), &path.display().to_string());
    }
}

/// Every file beside the share.
fn kept_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("share") {
            files.extend(kept_files(&path));
        } else if path.is_file() {
            files.push(path);
        }
    }
    files
}

/// Fails when a planted value stands in `bytes`: as it is, in UTF-16, or with what separates its parts left out.
fn search(bytes: &[u8], place: &str) {
    let bare = |bytes: &[u8]| -> Vec<u8> {
        bytes.iter().copied().filter(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80).collect()
    };
    let stripped = bare(bytes);
    for value in PLANTED {
        let utf16: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (haystack, needle) in
            [(bytes, value.as_bytes()), (bytes, &utf16[..]), (&stripped[..], &bare(value.as_bytes())[..])]
        {
            let holds = haystack.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle));
            assert!(!holds, "{place} holds {value}");
        }
    }
}
