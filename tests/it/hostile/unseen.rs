//! What lies in a file and no program shows: literals of scripts, captions,
//! headers of a sender's own, attributes, names in archives, what made a picture.

use super::Expect::{Any, Found, FoundOrSaid, Said};
use super::images::{chunk, png};
use super::office::zip;
use super::office_hidden::{related, workbook};
use super::pdf_hidden::harmless;
use super::{Case, PLANTED, case};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = pdfs();
    cases.extend(office());
    cases.extend(mails());
    cases.extend(names());
    cases.extend(pictures());
    cases
}

fn said() -> String {
    format!("Elev: {PLANTED}")
}

fn pdfs() -> Vec<Case> {
    let said = said();
    let catalog = |entries: &str| harmless(|pdf| pdf.set(1, format!("<</Type/Catalog/Pages 2 0 R{entries}>>")));
    let script = |how: &str| catalog(&how.replace("CODE", &format!("<</S/JavaScript/JS(var x = \"{said}\")>>")));
    let field = |entries: &str| {
        harmless(|pdf| {
            let field = pdf.add(format!("<</Type/Annot/Subtype/Widget/FT/Btn/T(x)/Rect[9 9 99 99]{entries}>>"));
            pdf.set(3, format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[{field} 0 R]>>"));
        })
    };
    vec![
        case("script-at-start.pdf", script("/OpenAction CODE"), Found),
        case("script-at-close.pdf", script("/AA<</WC CODE>>"), Found),
        case("script-named.pdf", script("/Names<</JavaScript<</Names[(a)CODE]>>>>"), Found),
        case("script-of-field.pdf", field(&format!("/A<</S/JavaScript/JS(var x = \"{said}\")>>")), Found),
        case("field-caption.pdf", field(&format!("/MK<</CA({said})>>")), Found),
        case("field-tooltip.pdf", field(&format!("/TU({said})")), Found),
        case("page-label.pdf", catalog(&format!("/PageLabels<</Nums[0<</P({said})>>]>>")), Found),
    ]
}

fn office() -> Vec<Case> {
    let said = said();
    let wrapped = format!(
        "</sheetData><extLst><ext><x14:dataValidations><x14:dataValidation><x14:formula1><xm:f>\"{said}\"</xm:f></x14:formula1></x14:dataValidation></x14:dataValidations></ext></extLst>"
    );
    let data = format!("<?xml version=\"1.0\"?><case xmlns=\"urn:x\"><person id=\"{said}\"/></case>");
    let web = format!(
        "<?xml version=\"1.0\"?><w:webSettings xmlns:w=\"w\"><w:p><w:r><w:t>{said}</w:t></w:r></w:p></w:webSettings>"
    );
    let skipped = format!(r"{{\rtf1 Badet \uc100000 \u65? {said}}}");
    vec![
        case("validation-of-2010.xlsx", workbook("", &wrapped, "", &[]), Found),
        case("data-in-attribute.docx", related("customXml", "customXml/item1.xml", data.as_bytes()), Found),
        case("web-settings-say.docx", related("webSettings", "webSettings.xml", web.as_bytes()), Found),
        case("fallback-without-end.rtf", skipped, Found),
    ]
}

fn mails() -> Vec<Case> {
    let said = said();
    let head = "From: a@b.se\r\nTo: c@d.se\r\nSubject: Badet\r\nMIME-Version: 1.0\r\n";
    vec![
        case("own-header.eml", format!("{head}X-Notering: {said}\r\n\r\nBadet har nya tider.\r\n"), Found),
        case(
            "piece-of-a-message.eml",
            format!("{head}Content-Type: message/partial; number=1; total=2; id=x\r\n\r\nSubject: y\r\n\r\nElev: 1990"),
            Said,
        ),
        case(
            "body-elsewhere.eml",
            format!("{head}Content-Type: message/external-body; access-type=local-file; name=\"x\"\r\n\r\n\r\n"),
            Said,
        ),
    ]
}

fn names() -> Vec<Case> {
    let text = b"Badet har nya tider.";
    let mut gzip = b"\x1f\x8b\x08\x08\0\0\0\0\0\x03".to_vec();
    gzip.extend(format!("{PLANTED}.txt\0").bytes());
    gzip.extend(&super::archives::gzip(text)[10..]);
    vec![
        case("number-in-name.zip", zip(&[("1990.txt", text), ("betyg 9001012385.txt", text)]), Any),
        case("number-in-folder.zip", zip(&[("a.txt", text), (&format!("Elev {PLANTED}/b.txt"), text)]), Found),
        case("number-in-name.gz", gzip, Found),
        case("number-in-name-inside.zip", zip(&[("a.zip", &zip(&[(&format!("{PLANTED}.txt"), text)]))]), Found),
    ]
}

/// Pictures that name a number as what made them.
fn pictures() -> Vec<Case> {
    let said = said();
    let xmp = format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\" Iptc4xmpExt:AISystemUsed=\"Modell {PLANTED}\"/></rdf:RDF></x:xmpmeta>"
    );
    let packet = [&b"XML:com.adobe.xmp\0\0\0\0\0"[..], xmp.as_bytes()].concat();
    let text = [&b"Software\0"[..], said.as_bytes()].concat();
    vec![
        case("made-by-a-number.png", png(1, 1, &[chunk(*b"iTXt", &packet)]), FoundOrSaid),
        case("software-is-a-number.png", png(1, 1, &[chunk(*b"tEXt", &text)]), FoundOrSaid),
    ]
}
