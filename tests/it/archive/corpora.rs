//! Formats and PDF/A, against what other tools say of the development corpora.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use aktsam::archive::pdfa;
use aktsam::archive::puid::Signatures;

/// A folder beside the project that holds material too large to ship, when it is there.
fn shared(below: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(below);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there", path.display());
    None
}

fn puids(path: &Path) -> Vec<String> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    Signatures::shipped().identify(&mut File::open(path).unwrap(), &extension).unwrap().puids
}

#[test]
fn formats_are_named_as_siegfried_names_them() {
    let Some(corpus) = shared("corpus") else { return };
    let table = fs::read_to_string(corpus.join("puid.tsv")).unwrap();
    let rows: Vec<(&str, &str)> = table.lines().skip(1).filter_map(|line| line.split_once('\t')).collect();
    let differs = |(file, puid): &&(&str, &str)| {
        let expected: Vec<&str> = puid.split(',').filter(|puid| *puid != "UNKNOWN").collect();
        puids(&corpus.join(file)) != expected
    };
    let different: Vec<_> = rows.iter().filter(differs).collect();
    println!("{} files, {} other than siegfried's", rows.len(), different.len());
    different.iter().take(20).for_each(|(file, puid)| println!("{file} {puid} {:?}", puids(&corpus.join(file))));
    assert!(100 * different.len() <= rows.len(), "fewer than 99 % the same");
}

/// Files found right of all, by level and expectation.
#[test]
fn pdfa_screen_accepts_what_passes_and_catches_what_fails() {
    let Some(corpus) = shared("corpus/pdfa") else { return };
    let table = fs::read_to_string(corpus.join("expected.tsv")).unwrap();
    let mut right: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let [file, level, expected, _] = line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let screen = pdfa::screen(&fs::read(corpus.join("files").join(file)).unwrap());
        let passes = screen.is_some_and(|screen| screen.declared.is_some() && screen.findings.is_empty());
        let (count, all) = right.entry((level, expected)).or_default();
        *all += 1;
        *count += usize::from(passes == (expected == "pass"));
    }
    println!("{right:?}");
    for ((level, expected), (count, all)) in right {
        let floor = if expected == "pass" { 98 } else { 75 };
        assert!(100 * count >= floor * all, "{level} {expected}: {count} of {all}");
    }
}
