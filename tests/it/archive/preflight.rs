//! The preflight of Apache `PDFBox` beside our screen of PDF/A-1b: what it fails we find something in, and
//! what it passes we pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::checked;
use super::pdf::Pdf;
use crate::scan::{Ground, text};

/// Preflight and what it needs, as Debian names them.
const JARS: &[&str] =
    &["preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api"];

/// Preflight's class path; `None`, said loudly, where it or Java is missing.
fn preflight() -> Option<String> {
    let jars: Vec<PathBuf> = JARS.iter().map(|jar| Path::new("/usr/share/java").join(format!("{jar}.jar"))).collect();
    let java = Command::new("java").arg("-version").output().is_ok_and(|output| output.status.success());
    if !java || !jars.iter().all(|jar| jar.is_file()) {
        eprintln!(
            "SKIPPED: no Java or no preflight (apt-get install default-jre-headless libpdfbox2-java libactivation-java libjaxb-api-java)"
        );
        return None;
    }
    Some(jars.iter().map(|jar| jar.display().to_string()).collect::<Vec<_>>().join(":"))
}

/// Each deviation with the check that finds it.
fn deviations() -> Vec<(&'static str, Pdf)> {
    let pdf = Pdf::default;
    vec![
        ("file-header", Pdf { no_comment: true, ..pdf() }),
        ("trailer-id", Pdf { no_id: true, ..pdf() }),
        ("device-colour", Pdf { content: "1 0 0 rg 0 0 9 9 re f", ..pdf() }),
        ("operator", Pdf { content: "0 0 m foo", ..pdf() }),
        ("rendering-intent", Pdf { content: "/Custom ri", ..pdf() }),
        ("filter", Pdf { stream: "/Filter/LZWDecode", content: "\x40", ..pdf() }),
        ("stream-external", Pdf { stream: "/F(a.txt)", ..pdf() }),
        ("metadata-stream", Pdf { metadata: "/Filter[]", ..pdf() }),
        ("transparency", Pdf { page: "/Group<</S/Transparency>>", ..pdf() }),
        ("transparency", Pdf { content: "/G gs", resources: "/ExtGState<</G<</ca .5>>>>", ..pdf() }),
        (
            "font-embedded",
            Pdf {
                content: "BT /F 12 Tf (a) Tj ET",
                resources: "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>",
                ..pdf()
            },
        ),
        ("optional-content", Pdf { catalog: "/OCProperties<</OCGs[]/D<<>>>>", ..pdf() }),
        ("embedded-files", Pdf { catalog: "/Names<</EmbeddedFiles<</Names[]>>>>", ..pdf() }),
        ("form-field", Pdf { catalog: "/AcroForm<</Fields[]/NeedAppearances true>>", ..pdf() }),
        ("action", Pdf { catalog: "/OpenAction<</S/JavaScript/JS(app.alert)>>", ..pdf() }),
        ("action", Pdf { catalog: "/OpenAction<</S/Launch/F(a.exe)>>", ..pdf() }),
        ("additional-actions", Pdf { catalog: "/AA<</WC<</S/GoTo/D[3 0 R/Fit]>>>>", ..pdf() }),
        (
            "annotation-type",
            Pdf { page: "/Annots[6 0 R]", more: &["<</Type/Annot/Subtype/Sound/Rect[0 0 9 9]/F 4>>"], ..pdf() },
        ),
        (
            "annotation-dictionary",
            Pdf {
                page: "/Annots[6 0 R]",
                more: &["<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/F 2/Contents(a)>>"],
                ..pdf()
            },
        ),
    ]
}

#[test]
fn preflight_fails_what_our_screen_finds_and_passes_what_it_passes() {
    let ground = Ground::new();
    let cases: Vec<(String, &str)> = deviations()
        .iter()
        .enumerate()
        .map(|(index, (check, pdf))| {
            let name = format!("{index:02}-{check}.pdf");
            ground.put(&name, &pdf.bytes());
            (name, *check)
        })
        .collect();
    ground.put("hel.pdf", &Pdf::default().bytes());
    let (rows, ..) = checked(&ground, &["--verapdf", "off"]);
    for (name, check) in &cases {
        let found = rows[name]["pdfa"]["findings"].as_array().unwrap();
        assert!(found.iter().any(|finding| finding["check"] == *check), "{name}: {found:?}");
    }
    assert_eq!(rows["hel.pdf"]["pdfa"]["findings"], serde_json::json!([]));
    let Some(jars) = preflight() else { return };
    for path in fs::read_dir(ground.share()).unwrap().map(|entry| entry.unwrap().path()) {
        let mut run = Command::new("java");
        run.args(["-cp", &jars, "org.apache.pdfbox.preflight.Validator_A1b"]).arg(&path);
        let said = text(&run.output().unwrap().stdout);
        let passes = said.contains("is a valid PDF/A-1b file");
        assert!(passes || said.contains("is not a valid PDF/A-1b file"), "it did not run: {said}");
        assert_eq!(passes, path.ends_with("hel.pdf"), "{said}");
    }
}
