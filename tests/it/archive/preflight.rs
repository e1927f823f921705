//! Apache PDFBox's preflight beside our screen of PDF/A-1b: what it fails we find something in, and
//! what it passes we pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::checked;
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

/// A PDF/A-1b of one page, with what a case puts into it.
#[derive(Default)]
struct Pdf {
    catalog: &'static str,
    page: &'static str,
    resources: &'static str,
    content: &'static str,
    stream: &'static str,
    metadata: &'static str,
    more: &'static str,
    no_id: bool,
    no_comment: bool,
}

const PACKET: &str = "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/' pdfaid:part='1' pdfaid:conformance='B'/></rdf:RDF></x:xmpmeta><?xpacket end='w'?>";

impl Pdf {
    fn bytes(&self) -> Vec<u8> {
        let Self { catalog, page, resources, content, stream, metadata, .. } = self;
        let content = if content.is_empty() { "0 0 m 9 9 l n" } else { content };
        let mut objects = vec![
            format!("<</Type/Catalog/Pages 2 0 R/Metadata 4 0 R{catalog}>>"),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 5 0 R/Resources<<{resources}>>{page}>>"),
            format!("<</Type/Metadata/Subtype/XML{metadata}/Length {}>>\nstream\n{PACKET}\nendstream", PACKET.len()),
            format!("<<{stream}/Length {}>>\nstream\n{content}\nendstream", content.len()),
        ];
        objects.extend((!self.more.is_empty()).then(|| self.more.to_owned()));
        let mut pdf = if self.no_comment { b"%PDF-1.4\n".to_vec() } else { b"%PDF-1.4\n%\xe5\xe4\xf6\xfc\n".to_vec() };
        let mut table = String::new();
        for (number, object) in (1..).zip(&objects) {
            table += &format!("{:010} 00000 n \n", pdf.len());
            pdf.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
        }
        let (start, size) = (pdf.len(), objects.len() + 1);
        let id = if self.no_id { "" } else { "/ID[<00112233><00112233>]" };
        pdf.extend(format!("xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Size {size}/Root 1 0 R{id}>>\nstartxref\n{start}\n%%EOF\n").into_bytes());
        pdf
    }
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
            Pdf { page: "/Annots[6 0 R]", more: "<</Type/Annot/Subtype/Sound/Rect[0 0 9 9]/F 4>>", ..pdf() },
        ),
        (
            "annotation-dictionary",
            Pdf { page: "/Annots[6 0 R]", more: "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/F 2/Contents(a)>>", ..pdf() },
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
