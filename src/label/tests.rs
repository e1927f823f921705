use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use super::*;
use crate::archive::pdfa;
use crate::extract::testing::{ZipPart, zip};

const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// The parts of a Word document with `body` in it and further relations.
fn parts(body: &str, relations: &str) -> Vec<ZipPart> {
    vec![
        ZipPart::text(
            "[Content_Types].xml",
            &format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"
            ),
        ),
        ZipPart::text(
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELS}/officeDocument\" Target=\"word/document.xml\"/>{relations}</Relationships>"
            ),
        ),
        ZipPart::text("word/document.xml", body),
        ZipPart::stored("word/media/bild.bin", b"\x00\x01PK\x03\x04 raw"),
    ]
}

fn body(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"{WORD}\"><w:body>{inside}</w:body></w:document>")
}

fn docx(inside: &str) -> Vec<u8> {
    zip(&parts(&body(inside), ""))
}

const HELLO: &str = "<w:p><w:r><w:t>Hej &amp; välkommen</w:t></w:r></w:p><w:sectPr/>";

fn member(bytes: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

/// Everything that lies in a ZIP, as packed.
fn packed(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut members = BTreeMap::new();
    for index in 0..archive.len() {
        let mut member = archive.by_index_raw(index).unwrap();
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        members.insert(member.name().unwrap().to_string(), content);
    }
    members
}

fn request() -> Request {
    Request { system: Some("Öppna & modellen".into()), ..Request::default() }
}

#[test]
fn a_word_document_says_it_in_its_text_and_its_properties() {
    let source = docx(HELLO);
    let labelled = label(Kind::Docx, &source, &request()).unwrap();
    assert_eq!(
        read(Kind::Docx, &labelled),
        Some(Label {
            text: "Texten är skapad med AI".into(),
            edited: false,
            system: Some("Öppna & modellen".into()),
            layers: vec![Layer::Visible, Layer::Property],
        })
    );
    let text = crate::extract::testing::read_whole(&labelled);
    let blocks: Vec<&str> = text.blocks.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(&blocks[..2], ["Texten är skapad med AI", "Hej & välkommen"], "{blocks:?}");
    assert!(blocks.contains(&"AIDisclosure: Texten är skapad med AI"), "{blocks:?}");
    let (before, after) = (packed(&source), packed(&labelled));
    let same: Vec<&String> = before.keys().filter(|name| before[*name] == after[*name]).collect();
    assert_eq!(same, ["word/media/bild.bin"]);
    assert!(member(&labelled, "[Content_Types].xml").unwrap().contains("/docProps/custom.xml"));
}

#[test]
fn a_labelled_document_stays_as_it_is() {
    let spaced = Request { text: Some(" Texten är skapad med AI ".into()), ..request() };
    let labelled = label(Kind::Docx, &docx(HELLO), &spaced).unwrap();
    assert_eq!(label(Kind::Docx, &labelled, &request()), Err(LabelError::Already));
    let other = Request { text: Some("Annan text".into()), ..Request::default() };
    assert_eq!(label(Kind::Docx, &labelled, &other), Err(LabelError::Already));
}

#[test]
fn a_layer_that_is_gone_is_put_back_and_no_other_doubled() {
    let labelled = label(Kind::Docx, &docx(HELLO), &request()).unwrap();
    let rewrite = |name: &str, change: &dyn Fn(&str) -> String| {
        let parts = packed(&labelled).into_keys().filter_map(|part| {
            let text = member(&labelled, &part).filter(|_| !part.contains("media"))?;
            Some(ZipPart::text(&part, &if part == name { change(&text) } else { text }))
        });
        zip(&parts.collect::<Vec<_>>())
    };
    let unseen = rewrite("word/document.xml", &|_| body(HELLO));
    assert_eq!(read(Kind::Docx, &unseen).unwrap().layers, [Layer::Property]);
    let again = label(Kind::Docx, &unseen, &request()).unwrap();
    assert_eq!(member(&again, "docProps/custom.xml").unwrap().matches("AIDisclosure").count(), 1);
    let unnamed = rewrite("docProps/custom.xml", &|text| text.replace("AIDisclosure", "Annat"));
    assert_eq!(read(Kind::Docx, &unnamed), None);
    let again = label(Kind::Docx, &unnamed, &request()).unwrap();
    assert_eq!(member(&again, "word/document.xml").unwrap().matches("skapad med AI").count(), 1);
}

#[test]
fn properties_that_are_there_stay() {
    let relation =
        format!("<Relationship Id=\"rId2\" Type=\"{RELS}/custom-properties\" Target=\"/docProps/Custom.xml\"/>");
    let mut parts = parts(&body(HELLO), &relation);
    let custom = "<x:Properties xmlns:x=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" xmlns:v=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"><x:property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"7\" name=\"Diarienummer\"><v:lpwstr>KS 2025/1</v:lpwstr></x:property></x:Properties>";
    parts.push(ZipPart::text("docProps/custom.xml", custom));
    let labelled = label(Kind::Docx, &zip(&parts), &Request::default()).unwrap();
    let written = member(&labelled, "docProps/custom.xml").unwrap();
    assert!(written.starts_with(custom.strip_suffix("</x:Properties>").unwrap()), "{written}");
    assert!(written.contains("pid=\"8\"") && written.contains("pid=\"9\""), "{written}");
    assert_eq!(read(Kind::Docx, &labelled).unwrap().layers.len(), 2);
}

#[test]
fn every_form_of_a_body_takes_the_paragraph() {
    let strict = "http://purl.oclc.org/ooxml/wordprocessingml/main";
    for body in [
        format!("<document xmlns=\"{WORD}\"><body/></document>"),
        format!("<x:document xmlns:x=\"{WORD}\"><x:background/><x:body>\n<x:p/></x:body></x:document>"),
        format!("\u{feff}<w:document xmlns:w=\"{strict}\"><w:body><w:p/></w:body></w:document>"),
    ] {
        let labelled = label(Kind::Docx, &zip(&parts(&body, "")), &Request { edited: true, ..request() });
        let read = read(Kind::Docx, &labelled.unwrap_or_else(|error| panic!("{body}: {error}"))).unwrap();
        assert!(read.edited && read.layers.len() == 2, "{body}");
    }
}

#[test]
fn what_may_not_change_is_refused() {
    let origin = format!(
        "<Relationship Id=\"s\" Type=\"{PACKAGE}/relationships/digital-signature/origin\" Target=\"_xmlsignatures/origin.sigs\"/>"
    );
    let entity = format!("<!DOCTYPE d [<!ENTITY e \"x\">]>{}", body(HELLO).replace("<?xml version=\"1.0\"?>", ""));
    let latin = body(HELLO).replace("?>", " encoding=\"windows-1252\"?>");
    let mut behind = b"MZ self-extracting".to_vec();
    behind.extend(docx(HELLO));
    for (bytes, error) in [
        (zip(&parts(&body(HELLO), &origin)), LabelError::Signed),
        (zip(&parts(&entity, "")), LabelError::Damaged("its text")),
        (zip(&parts("<w:document", "")), LabelError::Damaged("its text")),
        (zip(&parts(&latin, "")), LabelError::Damaged("a part is not UTF-8")),
        (zip(&parts("", "")[..2]), LabelError::Damaged("a part is missing")),
        (behind, LabelError::Damaged("its ZIP directory")),
    ] {
        assert_eq!(label(Kind::Docx, &bytes, &request()), Err(error));
    }
    for text in ["", " ", "rad\nrad", "\u{ffff}", &"x".repeat(301)] {
        let request = Request { text: Some(text.into()), ..Request::default() };
        assert_eq!(label(Kind::Docx, &docx(HELLO), &request), Err(LabelError::Text));
    }
    assert_eq!(label(Kind::Odt, b"", &request()), Err(LabelError::Format(Kind::Odt)));
}

#[test]
fn cut_documents_are_never_labelled_wrongly() {
    let source = docx(HELLO);
    for length in (0..source.len()).step_by(7) {
        assert!(label(Kind::Docx, &source[..length], &request()).is_err(), "{length}");
    }
    let source = pdf("", "");
    for length in (0..source.len() - 8).step_by(5) {
        // What still opens as a whole document keeps its beginning.
        if let Ok(labelled) = label(Kind::Pdf, &source[..length], &request()) {
            assert!(labelled.starts_with(&source[..length]));
        }
    }
}

/// A PDF of one page, with `entries` in its catalog and further `objects` from number 4.
fn pdf(entries: &str, objects: &str) -> Vec<u8> {
    let mut file = String::from("%PDF-1.4\n%åäöå\n");
    let mut offsets = Vec::new();
    let fixed = format!(
        "1 0 obj\n<</Type/Catalog/Pages 2 0 R{entries}>>\nendobj\n2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>\nendobj\n{objects}"
    );
    for object in fixed.split_inclusive("endobj\n") {
        offsets.push(file.len());
        file.push_str(object);
    }
    let start = file.len();
    let count = offsets.len() + 1;
    let table: Vec<String> = offsets.iter().map(|offset| format!("{offset:010} 00000 n \n")).collect();
    file.extend(["xref\n0 ", &count.to_string(), "\n0000000000 65535 f \n", &table.concat()]);
    let trailer = format!(
        "trailer\n<</Size {count}/Root 1 0 R/ID[<0123456789abcdef0123456789abcdef><0123456789abcdef0123456789abcdef>]>>\n\
         startxref\n{start}\n%%EOF\n"
    );
    (file + &trailer).into_bytes()
}

fn metadata(packet: &str) -> String {
    format!("4 0 obj\n<</Type/Metadata/Subtype/XML/Length {}>>\nstream\n{packet}\nendstream\nendobj\n", packet.len())
}

const PDFA: &str = r#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Beslut</rdf:li></rdf:Alt></dc:title>SCHEMAS
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"#;

const OTHER_SCHEMA: &str = r#"<pdfaExtension:schemas xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"><rdf:Bag>
<rdf:li rdf:parseType="Resource" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#">
<pdfaSchema:schema>X</pdfaSchema:schema><pdfaSchema:namespaceURI>NAMESPACE</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>x</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaProperty:name>Other</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>other</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>"#;

#[test]
fn a_pdf_says_it_in_xmp_behind_the_file_as_it_came() {
    let source = pdf("", "");
    let labelled = label(Kind::Pdf, &source, &Request { edited: true, ..request() }).unwrap();
    assert!(labelled.starts_with(&source));
    let read = read(Kind::Pdf, &labelled).unwrap();
    assert_eq!((read.text.as_str(), read.edited), ("Texten är delvis skapad med AI", true));
    assert_eq!((read.system.as_deref(), read.layers), (Some("Öppna & modellen"), vec![Layer::Xmp]));
    assert_eq!(label(Kind::Pdf, &labelled, &request()), Err(LabelError::Already));
    let text = crate::extract::testing::read(&labelled).text;
    assert!(text.blocks.iter().any(|block| block.text == "Texten är delvis skapad med AI"), "{:?}", text.blocks);
}

#[test]
fn a_declared_pdfa_still_holds() {
    let iptc = OTHER_SCHEMA.replace("NAMESPACE", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/");
    for schemas in ["", &OTHER_SCHEMA.replace("NAMESPACE", "urn:x"), &iptc] {
        let source = pdf("/Metadata 4 0 R", &metadata(&PDFA.replace("SCHEMAS", schemas)));
        let before = pdfa::screen(&source).unwrap();
        let labelled = label(Kind::Pdf, &source, &request()).unwrap();
        let after = pdfa::screen(&labelled).unwrap();
        assert_eq!((after.declared.as_deref(), &after.findings), (Some("2b"), &before.findings), "{schemas}");
        assert!(!after.findings.iter().any(|finding| finding.check.starts_with("xmp")), "{:?}", after.findings);
        let text = String::from_utf8_lossy(&labelled);
        assert_eq!(text.matches("Beslut</rdf:li>").count(), 2, "the title stays");
        assert_eq!(text.matches("<pdfaProperty:name>DigitalSourceType").count(), 1);
    }
}

#[test]
fn signed_and_encrypted_pdfs_are_refused() {
    let signature = "4 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00>>>\nendobj\n";
    let foreign = metadata("\u{feff}not XMP");
    for (bytes, error) in [
        (pdf("", signature), LabelError::Signed),
        (pdf("/Perms<</DocMDP 4 0 R>>", "4 0 obj\n<<>>\nendobj\n"), LabelError::Signed),
        (pdf("/Metadata 4 0 R", &foreign), LabelError::Metadata),
        (b"%PDF-1.4\nnothing".to_vec(), LabelError::Damaged("its objects")),
    ] {
        assert_eq!(label(Kind::Pdf, &bytes, &request()), Err(error));
    }
    let broken = String::from_utf8_lossy(&pdf("", "")).replace("xref\n0", "xrex\n0").into_bytes();
    assert!(matches!(label(Kind::Pdf, &broken, &request()), Err(LabelError::Damaged(_))));
}

#[test]
fn kinds_and_layers_are_one_table() {
    assert_eq!(layers(Kind::Docx), [Layer::Visible, Layer::Property]);
    assert_eq!(layers(Kind::Pdf), [Layer::Xmp]);
    assert_eq!(layers(Kind::Png), []);
}
