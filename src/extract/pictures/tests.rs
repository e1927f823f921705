use std::fmt::Write as _;
use std::io::Cursor;

use super::*;
use crate::document::Text;
use crate::examine::Examiner;
use crate::ocr::{Budget, Program, Recogniser, Tesseract};
use crate::record::{Status, Verdict};

/// A PDF whose only page is a picture: a dark square on white, in the upper left quarter.
fn scanned() -> Vec<u8> {
    let shade = |at: usize| if at % 32 < 16 && at / 32 < 16 { "00" } else { "ff" };
    let pixels: String = (0..1024).map(shade).collect();
    let content = "200 0 0 200 0 0 cm /I Do";
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        format!(
            "<</Type/XObject/Subtype/Image/Width 32/Height 32/ColorSpace/DeviceGray/BitsPerComponent 8\
             /Filter/ASCIIHexDecode/Length {}>>stream\n{pixels}>\nendstream",
            pixels.len() + 1
        ),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    for (object, number) in objects.iter().zip(1..) {
        let _ = write!(pdf, "{number} 0 obj\n{object}\nendobj\n");
    }
    (pdf + "trailer<</Root 1 0 R/Size 6>>\n%%EOF").into_bytes()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::GrayImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn tiff(pages: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
    for page in 1..=pages {
        encoder.write_image::<tiff::encoder::colortype::Gray8>(page, 1, &vec![200; page as usize]).unwrap();
    }
    bytes.into_inner()
}

fn line(text: &str, confidence: f32) -> Vec<Line> {
    vec![Line { text: text.to_owned(), confidence, words: Vec::new() }]
}

fn text(bytes: &[u8], recogniser: Option<Recogniser>) -> Text {
    Examiner { recogniser, ..Examiner::default() }.read(bytes).text
}

#[test]
fn a_page_is_rendered_as_it_is_seen() {
    let scan = page::open(&scanned()).unwrap();
    let page = page::render(&scan, 1, &Limits::default()).unwrap();
    assert_eq!((page.dpi, page.width), (300, 833));
    let shade = |x: u32, y: u32| page.pixels[(y * page.width + x) as usize];
    assert!(shade(200, 200) < 64 && shade(600, 200) > 192 && shade(200, 600) > 192);
    assert_eq!(page::render(&scan, 2, &Limits::default()), None);
    let coarse = page::render(&scan, 1, &Limits { image_side: 400, ..Limits::default() }).unwrap();
    assert!(coarse.width <= 400 && coarse.dpi < 300);
}

#[test]
fn recognised_words_stand_on_their_page_and_close_the_gap() {
    let reads = Recogniser::new(|_| Ok(line("Elev: 19900101-2385", 95.0)));
    let examiner = Examiner { recogniser: Some(reads), ..Examiner::default() };
    let record = examiner.examine(&scanned());
    assert_eq!((record.verdict, record.status), (Verdict::Sensitive, Status::Ok));
    let place = &record.findings[0].place;
    assert_eq!((place.part, place.page), (Part::Ocr, Some(1)));
}

#[test]
fn what_is_not_or_hardly_recognised_is_said() {
    let unread = text(&png(2, 1), None);
    assert_eq!(unread.gaps[0].cause, Cause::ImageOnly);
    for (lines, cause) in [
        (Err(Unread::Failed), Cause::ImageOnly),
        (Err(Unread::Postponed), Cause::OcrPostponed),
        (Ok(Vec::new()), Cause::ImageOnly),
        (Ok(line("kanske", 40.0)), Cause::LowConfidence),
    ] {
        let recogniser = Recogniser::new(move |_| lines.clone());
        let text = text(&png(2, 1), Some(recogniser));
        assert_eq!((text.gaps[0].cause, text.units_read), (cause, 0));
    }
}

#[test]
fn every_page_of_a_tiff_is_read() {
    let widths = Recogniser::new(|picture| Ok(line(&format!("bredd {}", picture.width), 95.0)));
    let text = text(&tiff(3), Some(widths));
    let said: Vec<(Option<u32>, &str)> = text.blocks.iter().map(|block| (block.place.page, &*block.text)).collect();
    assert_eq!(said, [(Some(1), "bredd 1"), (Some(2), "bredd 2"), (Some(3), "bredd 3")]);
    assert_eq!((text.gaps.len(), text.units, text.units_read), (0, 3, 3));
}

/// A JPEG of two pixels with those segments after its beginning.
fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::GrayImage::new(2, 1).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let mut file = vec![0xff, 0xd8];
    for (marker, content) in segments {
        file.extend([0xff, *marker]);
        file.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        file.extend(*content);
    }
    file.extend(&bytes.into_inner()[2..]);
    file
}

/// An EXIF block with a camera's make and an artist.
fn exif(artist: &str) -> Vec<u8> {
    let mut block = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    let place = 8 + 2 + 24 + 4;
    for (tag, length, value) in
        [(0x010f_u16, 4_u32, u32::from_be_bytes(*b"ABC\0")), (0x013b, artist.len() as u32, place)]
    {
        block.extend(tag.to_be_bytes());
        block.extend([0, 2]);
        block.extend(length.to_be_bytes());
        block.extend(value.to_be_bytes());
    }
    block.extend([0; 4]);
    block.extend(artist.as_bytes());
    block
}

#[test]
fn what_people_wrote_into_the_metadata_is_text() {
    let xmp = r#"<x:xmpmeta xmlns:x="x"><rdf:RDF><rdf:Description photoshop:Headline="Rubrik &amp; mer" tiff:Model="M1">
        <dc:title><rdf:Alt><rdf:li xml:lang="sv">Skolavslutning</rdf:li></rdf:Alt></dc:title>
        <xmp:CreatorTool>Program 1</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>"#;
    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat();
    let caption = "Elev: 19900101-2385".as_bytes();
    let datasets =
        [&[0x1c, 2, 120, 0, 19][..], caption, &[0x1c, 2, 0, 0, 2, 0, 4], &[0x1c, 2, 80, 0, 3], b"\xc5ke"].concat();
    let resources =
        [b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0", &[u8::try_from(datasets.len()).unwrap()][..], &datasets].concat();
    let bytes =
        jpeg(&[(0xe1, &exif("Berit Exempel, fotograf")), (0xe1, &xmp), (0xed, &resources), (0xfe, b"Rubrik & mer")]);
    let read = text(&bytes, None);
    let said: Vec<&str> = read.blocks.iter().map(|block| &*block.text).collect();
    let expected = ["Berit Exempel, fotograf", "Rubrik & mer", "Skolavslutning", "Elev: 19900101-2385", "Åke"];
    assert_eq!(said, expected);
    assert!(read.blocks.iter().all(|block| block.place.part == Part::ImageMetadata));
    assert_eq!(read.gaps[0].cause, Cause::ImageOnly, "the picture itself is still unread");
    assert_eq!(Examiner::default().examine(&bytes).verdict, Verdict::Sensitive);
}

#[test]
fn pictures_over_the_limits_are_left_unread() {
    let limits = Limits { pixels: 10, ..Limits::default() };
    assert_eq!(raster::decode(&png(4, 4), 1, &limits), None);
    assert_eq!(raster::decode(&png(3, 3), 1, &limits).map(|grey| grey.pixels), Some(vec![0; 9]));
    assert_eq!(raster::decode(&tiff(12), 12, &limits), None);
}

#[test]
fn cut_pictures_are_survived() {
    let reads = Recogniser::new(|_| Ok(line("x", 95.0)));
    for bytes in [png(30, 30), tiff(3), scanned()] {
        for end in (8..bytes.len()).step_by(17) {
            let _ = text(&bytes[..end], Some(reads.clone()));
        }
    }
}

/// A PDF of one page with `words` in Helvetica.
fn written(words: &str) -> Vec<u8> {
    drawn(&format!("BT /F 18 Tf 40 100 Td ({words}) Tj ET"))
}

fn drawn(content: &str) -> Vec<u8> {
    format!(
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
         3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n\
         4 0 obj<</Length {}>>stream\n{content}\nendstream endobj\n\
         5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>endobj\n\
         trailer<</Root 1 0 R/Size 6>>\n%%EOF",
        content.len()
    )
    .into_bytes()
}

#[test]
fn a_scan_in_a_document_is_read_and_a_photograph_is_left() {
    use crate::extract::testing::{ZipPart, package, with_part};
    let document = |picture: Vec<u8>| {
        let body = "<w:document><w:body><w:p><w:r><w:t>Se bilaga</w:t></w:r></w:p></w:body></w:document>";
        let bytes = package(("word/document.xml", body), &[("image", "word/media/image1.png", "x")]);
        with_part(&bytes, ZipPart::stored("word/media/image1.png", &picture))
    };
    let (scan, photograph) = (document(png(1240, 1754)), document(png(1600, 1200)));
    let reads = Recogniser::new(|_| Ok(line("Elev: 19900101-2385", 95.0)));
    for (bytes, recogniser, verdict, status) in [
        (&scan, Some(reads.clone()), Verdict::Sensitive, Status::Ok),
        (&scan, None, Verdict::Undetermined, Status::Partial),
        (&photograph, Some(reads), Verdict::Open, Status::Ok),
    ] {
        let record = Examiner { recogniser, ..Examiner::default() }.examine(bytes);
        assert_eq!((record.verdict, record.status), (verdict, status));
    }
}

/// Needs Tesseract with Swedish, which the checks install.
#[test]
fn tesseract_reads_a_page_however_it_lies() {
    let program = Program { tesseract: "tesseract".into(), launcher: None };
    let tesseract = Tesseract::find(program, &["swe"], Budget::default()).unwrap();
    let recogniser = tesseract.recogniser();
    let pdf = page::open(&written("Eleven har personnummer 19900101-2385")).unwrap();
    let upright = page::render(&pdf, 1, &Limits::default()).unwrap();
    for picture in [upright.clone(), upright.turned(), upright.turned().turned()] {
        let lines = recogniser.read(&picture).unwrap();
        assert_eq!(lines[0].text, "Eleven har personnummer 19900101-2385");
        assert!(sureness(&lines) >= SURE);
    }
}

/// Needs Tesseract with Swedish, which the checks install.
#[test]
fn tesseract_reads_a_stamp_that_leans() {
    let program = Program { tesseract: "tesseract".into(), launcher: None };
    let recogniser = Tesseract::find(program, &["swe"], Budget::default()).unwrap().recogniser();
    for degrees in [-35.0_f32, 20.0, 90.0] {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let page = format!(
            "BT /F 14 Tf 20 175 Td (Protokoll med beslut om nya lekplatser i kommunen) Tj ET \
             BT /F 20 Tf {cos} {sin} {} {cos} 200 30 Tm (SEKRETESS) Tj ET",
            -sin
        );
        let pdf = page::open(&drawn(&page)).unwrap();
        let lines = recogniser.read(&page::render(&pdf, 1, &Limits::default()).unwrap()).unwrap();
        let said: Vec<&str> = lines.iter().map(|line| &*line.text).collect();
        assert!(said.contains(&"SEKRETESS") && said[0].starts_with("Protokoll med beslut"), "{degrees}: {said:?}");
    }
}
