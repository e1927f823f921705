//! A package is whole or not there, and every change of it is found.

use std::fs;
use std::path::Path;

use aktsam::archive::package::{Verified, verify};

use super::{archive, delivery, package, tree};
use crate::scan::{Ground, text};

fn whole(path: &Path) {
    let Verified { differences, sealed, .. } = verify(path).unwrap();
    assert!(differences.is_empty() && sealed, "{differences:?}");
}

#[test]
fn a_package_holds_the_folder_and_leaves_it_as_it_was() {
    let ground = delivery();
    let before = tree(&ground.share());
    let output = package(&ground, "leverans-1", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(tree(&ground.share()), before);
    let at = |path: &str| ground.path().join("leverans-1").join(path);
    let data = tree(&at("representations/rep1/data"));
    assert_eq!(data.len(), before.len());
    let renamed = at("representations/rep1/data/bilder/50 =25.png");
    assert_eq!(data[&renamed], before[&ground.share().join("bilder/50 %.png")]);
    assert!(at("representations/rep1/data/latin =E5.txt").exists());
    let premis = fs::read_to_string(at("metadata/preservation/premis.xml")).unwrap();
    for told in [
        "trainedAlgorithmicMedia",
        "eventType/cre",
        "eventType/for",
        "eventType/fix",
        "Eva Ek",
        r"latin \xe5.txt",
        "Granskning, inte validering / An examination, not a validation",
        "Kan levereras efter åtgärd / Can be delivered after action",
    ] {
        assert!(premis.contains(told), "{told}");
    }
    for file in ["METS.xml", "documentation/granskning.html", "schemas/premis-v3-0.xsd", "schemas/mets1_12.xsd"] {
        assert!(at(file).exists(), "{file}");
    }
    whole(&ground.path().join("leverans-1"));
    let verified = archive(&ground, &["verify", "leverans-1"]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stdout));
    let left: Vec<_> = fs::read_dir(ground.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[test]
fn a_manifest_of_content_credentials_lies_beside_too() {
    let ground = delivery();
    let keys =
        ground.aktsam(["keys", "init", "--out", "nycklar", "--organisation", "Exempels kommun"]).output().unwrap();
    let sign = ground
        .aktsam(["label", "share/bilder", "--out", "share/markta", "--sign"])
        .args(["nycklar/certifikat.pem", "nycklar/nyckel.pem"])
        .output()
        .unwrap();
    if !keys.status.success() || !sign.status.success() {
        let said = text(&[keys.stderr, sign.stderr].concat());
        assert!(said.contains("this build cannot sign"), "{said}");
        return eprintln!("SKIPPED: this build signs nothing");
    }
    let output = package(&ground, "leverans", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let manifests = tree(&ground.path().join("leverans/metadata/other/c2pa"));
    assert_eq!(manifests.len(), 1);
    let premis = fs::read_to_string(ground.path().join("leverans/metadata/preservation/premis.xml")).unwrap();
    assert!(premis.contains("derivation") && premis.contains("eventType/mem"), "the copy is linked to its original");
    whole(&ground.path().join("leverans"));
}

#[test]
fn refuses_what_blocks_what_is_there_and_what_changed() {
    let ground = delivery();
    let (_, _, _) = super::checked(&ground, &["--out", "rapport"]);
    let check = ["--check", "rapport/granskning.jsonl"];
    fs::create_dir(ground.path().join("finns")).unwrap();
    assert_eq!(package(&ground, "finns", &[]).status.code(), Some(1));
    assert!(tree(&ground.path().join("finns")).is_empty());
    assert_eq!(package(&ground, "share/paket", &[]).status.code(), Some(2), "inside the folder");
    ground.put("ny.txt", b"ny");
    assert_eq!(package(&ground, "paket", &check).status.code(), Some(1), "new since the check");
    fs::remove_file(ground.share().join("ny.txt")).unwrap();
    let path = ground.put("bilder/tom.png", b"");
    assert_eq!(package(&ground, "paket", &[]).status.code(), Some(1), "an empty file blocks");
    assert!(!ground.path().join("paket").exists());
    fs::remove_file(path).unwrap();
    assert_eq!(package(&ground, "paket", &check).status.code(), Some(0));
    ground.put("bilder/50 %.png", b"annat");
    assert_eq!(package(&ground, "paket-2", &check).status.code(), Some(1), "changed since the check");
}

#[test]
fn what_is_accepted_is_packaged_and_told() {
    let ground = Ground::new();
    ground.put("a.txt", b"Hej.");
    ground.put("tom.txt", b"");
    std::os::unix::fs::symlink("a.txt", ground.share().join("genväg")).unwrap();
    for (file, code) in [("tom.txt", "empty-file"), ("genväg", "link")] {
        let args = ["accept", "share", "--file", file, "--code", code, "--by", "Eva Ek", "--reason", "så kom den in"];
        assert_eq!(archive(&ground, &args).status.code(), Some(0));
    }
    let output = package(&ground, "paket", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("genväg"), "what is left out is said");
    let premis = fs::read_to_string(ground.path().join("paket/metadata/preservation/premis.xml")).unwrap();
    assert_eq!(premis.matches("så kom den in").count(), 2);
}

/// Every way to change a package that a person or a disk has, tried on each of its files.
fn find_every_change(package: &Path) {
    whole(package);
    let files = tree(package);
    for (path, content) in &files {
        let differs = |what: &str| {
            let found = verify(package).map_or(1, |verified| verified.differences.len());
            assert!(found > 0, "{what}: {}", path.display());
        };
        for at in [0, content.len() / 2, content.len() - 1] {
            let mut changed = content.clone();
            changed[at] ^= 0x20;
            fs::write(path, &changed).unwrap();
            differs("a changed byte");
        }
        fs::write(path, &content[..content.len() - 1]).unwrap();
        differs("cut short");
        fs::remove_file(path).unwrap();
        differs("missing");
        fs::create_dir(path).unwrap();
        differs("a folder in its place");
        fs::remove_dir(path).unwrap();
        let other = path.with_file_name("annat namn");
        fs::write(&other, content).unwrap();
        differs("renamed");
        fs::write(path, content).unwrap();
        differs("extra");
        fs::remove_file(&other).unwrap();
    }
    fs::create_dir(package.join("tom mapp")).unwrap();
    assert_ne!(verify(package).unwrap().differences.len(), 0);
    fs::remove_dir(package.join("tom mapp")).unwrap();
    whole(package);
}

#[test]
fn every_change_of_a_package_is_found() {
    let ground = delivery();
    assert_eq!(package(&ground, "paket", &[]).status.code(), Some(0));
    find_every_change(&ground.path().join("paket"));
}

#[test]
fn every_change_of_a_bag_is_found() {
    let ground = delivery();
    let output = package(&ground, "paket", &["--bagit"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    find_every_change(&ground.path().join("paket"));
}

#[test]
fn a_renamed_file_is_told_as_one() {
    let ground = delivery();
    assert_eq!(package(&ground, "paket", &[]).status.code(), Some(0));
    let data = ground.path().join("paket/representations/rep1/data");
    fs::rename(data.join("bilder/50 =25.png"), data.join("bilder/annan.png")).unwrap();
    let output = archive(&ground, &["verify", "paket"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("50 =25.png: omdöpt till representations/rep1/data/bilder/annan.png"));
    let none = archive(&ground, &["verify", "share"]);
    assert_eq!(none.status.code(), Some(2), "not a package");
}
