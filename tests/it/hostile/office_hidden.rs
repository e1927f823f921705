//! Office documents that show one thing and hold another: parts that no
//! relation leads to, words in attributes, states and caches.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::office::{document, docx_with, ole, zip};
use super::{Case, PLANTED, case};

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHOWN: &str = "<w:p><w:r><w:t>Biblioteket har nya tider.</w:t></w:r></w:p>";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = word_markup();
    cases.extend(word_parts());
    cases.extend(workbooks());
    cases.extend(presentations());
    cases.extend(open_documents());
    cases.extend(packages());
    cases
}

fn said() -> String {
    format!("Elev: {PLANTED}")
}

fn shown(body: &str) -> Vec<u8> {
    docx_with(document(&format!("{SHOWN}{body}")).as_bytes(), &[])
}

fn word_markup() -> Vec<Case> {
    let said = said();
    let run = format!("<w:r><w:t>{said}</w:t></w:r>");
    let paragraph = format!("<w:p>{run}</w:p>");
    let hidden =
        |properties: &str| shown(&format!("<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{said}</w:t></w:r></w:p>"));
    let symbols: String = said.bytes().map(|b| format!(r#"<w:sym w:font="Arial" w:char="F0{b:02X}"/>"#)).collect();
    vec![
        case("vanish.docx", hidden("<w:vanish/>"), Found),
        case("white.docx", hidden(r#"<w:color w:val="FFFFFF"/>"#), Found),
        case("tiny.docx", hidden(r#"<w:sz w:val="1"/>"#), Found),
        case("web-hidden.docx", hidden("<w:webHidden/>"), Found),
        case(
            "deleted.docx",
            shown(&format!("<w:p><w:del w:author=\"a\"><w:r><w:delText>{said}</w:delText></w:r></w:del></w:p>")),
            Found,
        ),
        case("moved.docx", shown(&format!("<w:p><w:moveFrom w:author=\"a\">{run}</w:moveFrom></w:p>")), Found),
        case(
            "field-code.docx",
            shown(&format!("<w:p><w:r><w:instrText>QUOTE \"{said}\"</w:instrText></w:r></w:p>")),
            Found,
        ),
        case("simple-field.docx", shown(&format!("<w:p><w:fldSimple w:instr='QUOTE \"{said}\"'/></w:p>")), Found),
        case(
            "text-box.docx",
            shown(&format!(
                "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
            )),
            Found,
        ),
        case(
            "text-box-fallback.docx",
            shown(&format!(
                "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"x\"/><mc:Fallback><w:pict><w:txbxContent>{paragraph}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
            )),
            Found,
        ),
        case(
            "word-art.docx",
            shown(&format!(
                "<w:p><w:r><w:pict><v:shape><v:textpath string=\"{said}\"/></v:shape></w:pict></w:r></w:p>"
            )),
            Found,
        ),
        case(
            "alternative-text.docx",
            shown(&format!("<w:p><w:r><w:drawing><wp:docPr descr=\"{said}\"/></w:drawing></w:r></w:p>")),
            Found,
        ),
        case("control.docx", shown(&format!("<w:sdt><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>")), Found),
        case(
            "control-placeholder.docx",
            shown(&format!(
                "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>"
            )),
            Found,
        ),
        case(
            "control-list.docx",
            shown(&format!(
                "<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText=\"{said}\" w:value=\"1\"/></w:dropDownList></w:sdtPr></w:sdt>"
            )),
            Found,
        ),
        case(
            "control-list-value.docx",
            shown(&format!(
                "<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:value=\"{said}\"/></w:dropDownList></w:sdtPr></w:sdt>"
            )),
            FoundOrSaid,
        ),
        case("control-tag.docx", shown(&format!("<w:sdt><w:sdtPr><w:tag w:val=\"{said}\"/></w:sdtPr></w:sdt>")), Any),
        case(
            "form-default.docx",
            shown(&format!(
                "<w:p><w:r><w:ffData><w:textInput><w:default w:val=\"{said}\"/></w:textInput></w:ffData></w:r></w:p>"
            )),
            Found,
        ),
        case("formula.docx", shown(&format!("<m:oMath><m:r><m:t>{said}</m:t></m:r></m:oMath>")), Found),
        case(
            "ruby.docx",
            shown(&format!(
                "<w:p><w:r><w:ruby><w:rt>{run}</w:rt><w:rubyBase><w:r><w:t>x</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
            )),
            Found,
        ),
        case("symbols.docx", shown(&format!("<w:p><w:r>{symbols}</w:r></w:p>")), FoundOrSaid),
        case(
            "row-hidden.docx",
            shown(&format!("<w:tbl><w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{paragraph}</w:tc></w:tr></w:tbl>")),
            Found,
        ),
        case("custom-element.docx", shown(&format!("<w:customXml w:element=\"x\">{paragraph}</w:customXml>")), Found),
        case("smart-tag.docx", shown(&format!("<w:p><w:smartTag w:element=\"x\">{run}</w:smartTag></w:p>")), Found),
        case("unknown-element.docx", shown(&format!("<x:foo xmlns:x=\"x\">{said}</x:foo>")), FoundOrSaid),
        case("text-without-run.docx", shown(&format!("<w:p>{said}</w:p>")), FoundOrSaid),
        case("processing-instruction.docx", shown(&format!("<?x {said}?>")), Any),
        case(
            "hyphen-in-element.docx",
            shown("<w:p><w:r><w:t>Elev: 19900101</w:t><w:noBreakHyphen/><w:t>2385</w:t></w:r></w:p>"),
            Found,
        ),
        case(
            "character-references.docx",
            shown("<w:p><w:r><w:t>Elev: &#49;&#57;&#57;&#48;&#48;&#49;&#x30;&#x31;-2385</w:t></w:r></w:p>"),
            Found,
        ),
        case(
            "own-entity.docx",
            docx_with(
                format!(
                    "<!DOCTYPE d [<!ENTITY nr \"{PLANTED}\">]>{}",
                    document("<w:p><w:r><w:t>Elev: &nr;</w:t></w:r></w:p>")
                )
                .as_bytes(),
                &[],
            ),
            FoundOrSaid,
        ),
    ]
}

/// A document that relates to `target` by `kind`, with the part in it.
pub(super) fn related(kind: &str, target: &str, content: &[u8]) -> Vec<u8> {
    let kind = if kind.contains(':') { kind.to_owned() } else { format!("{RELATIONS}/{kind}") };
    let relations =
        format!("<Relationships><Relationship Id=\"r1\" Type=\"{kind}\" Target=\"/{target}\"/></Relationships>");
    docx_with(document(SHOWN).as_bytes(), &[("word/_rels/document.xml.rels", relations.as_bytes()), (target, content)])
}

fn word_parts() -> Vec<Case> {
    let said = said();
    let story = document(&format!("<w:p><w:r><w:t>{said}</w:t></w:r></w:p>"));
    let xml = format!("<?xml version=\"1.0\"?><a><b>{said}</b></a>");
    let page = format!("<html><body>{said}</body></html>");
    let mut wrapped = vec![0; 40];
    wrapped.extend(said.encode_utf16().flat_map(u16::to_le_bytes));
    vec![
        case("header.docx", related("header", "word/header1.xml", story.as_bytes()), Found),
        case("footnotes.docx", related("footnotes", "word/footnotes.xml", story.as_bytes()), Found),
        case("glossary.docx", related("glossaryDocument", "word/glossary/document.xml", story.as_bytes()), Found),
        case("chunk-html.docx", related("aFChunk", "word/chunk.html", page.as_bytes()), Found),
        case("chunk-text.docx", related("aFChunk", "word/chunk.txt", said.as_bytes()), Found),
        case(
            "sub-document.docx",
            related(
                "subDocument",
                "word/sub.docx",
                &super::office::docx(&format!("<w:p><w:r><w:t>{said}</w:t></w:r></w:p>")),
            ),
            Found,
        ),
        case("custom-data.docx", related("customXml", "customXml/item1.xml", xml.as_bytes()), Found),
        case("odd-relation.docx", related("urn:x:odd", "word/odd.xml", story.as_bytes()), FoundOrSaid),
        case("relation-image-is-text.docx", related("image", "word/media/image1.png", said.as_bytes()), FoundOrSaid),
        case("relation-theme-is-text.docx", related("theme", "word/theme/theme1.xml", xml.as_bytes()), FoundOrSaid),
        case("relation-font-is-text.docx", related("font", "word/fonts/font1.odttf", said.as_bytes()), FoundOrSaid),
        case(
            "printer-settings-say.docx",
            related("printerSettings", "word/printerSettings1.bin", &wrapped),
            FoundOrSaid,
        ),
        case("active-x-says.docx", related("control", "word/activeX/activeX1.bin", &wrapped), FoundOrSaid),
        case("macros-are-text.docx", related("vbaProject", "word/vbaProject.bin", said.as_bytes()), FoundOrSaid),
        case("audio-inside.docx", related("media", "word/media/a.mp3", b"ID3\x04\0\0\0\0\0\0"), Said),
        case(
            "numbering-text.docx",
            related(
                "numbering",
                "word/numbering.xml",
                format!("<w:numbering xmlns:w=\"w\"><w:lvlText w:val=\"{said} %1.\"/></w:numbering>").as_bytes(),
            ),
            FoundOrSaid,
        ),
        case(
            "no-relation.docx",
            docx_with(document(SHOWN).as_bytes(), &[("word/document2.xml", story.as_bytes())]),
            FoundOrSaid,
        ),
        case(
            "no-relation-text.docx",
            docx_with(document(SHOWN).as_bytes(), &[("x/a.txt", said.as_bytes())]),
            FoundOrSaid,
        ),
        case(
            "no-relation-object.docx",
            docx_with(document(SHOWN).as_bytes(), &[("word/embeddings/a.bin", &ole(&["x"]))]),
            FoundOrSaid,
        ),
        case(
            "custom-property.docx",
            zip_with_root(
                "custom-properties",
                "docProps/custom.xml",
                &format!("<Properties><property name=\"x\"><lpwstr>{said}</lpwstr></property></Properties>"),
            ),
            Found,
        ),
    ]
}

/// A document whose package relates to one more part.
fn zip_with_root(kind: &str, name: &str, content: &str) -> Vec<u8> {
    let roots = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONS}/officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"r2\" Type=\"{RELATIONS}/{kind}\" Target=\"{name}\"/></Relationships>"
    );
    let types = r#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", roots.as_bytes()),
        ("word/document.xml", document(SHOWN).as_bytes()),
        (name, content.as_bytes()),
    ])
}

/// A workbook of one visible sheet with `cells`, `workbook` beside the sheets and more parts.
pub(super) fn workbook(workbook: &str, sheet: &str, relations: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let types = r#"<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
    let root = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let book = format!("<workbook><sheets><sheet name=\"Tider\" sheetId=\"1\" r:id=\"r1\"/>{workbook}</workbook>");
    let book = if workbook.contains("</sheets>") { book } else { book.replace("</workbook>", "</sheets></workbook>") };
    let related = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{RELATIONS}/worksheet\" Target=\"worksheets/sheet1.xml\"/>{relations}</Relationships>"
    );
    let first = format!(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Badet</t></is></c></row>{sheet}</worksheet>"
    );
    let first =
        if sheet.contains("</sheetData>") { first } else { first.replace("</worksheet>", "</sheetData></worksheet>") };
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", related.as_bytes()),
        ("xl/worksheets/sheet1.xml", first.as_bytes()),
    ];
    parts.extend(more.iter().map(|(name, content)| (*name, content.as_bytes())));
    zip(&parts)
}

/// A workbook that lists the same sheet again and again.
pub(super) fn workbook_of_many_sheets(count: usize) -> Vec<u8> {
    workbook(
        &super::swollen::sheets(count),
        &format!("<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>{}</t></is></c></row>", said()),
        "",
        &[],
    )
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
}

fn workbooks() -> Vec<Case> {
    let said = said();
    let cells = format!(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{said}</t></is></c></row></sheetData></worksheet>"
    );
    let second = |state: &str| {
        workbook(
            &format!("<sheet name=\"B\" sheetId=\"2\" state=\"{state}\" r:id=\"r2\"/>"),
            "",
            &relation("r2", "worksheet", "worksheets/sheet2.xml"),
            &[("xl/worksheets/sheet2.xml", &cells)],
        )
    };
    let beside = |sheet: &str| workbook("", sheet, "", &[]);
    let part = |kind: &str, target: &str, content: &str| {
        workbook("", "", &relation("r2", kind, target), &[(&format!("xl/{target}"), content)])
    };
    let strings = format!("<sst><si><t>{said}</t></si><si><t>Badet</t></si></sst>");
    let phonetic = format!("<sst><si><t>Badet</t><rPh sb=\"0\" eb=\"1\"><t>{said}</t></rPh></si></sst>");
    let shared = r#"<row r="2"><c r="A2" t="s"><v>1</v></c></row>"#;
    vec![
        case("sheet-hidden.xlsx", second("hidden"), Found),
        case("sheet-very-hidden.xlsx", second("veryHidden"), Found),
        case(
            "sheet-not-listed.xlsx",
            workbook(
                "",
                "",
                &relation("r2", "worksheet", "worksheets/sheet2.xml"),
                &[("xl/worksheets/sheet2.xml", &cells)],
            ),
            FoundOrSaid,
        ),
        case("sheet-without-relation.xlsx", workbook("", "", "", &[("xl/worksheets/sheet9.xml", &cells)]), FoundOrSaid),
        case("sheet-gone.xlsx", workbook("<sheet name=\"B\" sheetId=\"2\" r:id=\"r9\"/>", "", "", &[]), Said),
        case(
            "sheet-name.xlsx",
            workbook(&format!("<sheet name=\"{said}\" sheetId=\"2\" r:id=\"r1\"/>"), "", "", &[]),
            Found,
        ),
        case(
            "defined-name.xlsx",
            workbook(
                &format!("</sheets><definedNames><definedName name=\"x\">\"{said}\"</definedName></definedNames>"),
                "",
                "",
                &[],
            ),
            Found,
        ),
        case(
            "defined-name-comment.xlsx",
            workbook(
                &format!(
                    "</sheets><definedNames><definedName name=\"x\" comment=\"{said}\">1</definedName></definedNames>"
                ),
                "",
                "",
                &[],
            ),
            FoundOrSaid,
        ),
        case(
            "row-hidden.xlsx",
            beside(&format!("<row r=\"2\" hidden=\"1\"><c r=\"A2\" t=\"inlineStr\"><is><t>{said}</t></is></c></row>")),
            Found,
        ),
        case(
            "formula-literal.xlsx",
            beside(&format!("<row r=\"2\"><c r=\"A2\"><f>IF(1,\"\",\"{said}\")</f><v></v></c></row>")),
            Found,
        ),
        case("string-cell.xlsx", beside(&format!("<row r=\"2\"><c r=\"A2\" t=\"str\"><v>{said}</v></c></row>")), Found),
        case("number-cell.xlsx", beside("<row r=\"2\"><c r=\"A2\"><v>199001012385</v></c></row>"), Any),
        case(
            "header.xlsx",
            beside(&format!("</sheetData><headerFooter><oddHeader>&amp;C{said}</oddHeader></headerFooter>")),
            Found,
        ),
        case(
            "validation-list.xlsx",
            beside(&format!(
                "</sheetData><dataValidations><dataValidation><formula1>\"{said}\"</formula1></dataValidation></dataValidations>"
            )),
            Found,
        ),
        case(
            "validation-prompt.xlsx",
            beside(&format!("</sheetData><dataValidations><dataValidation prompt=\"{said}\"/></dataValidations>")),
            Found,
        ),
        case(
            "condition.xlsx",
            beside(&format!(
                "</sheetData><conditionalFormatting><cfRule><formula>A1=\"{said}\"</formula></cfRule></conditionalFormatting>"
            )),
            FoundOrSaid,
        ),
        case(
            "scenario.xlsx",
            beside(&format!(
                "</sheetData><scenarios><scenario name=\"x\" comment=\"{said}\"><inputCells r=\"A1\" val=\"{PLANTED}\"/></scenario></scenarios>"
            )),
            FoundOrSaid,
        ),
        case(
            "filter.xlsx",
            beside(&format!(
                "</sheetData><autoFilter><filterColumn><filters><filter val=\"{said}\"/></filters></filterColumn></autoFilter>"
            )),
            FoundOrSaid,
        ),
        case(
            "link-tooltip.xlsx",
            beside(&format!("</sheetData><hyperlinks><hyperlink ref=\"A1\" tooltip=\"{said}\"/></hyperlinks>")),
            Found,
        ),
        case(
            "link-display.xlsx",
            beside(&format!("</sheetData><hyperlinks><hyperlink ref=\"A1\" display=\"{said}\"/></hyperlinks>")),
            FoundOrSaid,
        ),
        case(
            "string-not-used.xlsx",
            workbook(
                "",
                shared,
                &relation("r2", "sharedStrings", "sharedStrings.xml"),
                &[("xl/sharedStrings.xml", &strings)],
            ),
            FoundOrSaid,
        ),
        case(
            "string-phonetic.xlsx",
            workbook(
                "",
                "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c></row>",
                &relation("r2", "sharedStrings", "sharedStrings.xml"),
                &[("xl/sharedStrings.xml", &phonetic)],
            ),
            FoundOrSaid,
        ),
        case("string-beyond.xlsx", beside("<row r=\"2\"><c r=\"A2\" t=\"s\"><v>7</v></c></row>"), Said),
        case(
            "pivot-cache.xlsx",
            part(
                "pivotCacheDefinition",
                "pivotCache/p.xml",
                &format!("<pivotCacheDefinition><sharedItems><s v=\"{said}\"/></sharedItems></pivotCacheDefinition>"),
            ),
            Found,
        ),
        case(
            "external-cache.xlsx",
            part(
                "externalLink",
                "externalLinks/e.xml",
                &format!("<externalLink><sheetData><cell r=\"A1\"><v>{said}</v></cell></sheetData></externalLink>"),
            ),
            Found,
        ),
        case(
            "revisions.xlsx",
            part(
                "revisionHeaders",
                "revisions/r.xml",
                &format!("<?xml version=\"1.0\"?><headers><nc><is><t>{said}</t></is></nc></headers>"),
            ),
            FoundOrSaid,
        ),
        case(
            "data-model.xlsx",
            workbook("", "", "", &[("xl/model/item.data", "\u{1}\u{2}\0\u{3}packad modell")]),
            Said,
        ),
        case(
            "chart-cache.xlsx",
            workbook(
                "",
                "",
                "",
                &[(
                    "xl/charts/chart1.xml",
                    &format!(
                        "<?xml version=\"1.0\"?><c:chart><c:strCache><c:pt><c:v>{said}</c:v></c:pt></c:strCache></c:chart>"
                    ),
                )],
            ),
            FoundOrSaid,
        ),
    ]
}

/// A presentation of one harmless slide, with more on it, more relations and parts.
fn presentation(slide: &str, relations: &str, of_slide: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let types = r#"<Types><Override PartName="/ppt/presentation.xml" ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>"#;
    let root = relation("r1", "officeDocument", "ppt/presentation.xml");
    let root = format!("<Relationships>{root}</Relationships>");
    let show = "<p:presentation><p:sldIdLst><p:sldId id=\"256\" r:id=\"r1\"/></p:sldIdLst></p:presentation>";
    let related = format!("<Relationships>{}{relations}</Relationships>", relation("r1", "slide", "slides/slide1.xml"));
    let first = format!("<p:sld><a:p><a:r><a:t>Badet</a:t></a:r></a:p>{slide}</p:sld>");
    let of_slide = format!("<Relationships>{of_slide}</Relationships>");
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("ppt/presentation.xml", show.as_bytes()),
        ("ppt/_rels/presentation.xml.rels", related.as_bytes()),
        ("ppt/slides/slide1.xml", first.as_bytes()),
        ("ppt/slides/_rels/slide1.xml.rels", of_slide.as_bytes()),
    ];
    parts.extend(more.iter().map(|(name, content)| (*name, content.as_bytes())));
    zip(&parts)
}

fn presentations() -> Vec<Case> {
    let said = said();
    let slide = format!("<?xml version=\"1.0\"?><p:sld><a:p><a:r><a:t>{said}</a:t></a:r></a:p></p:sld>");
    let notes = relation("n1", "notesSlide", "../notesSlides/notesSlide1.xml");
    vec![
        case("notes.pptx", presentation("", "", &notes, &[("ppt/notesSlides/notesSlide1.xml", &slide)]), Found),
        case(
            "slide-not-in-show.pptx",
            presentation("", &relation("r2", "slide", "slides/slide2.xml"), "", &[("ppt/slides/slide2.xml", &slide)]),
            FoundOrSaid,
        ),
        case(
            "slide-without-relation.pptx",
            presentation("", "", "", &[("ppt/slides/slide7.xml", &slide)]),
            FoundOrSaid,
        ),
        case(
            "alternative-text.pptx",
            presentation(&format!("<p:cNvPr id=\"1\" name=\"x\" descr=\"{said}\"/>"), "", "", &[]),
            Found,
        ),
        case(
            "film.pptx",
            presentation(
                "",
                "",
                &relation("m", "video", "../media/a.mp4"),
                &[("ppt/media/a.mp4", "\0\0\0\u{18}ftypisom")],
            ),
            Said,
        ),
        case("diagram-cache.pptx", presentation("", "", "", &[("ppt/diagrams/data1.xml", &slide)]), FoundOrSaid),
        case("changes.pptx", presentation("", "", "", &[("ppt/changesInfos/c.xml", &slide)]), FoundOrSaid),
    ]
}

/// A text document with `content` in its body and more parts.
fn open_document(content: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    writer.start_file("mimetype", stored).unwrap();
    writer.write_all(b"application/vnd.oasis.opendocument.text").unwrap();
    let body = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\"><office:body><office:text><text:p>Badet</text:p>{content}</office:text></office:body></office:document-content>"
    );
    for (name, content) in [("content.xml", body.as_str())].into_iter().chain(more.iter().copied()) {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn open_documents() -> Vec<Case> {
    let said = said();
    let xml = format!("<?xml version=\"1.0\"?><a><b>{said}</b></a>");
    let styles = format!(
        "<office:document-styles xmlns:office=\"o\" xmlns:text=\"t\"><style:header><text:p>{said}</text:p></style:header></office:document-styles>"
    );
    vec![
        case(
            "hidden-text.odt",
            open_document(&format!("<text:p><text:hidden-text text:string-value=\"{said}\"/></text:p>"), &[]),
            FoundOrSaid,
        ),
        case(
            "hidden-paragraph.odt",
            open_document(&format!("<text:p><text:hidden-paragraph text:is-hidden=\"true\"/>{said}</text:p>"), &[]),
            Found,
        ),
        case(
            "hidden-section.odt",
            open_document(&format!("<text:section text:display=\"none\"><text:p>{said}</text:p></text:section>"), &[]),
            Found,
        ),
        case(
            "deletion.odt",
            open_document(
                &format!(
                    "<text:tracked-changes><text:changed-region><text:deletion><text:p>{said}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
                ),
                &[],
            ),
            Found,
        ),
        case(
            "comment.odt",
            open_document(
                &format!("<text:p><office:annotation><text:p>{said}</text:p></office:annotation></text:p>"),
                &[],
            ),
            Found,
        ),
        case("header.odt", open_document("", &[("styles.xml", &styles)]), Found),
        case(
            "property.odt",
            open_document(
                "",
                &[(
                    "meta.xml",
                    &format!(
                        "<office:document-meta xmlns:office=\"o\"><office:meta><meta:user-defined meta:name=\"x\">{said}</meta:user-defined></office:meta></office:document-meta>"
                    ),
                )],
            ),
            Found,
        ),
        case("stray-part.odt", open_document("", &[("extra/x.xml", &xml)]), FoundOrSaid),
        case("stray-text.odt", open_document("", &[("extra/brev.txt", &said)]), FoundOrSaid),
        case("object-without-frame.odt", open_document("", &[("Object 1/content.xml", &xml)]), FoundOrSaid),
        case(
            "encrypted.odt",
            open_document(
                "",
                &[(
                    "META-INF/manifest.xml",
                    "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
                )],
            ),
            Said,
        ),
        case("unknown-element.odt", open_document(&format!("<x:y xmlns:x=\"x\">{said}</x:y>"), &[]), FoundOrSaid),
        case(
            "variable.odt",
            open_document(
                &format!(
                    "<text:variable-decls><text:user-field-decl office:string-value=\"{said}\" text:name=\"x\"/></text:variable-decls>"
                ),
                &[],
            ),
            FoundOrSaid,
        ),
    ]
}

fn packages() -> Vec<Case> {
    let said = said();
    let whole = shown("");
    let mut behind = whole.clone();
    behind.extend_from_slice(said.as_bytes());
    let hidden = hidden_member(&whole, said.as_bytes());
    let mut between = whole.clone();
    let directory = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let note = [said.as_bytes(), &[b' '; 100]].concat();
    between.splice(directory..directory, note.iter().copied());
    let moved = u32::try_from(directory + note.len()).unwrap();
    let end = between.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    between[end + 16..end + 20].copy_from_slice(&moved.to_le_bytes());
    vec![
        case("text-behind.docx", behind, FoundOrSaid),
        case("text-between.docx", between, FoundOrSaid),
        case("member-not-listed.docx", hidden, FoundOrSaid),
    ]
}

/// `file` with a stored member before its directory that the directory does not list.
pub(super) fn hidden_member(file: &[u8], content: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.txt", SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
    writer.write_all(content).unwrap();
    let other = writer.finish().unwrap().into_inner();
    let member = &other[..other.windows(4).position(|w| w == b"PK\x01\x02").unwrap()];
    let directory = file.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let mut out = file.to_vec();
    out.splice(directory..directory, member.iter().copied());
    let end = out.windows(4).rposition(|w| w == b"PK\x05\x06").unwrap();
    let moved = u32::try_from(directory + member.len()).unwrap();
    out[end + 16..end + 20].copy_from_slice(&moved.to_le_bytes());
    out
}
