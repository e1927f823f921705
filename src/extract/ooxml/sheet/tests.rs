//! Workbooks of literal parts: every place, and what must not cost memory.

use std::time::{Duration, Instant};

use crate::document::Cause;
use crate::extract::testing::{ZipPart, lines, package, read, read_whole, truncate_everywhere, with_part};

const SHEET: &str = "xl/worksheets/a.xml";

/// A workbook of one sheet with that content of its part, and parts related from the sheet.
fn workbook(sheet: &str, related: &[(&str, &str, &str)]) -> Vec<u8> {
    let main = r#"<workbook><sheets><sheet name="Elever" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let strings = "<sst><si><t>Namn</t></si><si><r><t>Person</t></r><r><t>nummer</t></r><rPh><t>x</t></rPh></si></sst>";
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000000\-0000"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
    let mut bytes = package(
        ("xl/workbook.xml", main),
        &[
            ("worksheet", SHEET, &format!("<worksheet>{sheet}</worksheet>")),
            ("sharedStrings", "xl/strings.xml", strings),
            ("styles", "xl/styles.xml", styles),
        ],
    );
    let relation =
        |(kind, name, _): &(&str, &str, &str)| format!(r#"<Relationship Id="x" Type="x/{kind}" Target="/{name}"/>"#);
    let relations: Vec<String> = related.iter().map(relation).collect();
    let relations = format!("<Relationships>{}</Relationships>", relations.concat());
    bytes = with_part(&bytes, ZipPart::text("xl/worksheets/_rels/a.xml.rels", &relations));
    for (_, name, content) in related {
        bytes = with_part(&bytes, ZipPart::text(name, content));
    }
    bytes
}

/// What no cell of a test shows of the shared strings is read as hidden.
const UNUSED: [&str; 2] = ["hidden: Namn", "hidden: Personnummer"];

fn check(sheet: &str, expected: &[&str]) {
    let text = read_whole(&workbook(sheet, &[]));
    let shown: Vec<String> = lines(&text).into_iter().skip(1).filter(|line| !UNUSED.contains(&line.as_str())).collect();
    assert_eq!(shown, *expected, "{sheet}");
}

#[test]
fn cells_read_as_shown_under_their_headers() {
    let sheet = r#"<sheetData>
        <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="D1" t="inlineStr"><is><t>Född</t></is></c></row>
        <row r="2"><c r="A2" t="str"><f>A1</f><v>Ada</v></c><c r="B2"><v>1.99001012385E11</v></c><c r="D2" s="1"><v>32874</v></c></row>
        <row r="3"><c t="b"><v>1</v></c><c s="2"><v>101012385</v></c><c t="e"><v>#N/A</v></c></row>
        </sheetData>"#;
    let text = read_whole(&workbook(sheet, &[]));
    assert_eq!(
        lines(&text),
        [
            "property sheet 1: Elever",
            "body sheet 1 row 1: Namn | Personnummer |  | Född",
            "body sheet 1 row 2: Ada | 199001012385 |  | 1990-01-01",
            "body sheet 1 row 3: TRUE | 010101-2385 | #N/A",
        ]
    );
    assert_eq!(text.header(text.blocks[2].row.as_ref().unwrap(), 1), Some("Personnummer"));
    assert_eq!((text.units, text.units_read), (1, 1));
}

#[test]
fn hidden_rows_columns_and_sheets_say_so() {
    check(
        r#"<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="C2"><v>3</v></c></row><row r="3"><c r="A3"><v>4</v></c></row></sheetData>"#,
        &["hidden-sheet sheet 1 row 1: 1", "hidden-sheet sheet 1 row 2: 2 |  | 3", "body sheet 1 row 3: 4"],
    );
    let main = r#"<workbook><sheets><sheet name="Dold" state="veryHidden" r:id="rId1"/></sheets><definedNames><definedName name="Elev">"Ada Ek"</definedName></definedNames></workbook>"#;
    let sheet = r#"<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>"#;
    let bytes = with_part(&workbook(sheet, &[]), ZipPart::text("xl/workbook.xml", main));
    assert_eq!(
        lines(&read_whole(&bytes)),
        ["field: Elev = \"Ada Ek\"", "property sheet 1: Dold", "hidden-sheet sheet 1 row 1: 1", UNUSED[0], UNUSED[1]]
    );
}

#[test]
fn what_stands_around_the_cells_is_read() {
    let sheet = r#"<sheetData><row r="1"><c r="A1" t="str"><f>IF(B1,"Ada","")</f><v/></c></row></sheetData>
        <dataValidation prompt="Välj elev"><formula1>"Ada,Bo"</formula1></dataValidation>
        <hyperlink location="Blad2!A1"/><headerFooter><oddHeader>&amp;CSekretess</oddHeader></headerFooter>"#;
    let comments = r#"<comments><authors><author>Bo</author></authors><commentList><comment ref="B2"><text><r><t>Se </t></r><r><t>journal</t></r></text></comment></commentList></comments>"#;
    let drawing = r#"<xdr:wsDr><xdr:cNvPr descr="Karta"/><xdr:txBody><a:p><a:r><a:t>I rutan</a:t></a:r></a:p></xdr:txBody></xdr:wsDr>"#;
    let text = read_whole(&workbook(
        sheet,
        &[("comments", "xl/comments1.xml", comments), ("drawing", "xl/drawings/drawing1.xml", drawing)],
    ));
    assert_eq!(
        lines(&text)[1..],
        [
            "field sheet 1 row 1 column 1: IF(B1,\"Ada\",\"\")",
            "form-field sheet 1: Välj elev",
            "field sheet 1: \"Ada,Bo\"",
            "link sheet 1: Blad2!A1",
            "header sheet 1: Sekretess",
            "property sheet 1: author: Bo",
            "comment sheet 1 row 2 column 2: Se journal",
            "alt-text sheet 1: Karta",
            "text-box sheet 1 paragraph 1: I rutan",
            UNUSED[0],
            UNUSED[1],
        ]
    );
    assert_eq!(text.facts.comments, 1);
}

#[test]
fn a_stray_cell_costs_nothing() {
    let started = Instant::now();
    check(
        r#"<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row><row r="1048576"><c r="XFD1048576"><v>3</v></c></row></sheetData>"#,
        &["body sheet 1 row 1 column 16384: 2", "body sheet 1 row 1: 1", "body sheet 1 row 1048576 column 16384: 3"],
    );
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[test]
fn what_is_missing_or_broken_is_said() {
    let bytes = workbook(r#"<sheetData><row r="1"><c r="A1"><v>7</v></c><c"#, &[]);
    let reading = read(&bytes);
    assert_eq!(lines(&reading.text)[1..], ["body sheet 1 row 1: 7", UNUSED[0], UNUSED[1]]);
    assert_eq!(reading.text.gaps[0].cause, Cause::PartDamaged);
    let main = r#"<workbook><sheets><sheet name="Borta" r:id="rId9"/></sheets></workbook>"#;
    let reading = read(&with_part(&bytes, ZipPart::text("xl/workbook.xml", main)));
    assert_eq!(reading.text.gaps[0].cause, Cause::PartMissing);
    // The sheet that is not there, and the one that nothing leads to any more.
    assert_eq!((reading.text.units, reading.text.units_read), (2, 1));
}

#[test]
fn cut_workbooks_never_look_whole() {
    truncate_everywhere(&workbook(r#"<sheetData><row r="1"><c r="A1"><v>7</v></c></row></sheetData>"#, &[]));
}
