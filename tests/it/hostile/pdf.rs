//! PDF files that lie, loop, nest and swell.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = structure();
    cases.extend(streams());
    cases.extend(graphs());
    cases.extend(active());
    cases.extend(truncated());
    cases
}

/// A PDF under construction: objects by number, then a cross-reference table.
pub(super) struct Pdf {
    objects: Vec<Vec<u8>>,
    pub(super) trailer: String,
}

impl Pdf {
    /// Catalog 1, page tree 2, page 3 with content 4 and font 5; more can be added or replaced.
    pub(super) fn new(content: &str) -> Self {
        let mut pdf = Self { objects: Vec::new(), trailer: String::new() };
        pdf.add("<</Type/Catalog/Pages 2 0 R>>");
        pdf.add("<</Type/Pages/Kids[3 0 R]/Count 1>>");
        pdf.add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>");
        pdf.add_stream("", content.as_bytes());
        pdf.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>");
        pdf
    }

    pub(super) fn add(&mut self, object: impl Into<Vec<u8>>) -> usize {
        self.objects.push(object.into());
        self.objects.len()
    }

    pub(super) fn add_stream(&mut self, entries: &str, data: &[u8]) -> usize {
        self.add(stream(entries, data.len(), data))
    }

    pub(super) fn set(&mut self, number: usize, object: impl Into<Vec<u8>>) {
        self.objects[number - 1] = object.into();
    }

    pub(super) fn finish(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let mut offsets = Vec::new();
        for (object, number) in self.objects.iter().zip(1..) {
            offsets.push(file.len());
            writeln!(file, "{number} 0 obj").unwrap();
            file.extend_from_slice(object);
            file.extend_from_slice(b"\nendobj\n");
        }
        let start = file.len();
        write!(file, "xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).unwrap();
        for offset in &offsets {
            writeln!(file, "{offset:010} 00000 n ").unwrap();
        }
        let size = offsets.len() + 1;
        write!(file, "trailer\n<</Size {size}/Root 1 0 R{}>>\nstartxref\n{start}\n%%EOF\n", self.trailer).unwrap();
        file
    }
}

pub(super) fn stream(entries: &str, length: usize, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{entries}/Length {length}>>\nstream\n").into_bytes();
    object.extend_from_slice(data);
    object.extend_from_slice(b"\nendstream");
    object
}

pub(super) fn text() -> String {
    format!("BT /F1 12 Tf 72 720 Td (Elev: {PLANTED}) Tj ET")
}

pub(super) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A plain PDF with the planted number, to be broken.
fn plain() -> Pdf {
    Pdf::new(&text())
}

pub(super) fn with(change: impl FnOnce(&mut Pdf)) -> Vec<u8> {
    let mut pdf = plain();
    change(&mut pdf);
    pdf.finish()
}

/// The plain file with one more object, which nothing refers to.
fn with_object(object: impl Into<Vec<u8>>) -> Vec<u8> {
    let mut pdf = plain();
    pdf.add(object);
    pdf.finish()
}

fn many_nulls(pdf: &mut Pdf) {
    for _ in 0..200_000 {
        pdf.add("null");
    }
}

fn replaced(from: &str, to: &str) -> Vec<u8> {
    let file = String::from_utf8(plain().finish()).unwrap();
    assert!(file.contains(from));
    file.replace(from, to).into_bytes()
}

fn structure() -> Vec<Case> {
    let prev_loop = with(|pdf| pdf.trailer = "/Prev 9".into());
    let startxref = String::from_utf8(plain().finish()).unwrap();
    let at = startxref.rfind("startxref\n").unwrap() + 10;
    let start: String = startxref[at..].lines().next().unwrap().into();
    vec![
        case("plain.pdf", plain().finish(), Found),
        case("header-only.pdf", "%PDF-1.7\n", Said),
        case("junk-before.pdf", [&[b'x'; 500][..], &plain().finish()].concat(), FoundOrSaid),
        case("wrong-extension.docx", plain().finish(), Found),
        case("no-xref.pdf", replaced("startxref", "startyref"), FoundOrSaid),
        case("startxref-beyond.pdf", replaced(&format!("startxref\n{start}"), "startxref\n999999999999"), FoundOrSaid),
        case("startxref-negative.pdf", replaced(&format!("startxref\n{start}"), "startxref\n-1"), FoundOrSaid),
        case("prev-nowhere.pdf", prev_loop, FoundOrSaid),
        case("prev-itself.pdf", with(|pdf| pdf.trailer = format!("/Prev {start}")), FoundOrSaid),
        case("size-lies.pdf", replaced("/Size 6", "/Size 2147483647"), FoundOrSaid),
        case("root-missing.pdf", replaced("/Root 1 0 R", "/Root 99 0 R"), FoundOrSaid),
        case("root-is-page.pdf", replaced("/Root 1 0 R", "/Root 3 0 R"), FoundOrSaid),
        case("no-pages.pdf", replaced("/Kids[3 0 R]/Count 1", "/Kids[]/Count 0     "), Said),
        case("count-lies.pdf", replaced("/Count 1", "/Count 2147483647"), FoundOrSaid),
        case("kids-itself.pdf", replaced("/Kids[3 0 R]", "/Kids[2 0 R 3 0 R]"), FoundOrSaid),
        case("parent-itself.pdf", replaced("/Parent 2 0 R", "/Parent 3 0 R"), FoundOrSaid),
        case("object-stream-lies.pdf", with(object_stream), FoundOrSaid),
        case(
            "unknown-encryption.pdf",
            with(|pdf| pdf.trailer = "/Encrypt<</Filter/Quux/V 9/R 9>>".into()),
            FoundOrSaid,
        ),
        case(
            "encryption-without-keys.pdf",
            with(|pdf| pdf.trailer = "/Encrypt<</Filter/Standard>>".into()),
            FoundOrSaid,
        ),
        case("linearised-lie.pdf", with_object("<</Linearized 1/L 1/H[1 1]/O 1/E 1/N 9/T 1>>"), FoundOrSaid),
    ]
}

fn object_stream(pdf: &mut Pdf) {
    pdf.add_stream("/Type/ObjStm/N 2147483647/First 2147483647", b"1 0 2 0");
}

fn streams() -> Vec<Case> {
    let bomb = deflate(&vec![b' '; 300 << 20]);
    let twice = deflate(&deflate(&vec![b' '; 300 << 20]));
    let number = text();
    let length = format!("/Length {}", number.len());
    let content = |entries: &str, data: &[u8]| with(|pdf| pdf.set(4, stream(entries, data.len(), data)));
    vec![
        case("flate-bomb.pdf", content("/Filter/FlateDecode", &bomb), FoundOrSaid),
        case("flate-twice-bomb.pdf", content("/Filter[/FlateDecode/FlateDecode]", &twice), FoundOrSaid),
        case("unknown-filter.pdf", content("/Filter/Quux", number.as_bytes()), FoundOrSaid),
        case("hundred-filters.pdf", content(&format!("/Filter[{}]", "/ASCIIHexDecode".repeat(100)), b"41>"), Said),
        case("broken-flate.pdf", content("/Filter/FlateDecode", b"x\x9cgarbage"), Said),
        case("length-too-long.pdf", replaced(&length, "/Length 999999999"), FoundOrSaid),
        case("length-negative.pdf", replaced(&length, "/Length -5"), FoundOrSaid),
        case("length-itself.pdf", replaced(&length, "/Length 4 0 R"), FoundOrSaid),
        case(
            "predictor-lies.pdf",
            content("/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647>>", &deflate(number.as_bytes())),
            FoundOrSaid,
        ),
        case("lzw-garbage.pdf", content("/Filter/LZWDecode", &[0xff; 4096]), Any),
        case("runlength-bomb.pdf", content("/Filter/RunLengthDecode", &[129, 32].repeat(200_000)), Any),
        case("image-lies.pdf", with(lying_image), FoundOrSaid),
    ]
}

fn lying_image(pdf: &mut Pdf) {
    let image =
        "/Type/XObject/Subtype/Image/Width 2147483647/Height 2147483647/BitsPerComponent 8/ColorSpace/DeviceRGB";
    let image = pdf.add_stream(image, b"abc");
    pdf.set(3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</I {image} 0 R>>>>>>"));
    let content = format!("{} /I Do", text());
    pdf.set(4, stream("", content.len(), content.as_bytes()));
}

fn graphs() -> Vec<Case> {
    vec![
        case("nested-arrays.pdf", with_object(["[".repeat(100_000), "]".repeat(100_000)].concat()), FoundOrSaid),
        case("nested-dicts.pdf", with_object(["<</A".repeat(100_000), ">>".repeat(100_000)].concat()), FoundOrSaid),
        case("nested-in-content.pdf", Pdf::new(&format!("{} {}", "[".repeat(100_000), text())).finish(), FoundOrSaid),
        case("q-stack.pdf", Pdf::new(&format!("{} {}", "q ".repeat(1_000_000), text())).finish(), FoundOrSaid),
        case("form-in-itself.pdf", with(|pdf| forms(pdf, 1, 1)), FoundOrSaid),
        case("form-laughs.pdf", with(|pdf| forms(pdf, 12, 10)), FoundOrSaid),
        case("page-tree-dag.pdf", with(page_tree), FoundOrSaid),
        case("deep-page-tree.pdf", with(|pdf| deep_tree(pdf, 5_000)), FoundOrSaid),
        // A font that says its letters are others is believed: only a picture of the page would tell.
        case("tounicode-range.pdf", with(wide_range), Any),
        case("tounicode-usecmap-itself.pdf", with(cmap_itself), FoundOrSaid),
        case(
            "font-descendant-itself.pdf",
            with(|pdf| {
                pdf.set(5, "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[5 0 R]>>");
            }),
            FoundOrSaid,
        ),
        case("type3-in-itself.pdf", with(type3), FoundOrSaid),
        case("outline-loop.pdf", with(outline), FoundOrSaid),
        case("names-loop.pdf", with(|pdf| pdf.set(1, "<</Type/Catalog/Pages 2 0 R/Names 6 0 R>>")), FoundOrSaid),
        case(
            "indirect-loop.pdf",
            with(|pdf| {
                pdf.set(3, "6 0 R");
                pdf.add("7 0 R");
                pdf.add("6 0 R");
            }),
            Said,
        ),
        case("huge-page.pdf", replaced("[0 0 595 842]", "[0 0 1e30 1e30]"), FoundOrSaid),
        case("nan-matrix.pdf", Pdf::new(&format!("1e38 1e38 1e38 1e38 1e38 1e38 cm {}", text())).finish(), FoundOrSaid),
        case("huge-numbers.pdf", Pdf::new(&format!("{} w {}", "9".repeat(10_000), text())).finish(), FoundOrSaid),
        case("long-name.pdf", with_object(format!("/{}", "A".repeat(5_000_000))), FoundOrSaid),
        case("many-objects.pdf", with(many_nulls), FoundOrSaid),
        case("pattern-in-itself.pdf", with(pattern), FoundOrSaid),
    ]
}

/// `width` forms a level that each call every form of the next; one level calls itself.
fn forms(pdf: &mut Pdf, levels: usize, width: usize) {
    let first = pdf.objects.len() + 1;
    for level in 0..levels {
        let next = first + (level + 1) % levels;
        let calls = "/N Do ".repeat(width);
        let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</N {next} 0 R>>>>");
        pdf.add_stream(&entries, calls.as_bytes());
    }
    pdf.set(3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</N {first} 0 R>>>>>>"));
    let content = format!("{} /N Do", text());
    pdf.set(4, stream("", content.len(), content.as_bytes()));
}

/// Twenty levels of page tree nodes that each name the next one ten times.
fn page_tree(pdf: &mut Pdf) {
    let first = pdf.objects.len() + 1;
    pdf.set(2, format!("<</Type/Pages/Kids[{first} 0 R]/Count 1>>"));
    for level in 0..20 {
        let next = if level == 19 { 3 } else { first + level + 1 };
        let kids = format!("{next} 0 R ").repeat(10);
        pdf.add(format!("<</Type/Pages/Kids[{kids}]/Count 10>>"));
    }
}

fn deep_tree(pdf: &mut Pdf, depth: usize) {
    let first = pdf.objects.len() + 1;
    pdf.set(2, format!("<</Type/Pages/Kids[{first} 0 R]/Count 1>>"));
    for level in 0..depth {
        let next = if level + 1 == depth { 3 } else { first + level + 1 };
        pdf.add(format!("<</Type/Pages/Kids[{next} 0 R]/Count 1>>"));
    }
}

fn cmap(pdf: &mut Pdf, body: &str) {
    let cmap = pdf.add_stream("", body.as_bytes());
    pdf.set(
        5,
        format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode {cmap} 0 R>>"),
    );
}

fn wide_range(pdf: &mut Pdf) {
    cmap(
        pdf,
        "1 begincodespacerange <00000000> <ffffffff> endcodespacerange 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange",
    );
}

fn cmap_itself(pdf: &mut Pdf) {
    let own = pdf.objects.len() + 1;
    let cmap = pdf.add_stream(&format!("/UseCMap {own} 0 R"), b"/A usecmap");
    pdf.set(
        5,
        format!("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode {cmap} 0 R>>"),
    );
}

fn type3(pdf: &mut Pdf) {
    let glyph = pdf.add_stream("", b"BT /F1 12 Tf (a) Tj ET");
    pdf.set(5, format!("<</Type/Font/Subtype/Type3/FontBBox[0 0 1 1]/FontMatrix[1 0 0 1 0 0]/FirstChar 0/LastChar 255/CharProcs<</a {glyph} 0 R>>/Encoding<</Differences[0 /a 49 /a]>>/Resources<</Font<</F1 5 0 R>>>>>>"));
}

fn outline(pdf: &mut Pdf) {
    let root = pdf.objects.len() + 1;
    let item = root + 1;
    pdf.add(format!("<</Type/Outlines/First {item} 0 R/Last {item} 0 R>>"));
    pdf.add(format!("<</Title(a)/Parent {root} 0 R/Next {item} 0 R/First {item} 0 R>>"));
    pdf.set(1, format!("<</Type/Catalog/Pages 2 0 R/Outlines {root} 0 R>>"));
}

fn pattern(pdf: &mut Pdf) {
    let own = pdf.objects.len() + 1;
    let entries = format!(
        "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep 0.0001/YStep 0.0001/Resources<</Pattern<</P {own} 0 R>>>>"
    );
    pdf.add_stream(&entries, b"/Pattern cs /P scn 0 0 1 1 re f");
    pdf.set(3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/Pattern<</P {own} 0 R>>>>>>"));
    let content = format!("/Pattern cs /P scn 0 0 595 842 re f {}", text());
    pdf.set(4, stream("", content.len(), content.as_bytes()));
}

fn active() -> Vec<Case> {
    let script = "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>";
    let launch = "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(calc.exe)>>>>";
    vec![
        case("javascript.pdf", with(|pdf| pdf.set(1, script)), Found),
        case("launch.pdf", with(|pdf| pdf.set(1, launch)), Found),
        case("embedded-itself.pdf", with(|pdf| embed(pdf, &plain().finish())), Found),
        case("embedded-quine.pdf", nested_attachments(8), FoundOrSaid),
        case("embedded-executable.pdf", with(|pdf| embed(pdf, b"MZ\x90\0\x03")), Found),
        case("xfa-xxe.pdf", with(xfa), Found),
    ]
}

pub(super) fn embed(pdf: &mut Pdf, file: &[u8]) {
    let data = pdf.add_stream("/Type/EmbeddedFile", file);
    let spec = pdf.add(format!("<</Type/Filespec/F(../../etc/a.pdf)/EF<</F {data} 0 R>>>>"));
    pdf.set(1, format!("<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a) {spec} 0 R]>>>>>>"));
}

/// A PDF in a PDF in a PDF, deeper than is followed; only the innermost holds the number.
fn nested_attachments(depth: usize) -> Vec<u8> {
    (0..depth).fold(plain().finish(), |inner, _| {
        let mut pdf = Pdf::new("");
        embed(&mut pdf, &inner);
        pdf.finish()
    })
}

fn xfa(pdf: &mut Pdf) {
    let form = b"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><xdp>&e;</xdp>";
    let xfa = pdf.add_stream("", form);
    pdf.set(1, format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA {xfa} 0 R/Fields[]>>>>"));
}

/// The plain file cut at ten places: what is left may be repaired or refused, never read as whole and empty.
fn truncated() -> Vec<Case> {
    let file = plain().finish();
    let cut = |tenth: usize| {
        let end = file.len() * tenth / 11;
        let holds = file[..end].windows(PLANTED.len()).any(|window| window == PLANTED.as_bytes());
        let expect = if holds { FoundOrSaid } else { Said };
        case(format!("truncated-{tenth}.pdf"), &file[..end], expect)
    };
    (1..=10).map(cut).collect()
}
