//! PDF files that show one thing and hold another. Each shows harmless words,
//! so that whoever reads only what is shown would call it read and open.

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::pdf::{Pdf, deflate, embed, stream, text, with};
use super::{Case, PLANTED, case};

const SHOWN: &str = "BT /F1 12 Tf 72 720 Td (Biblioteket har nya tider fran mandag.) Tj ET";
const FONTS: &str = "/Font<</F1 5 0 R>>";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = layers();
    cases.extend(brushes());
    cases.extend(glyphs());
    cases.extend(beside());
    cases.extend(annotations());
    cases.extend(attachments());
    cases.extend(pages());
    cases.extend(polyglots());
    cases.extend(bombs());
    cases
}

/// A page that shows harmless words, changed.
pub(super) fn harmless(change: impl FnOnce(&mut Pdf)) -> Vec<u8> {
    let mut pdf = Pdf::new(SHOWN);
    change(&mut pdf);
    pdf.finish()
}

/// Puts the page's content and further resources and entries in place.
fn page(pdf: &mut Pdf, content: &str, resources: &str, entries: &str) {
    let content = format!("{SHOWN} {content}");
    pdf.set(4, stream("", content.len(), content.as_bytes()));
    pdf.set(
        3,
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<{FONTS}{resources}>>{entries}>>"
        ),
    );
}

fn number() -> String {
    format!("BT /F1 12 Tf 72 600 Td (Elev: {PLANTED}) Tj ET")
}

fn layers() -> Vec<Case> {
    let catalog = |layers: &str| format!("<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<<{layers}>>>>>>");
    let layer = |settings: &str, content: String, properties: &str, entries: &str| {
        harmless(|pdf| {
            pdf.set(1, catalog(settings));
            pdf.add("<</Type/OCG/Name(L)>>");
            page(pdf, &content, properties, entries);
        })
    };
    let marked = format!("/OC /M BDC {} EMC", number());
    let of_group = "/Properties<</M 6 0 R>>";
    let form = |entry: &str| {
        harmless(|pdf| {
            pdf.set(1, catalog("/OFF[6 0 R]"));
            pdf.add("<</Type/OCG/Name(L)>>");
            let content = number();
            pdf.add_stream(
                &format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<{FONTS}>>{entry}"),
                content.as_bytes(),
            );
            page(pdf, "/X Do", "/XObject<</X 7 0 R>>", "");
        })
    };
    vec![
        case("layer-off.pdf", layer("/OFF[6 0 R]", marked.clone(), of_group, ""), FoundOrSaid),
        case("layer-base-state-off.pdf", layer("/BaseState/OFF", marked.clone(), of_group, ""), FoundOrSaid),
        case(
            "layer-all-off-policy.pdf",
            layer("", marked.clone(), "/Properties<</M<</Type/OCMD/OCGs 6 0 R/P/AllOff>>>>", ""),
            FoundOrSaid,
        ),
        case("layer-form.pdf", form("/OC 6 0 R"), FoundOrSaid),
        case("layer-packed-catalog.pdf", packed_catalog(&marked), FoundOrSaid),
    ]
}

/// The catalog with its hidden layer in an object stream, where no byte of it can be seen.
fn packed_catalog(marked: &str) -> Vec<u8> {
    let mut pdf = Pdf::new(SHOWN);
    page(&mut pdf, marked, "/Properties<</M 6 0 R>>", "");
    pdf.add("<</Type/OCG/Name(L)>>");
    let catalog = "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>>>";
    let packed = deflate(format!("8 0 {catalog}").as_bytes());
    pdf.add_stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &packed);
    with_xref_stream(&pdf.finish(), 7)
}

/// Turns the table at the end of a file into a cross-reference stream in which
/// object 8 is the root and lies in object stream `container`.
fn with_xref_stream(file: &[u8], container: u8) -> Vec<u8> {
    let table = memchr_find(file, b"xref\n0 ");
    let text = String::from_utf8_lossy(&file[table..]).into_owned();
    let offsets: Vec<u32> =
        text.lines().filter(|line| line.ends_with(" n ")).map(|line| line[..10].parse().unwrap()).collect();
    let mut entries = vec![0, 0, 0, 0, 0, 0];
    for offset in &offsets {
        entries.push(1);
        entries.extend(offset.to_be_bytes());
        entries.push(0);
    }
    entries.extend([2, 0, 0, 0, container, 0]);
    entries.push(1);
    entries.extend(u32::try_from(table).unwrap().to_be_bytes());
    entries.push(0);
    let size = offsets.len() + 3;
    let mut out = file[..table].to_vec();
    let dict = format!("/Type/XRef/Size {size}/W[1 4 1]/Root 8 0 R");
    out.extend(format!("{} 0 obj\n", size - 1).bytes());
    out.extend(stream(&dict, entries.len(), &entries));
    out.extend(format!("\nendobj\nstartxref\n{table}\n%%EOF\n").bytes());
    out
}

fn memchr_find(bytes: &[u8], word: &[u8]) -> usize {
    bytes.windows(word.len()).rposition(|window| window == word).unwrap()
}

fn brushes() -> Vec<Case> {
    let content = number();
    let tiling = format!(
        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 595 842]/XStep 600/YStep 900/Resources<<{FONTS}>>"
    );
    let form = format!(
        "/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Group<</S/Transparency/CS/DeviceGray>>/Resources<<{FONTS}>>"
    );
    let mask = |drawn: &str| {
        harmless(|pdf| {
            pdf.add_stream(&form, content.as_bytes());
            page(pdf, &format!("/G gs {drawn}"), "/ExtGState<</G<</SMask<</S/Luminosity/G 6 0 R>>>>>>", "");
        })
    };
    let glyph = |program: &str, encoding: &str, shown: &str| {
        harmless(|pdf| {
            pdf.add_stream("", program.as_bytes());
            pdf.add(format!("<</Type/Font/Subtype/Type3/FontBBox[0 0 595 842]/FontMatrix[1 0 0 1 0 0]/FirstChar 65/LastChar 65/Widths[500]/CharProcs<</A 6 0 R>>/Encoding<</Differences[65 {encoding}]>>/Resources<<{FONTS}>>>>"));
            let content = format!("{SHOWN} BT /T 12 Tf 72 500 Td ({shown}) Tj ET");
            pdf.set(4, stream("", content.len(), content.as_bytes()));
            pdf.set(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/T 7 0 R>>>>>>");
        })
    };
    vec![
        case(
            "text-in-pattern.pdf",
            harmless(|pdf| {
                pdf.add_stream(&tiling, content.as_bytes());
                page(pdf, "/Pattern cs /P scn 0 0 595 842 re f", "/Pattern<</P 6 0 R>>", "");
            }),
            FoundOrSaid,
        ),
        case(
            "text-in-pattern-of-text.pdf",
            harmless(|pdf| {
                pdf.add_stream(&tiling, content.as_bytes());
                page(pdf, "/Pattern cs /P scn BT /F1 90 Tf 72 200 Td (A) Tj ET", "/Pattern<</P 6 0 R>>", "");
            }),
            FoundOrSaid,
        ),
        case("text-in-soft-mask.pdf", mask("0 0 595 842 re f"), FoundOrSaid),
        case("text-in-soft-mask-of-text.pdf", mask("BT /F1 12 Tf 72 300 Td (A) Tj ET"), FoundOrSaid),
        case("text-in-type3-glyph.pdf", glyph(&format!("500 0 d0 {content}"), "/A", "A"), FoundOrSaid),
        case("text-in-type3-shape.pdf", glyph(&format!("500 0 0 0 595 842 d1 {content}"), "/A", "A"), FoundOrSaid),
    ]
}

fn glyphs() -> Vec<Case> {
    let drawn = |setting: &str| harmless(|pdf| page(pdf, &format!("q {setting} {} Q", number()), "", ""));
    let in_text = |setting: &str| harmless(|pdf| page(pdf, &number().replace("72 600 Td", setting), "", ""));
    let wide: String = PLANTED.bytes().map(|byte| format!("{:04x}", u16::from(byte) + 900)).collect();
    let unnamed = harmless(|pdf| {
        pdf.add(
            "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(A)/Ordering(B)/Supplement 0>>>>",
        );
        pdf.add("<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]>>");
        let content = format!("{SHOWN} BT /U 12 Tf 72 600 Td <{wide}> Tj ET");
        pdf.set(4, stream("", content.len(), content.as_bytes()));
        pdf.set(
            3,
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R/U 7 0 R>>>>>>",
        );
    });
    let swedish = harmless(|pdf| {
        let content =
            [SHOWN.as_bytes(), b" BT /F9 12 Tf 72 600 Td (Elev \xc5sa: ", PLANTED.as_bytes(), b") Tj ET"].concat();
        pdf.set(4, stream("", content.len(), &content));
    });
    vec![
        case("invisible.pdf", drawn("3 Tr"), Found),
        case("clip-only.pdf", drawn("7 Tr"), FoundOrSaid),
        case("white.pdf", drawn("1 1 1 rg"), Found),
        case("tiny.pdf", drawn("0.001 0 0 0.001 0 0 cm"), Found),
        case("outside-the-page.pdf", drawn("1 0 0 1 5000 5000 cm"), Found),
        case("clipped-away.pdf", drawn("0 0 1 1 re W n"), Found),
        case("upside-down.pdf", drawn("-1 0 0 -1 595 842 cm"), FoundOrSaid),
        case("without-size.pdf", in_text("0 0 0 0 72 600 Tm"), FoundOrSaid),
        case(
            "font-size-zero.pdf",
            harmless(|pdf| page(pdf, &number().replace("/F1 12 Tf", "/F1 0 Tf"), "", "")),
            FoundOrSaid,
        ),
        case("glyphs-without-unicode.pdf", unnamed, Said),
        case("font-missing.pdf", swedish, FoundOrSaid),
        case(
            "one-letter-each.pdf",
            harmless(|pdf| {
                let letters: String = PLANTED.chars().zip(0..).map(|(c, n)| letter(c, n)).collect();
                page(pdf, &format!("BT /F1 12 Tf {letters} ET"), "", "");
            }),
            Found,
        ),
        case(
            "letters-backwards.pdf",
            harmless(|pdf| {
                let letters: String = PLANTED.chars().zip(0..).rev_letters();
                page(pdf, &format!("BT /F1 12 Tf {letters} ET"), "", "");
            }),
            FoundOrSaid,
        ),
        case(
            "actual-text.pdf",
            harmless(|pdf| {
                page(
                    pdf,
                    &format!("/Span <</ActualText(Elev: {PLANTED})>> BDC BT /F1 9 Tf 9 9 Td (x) Tj ET EMC"),
                    "",
                    "",
                );
            }),
            FoundOrSaid,
        ),
        case(
            "alternative-text.pdf",
            harmless(|pdf| {
                pdf.set(1, "<</Type/Catalog/Pages 2 0 R/StructTreeRoot 6 0 R>>");
                pdf.add("<</Type/StructTreeRoot/K 7 0 R>>");
                pdf.add(format!("<</Type/StructElem/S/Figure/P 6 0 R/Alt(Elev: {PLANTED})>>"));
            }),
            FoundOrSaid,
        ),
    ]
}

/// The `n`th letter of the number at its own place; a hyphen is half as wide as a digit.
fn letter(c: char, n: i32) -> String {
    let hyphen = i32::from(n > 8) * 27;
    format!("1 0 0 1 {:.2} 600 Tm ({c}) Tj ", 100.0 + f64::from(667 * n - hyphen * 10) / 100.0)
}

/// Letters written from the last to the first, each at its own place.
trait Backwards {
    fn rev_letters(self) -> String;
}

impl<I: Iterator<Item = (char, i32)>> Backwards for I {
    fn rev_letters(self) -> String {
        let mut letters: Vec<String> = self.map(|(c, n)| letter(c, n)).collect();
        letters.reverse();
        letters.concat()
    }
}

fn beside() -> Vec<Case> {
    let said = format!("(Elev: {PLANTED})");
    let info = |entries: &str| {
        harmless(|pdf| {
            pdf.add(format!("<<{entries}>>"));
            pdf.trailer = "/Info 6 0 R".into();
        })
    };
    let xmp = |body: &str| {
        harmless(|pdf| {
            pdf.set(1, "<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R>>");
            let packet = format!(
                "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"r\"><rdf:Description xmlns:dc=\"d\" xmlns:egen=\"e\" {body}</rdf:Description></rdf:RDF></x:xmpmeta>"
            );
            pdf.add_stream("/Type/Metadata/Subtype/XML", packet.as_bytes());
        })
    };
    let xfa = |body: &str| {
        harmless(|pdf| {
            pdf.set(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 6 0 R/Fields[]>>>>");
            pdf.add_stream("", format!("<xdp:xdp xmlns:xdp=\"x\"><data>{body}</data></xdp:xdp>").as_bytes());
        })
    };
    let field = |entries: &str| {
        harmless(|pdf| {
            pdf.set(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]>>>>");
            pdf.add(format!("<<{entries}>>"));
        })
    };
    let outline = harmless(|pdf| {
        pdf.set(1, "<</Type/Catalog/Pages 2 0 R/Outlines 6 0 R>>");
        pdf.add("<</First 7 0 R/Last 7 0 R>>");
        pdf.add(format!("<</Title{said}/Parent 6 0 R>>"));
    });
    vec![
        case("info-subject.pdf", info(&format!("/Subject{said}")), Found),
        case("info-own-key.pdf", info(&format!("/Elevnummer{said}")), FoundOrSaid),
        case(
            "xmp-description.pdf",
            xmp(&format!("><dc:description><rdf:Alt><rdf:li>Elev: {PLANTED}</rdf:li></rdf:Alt></dc:description>")),
            FoundOrSaid,
        ),
        case("xmp-own-property.pdf", xmp(&format!("egen:elev=\"Elev: {PLANTED}\">")), FoundOrSaid),
        case("xmp-own-cdata.pdf", xmp(&format!("><egen:elev><![CDATA[Elev: {PLANTED}]]></egen:elev>")), FoundOrSaid),
        case("xfa.pdf", xfa(&format!("Elev: {PLANTED}")), Found),
        case("xfa-cdata.pdf", xfa(&format!("<![CDATA[Elev: {PLANTED}]]>")), FoundOrSaid),
        case(
            "xfa-broken.pdf",
            harmless(|pdf| {
                pdf.set(1, "<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 6 0 R/Fields[]>>>>");
                pdf.add_stream("/Filter/FlateDecode", b"x\x9cgarbage");
            }),
            Said,
        ),
        case("field-value.pdf", field(&format!("/FT/Tx/T(a)/V{said}")), Found),
        case("field-rich-value.pdf", field(&format!("/FT/Tx/T(a)/RV{said}")), FoundOrSaid),
        case("field-default.pdf", field(&format!("/FT/Tx/T(a)/DV{said}")), FoundOrSaid),
        case("field-choices.pdf", field(&format!("/FT/Ch/T(a)/Opt[(x){said}]")), FoundOrSaid),
        case("field-choice-pairs.pdf", field(&format!("/FT/Ch/T(a)/Opt[[(x){said}]]")), FoundOrSaid),
        case("signature-reason.pdf", field(&format!("/FT/Sig/T(a)/V<</Type/Sig/Reason{said}>>")), FoundOrSaid),
        case("bookmark.pdf", outline, Found),
        case("title-in-utf16.pdf", info(&format!("/Title<feff{}>", hex16(&format!("Elev: {PLANTED}")))), Found),
    ]
}

fn hex16(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04x}")).collect()
}

fn annotations() -> Vec<Case> {
    let said = format!("(Elev: {PLANTED})");
    let form = format!("/Type/XObject/Subtype/Form/BBox[0 0 400 40]/Resources<<{FONTS}>>");
    let annotation = |entries: &str| {
        harmless(|pdf| {
            pdf.add(format!("<</Type/Annot/Rect[9 9 400 40]{entries}>>"));
            let drawn = number().replace("72 600 Td", "9 9 Td");
            pdf.add_stream(&form, drawn.as_bytes());
            page(pdf, "", "", "/Annots[6 0 R]");
        })
    };
    vec![
        case("note.pdf", annotation(&format!("/Subtype/Text/Contents{said}")), Found),
        case("note-subject.pdf", annotation(&format!("/Subtype/Text/Contents(x)/Subj{said}")), FoundOrSaid),
        case("note-rich.pdf", annotation(&format!("/Subtype/FreeText/RC{said}")), FoundOrSaid),
        case("note-in-popup.pdf", annotation(&format!("/Subtype/Popup/Contents{said}")), FoundOrSaid),
        case("note-hidden.pdf", annotation(&format!("/Subtype/Text/F 2/Contents{said}")), Found),
        case("stamp-drawn.pdf", annotation("/Subtype/Stamp/AP<</N 7 0 R>>"), Found),
        case("stamp-drawn-hidden.pdf", annotation("/Subtype/Stamp/F 2/AP<</N 7 0 R>>"), FoundOrSaid),
        case("stamp-no-view.pdf", annotation("/Subtype/Stamp/F 32/AP<</N 7 0 R>>"), FoundOrSaid),
        case(
            "stamp-drawn-behind-contents.pdf",
            annotation("/Subtype/Stamp/Contents(Godkand)/AP<</N 7 0 R>>"),
            FoundOrSaid,
        ),
        case("stamp-other-state.pdf", annotation("/Subtype/Stamp/AS/Off/AP<</N<</On 7 0 R>>>>"), FoundOrSaid),
        case("stamp-on-hover.pdf", annotation("/Subtype/Stamp/AP<</R 7 0 R>>"), FoundOrSaid),
        case("widget-drawn.pdf", annotation("/Subtype/Widget/FT/Sig/AP<</N 7 0 R>>"), FoundOrSaid),
        case("widget-drawn-behind-value.pdf", annotation("/Subtype/Widget/FT/Tx/V(x)/AP<</N 7 0 R>>"), FoundOrSaid),
        case("link-contents.pdf", annotation(&format!("/Subtype/Link/Contents{said}")), FoundOrSaid),
        case(
            "link-target.pdf",
            annotation(&format!("/Subtype/Link/A<</S/URI/URI(mailto:a@b.se?subject={PLANTED})>>")),
            Found,
        ),
        case("film.pdf", annotation("/Subtype/Movie"), Said),
        case("sound.pdf", annotation("/Subtype/Sound"), Said),
    ]
}

fn attachments() -> Vec<Case> {
    let text = format!("Elev: {PLANTED}\n");
    let file = |leads: &str, entries: &str| {
        harmless(|pdf| {
            pdf.add_stream("/Type/EmbeddedFile", text.as_bytes());
            pdf.add("<</Type/Filespec/F(a.txt)/EF<</F 6 0 R>>>>");
            pdf.set(1, format!("<</Type/Catalog/Pages 2 0 R{leads}>>"));
            page(pdf, "", "", entries);
        })
    };
    vec![
        case("portfolio.pdf", file("/Collection<</View/D>>/Names<</EmbeddedFiles<</Names[(a)7 0 R]>>>>", ""), Found),
        case("associated-file.pdf", file("/AF[7 0 R]", ""), Found),
        case("associated-file-of-page.pdf", file("", "/AF[7 0 R]"), FoundOrSaid),
        case(
            "attached-note.pdf",
            file("", "/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS 7 0 R>>]"),
            Found,
        ),
        case(
            "attached-media.pdf",
            file(
                "",
                "/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]/RichMediaContent<</Assets<</Names[(a)7 0 R]>>>>>>]",
            ),
            FoundOrSaid,
        ),
        case("attached-to-nothing.pdf", file("", ""), FoundOrSaid),
        case(
            "attached-twice-nested.pdf",
            harmless(|pdf| {
                let inner = with(|inner| inner.trailer = String::new());
                embed(pdf, &harmless(|middle| embed(middle, &inner)));
            }),
            Found,
        ),
        case(
            "attachment-broken.pdf",
            harmless(|pdf| {
                pdf.add_stream("/Type/EmbeddedFile/Filter/FlateDecode", b"x\x9cgarbage");
                pdf.add("<</Type/Filespec/F(a.txt)/EF<</F 6 0 R>>>>");
                pdf.set(1, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a)7 0 R]>>>>>>");
            }),
            Said,
        ),
    ]
}

/// A second page whose content is not there or not whole; the first is harmless.
fn second(entries: &str, data: &[u8]) -> Vec<u8> {
    harmless(|pdf| {
        pdf.set(2, "<</Type/Pages/Kids[3 0 R 7 0 R]/Count 2>>");
        pdf.add_stream(entries, data);
        pdf.add(format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 6 0 R/Resources<<{FONTS}>>>>"));
    })
}

fn pages() -> Vec<Case> {
    let long =
        format!("{}{}", "BT /F1 12 Tf 72 720 Td (Allt om badplatser och bibliotek.) Tj ET\n".repeat(400), text());
    let packed = deflate(long.as_bytes());
    let cut = &packed[..packed.len() * 2 / 3];
    let contents = |list: &str| {
        harmless(|pdf| {
            pdf.set(
                3,
                format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {list}/Resources<<{FONTS}>>>>"),
            );
        })
    };
    vec![
        case("second-page-garbage.pdf", second("/Filter/FlateDecode", b"x\x9cgarbage"), Said),
        case("second-page-cut.pdf", second("/Filter/FlateDecode", cut), Said),
        case("second-page-unknown-filter.pdf", second("/Filter/Quux", &packed), Said),
        case("second-page-known-and-unknown.pdf", second("/Filter[/Quux/FlateDecode]", &packed), FoundOrSaid),
        case("second-page-in-another-file.pdf", second("/F(other.bin)", text().as_bytes()), FoundOrSaid),
        case("second-page-whole.pdf", second("/Filter/FlateDecode", &packed), Found),
        case("second-page-gone.pdf", harmless(|pdf| pdf.set(2, "<</Type/Pages/Kids[3 0 R 99 0 R]/Count 2>>")), Said),
        case("content-gone.pdf", contents("[4 0 R 99 0 R]"), Said),
        case("content-is-a-number.pdf", contents("[4 0 R 17]"), Said),
        case("content-names-nothing.pdf", contents("99 0 R"), Said),
        case(
            "page-not-in-tree.pdf",
            harmless(|pdf| {
                let content = text();
                pdf.add_stream("", content.as_bytes());
                pdf.add(format!(
                    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 6 0 R/Resources<<{FONTS}>>>>"
                ));
            }),
            Any,
        ),
    ]
}

fn polyglots() -> Vec<Case> {
    let archive = super::office::zip(&[("a.txt", format!("Elev: {PLANTED}\n").as_bytes())]);
    let plain = harmless(|_| ());
    let tail = format!("\nElev: {PLANTED}\n");
    vec![
        case("zip-behind.pdf", [&plain[..], &archive].concat(), FoundOrSaid),
        case("text-behind.pdf", [&plain[..], tail.as_bytes()].concat(), FoundOrSaid),
        case("text-before.pdf", [tail.as_bytes(), &plain].concat(), FoundOrSaid),
        case("binary-behind.pdf", [&plain[..], &[0xa5; 4096]].concat(), FoundOrSaid),
        case("padding-behind.pdf", [&plain[..], &[0; 4096]].concat(), Any),
        case("pdf-behind.pdf", [&plain[..], &with(|_| ())].concat(), FoundOrSaid),
    ]
}

fn bombs() -> Vec<Case> {
    let bomb = deflate(&vec![b' '; 300 << 20]);
    let objects: String = (0..100_000).map(|n| format!("{} {} ", 100 + n, n * 5)).collect();
    let bodies = "null ".repeat(100_000);
    let stream_of_objects = deflate(format!("{objects}{bodies}").as_bytes());
    let cmap = deflate(&b"<0000> <ffff> <0041>\n".repeat(500_000));
    vec![
        case("second-page-bomb.pdf", second("/Filter/FlateDecode", &bomb), Said),
        case(
            "object-stream-bomb.pdf",
            harmless(|pdf| {
                pdf.add_stream("/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);
            }),
            Any,
        ),
        case(
            "object-stream-of-many.pdf",
            harmless(|pdf| {
                pdf.add_stream(
                    &format!("/Type/ObjStm/N 100000/First {}/Filter/FlateDecode", objects.len()),
                    &stream_of_objects,
                );
            }),
            Any,
        ),
        case("xref-stream-bomb.pdf", xref_bomb(&bomb), FoundOrSaid),
        case(
            "attachment-bomb.pdf",
            harmless(|pdf| {
                pdf.add_stream("/Type/EmbeddedFile/Filter/FlateDecode", &bomb);
                pdf.add("<</Type/Filespec/F(a.txt)/EF<</F 6 0 R>>>>");
                pdf.set(1, "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a)7 0 R]>>>>>>");
            }),
            FoundOrSaid,
        ),
        case(
            "xmp-bomb.pdf",
            harmless(|pdf| {
                pdf.set(1, "<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R>>");
                pdf.add_stream("/Type/Metadata/Filter/FlateDecode", &bomb);
            }),
            Any,
        ),
        case(
            "charmap-bomb.pdf",
            harmless(|pdf| {
                pdf.add_stream("/Filter/FlateDecode", &cmap);
                pdf.set(5, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 6 0 R>>");
            }),
            Any,
        ),
        case("form-chain.pdf", harmless(form_chain), FoundOrSaid),
        case(
            "form-bomb.pdf",
            harmless(|pdf| {
                pdf.add_stream(
                    &format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<{FONTS}>>/Filter/FlateDecode"),
                    &bomb,
                );
                page(pdf, "/X Do", "/XObject<</X 6 0 R>>", "");
            }),
            Any,
        ),
    ]
}

/// Two thousand forms, each of which draws the next; the last holds the number.
fn form_chain(pdf: &mut Pdf) {
    for next in 7..2007 {
        let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</XObject<</N {next} 0 R>>>>");
        pdf.add_stream(&entries, b"/N Do");
    }
    let content = number();
    pdf.add_stream(&format!("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<<{FONTS}>>"), content.as_bytes());
    page(pdf, "/X Do", "/XObject<</X 6 0 R>>", "");
}

fn xref_bomb(bomb: &[u8]) -> Vec<u8> {
    let file = with(|_| ());
    let at = memchr_find(&file, b"xref\n0 ");
    let mut out = file[..at].to_vec();
    out.extend(b"6 0 obj\n");
    out.extend(stream("/Type/XRef/Size 50000000/W[1 4 1]/Root 1 0 R/Filter/FlateDecode", bomb.len(), bomb));
    out.extend(format!("\nendobj\nstartxref\n{at}\n%%EOF\n").bytes());
    out
}
