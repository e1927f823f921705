//! Reading PDFs, made here object by object so that each has one thing to read.

use std::fmt::Write as _;

use aktsam::document::{Block, Cause, Part, Text};
use aktsam::error::FileError;
use aktsam::examine::{Examiner, Reading};
use lopdf::{Document, EncryptionState, EncryptionVersion, Permissions};

/// Object numbers that every file made here has.
const CATALOG: usize = 1;
const PAGES: usize = 2;
const FONT: usize = 3;

/// A PDF in the making.
struct File {
    objects: Vec<String>,
    pages: Vec<usize>,
    catalog: String,
}

impl File {
    fn new() -> Self {
        let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
        let objects = vec![String::new(), String::new(), font.to_owned()];
        Self { objects, pages: Vec::new(), catalog: String::new() }
    }

    /// Adds an object and returns its number.
    fn object(&mut self, object: impl Into<String>) -> usize {
        self.objects.push(object.into());
        self.objects.len()
    }

    fn stream(&mut self, entries: &str, content: &str) -> usize {
        self.object(format!("<<{entries}/Length {}>>\nstream\n{content}\nendstream", content.len()))
    }

    /// Adds an A4 page that draws `content`, with `entries` in its dictionary.
    fn page(mut self, content: &str, entries: &str) -> Self {
        let content = self.stream("", content);
        let page = self.object(format!(
            "<</Type/Page/Parent {PAGES} 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R\
             /Resources<</Font<</F {FONT} 0 R>>>>{entries}>>"
        ));
        self.pages.push(page);
        self
    }

    fn bytes(mut self) -> Vec<u8> {
        let kids = self.pages.iter().map(|page| format!("{page} 0 R ")).collect::<Vec<_>>().concat();
        self.objects[CATALOG - 1] = format!("<</Type/Catalog/Pages {PAGES} 0 R{}>>", self.catalog);
        self.objects[PAGES - 1] = format!("<</Type/Pages/Count {}/Kids[{kids}]>>", self.pages.len());
        let mut file = String::from("%PDF-1.7\n");
        let mut table = String::from("0000000000 65535 f \n");
        for (object, number) in self.objects.iter().zip(1..) {
            writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
            writeln!(file, "{number} 0 obj\n{object}\nendobj").unwrap();
        }
        let (start, size) = (file.len(), self.objects.len() + 1);
        let id = "<00112233445566778899aabbccddeeff>";
        write!(file, "xref\n0 {size}\n{table}trailer\n<</Size {size}/Root {CATALOG} 0 R/ID[{id}{id}]>>\n").unwrap();
        write!(file, "startxref\n{start}\n%%EOF\n").unwrap();
        file.into_bytes()
    }

    fn read(self) -> Reading {
        Examiner::default().read(&self.bytes())
    }
}

/// Draws each text at its place, in points from the page's lower left corner.
fn draw(texts: &[(i32, i32, &str)]) -> String {
    let show = |(x, y, text): &(i32, i32, &str)| format!("BT /F 10 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n");
    texts.iter().map(show).collect::<Vec<_>>().concat()
}

fn of(text: &Text, part: Part) -> Vec<&str> {
    text.blocks.iter().filter(|block| block.place.part == part).map(|block| block.text.as_str()).collect()
}

fn cells(block: &Block) -> Vec<&str> {
    let row = block.row.as_ref().expect("a row");
    row.cells.iter().map(|cell| &block.text[cell.clone()]).collect()
}

fn gaps(text: &Text) -> Vec<(Cause, Option<u32>)> {
    text.gaps.iter().map(|gap| (gap.cause, gap.place.page)).collect()
}

/// A file with something of everything.
fn rich() -> File {
    let mut file = File::new();
    let note = file.object("<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(Ring hemmet)>>");
    let link = file.object("<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(mailto:ada@example.se)>>>>");
    let field =
        file.object("<</Type/Annot/Subtype/Widget/FT/Tx/Rect[0 0 9 9]/T(f1)/TU(Personnummer)/V(19900101-2385)>>");
    let unseen = file.object("<</FT/Tx/T(Telefon)/V(\\376\\377\\0000\\0007\\0000)>>");
    let look = "/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F 3 0 R>>>>";
    let look = file.stream(look, "BT /F 10 Tf 2 5 Td (SEKRETESS) Tj ET");
    let stamp = file.object(format!("<</Type/Annot/Subtype/Stamp/Rect[100 100 200 120]/AP<</N {look} 0 R>>>>"));
    let content = file.stream("/Type/EmbeddedFile", "Bilagans text");
    let attachment = file.object(format!("<</Type/Filespec/F(bilaga.txt)/EF<</F {content} 0 R>>>>"));
    let xmp =
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description pdfaid:part='2' pdfaid:conformance='B'/></x:xmpmeta>";
    let xmp = file.stream("/Type/Metadata/Subtype/XML", xmp);
    let title = file.object("<</Title(Bokmärket)>>".replace('ä', "\\344"));
    file.catalog = format!(
        "/Names<</EmbeddedFiles<</Names[(b) {attachment} 0 R]>>>>/Metadata {xmp} 0 R\
         /AcroForm<</Fields[{field} 0 R {unseen} 0 R]>>/Outlines<</First {title} 0 R>>\
         /OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
    );
    let marks = format!("/Annots[{note} 0 R {link} 0 R {field} 0 R {stamp} 0 R]");
    file.page(&draw(&[(70, 700, "Brödtext".replace('ö', "\\366").as_str())]), &marks)
}

#[test]
fn what_lies_beside_the_pages_is_read() {
    let Reading { text, error, .. } = rich().read();
    assert_eq!(error, None);
    assert_eq!(of(&text, Part::Annotation), ["Ring hemmet", "SEKRETESS"]);
    assert_eq!(of(&text, Part::Link), ["mailto:ada@example.se"]);
    assert_eq!(of(&text, Part::FormField), ["19900101-2385", "070"]);
    assert_eq!(of(&text, Part::Property), ["Bokmärket"]);
    assert_eq!(of(&text, Part::Body), ["Brödtext", "Bilagans text"]);
    assert_eq!(text.blocks.last().unwrap().place.within, ["bilaga.txt"]);
    assert_eq!(text.to_plain_pages(), "Brödtext\nRing hemmet\nSEKRETESS\n19900101-2385\n070\n");
    let field = text.blocks.iter().find(|block| block.text == "19900101-2385").unwrap();
    assert_eq!(text.header(field.row.as_ref().unwrap(), 0), Some("Personnummer"));
    assert_eq!(text.facts.declares_pdfa.as_deref(), Some("2b"));
    assert!(text.facts.active_content && !text.facts.owner_encrypted);
    assert_eq!((text.facts.attachments, text.facts.comments), (1, 2));
    assert_eq!(gaps(&text), []);
}

#[test]
fn cells_of_a_table_stand_below_their_headers() {
    let table = [
        (70, 700, "Namn"),
        (200, 700, "Personnummer"),
        (350, 700, "Omdöme"),
        (70, 680, "Ada Ek"),
        (200, 680, "19900101-2385"),
        (350, 680, "Godkänd"),
        (70, 660, "Bo Al"),
        (350, 660, "Underkänd"),
    ];
    let content = draw(&table).replace('ö', "\\366").replace('ä', "\\344");
    let text = File::new().page(&content, "").read().text;
    let rows: Vec<_> = text.blocks.iter().map(cells).collect();
    assert_eq!(rows[1], ["Ada Ek", "19900101-2385", "Godkänd"]);
    assert_eq!(rows[2], ["Bo Al", "", "Underkänd"]);
    let row = text.blocks[2].row.as_ref().unwrap();
    assert_eq!(text.header(row, 2), Some("Omdöme"));
    assert_eq!(text.blocks[2].place.row, Some(3));
}

#[test]
fn running_headers_and_footers_are_told_from_the_text() {
    let page = |number: u32, body: &str| {
        draw(&[(70, 780, "Socialkontoret"), (70, 600, body), (70, 50, &format!("Sida {number}"))])
    };
    let text =
        File::new().page(&page(1, "Ett"), "").page(&page(2, "Två".replace('å', "\\345").as_str()), "").read().text;
    assert_eq!(of(&text, Part::Header), ["Socialkontoret"; 2]);
    assert_eq!(of(&text, Part::Footer), ["Sida 1", "Sida 2"]);
    assert_eq!(of(&text, Part::Body), ["Ett", "Två"]);
    let lone = draw(&[(70, 805, "SEKRETESS"), (70, 700, "Rubrik"), (70, 688, "Text")]);
    let text = File::new().page(&lone, "").read().text;
    assert_eq!(of(&text, Part::Header), ["SEKRETESS"]);
    assert_eq!(of(&text, Part::Body), ["Rubrik Text"]);
}

#[test]
fn two_columns_of_text_are_read_one_after_the_other() {
    let left = [
        "Spalten till v\\344nster har en l\\345ng mening",
        "som forts\\344tter p\\345 n\\344sta rad i spalten",
        "och slutar h\\344r.",
    ];
    let right = [
        "Spalten till h\\366ger har en annan mening",
        "som ocks\\345 forts\\344tter en rad till i den",
        "och slutar d\\344r.",
    ];
    let at = |x: i32, texts: [&'static str; 3]| (0..3).zip(texts).map(move |(row, text)| (x, 700 - 12 * row, text));
    let texts: Vec<_> = at(50, left).chain(at(310, right)).collect();
    let text = File::new().page(&draw(&texts), "").read().text;
    let blocks = of(&text, Part::Body);
    assert_eq!(blocks.len(), 2);
    assert!(blocks[0].contains("mening som fortsätter på nästa rad"), "{blocks:?}");
    assert!(!blocks[0].contains("höger"), "{blocks:?}");
}

#[test]
fn turned_invisible_and_doubled_text_is_read_once() {
    let turned = "BT /F 10 Tf 0 1 -1 0 40 200 Tm (Arkivexemplar) Tj ET\n";
    let invisible = "BT /F 10 Tf 3 Tr 1 0 0 1 70 500 Tm (OCR-lager) Tj ET\n";
    let doubled = "BT /F 10 Tf 2 Tr 1 0 0 1 70 400 Tm (Fet) Tj 1 0 0 1 70.3 400 Tm (Fet) Tj ET\n";
    let spaced = "BT /F 10 Tf 0 Tr 4 Tc 1 0 0 1 70 300 Tm (HEMLIG) Tj ET\n";
    let text = File::new().page(&[turned, invisible, doubled, spaced].concat(), "").read().text;
    assert_eq!(of(&text, Part::Body), ["Arkivexemplar", "OCR-lager", "Fet", "HEMLIG"]);
}

#[test]
fn pages_that_cannot_be_read_are_said() {
    let image = "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \0 EI Q\n";
    let mut unnamed = File::new();
    let encoding = "<</Type/Encoding/Differences[65/g1/g2/g3/g4/g5/g6]>>";
    let font = unnamed.object(format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding{encoding}>>"));
    unnamed.objects[FONT - 1] = unnamed.objects[font - 1].clone();
    let text = unnamed.page("", "").page(image, "").page(&draw(&[(70, 700, "ABCDEF")]), "").read().text;
    assert_eq!(gaps(&text), [(Cause::ImageOnly, Some(2)), (Cause::NoUnicode, Some(3))]);
    assert_eq!((text.units, text.units_read), (3, 1));
}

#[test]
fn only_a_user_password_keeps_a_file_from_being_read() {
    let encrypted = |user: &str| {
        let mut document = Document::load_mem(&rich().bytes()).unwrap();
        let permissions = Permissions::all();
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "chef",
            user_password: user,
            key_length: 128,
            permissions,
        };
        let state = EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        Examiner::default().read(&bytes)
    };
    let owner = encrypted("");
    assert_eq!(owner.error, None);
    assert!(owner.text.facts.owner_encrypted);
    assert!(of(&owner.text, Part::Body).contains(&"Brödtext"));
    assert_eq!(encrypted("hemligt").error, Some(FileError::Encrypted));
}

#[test]
fn a_page_tree_without_end_or_pages_is_no_reason_to_hang() {
    let mut circle = File::new().page(&draw(&[(70, 700, "Text")]), "");
    circle.pages.extend([PAGES, CATALOG]);
    assert_eq!(of(&circle.read().text, Part::Body), ["Text"]);
    assert!(matches!(File::new().read().error, Some(FileError::Corrupt(_))));
}

#[test]
fn no_truncation_or_damage_panics() {
    let bytes = rich().bytes();
    for end in (0..bytes.len()).step_by(7) {
        let reading = Examiner::default().read(&bytes[..end]);
        assert_ne!(reading.error, Some(FileError::Panic), "cut at {end}");
    }
    for at in (0..bytes.len()).step_by(11) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x15;
        let reading = Examiner::default().read(&damaged);
        assert_ne!(reading.error, Some(FileError::Panic), "changed at {at}");
    }
}
