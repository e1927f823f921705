//! What the commands promise: options, exit codes, lines of JSON, words.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use super::{Studio, fixtures, said};

#[test]
fn every_picture_is_labelled_into_another_folder_and_then_left_alone() {
    let names = fixtures();
    let studio = Studio::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let args = ["label", "in", "--out", "out", "--confirm", "no-real-persons"];
    let lines = studio.lines(&args);
    assert_eq!(lines.len(), names.len());
    for line in &lines {
        assert_eq!(line["result"], "labelled", "{line}");
        assert!(line["contrast"].as_f64().unwrap() >= 4.5, "{line}");
        assert_eq!(line["labelled"], json!({ "visible": true, "xmp": true, "c2pa": false }));
    }
    for name in &names {
        assert_eq!(studio.read(&format!("in/{name}")), fs::read(super::fixture(name)).unwrap(), "{name}");
    }
    let before: Vec<_> = names.iter().map(|name| studio.read(&format!("out/{name}"))).collect();
    assert!(studio.lines(&args).iter().all(|line| line["result"] == "already"));
    assert!(studio.lines(&["label", "out", "--in-place"]).iter().all(|line| line["result"] == "already"));
    let after: Vec<_> = names.iter().map(|name| studio.read(&format!("out/{name}"))).collect();
    assert_eq!(before, after);
}

#[test]
fn a_lossy_or_progressive_picture_says_what_became_of_it() {
    let studio = Studio::new(&["webp-lossy_unknown.webp", "jpeg-progressive_unknown.jpg"]);
    let output = said(&studio.run(&["label", "in", "--out", "out"]));
    for words in [
        "WebP skrevs utan förlust",
        "progressiv JPEG skrevs som vanlig",
        "läsbar från bredden",
        "kvar efter beskärning: 1:1 ",
        "2 märkta, 0 redan märkta, 0 utan tecken på AI, 0 inte märkta",
        "Saknas: C2PA.",
        "Riktlinjen frågar också",
    ] {
        assert!(output.contains(words), "{words}: {output}");
    }
}

#[test]
fn folders_are_mirrored_and_own_files_passed_over() {
    let studio = Studio::new(&["png-rgb_unknown.png"]);
    fs::create_dir(studio.path().join("in/b")).unwrap();
    fs::copy(studio.path().join("in/png-rgb_unknown.png"), studio.path().join("in/b/png-rgb_unknown.png")).unwrap();
    fs::copy(studio.path().join("in/png-rgb_unknown.png"), studio.path().join("in/b/a.png.orig")).unwrap();
    fs::write(studio.path().join("in/notes.txt"), "inte en bild").unwrap();
    let lines = studio.lines(&["label", "in", "--out", "in/out"]);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(studio.path().join("in/out/b/png-rgb_unknown.png").exists());
    // The folder that is written to is not read.
    assert_eq!(studio.lines(&["label", "in", "--out", "in/out"]).len(), 2);
}

#[test]
fn a_dry_run_writes_nothing_and_only_detected_labels_only_ai() {
    let studio = Studio::new(&["png-parameters_ai.png", "png-rgb_unknown.png"]);
    let lines = studio.lines(&["label", "in", "--out", "out", "--dry-run", "--only-detected"]);
    let results: Vec<_> = lines.iter().map(|line| line["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["would-be-labelled", "not-detected"]);
    assert!(!studio.path().join("out").exists());
}

#[test]
fn a_photograph_is_looked_at_before_it_is_labelled() {
    let studio = Studio::new(&["jpeg-rotated_camera.jpg"]);
    let output = studio.run(&["label", "in", "--out", "out"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("--confirm no-real-persons"));
    assert!(!studio.path().join("out/jpeg-rotated_camera.jpg").exists());
}

#[test]
fn what_cannot_be_labelled_says_why_and_what_to_do() {
    let studio = Studio::new(&["jpeg-arithmetic-refused_unknown.jpg", "png-rgb_unknown.png"]);
    let png = studio.read("in/png-rgb_unknown.png");
    fs::write(studio.path().join("in/cut.png"), &png[..png.len() / 2]).unwrap();
    fs::write(studio.path().join("in/film.png"), [&png[..], b"ftypmp42"].concat()).unwrap();
    fs::write(studio.path().join("in/avif.avif"), b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf").unwrap();
    let output = studio.run(&["label", "in", "--in-place"]);
    let words = said(&output);
    assert_eq!(output.status.code(), Some(3), "{words}");
    for (name, reason) in [
        ("jpeg-arithmetic-refused_unknown.jpg", "rare kind"),
        ("cut.png", "damaged"),
        ("film.png", "more data follows"),
        ("avif.avif", "avif are not labelled"),
    ] {
        assert!(words.lines().any(|line| line.contains(name) && line.contains(reason)), "{name}: {words}");
    }
    assert_eq!(words.matches("hint: ").count(), 4, "{words}");
    assert!(words.contains("1 märkta"), "one bad picture stops no other: {words}");
    // A copy leaves the film out, and says so.
    let lines = studio.lines(&["label", "in/film.png", "--out", "out"]);
    assert_eq!(lines[0]["changes"], json!(["trailing-left-out"]));
}

#[test]
fn a_file_in_place_keeps_its_backup_attributes_and_name() {
    let studio = Studio::new(&["jpeg-420_unknown.jpg"]);
    let path = studio.path().join("in/jpeg-420_unknown.jpg");
    let before = fs::read(&path).unwrap();
    set_mode(&path, 0o640);
    let kept = rustix::fs::setxattr(&path, "user.diarium", b"KS 2026/1", rustix::fs::XattrFlags::empty()).is_ok();
    let lines = studio.lines(&["label", "in", "--in-place"]);
    assert_eq!(lines[0]["backup"], "in/jpeg-420_unknown.jpg.orig");
    assert_eq!(studio.read("in/jpeg-420_unknown.jpg.orig"), before);
    assert_ne!(fs::read(&path).unwrap(), before);
    assert_eq!(mode(&path), 0o640);
    if kept {
        let mut value = [0; 32];
        let length = rustix::fs::getxattr(&path, "user.diarium", &mut value[..]).unwrap();
        assert_eq!(&value[..length], b"KS 2026/1");
    } else {
        eprintln!("SKIPPED: no extended attributes on this file system");
    }
    let names: Vec<_> = fs::read_dir(studio.path().join("in")).unwrap().collect();
    assert_eq!(names.len(), 2, "nothing is left over");
}

#[test]
fn links_are_not_replaced() {
    let studio = Studio::new(&["png-rgb_unknown.png"]);
    symlink("png-rgb_unknown.png", studio.path().join("in/länk.png")).unwrap();
    let output = studio.run(&["label", "in/länk.png", "--in-place"]);
    assert!(said(&output).contains("a symbolic link is not replaced"), "{}", said(&output));
    fs::hard_link(studio.path().join("in/png-rgb_unknown.png"), studio.path().join("in/two.png")).unwrap();
    let output = studio.run(&["label", "in/two.png", "--in-place"]);
    assert!(said(&output).contains("several names"), "{}", said(&output));
    assert_eq!(studio.read("in/two.png"), fs::read(super::fixture("png-rgb_unknown.png")).unwrap());
}

#[test]
fn verify_tells_labelled_from_unlabelled_and_tampered() {
    let studio = Studio::new(&["png-parameters_ai.png", "png-rgb_unknown.png"]);
    studio.run(&["label", "in/png-parameters_ai.png", "--out", "out"]);
    assert_eq!(studio.run(&["verify", "out"]).status.code(), Some(0));
    let output = studio.run(&["verify", "in"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("AI-bild UTAN synlig märkning"), "{}", said(&output));
    assert_eq!(studio.run(&["verify", "in/png-rgb_unknown.png"]).status.code(), Some(0));
    fs::write(studio.path().join("text.txt"), "ingen bild").unwrap();
    assert_eq!(studio.run(&["verify", "text.txt"]).status.code(), Some(3));
    assert_eq!(studio.run(&["verify", "nowhere.png"]).status.code(), Some(3));
}

#[test]
fn inspect_tells_origin_evidence_and_layers_a_line_each() {
    let studio = Studio::new(&["png-parameters_ai.png", "jpeg-everything_camera.jpg"]);
    let lines = studio.lines(&["inspect", "in"]);
    for line in &lines {
        for key in ["path", "origin", "generator", "evidence", "c2pa", "labelled"] {
            assert!(line.get(key).is_some(), "{key}: {line}");
        }
        assert_eq!(line["c2pa"], json!({ "present": false, "integrity": "unchecked", "trust": "unchecked" }));
    }
    assert_eq!((&lines[0]["origin"], &lines[1]["origin"]), (&json!("camera"), &json!("ai")));
    let words = said(&studio.run(&["inspect", "in"]));
    assert!(words.contains("2 bilder, 1 med tecken på AI, 1 av dem utan synlig märkning"), "{words}");
}

#[test]
fn a_scan_flags_ai_pictures_without_a_label() {
    let studio = Studio::new(&["png-parameters_ai.png", "png-rgb_unknown.png"]);
    studio.run(&["label", "in/png-parameters_ai.png", "--out", "in/markt"]);
    let output =
        studio.run(&["scan", "in", "--ledger", "l.db", "--out", "report", "--ocr", "off", "--format", "jsonl"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let flagged: Vec<(String, bool, bool)> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|line| {
            let has = |flag: &str| line["flags"].get(flag).is_some();
            (line["path"].as_str().unwrap().to_owned(), has("ai-image"), has("ai-image-unlabelled"))
        })
        .collect();
    let of = |end: &str| flagged.iter().find(|(path, ..)| path.ends_with(end)).map(|(_, ai, un)| (*ai, *un));
    assert_eq!(of("in/png-parameters_ai.png"), Some((true, true)), "{flagged:?}");
    assert_eq!(of("markt/png-parameters_ai.png"), Some((true, false)), "{flagged:?}");
    assert_eq!(of("in/png-rgb_unknown.png"), Some((false, false)), "{flagged:?}");
}

fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}
