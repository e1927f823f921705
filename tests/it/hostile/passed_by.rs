//! Places that a reader of words has no reason to look at, and spellings that it
//! need not know: objects of a PDF, attributes, escapes, scripts of other peoples.

use std::fmt::Write as _;

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::images::{chunk, png};
use super::office::{document, docx, docx_with, zip};
use super::office_hidden::{related, workbook};
use super::pdf::{embed, with};
use super::pdf_hidden::harmless;
use super::text_hidden::Base64 as _;
use super::{Case, PLANTED, case};

const SHOWN: &str = "Biblioteket har nya tider.";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = objects();
    cases.extend(pages());
    cases.extend(office());
    cases.extend(pictures());
    cases.extend(spellings());
    cases.extend(escapes());
    cases.extend(notations());
    cases.extend(mails());
    cases.extend(rich_texts());
    cases.extend(archives());
    cases
}

fn said() -> String {
    format!("Elev: {PLANTED}")
}

/// Strings of a PDF that neither a page nor a form shows.
fn objects() -> Vec<Case> {
    let said = said();
    let catalog = |entries: &str, object: &str| {
        harmless(|pdf| {
            pdf.set(1, format!("<</Type/Catalog/Pages 2 0 R{entries}>>"));
            pdf.add(object);
        })
    };
    let mark = |entries: &str| {
        harmless(|pdf| {
            let mark = pdf.add(format!("<</Type/Annot/Rect[0 0 9 9]{entries}>>"));
            pdf.set(3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[{mark} 0 R]>>"));
        })
    };
    let link = |action: &str| mark(&format!("/Subtype/Link{action}"));
    vec![
        case("mark-title.pdf", mark(&format!("/Subtype/Text/T({said})")), Found),
        case("mark-overlay.pdf", mark(&format!("/Subtype/Redact/OverlayText({said})")), Found),
        case("link-to-file.pdf", link(&format!("/A<</S/GoToR/F({said})>>")), Found),
        case("link-behind-link.pdf", link(&format!("/A<</S/URI/URI(a)/Next<</S/URI/URI({said})>>>>")), Found),
        case("link-of-old-kind.pdf", link(&format!("/PA<</S/URI/URI({said})>>")), Found),
        case("launch-says.pdf", link(&format!("/A<</S/Launch/Win<</F(a)/P({said})>>>>")), Found),
        case("submit-says.pdf", link(&format!("/A<</S/SubmitForm/F<</FS/URL/F({said})>>>>")), Found),
        case("open-submits.pdf", catalog(&format!("/OpenAction<</S/SubmitForm/F({said})>>"), "null"), Found),
        case(
            "bookmark-leads.pdf",
            catalog("/Outlines<</First 6 0 R>>", &format!("<</Title(x)/A<</S/URI/URI({said})>>>>")),
            Found,
        ),
        case("thread.pdf", catalog("/Threads[6 0 R]", &format!("<</Type/Thread/I<</Title({said})>>>>")), Found),
        case(
            "layer-name.pdf",
            catalog("/OCProperties<</OCGs[6 0 R]/D<<>>>>", &format!("<</Type/OCG/Name({said})>>")),
            Found,
        ),
        case(
            "structure-says.pdf",
            catalog("/StructTreeRoot 6 0 R", &format!("<</K<</S/Span/ActualText({said})>>>>")),
            Found,
        ),
        case(
            "field-below-itself.pdf",
            catalog("/AcroForm<</Fields[6 0 R]>>", &format!("<</T(a)/Kids[6 0 R<</FT/Tx/V({said})>>]>>")),
            Found,
        ),
        case("string-in-utf16.pdf", link(&format!("/A<</S/GoToR/F<feff{}>>>", utf16(&said))), Found),
        case(
            "attachment-described.pdf",
            harmless(|pdf| {
                embed(pdf, b"Badet");
                pdf.set(7, format!("<</Type/Filespec/F(a.txt)/Desc({said})/EF<</F 6 0 R>>>>"));
            }),
            Found,
        ),
    ]
}

fn utf16(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut hex, unit| {
        let _ = write!(hex, "{unit:04x}");
        hex
    })
}

/// Pages that are not where pages are, and fonts that say nothing.
fn pages() -> Vec<Case> {
    let aside = |name: &str| {
        harmless(|pdf| {
            pdf.set(1, format!("<</Type/Catalog/Pages 2 0 R/Names<</{name}<</Names[(a)6 0 R]>>>>>>"));
            pdf.add("<</Type/Template/MediaBox[0 0 595 842]/Contents 7 0 R/Resources<</Font<</F1 5 0 R>>>>>>");
            pdf.add_stream("", super::pdf::text().as_bytes());
        })
    };
    let font = |means: &str| {
        with(|pdf| {
            let map = format!(
                "1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> [{}] endbfrange",
                means.repeat(256)
            );
            pdf.add_stream("", map.as_bytes());
            pdf.set(5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 6 0 R>>");
        })
    };
    let cipher = |name: &str| {
        with(|pdf| {
            pdf.trailer = format!(
                "/ID[<00><00>]/Encrypt<</Filter/Standard/V 4/R 4/Length 128/P -4/O<{0}>/U<{0}>/CF<</S<</CFM/{name}>>>>/StmF/S/StrF/S>>",
                "00".repeat(32)
            );
        })
    };
    vec![
        case("page-template.pdf", aside("Templates"), FoundOrSaid),
        case("page-hidden.pdf", aside("Pages"), FoundOrSaid),
        case("font-means-nothing.pdf", font("<fffd>"), Said),
        case("font-means-private.pdf", font("<e123>"), Said),
        case("cipher-unknown.pdf", cipher("Eget"), FoundOrSaid),
        case("cipher-none.pdf", cipher("None"), FoundOrSaid),
        case("pdf-before.pdf", [with(|_| ()), harmless(|_| ())].concat(), FoundOrSaid),
    ]
}

fn office() -> Vec<Case> {
    let said = said();
    let shown = format!("<w:p><w:r><w:t>{SHOWN}</w:t></w:r></w:p>");
    let body = |more: &str| docx(&format!("{shown}{more}"));
    let written = |first: &str, second: &str| {
        body(&format!(
            "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"a\"><w:t>{first}</w:t></mc:Choice><mc:Fallback><w:t>{second}</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        ))
    };
    let declared = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-7\"?>{}",
        document(&format!("{shown}<w:p><w:r><w:t>+AEUAbABlAHY-</w:t></w:r></w:p>"))
    );
    let cut = document(&format!("{shown}<w:p><w:r><w:t>Elev: 1990\0{}</w:t></w:r></w:p>", &PLANTED[4..]));
    vec![
        case("alternative-differs.docx", written("Badet", &said), Found),
        case("alternative-shown-differs.docx", written(&said, "Badet"), Found),
        case("alternative-repeats.docx", written(&said, &said), Found),
        case(
            "shape-title.docx",
            body(&format!("<w:p><w:r><w:pict><v:shape o:title=\"{said}\"/></w:pict></w:r></w:p>")),
            Found,
        ),
        case(
            "shape-link.docx",
            body(&format!("<w:p><w:r><w:pict><v:shape href=\"a?{PLANTED}\"/></w:pict></w:r></w:p>")),
            Found,
        ),
        case(
            "table-caption.docx",
            body(&format!("<w:tbl><w:tblPr><w:tblCaption w:val=\"{said}\"/></w:tblPr></w:tbl>")),
            Found,
        ),
        case(
            "click-tooltip.docx",
            body(&format!(
                "<w:p><w:r><w:drawing><wp:docPr id=\"1\"><a:hlinkClick tooltip=\"{said}\"/></wp:docPr></w:drawing></w:r></w:p>"
            )),
            Found,
        ),
        case(
            "numbering-says.docx",
            related(
                "numbering",
                "word/numbering.xml",
                format!("<w:numbering><w:lvlText w:val=\"{said}\"/></w:numbering>").as_bytes(),
            ),
            FoundOrSaid,
        ),
        case(
            "types-say.docx",
            docx_with(document(&shown).as_bytes(), &[("x.css", format!("p:after{{content:\"{said}\"}}").as_bytes())]),
            FoundOrSaid,
        ),
        case("declares-utf7.docx", docx_with(declared.as_bytes(), &[]), Said),
        case("zero-in-number.docx", docx_with(cut.as_bytes(), &[]), FoundOrSaid),
        case(
            "format-says.xlsx",
            workbook(
                "",
                "",
                "<Relationship Id=\"r9\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>",
                &[(
                    "xl/styles.xml",
                    &format!(
                        "<styleSheet><numFmts><numFmt numFmtId=\"200\" formatCode=\"&quot;{said}&quot;\"/></numFmts></styleSheet>"
                    ),
                )],
            ),
            FoundOrSaid,
        ),
        case(
            "text-beside-cells.xlsx",
            workbook("", &format!("</sheetData><extLst><ext><y>{said}</y></ext></extLst>"), "", &[]),
            Found,
        ),
        case("text-in-cell.xlsx", workbook("", &format!("<row r=\"2\"><c r=\"A2\">{said}</c></row>"), "", &[]), Found),
    ]
}

/// Pictures in documents that are no scans and still say something.
fn pictures() -> Vec<Case> {
    let said = said();
    let text = |key: &str| png(4, 4, &[chunk(*b"tEXt", &[key.as_bytes(), b"\0", said.as_bytes()].concat())]);
    let inside = |picture: &[u8]| related("image", "word/media/i.png", picture);
    let wide: Vec<u8> = said.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let metafile = [&b"\x01\0\0\0\x6c\0\0\0"[..], &[0; 32], b" EMF", &[0; 40], &wide].concat();
    vec![
        case("picture-says.docx", inside(&text("Description")), Found),
        case("picture-says-under-own-key.docx", inside(&text("Elev")), Found),
        case("picture-and-zip.docx", inside(&[text("x"), zip(&[("a.txt", said.as_bytes())])].concat()), FoundOrSaid),
        case("metafile-says.docx", inside(&metafile), Found),
        case(
            "picture-says.pdf",
            harmless(|pdf| {
                pdf.add_stream(
                    "/Type/XObject/Subtype/Image/Width 8/Height 8/Filter/DCTDecode",
                    &[&b"\xff\xd8\xff\xfe\0\x15"[..], said.as_bytes(), b"\xff\xd9"].concat(),
                );
            }),
            Found,
        ),
        case(
            "picture-metadata.pdf",
            harmless(|pdf| {
                pdf.add_stream(
                    "/Type/Metadata/Subtype/XML",
                    format!("<x:xmpmeta><a>{said}</a></x:xmpmeta>").as_bytes(),
                );
            }),
            Found,
        ),
    ]
}

/// The number in digits of other scripts and with what shows nothing in it.
fn spellings() -> Vec<Case> {
    let digits = |zero: u32| -> String {
        PLANTED.chars().map(|c| c.to_digit(10).map_or(c, |digit| char::from_u32(zero + digit).unwrap())).collect()
    };
    let with = |mark: char| PLANTED.chars().flat_map(|c| [c, mark]).collect::<String>();
    let backwards: String = PLANTED.chars().rev().collect();
    let cases = [
        ("arabic", digits(0x660)),
        ("persian", digits(0x6f0)),
        ("devanagari", digits(0x966)),
        ("bold", digits(0x1d7ce)),
        ("typewriter", digits(0x1d7f6)),
        ("joiner", with('\u{200d}')),
        ("non-joiner", with('\u{200c}')),
        ("arabic-mark", with('\u{61c}')),
        ("variation", with('\u{fe0f}')),
        ("grapheme-joiner", with('\u{34f}')),
        ("invisible-times", with('\u{2062}')),
        ("small-hyphen", PLANTED.replace('-', "\u{fe63}")),
        ("turned", format!("\u{202e}{backwards}\u{202c}")),
        ("in-colours", PLANTED.chars().fold(String::new(), |text, c| format!("{text}\u{1b}[1m{c}"))),
    ];
    let line = |number: &str| format!("{SHOWN}\nElev: {number}\n");
    cases.into_iter().map(|(name, number)| case(format!("digits-{name}.txt"), line(&number), Found)).collect()
}

/// The number in the escapes of one language or another.
fn escapes() -> Vec<Case> {
    let said = said();
    let each = |before: &str, form: fn(u8) -> String, after: &str| {
        said.bytes().fold(String::new(), |text, byte| format!("{text}{before}{}{after}", form(byte)))
    };
    let hex: fn(u8) -> String = |byte| format!("{byte:02x}");
    let four: fn(u8) -> String = |byte| format!("{byte:04x}");
    let plain: fn(u8) -> String = |byte| byte.to_string();
    let letter = format!("{SHOWN} {said}");
    let wide: Vec<u8> = letter.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let token = format!("{{\"elev\":\"{PLANTED}\"}}");
    let cases = [
        ("percent", each("%", hex, "")),
        ("link", format!("http://a.se/?elev=1%39{}", PLANTED[2..].replace('-', "%2D"))),
        ("references", each("&#", plain, ";")),
        ("hex-references", each("&#x", hex, ";")),
        ("quoted-printable", each("=", hex, "").to_uppercase()),
        ("four", each("\\u", four, "")),
        ("eight", each("\\U", |byte| format!("{byte:08x}"), "")),
        ("braces", each("\\u{", hex, "}")),
        ("two", each("\\x", hex, "")),
        ("rich-text", each("\\'", hex, "")),
        ("hex-spaced", letter.bytes().map(hex).collect::<Vec<_>>().join(" ")),
        ("hex-colons", letter.bytes().map(hex).collect::<Vec<_>>().join(":")),
        ("base64-wide", wide.base64()),
        ("token", format!("eyJhbGciOiJub25lIn0.{}.", token.as_bytes().base64().trim_end_matches('='))),
    ];
    let line = |words: &str| format!("{SHOWN}\n{words}\n");
    cases.into_iter().map(|(name, words)| case(format!("escape-{name}.txt"), line(&words), Found)).collect()
}

/// The number in data of other programs.
fn notations() -> Vec<Case> {
    let said = said();
    let (first, last) = ("Elev: 1990", &PLANTED[4..]);
    let runs = format!("<w:p><w:r><w:t>{first}</w:t></w:r><w:r><w:t>{last}</w:t></w:r></w:p>");
    let folded = format!("{SHOWN}\nelev: >-\n  {}\n  {}\n", &PLANTED[..9], &PLANTED[9..]);
    let encoded = said.as_bytes().base64();
    vec![
        case("folded.yaml", folded, Found),
        case("folded.ldif", format!("dn: cn=a\ndescription: {first}\n {last}\n"), Found),
        case("base64.ldif", format!("dn: cn=a\ndescription:: {encoded}\n"), Found),
        case(
            "folded-quoted.vcf",
            format!("BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:{first}=\r\n{last}\r\nEND:VCARD\r\n"),
            Found,
        ),
        case("mixed.xml", format!("<?xml version=\"1.0\"?><a>{first}<b>0101</b>{}</a>", &PLANTED[8..]), Found),
        case(
            "word-2003.xml",
            format!("<?xml version=\"1.0\"?><w:wordDocument xmlns:w=\"w\"><w:body>{runs}</w:body></w:wordDocument>"),
            Found,
        ),
        case("columns.xml", "<?xml version=\"1.0\"?><a><b>Elev: 199001</b><c>01-2385</c></a>", Any),
        case("names-on-one-line.txt", format!("{}{said}", "Anna Andersson ".repeat(200_000)), Found),
        case("wrong-mark.txt", [&b"\xff\xfe"[..], SHOWN.as_bytes(), b"\n", said.as_bytes()].concat(), Found),
        case(
            "packed-signed.pem",
            format!("-----BEGIN PKCS7-----\n{}\n-----END PKCS7-----\n", [0x30_u8, 0x82, 1, 0].repeat(30).base64()),
            Said,
        ),
        case("sealed.asc", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", Said),
        case("event.html", format!("<html><body><p onclick=\"alert('{said}')\">{SHOWN}</p></body></html>"), Found),
        case(
            "label.html",
            format!("<html><body>{SHOWN}<select><optgroup label='{said}'></select></body></html>"),
            Found,
        ),
        case(
            "parameter.html",
            format!("<html><body>{SHOWN}<object><param name=a value='{said}'></object></body></html>"),
            Found,
        ),
        case("unclosed-tag.html", format!("<html><body><p>{SHOWN}</p><b title='{said}</body></html>"), Found),
        case(
            "link-escaped.html",
            format!("<html><body><a href='http://a.se/?elev=1%39{}'>{SHOWN}</a></body></html>", &PLANTED[2..]),
            Found,
        ),
    ]
}

fn mails() -> Vec<Case> {
    let said = said();
    let head =
        "From: a@exempel.se\r\nTo: b@exempel.se\r\nSubject: Hej\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n";
    let coded = |how: &str| format!("{head}Content-Transfer-Encoding: {how}\r\n\r\n{}\r\n", said.as_bytes().base64());
    vec![
        case("coding-in-quotes.eml", coded("\"base64\""), Found),
        case("coding-with-comment.eml", coded("BASE64 (as sent)"), Found),
        case("part-described.eml", format!("{head}Content-Description: {said}\r\n\r\n{SHOWN}\r\n"), Found),
    ]
}

fn rich_texts() -> Vec<Case> {
    let said = said();
    let text = |body: &str| format!("{{\\rtf1\\ansi {SHOWN}\\par {body}}}");
    let hex = |bytes: &[u8]| {
        bytes.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    };
    vec![
        case("tag-says.rtf", text(&format!("{{\\*\\htmltag <p title=\"{said}\">}}")), Found),
        case("field-list.rtf", text(&format!("{{\\*\\formfield{{\\*\\ffl {said}}}}}")), Found),
        case("merge-query.rtf", text(&format!("{{\\*\\mailmerge{{\\*\\mmquery {said}}}}}")), Found),
        case("for-old-readers.rtf", text(&format!("{{\\nonesttables {said}}}")), Found),
        case("data-of-field.rtf", text(&format!("{{\\*\\datafield {}}}", hex(said.as_bytes()))), Found),
        case("store.rtf", text(&format!("{{\\*\\datastore {}}}", hex(format!("<x>{said}</x>").as_bytes()))), Found),
        case("theme.rtf", text(&format!("{{\\*\\themedata {}}}", hex(&zip(&[("a.txt", said.as_bytes())])))), Found),
    ]
}

fn archives() -> Vec<Case> {
    let said = said();
    let text = super::archives::gzip(b"Badet");
    let remark = |flag: u8, field: &[u8]| [&[0x1f, 0x8b, 8, flag, 0, 0, 0, 0, 0, 3], field, &text[10..]].concat();
    let length = u16::try_from(said.len()).unwrap().to_le_bytes();
    vec![
        case("comment.gz", remark(0x10, format!("{said}\0").as_bytes()), Found),
        case("additional.gz", remark(4, &[&length[..], said.as_bytes()].concat()), Found),
        case(
            "rest-of-a-file.tar",
            super::archives::tar(&[("a.txt", b'0', b"Badet"), ("b.txt", b'M', said.as_bytes())]),
            FoundOrSaid,
        ),
    ]
}
