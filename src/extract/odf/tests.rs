//! Every place of `OpenDocument` files, from literal parts.

use std::time::{Duration, Instant};

use crate::document::Cause;
use crate::error::FileError;
use crate::extract::testing::{ZipPart, lines, read, read_whole, truncate_everywhere, with_part, zip};

fn package(kind: &str, content: &str) -> Vec<u8> {
    let media = format!("application/vnd.oasis.opendocument.{kind}");
    zip(&[ZipPart::stored("mimetype", media.as_bytes()), ZipPart::text("content.xml", &document(content))])
}

fn document(content: &str) -> String {
    let styles = r#"<style:style style:name="dold"><style:text-properties text:display="none"/></style:style>
        <style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>
        <style:style style:name="dp2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>"#;
    format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body>{content}</office:body></office:document-content>"
    )
}

fn check(kind: &str, content: &str, expected: &[&str]) {
    assert_eq!(lines(&read_whole(&package(kind, content))), expected, "{content}");
}

#[test]
fn paragraphs_notes_and_comments_are_told_apart() {
    check(
        "text",
        r#"<text:h>Beslut</text:h><text:p>Ada<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>Fotnot</text:p></text:note-body></text:note> Ek<text:s/>bor
            här<office:annotation><dc:creator>Bo</dc:creator><dc:date>2024-01-01</dc:date><text:p>Stämmer?</text:p></office:annotation>.</text:p>
            <text:p><draw:frame><draw:text-box><text:p>I rutan</text:p></draw:text-box><svg:desc>Karta</svg:desc></draw:frame><text:a xlink:href="mailto:ada@exempel.se">post</text:a></text:p>"#,
        &[
            "body paragraph 1: Beslut",
            "footnote paragraph 2: Fotnot",
            "property: author: Bo",
            "comment paragraph 3: Stämmer?",
            "body paragraph 4: Ada Ek bor här.",
            "text-box paragraph 5: I rutan",
            "alt-text: Karta",
            "link: mailto:ada@exempel.se",
            "body paragraph 6: post",
        ],
    );
}

#[test]
fn changes_and_hidden_text_stand_aside() {
    let content = r#"<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>Bo</dc:creator></office:change-info><text:p>struket</text:p></text:deletion></text:changed-region>
        <text:changed-region><text:insertion><office:change-info><dc:creator>Bo</dc:creator></office:change-info></text:insertion></text:changed-region></text:tracked-changes>
        <text:p>Beslut <text:change-start/>bifall<text:change-end/><text:span text:style-name="dold">dolt</text:span></text:p>
        <text:section text:display="none"><text:p>Gömt</text:p></text:section>"#;
    let text = read_whole(&package("text", content));
    assert_eq!(
        lines(&text),
        [
            "property: author: Bo",
            "deleted paragraph 1: struket",
            "body paragraph 2: Beslut bifall",
            "inserted paragraph 2: bifall",
            "hidden paragraph 2: dolt",
            "hidden paragraph 3: Gömt",
        ]
    );
    assert_eq!(text.facts.tracked_changes, 2);
}

#[test]
fn tables_in_text_have_headers() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let content = format!(
        "<table:table><table:table-header-rows><table:table-row>{}{}</table:table-row></table:table-header-rows><table:table-row>{}{}</table:table-row></table:table>",
        cell("Namn"),
        cell("Betyg"),
        cell("Ada"),
        cell("A"),
    );
    let text = read_whole(&package("text", &content));
    assert_eq!(lines(&text), ["body table 1 row 1: Namn | Betyg", "body table 1 row 2: Ada | A"]);
    assert_eq!(text.header(text.blocks[1].row.as_ref().unwrap(), 1), Some("Betyg"));
}

#[test]
fn sheets_follow_no_count_cell_by_cell() {
    let cell = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
    let content = format!(
        r#"<table:table table:name="Elever"><table:table-column/><table:table-column table:visibility="collapse"/>
        <table:table-row>{}<table:table-cell/>{}</table:table-row>
        <table:table-row table:number-rows-repeated="1000000">{}<table:table-cell table:number-columns-repeated="16383"/></table:table-row>
        <table:table-row><table:table-cell office:value-type="float" office:value="199001012385"><text:p>1,99E+11</text:p></table:table-cell>{}</table:table-row>
        <table:table-row><table:table-cell table:number-columns-repeated="16383"/>{}</table:table-row></table:table>
        <table:table table:name="Gömd" table:style-name="ta2"><table:table-row>{}</table:table-row></table:table>"#,
        cell("Namn"),
        cell("Betyg"),
        cell("Ada"),
        cell("dold"),
        cell("ensam"),
        cell("x"),
    );
    let started = Instant::now();
    let text = read_whole(&package("spreadsheet", &content));
    assert_eq!(
        lines(&text),
        [
            "property sheet 1: Elever",
            "body sheet 1 row 1: Namn |  | Betyg",
            "body sheet 1 row 2: Ada",
            "hidden-sheet sheet 1 row 1000002: 199001012385 | dold",
            "body sheet 1 row 1000003 column 16384: ensam",
            "property sheet 2: Gömd",
            "hidden-sheet sheet 2 row 1: x",
        ]
    );
    assert_eq!((text.units, text.units_read), (2, 2));
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn slides_have_pages_and_notes() {
    check(
        "presentation",
        r#"<draw:page><draw:frame><draw:text-box><text:p>Ett</text:p></draw:text-box></draw:frame><presentation:notes><draw:page-thumbnail/><draw:frame><draw:text-box><text:p>Säg inte</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>
        <draw:page draw:style-name="dp2"><draw:frame><draw:text-box><text:p>Två</text:p></draw:text-box></draw:frame></draw:page>"#,
        &[
            "body page 1 paragraph 1: Ett",
            "speaker-notes page 1 paragraph 2: Säg inte",
            "hidden page 2 paragraph 3: Två",
        ],
    );
}

#[test]
fn headers_properties_and_objects_are_read() {
    let content = r#"<text:p>Text</text:p><draw:object xlink:href="./Object 1/"/><draw:object-ole xlink:href="./Object 2"/><draw:object xlink:href="./Object 3"/>"#;
    let mut bytes = package("text", content);
    for (name, part) in [
        (
            "styles.xml",
            "<office:document-styles><style:master-page><style:header><text:p>Sekretess</text:p></style:header><style:footer><text:p>Sida</text:p></style:footer></style:master-page></office:document-styles>",
        ),
        (
            "meta.xml",
            r#"<office:document-meta><office:meta><dc:creator>Ada Ek</dc:creator><meta:user-defined meta:name="Dnr">KS 1</meta:user-defined></office:meta></office:document-meta>"#,
        ),
        (
            "Object 1/content.xml",
            "<office:document-content><chart:title><text:p>Betyg</text:p></chart:title></office:document-content>",
        ),
        ("Object 2", "\0\u{1}\u{2}"),
    ] {
        bytes = with_part(&bytes, ZipPart::text(name, part));
    }
    let text = read(&bytes).text;
    assert_eq!(
        lines(&text),
        [
            "body paragraph 1: Text",
            "header paragraph 1: Sekretess",
            "footer paragraph 2: Sida",
            "chart paragraph 1: Betyg",
            "attachment Object 2 > property: Object 2",
            "property: creator: Ada Ek",
            "property: Dnr: KS 1",
        ]
    );
    let causes: Vec<Cause> = text.gaps.iter().map(|gap| gap.cause).collect();
    assert_eq!(causes, [Cause::EmbeddedUnread, Cause::PartMissing]);
}

#[test]
fn flat_files_are_read_like_packed_ones() {
    let flat = r#"<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:mimetype="application/vnd.oasis.opendocument.text"><office:meta><dc:title>Rubrik</dc:title></office:meta><office:body><text:p>Text</text:p></office:body></office:document>"#;
    assert_eq!(lines(&read_whole(flat.as_bytes())), ["property: title: Rubrik", "body paragraph 1: Text"]);
}

#[test]
fn encryption_and_damage_are_said() {
    let bytes = package("text", "<text:p>Hel</text:p>");
    let manifest =
        "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    assert_eq!(
        read(&with_part(&bytes, ZipPart::text("META-INF/manifest.xml", manifest))).error,
        Some(FileError::Encrypted)
    );
    let cut = with_part(&bytes, ZipPart::text("content.xml", "<a><text:p>Hel</text:p><text:p>hal"));
    let reading = read(&cut);
    assert_eq!(lines(&reading.text), ["body paragraph 1: Hel", "body paragraph 2: hal"]);
    assert_eq!(reading.text.gaps[0].cause, Cause::PartDamaged);
    truncate_everywhere(&bytes);
}
