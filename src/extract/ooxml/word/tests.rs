//! Every place of a Word document, from literal parts and from a document
//! that another program's writer made.

use crate::document::{Cause, Part};
use crate::error::{FileError, Limit};
use crate::extract::testing::{ZipPart, lines, package, read, read_whole, truncate_everywhere, with_part};

const MAIN: &str = "word/document.xml";

fn document(body: &str) -> String {
    format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
    )
}

fn docx(body: &str, related: &[(&str, &str, &str)]) -> Vec<u8> {
    package((MAIN, &document(body)), related)
}

fn check(body: &str, expected: &[&str]) {
    assert_eq!(lines(&read_whole(&docx(body, &[]))), expected, "{body}");
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn runs_make_paragraphs() {
    check(
        "<w:p><w:r><w:t>Namn:</w:t><w:tab/><w:t>A</w:t></w:r><w:r><w:t>da</w:t><w:br/><w:t xml:space=\"preserve\">Ek &amp; son</w:t></w:r></w:p><w:p/>",
        &["body paragraph 1: Namn: Ada Ek & son"],
    );
}

#[test]
fn tables_have_rows_and_headers() {
    let cell = |text: &str| format!("<w:tc><w:tcPr/>{}</w:tc>", paragraph(text));
    let body = format!(
        "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}<w:tc><w:p/><w:tbl><w:tr>{}{}</w:tr></w:tbl>{}</w:tc></w:tr></w:tbl>{}",
        cell("Namn"),
        cell("Betyg"),
        cell("Ada"),
        cell("inre 12345"),
        cell("x"),
        paragraph("A"),
        paragraph("Efter"),
    );
    let text = read_whole(&docx(&body, &[]));
    assert_eq!(
        lines(&text),
        [
            "body table 1 row 1: Namn | Betyg",
            "body table 2 row 1: inre 12345 | x",
            "body table 1 row 2: Ada | A",
            "body paragraph 8: Efter",
        ]
    );
    let row = text.blocks[2].row.as_ref().unwrap();
    assert_eq!(text.header(row, 1), Some("Betyg"));
}

#[test]
fn merged_columns_keep_those_after_them_in_place() {
    check(
        "<w:tbl><w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr><w:p><w:r><w:t>a1234567</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        &["body table 1 row 1:  | a1234567 |  | b"],
    );
}

#[test]
fn tracked_changes_stand_aside_of_the_final_text() {
    let body = "<w:p><w:pPr><w:rPr><w:ins w:author=\"Bo Ek\"/></w:rPr></w:pPr><w:r><w:t>Beslut om</w:t></w:r>\
        <w:del w:author=\"Bo Ek\"><w:r><w:delText> avslag </w:delText></w:r></w:del>\
        <w:ins w:author=\"Bo Ek\"><w:r><w:t>bifall</w:t></w:r></w:ins>\
        <w:moveFrom><w:r><w:t>flyttat</w:t></w:r></w:moveFrom></w:p>";
    let text = read_whole(&docx(body, &[]));
    assert_eq!(
        lines(&text),
        [
            "property: author: Bo Ek",
            "body paragraph 1: Beslut om bifall",
            "deleted paragraph 1: avslag",
            "inserted paragraph 1: bifall",
            "deleted paragraph 1: flyttat",
        ]
    );
    assert_eq!(text.facts.tracked_changes, 3);
}

#[test]
fn hidden_text_fields_and_controls_are_told_apart() {
    check(
        "<w:p><w:r><w:t>Synlig</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>dold</w:t></w:r>\
         <w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t> text</w:t></w:r></w:p>\
         <w:p><w:r><w:fldChar/><w:instrText>DATE</w:instrText><w:fldChar/><w:t>2024</w:t></w:r></w:p>\
         <w:p><w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>Skriv här</w:t></w:r></w:sdtContent></w:sdt></w:p>\
         <w:p><w:sdt><w:sdtPr><w:alias w:val=\"Namn\"/></w:sdtPr><w:sdtContent><w:r><w:t>Ada</w:t></w:r></w:sdtContent></w:sdt></w:p>",
        &[
            "body paragraph 1: Synlig text",
            "hidden paragraph 1: dold",
            "body paragraph 2: 2024",
            "field paragraph 2: DATE",
            "form-field paragraph 3: Skriv här",
            "form-field paragraph 4: Namn",
            "body paragraph 4: Ada",
        ],
    );
}

#[test]
fn a_box_written_twice_is_read_once() {
    let inner = "<w:txbxContent><w:p><w:r><w:t>I rutan</w:t></w:r></w:p></w:txbxContent>";
    let body = format!(
        "<w:p><w:r><w:t>Om</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><wp:docPr descr=\"Karta\"/>{inner}</mc:Choice>\
         <mc:Fallback><v:shape alt=\"Karta\">{inner}<w:txbxContent><w:p><w:r><w:t>bara här</w:t></w:r></w:p></w:txbxContent></v:shape></mc:Fallback>\
         </mc:AlternateContent></w:r><w:r><w:t>givet</w:t></w:r></w:p>"
    );
    check(
        &body,
        &[
            "alt-text paragraph 1: Karta",
            "text-box paragraph 1: I rutan",
            "text-box paragraph 3: bara här",
            "body paragraph 4: Omgivet",
        ],
    );
}

#[test]
fn related_parts_are_followed_whatever_their_names() {
    let part = |root: &str, text: &str| format!("<w:{root}>{}</w:{root}>", paragraph(text));
    let comment =
        format!("<w:comments><w:comment w:author=\"Bo Ek\">{}</w:comment></w:comments>", paragraph("Fråga Ada"));
    let chart = "<c:chart><c:title><a:p><a:r><a:t>Betyg</a:t></a:r></a:p></c:title><c:ser><c:cat><c:v>Ada</c:v></c:cat><c:val><c:v>5</c:v></c:val></c:ser></c:chart>";
    let text = read_whole(&docx(
        &paragraph("Text"),
        &[
            ("header", "odd/a.xml", &part("hdr", "Sekretess")),
            ("footer", "odd/b.xml", &part("ftr", "Sida")),
            ("footnotes", "odd/c.xml", &part("footnotes", "Fotnot")),
            ("endnotes", "odd/d.xml", &part("endnotes", "Slutnot")),
            ("comments", "odd/e.xml", &comment),
            ("chart", "odd/f.xml", chart),
            ("customXml", "odd/g.xml", "<x><Handläggare>Bo</Handläggare></x>"),
            ("hyperlink", "external:mailto:ada@exempel.se", ""),
            ("vbaProject", "word/vba.bin", "x"),
        ],
    ));
    assert_eq!(
        lines(&text),
        [
            "body paragraph 1: Text",
            "link: mailto:ada@exempel.se",
            "header paragraph 1: Sekretess",
            "footer paragraph 1: Sida",
            "footnote paragraph 1: Fotnot",
            "endnote paragraph 1: Slutnot",
            "property: author: Bo Ek",
            "comment paragraph 1: Fråga Ada",
            "chart: Betyg",
            "chart: Ada 5",
            "property: Bo",
            "attachment vba.bin > property: vba.bin",
            "attachment vba.bin > body paragraph 1: x",
        ]
    );
    assert!(text.facts.macros);
    assert_eq!(text.facts.comments, 1);
}

#[test]
fn a_document_in_a_document_is_read_or_said() {
    let inner = docx(&paragraph("Inre"), &[]);
    let outer =
        docx(&paragraph("Yttre"), &[("package", "word/inre.docx", "x"), ("oleObject", "word/ole.bin", "\0\u{1}\u{2}")]);
    let text = read(&with_part(&outer, ZipPart::bytes("word/inre.docx", &inner))).text;
    assert_eq!(
        lines(&text),
        [
            "body paragraph 1: Yttre",
            "attachment inre.docx > property: inre.docx",
            "attachment inre.docx > body paragraph 1: Inre",
            "attachment ole.bin > property: ole.bin",
        ]
    );
    assert_eq!(text.gaps[0].cause, Cause::EmbeddedUnread);
    assert_eq!(text.facts.attachments, 2);
}

#[test]
fn labels_and_properties_are_read() {
    let bytes = docx(&paragraph("Text"), &[]);
    let relations = r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="word/document.xml"/><Relationship Id="b" Type="x/custom-properties" Target="docProps/custom.xml"/><Relationship Id="c" Type="x/metadata/core-properties" Target="docProps/core.xml"/></Relationships>"#;
    let custom = r#"<Properties><property name="MSIP_Label_8B1C0000-0000-4000-8000-000000000000_Enabled"><vt:lpwstr>true</vt:lpwstr></property></Properties>"#;
    let bytes = with_part(&bytes, ZipPart::text("_rels/.rels", relations));
    let bytes = with_part(&bytes, ZipPart::text("docProps/custom.xml", custom));
    let bytes = with_part(&bytes, ZipPart::text("docProps/core.xml", "<c:x><dc:creator>Ada Ek</dc:creator></c:x>"));
    let text = read_whole(&bytes);
    assert_eq!(text.facts.sensitivity_label.as_deref(), Some("8b1c0000-0000-4000-8000-000000000000"));
    assert!(lines(&text).contains(&"property: creator: Ada Ek".to_owned()));
}

#[test]
fn what_stood_before_damage_is_kept_and_said() {
    let cut = format!("<w:document><w:body>{}<w:p><w:r><w:t>halv", paragraph("Hel"));
    let text = read(&package((MAIN, &cut), &[("header", "word/h.xml", "")])).text;
    assert_eq!(lines(&text), ["body paragraph 1: Hel", "body paragraph 2: halv"]);
    let causes: Vec<(Cause, Part)> = text.gaps.iter().map(|gap| (gap.cause, gap.place.part)).collect();
    assert_eq!(causes, [(Cause::PartDamaged, Part::Body), (Cause::PartMissing, Part::Header)]);
    assert_eq!((text.units, text.units_read), (1, 0));
}

#[test]
fn nested_tables_end_at_the_depth_limit() {
    let body = paragraph("Före") + &"<w:tbl><w:tr><w:tc>".repeat(100_000);
    let reading = read(&docx(&body, &[]));
    assert_eq!(reading.error, Some(FileError::Limit(Limit::Depth)));
    assert_eq!(lines(&reading.text), ["body paragraph 1: Före"]);
}

#[test]
fn utf_16_and_strict_documents_are_read() {
    let strict = document(&paragraph("Räksmörgås"))
        .replace("schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml");
    let utf16: Vec<u8> = strict.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = with_part(&docx("", &[]), ZipPart::bytes(MAIN, &[vec![0xFF, 0xFE], utf16].concat()));
    assert_eq!(lines(&read_whole(&bytes)), ["body paragraph 1: Räksmörgås"]);
}

#[test]
fn a_document_of_pictures_alone_says_so() {
    let reading = read(&docx("<w:p/>", &[("image", "word/media/image1.png", "x")]));
    assert_eq!(reading.text.gaps[0].cause, Cause::ImageOnly);
}

#[test]
fn cut_documents_never_look_whole() {
    truncate_everywhere(&docx(&paragraph("Text"), &[("header", "word/h.xml", "<w:hdr/>")]));
}

#[test]
fn what_another_writer_made_is_read() {
    use docx_rs::{Comment, Docx, Footer, Header, Paragraph, Run, Table, TableCell, TableRow};
    let text = |words: &str| Paragraph::new().add_run(Run::new().add_text(words));
    let cell = |words: &str| TableCell::new().add_paragraph(text(words));
    let comment = Comment::new(1).author("Bo Ek").add_paragraph(text("Stämmer detta?"));
    let document = Docx::new()
        .header(Header::new().add_paragraph(text("Arbetsmaterial")))
        .footer(Footer::new().add_paragraph(text("Exempelkommun")))
        .add_paragraph(text("Brödtext").add_comment_start(comment).add_comment_end(1))
        .add_table(Table::new(vec![
            TableRow::new(vec![cell("Namn"), cell("Ort")]),
            TableRow::new(vec![cell("Ada Ek"), cell("Alafors")]),
        ]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    document.build().pack(&mut bytes).unwrap();
    let read = lines(&read_whole(bytes.get_ref()));
    for expected in [
        "body paragraph 1: Brödtext",
        "body table 1 row 2: Ada Ek | Alafors",
        "header paragraph 1: Arbetsmaterial",
        "footer paragraph 1: Exempelkommun",
        "comment paragraph 1: Stämmer detta?",
    ] {
        assert!(read.contains(&expected.to_owned()), "{expected} in {read:#?}");
    }
}
