//! Presentations of literal parts.

use crate::document::Cause;
use crate::extract::testing::{ZipPart, lines, package, read, read_whole, truncate_everywhere, with_part};

fn slide(attributes: &str, content: &str) -> String {
    format!("<p:sld {attributes}><p:cSld><p:spTree>{content}</p:spTree></p:cSld></p:sld>")
}

fn paragraph(text: &str) -> String {
    format!("<a:p><a:r><a:t>{text}</a:t></a:r></a:p>")
}

fn presentation(first: &str, second: &str) -> Vec<u8> {
    let main = r#"<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>"#;
    package(
        ("ppt/presentation.xml", main),
        &[("slide", "ppt/slides/b.xml", second), ("slide", "ppt/slides/a.xml", first)],
    )
}

#[test]
fn slides_come_in_the_order_of_the_show() {
    let table = format!(
        "<a:tbl><a:tr><a:tc>{}</a:tc><a:tc>{}</a:tc></a:tr><a:tr><a:tc>{}{}</a:tc><a:tc/></a:tr></a:tbl>",
        paragraph("Namn"),
        paragraph("Betyg"),
        paragraph("Ada"),
        paragraph("Ek"),
    );
    let first = slide("", &format!(r#"<p:cNvPr name="x" descr="Karta"/>{}{table}"#, paragraph("Rubrik")));
    let text = read_whole(&presentation(&first, &slide("show=\"0\"", &paragraph("Gömd"))));
    assert_eq!(
        lines(&text),
        [
            "alt-text page 1: Karta",
            "body page 1 paragraph 1: Rubrik",
            "body page 1 table 1 row 1: Namn | Betyg",
            "body page 1 table 1 row 2: Ada Ek | ",
            "hidden page 2 paragraph 1: Gömd",
        ]
    );
    assert_eq!((text.units, text.units_read), (2, 2));
}

#[test]
fn notes_comments_and_masters_are_read_once() {
    let mut bytes = presentation(&slide("", &paragraph("Ett")), &slide("", &paragraph("Två")));
    let relation =
        |kind: &str, target: &str| format!(r#"<Relationship Id="{kind}" Type="x/{kind}" Target="{target}"/>"#);
    let layout = relation("slideLayout", "../slideLayouts/l.xml");
    let notes = relation("notesSlide", "../notesSlides/n.xml");
    let comments = relation("comments", "../comments/c.xml");
    for (name, content) in [
        ("ppt/slides/_rels/a.xml.rels", format!("<Relationships>{notes}{comments}{layout}</Relationships>")),
        ("ppt/slides/_rels/b.xml.rels", format!("<Relationships>{layout}</Relationships>")),
        ("ppt/slideLayouts/l.xml", slide("", &paragraph("Exempelkommun"))),
        ("ppt/notesSlides/n.xml", slide("", &paragraph("Säg inte detta"))),
        ("ppt/comments/c.xml", "<p:cmLst><p:cm><p:text>Stämmer det?</p:text></p:cm></p:cmLst>".into()),
    ] {
        bytes = with_part(&bytes, ZipPart::text(name, &content));
    }
    let text = read_whole(&bytes);
    assert_eq!(
        lines(&text),
        [
            "body page 1 paragraph 1: Ett",
            "speaker-notes page 1 paragraph 1: Säg inte detta",
            "comment page 1: Stämmer det?",
            "header paragraph 1: Exempelkommun",
            "body page 2 paragraph 1: Två",
        ]
    );
    assert_eq!(text.facts.comments, 1);
}

#[test]
fn a_missing_slide_is_said_and_cut_files_never_look_whole() {
    let bytes = presentation("", &slide("", &paragraph("Två")));
    let reading = read(&bytes);
    assert_eq!(reading.text.gaps[0].cause, Cause::PartMissing);
    assert_eq!((reading.text.units, reading.text.units_read), (2, 1));
    truncate_everywhere(&bytes);
}
