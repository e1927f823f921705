//! Labels on documents through the real binary, read by others' programs where they are installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::scan::{Ground, text};

const SHARE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/share");
const WORD: &str = "Bildning/Ansökan skolskjuts.docx";
const PDF: &str = "Bygg/Protokoll byggnadsnämnden.pdf";

impl Ground {
    fn document(&self, fixture: &str, name: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::copy(Path::new(SHARE).join(fixture), &path).unwrap();
        path
    }

    fn ran(&self, args: &[&str], code: i32) -> String {
        let output = self.aktsam(args).output().unwrap();
        let told = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{told}");
        told
    }
}

/// What another program says; `None`, loudly, when it is not installed.
fn other(program: &str, args: &[&str]) -> Option<Output> {
    let output = Command::new(program).args(args).output().ok();
    if output.is_none() {
        eprintln!("SKIPPED: {program} is not installed");
    }
    output
}

#[test]
fn a_word_document_is_labelled_checked_and_found_by_a_scan() {
    let ground = Ground::new();
    let source = ground.document(WORD, "brev.docx");
    let before = fs::read(&source).unwrap();
    let told = ground.ran(&["label", "brev.docx", "--ai-system", "Modellen"], 0);
    assert!(told.contains("”Texten är skapad med AI”, lager: synligt, dokumentegenskap"), "{told}");
    assert_eq!(fs::read(&source).unwrap(), before);
    let told = ground.ran(&["verify", "markta/brev.docx"], 0);
    assert!(told.contains("märkt\n") && told.contains("nr 1, oförändrad sedan den märktes"), "{told}");
    let told = ground.ran(&["verify", "brev.docx"], 1);
    assert!(told.contains("UTAN den märkning som registret känner"), "{told}");
    let told = ground.ran(&["inspect", "markta/brev.docx"], 0);
    assert!(told.contains("Texten är skapad med AI"), "{told}");
    let again = ground.ran(&["label", "markta/brev.docx", "--in-place"], 0);
    assert!(again.contains("redan märkt, oförändrad"), "{again}");
    let labelled = fs::read(ground.path().join("markta/brev.docx")).unwrap();
    ground.put("brev.docx", &labelled);
    ground.put("omärkt.docx", &before);
    let records = ground.records(&[]);
    let flag = |name: &str| records[&format!("share/{name}")]["flags"].get("ai-disclosed").cloned();
    assert!(flag("brev.docx").is_some(), "{}", records["share/brev.docx"]);
    assert_eq!(flag("omärkt.docx"), None);
}

#[test]
fn a_pdf_is_labelled_behind_its_last_byte_and_found_by_a_scan() {
    let ground = Ground::new();
    let source = ground.document(PDF, "protokoll.pdf");
    let before = fs::read(&source).unwrap();
    let told = ground.ran(&["label", "protokoll.pdf", "--in-place", "--edited"], 0);
    assert!(told.contains("PDF får ingen synlig märkning"), "{told}");
    let labelled = fs::read(&source).unwrap();
    assert!(labelled.starts_with(&before) && labelled.len() > before.len());
    assert_eq!(fs::read(ground.path().join("protokoll.pdf.orig")).unwrap(), before);
    ground.ran(&["verify", "protokoll.pdf"], 0);
    ground.put("protokoll.pdf", &labelled);
    let records = ground.records(&[]);
    assert!(
        records["share/protokoll.pdf"]["flags"].get("ai-disclosed").is_some(),
        "{}",
        records["share/protokoll.pdf"]
    );
    let path = source.to_str().unwrap();
    if let Some(output) = other("pdfinfo", &["-meta", path]) {
        let meta = text(&output.stdout);
        assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
        assert!(meta.contains("compositeWithTrainedAlgorithmicMedia"), "{meta}");
        assert!(meta.contains("Texten är delvis skapad med AI"), "{meta}");
    }
    if let Some(output) = other("pdftotext", &[path, "-"]) {
        let original = ground.path().join("protokoll.pdf.orig");
        let original = other("pdftotext", &[original.to_str().unwrap(), "-"]).unwrap();
        assert!(output.status.success() && !output.stdout.is_empty());
        assert_eq!(text(&output.stdout), text(&original.stdout));
    }
}

#[test]
fn python_docx_reads_the_label() {
    let ground = Ground::new();
    ground.document(WORD, "brev.docx");
    ground.ran(&["label", "brev.docx"], 0);
    let script = "import sys, docx
document = docx.Document(sys.argv[1])
print(document.paragraphs[0].text)
print(document.part.package.part_related_by(
    'http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties').blob.decode())";
    let labelled = ground.path().join("markta/brev.docx");
    let Some(output) = other("python3", &["-c", script, labelled.to_str().unwrap()]) else { return };
    if text(&output.stderr).contains("No module named") {
        eprintln!("SKIPPED: python-docx is not installed");
        return;
    }
    let read = text(&output.stdout);
    assert!(read.starts_with("Texten är skapad med AI\n"), "{read}{}", text(&output.stderr));
    assert!(read.contains("name=\"AIDisclosure\""), "{read}");
}

#[test]
fn libreoffice_reads_the_label() {
    let ground = Ground::new();
    ground.document(WORD, "brev.docx");
    ground.ran(&["label", "brev.docx"], 0);
    let home = format!("-env:UserInstallation=file://{}", ground.path().join("office").display());
    let labelled = ground.path().join("markta/brev.docx");
    let out = ground.path().to_str().unwrap();
    let args =
        [&home, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", out, labelled.to_str().unwrap()];
    let Some(output) = other("soffice", &args) else { return };
    let read =
        fs::read_to_string(ground.path().join("brev.txt")).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    assert!(read.trim_start_matches('\u{feff}').starts_with("Texten är skapad med AI"), "{read}");
}

#[test]
fn what_is_not_labelled_stays_as_it_was() {
    let ground = Ground::new();
    for (name, fixture) in [("cut.docx", WORD), ("cut.pdf", PDF)] {
        let path = ground.document(fixture, name);
        let whole = fs::read(&path).unwrap();
        let half = &whole[..whole.len() / 2];
        fs::write(&path, half).unwrap();
        let told = ground.ran(&["label", name, "--in-place"], 3);
        assert!(told.contains(name), "{told}");
        assert_eq!(fs::read(&path).unwrap(), half);
        assert!(!ground.path().join(format!("{name}.orig")).exists());
    }
    fs::write(ground.path().join("a.odt"), b"text").unwrap();
    ground.ran(&["label", "a.odt"], 3);
}

#[test]
fn jsonl_names_the_layers() {
    let ground = Ground::new();
    ground.document(WORD, "brev.docx");
    let told = ground.ran(&["label", "brev.docx", "--format", "jsonl"], 0);
    let line: Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    assert_eq!((&line["result"], &line["layers"]), (&"labelled".into(), &serde_json::json!(["visible", "property"])));
    let told = ground.ran(&["verify", "markta", "--format", "jsonl"], 0);
    let line: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&line["answer"], &line["register"]["match"]), (&"labelled".into(), &"same".into()));
}
